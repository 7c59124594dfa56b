"""The loss config in a JSON or YAML document, and everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from typing import Generic, NamedTuple

from ..model.comments import is_comment
from ..model.errors import ConfigProblem, LossConfigError
from ..model.plain import Mistake
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.jsontext import (
    DUPLICATE,
    Defect,
    Json,
    JsonDocument,
    JsonPath,
    JsonSyntaxError,
    Position,
    at,
    read_json,
)
from ..text.wording import MOST_TOLD, shown_pointer
from .model_config import LOSS_CONFIGS_PATH, is_dataset_config, own_part_of
from .pointers import part_at
from .settings import Setting, setting_at, with_setting
from .validation import validate_sections
from .yaml_text import LONGEST_YAML, NO_KEY, YamlDocument, read_yaml

_BEGIN_OF_YAML = re.compile(r"\s*(?:---|#|[\w$]+:(?:\s|$))")
"""How JSON never begins."""


class DatasetConfigError(LossConfigError):
    """A document is the config of a dataset, which often lies beside that of the model."""


class Written(NamedTuple):
    """A text that holds a config.

    `source` is what messages call it; `at` is where in it the `loss_configs` object stands, or None
    if that is to be found out.
    """

    source: str
    text: str
    is_yaml: bool = False
    at: JsonPath | None = None


@dataclass(frozen=True)
class Loaded(Generic[ConfigT]):
    """A document and the loss config in it.

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
        return self.path == LOSS_CONFIGS_PATH

    def problem(self, path: JsonPath, message: str, *, at_key: bool = True) -> ConfigProblem:
        """A problem with the value, or with the key, that `path` leads to from the root."""
        setting = setting_at(path, self.path, self.settings, self.document)
        position = _position(self.document, path, at_key)
        return _problem(self.source, setting, position, path, message)

    def remarks(self) -> Iterator[ConfigProblem]:
        """What other readers of the text take for something else."""
        if isinstance(self.document, YamlDocument):
            for each in self.document.remarks:
                if self._is_used(each.path):
                    yield self.problem(each.path, each.message, at_key=False)

    def _is_used(self, path: JsonPath) -> bool:
        depth = len(self.path)
        if path[:depth] != self.path or self.foreign.keys() & set(path[depth : depth + 1]):
            return False
        if any(map(is_comment, path[depth:])):
            return False
        return setting_at(path, self.path, self.settings, self.document) is None

    def wrong_paths(self) -> Iterator[JsonPath]:
        """The path of each problem, whether it is told or not."""
        yield from self._mistaken
        for each in self._defects:
            yield each.path


def load_text(
    tables: Tables[ConfigT, BottleneckT],
    written: Written,
    foreign_sections: frozenset[str],
    skip_section: str,
    settings: tuple[Setting, ...] = (),
) -> Loaded[ConfigT]:
    """The loss config in a text.

    Args:
        tables: those of the package.
        written: a document that is a `loss_configs` object or a whole model config, or that holds
            such an object at a place of its own.
        foreign_sections: the sections that the trainer reads itself.
        skip_section: how messages say to add one, with `{}` for its name.
        settings: values that replace those in the text.

    Raises:
        LossConfigError: the text is no JSON or YAML, has no such place, or is the config of a
            dataset; or a setting leads into a number, string or array.
    """
    source = written.source
    document = _read(written)
    if written.at is not None:
        own = part_at(document, written.at, source)
        settings = tuple(each.below(own.path) for each in settings)
    elif is_dataset_config(tables, document.value, foreign_sections):
        message = "this is the config of a dataset, which has no losses"
        raise DatasetConfigError([ConfigProblem(source, None, None, "", message)])
    else:
        own = own_part_of(tables, document.value, foreign_sections)
    members = own.sections
    for each in settings:
        members = with_setting(members, each)
    sections = {key: members[key] for key in members if key not in foreign_sections}
    foreign = {key: members[key] for key in members if key in foreign_sections}

    defects = [
        each
        for each in document.defects
        if own.holds(each.path, foreign_sections)
        and not _is_one_more_comment(each)
        and setting_at(each.path, own.path, settings, document) is None
    ]
    suspect = (each.path[len(own.path) :] for each in defects)

    def remark(path: JsonPath, value: object, takes_text: bool) -> str:
        """What a message adds about a wrong value, from the text where it stands in the text."""
        whole = (*own.path, *path)
        if not isinstance(document, YamlDocument) or at(document.value, whole) is not value:
            return ""
        return document.remark_on(whole, value, takes_text)

    config, found = validate_sections(tables, sections, suspect, own.path, skip_section, remark)
    broken = {each.path for each in own.problems}.intersection(each.path for each in defects)
    no_keys = {each.path for each in defects if each.message.startswith(NO_KEY)}
    mistaken: list[JsonPath] = []

    def placed() -> Iterator[tuple[Position, Mistake]]:
        for defect in defects:
            yield defect.position, Mistake(defect.path, defect.message)
        here = (each for each in own.problems if each.path not in broken)
        inside = (each._replace(path=(*own.path, *each.path)) for each in found)
        for each in chain(here, inside):
            if not each.at_key or each.path not in no_keys:
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


def _is_one_more_comment(defect: Defect) -> bool:
    """Whether it is that a comment has the key of another one, with which nothing is lost."""
    return defect.message.startswith(DUPLICATE) and is_comment(defect.path[-1])


def _read(written: Written) -> JsonDocument:
    if written.is_yaml and len(written.text) > LONGEST_YAML:
        message = f"is longer than {LONGEST_YAML:,} characters, the most of YAML that is read"
        raise LossConfigError([ConfigProblem(written.source, None, None, "", message)])
    try:
        return (read_yaml if written.is_yaml else read_json)(written.text)
    except JsonSyntaxError as error:
        message = error.message
        if not written.is_yaml and _BEGIN_OF_YAML.match(written.text):
            message += (
                "; YAML takes a name that ends in .yaml or .yml, or --yaml for standard input"
            )
        problem = ConfigProblem(written.source, *error.position, "", message)
        raise LossConfigError([problem]) from None


def _problem(
    source: str, setting: Setting | None, position: Position, path: JsonPath, message: str
) -> ConfigProblem:
    """A problem with what stands at `path`, in the text or because a setting put it there."""
    if setting is None:
        return ConfigProblem(source, *position, shown_pointer(path), message)
    return ConfigProblem(setting.source, None, None, shown_pointer(path), message)


def _position(document: JsonDocument, path: JsonPath, at_key: bool) -> Position:
    return document.position_of_key(path) if at_key else document.position_of_value(path)
