"""COMING_FROM_STABLE_AUDIO_TOOLS.md against the real stable-audio-tools."""

from __future__ import annotations

import copy
import importlib
import io
import json
import re
import sys
import warnings
from contextlib import redirect_stdout
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
import torch
from omegaconf import OmegaConf
from torch import nn

import loss_factory
from loss_factory import (
    AutoencoderLossConfig,
    BottleneckType,
    MissingLossValueError,
    UnusedWeightWarning,
    create_loss_modules_from_bottleneck,
    create_objective,
    plan_losses,
)
from support.readme import blocks, page
from support.stable_audio.differences import DIFFERENCES
from support.stable_audio.real import ARGUMENTS, VERSIONS, StableAudio, load, make_bottleneck
from support.stable_audio.setups import BATCH, QUIET, loss_config
from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import fit, make_wrapper

PAGE = page("COMING_FROM_STABLE_AUDIO_TOOLS.md")


@pytest.fixture(params=VERSIONS)
def real(request: pytest.FixtureRequest) -> StableAudio:
    return load(request.param)


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    [text] = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGE, re.M | re.S)
    [table, *_] = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()[2:]]


def code(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]*)`", cell)


# --- the blocks


def examples() -> list[tuple[str, str]]:
    """Each Python block, with the text block that follows it, if any: what it prints."""
    fences = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    fences.append(("", ""))
    return [
        (block, following if kind == "text" else "")
        for (language, block), (kind, following) in pairwise(fences)
        if language == "python"
    ]


@pytest.mark.parametrize("number", range(len(examples())))
def test_an_example(real: StableAudio, number: int) -> None:
    example, expected = examples()[number]
    autoencoders = ModuleType("stable_audio_tools.training.autoencoders")  # too heavy to import
    vars(autoencoders)["create_loss_modules_from_bottleneck"] = real.factory
    printed = io.StringIO()
    with real.importable(), warnings.catch_warnings(), redirect_stdout(printed):
        warnings.simplefilter("ignore")  # of old packages beside a new torch
        sys.modules[autoencoders.__name__] = autoencoders
        exec(compile(example, "COMING_FROM_STABLE_AUDIO_TOOLS.md", "exec"), {})
    assert printed.getvalue() == expected
    assert bool(expected) == ("print(" in example)


def test_all_blocks_are_typed() -> None:
    assert len(examples()) == len(blocks("python", PAGE)) == 4
    assert len([expected for _, expected in examples() if expected]) == 3
    assert len(blocks("text", PAGE)) == 4  # one is a formula


# --- what is different


class Other(nn.Module):
    """A bottleneck that nobody knows."""


class Autoencoder(nn.Module):
    """A module that has a bottleneck."""

    def __init__(self, bottleneck: nn.Module) -> None:
        super().__init__()
        self.bottleneck = bottleneck


def both(real: StableAudio) -> nn.Module:
    """A bottleneck that is two; no constructor fits."""
    bases = (real.bottleneck.VAEBottleneck, real.bottleneck.WassersteinBottleneck)
    return type("Both", bases, {"__init__": lambda self: nn.Module.__init__(self)})()


def outcome(expression: str, names: dict[str, object]) -> str:
    """What the expression comes to, as the table says it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UnusedWeightWarning)
        try:
            said = described(eval(expression, names))
        except Exception as error:
            said = f"`{type(error).__name__}`"
    return ", ".join([said, *(f"`{warning.category.__name__}`" for warning in caught)])


def described(value: object) -> str:
    match value:
        case list() if any(isinstance(each, nn.Module) for each in value):
            return ", ".join(map(described, value))
        case nn.Module():
            return f"`{value.name} {float(f'{float(value.weight):.6g}')}`"
        case _:
            return f"`{value!r}`"


def test_the_table_of_differences(real: StableAudio) -> None:
    shared = {
        name: make_bottleneck(real, f"{kind}Bottleneck")
        for name, kind in (
            ("vae", "VAE"),
            ("rvq", "RVQ"),
            ("wasserstein", "Wasserstein"),
            ("softnorm", "SoftNorm"),
        )
    }
    shared |= {
        "other": Other(),
        "both": both(real),
        "fork": type("VAEBottleneck", (nn.Module,), {})(),
        "autoencoder": Autoencoder(shared["vae"]),
        "torch": torch,
        "OmegaConf": OmegaConf,
        "AutoencoderLossConfig": AutoencoderLossConfig,
    }
    before = {
        **shared,
        "create": real.factory,
        "MultiLoss": real.losses.MultiLoss,
        "ValueLoss": real.losses.ValueLoss,
    }
    after = {
        **shared,
        "create": create_loss_modules_from_bottleneck,
        "MultiLoss": loss_factory.MultiLoss,
        "ValueLoss": loss_factory.ValueLoss,
    }
    seen = 0
    for cells in rows("What is different"):
        if cells[0].startswith("**"):
            continue
        [expression], theirs, ours = code(cells[0]), *cells[1:]
        if theirs:
            theirs = theirs.replace("no losses", "`[]`")
            by_version = dict(re.findall(r"(0\.0\.\d+): (`[^`]*`)", theirs))
            expected = by_version.get(real.version, theirs)
            assert outcome(expression, before) == expected, expression
        assert outcome(expression, after) == ours, expression
        seen += 1
    assert seen == 43


