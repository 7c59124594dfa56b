"""Loss configs from JSON files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from ._explain import AROUND_LOSS_CONFIGS, Explanation
from ._jsontext import Json, JsonDocument, JsonPath, JsonSyntaxError, Position, read_json
from ._wording import did_you_mean, json_pointer, nearest, shown
from .config import WEIGHT_SECTIONS, checked_foreign_sections, validate_sections
from .errors import ConfigProblem, LossConfigError
from .models import AutoencoderLossConfig

_TRAINING, _LOSS_CONFIGS = "training", "loss_configs"
_WHOLE_CONFIG = AROUND_LOSS_CONFIGS - {_LOSS_CONFIGS}
_LONGEST_TEXT = 4_000_000

# How alike a key has to be to one that is absent to count as that key, misspelled.
_SLIP_OF_TRAINING = 0.7
_SLIP_OF_LOSS_CONFIGS = 0.85  # eval_loss_configs is another thing


def load_config(
    path: str | os.PathLike[str], *, foreign_sections: Iterable[str] = ()
) -> AutoencoderLossConfig:
    """Read a loss config from a JSON file.

    Args:
        path: a file in UTF-8 that holds either a `loss_configs` object or a whole model config, of
            which `training.loss_configs` is taken.
        foreign_sections: names of sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: the file can't be read, or has mistakes; all of them are listed, each with
            its line and column. What else a model config holds has to be JSON and no more.
    """
    foreign = checked_foreign_sections(foreign_sections)
    source = os.fspath(path)
    try:
        document = read_json(_read_text(source))
    except JsonSyntaxError as error:
        raise LossConfigError([ConfigProblem(source, *error.position, "", error.message)]) from None
    own = _own_part(document.value)
    defects = [each for each in document.defects if own.holds(each.path, foreign)]
    suspect = {each.path[len(own.path) :] for each in defects}
    sections = {key: value for key, value in own.sections.items() if key not in foreign}
    config = validate_sections(sections, suspect, own.path)
    explanations = [each for each in own.problems if each.path not in {d.path for d in defects}]
    match config:
        case AutoencoderLossConfig() if not explanations and not defects:
            return config
        case AutoencoderLossConfig():
            pass
        case found:
            explanations += [each._replace(path=(*own.path, *each.path)) for each in found]
    placed = [(each.position, each.path, each.message) for each in defects]
    placed += [(_position(document, each), each.path, each.message) for each in explanations]
    raise LossConfigError(
        ConfigProblem(source, *position, json_pointer(path), message)
        for position, path, message in sorted(placed, key=lambda each: each[0])
    )


class _OwnPart(NamedTuple):
    """The loss_configs object of a document, and what is wrong on the way to it."""

    path: JsonPath
    sections: dict[str, Json]
    problems: list[Explanation]

    def holds(self, path: JsonPath, foreign: frozenset[str]) -> bool:
        """Whether `path` leads into the object or is on the way to it."""
        if len(path) <= len(self.path):
            return path != () and path == self.path[: len(path)]
        return path[: len(self.path)] == self.path and path[len(self.path)] not in foreign


def _own_part(document: Json) -> _OwnPart:
    match document:
        case dict() as whole if _WHOLE_CONFIG.isdisjoint(whole):
            return _OwnPart((), whole, [])
        case dict() as whole:
            return _part_of_a_whole_config(whole)
        case other:
            return _OwnPart(
                (), {}, [Explanation((), False, f"expected an object, not {shown(other)}")]
            )


def _part_of_a_whole_config(whole: dict[str, Json]) -> _OwnPart:
    training_path: JsonPath = (_TRAINING,)
    path: JsonPath = (_TRAINING, _LOSS_CONFIGS)
    problems = list(_slip(whole, (), _TRAINING, _SLIP_OF_TRAINING))
    if _LOSS_CONFIGS in whole:
        message = "'loss_configs' belongs at /training/loss_configs"
        problems.append(Explanation((_LOSS_CONFIGS,), True, message))
    match whole.get(_TRAINING):
        case None:
            return _OwnPart(path, {}, problems or list(_misplaced(whole, ())))
        case dict() as training:
            problems += _slip(training, training_path, _LOSS_CONFIGS, _SLIP_OF_LOSS_CONFIGS)
        case other:
            message = f"expected an object, not {shown(other)}"
            problems.append(Explanation(training_path, False, message))
            return _OwnPart(path, {}, problems)
    match training.get(_LOSS_CONFIGS):
        case None:
            return _OwnPart(path, {}, problems or list(_misplaced(whole, ())))
        case dict() as sections:
            return _OwnPart(path, sections, problems)
        case other:
            message = f"expected an object or null, not {shown(other)}"
            problems.append(Explanation(path, False, message))
            return _OwnPart(path, {}, problems)


def _misplaced(owner: dict[str, Json], path: JsonPath) -> Iterator[Explanation]:
    """What may have been meant for training.loss_configs, which is not there."""
    for key, value in owner.items():
        here = (*path, key)
        if here == (_TRAINING, _LOSS_CONFIGS):
            continue  # null
        if _alike(key) == _alike(_LOSS_CONFIGS):
            yield Explanation(here, True, f"{key!a} belongs at /training/loss_configs")
        elif path in ((), (_TRAINING,)) and key in WEIGHT_SECTIONS:
            yield Explanation(here, True, f"{key!a} belongs at /training/loss_configs/{key}")
        else:
            match value:
                case dict():
                    yield from _misplaced(value, here)
                case _:
                    pass


def _slip(owner: dict[str, Json], path: JsonPath, key: str, cutoff: float) -> Iterator[Explanation]:
    """If `key` is not there, what it may have been misspelled as: else it would just be absent."""
    if key in owner:
        return
    if (slip := nearest(key, owner, cutoff)) is not None:
        message = f"unknown key {slip!a}; did you mean {key!r}?"
        yield Explanation((*path, slip), True, message)


def _alike(key: str) -> str:
    """`key` without case and separators."""
    return key.casefold().replace("_", "").replace("-", "")


def _position(document: JsonDocument, explanation: Explanation) -> Position:
    if explanation.at_key:
        return document.position_of_key(explanation.path)
    return document.position_of_value(explanation.path)


def _read_text(source: str) -> str:
    file = Path(source)
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"expected UTF-8 text; {error.reason} at byte {error.start}"
    except FileNotFoundError:
        message = f"there is no such file{_near_file(file)}"
    except IsADirectoryError:
        message = "expected a file, not a directory"
    except (OSError, ValueError) as error:
        message = f"can't be read: {error}"
    else:
        if len(text) <= _LONGEST_TEXT:
            return text
        message = f"has {len(text):,} characters; at most {_LONGEST_TEXT:,} are read"
    raise LossConfigError([ConfigProblem(source, None, None, "", message)])


def _near_file(file: Path) -> str:
    try:
        return did_you_mean(file.name, [each.name for each in file.parent.iterdir()])
    except OSError:
        return f"; neither is the folder {str(file.parent)!r}"
