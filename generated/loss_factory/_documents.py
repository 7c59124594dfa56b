# Generated from templates/support/_documents.py.
# Do not edit; change it and run: python -m nox -s generate

"""The loss config in a JSON document, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ._jsontext import Json, JsonDocument, JsonPath, JsonSyntaxError, Position, read_json
from ._own_part import own_part_of
from ._wording import json_pointer, shown
from .config import validate_sections
from .errors import ConfigProblem, LossConfigError
from .models import AutoencoderLossConfig


@dataclass(frozen=True)
class Loaded:
    """A JSON document and the loss config in it.

    `path` leads to the `loss_configs` object, which is empty if the document has none; `sections`
    are its members without those that the trainer reads itself, which are `foreign`. `config` is
    what they say, unless something is wrong with them; `problems` are in the order of the text.
    `settings` have been put in.
    """

    source: str
    document: JsonDocument
    path: JsonPath
    sections: dict[str, Json]
    foreign: dict[str, Json]
    config: AutoencoderLossConfig | None
    problems: tuple[ConfigProblem, ...]
    settings: Sequence[Setting]

    @property
    def is_whole_config(self) -> bool:
        """Whether it is a model config, not a `loss_configs` object."""
        return self.path != ()

    def problem(self, path: JsonPath, message: str, *, at_key: bool = True) -> ConfigProblem:
        """A problem with the value, or with the key, that `path` leads to from the root."""
        setting = _setting_at(path, self.path, self.settings, self.document)
        position = _position(self.document, path, at_key)
        return _problem(self.source, setting, position, path, message)


class Setting(NamedTuple):
    """A value that replaces what a document says, and what messages call it."""

    source: str
    path: JsonPath
    value: Json


def load_text(
    text: str,
    source: str,
    foreign_sections: frozenset[str],
    skip_section: str,
    settings: Sequence[Setting] = (),
) -> Loaded:
    """The loss config in a text.

    Args:
        text: a JSON document, either a `loss_configs` object or a whole model config.
        source: what messages call it.
        foreign_sections: the sections that the trainer reads itself.
        skip_section: how messages say to add one, with `{}` for its name.
        settings: values that replace those in the text; paths begin in the `loss_configs` object.

    Raises:
        LossConfigError: the text is not JSON, or a setting leads into a number, string or array.
    """
    try:
        document = read_json(text)
    except JsonSyntaxError as error:
        raise LossConfigError([ConfigProblem(source, *error.position, "", error.message)]) from None
    own = own_part_of(document.value)
    written = own.sections
    for each in settings:
        written = _with(written, each)
    sections = {key: written[key] for key in written if key not in foreign_sections}
    foreign = {key: written[key] for key in written if key in foreign_sections}

    defects = [
        each
        for each in document.defects
        if own.holds(each.path, foreign_sections)
        and _setting_at(each.path, own.path, settings, document) is None
    ]
    broken = {each.path for each in defects}
    suspect = {path[len(own.path) :] for path in broken}
    found = validate_sections(sections, suspect, own.path, skip_section)
    explanations = [each for each in own.problems if each.path not in broken]
    valid: AutoencoderLossConfig | None = None
    match found:
        case AutoencoderLossConfig():
            valid = found
        case mistakes:
            explanations += [each._replace(path=(*own.path, *each.path)) for each in mistakes]

    placed = [(each.position, each.path, each.message) for each in defects]
    placed += [
        (_position(document, each.path, each.at_key), each.path, each.message)
        for each in explanations
    ]
    problems = tuple(
        _problem(source, _setting_at(path, own.path, settings, document), position, path, message)
        for position, path, message in sorted(placed, key=lambda each: each[0])
    )
    config = None if problems else valid
    return Loaded(source, document, own.path, sections, foreign, config, problems, settings)


def _problem(
    source: str, setting: Setting | None, position: Position, path: JsonPath, message: str
) -> ConfigProblem:
    """A problem with what stands at `path`, in the text or because a setting put it there."""
    if setting is None:
        return ConfigProblem(source, *position, json_pointer(path), message)
    return ConfigProblem(setting.source, None, None, json_pointer(path), message)


def _setting_at(
    path: JsonPath, base: JsonPath, settings: Sequence[Setting], document: JsonDocument
) -> Setting | None:
    """The setting that says what stands at `path`, or that made the object there."""
    if path[: len(base)] != base[: len(path)]:
        return None
    inner = path[len(base) :]
    for setting in reversed(settings):
        if inner[: len(setting.path)] == setting.path:
            return setting
        if inner == setting.path[: len(inner)] and path not in document.value_positions:
            return setting
    return None


def _with(members: dict[str, Json], setting: Setting, depth: int = 0) -> dict[str, Json]:
    """`members` with the value of a setting in its place, and objects around it."""
    key = str(setting.path[depth])
    changed: dict[str, Json] = dict(members)
    if depth + 1 == len(setting.path):
        changed[key] = setting.value
        return changed
    match members.get(key):
        case dict() as inner:
            changed[key] = _with(inner, setting, depth + 1)
        case None:
            changed[key] = _with({}, setting, depth + 1)
        case other:
            pointer = json_pointer(setting.path[: depth + 1])
            message = f"expected an object to set a key of, not {shown(other)}"
            raise LossConfigError([ConfigProblem(setting.source, None, None, pointer, message)])
    return changed


def at(value: Json, path: JsonPath) -> Json:
    """What stands at `path` in `value`, or None."""
    for step in path:
        match value:
            case dict() as members if type(step) is str:
                value = members.get(step)
            case list() as items if type(step) is int and step < len(items):
                value = items[step]
            case _:
                return None
    return value


def _position(document: JsonDocument, path: JsonPath, at_key: bool) -> Position:
    return document.position_of_key(path) if at_key else document.position_of_value(path)