def test_the_table_has_all_differences_and_no_others() -> None:
    shown = {code(cells[0])[0] for cells in rows("What is different") if "`" in cells[0]}
    listed = {difference.page for difference in DIFFERENCES.values()}
    assert [page for page in listed if page not in " ".join(PAGE.split())] == []
    variants = {  # of a row above them
        'create(vae, {"botleneck": {"weights": {"kl": 1e-4}}})',
        'create(vae, {"bottleneck": {"kl": 1e-4}})',
        'create(other, {}, bottleneck_type="vae")',
        'MultiLoss(create(wasserstein, {}), missing="skip")({})[1]',
    }
    assert shown - listed == variants


def test_the_error_of_the_first_row() -> None:
    [message] = [each for each in code(PAGE) if "did you mean" in each]
    with pytest.raises(loss_factory.LossConfigError, match=re.escape(message)):
        plan_losses("vae", {"bottleneck": {"weights": {"k1": 1e-4}}})


def test_our_modules_in_the_old_multi_loss_need_every_value(real: StableAudio) -> None:
    modules = create_loss_modules_from_bottleneck(make_bottleneck(real, "WassersteinBottleneck"))
    with pytest.raises(MissingLossValueError):
        real.losses.MultiLoss(modules)({})


# --- the whole objective

OF_OBJECTIVE = [cells for cells in rows("What differs, and why") if "`" in cells[0]]
NO_LIBROSA = "with librosa"


def changed_config(change: str) -> Any:
    """A config that is right, but for a change such as `time.decay = 0.5`, or all of it."""
    path, value = change.rsplit(" = ", 1) if " = " in change else ("", change.removeprefix("= "))
    config: Any = loss_config(QUIET)
    place = config
    *way, last = path.split(".")
    for key in way:
        place = place[key]
    place[last] = json.loads(value)
    return config if path else place[last]


@pytest.mark.parametrize("cells", OF_OBJECTIVE, ids=lambda cells: code(cells[0])[0])
def test_a_config_that_is_refused(cells: list[str]) -> None:
    config = changed_config(code(cells[0])[0])
    known: dict[str, Any] = {"trainer": "stable-audio-tools 0.0.19", "sample_rate": 44100}
    with pytest.raises(loss_factory.LossConfigError) as error:
        create_objective("vae", config, **known, channels=2)
    assert str(error.value) == cells[2].strip("`")


@pytest.mark.parametrize(
    "cells",
    [cells for cells in OF_OBJECTIVE if NO_LIBROSA not in cells[1]],
    ids=lambda cells: code(cells[0])[0],
)
def test_what_the_trainer_makes_of_it(cells: list[str]) -> None:
    config = changed_config(code(cells[0])[0])
    with whole_trainer(QUIET.version).importable():
        autoencoders = importlib.import_module("stable_audio_tools.training.autoencoders")
        assert (
            trained(autoencoders.AutoencoderTrainingWrapper, config)
            == cells[1].split(",")[0].split(":")[0]
        )


def trained(wrapper: Any, config: Any) -> str:
    """How far a training with this config comes."""
    try:
        made = make_wrapper(wrapper, QUIET, losses=config)
    except Exception:
        return "fails when it is made"
    audio = torch.zeros(BATCH, 2, 8192).uniform_(-0.1, 0.1)
    try:
        fit(made, [(audio, [{}] * BATCH)])
    except Exception:
        return "fails in the first step"
    return "trains"


# --- the config


def test_the_sections_that_trainers_read(real: StableAudio) -> None:
    path = real.bottleneck.__file__
    assert path is not None
    package = path.partition("models")[0]
    with open(f"{package}/training/autoencoders.py", encoding="utf-8") as file:
        source = file.read()
    name = r"(?<![\w])(?:self\.)?loss_config\b"
    read = set(re.findall(name + r"""\[['"](\w+)['"]\]""", source))
    read |= set(re.findall(rf"""['"](\w+)['"] in {name}(?!\[)""", source))
    assert {"bottleneck", "spectral", "time", "discriminator"} <= read
    assert read <= set(AutoencoderLossConfig.model_fields)


