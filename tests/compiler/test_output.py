"""What comes out of small schemas: the text, and what the package does with values."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loss_compiler.compile import compile_schema
from loss_compiler.emit.models import generate_models
from loss_compiler.meaning.analyse import analyse
from loss_compiler.source.syntax import syntax_of
from support.schemas import (
    CANONICAL,
    TINY,
    VARIED,
    answer,
    compiled,
    document,
    package_files,
    python_with,
    unpacked,
    written,
)

Json = Any


def excerpt(name: str, schema: Path, first: str, last: str) -> str:
    """A compiled file from the line that begins with `first` to the next one that is `last`."""
    lines = compiled(schema).files[name].split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith(first))
    return "\n".join(lines[start : lines.index(last, start) + 1])


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source root with the package of the varied schema."""
    return unpacked(compiled(VARIED).files, tmp_path_factory.mktemp("varied"))


# Text


def test_the_dispatch_of_the_tiny_schema() -> None:
    text = compiled(TINY).files["dispatch.py"]
    assert text[text.index("KL_LOSS") :] == '''\
KL_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="KLLoss",
    key="kl",
    name="kl_loss",
    argument="kl_weight",
    weight=Weight("bottleneck.weights.kl", 1e-06, lambda config: config.bottleneck.weights.kl),
)
"""Pulls the latents together."""

LOSSES: Final[Mapping[BottleneckType, tuple[Loss[AutoencoderLossConfig], ...]]] = MappingProxyType(
    {BottleneckType.VAE: (KL_LOSS,)}
)
"""The losses of each bottleneck, in the order in which they are summed and logged."""

CLASS_NAMES: Final[Mapping[str, BottleneckType]] = MappingProxyType(
    {"VAEBottleneck": BottleneckType.VAE}
)
"""Bottlenecks by the name of their class."""

CONFIG_TYPES: Final[Mapping[str, BottleneckType]] = MappingProxyType({"vae": BottleneckType.VAE})
"""Bottlenecks by the tag that model configs use for them (`model.bottleneck.type`)."""

TABLES: Final = Tables(
    file=__file__,
    version=__version__,
    schema_version=SCHEMA_VERSION,
    schema_sha256=SCHEMA_SHA256,
    config=AutoencoderLossConfig,
    bottleneck_type=BottleneckType,
    losses=LOSSES,
    class_names=CLASS_NAMES,
    config_types=CONFIG_TYPES,
    trainers=TRAINERS,
    objectives=OBJECTIVES,
)
"""All of it, for the runtime."""

assert LOSSES.keys() == set(BottleneckType), "every bottleneck has its losses"
assert set(CLASS_NAMES.values()) == set(BottleneckType), "every bottleneck has its class name"
assert set(CONFIG_TYPES.values()) == set(BottleneckType), "every bottleneck has its config tag"
'''  # fmt: skip


def test_the_arms_of_the_varied_schema() -> None:
    """In the order of LossMapping; one arm without losses."""
    assert excerpt("dispatch.py", VARIED, "LOSSES:", ")") == """\
LOSSES: Final[Mapping[BottleneckType, tuple[Loss[AutoencoderLossConfig], ...]]] = MappingProxyType(
    {
        BottleneckType.VAE: (KL_LOSS, SPECTRAL_LOSS, DETAIL_LOSS),
        BottleneckType.RVQ_VAE: (COMMITMENT_LOSS, CODEBOOK_LOSS, KL_LOSS),
        BottleneckType.TANH: (),
    }
)"""  # fmt: skip


def test_a_weight_in_a_section_that_may_be_off() -> None:
    assert excerpt("dispatch.py", VARIED, "SPECTRAL_LOSS:", ")") == """\
SPECTRAL_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="SpectralLoss",
    key="stft",
    name="stft_loss",
    argument="spectral_weight",
    weight=Weight(
        "spectral.weight",
        0.5,
        lambda config: None if config.spectral is None else config.spectral.weight,
    ),
)"""  # fmt: skip


def test_a_weight_in_two_sections_that_may_be_off() -> None:
    assert excerpt("dispatch.py", VARIED, "DETAIL_LOSS:", ")") == """\
DETAIL_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="DetailLoss",
    key="detail",
    name="detail_loss",
    argument="detail_weight",
    weight=Weight(
        "spectral.details.weight",
        0.25,
        lambda config: (
            None
            if config.spectral is None or config.spectral.details is None
            else config.spectral.details.weight
        ),
    ),
)"""  # fmt: skip


def test_the_trainers_of_the_varied_schema() -> None:
    """By class and key; what an objective doesn't read is ignored, too."""
    assert excerpt("trainers.py", VARIED, "TRAINERS:", ")") + "\n" == """\
TRAINERS: Final[tuple[Trainer, ...]] = (
    Trainer(
        name="old trainer",
        assumed=False,
        model_types=MappingProxyType({}),
        needs=frozenset(("AutoencoderLossConfig.spectral",)),
        ignores=frozenset(("SpectralLossConfig.weight",)),
        refuses=MappingProxyType({"AutoencoderLossConfig.spectral": (None,)}),
        passes=MappingProxyType({}),
        refuses_comments=frozenset(()),
        lacks=frozenset(("STFTArguments.phase",)),
        excludes=MappingProxyType({}),
        same_length=MappingProxyType({}),
        defaults=MappingProxyType({}),
        fails=MappingProxyType({}),
    ),
    Trainer(
        name="new trainer",
        assumed=True,
        model_types=MappingProxyType({"codec": "objective", "copy": "defaults"}),
        needs=frozenset(()),
        ignores=frozenset(("AudioWeights.unread", "AutoencoderLossConfig.in_place")),
        refuses=MappingProxyType({"SpectralLossConfig.weight": (0, 1.5)}),
        passes=MappingProxyType(
            {
                "EncodecConfig": ("channels",),
                "LayerConfig.config": ("device",),
                "STFTArguments": ("sample_rate",),
            }
        ),
        refuses_comments=frozenset(("LayerConfig.more", "STFTArguments")),
        lacks=frozenset(()),
        excludes=MappingProxyType({}),
        same_length=MappingProxyType({"STFTArguments": (("windows", "hops"),)}),
        defaults=MappingProxyType({"STFTArguments.windows": [8, 4]}),
        fails=MappingProxyType(
            {
                "STFTArguments": (
                    Failure(
                        conditions=(Condition(key="hops", above="windows", times=0.5),),
                        why="a hop is at most half a window",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="phase", none_of=(None, True)),
                            Condition(key="hops", one_of=([],)),
                        ),
                        why="without a hop there is a phase",
                    ),
                    Failure(
                        conditions=(Condition(key="hops", length=2, shorter_than="windows"),),
                        channels=2,
                        why="two channels need as many hops as windows, or two",
                    ),
                )
            }
        ),
    ),
)
"""  # fmt: skip


