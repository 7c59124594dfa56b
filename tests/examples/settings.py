"""What a run is told, all of it checked before a model is built; torch is not needed for that."""

from __future__ import annotations

import importlib
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
)

if TYPE_CHECKING:
    from loss_factory import AutoencoderLossConfig, LossConfigError, ObjectivePlan

_NOT_COMPUTED = (
    "hubert",
    "clap",
    "contrastive",
    "jepa",
    "generative",
    "semantic_regressors",
    "latent_distillation",
)
"""Sections whose values come from networks that this example hasn't."""

_SIGNALS = frozenset(
    ("reals", "reals_left", "reals_right", "decoded", "decoded_left", "decoded_right")
)
SAID_BY_DISCRIMINATOR = frozenset(("loss_dis", "loss_adv", "feature_matching_distance"))


class UserMistake(Exception):
    """Something that whoever started the run can put right; its text is all they need to see."""


class Owned(BaseModel):
    """A part of the model config in which this example reads every key, and refuses others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Shared(BaseModel):
    """A part of the model config that holds more than this example reads."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class VAEOptions(Owned):
    """The VAE has no options."""


class GroupedVAEOptions(Owned):
    """Options of the VAE whose latents come in groups."""

    groups: PositiveInt = 4


class WassersteinOptions(Owned):
    """Options of the deterministic bottleneck."""

    use_tanh: bool = False
    tanh_scale: PositiveFloat = 5.0
    noise_augment_dim: Literal[0] = 0
    bypass_mmd: Literal[False] = False


class RVQOptions(Owned):
    """Options of vector-quantize-pytorch's residual quantizer; the defaults are the usual ones."""

    dim: PositiveInt | None = None
    num_quantizers: PositiveInt = 8
    codebook_size: PositiveInt = 1024
    decay: PositiveFloat = 0.99
    kmeans_init: bool = True
    kmeans_iters: PositiveInt = 50
    threshold_ema_dead_code: float = 2.0
    commitment_weight: float = 1.0
    quantize_dropout: bool = False


class DACOptions(Owned):
    """Options of the quantizer of the Descript Audio Codec."""

    input_dim: PositiveInt | None = None
    n_codebooks: PositiveInt = 9
    codebook_size: PositiveInt = 1024
    codebook_dim: PositiveInt = 8
    quantizer_dropout: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    noise_augment_dim: Literal[0] = 0
    quantize_on_decode: Literal[False] = False


class VAESettings(Owned):
    """`model.bottleneck` of a VAE."""

    type: Literal["vae"]
    config: VAEOptions = VAEOptions()


class GroupedVAESettings(Owned):
    """`model.bottleneck` of a grouped VAE; overlays/grouped_vae.overlay.json has its losses."""

    type: Literal["grouped_vae"]
    config: GroupedVAEOptions = GroupedVAEOptions()


class WassersteinSettings(Owned):
    """`model.bottleneck` of deterministic latents."""

    type: Literal["wasserstein"]
    config: WassersteinOptions = WassersteinOptions()


class RVQSettings(Owned):
    """`model.bottleneck` of residual vector quantization, after a VAE or not."""

    type: Literal["rvq", "rvq_vae"]
    config: RVQOptions = RVQOptions()


class DACSettings(Owned):
    """`model.bottleneck` of DAC's vector quantization, after a VAE or not."""

    type: Literal["dac_rvq", "dac_rvq_vae"]
    config: DACOptions = DACOptions()


BottleneckSettings = Annotated[
    VAESettings | GroupedVAESettings | WassersteinSettings | RVQSettings | DACSettings,
    Field(discriminator="type"),
]
TAGS = ("vae", "wasserstein", "rvq", "dac_rvq", "rvq_vae", "dac_rvq_vae", "grouped_vae")


class Model(Shared):
    """`model`: encoder and decoder are this example's own, whatever the config says of them."""

    latent_dim: PositiveInt
    bottleneck: BottleneckSettings


class Training(Shared):
    """`training`, without the losses: those are loss_factory's to read."""

    learning_rate: PositiveFloat = Field(
        1e-3,
        validation_alias=AliasChoices(
            "learning_rate",
            AliasPath("optimizer_configs", "autoencoder", "optimizer", "config", "lr"),
        ),
    )
    discriminator_rate: PositiveFloat | None = Field(
        None,
        validation_alias=AliasPath(
            "optimizer_configs", "discriminator", "optimizer", "config", "lr"
        ),
    )

    @property
    def learning_rates(self) -> dict[str, float]:
        """By whose turn it is; the discriminator's is that of the other unless it is written."""
        rate = self.learning_rate
        return {"generator": rate, "discriminator": self.discriminator_rate or rate}


