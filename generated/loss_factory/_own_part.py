# Generated from templates/support/_own_part.py.
# Do not edit; change it and run: python -m nox -s generate

"""Where the loss config stands in a document, and what is wrong on the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ._explanation import AROUND_LOSS_CONFIGS, Explanation
from ._jsontext import Json, JsonPath
from ._wording import nearest, shown
from .config import SECTIONS, WEIGHT_SECTIONS

_TRAINING, _LOSS_CONFIGS, _MODEL_TYPE = "training", "loss_configs", "model_type"
LOSS_CONFIGS_PATH: JsonPath = (_TRAINING, _LOSS_CONFIGS)
"""Where a whole model config holds its loss config."""

_WHOLE_CONFIG = AROUND_LOSS_CONFIGS - {_LOSS_CONFIGS}
# How alike a key has to be to one that is absent to count as that key, misspelled.
_SLIP_OF_TRAINING = 0.7
_SLIP_OF_LOSS_CONFIGS = 0.85  # eval_loss_configs is another thing

_LOOKS_ALIKE = 0.85  # pretraining is another thing, too
_LIKE_A_LOSS_CONFIG = 2  # sections

_AUTOENCODER = "autoencoder"
_HAVE_A_LOSS_CONFIG = ("clap",)
"""Model types of stable-audio-tools whose `training.loss_config` is no misspelling."""


@dataclass(frozen=True)
class OwnPart:
    """The loss_configs object of a document, and what is wrong on the way to it."""

    path: JsonPath
    sections: dict[str, Json]
    problems: tuple[Explanation, ...] = ()

    def holds(self, path: JsonPath, foreign: frozenset[str]) -> bool:
        """Whether `path` leads into the object or is on the way to it."""
        if len(path) <= len(self.path):
            return path != () and path == self.path[: len(path)]
        return path[: len(self.path)] == self.path and path[len(self.path)] not in foreign


def own_part_of(document: Json) -> OwnPart:
    """The loss config of a document, which is that itself or a whole model config."""
    match document:
        case dict() as whole if _WHOLE_CONFIG.isdisjoint(whole):
            return OwnPart((), whole)
        case dict() as whole:
            return _part_of_a_whole_config(whole)
        case other:
            message = f"expected an object, not {shown(other)}"
            return OwnPart((), {}, (Explanation((), False, message),))


def _part_of_a_whole_config(whole: dict[str, Json]) -> OwnPart:
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
    return OwnPart(LOSS_CONFIGS_PATH, sections, tuple(problems))


def beside_loss_configs(document: Json) -> Iterator[tuple[JsonPath, str]]:
    """What stands around `training.loss_configs`, which nothing reads: each path, and a message."""
    match document:
        case dict() as whole if whole.get(_MODEL_TYPE) in (None, _AUTOENCODER):
            yield from _look_alikes(whole, (), _TRAINING)
            yield from _strayed_sections(whole, ())
        case _:
            return
    match whole.get(_TRAINING):
        case dict() as training:
            yield from _look_alikes(training, (_TRAINING,), _LOSS_CONFIGS)
            yield from _strayed_sections(training, (_TRAINING,))
            if training.get(_LOSS_CONFIGS) is None and whole.get(_MODEL_TYPE) == _AUTOENCODER:
                yield (_TRAINING,), "has no 'loss_configs', so that the trainer's defaults apply"
        case _:
            pass


def _look_alikes(
    owner: dict[str, Json], path: JsonPath, key: str
) -> Iterator[tuple[JsonPath, str]]:
    """Keys that are hardly another thing than `key`, beside it."""
    for other in owner if key in owner else ():
        if other != key and nearest(key, [other], _LOOKS_ALIKE) is not None:
            yield (*path, other), f"nothing reads {other!a} beside {key!r}"


def _strayed_sections(owner: dict[str, Json], path: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    """Sections of a loss config that stand in `owner`, and objects there that look like one."""
    right = "/training/loss_configs"
    for key, value in owner.items():
        match value:
            case _ if key in SECTIONS:
                yield (*path, key), f"nothing reads {key!r} here; it belongs at {right}/{key}"
            case dict() as members if (*path, key) != LOSS_CONFIGS_PATH and path:
                if len(SECTIONS & members.keys()) >= _LIKE_A_LOSS_CONFIG:
                    yield (*path, key), f"{key!a} is like a loss config, which belongs at {right}"
            case _:
                pass


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
                case dict() if _WHOLE_CONFIG.isdisjoint(value):  # no other model's config
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