def test_a_schema_may_know_no_trainer() -> None:
    text = compiled(TINY).files["trainers.py"]
    assert "TRAINERS: Final[tuple[Trainer, ...]] = ()\n" in text


def test_the_modules_of_the_tiny_schema() -> None:
    text = compiled(TINY).files["modules.py"]
    assert text[text.index("class ") :] == '''\
class VAEBottleneckLoss(BottleneckLoss):
    """The losses of VAEBottleneck."""

    bottleneck_type = BottleneckType.VAE

    def __init__(
        self,
        *,
        kl_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.kl_weight = self._weight("kl_weight", kl_weight)
        self.kl_key: Final = self._key("kl")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.kl_key not in info:
            self._leave_out(info, self.kl_key, "kl_loss")
        else:
            values["kl_loss"] = value = value_of(info, self.kl_key, "kl_loss")
            losses["kl_loss"] = loss = value * self.kl_weight
            total += loss
        return total


BOTTLENECK_LOSSES: Final[Mapping[BottleneckType, Callable[..., BottleneckLoss]]] = MappingProxyType(
    {BottleneckType.VAE: VAEBottleneckLoss}
)
"""The module of each bottleneck; each loss names the argument for its weight."""

assert BOTTLENECK_LOSSES.keys() == set(BottleneckType), "every bottleneck has its module"
'''  # fmt: skip


def test_a_module_sums_in_the_order_of_the_mapping() -> None:
    text = excerpt("modules.py", VARIED, "class RVQ_VAEBottleneckLoss", " " * 8 + "return total")
    assert [line.strip() for line in text.split("\n") if "losses[" in line] == [
        'losses["commitment_loss"] = loss = value * self.commitment_weight',
        'losses["codebook_loss"] = loss = value * self.codebook_weight',
        'losses["kl_loss"] = loss = value * self.kl_weight',
    ]


def test_a_module_without_losses() -> None:
    text = excerpt("modules.py", VARIED, "class TanhBottleneckLoss", "        return total")
    assert text == '''\
class TanhBottleneckLoss(BottleneckLoss):
    """The losses of TanhBottleneck."""

    bottleneck_type = BottleneckType.TANH

    def __init__(
        self, *, missing: Missing = "error", keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(missing, keys)

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        return total'''  # fmt: skip


def _tiny_with_an_objective() -> Json:
    """The tiny schema and a trainer that sums a computed loss, those of the bottleneck, a value."""
    schema = document(TINY)
    weight = {"$ref": "#/$defs/BottleneckWeights/properties/kl"}
    schema["x-trainers"] = {
        "trainer 0.1": {
            "description": "A trainer.",
            "assumed": False,
            "objective": {
                "generator": {
                    "LossMapping": {},
                    "FoolingLoss": {"discriminator": True, "off_at_zero": True},
                    "LatentLoss": {"teacher": False, "channels": 2, "before": "LossMapping"},
                }
            },
        }
    }
    schema["$defs"] |= {
        "LatentLoss": {
            "description": "A computed one.",
            "x-term": {"kind": "mse", "reads": ["latents", "others"]},
            "x-scale": 0.5,
            "properties": {"name": {"const": "latent_loss"}, "weight": weight},
        },
        "FoolingLoss": {
            "description": "A value.",
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "properties": {
                "key": {"const": "loss/adv"},
                "name": {"const": "adv"},
                "weight": {"const": 2},
            },
        },
    }
    return schema


def test_the_objective_of_a_trainer(tmp_path: Path) -> None:
    files = compile_schema(written(tmp_path, _tiny_with_an_objective())).files
    text = files["trainers.py"]
    assert (
        text[text.index("OBJECTIVES:") :]
        == '''\
OBJECTIVES: Final[Mapping[str, Objective[AutoencoderLossConfig]]] = MappingProxyType(
    {
        "trainer 0.1": Objective(
            missing="error",
            scores=None,
            before_bottleneck=(
                Summand(
                    definition="LatentLoss",
                    name="latent_loss",
                    argument="latent",
                    reads=("latents", "others"),
                    path="bottleneck.weights.kl",
                    weight=lambda config: (
                        1e-06
                        if config.bottleneck.weights.kl is None
                        else config.bottleneck.weights.kl
                    ),
                    scale=0.5,
                    teacher=False,
                    channels=2,
                ),
            ),
            has_bottleneck=True,
            after_bottleneck=(
                Summand(
                    definition="FoolingLoss",
                    name="adv",
                    argument="fooling",
                    reads=("loss/adv",),
                    path=None,
                    weight=lambda _: 2.0,
                    discriminator=True,
                    off_at_zero=True,
                ),
            ),
            discriminator=(),
        )
    }
)
"""What trainers sum, by their names: where each loss has its weight, and when it is there."""
'''
    )
    text = files["objectives.py"]
    assert (
        text[text.index("from torch") :]
        == '''\
from torch import Tensor

from .runtime.lazy import require_same_schema
from .runtime.tensors.objective_module import ObjectiveModule, Parts
from .runtime.tensors.terms import kinds
from .runtime.tensors.values import value_of
from .dispatch import TABLES

require_same_schema(__name__)


class Trainer01Generator(ObjectiveModule):
    """What trainer 0.1 trains the autoencoder with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.latent_loss: Final = parts.term("latent", kinds.mse)
        self.fooling_weight = self._value_weight(parts, "fooling")
        self.bottleneck: Final = parts.bottleneck

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.latent_loss is not None and "latents" in found and "others" in found:
            values["latent_loss"], loss = self.latent_loss(found["latents"], found["others"])
            losses["latent_loss"] = loss
            total += loss
        if self.bottleneck is not None:
            total = self.bottleneck.add_to(total, losses, values, info)
        if self.fooling_weight is not None and "loss/adv" in found:
            values["adv"] = value = value_of(found, "loss/adv", "adv")
            losses["adv"] = loss = value * self.fooling_weight
            total += loss
        return total


GENERATORS: Final[Mapping[str, Callable[[Parts], ObjectiveModule]]] = MappingProxyType(
    {"trainer 0.1": Trainer01Generator}
)
"""The module of each trainer for the turn of the generator."""

DISCRIMINATORS: Final[Mapping[str, Callable[[Parts], ObjectiveModule]]] = MappingProxyType({})
"""The same for the turn of the discriminator, as far as there is one."""

assert GENERATORS.keys() == TABLES.objectives.keys(), "every objective has its module"
'''
    )


