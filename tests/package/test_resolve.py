"""Which known bottleneck a class, an instance or a name stands for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from support.documents import SCHEMA
from support.under_test import (
    BottleneckType,
    UnknownBottleneckError,
    create_loss_modules_from_bottleneck,
    plan_losses,
)

HOW_TO_GO_ON = (
    "name the known type that it trains like (bottleneck_type='vae', say, or its name in place of "
    "the bottleneck), or add it to the schema, or to your overlay, and compile again"
)
KNOWN = SCHEMA["$defs"]["BottleneckType"]["oneOf"]
CLASSES = "known are " + ", ".join(repr(each["const"]) for each in KNOWN)
TAGS = "known are " + ", ".join(repr(each["x-config-type"]) for each in KNOWN)


@pytest.mark.usefixtures("_loss_factory_only")
def test_what_is_known() -> None:
    assert CLASSES == (
        "known are 'VAEBottleneck', 'RVQBottleneck', 'RVQVAEBottleneck', 'DACRVQBottleneck', "
        "'DACRVQVAEBottleneck', 'WassersteinBottleneck', 'SoftNormBottleneck', 'TanhBottleneck', "
        "'L2Bottleneck', 'FSQBottleneck', 'DitheredFSQBottleneck'"
    )
    assert TAGS == (
        "known are 'vae', 'rvq', 'rvq_vae', 'dac_rvq', 'dac_rvq_vae', 'wasserstein', 'softnorm', "
        "'tanh', 'l2_norm', 'fsq', 'dithered_fsq'"
    )


def make(name: str, *bases: type) -> type:
    return type(name, bases, {})


def resolved(bottleneck: object) -> BottleneckType:
    """The type of a bottleneck, which the plan and the modules agree on."""
    result = plan_losses(bottleneck)
    modules = create_loss_modules_from_bottleneck(bottleneck)
    assert [module.name for module in modules] == [loss.name for loss in result.losses]
    return result.bottleneck_type


def refusal_of(bottleneck: object) -> str:
    """Why a bottleneck is unknown, which the plan and the modules agree on."""
    with pytest.raises(UnknownBottleneckError) as from_plan:
        plan_losses(bottleneck)
    with pytest.raises(UnknownBottleneckError) as from_modules:
        create_loss_modules_from_bottleneck(bottleneck)
    assert str(from_plan.value) == str(from_modules.value)
    assert isinstance(from_plan.value, TypeError)
    return str(from_plan.value)


VAE = make("VAEBottleneck")
RVQ = make("RVQBottleneck")
WASSERSTEIN = make("WassersteinBottleneck")
Mixin = make("Mixin")

#: Classes with known names among their bases, and what they count as.
CLASSES_OF: dict[str, tuple[type, BottleneckType]] = {
    "subclass": (make("Mine", VAE), BottleneckType.VAE),
    "subclass of a subclass": (make("Mine", make("Yours", VAE)), BottleneckType.VAE),
    "mixin first": (make("Mine", Mixin, VAE), BottleneckType.VAE),
    "mixin last": (make("Mine", VAE, Mixin), BottleneckType.VAE),
    "known type that subclasses a known type": (
        make("RVQVAEBottleneck", VAE),
        BottleneckType.RVQ_VAE,
    ),
    "subclass of that": (make("Mine", make("RVQVAEBottleneck", VAE)), BottleneckType.RVQ_VAE),
    "known base of the nearest, named again": (
        make("Mine", make("RVQVAEBottleneck", VAE), VAE),
        BottleneckType.RVQ_VAE,
    ),
    "known type that subclasses two": (make("RVQVAEBottleneck", VAE, RVQ), BottleneckType.RVQ_VAE),
    "two subclasses of the same": (
        make("Mine", make("A", VAE), make("B", VAE)),
        BottleneckType.VAE,
    ),
    "two classes of the same name": (make("Mine", VAE, make("VAEBottleneck")), BottleneckType.VAE),
    "same name as its base": (make("VAEBottleneck", VAE), BottleneckType.VAE),
}


@pytest.mark.parametrize(("cls", "expected"), CLASSES_OF.values(), ids=CLASSES_OF)
def test_the_nearest_known_class_decides(cls: type, expected: BottleneckType) -> None:
    assert resolved(cls) is expected
    assert resolved(cls()) is expected


AMBIGUOUS: dict[str, tuple[type, str]] = {
    "two unrelated": (make("Both", VAE, RVQ), "'VAEBottleneck' and 'RVQBottleneck'"),
    "the other way round": (make("Both", RVQ, VAE), "'RVQBottleneck' and 'VAEBottleneck'"),
    "subclasses of two unrelated": (
        make("Both", make("A", VAE), make("B", WASSERSTEIN)),
        "'VAEBottleneck' and 'WassersteinBottleneck'",
    ),
    "siblings": (
        make("Both", make("RVQBottleneck", VAE), make("DACRVQBottleneck", VAE)),
        "'RVQBottleneck' and 'DACRVQBottleneck'",
    ),
    "inherited from an ambiguous class": (
        make("Both", make("Ambiguous", VAE, RVQ)),
        "'VAEBottleneck' and 'RVQBottleneck'",
    ),
}


@pytest.mark.parametrize(("cls", "names"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_two_unrelated_known_classes_are_ambiguous(cls: type, names: str) -> None:
    expected = (
        f"Both is both {names}, and neither of them is a subclass of the other; {HOW_TO_GO_ON}"
    )
    assert refusal_of(cls) == expected
    assert refusal_of(cls()) == expected


# --- wrapped instances


def test_wrappers_are_looked_through() -> None:
    bottleneck = make("Mine", VAE)()
    for wrapped in (
        SimpleNamespace(_orig_mod=bottleneck),
        SimpleNamespace(module=bottleneck),
        SimpleNamespace(_checkpoint_wrapped_module=bottleneck),
        SimpleNamespace(_orig_mod=None, module=bottleneck),
        SimpleNamespace(module=SimpleNamespace(_orig_mod=SimpleNamespace(module=bottleneck))),
    ):
        assert resolved(wrapped) is BottleneckType.VAE


def test_a_known_class_is_not_looked_into() -> None:
    bottleneck = VAE()
    bottleneck.module = RVQ()
    assert resolved(bottleneck) is BottleneckType.VAE


def test_torchs_own_wrappers_are_looked_through() -> None:
    module: nn.Module = make("Mine", make("DACRVQVAEBottleneck", nn.Module))()
    assert resolved(torch.compile(module, backend="eager")) is BottleneckType.DAC_RVQ_VAE
    assert resolved(nn.DataParallel(module)) is BottleneckType.DAC_RVQ_VAE


def test_a_wrapper_of_itself_is_unknown() -> None:
    itself, a, b = SimpleNamespace(), SimpleNamespace(), SimpleNamespace()
    itself.module = itself
    a.module, b._orig_mod = b, a
    for wrapper in (itself, a):
        assert "no known bottlenecks" in refusal_of(wrapper)


# --- what is unknown

UNKNOWN: dict[str, tuple[object, str]] = {
    "misspelled class": (
        make("VAEBotleneck"),
        "'VAEBotleneck' and its base classes are no known bottlenecks; "
        f"did you mean 'VAEBottleneck'?; {HOW_TO_GO_ON}",
    ),
    "instance of a misspelled class": (
        make("DitheredFSQBottlenek")(),
        "'DitheredFSQBottlenek' and its base classes are no known bottlenecks; "
        f"did you mean 'DitheredFSQBottleneck'?; {HOW_TO_GO_ON}",
    ),
    "class that resembles none": (
        make("Xyzzy"),
        f"'Xyzzy' and its base classes are no known bottlenecks; {CLASSES}; {HOW_TO_GO_ON}",
    ),
    "None": (
        None,
        f"'NoneType' and its base classes are no known bottlenecks; {CLASSES}; {HOW_TO_GO_ON}",
    ),
    "number": (
        3,
        f"'int' and its base classes are no known bottlenecks; {CLASSES}; {HOW_TO_GO_ON}",
    ),
    "dict": (
        {"type": "vae"},
        f"'dict' and its base classes are no known bottlenecks; {CLASSES}; {HOW_TO_GO_ON}",
    ),
    "wrapped instance of a misspelled class": (
        SimpleNamespace(_orig_mod=make("VAEBotleneck")()),
        "'VAEBotleneck' and its base classes are no known bottlenecks; "
        f"did you mean 'VAEBottleneck'?; {HOW_TO_GO_ON}",
    ),
    "autoencoder": (
        SimpleNamespace(bottleneck=VAE()),
        "a SimpleNamespace is no bottleneck but has one; pass its '.bottleneck'",
    ),
    "wrapped autoencoder": (
        SimpleNamespace(module=SimpleNamespace(bottleneck=VAE())),
        "a SimpleNamespace is no bottleneck but has one; pass its '.bottleneck'",
    ),
    "autoencoder without a bottleneck": (
        SimpleNamespace(bottleneck=None),
        "'SimpleNamespace' and its base classes are no known bottlenecks; "
        f"{CLASSES}; {HOW_TO_GO_ON}",
    ),
    "misspelled tag": (
        "dac_rvqvae",
        "'dac_rvqvae' is no bottleneck's class name or config tag; did you mean 'dac_rvq_vae'?",
    ),
    "misspelled class name": (
        "WasersteinBottleneck",
        "'WasersteinBottleneck' is no bottleneck's class name or config tag; "
        "did you mean 'WassersteinBottleneck'?",
    ),
    "member name": (
        "VAE",
        "'VAE' is no bottleneck's class name or config tag; did you mean 'vae'?",
    ),
    "class name in lower case": (
        "vaebottleneck",
        "'vaebottleneck' is no bottleneck's class name or config tag; "
        "did you mean 'VAEBottleneck'?",
    ),
    "name that resembles none": (
        "xyzzy",
        f"'xyzzy' is no bottleneck's class name or config tag; {TAGS}",
    ),
    "empty name": ("", f"'' is no bottleneck's class name or config tag; {TAGS}"),
}


@pytest.mark.parametrize(("bottleneck", "message"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_bottleneck_is_refused(bottleneck: object, message: str) -> None:
    assert refusal_of(bottleneck) == message


def test_an_unknown_module_is_refused_although_it_needs_no_losses() -> None:
    assert "'Identity' and its base classes are no known" in refusal_of(nn.Identity())


# --- bottleneck_type


@pytest.mark.parametrize(
    "bottleneck_type",
    [
        BottleneckType.WASSERSTEIN,
        "WassersteinBottleneck",
        "wasserstein",
        WASSERSTEIN,
        WASSERSTEIN(),
        make("Mine", WASSERSTEIN),
    ],
    ids=["enum", "class name", "tag", "class", "instance", "subclass"],
)
@pytest.mark.parametrize(
    "bottleneck",
    [None, nn.Identity(), make("Mine")(), VAE(), make("Both", VAE, RVQ)(), "vae"],
    ids=["None", "module", "unknown", "known", "ambiguous", "name"],
)
def test_the_type_that_is_given_wins(bottleneck: object, bottleneck_type: object) -> None:
    modules = create_loss_modules_from_bottleneck(bottleneck, bottleneck_type=bottleneck_type)
    assert [module.name for module in modules] == ["mmd_loss"]


@pytest.mark.parametrize(
    ("bottleneck_type", "message"),
    [
        ("tahn", "'tahn' is no bottleneck's class name or config tag; did you mean 'tanh'?"),
        ("", f"'' is no bottleneck's class name or config tag; {TAGS}"),
        (3, f"'int' and its base classes are no known bottlenecks; {CLASSES}; {HOW_TO_GO_ON}"),
    ],
)
def test_an_unknown_type_that_is_given_is_refused(bottleneck_type: object, message: str) -> None:
    with pytest.raises(UnknownBottleneckError) as refusal:
        create_loss_modules_from_bottleneck(VAE(), bottleneck_type=bottleneck_type)
    assert str(refusal.value) == message