class ModelConfig(Shared):
    """What this example reads of a model config."""

    sample_rate: PositiveInt
    """In Hz."""

    sample_size: Annotated[int, Field(ge=2048)]
    """Length of a training segment, in samples."""

    audio_channels: PositiveInt = 2

    model: Model
    training: Training = Field(default_factory=lambda: Training.model_validate({}))


@dataclass(frozen=True)
class Settings:
    """A model config, checked."""

    document: dict[str, Any]
    """The whole config, as it was read."""

    config: ModelConfig
    """What this example reads of it."""

    package: ModuleType
    """Where the losses come from: loss_factory, or one that was compiled like it."""

    loss_config: AutoencoderLossConfig
    """The config's losses, without the sections that this example has no values for."""

    plan: ObjectivePlan
    """Every loss of both turns."""

    notes: tuple[str, ...]
    """What the user should know of this config and might not expect."""

    @property
    def architecture(self) -> dict[str, Any]:
        """What a checkpoint has to agree with to fit the model."""
        return {
            "audio_channels": self.config.audio_channels,
            "latent_dim": self.config.model.latent_dim,
            "bottleneck": self.config.model.bottleneck.model_dump(mode="json"),
        }


def read_settings(
    path: Path,
    trainer: str,
    foreign_sections: Sequence[str] = (),
    package_name: str = "loss_factory",
) -> Settings:
    """The model config at `path`.

    Args:
        path: a whole model config in JSON.
        trainer: the name of the trainer whose objective it is to be trained with.
        package_name: loss_factory, or the package that an overlay was compiled into.
        foreign_sections: sections of `loss_configs` that Loss Factory is to skip.

    Raises:
        UserMistake: the config can't be trained; the text has a line for each reason.
    """
    package = _imported(package_name)
    try:
        written = package.load_config(path, foreign_sections=foreign_sections)
    except ValueError as error:  # a LossConfigError is one
        # Loss Factory names its own argument; here it is an option.
        text = re.sub(r"foreign_sections=\['([\w-]+)'\]", r"--foreign-section \1", str(error))
        raise UserMistake(text) from None
    document = json.loads(path.read_text(encoding="utf-8"))
    tag = _bottleneck_tag(document, path)
    values = _values_of_bottleneck(package, tag, path)
    config = _model_config(document, path)
    loss_config = _without(_NOT_COMPUTED, written)
    plan, notes = _planned(package, tag, loss_config, trainer, config.audio_channels, path)
    _refuse_what_has_no_value(plan, values, path)
    notes += _notes(document, config, written, plan, foreign_sections)
    return Settings(document, config, package, loss_config, plan, tuple(notes))


def mistakes_in_losses(error: LossConfigError, path: Path) -> UserMistake:
    """What to tell the user, if the losses of the config at `path` can't be planned or built."""
    told = [
        f"{path}: /training/loss_configs{each.pointer}: {each.message}" for each in error.problems
    ]
    return UserMistake("\n".join(told))


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise UserMistake(f"--losses {name}: can't be imported: {error}") from None


def _bottleneck_tag(document: dict[str, Any], path: Path) -> str:
    match document:
        case {"model": {"bottleneck": {"type": str() as tag}}}:
            return tag
        case _:
            raise UserMistake(
                f"{path}: expected a whole model config with a string at /model/bottleneck/type"
            )


def _values_of_bottleneck(package: ModuleType, tag: str, path: Path) -> set[str]:
    """The keys of what the bottleneck leaves in `info`."""
    try:
        carried = package.plan_losses(tag).losses
    except package.UnknownBottleneckError as error:
        raise UserMistake(f"{path}: /model/bottleneck/type: {error}") from None
    if tag not in TAGS:
        known = ", ".join(map(repr, TAGS))
        raise UserMistake(
            f"{path}: /model/bottleneck/type: this example has no {tag!r} bottleneck, only {known}"
        )
    return {loss.key for loss in carried}


def _without(sections: Sequence[str], config: AutoencoderLossConfig) -> AutoencoderLossConfig:
    """`config`, as if these had not been written."""
    written = config.model_dump(exclude_unset=True, exclude=set(sections))
    return type(config).model_validate(written)