def test_the_turn_of_the_discriminator() -> None:
    last = " " * 8 + "return total"
    assert (
        excerpt("objectives.py", VARIED, "class NewTrainerDiscriminator", last)
        == '''\
class NewTrainerDiscriminator(ObjectiveModule):
    """What new trainer trains the discriminator with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.critic_weight = self._value_weight(parts, "critic")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.critic_weight is not None and "critic" in found:
            values["critic_loss"] = value = value_of(found, "critic", "critic_loss")
            losses["critic_loss"] = loss = value * self.critic_weight
            total += loss
        return total'''
    )


def test_losses_that_are_computed_know_where_their_arguments_stand() -> None:
    text = compiled(VARIED).files["objectives.py"]
    assert re.findall(r"self\.(\w+): Final = parts\.(.*)", text) == [
        ("stereo_loss", 'term("stereo", kinds.stereo_stft, "audio.stft")'),
        ("left_loss", 'term("left", kinds.stft, "audio.stft")'),
        ("taught_loss", 'term("taught", kinds.mse)'),
        ("absolute_loss", 'term("absolute", kinds.l1)'),
        ("mel_loss", 'term("mel", kinds.mel, "audio.mel")'),
        ("squared_loss", 'term("squared", kinds.mse)'),
        ("bottleneck", "bottleneck"),
    ]


def test_a_decay_and_a_weight_in_whichever_of_two_objects() -> None:
    text = compiled(VARIED).files["trainers.py"]
    assert (
        """
                    decay_path="audio.decay",
                    decay=lambda config: None if config.audio is None else config.audio.decay,
"""
        in text
    )
    assert (
        """
                    path="discriminator.weights.fooling",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else 0.1
                        if config.discriminator.weights.fooling is None
                        else config.discriminator.weights.fooling
                    ),
"""
        in text
    )


OBJECTIVE_EDITS: dict[str, list[tuple[str, ...]]] = {
    "of a term, the bottleneck and a value": [],
    "of the bottleneck alone": [("generator", "LatentLoss"), ("generator", "FoolingLoss")],
    "of a value": [("generator", "LatentLoss"), ("generator", "LossMapping")],
    "none": [("generator",)],
}


@pytest.mark.parametrize("removed", OBJECTIVE_EDITS.values(), ids=OBJECTIVE_EDITS)
def test_objectives_import_and_name_nothing_in_vain(
    removed: list[tuple[str, ...]], tmp_path: Path
) -> None:
    schema = _tiny_with_an_objective()
    trainer = schema["x-trainers"]["trainer 0.1"]
    for place in removed:
        if place == ("generator",):
            del trainer["objective"]
        else:
            del trainer["objective"]["generator"][place[1]]
    generator = trainer.get("objective", {}).get("generator", {})
    for name in ("LatentLoss", "FoolingLoss"):
        if name not in generator:
            del schema["$defs"][name]
    text = compile_schema(written(tmp_path, schema)).files["objectives.py"]
    tree = ast.parse(text)
    imported = [
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    ]
    used = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    written_to = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert {*imported, *written_to} - used == {"annotations", "DISCRIMINATORS"}


def test_the_models_of_the_tiny_schema() -> None:
    text = compiled(TINY).files["models.py"]
    assert text[text.index("from __future__") :] == '''\
from __future__ import annotations

from enum import Enum
from typing import Annotated

from pydantic import Field

from .runtime.lazy import require_same_schema
from .runtime.model.base import LossFactoryModel
from .runtime.model.kinds import Number

require_same_schema(__name__)


class BottleneckWeights(LossFactoryModel):
    """Weights of the bottleneck's losses."""

    kl: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 1e-06
    """Weight of the KL divergence."""


class BottleneckType(str, Enum):
    """The bottlenecks."""

    VAE = "VAEBottleneck"
    """Samples the latents."""


class BottleneckLossConfig(LossFactoryModel):
    """What the bottleneck adds."""

    weights: BottleneckWeights = Field(default_factory=BottleneckWeights)
    """Its weights."""


class AutoencoderLossConfig(LossFactoryModel):
    """The smallest losses schema."""

    bottleneck: BottleneckLossConfig = Field(default_factory=BottleneckLossConfig)
    """What the bottleneck adds."""
'''  # fmt: skip


