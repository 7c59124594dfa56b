"""What the configs of forks can say, what comes back, and which mistakes are told."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from real.overlays.forks import FORKS, Config
from real.overlays.test_objectives import CONFIG
from real.overlays.test_objectives import FORKS as OBJECTIVES
from support.overlays import NAMES, PackageOf

CANONICAL_SECTIONS: Config = {
    "$schema": "losses.schema.json",
    "spectral": {"type": "mrstft", "config": {"fft_sizes": [64, 32]}, "weights": {"mrstft": 2}},
    "time": {"type": "l1", "weights": {"l1": 0.1}, "decay": 0.5},
    "discriminator": {"type": "dac", "weights": {"adversarial": 0.1, "feature_matching": 5}},
}
SINGLE: Config = {"reconstruction": {"weight": 1.0, "type": "l2"}, "adversarial": {"weight": 0.1}}


def mistake(package: Any, config: Config, **options: Any) -> str:
    """What is wrong with a config, without the words that all messages begin with."""
    with pytest.raises(package.LossConfigError) as refusal:
        package.plan_losses("vae", config, **options)
    return str(refusal.value).removeprefix("loss_config: ")


def validator(package: Any, definition: str | None = None) -> Draft202012Validator:
    """The schema that the package ships, or an entry of its `$defs`."""
    files = importlib.resources.files(package.__name__)
    schema = json.loads(files.joinpath("losses.schema.json").read_bytes())
    whole = Draft202012Validator(schema)
    return whole if definition is None else whole.evolve(schema=schema["$defs"][definition])


def foreign(section: str) -> str:
    return f"pass foreign_sections=[{section!r}] if the trainer reads it itself"


# Sections that the trainer reads itself


def test_open_sections_are_read_by_attribute(package_of: PackageOf) -> None:
    package = package_of("open_sections")
    schedule = {"kind": "linear", "steps": [0, [1, None]], "warmup": {"ends": 0.5}, "on": True}
    config = package.AutoencoderLossConfig.model_validate(
        {
            "power_channel": {"weight": 2, "start": 1000},
            "sisdr": {},
            "phase_ifgd": {"weight": 0.5, "schedule": schedule},
        }
    )
    assert (type(config.power_channel.weight), config.power_channel.weight) == (float, 2.0)
    assert (type(config.power_channel.start), config.power_channel.start) == (int, 1000)
    assert type(config.power_channel) is type(config.sisdr) is package.TrainerLossConfig
    assert (config.sisdr.weight, config.sisdr.start) == (1.0, 0)
    assert type(config.phase_ifgd) is package.PhaseLossConfig
    assert config.phase_ifgd.weight == 0.5
    assert config.phase_ifgd.schedule == schedule
    assert type(config.phase_ifgd.schedule["steps"][0]) is int


def test_open_sections_are_off_unless_written(package_of: PackageOf) -> None:
    package = package_of("open_sections")
    config = package.AutoencoderLossConfig()
    assert (config.power_channel, config.sisdr, config.phase_ifgd) == (None, None, None)
    assert package.AutoencoderLossConfig(phase_ifgd={}).phase_ifgd.schedule == {}


def test_open_sections_need_no_foreign_sections(package_of: PackageOf) -> None:
    package = package_of("open_sections")
    assert mistake(package, {"xyz": {}, "sisdr": {}}).startswith("/xyz: unknown section 'xyz'")
    package.plan_losses("vae", {"xyz": {}, "sisdr": {}}, foreign_sections=["xyz"])


def test_a_trainer_can_still_call_them_foreign(package_of: PackageOf) -> None:
    package = package_of("open_sections")
    package.plan_losses("vae", {"sisdr": {"anything": "goes"}}, foreign_sections=["sisdr"])


@pytest.mark.parametrize("schedule", [{}, {"wieght": 1}, {"start": None, "a": {"b": [[], {}]}}])
def test_a_free_object_takes_anything(package_of: PackageOf, schedule: Config) -> None:
    package = package_of("open_sections")
    config = package.AutoencoderLossConfig(phase_ifgd={"schedule": schedule})
    assert config.phase_ifgd.schedule == schedule
    package.plan_losses("vae", {"phase_ifgd": {"schedule": schedule}})


MISTAKES: list[tuple[str, Config, str]] = [
    # open sections
    (
        "open_sections",
        {"sisdr": {"wieght": 1}},
        "/sisdr/wieght: unknown key 'wieght'; did you mean 'weight'?",
    ),
    (
        "open_sections",
        {"power_channel": {"weights": 1}},
        "/power_channel/weights: unknown key 'weights'; did you mean 'weight'?",
    ),
    (
        "open_sections",
        {"phase_ifgd": {"shedule": {}}},
        "/phase_ifgd/shedule: unknown key 'shedule'; did you mean 'schedule'?",
    ),
    (
        "open_sections",
        {"sisdr": {"schedule": {}}},
        "/sisdr/schedule: unknown key 'schedule'; it belongs at /phase_ifgd/schedule",
    ),
    (
        "open_sections",
        {"power_chanel": {}},
        "/power_chanel: unknown section 'power_chanel'; did you mean 'power_channel'? Or "
        + foreign("power_chanel"),
    ),
    ("open_sections", {"sisdr": {"start": 1.5}}, "/sisdr/start: expected an integer, not 1.5"),
    ("open_sections", {"sisdr": {"start": True}}, "/sisdr/start: expected an integer, not true"),
    (
        "open_sections",
        {"power_channel": {"weight": -1}},
        "/power_channel/weight: expected a number of at least 0, not -1",
    ),
    ("open_sections", {"sisdr": 3}, "/sisdr: expected an object or null, not 3"),
    (
        "open_sections",
        {"phase_ifgd": {"schedule": [1]}},
        "/phase_ifgd/schedule: expected an object, not an array",
    ),
    # new weights
    (
        "grouped_vae",
        {"bottleneck": {"weights": {"klw": 1}}},
        "/bottleneck/weights/klw: unknown key 'klw'; did you mean 'kl_w'?",
    ),
    (
        "grouped_vae",
        {"bottleneck": {"weights": {"kl_spacial": 1}}},
        "/bottleneck/weights/kl_spacial: unknown key 'kl_spacial'; did you mean 'kl_spatial'?",
    ),
    (
        "grouped_vae",
        {"bottleneck": {"kl_w": 1}},
        "/bottleneck/kl_w: unknown key 'kl_w'; it belongs at /bottleneck/weights/kl_w",
    ),
    (
        "grouped_vae",
        {"kl_w": 1},
        "/kl_w: unknown section 'kl_w'; it belongs at /bottleneck/weights/kl_w; or "
        + foreign("kl_w"),
    ),
    (
        "grouped_vae_lab",
        {"bottleneck": {"weights": {"kl_w": "1"}}},
        '/bottleneck/weights/kl_w: expected a number or null, not the string "1"',
    ),
    (
        "shared_weight",
        {"bottleneck": {"weights": {"sll": 1}}},
        "/bottleneck/weights/sll: unknown key 'sll'; did you mean 'ssl'?",
    ),
    (
        "subclass",
        {"bottleneck": {"weights": {"midside": 1}}},
        "/bottleneck/weights/midside: unknown key 'midside'; did you mean 'mid_side'?",
    ),
    # entries that are gone
    (
        "vq_scale",
        {"bottleneck": {"weights": {"rqv": 1}}},
        "/bottleneck/weights/rqv: unknown key 'rqv'; did you mean 'rvq'?",
    ),
    *(
        (
            "vq_scale",
            {"bottleneck": {"weights": {weight: 1}}},
            f"/bottleneck/weights/{weight}: unknown key {weight!r}; expected 'kl', 'mmd', 'rvq', "
            "'softnorm'",
        )
        for weight in ("quantizer", "codebook", "commitment")
    ),
    (
        "removed_section",
        {"reconstruction": {"weight": 1.0}},
        "/reconstruction: unknown section 'reconstruction'; expected 'bottleneck', 'clap', "
        "'contrastive', 'discriminator', 'generative', 'hubert', 'jepa', 'latent_distillation', "
        "'mrmel', 'semantic_regressors', 'spectral', 'time'; or " + foreign("reconstruction"),
    ),
    # numbers at the top
    (
        "top_level_scalar",
        {"kl_wieght": 1},
        "/kl_wieght: unknown section 'kl_wieght'; did you mean 'kl_weight'? Or "
        + foreign("kl_wieght"),
    ),
    (
        "top_level_scalar",
        {"bottleneck": {"weights": {"kl_weight": 1}}},
        "/bottleneck/weights/kl_weight: unknown key 'kl_weight'; it belongs at /kl_weight",
    ),
    (
        "top_level_scalar",
        {"bottleneck": {"weights": {"kl": 1}}},
        "/bottleneck/weights/kl: unknown key 'kl'; expected 'codebook', 'commitment', 'mmd', "
        "'quantizer', 'softnorm'",
    ),
    ("top_level_scalar", {"kl_weight": -1}, "/kl_weight: expected a number of at least 0, not -1"),
    ("top_level_scalar", {"kl_weight": {}}, "/kl_weight: expected a number, not an object"),
    (
        "top_level_scalar",
        {"kl_weight": 1e39},
        "/kl_weight: expected a number of at most 3.4028234663852886e+38, not 1e+39",
    ),
    ("top_level_scalar", {"warmup_steps": 0.5}, "/warmup_steps: expected an integer, not 0.5"),
    (
        "changed_default",
        {"spectral": {"weights": {"mrstft": "1"}}},
        '/spectral/weights/mrstft: expected a number or null, not the string "1"',
    ),
]


@pytest.mark.parametrize(
    ("overlay", "config", "message"),
    MISTAKES,
    ids=[f"{overlay} {message.partition(':')[0]}" for overlay, _, message in MISTAKES],
)
def test_a_mistake_names_its_place(
    package_of: PackageOf, overlay: str, config: Config, message: str
) -> None:
    assert mistake(package_of(overlay), config) == message


def test_a_mistake_in_a_model_config_has_its_line(package_of: PackageOf, tmp_path: Path) -> None:
    file = tmp_path / "model_config.json"
    file.write_text(
        '{"model_type": "autoencoder", "training": {"loss_configs": {\n'
        '  "bottleneck": {"weights": {"kl": 1e-5}},\n'
        '  "sisdr": {"weight": 1.0, "strat": 10}\n}}}'
    )
    package = package_of("open_sections")
    with pytest.raises(package.LossConfigError) as refusal:
        package.load_config(file)
    assert str(refusal.value).endswith(
        ":3:28: /training/loss_configs/sisdr/strat: unknown key 'strat'; did you mean 'start'?"
    )


# Sections that are gone


def test_removed_sections_are_unknown_and_can_be_foreign(package_of: PackageOf) -> None:
    package = package_of("removed_section")
    assert "/adversarial: unknown section 'adversarial'" in mistake(package, SINGLE)
    assert foreign("adversarial") in mistake(package, SINGLE)
    plan = package.plan_losses("vae", SINGLE, foreign_sections=list(SINGLE))
    assert [loss.name for loss in plan.losses] == ["kl_loss"]
    for name in ("ReconstructionLossConfig", "AdversarialLossConfig"):
        assert not hasattr(package, name)
    assert not {*SINGLE} & package.AutoencoderLossConfig.model_fields.keys()


# Numbers at the top


def test_numbers_at_the_top_are_read_by_attribute(package_of: PackageOf) -> None:
    package = package_of("top_level_scalar")
    config = package.AutoencoderLossConfig(kl_weight=2, warmup_steps=1000)
    assert (type(config.kl_weight), config.kl_weight) == (float, 2.0)
    assert (type(config.warmup_steps), config.warmup_steps) == (int, 1000)
    config.kl_weight = 0.5
    [kl] = package.create_loss_modules_from_bottleneck("vae", config)
    assert kl.weight == 0.5
    assert package.AutoencoderLossConfig().warmup_steps == 0


def test_a_weight_at_the_top_is_not_foreign(package_of: PackageOf) -> None:
    package = package_of("top_level_scalar")
    package.plan_losses("vae", {"warmup_steps": "ten"}, foreign_sections=["warmup_steps"])
    with pytest.raises(ValueError, match="'kl_weight' holds the weights of bottleneck losses"):
        package.plan_losses("vae", {"kl_weight": 1}, foreign_sections=["kl_weight"])


# Changed defaults


def test_changed_defaults_can_be_read(package_of: PackageOf) -> None:
    package = package_of("changed_default")
    config = package.AutoencoderLossConfig(spectral={}, bottleneck={"weights": {"kl": None}})
    assert (config.bottleneck.weights.kl, config.bottleneck.weights.mmd) == (None, 10.0)
    assert config.spectral.weights.mrstft == 1.0
    [kl] = package.plan_losses("vae", config).losses
    assert kl.weight == 1e-4


# What holds for all of them


@pytest.mark.parametrize("overlay", NAMES)
def test_canonical_sections_work(package_of: PackageOf, overlay: str) -> None:
    package = package_of(overlay)
    config = package.AutoencoderLossConfig.model_validate(CANONICAL_SECTIONS)
    assert config.spectral.weights.mrstft == 2.0
    assert config.spectral.config.fft_sizes == [64, 32]
    assert (config.time.weights.l1, config.time.decay) == (0.1, 0.5)
    assert config.discriminator.type == "dac"
    package.plan_losses("vae", CANONICAL_SECTIONS)
    if overlay != "removed_section":
        assert package.AutoencoderLossConfig.model_validate(SINGLE).adversarial.weight == 0.1


def _configs(overlay: str) -> Sequence[Config]:
    """What trainers of the fork have."""
    if overlay in OBJECTIVES:
        return [CONFIG | OBJECTIVES[overlay].sections]
    return FORKS[overlay].configs


@pytest.mark.parametrize("overlay", NAMES)
def test_dumps_reload(package_of: PackageOf, tmp_path: Path, overlay: str) -> None:
    package = package_of(overlay)
    model, schema = package.AutoencoderLossConfig, validator(package)
    for document in ({}, CANONICAL_SECTIONS, *_configs(overlay)):
        schema.validate(document)
        config = model.model_validate(document)
        dump = config.model_dump()
        schema.validate(dump)
        assert model.model_validate(dump) == config
        assert model.model_validate_json(config.model_dump_json()) == config
        assert package.load_config(_saved(tmp_path, dump)) == config
        assert dump.keys() >= document.keys()


def _saved(folder: Path, document: Config) -> Path:
    file = folder / "loss_configs.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


@pytest.mark.parametrize("overlay", NAMES)
def test_results_are_valid_under_the_mapping_and_reload(
    package_of: PackageOf, overlay: str
) -> None:
    package = package_of(overlay)
    schema = validator(package, "LossMapping")
    for kind in package.BottleneckType:
        plan = package.plan_losses(kind)
        dump = plan.model_dump(mode="json")
        schema.validate({dump["bottleneck_type"]: dump["losses"]})
        assert package.LossFactoryResult.model_validate(dump) == plan


@pytest.mark.parametrize("overlay", NAMES)
def test_a_package_says_which_schema_it_is(package_of: PackageOf, overlay: str) -> None:
    package = package_of(overlay)
    schema = validator(package).schema
    assert (package.SCHEMA_VERSION, package.__version__) == ("1.0.0", "1.0.0")
    assert (schema["x-name"], schema["x-version"]) == (overlay.replace("_", "-"), "1.0.0")
    assert "x-extends" not in schema


def test_an_overlay_of_an_overlay_has_what_is_below(package_of: PackageOf) -> None:
    below, above = (package_of(name) for name in ("grouped_vae", "grouped_vae_lab"))
    defaults = {
        package.__name__: package.AutoencoderLossConfig().bottleneck.weights.model_dump()
        for package in (below, above)
    }
    assert defaults["grouped_vae_lab_losses"] == {**defaults["grouped_vae_losses"], "kl_w": 1e-5}
    assert list(above.BottleneckType.__members__) == list(below.BottleneckType.__members__)
