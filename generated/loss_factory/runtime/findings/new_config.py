# Generated from templates/runtime/findings/new_config.py.
# Do not edit; change it and run: python -m nox -s generate

"""A new model config: a published autoencoder, with the losses that the schema's examples say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from ..config.documents import Written
from ..model.records import AnyTables, Trainer
from ..model.shape import Choices, choices_of, fields_of
from ..text.jsontext import Json, at, object_at
from ..text.wording import alternatives, did_you_mean_name
from .checking import Findings, Question, check
from .examples import Examples

# The autoencoder of Stable Audio 2.0, in stereo. It stands here and not in the schema, since no
# schema of losses changes it; what a bottleneck changes in it is that bottleneck's `x-model`.
# Its schedules of learning rates are left out: stable-audio-tools 0.0.19 fails on them with a new
# torch.
_CONFIG: Final[Mapping[str, Json]] = {
    "model_type": "autoencoder",
    "sample_size": 65536,
    "sample_rate": 44100,
    "audio_channels": 2,
    "model": {
        "encoder": {
            "type": "oobleck",
            "config": {
                "in_channels": 2,
                "channels": 128,
                "c_mults": [1, 2, 4, 8, 16],
                "strides": [2, 4, 4, 8, 8],
                "latent_dim": 64,
                "use_snake": True,
            },
        },
        "decoder": {
            "type": "oobleck",
            "config": {
                "out_channels": 2,
                "channels": 128,
                "c_mults": [1, 2, 4, 8, 16],
                "strides": [2, 4, 4, 8, 8],
                "latent_dim": 64,
                "use_snake": True,
                "final_tanh": False,
            },
        },
        "bottleneck": {},
        "latent_dim": 64,
        "downsampling_ratio": 2048,
        "io_channels": 2,
    },
    "training": {
        "learning_rate": 1.5e-4,
        "warmup_steps": 0,
        "use_ema": True,
        "optimizer_configs": {
            "autoencoder": {
                "optimizer": {
                    "type": "AdamW",
                    "config": {"betas": [0.8, 0.99], "lr": 1.5e-4, "weight_decay": 1e-3},
                }
            },
            "discriminator": {
                "optimizer": {
                    "type": "AdamW",
                    "config": {"betas": [0.8, 0.99], "lr": 3e-4, "weight_decay": 1e-3},
                }
            },
        },
        "loss_configs": {},
        "demo": {"demo_every": 2000},
    },
}
_LOSSES: Final = "/training/loss_configs"
_CHANNELS: Final = ("audio_channels", "io_channels", "in_channels", "out_channels")
_STEREO: Final = 2  # what those say in all examples


class NewConfig(NamedTuple):
    """A model config, what somebody has to complete in it, and what `check` says of it.

    Without examples of all that the trainer needs, `check` finds something.
    """

    text: str
    missing: str | None
    findings: Findings

    @property
    def lacks_examples(self) -> bool:
        """Whether all that is wrong is that sections are missing."""
        return all(each.problem.pointer == _LOSSES for each in self.findings.told)


class NoExampleError(ValueError):
    """The trainer has no such bottleneck or discriminator, or the schema no example of one."""


def new_config(
    tables: AnyTables, tag: str, trainer: Trainer, channels: int, discriminator: str | None
) -> NewConfig:
    """A whole model config.

    Args:
        tables: those of the package.
        tag: what model configs call the bottleneck.
        trainer: who reads it.
        channels: how many the autoencoder takes and puts out.
        discriminator: the type of the discriminator, if there is to be one.

    Raises:
        NoExampleError: there is no such config.
    """
    examples = Examples(tables.folder)
    _require_bottleneck(tables, tag, trainer)
    own = examples.model_with(tag)
    losses = _losses(tables, examples, tag, trainer, discriminator)
    config = _merged(dict(_CONFIG), {"training": {"loss_configs": losses}})
    config = _merged(config, {"model": {"bottleneck": {"type": tag}}})
    config = _merged(config, {"model": own or {}})
    if discriminator is None:
        config = _merged(config, {"training": {"optimizer_configs": {"discriminator": None}}})
    missing = None
    if own is None:
        missing = (
            f"the schema doesn't say what models with {tag!r} look like (x-model): complete "
            "model.bottleneck.config, and the latent_dim of the encoder"
        )
    text = _json(_with_channels(config, channels)) + "\n"
    question = Question(tables, frozenset(), None, (trainer,))
    return NewConfig(text, missing, check(Written("new config", text), question))


def discriminator_types(tables: AnyTables) -> list[str]:
    """The types of discriminators that a config can name."""
    found = _discriminators(tables)
    return [] if found is None else [*found[1].models]


def _discriminators(tables: AnyTables) -> tuple[str, Choices] | None:
    """The section that says which discriminator the trainer builds, and its types."""
    objectives = tables.objectives.values()
    paths = (each.path for one in objectives for each in one.summands if each.discriminator)
    for section in dict.fromkeys(path.partition(".")[0] for path in paths if path is not None):
        choices = choices_of(fields_of(tables.config).get(section))
        if choices is not None:
            return section, choices
    return None


def _require_bottleneck(tables: AnyTables, tag: str, trainer: Trainer) -> None:
    known = [each for each, kind in tables.config_types.items() if trainer.builds(kind)]
    if tag not in known:
        message = f"{trainer.name} has no bottleneck {tag!r}; there is "
        raise NoExampleError(f"{message}{alternatives(known) if known else 'none'}")


def _losses(
    tables: AnyTables, examples: Examples, tag: str, trainer: Trainer, discriminator: str | None
) -> dict[str, Json]:
    """The weights of the bottleneck, and the sections that have examples and that are read."""
    adversary = _discriminators(tables)
    if discriminator is not None:
        _require_discriminator(tables, examples, trainer, discriminator)
    losses: dict[str, Json] = {}
    for section in fields_of(tables.config):
        if _ignores(trainer, tables, section):
            continue
        for path, weight in _weights(tables, examples, tag):
            if path[0] == section:
                losses = _merged(losses, _nested(path, weight))
        found = examples.of((section,))
        if adversary is not None and section == adversary[0]:
            found = _of_type(found, adversary[1], discriminator)
        if found:
            losses = _merged(losses, {section: found[0]})
    return losses


def _weights(
    tables: AnyTables, examples: Examples, tag: str
) -> Iterator[tuple[Sequence[str], Json]]:
    """Where the weights of the bottleneck's losses stand: each as in published models."""
    for loss in tables.losses[tables.config_types[tag]]:
        path = loss.weight.path.split(".")
        found = examples.of(path)
        yield path, found[0] if found else loss.weight.default