def test_the_results_of_the_tiny_schema() -> None:
    text = compiled(TINY).files["results.py"]
    assert text[text.index("from __future__") :] == '''\
from __future__ import annotations

from .runtime.lazy import require_same_schema
from .runtime.model.base import LossFactoryModel
from .runtime.model.kinds import Number
from .runtime.model.results import LossFactoryResultModel
from .dispatch import TABLES
from .models import BottleneckType

require_same_schema(__name__)


class ValueLossConfig(LossFactoryModel):
    """One loss."""

    key: str
    """Its key."""

    weight: Number
    """Its weight."""

    name: str
    """Its name."""


class LossFactoryResult(LossFactoryResultModel):
    """The losses of one bottleneck."""

    losses: list[ValueLossConfig]
    """In order."""

    bottleneck_type: BottleneckType
    """Whose losses they are."""

    tables = TABLES
'''  # fmt: skip


@pytest.mark.parametrize("schema", [TINY, VARIED, CANONICAL], ids=lambda schema: schema.name)
def test_the_models_import_what_they_use(schema: Path) -> None:
    tree = ast.parse(compiled(schema).files["models.py"])
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = [
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    ]
    assert set(imported) - used == {"annotations"}
    assert len(imported) == len(set(imported))


def test_a_key_called_annotations_imports_nothing() -> None:
    schema = document(TINY)
    key = {"type": ["string", "null"], "default": None, "description": "A key."}
    schema["properties"]["annotations"] = key
    found = generate_models(analyse(syntax_of(schema))).configs
    assert (found.enum_names, found.typing_names) == (("Enum",), ("Annotated",))
    assert found.pydantic_names == ("Field",)
    assert (found.dependent_names, found.kind_names) == ((), ("Number",))


SCHEMAS = ("losses.schema.json", "model_config.schema.json")

WEIGHT = "Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)]"


@pytest.mark.parametrize(
    ("class_name", "fields"),
    [
        ("BottleneckWeights", [f"kl: {WEIGHT} = 1e-06", f"quantizer: {WEIGHT} = 1.0"]),
        (
            "EncodecConfig",
            [
                'type: Literal["encodec"]',
                "filters: Annotated[Integer, Field(ge=1, le=1024)]",
                "scale: Annotated[Number, Field(gt=0.0, lt=2.5)]",
                "depth: Integer = 3",
                "groups: Integer | None = None",
                "normalized: bool = True",
                "causal: bool | None = None",
                "weights: CriticWeights = Field(default_factory=CriticWeights)",
            ],
        ),
        (
            "OobleckConfig",
            [
                'type: Literal["oobleck"]',
                "rates: list[Number]",
                "sizes: list[Integer] | None = None",
                "bands: list[list[Number]] | None = None",
                "names: list[str] | None = None",
                "flags: list[bool] | None = None",
                "layers: list[LayerConfig] | None",
                "weights: CriticWeights = Field(default_factory=CriticWeights)",
            ],
        ),
        (
            "LayerConfig",
            [
                'activation: Literal["snake", "elu"] = "snake"',
                'padding: Literal["same"] | None = None',
                "pow: Number = 2.0",
                "model_name: str | None = None",
                "model_dump_file: bool = False",
                'label: Annotated[str, Field(max_length=4, min_length=2)] = "no"',
                "config: Arguments = Field(default_factory=dict)",
                "more: Arguments | None = None",
            ],
        ),
        (
            "AutoencoderLossConfig",
            [
                'schema_uri: Annotated[str | None, Field(alias="$schema")] = None',
                "bottleneck: BottleneckLossConfig = Field(default_factory=BottleneckLossConfig)",
                "spectral: SpectralLossConfig | None = None",
                "audio: AudioLossConfig | None = None",
                "in_place: Annotated[InPlace | None, Also('on_site')] = None",
                "discriminator: Annotated[EncodecConfig | OobleckConfig | None, "
                'Field(discriminator="type")] = None',
            ],
        ),
        (
            "BottleneckType",
            ['VAE = "VAEBottleneck"', 'RVQ_VAE = "RVQ_VAEBottleneck"', 'TANH = "TanhBottleneck"'],
        ),
    ],
)
def test_the_fields_of_a_class(class_name: str, fields: list[str]) -> None:
    tree = ast.parse(compiled(VARIED).files["models.py"])
    [found] = [each for each in tree.body if getattr(each, "name", None) == class_name]
    assert isinstance(found, ast.ClassDef)
    statements = [each for each in found.body if not isinstance(each, ast.Expr)]
    expected = [ast.unparse(ast.parse(field)) for field in fields]
    assert [ast.unparse(each) for each in statements] == expected


def test_units_are_kept() -> None:
    fields = [field for model in compiled(VARIED).schema.models for field in model.fields]
    units = {field.key: field.unit for field in fields if field.unit is not None}
    assert units == {
        "sizes": "samples",
        "bands": "Hz",
        "pow": "dB",
        "hop": "samples",
        "shares": "shares",
        "gain": "dBFS",
    }


def test_the_table_of_losses_by_bottleneck() -> None:
    rows = excerpt("LOSSES.md", VARIED, "| bottleneck | `kl_loss` ", "").split("\n")
    assert rows == [
        "| bottleneck | `kl_loss` | `codebook_loss` | `commitment_loss` | `stft_loss` "
        "| `detail_loss` |",
        "|---|:-:|:-:|:-:|:-:|:-:|",
        "| `VAEBottleneck` | ● | | | ● | ● |",
        "| `RVQ_VAEBottleneck` | ● | ● | ● | | |",
        "| `TanhBottleneck` | | | | | |",
        "",
    ]
    rows = excerpt("LOSSES.md", VARIED, "| bottleneck | config tag ", "").split("\n")
    assert rows[2:] == [
        "| `VAEBottleneck` | `vae` | `kl` | `kl_loss` | 1e-06 | `bottleneck.weights.kl` |",
        "| `VAEBottleneck` | `vae` | `stft` | `stft_loss` | 0.5 | `spectral.weight` |",
        "| `VAEBottleneck` | `vae` | `detail` | `detail_loss` | 0.25 | `spectral.details.weight` |",
        "| `RVQ_VAEBottleneck` | `rvq_vae` | `vq/commitment` | `commitment_loss` | 1.0 "
        "| `bottleneck.weights.quantizer` |",
        "| `RVQ_VAEBottleneck` | `rvq_vae` | `vq/codebook` | `codebook_loss` | 1.0 "
        "| `bottleneck.weights.quantizer` |",
        "| `RVQ_VAEBottleneck` | `rvq_vae` | `kl` | `kl_loss` | 1e-06 | `bottleneck.weights.kl` |",
        "| `TanhBottleneck` | `tanh` | none | | | |",
        "",
    ]