def _planned(
    package: ModuleType,
    tag: str,
    loss_config: AutoencoderLossConfig,
    trainer: str,
    channels: int,
    path: Path,
) -> tuple[ObjectivePlan, list[str]]:
    """Every loss of the training, and what Loss Factory warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", package.UnusedWeightWarning)
        try:
            plan = package.plan_objective(tag, loss_config, trainer=trainer, channels=channels)
        except package.LossConfigError as error:
            raise mistakes_in_losses(error, path) from None
        except ValueError as error:  # of the name of the trainer
            raise UserMistake(f"--{error}") from None
    return plan, [str(warning.message) for warning in caught]


def _refuse_what_has_no_value(plan: ObjectivePlan, values: set[str], path: Path) -> None:
    """Refuse losses that read what this example doesn't put into `info`, or nothing decoded."""
    place = f"{path}: /training/loss_configs"
    known = _SIGNALS | SAID_BY_DISCRIMINATOR | values
    for loss in plan.losses:
        for key in loss.reads:
            if key not in known:
                raise UserMistake(
                    f"{place}/{loss.section}: {loss.name!r} needs a value {key!r}, which this "
                    "example hasn't"
                )
    if not any(loss.weight > 0 and _SIGNALS.intersection(loss.reads) for loss in plan.losses):
        raise UserMistake(
            f"{place}: no reconstruction loss has a weight; write 'spectral', 'time' or "
            "'reconstruction', or the decoder learns nothing"
        )


def _model_config(document: dict[str, Any], path: Path) -> ModelConfig:
    try:
        config = ModelConfig.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise UserMistake("\n".join(_lines(error, f"{path}: "))) from None
    latent_dim = config.model.latent_dim
    options = config.model.bottleneck.config.model_dump()
    if latent_dim % options.get("groups", 1):
        raise UserMistake(
            f"{path}: /model/bottleneck/config/groups: expected a divisor of model.latent_dim, "
            f"which is {latent_dim}, not {options['groups']}"
        )
    for key in ("dim", "input_dim"):
        if options.get(key) not in (None, latent_dim):
            raise UserMistake(
                f"{path}: /model/bottleneck/config/{key}: expected model.latent_dim, which is "
                f"{latent_dim}, not {options[key]}"
            )
    return config


def _notes(
    document: dict[str, Any],
    config: ModelConfig,
    written: AutoencoderLossConfig,
    plan: ObjectivePlan,
    foreign_sections: Sequence[str],
) -> list[str]:
    notes = []
    if (model_type := document.get("model_type", "autoencoder")) != "autoencoder":
        notes.append(f"this example trains an autoencoder; model_type is {_shown(model_type)}")
    if "learning_rate" not in config.training.model_fields_set:
        rate = config.training.learning_rate
        notes.append(f"the config has no training.learning_rate; {rate:g} is taken")
    foreign = [name for name in foreign_sections if name in _sections(document)]
    untrained = [name for name in _NOT_COMPUTED if getattr(written, name, None)]
    if found := ", ".join(untrained + foreign):
        notes.append(f"this example does not train these parts of loss_configs: {found}")
    section = getattr(written, "discriminator", None)  # an overlay may have removed it
    if section and plan.discriminator:
        notes.append(f"the discriminator is this example's own, not {section.type!r}")
    if parts := ", ".join(part for part in ("encoder", "decoder") if part in document["model"]):
        notes.append(
            f"this example has its own encoder and decoder and does not read model: {parts}"
        )
    if "teacher_model" in (document.get("training") or {}):
        notes.append("this example has no teacher and does not read training.teacher_model")
    return notes


def _sections(document: dict[str, Any]) -> dict[str, Any]:
    return (document.get("training") or {}).get("loss_configs") or {}


def _lines(error: ValidationError, place: str) -> Iterator[str]:
    """A line for each mistake, with its JSON pointer after `place`."""
    for each in error.errors():
        # Pydantic names the choice among the bottlenecks, which is no level of the document.
        levels = [str(level) for level in each["loc"] if level not in TAGS]
        match each["type"]:
            case "extra_forbidden":
                message = "unknown key"
            case "missing":
                message = "expected a value; there is none"
            case _:
                # "Input should be a valid integer, got a number with a fractional part"
                expected = each["msg"].removeprefix("Input should be ").partition(", got ")[0]
                if each["type"].startswith(("greater_than", "less_than")):
                    expected = f"a number {expected}"
                message = f"expected {expected}, not {_shown(each['input'])}"
        yield f"{place}/{'/'.join(levels)}: {message}"


def _shown(value: object) -> str:
    """`value` in JSON, or the beginning of it."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
