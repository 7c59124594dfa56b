"""Loss configs from JSON files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from ._explain import Explanation
from ._jsontext import Json, JsonDocument, JsonPath, JsonSyntaxError, json_pointer, read_json
from ._wording import did_you_mean, shown
from .config import checked_foreign_sections, validate_sections
from .errors import ConfigProblem, LossConfigError
from .models import AutoencoderLossConfig

_WHOLE_CONFIG_KEYS = frozenset({"model_type", "model", "training"})
_TRAINING, _LOSS_CONFIGS = "training", "loss_configs"
_ALMOST_THE_SAME = 0.85


def load_config(
    path: str | os.PathLike[str], *, foreign_sections: Iterable[str] = ()
) -> AutoencoderLossConfig:
    """Read a loss config from a JSON file.

    Args:
        path: a file in UTF-8 that holds either a `loss_configs` object or a whole model config, of
            which `training.loss_configs` is taken.
        foreign_sections: names of sections that the trainer reads itself; they are skipped.

    Raises:
        LossConfigError: the file can't be read or has mistakes; all of them are listed, with line
            and column. What else a model config holds is not looked at.
    """
    foreign = checked_foreign_sections(foreign_sections)
    source = os.fspath(path)
    try:
        document = read_json(_read_text(source))
    except JsonSyntaxError as error:
        raise LossConfigError([ConfigProblem(source, *error.position, "", error.message)]) from None
    base, owned, problems = _own_part(document)
    sections = {key: value for key, value in owned.items() if key not in foreign}
    mistakes = {
        defect.path[len(base) :]: defect.message
        for defect in document.defects
        if _is_below(defect.path, base) and defect.path[len(base)] not in foreign
    }
    config = validate_sections(sections, mistakes)
    match config:
        case AutoencoderLossConfig() if not problems:
            return config
        case AutoencoderLossConfig():
            pass
        case _:
            problems += [each._replace(path=(*base, *each.path)) for each in config]
    raise LossConfigError(_placed(source, document, problems))


def _own_part(document: JsonDocument) -> tuple[JsonPath, dict[str, Json], list[Explanation]]:
    """The path to the loss_configs object, the object, and what is wrong on the way to it."""
    root: JsonPath = ()
    match document.value:
        case dict() as whole if _WHOLE_CONFIG_KEYS.isdisjoint(whole):
            return root, whole, []
        case dict() as whole:
            training_path: JsonPath = (_TRAINING,)
            path: JsonPath = (_TRAINING, _LOSS_CONFIGS)
        case other:
            return root, {}, [Explanation(root, False, f"expected an object, not {shown(other)}")]
    problems = [
        Explanation(defect.path, True, defect.message)
        for defect in document.defects
        if defect.path in (training_path, path)
    ]
    if _LOSS_CONFIGS in whole:
        message = "'loss_configs' belongs at /training/loss_configs"
        problems.append(Explanation((_LOSS_CONFIGS,), True, message))
    match _member(whole, _TRAINING, root, problems):
        case None:
            return path, {}, problems
        case dict() as training:
            pass
        case other:
            message = f"expected an object, not {shown(other)}"
            return path, {}, [*problems, Explanation(training_path, False, message)]
    match _member(training, _LOSS_CONFIGS, training_path, problems):
        case None:
            return path, {}, problems
        case dict() as loss_configs:
            return path, loss_configs, problems
        case other:
            message = f"expected an object or null, not {shown(other)}"
            return path, {}, [*problems, Explanation(path, False, message)]


def _member(owner: dict[str, Json], key: str, path: JsonPath, problems: list[Explanation]) -> Json:
    """`owner[key]`, or None; a key that is almost the same is a problem, not silence."""
    if key not in owner:
        for slip in get_close_matches(key, owner, n=1, cutoff=_ALMOST_THE_SAME):
            message = f"unknown key {slip!r}; did you mean {key!r}?"
            problems.append(Explanation((*path, slip), True, message))
    return owner.get(key)


def _is_below(path: JsonPath, base: JsonPath) -> bool:
    return len(path) > len(base) and path[: len(base)] == base


def _placed(
    source: str, document: JsonDocument, problems: Iterable[Explanation]
) -> list[ConfigProblem]:
    """The problems with their positions, in the order of the text."""
    placed: list[ConfigProblem] = []
    for path, at_key, message in problems:
        locate = document.position_of_key if at_key else document.position_of_value
        placed.append(ConfigProblem(source, *locate(path), json_pointer(path), message))
    return sorted(placed, key=lambda problem: (problem.line or 0, problem.column or 0))


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
        if not text.startswith("\ufeff"):
            return text
        message = "the text begins with a byte order mark; save it as UTF-8 without one"
    raise LossConfigError([ConfigProblem(source, None, None, "", message)])


def _near_file(file: Path) -> str:
    try:
        return did_you_mean(file.name, [each.name for each in file.parent.iterdir()])
    except OSError:
        return f"; neither is the folder {str(file.parent)!r}"