def test_the_table_of_what_a_trainer_sums() -> None:
    """In the order of the sum; a computed loss says of what, and each when it is there."""
    rows = excerpt("LOSSES.md", VARIED, "| turn | loss name ", "").split("\n")
    audio = "audio.weights"
    assert rows[2:] == [
        "| generator | `fooling_loss` | `discriminator.weights.fooling` | `fooling` "
        "| with a discriminator |",
        f"| generator | `distance_loss` | `{audio}.distance` | `stereo_stft` of `reals` and "
        "`decoded` | without a teacher |",
        f"| generator | `left_loss` | 0.5 × `{audio}.distance` | `stft` of `reals_left` and "
        "`decoded_left` | without a teacher, 2 channels |",
        f"| generator | `distance_loss` | 0.25 × `{audio}.distance` | `mse` of `teacher_latents` "
        "and `latents` | with a teacher |",
        f"| generator | `absolute_loss` | `{audio}.absolute` | `l1` of `reals` and `decoded` |  |",
        "| generator | those of the bottleneck | | | if there is one |",
        f"| generator | `mel_loss` | `{audio}.mel` | `mel` of `reals` and `decoded` "
        "| weight above 0 |",
        f"| generator | `squared_loss` | `{audio}.squared` | `mse` of `reals` and `decoded` |  |",
        "| discriminator | `critic_loss` | 1.0 | `critic` | with a discriminator |",
        "",
    ]


def test_the_page_of_a_schema_without_objectives_says_nothing_of_them() -> None:
    assert "## Objectives" in compiled(VARIED).files["LOSSES.md"]
    assert "bjective" not in compiled(TINY).files["LOSSES.md"]


def test_each_loss_is_explained_once() -> None:
    """Those of bottlenecks first; of two with one name it is said whose they are."""
    rows = excerpt("LOSSES.md", VARIED, "| loss name | in the schema", "").split("\n")[2:-1]
    schema = compiled(VARIED).schema
    explained = [*schema.losses, *schema.summands]
    whose = {"distance_loss": " of new trainer"}
    assert rows == [
        f"| `{each.name}`{whose.get(each.name, '')} | `{each.definition}` | {each.description} |"
        for each in explained
    ]
    assert len(rows) == len({*rows}) == 13


def test_the_package_holds_the_schema_and_its_hash() -> None:
    files = package_files(VARIED)
    schema = VARIED.read_text(encoding="utf-8").encode()
    assert files["losses.schema.json"] == schema
    tree = ast.parse(files["_version.py"])
    constants = {
        node.target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
    }
    assert constants == {
        "SCHEMA_VERSION": "1.20.3",
        "SCHEMA_SHA256": hashlib.sha256(schema).hexdigest(),
    }


def test_each_file_says_where_it_comes_from() -> None:
    shared = {f"runtime/text/{name}.py" for name in ("jsontext", "replacing", "streams", "wording")}
    assert shared < compiled(TINY).files.keys()
    for name, text in compiled(TINY).files.items():
        if name in (*SCHEMAS, "py.typed"):
            continue
        first, second, third, *_ = text.split("\n")
        comment = "(#|<!--)"
        assert re.match(f"{comment} Generated from (schema|templates)/", first), name
        do_not = "Do not edit; change (it|them) and run: python -m nox -s generate"
        assert re.match(f"{comment} {do_not}", second), name
        assert third == "", name


@pytest.mark.parametrize(
    ("rule", "value", "changed"),
    [
        ("examples", [0.5], ["_version.py", *SCHEMAS]),
        ("x-unit", "nats", ["LOSSES.md", "_version.py", *SCHEMAS]),
        ("default", 0.5, [*("LOSSES.md", "_version.py", "dispatch.py", "models.py"), *SCHEMAS]),
        ("description", "New.", ["LOSSES.md", "_version.py", *SCHEMAS, "models.py"]),
    ],
)
def test_a_small_edit_changes_few_files(
    rule: str, value: Json, changed: list[str], tmp_path: Path
) -> None:
    schema = document(TINY)
    schema["$defs"]["BottleneckWeights"]["properties"]["kl"][rule] = value
    old, new = compiled(TINY).files, compile_schema(written(tmp_path, schema)).files
    assert old.keys() == new.keys()
    assert sorted(name for name in new if new[name] != old[name]) == sorted(changed)


# Plans

PLANS: list[tuple[tuple[Json, ...], dict[str, float]]] = [
    (("vae",), {"kl": 1e-6, "stft": 0.5, "detail": 0.25}),
    (("vae", {"spectral": None}), {"kl": 1e-6, "stft": 0.5, "detail": 0.25}),
    (("vae", {"spectral": {}}), {"kl": 1e-6, "stft": 0.5, "detail": 0.25}),
    (
        (
            "VAEBottleneck",
            {"bottleneck": {"weights": {"kl": 2}}, "spectral": {"weight": 3, "details": None}},
        ),
        {"kl": 2.0, "stft": 3.0, "detail": 0.25},
    ),
    (("vae", {"spectral": {"details": {"weight": 4.5}}}), {"kl": 1e-6, "stft": 0.5, "detail": 4.5}),
    (
        (
            "vae",
            {
                "bottleneck": {"weights": {"kl": None}},
                "spectral": {"weight": 0, "details": {"weight": None}},
            },
        ),
        {"kl": 1e-6, "stft": 0.0, "detail": 0.25},
    ),
    (("rvq_vae", {}), {"vq/commitment": 1.0, "vq/codebook": 1.0, "kl": 1e-6}),
    (
        ("RVQ_VAEBottleneck", {"bottleneck": {"weights": {"quantizer": 0.75, "kl": 0}}}),
        {"vq/commitment": 0.75, "vq/codebook": 0.75, "kl": 0.0},
    ),
    (("tanh", {}), {}),
]


