# Generated from templates/runtime/config/model_config.py.
# Do not edit; change it and run: python -m nox -s generate

"""The loss config in a whole model config, and what is wrong on the way to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..model.plain import Mistake
from ..model.records import BottleneckT, ConfigT, Tables
from ..text.jsontext import Json, JsonPath
from ..text.wording import shown, shown_pointer, slip_for, slips_for

AROUND_LOSS_CONFIGS = frozenset({"loss_configs", "model", "model_type", "training"})
"""Keys of a model config and of its `training` that tell them from a loss_configs object."""

_TRAINING, _LOSS_CONFIGS, _MODEL_TYPE = "training", "loss_configs", "model_type"
LOSS_CONFIGS_PATH: JsonPath = (_TRAINING, _LOSS_CONFIGS)
"""Where a whole model config holds its loss config."""

_DATASET_TYPE, _DATASETS = "dataset_type", "datasets"
"""What the config of a dataset says in stable-audio-tools."""
_NAMES_OF_ALL_LOSSES = frozenset({"loss", "losses", "lossconfig"})

_OF_TRAINING = frozenset({"demo", "learning_rate", "optimizer_configs", "use_ema", "warmup_steps"})
"""What nearly every training object has, and no loss_configs object."""

_WHOLE_CONFIG = AROUND_LOSS_CONFIGS - {_LOSS_CONFIGS}
_SECTIONS_OF_A_LOSS_CONFIG = 2  # at least

_AUTOENCODER = "autoencoder"
_HAVE_A_LOSS_CONFIG = ("clap",)
"""Model types of stable-audio-tools whose `training.loss_config` is no misspelling."""


@dataclass(frozen=True)
class OwnPart:
    """The loss_configs object of a document, and what is wrong on the way to it."""

    path: JsonPath
    sections: dict[str, Json]
    problems: tuple[Mistake, ...] = ()

    def holds(self, path: JsonPath, foreign: frozenset[str]) -> bool:
        """Whether `path` leads into the object or is on the way to it."""
        if len(path) <= len(self.path):
            return path != () and path == self.path[: len(path)]
        return path[: len(self.path)] == self.path and path[len(self.path)] not in foreign


def is_dataset_config(
    tables: Tables[ConfigT, BottleneckT], document: Json, foreign: Collection[str]
) -> bool:
    """Whether it is the config of a dataset, and nothing in it is that of a model or its losses.

    Unless what says so is a `foreign` section.
    """
    if not isinstance(document, dict):
        return False
    own = {key: value for key, value in document.items() if key not in foreign}
    if _DATASET_TYPE not in own and not isinstance(own.get(_DATASETS), list):
        return False
    return AROUND_LOSS_CONFIGS.isdisjoint(document) and tables.sections.isdisjoint(document)


def own_part_of(
    tables: Tables[ConfigT, BottleneckT], document: Json, foreign: Collection[str]
) -> OwnPart:
    """The loss config of a document, which is that itself or a whole model config.

    The trainer reads the `foreign` sections itself, whatever stands in them.
    """
    if not isinstance(document, dict):
        return OwnPart((), {}, (Mistake((), f"expected an object, not {shown(document)}"),))
    if _WHOLE_CONFIG.isdisjoint(document):
        if _LOSS_CONFIGS in document:
            message = training_object((_LOSS_CONFIGS,))
            return OwnPart((), {}, (Mistake((_LOSS_CONFIGS,), message, at_key=True),))
        own = {key: value for key, value in document.items() if key not in foreign}
        around = []
        if tables.sections.isdisjoint(own):
            around = [*_around_all_losses(own, tables.sections)] or [*_without_losses(own)]
        return OwnPart((), {} if around else document, tuple(around))
    return _part_of_a_whole_config(document, tables.weight_sections)


def training_object(path: JsonPath) -> str:
    """What is wrong with a training object in the place of its `loss_configs` at `path`."""
    return f"this is the training object; give the whole model config, or {_alone(path)}"


def path_inside(value: Json) -> JsonPath | None:
    """Where the `loss_configs` object stands in a training object, or in a whole model config."""
    match value:
        case {"loss_configs": dict()}:
            return (_LOSS_CONFIGS,)
        case {"training": {"loss_configs": dict()}}:
            return LOSS_CONFIGS_PATH
        case _:
            return None


def _alone(path: JsonPath) -> str:
    pointer = shown_pointer(path)
    return f"what stands here alone (commands take --at {pointer}, load_config at={pointer!r})"


def _around_all_losses(document: dict[str, Json], sections: frozenset[str]) -> Iterator[Mistake]:
    """The one key that holds all losses, in a document that has nothing of its own."""
    holders: list[JsonPath] = []
    for key, value in document.items():
        if (inside := path_inside(value)) is not None:
            holders.append((key, *inside))
        elif isinstance(value, dict) and (
            _alike(key) in _NAMES_OF_ALL_LOSSES
            or any(isinstance(value[name], dict | None) for name in sections & value.keys())
        ):
            holders.append((key,))
    if len(holders) == 1 and not slips_for(str(holders[0][0]), AROUND_LOSS_CONFIGS):
        message = f"the loss config stands here; give {_alone(holders[0])}"
        yield Mistake(holders[0], message, at_key=True)


def _without_losses(document: dict[str, Json]) -> Iterator[Mistake]:
    """What the document lacks, if it is a training object."""
    if not _OF_TRAINING.isdisjoint(document):
        message = "this is a training object without 'loss_configs'; give the whole model config"
        yield from [*_slip(document, (), _LOSS_CONFIGS)] or [Mistake((), message)]


def _part_of_a_whole_config(whole: dict[str, Json], weight_sections: frozenset[str]) -> OwnPart:
    problems = list(_slip(whole, (), _TRAINING))
    if _LOSS_CONFIGS in whole:
        message = f"{_LOSS_CONFIGS!r} belongs at /training/loss_configs"
        problems.append(Mistake((_LOSS_CONFIGS,), message, at_key=True))
    sections: dict[str, Json] = {}
    match whole.get(_TRAINING):
        case {"loss_configs": dict() as members}:
            sections = members
        case {"loss_configs": None} | None:
            problems = problems or list(_misplaced(whole, (), weight_sections))
        case {"loss_configs": other}:
            message = f"expected an object or null, not {shown(other)}"
            problems.append(Mistake(LOSS_CONFIGS_PATH, message))
        case dict() as training:
            if whole.get(_MODEL_TYPE) not in _HAVE_A_LOSS_CONFIG:
                problems += _slip(training, (_TRAINING,), _LOSS_CONFIGS)
            problems = problems or list(_misplaced(whole, (), weight_sections))
        case other:
            message = f"expected an object, not {shown(other)}"
            problems.append(Mistake((_TRAINING,), message))
    return OwnPart(LOSS_CONFIGS_PATH, sections, tuple(problems))


def beside_loss_configs(tables: Tables[ConfigT, BottleneckT], document: Json) -> Iterator[Mistake]:
    """What stands around `training.loss_configs`, and which nothing reads."""
    if not isinstance(document, dict) or document.get(_MODEL_TYPE) not in (None, _AUTOENCODER):
        return
    yield from _look_alikes(document, (), _TRAINING)
    yield from _strayed_sections(document, (), tables.sections)
    training = document.get(_TRAINING)
    if isinstance(training, dict):
        yield from _look_alikes(training, (_TRAINING,), _LOSS_CONFIGS)
        yield from _strayed_sections(training, (_TRAINING,), tables.sections)
        if training.get(_LOSS_CONFIGS) is None and document.get(_MODEL_TYPE) == _AUTOENCODER:
            message = "has no 'loss_configs', so that the trainer's defaults apply"
            yield Mistake((_TRAINING,), message, at_key=True)


def _look_alikes(owner: dict[str, Json], path: JsonPath, key: str) -> Iterator[Mistake]:
    """Keys that are hardly another thing than `key`, beside it."""
    for other in owner if key in owner else ():
        if other != key and slip_for(key, [other]) is not None:
            message = f"nothing reads {other!a} beside {key!r}"
            yield Mistake((*path, other), message, at_key=True)


def _strayed_sections(
    owner: dict[str, Json], path: JsonPath, sections: frozenset[str]
) -> Iterator[Mistake]:
    """Sections of a loss config that stand in `owner`, and objects there that look like one."""
    right = "/training/loss_configs"
    for key, value in owner.items():
        here = (*path, key)
        if key in sections and isinstance(value, dict):
            message = f"nothing reads {key!r} here; it belongs at {right}/{key}"
            yield Mistake(here, message, at_key=True)
        elif path and here != LOSS_CONFIGS_PATH and _is_like_a_loss_config(value, sections):
            message = f"{key!a} is like a loss config, which belongs at {right}"
            yield Mistake(here, message, at_key=True)


def _is_like_a_loss_config(value: Json, sections: frozenset[str]) -> bool:
    return isinstance(value, dict) and len(sections & value.keys()) >= _SECTIONS_OF_A_LOSS_CONFIG


def _misplaced(
    owner: dict[str, Json], path: JsonPath, weight_sections: frozenset[str]
) -> Iterator[Mistake]:
    """What may have been meant for training.loss_configs, which is not there."""
    for key, value in owner.items():
        here = (*path, key)
        if here == LOSS_CONFIGS_PATH:
            continue  # null
        if _alike(key) == _alike(_LOSS_CONFIGS):
            yield Mistake(here, f"{key!a} belongs at /training/loss_configs", at_key=True)
        elif path in ((), (_TRAINING,)) and key in weight_sections:
            yield Mistake(here, f"{key!a} belongs at /training/loss_configs/{key}", at_key=True)
        elif isinstance(value, dict) and _WHOLE_CONFIG.isdisjoint(value):  # no other model's config
            yield from _misplaced(value, here, weight_sections)


def _slip(owner: dict[str, Json], path: JsonPath, key: str) -> Iterator[Mistake]:
    """If `key` is not there, what it may have been misspelled as: else it would just be absent."""
    if key in owner:
        return
    if (slip := slip_for(key, owner)) is not None:
        message = f"unknown key {slip!a}; did you mean {key!r}?"
        yield Mistake((*path, slip), message, at_key=True)


def _alike(key: str) -> str:
    """`key` without case and separators."""
    return key.casefold().replace("_", "").replace("-", "")