def test_the_table_of_weights(real: StableAudio) -> None:
    seen = set()
    for tags, [name], [key], [default], old in (
        (code(tags), code(name), code(key), code(default), old)
        for tags, name, key, default, old in rows("Weights of the bottleneck")
    ):
        for tag in tags:
            plan = plan_losses(tag)
            assert plan.get_loss_by_name(name).weight == float(default)
            config = {"bottleneck": {"weights": {key: 0.5}}}
            assert plan_losses(tag, config).get_loss_by_name(name).weight == 0.5
            bottleneck = make_bottleneck(real, plan.bottleneck_type.value)
            then = {loss.name: float(loss.weight) for loss in real.factory(bottleneck, config)}
            if "0.0.19: no loss" in old and real.version == "0.0.19":
                assert then == {}
            else:
                expected = float(default) if old == "fixed" else 0.5
                assert then[name] == expected
            seen.add((plan.bottleneck_type, name))
    assert seen == {
        (kind, loss.name) for kind in BottleneckType for loss in plan_losses(kind).losses
    }


def test_who_builds_softnorm_from_a_config(real: StableAudio) -> None:
    [note] = re.findall(r"^\[\*\] .*$", PAGE, re.MULTILINE)
    assert code(note) == ["softnorm", "NotImplementedError"]
    config = {"type": "softnorm", "config": ARGUMENTS["SoftNormBottleneck"]}
    with real.importable():
        factory = importlib.import_module("stable_audio_tools.models.factory")
        if f"{real.version} " in note:
            assert hasattr(real.bottleneck, "SoftNormBottleneck")
            with pytest.raises(NotImplementedError):
                factory.create_bottleneck_from_config(config)
        else:
            built = factory.create_bottleneck_from_config(config)
            assert isinstance(built, real.bottleneck.SoftNormBottleneck)


# --- weights from other code bases

SIZES = {"B": 3, "D": 4, "T": 5, "C": 2, "N": 80}


def test_the_factors_of_the_kl(real: StableAudio) -> None:
    encoded = torch.randn(SIZES["B"], 2 * SIZES["D"], SIZES["T"], dtype=torch.float64)
    _, info = make_bottleneck(real, "VAEBottleneck").encode(encoded, return_info=True)
    mean, scale = encoded.chunk(2, dim=1)
    std = torch.nn.functional.softplus(scale) + 1e-4
    [definition] = [each for each in code(PAGE) if each.startswith("k = ")]
    names: dict[str, object] = {"mean": mean, "std": std, "log": torch.log, **SIZES}
    exec(definition, names)
    table = rows("KL")
    assert len(table) == 7
    for theirs, factor, _ in table:
        value = eval(code(theirs)[0], names)
        expected = eval(code(factor)[0], names)
        torch.testing.assert_close(value / info["kl"], torch.tensor(expected).double(), msg=theirs)


def test_the_kernel_of_the_mmd(real: StableAudio) -> None:
    assert "`exp(-‖x - y‖² / D²)`" in PAGE
    left, right = torch.randn(2, 20, 6, dtype=torch.float64)
    expected = torch.exp(-(torch.cdist(left, right) ** 2) / 6**2).mean()
    torch.testing.assert_close(real.bottleneck.compute_mean_kernel(left, right), expected)


def test_the_quantizer_loss_is_the_average_of_weighted_ones(real: StableAudio) -> None:
    bottleneck = make_bottleneck(real, "RVQBottleneck")
    twice = make_bottleneck(real, "RVQBottleneck", commitment_weight=2.0)
    twice.load_state_dict(bottleneck.state_dict())
    by_hand = copy.deepcopy(bottleneck.quantizer)
    latents = torch.randn(2, 8, 16)
    loss = encoded_loss(bottleneck, latents)
    torch.testing.assert_close(encoded_loss(twice, latents), 2 * loss)
    _, _, losses = by_hand(latents.transpose(1, 2))
    assert losses.numel() == bottleneck.num_quantizers == 2
    torch.testing.assert_close(losses.sum() / 2, loss)


def encoded_loss(bottleneck: Any, latents: torch.Tensor) -> torch.Tensor:
    loss: torch.Tensor = bottleneck.encode(latents, return_info=True)[1]["quantizer_loss"]
    return loss