def test_plans_follow_the_schema(varied: Path) -> None:
    """Sections that are off, weights that are null, a weight that two losses share, no losses."""
    planned = answer(
        varied,
        "from loss_factory import plan_losses\n"
        "plans = [plan_losses(*arguments) for arguments in question]\n"
        "answer = [[(each.key, each.weight) for each in plan.losses] for plan in plans]",
        [arguments for arguments, _ in PLANS],
    )
    assert planned == [[list(loss) for loss in losses.items()] for _, losses in PLANS]


def test_the_mapping_checks_a_plan(varied: Path) -> None:
    """In any language: validate {bottleneck_type: losses} against LossMapping."""
    plan = answer(
        varied,
        "from loss_factory import plan_losses\n"
        "answer = plan_losses('rvq_vae').model_dump(mode='json')",
    )
    name, losses = plan["bottleneck_type"], plan["losses"]
    mapping = {"$ref": "#/$defs/LossMapping", "$defs": document(VARIED)["$defs"]}
    validator = Draft202012Validator(mapping)
    assert validator.is_valid({name: losses})
    assert validator.is_valid({"TanhBottleneck": []})
    for wrong in (
        [],
        losses[:-1],
        losses[::-1],
        [*losses, losses[0]],
        [losses[0] | {"key": "kl"}, *losses[1:]],
        [losses[0] | {"name": "kl_loss"}, *losses[1:]],
        [losses[0] | {"weight": -1}, *losses[1:]],
        [losses[0] | {"decay": 1}, *losses[1:]],
    ):
        assert not validator.is_valid({name: wrong}), wrong
    assert not validator.is_valid({"TanhBottleneck": losses})
    assert not validator.is_valid({"OtherBottleneck": losses})


# Values: the models agree with the schema

ENCODEC = {"type": "encodec", "filters": 32, "scale": 1.5}
OOBLECK: dict[str, Json] = {"type": "oobleck", "rates": [], "layers": None}

VALID: list[Json] = [
    {},
    {"$schema": "x.json"},
    {"$schema": None},
    {"bottleneck": {}},
    {"bottleneck": {"weights": {"kl": 3.4028234663852886e38, "quantizer": 0}}},
    {"spectral": {"weight": 1000}},
    {"spectral": {"details": {"weight": None}}},
    {"discriminator": ENCODEC},
    {"discriminator": ENCODEC | {"filters": 1, "depth": -7, "groups": 10**30}},
    {"discriminator": ENCODEC | {"filters": 1024, "groups": None, "scale": 2}},
    {"discriminator": ENCODEC | {"normalized": False, "causal": True}},
    {"discriminator": OOBLECK},
    {"discriminator": OOBLECK | {"rates": [1, 2.5, -3]}},
    {"discriminator": OOBLECK | {"sizes": [1], "names": ["", "a"], "flags": [True, False]}},
    {"discriminator": OOBLECK | {"sizes": None, "names": [], "flags": None, "layers": []}},
    {"discriminator": OOBLECK | {"layers": [{}, {"activation": "elu", "padding": "same"}]}},
    {"discriminator": OOBLECK | {"layers": [{"padding": None, "label": "four"}]}},
    {"discriminator": OOBLECK | {"layers": [{"config": {"a": [None, {"b": 1}]}, "more": {}}]}},
    {"discriminator": OOBLECK | {"layers": [{"more": None}]}},
    {"discriminator": OOBLECK | {"bands": []}},
    {"discriminator": OOBLECK | {"bands": [[0, 0.5], [], [1]]}},
    {"discriminator": OOBLECK | {"layers": [{"pow": 1, "model_name": "a"}]}},
    {"discriminator": OOBLECK | {"layers": [{"model_name": None, "model_dump_file": True}]}},
]

