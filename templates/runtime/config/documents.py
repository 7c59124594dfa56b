"""The loss config in a JSON document, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from typing import Generic

from ..model.errors import ConfigProblem, LossConfigError
from ..model.plain import Mistake
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.jsontext import (
    Defect,
    Json,
    JsonDocument,
    JsonPath,
    JsonSyntaxError,
    Position,
    read_json,
)
from ..text.wording import MOST_TOLD, shown_pointer
from .model_config import own_part_of
from .settings import Setting, setting_at, with_setting
from .validation import validate_sections


@dataclass(frozen=True)
class Loaded(Generic[ConfigT]):
    """A JSON document and the loss config in it.

    `path` leads to the `loss_configs` object, which is empty if the document has none; `sections`
    are its members without those that the trainer reads itself, which are `foreign`. `config` is
    what they say, unless something is wrong with them; `problems` are in the order of the text, as
    many as are told, and `more` is the number of the others. `settings` have been put in.
    """

    source: str
    document: JsonDocument
    path: JsonPath
    sections: dict[str, Json]
    foreign: dict[str, Json]
    config: ConfigT | None
    problems: tuple[ConfigProblem, ...]
    more: int
    settings: tuple[Setting, ...]
    _defects: tuple[Defect, ...]
    _mistaken: tuple[JsonPath, ...]

    @property
    def is_whole_config(self) -> bool:
        """Whether it is a model config, not a `loss_configs` object."""
        return self.path != ()

    def problem(self, path: JsonPath, message: str, *, at_key: bool = True) -> ConfigProblem:
        """A problem with the value, or with the key, that `path` leads to from the root."""
        setting = setting_at(path, self.path, self.settings, self.document)
        position = _position(self.document, path, at_key)
        return _problem(self.source, setting, position, path, message)

    def wrong_paths(self) -> Iterator[JsonPath]:
        """The path of each problem, whether it is told or not."""
        yield from self._mistaken
        for each in self._defects:
            yield each.path


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
    suspect = (each.path[len(own.path) :] for each in defects)
    config, found = validate_sections(tables, sections, suspect, own.path, skip_section)
    broken = {each.path for each in own.problems}.intersection(each.path for each in defects)
    mistaken: list[JsonPath] = []

    def placed() -> Iterator[tuple[Position, Mistake]]:
        for defect in defects:
            yield defect.position, Mistake(defect.path, defect.message)
        here = (each for each in own.problems if each.path not in broken)
        inside = (each._replace(path=(*own.path, *each.path)) for each in found)
        for each in chain(here, inside):
            mistaken.append(each.path)
            yield _position(document, each.path, each.at_key), each

    problems = tuple(
        _problem(
            source,
            setting_at(each.path, own.path, settings, document),
            position,
            each.path,
            each.told,
        )
        for position, each in nsmallest(MOST_TOLD, placed(), key=lambda pair: pair[0])
    )
    return Loaded(
        source,
        document,
        own.path,
        sections,
        foreign,
        None if problems else config,
        problems,
        len(defects) + len(mistaken) - len(problems),
        settings,
        tuple(defects),
        tuple(mistaken),
    )


def _problem(
    source: str, setting: Setting | None, position: Position, path: JsonPath, message: str
) -> ConfigProblem:
    """A problem with what stands at `path`, in the text or because a setting put it there."""
    if setting is None:
        return ConfigProblem(source, *position, shown_pointer(path), message)
    return ConfigProblem(setting.source, None, None, shown_pointer(path), message)


def _position(document: JsonDocument, path: JsonPath, at_key: bool) -> Position:
    return document.position_of_key(path) if at_key else document.position_of_value(path)
