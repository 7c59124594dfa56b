"""Our modules where trainers use them: beside real losses, on real bottlenecks, from real
configs, wrapped as trainers wrap them, and with the checkpoints that old trainers left."""

from __future__ import annotations

import copy
import re
from collections import UserDict
from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

import pytest
import torch
from lightning.fabric import Fabric
from omegaconf import DictConfig, OmegaConf
from torch import distributed, nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils import parametrize

from support.stable_audio.compare import create_ours, described, differences, same_bits, step
from support.stable_audio.real import (
    CHANNELS,
    KNOWN,
    VERSIONS,
    VERSIONS_AND_CLASSES,
    StableAudio,
    load,
    make_bottleneck,
    subclass_of,
)
from support.under_test import (
    AutoencoderLossConfig,
    MissingLossValueError,
    MultiLoss,
    ValueLoss,
    create_bottleneck_loss,
    create_loss_modules_from_bottleneck,
    plan_losses,
)


@pytest.fixture(params=VERSIONS)
def real(request: pytest.FixtureRequest) -> StableAudio:
    version: str = request.param
    return load(version)


every_class = pytest.mark.parametrize(("version", "class_name"), VERSIONS_AND_CLASSES)


def foreign_losses(real: StableAudio, decay: float = 1.0) -> list[nn.Module]:
    """What the trainers of both versions put before the bottleneck's losses."""
    losses = real.losses
    return [
        losses.ValueLoss(key="loss_adv", weight=0.1, name="loss_adv", decay=decay),
        losses.ValueLoss("feature_matching_distance", "feature_matching_loss", 5.0),
        losses.AuralossLoss(nn.SmoothL1Loss(), "decoded", "reals", "mrstft_loss", 1.0, decay),
        losses.L1Loss(key_a="reals", key_b="decoded", weight=0.5, name="l1_time_loss"),
    ]


def trainer_values(real: StableAudio, modules: Sequence[nn.Module]) -> dict[str, torch.Tensor]:
    """An `info` with what the foreign losses need, and a value for each of the modules."""
    generator = torch.Generator().manual_seed(0)
    values = {
        "reals": torch.randn(2, 1, 16, generator=generator),
        "decoded": torch.randn(2, 1, 16, generator=generator),
        "loss_adv": torch.randn((), generator=generator),
        "feature_matching_distance": torch.randn((), generator=generator),
    }
    for module in modules:
        values[str(module.key)] = torch.randn((), generator=generator)
    return values