INVALID: list[Json] = [
    None,
    [],
    {"unknown": 1},
    {"schema_uri": "x.json"},
    {"$schema": 1},
    {"bottleneck": None},
    {"bottleneck": {"weights": None}},
    {"bottleneck": {"weights": {"kl": -1e-300}}},
    {"bottleneck": {"weights": {"kl": 3.4028234663852890e38}}},
    {"bottleneck": {"weights": {"kl": "1"}}},
    {"bottleneck": {"weights": {"kl": True}}},
    {"bottleneck": {"weights": {"Kl": 1}}},
    {"spectral": {"weight": None}},
    {"spectral": {"weight": 1000.5}},
    {"spectral": []},
    {"discriminator": {}},
    {"discriminator": {"type": "encodec"}},
    {"discriminator": {"filters": 32, "scale": 1.5}},
    {"discriminator": ENCODEC | {"type": "dac"}},
    {"discriminator": ENCODEC | {"type": "oobleck"}},
    {"discriminator": ENCODEC | {"type": None}},
    {"discriminator": ENCODEC | {"filters": 0}},
    {"discriminator": ENCODEC | {"filters": 1025}},
    {"discriminator": ENCODEC | {"filters": 1.5}},
    {"discriminator": ENCODEC | {"filters": True}},
    {"discriminator": ENCODEC | {"filters": None}},
    {"discriminator": ENCODEC | {"scale": 0}},
    {"discriminator": ENCODEC | {"scale": 2.5}},
    {"discriminator": ENCODEC | {"depth": None}},
    {"discriminator": ENCODEC | {"normalized": 1}},
    {"discriminator": ENCODEC | {"normalized": None}},
    {"discriminator": ENCODEC | {"causal": "true"}},
    {"discriminator": {"type": "oobleck", "rates": []}},
    {"discriminator": OOBLECK | {"rates": None}},
    {"discriminator": OOBLECK | {"rates": ["1"]}},
    {"discriminator": OOBLECK | {"rates": [True]}},
    {"discriminator": OOBLECK | {"rates": {}}},
    {"discriminator": OOBLECK | {"sizes": [None]}},
    {"discriminator": OOBLECK | {"names": "a"}},
    {"discriminator": OOBLECK | {"flags": [0]}},
    {"discriminator": OOBLECK | {"layers": [None]}},
    {"discriminator": OOBLECK | {"layers": [{"activation": "relu"}]}},
    {"discriminator": OOBLECK | {"layers": [{"activation": None}]}},
    {"discriminator": OOBLECK | {"layers": [{"padding": "valid"}]}},
    {"discriminator": OOBLECK | {"layers": [{"label": "a"}]}},
    {"discriminator": OOBLECK | {"layers": [{"label": "fives"}]}},
    {"discriminator": OOBLECK | {"layers": [{"config": None}]}},
    {"discriminator": OOBLECK | {"layers": [{"more": []}]}},
    {"discriminator": OOBLECK | {"bands": [0, 1]}},
    {"discriminator": OOBLECK | {"bands": [None]}},
    {"discriminator": OOBLECK | {"bands": [["0"]]}},
    {"discriminator": OOBLECK | {"bands": [[[0]]]}},
    {"discriminator": OOBLECK | {"layers": [{"pow": None}]}},
    {"discriminator": OOBLECK | {"layers": [{"model_name": 1}]}},
    {"discriminator": OOBLECK | {"layers": [{"model_dump_file": 0}]}},
]

VALIDATE = """
from loss_factory import AutoencoderLossConfig
from pydantic import ValidationError

def dump(value):
    try:
        config = AutoencoderLossConfig.model_validate(value)
    except ValidationError:
        return None
    dumped = config.model_dump(mode="json")
    assert AutoencoderLossConfig.model_validate(dumped) == config
    return dumped

answer = [dump(value) for value in question]
"""


def is_valid(value: Json) -> bool:
    """What the schema itself says."""
    return bool(Draft202012Validator(document(VARIED)).is_valid(value))


def test_models_and_schema_take_the_same_values(varied: Path) -> None:
    for value, dumped in zip(VALID, answer(varied, VALIDATE, VALID), strict=True):
        assert is_valid(value), value
        assert dumped is not None, value
        assert is_valid(dumped), dumped


def test_models_and_schema_refuse_the_same_values(varied: Path) -> None:
    for value, dumped in zip(INVALID, answer(varied, VALIDATE, INVALID), strict=True):
        assert not is_valid(value), value
        assert dumped is None, value


def test_the_schema_of_model_configs_takes_the_same_loss_configs() -> None:
    schema = json.loads(compiled(VARIED).files["model_config.schema.json"])
    validator = Draft202012Validator(schema)
    for value in (*VALID, *INVALID):
        if value is not None:  # no losses, in a model config
            whole = {"training": {"loss_configs": value}}
            assert validator.is_valid(whole) == is_valid(value), value


def test_what_is_required_is_written_out_even_if_it_is_null(varied: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = ['resolve', '-']\n"
        "from loss_factory.dispatch import TABLES; from loss_factory.runtime.cli import main\n"
        "main(TABLES, 'loss-factory', '')"
    )
    done = python_with(varied, code, json.dumps({"discriminator": OOBLECK | {"sizes": None}}))
    section = json.loads(done.stdout)["discriminator"]
    assert section == OOBLECK | {"weights": {"fooling": 0.1}}


def test_a_float_without_a_fraction_is_an_integer(varied: Path) -> None:
    """To JSON Schema as well; who passes it to a constructor gets an integer."""
    value = {"discriminator": ENCODEC | {"filters": 32.0}}
    assert is_valid(value)
    [held] = answer(varied, VALIDATE, [value])
    assert json.dumps(held["discriminator"]["filters"]) == "32"
    half = {"discriminator": ENCODEC | {"filters": 32.5}}
    assert not is_valid(half)
    assert answer(varied, VALIDATE, [half]) == [None]


# Hostile text

HOSTILE = [
    '"""',
    "'''",
    '"',
    "\\",
    "\\\\\\",
    'ends with a quote"',
    '\\"""\\',
    "line\n",
    "a\r\nb\tc\x0bd\x0ce",
    "\x00\x07\x1b[31m\x1f\x7f",
    "a\x85b\u2028c\u2029d",
    "\u202e\u2066\u200b\ufeff",
    "{{ schema }}{% raw %}{# x #}",
    "\\N{BULLET}\\x41\\u0041\\101\\",
    "é漢\u0301",
    "\U0001f600\U0010ffff",
    "`|` <!-- --> </table> | x |",
    "${x} %s {0} {config}",
    "# type: ignore",
    "x" * 300,
    "word " * 60,
    "); import os  #",
]


