"""The loss config in a JSON document: where it stands, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ._explain import AROUND_LOSS_CONFIGS, Explanation
from ._jsontext import Json, JsonDocument, JsonPath, JsonSyntaxError, Position, read_json
from ._wording import did_you_mean, json_pointer, nearest, shown
from .config import WEIGHT_SECTIONS, validate_sections
from .errors import ConfigProblem, LossConfigError
from .models import AutoencoderLossConfig

_TRAINING, _LOSS_CONFIGS, _MODEL_TYPE = "training", "loss_configs", "model_type"
LOSS_CONFIGS_PATH: JsonPath = (_TRAINING, _LOSS_CONFIGS)
"""Where a whole model config holds its loss config."""

_WHOLE_CONFIG = AROUND_LOSS_CONFIGS - {_LOSS_CONFIGS}
LONGEST_FILE = 4_000_000
"""The most bytes that are read."""

# How alike a key has to be to one that is absent to count as that key, misspelled.
_SLIP_OF_TRAINING = 0.7
_SLIP_OF_LOSS_CONFIGS = 0.85  # eval_loss_configs is another thing

_HAVE_A_LOSS_CONFIG = ("clap",)
"""Model types of stable-audio-tools whose `training.loss_config` is no misspelling."""


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


def read_text(source: str) -> str:
    """The text of the file `source`.

    Raises:
        LossConfigError: it can't be read, is too long, or is no UTF-8.
    """
    file = Path(source)
    content: bytes | None = None
    message = "expected a file, not a named pipe"
    try:
        if not file.is_fifo() or file.is_symlink():  # a shell's <(…) is a link to a pipe
            with file.open("rb") as stream:
                content = stream.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        message = f"there is no such file{_near_file(file)}"
    except IsADirectoryError:
        message = "expected a file, not a directory"
    except (OSError, ValueError) as error:
        message = f"can't be read: {error}"
    if content is not None:
        return text_of(content, source)
    raise LossConfigError([ConfigProblem(source, None, None, "", message)])


def text_of(content: bytes, source: str) -> str:
    """The text that `content` says, of which the first 4,000,001 bytes are enough.

    Raises:
        LossConfigError: it is too long, or no UTF-8.
    """
    if len(content) > LONGEST_FILE:
        message = f"is longer than {LONGEST_FILE:,} bytes, the most that is read"
    else:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"expected UTF-8 text; {error.reason} at byte {error.start}"
    raise LossConfigError([ConfigProblem(source, None, None, "", message)])


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
    own = _own_part(document.value)
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


@dataclass(frozen=True)
class _OwnPart:
    """The loss_configs object of a document, and what is wrong on the way to it."""

    path: JsonPath
    sections: dict[str, Json]
    problems: tuple[Explanation, ...] = ()

    def holds(self, path: JsonPath, foreign: frozenset[str]) -> bool:
        """Whether `path` leads into the object or is on the way to it."""
        if len(path) <= len(self.path):
            return path != () and path == self.path[: len(path)]
        return path[: len(self.path)] == self.path and path[len(self.path)] not in foreign


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


def _own_part(document: Json) -> _OwnPart:
    match document:
        case dict() as whole if _WHOLE_CONFIG.isdisjoint(whole):
            return _OwnPart((), whole)
        case dict() as whole:
            return _part_of_a_whole_config(whole)
        case other:
            message = f"expected an object, not {shown(other)}"
            return _OwnPart((), {}, (Explanation((), False, message),))


def _part_of_a_whole_config(whole: dict[str, Json]) -> _OwnPart:
    problems = list(_slip(whole, (), _TRAINING, _SLIP_OF_TRAINING))
    if _LOSS_CONFIGS in whole:
        message = f"{_LOSS_CONFIGS!r} belongs at /training/loss_configs"
        problems.append(Explanation((_LOSS_CONFIGS,), True, message))
    sections: dict[str, Json] = {}
    match whole.get(_TRAINING):
        case {"loss_configs": dict() as members}:
            sections = members
        case {"loss_configs": None} | None:
            problems = problems or list(_misplaced(whole, ()))
        case {"loss_configs": other}:
            message = f"expected an object or null, not {shown(other)}"
            problems.append(Explanation(LOSS_CONFIGS_PATH, False, message))
        case dict() as training:
            if whole.get(_MODEL_TYPE) not in _HAVE_A_LOSS_CONFIG:
                problems += _slip(training, (_TRAINING,), _LOSS_CONFIGS, _SLIP_OF_LOSS_CONFIGS)
            problems = problems or list(_misplaced(whole, ()))
        case other:
            message = f"expected an object, not {shown(other)}"
            problems.append(Explanation((_TRAINING,), False, message))
    return _OwnPart(LOSS_CONFIGS_PATH, sections, tuple(problems))


def _misplaced(owner: dict[str, Json], path: JsonPath) -> Iterator[Explanation]:
    """What may have been meant for training.loss_configs, which is not there."""
    for key, value in owner.items():
        here = (*path, key)
        if here == LOSS_CONFIGS_PATH:
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


def _position(document: JsonDocument, path: JsonPath, at_key: bool) -> Position:
    return document.position_of_key(path) if at_key else document.position_of_value(path)


def _near_file(file: Path) -> str:
    try:
        return did_you_mean(file.name, [each.name for each in file.parent.iterdir()])
    except OSError:
        return f"; neither is the folder {str(file.parent)!r}"