def _require_discriminator(
    tables: AnyTables, examples: Examples, trainer: Trainer, wanted: str
) -> None:
    """One of the types that the trainer builds, and that the schema has an example of."""
    section, choices = _discriminators(tables) or ("", Choices("", {}))
    if not section or _ignores(trainer, tables, section):
        raise NoExampleError(f"{trainer.name} reads no section that names a discriminator")
    built = [
        name
        for name, model in choices.models.items()
        if name not in trainer.refuses.get(f"{model.__name__}.{choices.tag}", ())
    ]
    there = [name for name in built if _of_type(examples.of((section,)), choices, name)]
    if wanted in there:
        return
    if wanted in built:
        message = f"the schema has no example of a discriminator {wanted!r}"
    elif wanted in choices.models:
        message = f"{trainer.name} has no discriminator {wanted!r}"
    else:
        message = f"unknown discriminator {wanted!a}"
    known = f"; there is {alternatives(there) if there else 'none'}"
    raise NoExampleError(message + (did_you_mean_name(wanted, there) or known))


def _of_type(examples: Sequence[Json], choices: Choices, wanted: str | None) -> list[Json]:
    return [each for each in examples if wanted and at(each, (choices.tag,)) == wanted]


def _ignores(trainer: Trainer, tables: AnyTables, section: str) -> bool:
    return f"{tables.config.__name__}.{section}" in trainer.ignores


def _nested(path: Sequence[str], value: Json) -> dict[str, Json]:
    first, *others = path
    return {first: _nested(others, value) if others else value}


def _merged(document: dict[str, Json], patch: Mapping[str, Json]) -> dict[str, Json]:
    """`document` with a JSON Merge Patch."""
    merged = dict(document)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = _merged(object_at(merged, (key,)), value)
        else:
            merged[key] = value
    return merged


def _with_channels(value: Json, channels: int) -> Json:
    """`value` for so many channels in place of two."""
    if not isinstance(value, dict):
        return value
    return {
        key: channels if key in _CHANNELS and each == _STEREO else _with_channels(each, channels)
        for key, each in value.items()
    }


def _json(value: Json, indent: str = "") -> str:
    """JSON as people write configs: a line for each key, and lists in one line."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value)
    inner = f"{indent}  "
    members = (f"{inner}{json.dumps(key)}: {_json(each, inner)}" for key, each in value.items())
    return "{\n" + ",\n".join(members) + f"\n{indent}}}"