def _schema_with(texts: list[str]) -> Json:
    """A schema that has `texts` wherever it may say what it likes; each once at each place."""
    schema = document(TINY)
    definitions = schema["$defs"]
    schema["description"] = definitions["BottleneckType"]["description"] = texts[0]
    entry = definitions["BottleneckType"]["oneOf"][0]
    entry["description"] = definitions["LossMapping"]["description"] = texts[1]
    references = []
    properties: dict[str, Json] = {}
    for index, text in enumerate(texts):
        definitions[f"N{index}Loss"] = {
            "description": text,
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "properties": {
                "key": {"const": text},
                "name": {"const": text + "."},
                "weight": {"$ref": "#/$defs/BottleneckWeights/properties/kl"},
            },
        }
        references.append({"$ref": f"#/$defs/N{index}Loss"})
        properties[f"text{index}"] = {
            "type": "string",
            "default": text,
            "description": text,
            "x-unit": text,
            "x-trainers": {"trainer": {"refuses": [text]}},
        }
    properties["choice"] = {
        "type": "string",
        "enum": texts,
        "default": texts[-1],
        "description": "A choice.",
    }
    properties["arguments"] = {
        "type": "object",
        "additionalProperties": True,
        "default": {},
        "x-trainers": {"trainer": {"passes": texts}},
        "description": "Keyword arguments.",
    }
    schema["x-trainers"] = {
        name: {
            "description": texts[4],
            "assumed": True,
            "objective": {
                "generator": {f"T{index}Loss": {} for index in range(len(texts))},
                "discriminator": {f"V{index}Loss": {} for index in range(len(texts))},
            },
        }
        for name in ("trainer", "'\\\"+import os#")
    }
    del definitions["KLLoss"]
    for index, text in enumerate(texts):
        weight = {"const": 1}
        definitions[f"T{index}Loss"] = {
            "description": text,
            "x-term": {"kind": "l1", "reads": [text, text + "."]},
            "properties": {"name": {"const": text + "!"}, "weight": weight},
        }
        definitions[f"V{index}Loss"] = {
            "description": text,
            "allOf": [{"$ref": "#/$defs/ValueLossConfig"}],
            "properties": {
                "key": {"const": text + "?"},
                "name": {"const": text + "?"},
                "weight": weight,
            },
        }
    definitions["LossMapping"]["properties"]["VAEBottleneck"] |= {
        "prefixItems": references,
        "minItems": len(references),
    }
    definitions["Texts"] = {
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {"^(//|[_$]comment$)": True},
        "description": texts[2],
        "properties": properties,
    }
    schema["properties"]["section"] = {
        "anyOf": [{"$ref": "#/$defs/Texts"}, {"type": "null"}],
        "default": None,
        "description": texts[3],
    }
    return schema


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source root with the package of a schema that is full of hostile text."""
    folder = tmp_path_factory.mktemp("hostile")
    files = compile_schema(written(folder, _schema_with(HOSTILE))).files
    return unpacked(files, folder)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same package with harmless text."""
    folder = tmp_path_factory.mktemp("harmless")
    texts = [f"text {index}" for index in range(len(HOSTILE))]
    return compile_schema(written(folder, _schema_with(texts))).files


def test_hostile_text_arrives_as_it_is(hostile: Path) -> None:
    """Compared in ASCII, so that a pair of surrogates is not taken for the character it encodes."""
    found = answer(
        hostile,
        "from typing import get_args, get_type_hints\n"
        "from loss_factory import Texts, plan_losses\n"
        "from loss_factory.trainers import OBJECTIVES, TRAINERS\n"
        "texts = Texts()\n"
        "objective = OBJECTIVES['trainer']\n"
        "losses = plan_losses('vae').losses\n"
        "answer = {\n"
        "    'keys': [ascii(loss.key) for loss in losses],\n"
        "    'names': [ascii(loss.name[:-1]) for loss in losses],\n"
        "    'defaults': [ascii(getattr(texts, f'text{i}')) for i in range(len(losses))],\n"
        "    'choices': [ascii(each) for each in get_args(get_type_hints(Texts)['choice'])],\n"
        "    'choice': [ascii(Texts(choice=each).choice) for each in question],\n"
        "    'passed': [ascii(each) for each in TRAINERS[0].passes['Texts.arguments']],\n"
        "    'terms': [ascii(each.reads[0]) for each in objective.before_bottleneck],\n"
        "    'others': [ascii(each.reads[1][:-1]) for each in objective.before_bottleneck],\n"
        "    'called': [ascii(each.name[:-1]) for each in objective.before_bottleneck],\n"
        "    'values': [ascii(each.reads[0][:-1]) for each in objective.discriminator],\n"
        "}\n",
        HOSTILE,
    )
    expected = [ascii(text) for text in HOSTILE]
    assert found == dict.fromkeys(found, expected)


@pytest.mark.parametrize(
    "name",
    ["dispatch.py", "models.py", "modules.py", "objectives.py", "trainers.py", "__init__.py"],
)
def test_hostile_text_becomes_no_code(name: str, hostile: Path, harmless: dict[str, str]) -> None:
    """But for the content of strings, the code is what harmless text leads to."""

    def code(text: str) -> str:
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                node.value = ""
        return ast.dump(tree, indent=1)

    found = (hostile / "loss_factory" / name).read_text(encoding="utf-8")
    assert code(found) == code(harmless[name])


@pytest.mark.parametrize("name", ["dispatch.py", "models.py"])
def test_hostile_descriptions_are_docstrings(name: str, hostile: Path) -> None:
    tree = ast.parse((hostile / "loss_factory" / name).read_text(encoding="utf-8"))
    strings = {
        " ".join(str(node.value.value).split())
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    assert strings >= {" ".join(text.split()) for text in HOSTILE}


def test_hostile_text_does_not_break_the_reference_table(
    hostile: Path, harmless: dict[str, str]
) -> None:
    def cells(text: str) -> list[int]:
        return [line.replace("\\|", "").count("|") for line in text.splitlines()]

    found = (hostile / "loss_factory" / "LOSSES.md").read_text(encoding="utf-8")
    assert cells(found) == cells(harmless["LOSSES.md"])


@pytest.mark.parametrize(
    "name", ["dispatch.py", "models.py", "modules.py", "objectives.py", "trainers.py", "LOSSES.md"]
)
def test_nothing_invisible_is_written(name: str, hostile: Path) -> None:
    """No control characters, no bidi marks, no exotic line ends: reviewers see what is there."""
    text = (hostile / "loss_factory" / name).read_bytes().decode()
    assert {char for char in text if not char.isprintable()} == {"\n"}