def encoded(
    bottleneck: nn.Module, *, training: bool
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The bottleneck's input and the `info` that it leaves."""
    bottleneck.train(training)
    torch.manual_seed(0)
    x = torch.randn(2, CHANNELS, 16, requires_grad=True)
    encode: Any = bottleneck.encode
    _, info = encode(x, return_info=True)
    return x, info


# --- beside real losses, in the real MultiLoss and in ours


@every_class
@pytest.mark.parametrize("decay", [1.0, 0.5])
def test_trainers_losses_give_the_same_with_ours_in_between(
    version: str, class_name: str, decay: float
) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    config = {"bottleneck": {"weights": {"kl": 1e-4, "mmd": 10, "softnorm": 1e-4}}}
    theirs = foreign_losses(real, decay) + real.factory(bottleneck, config)
    expected_of = real.losses.MultiLoss(theirs)
    in_real = real.losses.MultiLoss(
        [*foreign_losses(real, decay), *create_ours(bottleneck, config)[0]]
    )
    in_ours = MultiLoss([*foreign_losses(real, decay), *create_ours(bottleneck, config)[0]])
    values = trainer_values(real, real.factory(bottleneck, config))
    for _ in range(3):  # with a decay every step has other weights
        expected = step(expected_of, values)
        assert differences(expected, step(in_real, values)) == []
        assert differences(expected, step(in_ours, values)) == []


def test_real_value_losses_of_other_keys_stand_anywhere(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    last = real.losses.ValueLoss(key="decoder_gen_loss", weight=2.0, name="decoder_gen_loss")
    theirs = real.factory(bottleneck, {})
    kl, codebook, commitment = create_ours(bottleneck)[0]
    values = {
        key: torch.tensor(number)
        for number, key in enumerate(
            ("kl", "decoder_gen_loss", "vq/codebook_loss", "vq/commitment_loss"), start=1
        )
    }
    values = {key: value.double() for key, value in values.items()}
    expected = step(real.losses.MultiLoss([theirs[0], theirs[1], last, theirs[2]]), values)
    for multi_loss in (real.losses.MultiLoss, MultiLoss):
        outcome = step(multi_loss([kl, codebook, last, commitment]), values)
        assert differences(expected, outcome) == []


def test_the_list_extends_a_trainers_list(real: StableAudio) -> None:
    """`loss_modules += create_loss_modules_from_bottleneck(model.bottleneck, {})`"""
    loss_modules: list[nn.Module] = [real.losses.MSELoss("a", "b")]
    bottleneck = make_bottleneck(real, "RVQVAEBottleneck")
    loss_modules += create_loss_modules_from_bottleneck(bottleneck, {})
    assert [module.name for module in loss_modules] == ["mse_loss", "kl_loss", "quantizer_loss"]
    assert all(isinstance(module, ValueLoss) for module in loss_modules[1:])


# --- the configs of trainers


def test_a_trainers_own_sections_are_foreign(real: StableAudio) -> None:
    config = {
        "discriminator": {"type": "encodec", "config": {"filters": 32}, "weights": {}},
        "spectral": {"type": "mrstft", "config": {"fft_sizes": [64]}, "weights": {"mrstft": 1.0}},
        "time": {"type": "l1", "weights": {"l1": 0.0}},
        "mrmel": {"weights": {"mrmel": 15.0}, "config": {"n_mels": [5, 10]}},
        "hubert": {"weights": {"hubert": 0.5}, "config": {}, "decay": 0.9},
        "contrastive": {"config": {"depth": 2}, "weights": {"contrastive": 1}, "warmup": 10},
        "power_channel": {"schedule": {"kind": "linear", "steps": [0, 1000]}},
        "bottleneck": {"type": "kl", "weights": {"kl": 1e-4}},
    }
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    modules, warned = create_ours(
        bottleneck, config, foreign_sections=("mrmel", "hubert", "contrastive", "power_channel")
    )
    assert described(modules) == described(real.factory(bottleneck, config))
    assert warned == []


@pytest.fixture
def omega_config() -> DictConfig:
    """The loss_configs node of a training config, with interpolations into and out of it."""
    config = OmegaConf.create(
        {
            "latents": {"kl": 1e-4},
            "training": {
                "loss_configs": {
                    "spectral": {
                        "type": "mrstft",
                        "config": {"fft_sizes": [64, 32], "hop_sizes": [16, 8]},
                        "weights": {"mrstft": 1.0},
                    },
                    "time": {"type": "l1", "weights": {"l1": "${..weight_of_its_own}"}},
                    "bottleneck": {"type": "kl", "weights": {"kl": "${latents.kl}"}},
                    "sisdr": {"windows": ["${latents.kl}", [1, 2]]},
                }
            },
        }
    )
    node: DictConfig = config.training.loss_configs
    node.time.weights.l1 = "${latents.kl}"
    return node


def test_an_omegaconf_config_is_taken_with_its_interpolations(
    real: StableAudio, omega_config: DictConfig
) -> None:
    before = OmegaConf.to_container(omega_config, resolve=False)
    bottleneck = make_bottleneck(real, "VAEBottleneck")
    modules, warned = create_ours(bottleneck, omega_config, foreign_sections=("sisdr",))
    assert described(modules) == described(real.factory(bottleneck, omega_config))
    assert [module.weight for module in modules] == [float(torch.tensor(1e-4))]
    assert warned == []
    assert OmegaConf.to_container(omega_config, resolve=False) == before


def test_an_omegaconf_list_of_foreign_sections_is_taken(
    real: StableAudio, omega_config: DictConfig
) -> None:
    bottleneck = make_bottleneck(real, "VAEBottleneck")
    foreign: Any = OmegaConf.create(["sisdr"])
    modules, _ = create_ours(bottleneck, omega_config, foreign_sections=foreign)
    assert described(modules) == described(real.factory(bottleneck, omega_config))


@pytest.mark.parametrize("kind", [UserDict, MappingProxyType, AutoencoderLossConfig.model_validate])
def test_other_kinds_of_config_are_taken(real: StableAudio, kind: Any) -> None:
    plain = {"bottleneck": {"weights": {"kl": 0.5, "mmd": 7}}}
    for class_name in ("VAEBottleneck", "WassersteinBottleneck"):
        bottleneck = make_bottleneck(real, class_name)
        modules, warned = create_ours(bottleneck, kind(plain))
        assert described(modules) == described(real.factory(bottleneck, plain))
        assert len(warned) == 1


def test_the_plan_says_what_the_modules_are(real: StableAudio) -> None:
    for class_name in KNOWN[real.version]:
        bottleneck = make_bottleneck(real, class_name)
        plan = plan_losses(bottleneck)
        assert plan.bottleneck_type.value == class_name
        expected = real.factory(bottleneck, {})
        assert [(loss.key, loss.name) for loss in plan.losses] == [
            (module.key, module.name) for module in expected
        ]


# --- what the real bottlenecks leave in info


@every_class
def test_infos_of_real_bottlenecks_give_the_same(version: str, class_name: str) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    x, info = encoded(bottleneck, training=True)
    theirs = real.factory(bottleneck, {})
    assert all(module.key in info for module in theirs)
    ours, _ = create_ours(bottleneck)
    assert len(ours) == len(theirs)
    kept = dict(info)
    expected_total, expected = real.losses.MultiLoss(theirs)(info)
    fused = create_bottleneck_loss(bottleneck)
    for multi_loss in (real.losses.MultiLoss(ours), MultiLoss(ours), fused):
        total, losses = multi_loss(info)
        assert list(losses) == list(expected)
        assert all(same_bits(expected[name], losses[name]) for name in expected)
        if theirs:  # the real total of no losses is the integer 0
            assert same_bits(expected_total, total)
            (gradient,) = torch.autograd.grad(total, x, retain_graph=True)
            (expected_gradient,) = torch.autograd.grad(expected_total, x, retain_graph=True)
            assert same_bits(expected_gradient, gradient)
            assert bool(gradient.any())
    assert list(info) == list(kept)
    assert all(info[key] is kept[key] for key in kept)


def test_softnorm_of_0_0_19_trains_with_ours() -> None:
    bottleneck = make_bottleneck(load("0.0.19"), "SoftNormBottleneck")
    _, info = encoded(bottleneck, training=True)
    total, losses = MultiLoss(create_ours(bottleneck)[0])(info)
    assert same_bits(total, torch.tensor(1e-5) * info["softnorm_loss"])
    assert list(losses) == ["softnorm_loss"]
    total.backward()


CONDITIONAL: list[tuple[str, dict[str, Any], bool, list[str], list[str]]] = [
    # class, constructor arguments, training mode, losses whose value is there, and is not
    ("WassersteinBottleneck", {}, False, [], ["mmd_loss"]),
    ("SoftNormBottleneck", {}, False, [], ["softnorm_loss"]),
    (
        "DACRVQBottleneck",
        {"quantize_on_decode": True},
        True,
        [],
        ["codebook_loss", "commitment_loss"],
    ),
    (
        "DACRVQVAEBottleneck",
        {"quantize_on_decode": True},
        True,
        ["kl_loss"],
        ["codebook_loss", "commitment_loss"],
    ),
]


@pytest.mark.parametrize(
    ("class_name", "arguments", "training", "there", "missing"),
    CONDITIONAL,
    ids=["mmd-in-eval", "softnorm-in-eval", "dac-on-decode", "dac-vae-on-decode"],
)
def test_a_value_that_the_bottleneck_leaves_out(
    real: StableAudio,
    class_name: str,
    arguments: dict[str, Any],
    training: bool,
    there: list[str],
    missing: list[str],
) -> None:
    bottleneck = make_bottleneck(real, class_name, **arguments)
    _, info = encoded(bottleneck, training=training)
    ours, _ = create_ours(bottleneck)
    assert [module.name for module in ours] == there + missing
    fused = create_bottleneck_loss(bottleneck)
    for multi_loss in (real.losses.MultiLoss(ours), MultiLoss(ours), fused):
        with pytest.raises(MissingLossValueError) as caught:
            multi_loss(info)
        assert re.search(rf"\b{missing[0]}\b", str(caught.value))
    skipping = create_bottleneck_loss(bottleneck, missing="skip")
    for multi_loss in (MultiLoss(ours, missing="skip"), skipping):
        total, losses = multi_loss(info)
        assert list(losses) == there
        assert float(total.detach()) == float(sum(loss.detach() for loss in losses.values()))


def test_skipping_does_what_the_multi_loss_of_0_0_20_does() -> None:
    """As with the encoder frozen: none of the bottleneck's values, and one foreign one less."""
    real = load("0.0.20")
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    theirs = real.losses.MultiLoss(foreign_losses(real) + real.factory(bottleneck, {}))
    ours = MultiLoss([*foreign_losses(real), *create_ours(bottleneck)[0]], missing="skip")
    values = trainer_values(real, [])
    del values["loss_adv"]
    expected = step(theirs, values)
    assert list(expected.losses) == ["feature_matching_loss", "mrstft_loss", "l1_time_loss"]
    assert differences(expected, step(ours, values)) == []


@pytest.mark.parametrize("class_name", KNOWN["0.0.20"])
def test_skipping_leaves_out_on_discriminator_steps_what_0_0_20_leaves_out(class_name: str) -> None:
    """With the encoder frozen or skipped, a step's info has none or some of the values."""
    real = load("0.0.20")
    bottleneck = make_bottleneck(real, class_name)
    theirs = real.factory(bottleneck, {})
    values = {module.key: torch.tensor(0.5) for module in theirs}
    skipping = create_bottleneck_loss(bottleneck, missing="skip")
    for number in range(2 ** len(values)):
        there = {key: value for bit, (key, value) in enumerate(values.items()) if number >> bit & 1}
        expected = step(real.losses.MultiLoss(theirs), there)
        if there:
            assert differences(expected, step(skipping, there)) == []
        else:  # the real total of no losses is the integer 0
            assert (expected.losses, skipping(there)) == ({}, (torch.zeros(()), {}))


def test_a_foreign_loss_without_its_value_fails_in_ours_as_in_0_0_19(real: StableAudio) -> None:
    values = trainer_values(real, [])
    del values["loss_adv"]
    with pytest.raises(LookupError, match="loss_adv"):
        MultiLoss(foreign_losses(real))(values)


# --- bottlenecks as trainers wrap them


def with_parameter(bottleneck: nn.Module) -> nn.Module:
    """DDP refuses modules without parameters, and most of the bottlenecks have none."""
    bottleneck.register_parameter("gain", nn.Parameter(torch.ones(1)))
    return bottleneck


@pytest.fixture(scope="module")
def process_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    # As a path: torch doesn't decode file:// URLs, in which a space is %20.
    store = distributed.FileStore(str(tmp_path_factory.mktemp("process_group") / "store"), 1)
    distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@every_class
def test_a_parametrized_bottleneck(version: str, class_name: str) -> None:
    """torch.nn.utils.parametrize gives the module a new class, a subclass of its own."""
    real = load(version)
    bottleneck = with_parameter(make_bottleneck(real, class_name))
    expected = described(real.factory(bottleneck, {}))
    parametrize.register_parametrization(bottleneck, "gain", nn.Identity())
    assert type(bottleneck).__name__ == f"Parametrized{class_name}"
    assert described(real.factory(bottleneck, {})) == expected
    assert described(create_ours(bottleneck)[0]) == expected


@every_class
def test_a_compiled_bottleneck(version: str, class_name: str) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    compiled = torch.compile(bottleneck, backend="eager")
    assert compiled is not bottleneck
    assert described(create_ours(compiled)[0]) == described(real.factory(bottleneck, {}))


@every_class
def test_a_bottleneck_in_data_parallel(version: str, class_name: str) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    wrapped = nn.DataParallel(bottleneck)
    assert described(create_ours(wrapped)[0]) == described(real.factory(bottleneck, {}))


@pytest.mark.usefixtures("process_group")
@every_class
def test_a_bottleneck_in_distributed_data_parallel(version: str, class_name: str) -> None:
    real = load(version)
    bottleneck = with_parameter(make_bottleneck(real, class_name))
    wrapped = DistributedDataParallel(bottleneck)
    assert real.factory(wrapped, {}) == []
    assert described(create_ours(wrapped)[0]) == described(real.factory(bottleneck, {}))


@pytest.mark.usefixtures("process_group")
def test_wrappers_in_wrappers(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    config = {"bottleneck": {"weights": {"kl": 0.5}}}
    expected = described(real.factory(bottleneck, config))
    compiled: Any = torch.compile(bottleneck, backend="eager")
    of_compiled = DistributedDataParallel(compiled)
    compiled_of = torch.compile(DistributedDataParallel(bottleneck), backend="eager")
    for wrapped in (of_compiled, compiled_of, nn.DataParallel(of_compiled)):
        assert described(create_ours(wrapped, config)[0]) == expected


@pytest.mark.usefixtures("process_group")
def test_a_fully_sharded_bottleneck(real: StableAudio) -> None:
    """FSDP2 gives the module a new class too, with a mix-in before its own."""
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    expected = described(real.factory(bottleneck, {}))
    fully_shard(bottleneck, mesh=init_device_mesh("cpu", (1,)))
    assert type(bottleneck).__name__ == "FSDPDACRVQVAEBottleneck"
    assert described(create_ours(bottleneck)[0]) == expected
    assert type(create_bottleneck_loss(bottleneck)).__name__ == "DACRVQVAEBottleneckLoss"
    assert plan_losses(bottleneck).bottleneck_type.value == "DACRVQVAEBottleneck"


@pytest.mark.usefixtures("process_group")
def test_a_fully_sharded_subclass_in_data_parallel(real: StableAudio) -> None:
    cls = subclass_of(real.bottleneck.VAEBottleneck, 2)
    bottleneck = with_parameter(make_bottleneck(real, "VAEBottleneck", cls=cls))
    fully_shard(bottleneck, mesh=init_device_mesh("cpu", (1,)))
    wrapped = nn.DataParallel(bottleneck)
    assert type(create_bottleneck_loss(wrapped)).__name__ == "VAEBottleneckLoss"


def test_an_unknown_module_that_holds_a_bottleneck_is_not_unwrapped(real: StableAudio) -> None:
    """A child called `module` makes no wrapper of a bottleneck that is known itself."""
    bottleneck = make_bottleneck(real, "VAEBottleneck")
    bottleneck.add_module("module", make_bottleneck(real, "WassersteinBottleneck"))
    assert described(create_ours(bottleneck)[0]) == described(real.factory(bottleneck, {}))


@pytest.mark.parametrize(
    "wrapper",
    [
        checkpoint_wrapper,
        nn.DataParallel,
        lambda module: torch.compile(module, backend="eager"),
        lambda module: Fabric(accelerator="cpu", devices=1).setup_module(module),
    ],
    ids=["checkpointed", "data-parallel", "compiled", "fabric"],
)
@pytest.mark.parametrize("name", ["module", "_orig_mod", "_checkpoint_wrapped_module"])
def test_what_a_wrapped_bottleneck_calls_like_a_wrapper_is_its_own(
    real: StableAudio, wrapper: Callable[[nn.Module], nn.Module], name: str
) -> None:
    """Some wrappers pass on what they are asked for to what they wrap."""
    bottleneck = make_bottleneck(real, "VAEBottleneck")
    bottleneck.add_module(name, make_bottleneck(real, "WassersteinBottleneck"))
    expected = described(real.factory(bottleneck, {}))
    assert described(create_ours(wrapper(with_parameter(bottleneck)))[0]) == expected


# --- the checkpoints of old trainers


class Trainer(nn.Module):
    """As much of a trainer as a checkpoint sees."""

    def __init__(self, losses_gen: nn.Module) -> None:
        super().__init__()
        self.decoder = nn.Linear(2, 2)
        self.losses_gen = losses_gen


def old_state(real: StableAudio, bottleneck: nn.Module) -> dict[str, torch.Tensor]:
    """What an old trainer saved, each weight being another than any trainer's own."""
    trainer = Trainer(real.losses.MultiLoss(foreign_losses(real) + real.factory(bottleneck, {})))
    state = trainer.state_dict()
    weights = [key for key in state if key.endswith(".weight") and "losses" in key]
    for number, key in enumerate(weights):
        state[key] = torch.tensor(1000.0 + number)
    return state


@every_class
@pytest.mark.parametrize("multi_loss", ["real", "ours"])
def test_an_old_state_loads_strictly(version: str, class_name: str, multi_loss: str) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    state = old_state(real, bottleneck)
    foreign, ours = foreign_losses(real), create_ours(bottleneck)[0]
    before = described(ours)
    container = MultiLoss if multi_loss == "ours" else real.losses.MultiLoss
    trainer = Trainer(container([*foreign, *ours]))
    trainer.load_state_dict(state, strict=True)
    assert [float(module.get_buffer("weight")) for module in foreign] == [
        1000.0,
        1001.0,
        1002.0,
        1003.0,
    ]
    assert described(ours) == before
    assert torch.equal(trainer.decoder.weight, state["decoder.weight"])


def test_an_old_state_of_more_losses_loads_strictly(real: StableAudio) -> None:
    """The trainer that saved it had three losses of a bottleneck; now there is one."""
    state = old_state(real, make_bottleneck(real, "DACRVQVAEBottleneck"))
    ours, _ = create_ours(make_bottleneck(real, "VAEBottleneck"))
    trainer = Trainer(MultiLoss([*foreign_losses(real), *ours]))
    trainer.load_state_dict(state, strict=True)
    assert described(ours) == described(create_ours(make_bottleneck(real, "VAEBottleneck"))[0])


def test_a_strict_load_still_refuses_what_no_old_trainer_saved(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "VAEBottleneck")
    state = old_state(real, bottleneck)
    trainer = Trainer(MultiLoss([*foreign_losses(real), *create_ours(bottleneck)[0]]))
    for key in ("losses_gen.losses.4.bias", "losses_gen.other", "encoder.weight"):
        with pytest.raises(RuntimeError, match=re.escape(key)):
            trainer.load_state_dict({**state, key: torch.zeros(())}, strict=True)
    del state["losses_gen.losses.0.weight"]  # a foreign loss's own
    with pytest.raises(RuntimeError, match=r"losses\.0\.weight"):
        trainer.load_state_dict(state, strict=True)


def test_a_new_state_round_trips(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    trainer = Trainer(MultiLoss([*foreign_losses(real), *create_ours(bottleneck)[0]]))
    state = trainer.state_dict()
    assert [key for key in state if key.startswith("losses_gen")] == [
        f"losses_gen.losses.{index}.weight" for index in range(len(foreign_losses(real)))
    ]
    trainer.load_state_dict(state, strict=True)


# --- from a list to one module per bottleneck


def losses_behind(real: StableAudio) -> list[nn.Module]:
    """What 0.0.20 puts behind the bottleneck's losses."""
    return [
        real.losses.ValueLoss("decoder_gen_loss", "decoder_gen_loss", 2.0),
        real.losses.L1Loss("pitch_output", "pitch_target", name="pitch_regressor_mse"),
    ]


class MovedTrainer(Trainer):
    """A trainer that keeps its own losses in a list, without the bottleneck's."""

    def __init__(
        self, container: type[nn.Module], bottleneck: object, own_losses: Sequence[nn.Module]
    ) -> None:
        super().__init__(container(own_losses))
        self.bottleneck_loss = create_bottleneck_loss(bottleneck)

    def load_old(self, state: dict[str, torch.Tensor], position: int = 4) -> None:
        hook = self.bottleneck_loss.old_list_hook("losses_gen", position=position)
        handle = self.register_load_state_dict_pre_hook(hook)
        try:
            self.load_state_dict(state, strict=True)
        finally:
            handle.remove()

    def loaded_weights(self) -> list[float]:
        losses = self.get_submodule("losses_gen.losses").children()
        return [float(module.get_buffer("weight")) for module in losses]


def state_of_a_list(
    real: StableAudio, bottleneck: nn.Module, behind: Sequence[nn.Module]
) -> dict[str, torch.Tensor]:
    """What a trainer with one list saved: 1000 to 1003 before the bottleneck's, 2000 behind."""
    before, own = foreign_losses(real), real.factory(bottleneck, {})
    state = Trainer(real.losses.MultiLoss([*before, *own, *behind])).state_dict()
    numbers = [1000.0 + index for index in range(len(before))]
    numbers += [7.0] * len(own) + [2000.0 + index for index in range(len(behind))]
    for position, number in enumerate(numbers):
        state[f"losses_gen.losses.{position}.weight"] = torch.tensor(number)
    return state


@every_class
@pytest.mark.parametrize("container", ["real", "ours"])
@pytest.mark.parametrize("number_behind", [0, 2])
def test_the_hook_moves_up_what_stood_behind(
    version: str, class_name: str, container: str, number_behind: int
) -> None:
    real = load(version)
    bottleneck = make_bottleneck(real, class_name)
    behind = losses_behind(real)[:number_behind]
    state = state_of_a_list(real, bottleneck, behind)
    kept = dict(state)
    kind = MultiLoss if container == "ours" else real.losses.MultiLoss
    trainer = MovedTrainer(kind, bottleneck, [*foreign_losses(real), *behind])
    before = repr(trainer.bottleneck_loss)
    trainer.load_old(state)
    expected = [1000.0, 1001.0, 1002.0, 1003.0, 2000.0, 2001.0][: 4 + number_behind]
    assert trainer.loaded_weights() == expected
    assert repr(trainer.bottleneck_loss) == before
    assert state == kept
    again = MovedTrainer(
        kind, bottleneck, [*foreign_losses(real), *losses_behind(real)[:number_behind]]
    )
    again.load_state_dict(trainer.state_dict(), strict=True)
    assert again.loaded_weights() == expected


def test_the_hook_works_below_a_prefix_and_survives_a_copy(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    behind = losses_behind(real)
    state = {f"net.{k}": v for k, v in state_of_a_list(real, bottleneck, behind).items()}
    trainer = MovedTrainer(real.losses.MultiLoss, bottleneck, [*foreign_losses(real), *behind])
    hook = trainer.bottleneck_loss.old_list_hook("losses_gen", position=4)
    trainer.register_load_state_dict_pre_hook(hook)
    for each in (trainer, copy.deepcopy(trainer)):
        nn.ModuleDict({"net": each}).load_state_dict(state, strict=True)
        assert each.loaded_weights()[-2:] == [2000.0, 2001.0]


def test_a_loss_that_is_new_misses_its_weight(real: StableAudio) -> None:
    """It does not get that of the loss that stood at its position."""
    bottleneck = make_bottleneck(real, "VAEBottleneck")
    behind = losses_behind(real)
    state = state_of_a_list(real, bottleneck, behind[:1])
    trainer = MovedTrainer(MultiLoss, bottleneck, [*foreign_losses(real), *behind])
    with pytest.raises(RuntimeError, match=r"Missing key.*losses_gen\.losses\.5\.weight"):
        trainer.load_old(state)


def test_a_checkpoint_that_is_not_old_is_refused(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    behind = losses_behind(real)
    trainer = MovedTrainer(MultiLoss, bottleneck, [*foreign_losses(real), *behind])
    with pytest.raises(ValueError, match=r"^losses_gen\.losses\.6\.weight: expected the weight"):
        trainer.load_old(trainer.state_dict())


@pytest.mark.parametrize(
    ("position", "key"), [(9, "losses.10.weight"), (2, "losses.2.window"), (5, "losses.7.weight")]
)
def test_a_hook_at_another_position_is_refused(real: StableAudio, position: int, key: str) -> None:
    bottleneck = make_bottleneck(real, "DACRVQVAEBottleneck")
    trainer = MovedTrainer(MultiLoss, bottleneck, foreign_losses(real))
    state = state_of_a_list(real, bottleneck, [])
    state["losses_gen.losses.2.window"] = torch.ones(4)  # as of an STFT loss
    with pytest.raises(ValueError, match="expected the weight") as refusal:
        trainer.load_old(state, position)
    assert str(refusal.value) == (
        f"losses_gen.{key}: expected the weight of a bottleneck loss, and nothing else, at the "
        f"positions {position} to {position + 2} of losses_gen.losses; is the position right, and "
        "the checkpoint old?"
    )


def test_a_negative_position_is_refused() -> None:
    with pytest.raises(ValueError, match="position: expected") as refusal:
        create_bottleneck_loss("vae").old_list_hook("losses_gen", position=-1)
    assert str(refusal.value) == "position: expected the number of losses before, not -1"
