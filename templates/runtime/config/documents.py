"""The loss config in a JSON document, and everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from ..model.errors import ConfigProblem, LossConfigError
from ..model.plain import Mistake
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.jsontext import Json, JsonDocument, JsonPath, JsonSyntaxError, Position, read_json
from ..text.wording import json_pointer
from .model_config import own_part_of
from .settings import Setting, setting_at, with_setting
from .validation import validate_sections


@dataclass(frozen=True)
class Loaded(Generic[ConfigT]):
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
    config: ConfigT | None
    problems: tuple[ConfigProblem, ...]
    settings: tuple[Setting, ...]

    @property
    def is_whole_config(self) -> bool:
        """Whether it is a model config, not a `loss_configs` object."""
        return self.path != ()

    def problem(self, path: JsonPath, message: str, *, at_key: bool = True) -> ConfigProblem:
        """A problem with the value, or with the key, that `path` leads to from the root."""
        setting = setting_at(path, self.path, self.settings, self.document)
        position = _position(self.document, path, at_key)
        return _problem(self.source, setting, position, path, message)


def load_text(
    tables: Tables[ConfigT, BottleneckT],
    text: str,
    source: str,
    foreign_sections: frozenset[str],
    skip_section: str,
    settings: tuple[Setting, ...] = (),
) -> Loaded[ConfigT]:
    """The loss config in a text.

    Args:
        tables: those of the package.
        text: a JSON document, either a `loss_configs` object or a whole model config.
        source: what messages call it.
        foreign_sections: the sections that the trainer reads itself.
        skip_section: how messages say to add one, with `{}` for its name.
        settings: values that replace those in the text.

    Raises:
        LossConfigError: the text is not JSON, or a setting leads into a number, string or array.
    """
    try:
        document = read_json(text)
    except JsonSyntaxError as error:
        raise LossConfigError([ConfigProblem(source, *error.position, "", error.message)]) from None
    own = own_part_of(tables, document.value)
    written = own.sections
    for each in settings:
        written = with_setting(written, each)
    sections = {key: written[key] for key in written if key not in foreign_sections}
    foreign = {key: written[key] for key in written if key in foreign_sections}

    defects = [
        each
        for each in document.defects
        if own.holds(each.path, foreign_sections)
        and setting_at(each.path, own.path, settings, document) is None
    ]
    broken = {each.path for each in defects}
    suspect = {path[len(own.path) :] for path in broken}
    config, found = validate_sections(tables, sections, suspect, own.path, skip_section)
    mistakes = [each for each in own.problems if each.path not in broken]
    mistakes += [each._replace(path=(*own.path, *each.path)) for each in found]

    placed = [(each.position, Mistake(each.path, each.message)) for each in defects]
    placed += [(_position(document, each.path, each.at_key), each) for each in mistakes]
    problems = tuple(
        _problem(
            source,
            setting_at(each.path, own.path, settings, document),
            position,
            each.path,
            each.message,
        )
        for position, each in sorted(placed, key=lambda pair: pair[0])
    )
    valid = None if problems else config
    return Loaded(source, document, own.path, sections, foreign, valid, problems, settings)


def _problem(
    source: str, setting: Setting | None, position: Position, path: JsonPath, message: str
) -> ConfigProblem:
    """A problem with what stands at `path`, in the text or because a setting put it there."""
    if setting is None:
        return ConfigProblem(source, *position, json_pointer(path), message)
    return ConfigProblem(setting.source, None, None, json_pointer(path), message)


def _position(document: JsonDocument, path: JsonPath, at_key: bool) -> Position:
    return document.position_of_key(path) if at_key else document.position_of_value(path)
