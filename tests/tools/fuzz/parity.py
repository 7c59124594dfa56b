"""The factories of stable-audio-tools and ours make the same of the same.

A case is whatever a trainer may pass: a bottleneck, a config, and the values of a step. Where ours
is to do something else, that is one of the differences listed in stable_audio/differences.py: which
ones is worked out from the case alone, and what ours does instead is checked as strictly as what
has to be the same. Anything else is a finding.
"""

from __future__ import annotations

import functools
import importlib
import math
import random
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis.strategies as st
import numpy as np
import torch

from support import under_test
from support.stable_audio.compare import Outcome, described, differences, same_bits
from support.stable_audio.differences import DIFFERENCES, FORWARD, MISTAKES, NO_BOTTLENECK
from support.stable_audio.real import VERSIONS, load, make_bottleneck

from .parity_bottlenecks import (
    LOSSES,
    THEIR_ORDER,
    Passed,
    Worth,
    bottlenecks,
    built,
    once_in,
    shown,
    weights_of,
    worth,
)
from .parity_configs import DEFAULTS, READ_THEN, Config, configs
from .target import Target

Losses = list[tuple[str, str, str]]
"""Key, name and weight of each, the weight to the last bit."""

KEYS_AND_NAMES = {weight: (key, name) for each in LOSSES.values() for weight, key, name in each}


@dataclass(frozen=True)
class Value:
    """A value in `info`."""

    key: str
    kind: str
    number: float
    shape: tuple[int, ...] = ()

    def made(self) -> Any:
        """A new one; a floating-point tensor wants a gradient."""
        match self.kind:
            case "float" | "int" | "bool":
                return {"float": float, "int": int, "bool": bool}[self.kind](self.number)
            case "np.float64" | "np.float32":
                with np.errstate(over="ignore"):
                    return getattr(np, self.kind.removeprefix("np."))(self.number)
        dtype: torch.dtype = getattr(torch, self.kind.removeprefix("torch."))
        tensor = torch.tensor(self.number, dtype=dtype).expand(self.shape).clone()
        return tensor.requires_grad_() if dtype.is_floating_point else tensor


@dataclass(frozen=True)
class Case:
    """What is passed to the factories, and to the modules that they make."""

    version: str
    bottleneck: Passed
    config: Config
    values: tuple[Value, ...]
    skip: bool
    autocast: bool
    declared: str
    """The type that is said to be meant where the bottleneck says none."""

    @property
    def worth(self) -> Worth:
        return worth(self.bottleneck, self.version)


def target(folder: Path, package: ModuleType | None = None) -> Target[Case]:
    """Both versions, in turn."""
    del folder
    return _target(st.sampled_from(VERSIONS).flatmap(cases), package)


def target_of(version: str, package: ModuleType | None = None) -> Target[Case]:
    """One version; the package under test, or another one."""
    return _target(cases(version), package)


def _target(strategy: st.SearchStrategy[Case], package: ModuleType | None) -> Target[Case]:
    ours = package or importlib.import_module(under_test.PACKAGE)
    return Target(
        name="parity",
        title="the factories of stable-audio-tools and ours make the same of the same",
        cases=strategy,
        check=lambda case: checked(case, ours),
        show=_shown,
    )


def _shown(case: Case) -> str:
    values = ", ".join(
        f"{each.key!r}: {each.kind}({each.number!r}){list(each.shape) or ''}"
        for each in case.values
    )
    return "\n".join(
        (
            f"stable-audio-tools {case.version}",
            f"bottleneck: {shown(case.bottleneck)}",
            f"config: {case.config}",
            f"info: {{{values}}}{', skip' * case.skip}{', autocast' * case.autocast}",
            f"bottleneck_type: {case.declared}",
        )
    )


# --- which differences there are


def listed(case: Case) -> tuple[str, ...]:
    """The differences that a case shows, by the case alone; the first decides what ours does."""
    of_bottleneck = case.worth
    if of_bottleneck.ours is None:
        return of_bottleneck.differences
    if mistakes := case.config.mistakes():
        names = sorted({name for _, name in mistakes})
        return ("several_mistakes", *names) if len(mistakes) > 1 else (*names,)
    return (*_listed_of_losses(case, of_bottleneck), *_listed_of_values(case, of_bottleneck.ours))


def _listed_of_losses(case: Case, of_bottleneck: Worth) -> Sequence[str]:
    assert of_bottleneck.ours is not None
    found = list(of_bottleneck.differences)
    own = weights_of(of_bottleneck.ours)
    written = case.config.weights
    if not of_bottleneck.differences:
        read = {each: case.config.read_by_them(each) for each in own if each in READ_THEN}
        if any(value is None for value in read.values()):
            found.append("null_weight")
        elif case.config.holder == "AutoencoderLossConfig" and any(
            _rounded(value) != _rounded(written.get(each, DEFAULTS[each]))
            for each, value in read.items()
        ):
            found.append("config_model")
        if any(type(value) is int and value >= 2**64 for value in read.values()):
            found.append("huge_integer_weight")
        if any(
            _rounded(written.get(each, DEFAULTS[each])) != _rounded(DEFAULTS[each])
            for each in own
            if each not in READ_THEN
        ):
            found.append("fixed_weights")
    if _unused(case):
        found.append("unused_weight")
    return found


def _listed_of_values(case: Case, class_name: str) -> Sequence[str]:
    if not LOSSES[class_name]:
        return ("no_losses",)
    shapes = {each.key: each.shape for each in case.values}
    for _, key, _ in LOSSES[class_name]:
        if key not in shapes and not case.skip:
            return ("missing_value",)
        if shapes.get(key):
            return ("value_with_dimensions",)
    there = [key for _, key, _ in LOSSES[class_name] if key in shapes]
    if not there:
        return ("missing_value", "no_losses") if case.version == "0.0.19" else ("no_losses",)
    if len(there) < len(LOSSES[class_name]) and case.version == "0.0.19":
        return ("missing_value",)
    return ()


def _unused(case: Case) -> list[str]:
    """The weights that are written for nothing: no loss has them, or they are 0 in float32."""
    assert case.worth.ours is not None
    used = weights_of(case.worth.ours)
    return [
        name
        for name, value in case.config.weights.items()
        if (bool(value) and _rounded(value) == 0 if name in used else value != DEFAULTS[name])
    ]


def _rounded(value: Any) -> float:
    return float(torch.tensor(float(value)))


# --- what each does


@dataclass(frozen=True)
class Made:
    """What a factory made, or what it raised."""

    modules: tuple[Any, ...] = ()
    error: Exception | None = None
    warned: tuple[str, ...] = ()

    @property
    def said(self) -> tuple[object, ...]:
        """What can be compared."""
        return (described(self.modules), type(self.error), self.warned)


def _made(create: Callable[[], Any], category: type[Warning]) -> Made:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("error")
        warnings.simplefilter("always", category)
        try:
            modules = create()
        except Exception as error:
            return Made(error=error)
    return Made(tuple(modules), None, tuple(str(each.message) for each in caught))


def checked(case: Case, package: ModuleType) -> str:
    """Compare, and say in which class the case falls.

    Raises:
        AssertionError: there is a difference that is not listed, or a listed one is not as it
            should be.
    """
    real = load(case.version)
    names = listed(case)
    assert set(names) <= set(DIFFERENCES), names
    bottleneck = built(case.bottleneck, package)
    config = case.config.held(package)
    foreign = list(case.config.foreign)

    theirs = _made(lambda: real.factory(bottleneck, config), UserWarning)
    _check_theirs(case, theirs)
    ours = _made(
        lambda: package.create_loss_modules_from_bottleneck(
            bottleneck, config, foreign_sections=foreign
        ),
        package.UnusedWeightWarning,
    )
    first = names[0] if names else ""
    if first in NO_BOTTLENECK:
        _check_no_bottleneck(case, package, bottleneck, config, ours)
    elif first in MISTAKES:
        _check_mistakes(case, package, ours)
    else:
        _check_losses(case, ours)
    fused = _check_all_agree(case, package, bottleneck, config, ours)
    in_the_making = set(names) - {*FORWARD, "huge_integer_weight"}
    assert bool(in_the_making) == (theirs.said != ours.said), (
        f"{theirs.said} then, {ours.said} now; listed are {names}"
    )
    if ours.error is None:
        _check_forward(case, package, ours, fused)
        if theirs.error is None and described(theirs.modules) == described(ours.modules):
            _check_difference_in_forward(case, package, theirs, ours, names)
    return f"listed: {first}" if first else "same"


def _equal(what: str, expected: object, actual: object) -> None:
    assert expected == actual, f"{what}: expected {expected!r}, not {actual!r}"


def _check_theirs(case: Case, theirs: Made) -> None:
    """That the real factory does what the list of differences takes it to do."""
    expected: Losses = []
    for weight, _ in THEIR_ORDER:
        if weight in case.worth.theirs:
            value = case.config.read_by_them(weight) if weight in READ_THEN else DEFAULTS[weight]
            try:
                expected.append((*KEYS_AND_NAMES[weight], _rounded(value).hex()))
            except (TypeError, ValueError, OverflowError) as error:
                _equal("theirs raises", type(error), type(theirs.error))
                return
    _equal("theirs raises", None, theirs.error)
    _equal("theirs", expected, described(theirs.modules))


def _check_no_bottleneck(
    case: Case, package: ModuleType, bottleneck: object, config: object, ours: Made
) -> None:
    _equal("ours raises", package.UnknownBottleneckError, type(ours.error))
    message = str(ours.error)
    match case.worth.differences:
        case ("whole_autoencoder",):
            assert "'.bottleneck'" in message, message
        case ("two_known_bases",):
            assert "is both" in message, message
            assert "bottleneck_type=" in message, message
        case ("unknown_class",):
            assert "bottleneck_type=" in message, message
    # With a type that is said, it is like an instance of that type.
    said = _made(
        lambda: package.create_loss_modules_from_bottleneck(
            bottleneck,
            config,
            bottleneck_type=case.declared,
            foreign_sections=list(case.config.foreign),
        ),
        package.UnusedWeightWarning,
    )
    expected = _made(
        lambda: package.create_loss_modules_from_bottleneck(
            make_bottleneck(load(case.version), case.declared),
            config,
            foreign_sections=list(case.config.foreign),
        ),
        package.UnusedWeightWarning,
    )
    _equal(f"bottleneck_type={case.declared!r}", expected.said, said.said)


def _check_mistakes(case: Case, package: ModuleType, ours: Made) -> None:
    _equal("ours raises", package.LossConfigError, type(ours.error))
    problems = getattr(ours.error, "problems", ())
    expected = {where for where, _ in case.config.mistakes()}
    _equal("mistakes", sorted(expected), sorted({each.pointer for each in problems}))
    sections = [where for where, name in case.config.mistakes() if name == "unknown_section"]
    for where in sections:
        [message] = [each.message for each in problems if each.pointer == where]
        assert "foreign_sections=[" in message, message


def _check_losses(case: Case, ours: Made) -> None:
    _equal("ours raises", None, ours.error)
    _equal("ours", described(_as_it_should_be(case)), described(ours.modules))
    _equal("kinds", {"ValueLoss"}, {"ValueLoss", *(type(each).__name__ for each in ours.modules)})
    named = [text.partition(" is ")[0].rpartition(".")[2] for text in ours.warned]
    _equal("warned of", sorted(_unused(case)), sorted(named))


@functools.cache
def _plain(class_name: str) -> torch.nn.Module:
    return make_bottleneck(load(VERSIONS[-1]), class_name)


def _as_it_should_be(case: Case) -> list[Any]:
    """What the real factory makes of the case once everything listed is taken out of it."""
    newest = load(VERSIONS[-1])
    class_name = case.worth.ours
    assert class_name is not None
    weights = {
        name: _rounded(case.config.weights.get(name, default)) for name, default in DEFAULTS.items()
    }
    modules = newest.factory(_plain(class_name), {"bottleneck": {"weights": weights}})
    for index, weight in enumerate(weights_of(class_name)):
        if weight not in READ_THEN:
            module = modules[index]
            modules[index] = newest.losses.ValueLoss(module.key, module.name, weights[weight])
    return modules


def _check_all_agree(
    case: Case, package: ModuleType, bottleneck: object, config: object, ours: Made
) -> Any:
    """That the other public functions decide as the one that stands for the old factory.

    Returns:
        The one module for all losses, if there is one.
    """
    foreign = list(case.config.foreign)
    found: Any = None
    for create, more in (
        (package.plan_losses, {}),
        (package.create_bottleneck_loss, {"missing": "skip" if case.skip else "error"}),
    ):
        what = create.__name__
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                found = create(bottleneck, config, foreign_sections=foreign, **more)
            except Exception as error:
                _equal(what, (type(ours.error), str(ours.error)), (type(error), str(error)))
                continue
        _equal(what, None, ours.error)
        _equal(what, ours.warned, tuple(str(each.message) for each in caught))
        _equal(what, case.worth.ours, found.bottleneck_type.value)
        if create is package.plan_losses:
            plan = [(each.key, each.name, _rounded(each.weight).hex()) for each in found.losses]
            _equal(what, described(ours.modules), plan)
    return found


# --- the forward pass


def _check_forward(case: Case, package: ModuleType, ours: Made, fused: torch.nn.Module) -> None:
    """That our modules do in the forward pass what the real ones do, or what is listed."""
    real = load(case.version)
    modules = list(ours.modules)
    missing = "skip" if case.skip else "error"
    containers = [package.MultiLoss(modules, missing=missing), fused]
    shapes = {each.key: each.shape for each in case.values}
    keys = [module.key for module in modules]
    if not case.skip or shapes.keys() >= set(keys):
        containers.append(real.losses.MultiLoss(modules))
    expected_error: type[Exception] | None = None
    for key in keys:
        if key not in shapes and not case.skip:
            expected_error = package.MissingLossValueError
            break
        if shapes.get(key):
            expected_error = ValueError
            break
    reference = load(VERSIONS[-1]).losses.MultiLoss(_as_it_should_be(case))
    expected = None if expected_error else _stepped(reference, case)
    for container in containers:
        what = f"forward of {type(container).__module__}.{type(container).__name__}"
        actual = _stepped(container, case)
        if isinstance(actual, Exception):
            _equal(what, expected_error, type(actual))
            continue
        _equal(what, expected_error, None)
        assert isinstance(expected, Outcome), f"{what}: {expected!r}"
        if expected.losses:
            _equal(what, [], differences(expected, actual))
        elif container.__class__ is not real.losses.MultiLoss:
            _equal(what, (True, {}), (same_bits(torch.zeros(()), actual.total), actual.losses))


def _check_difference_in_forward(
    case: Case, package: ModuleType, theirs: Made, ours: Made, names: Sequence[str]
) -> None:
    """That the same modules behave differently where that is listed, and only there."""
    then = _stepped(load(case.version).losses.MultiLoss(theirs.modules), case)
    missing = "skip" if case.skip else "error"
    now = _stepped(package.MultiLoss(ours.modules, missing=missing), case)
    if isinstance(then, Exception) or isinstance(now, Exception):
        found = type(then) is not type(now)
    else:
        found = differences(then, now) != []
    is_listed = not {*FORWARD, "huge_integer_weight"}.isdisjoint(names)
    assert found == is_listed, f"forward: {then!r} then, {now!r} now; listed are {names}"
    if "huge_integer_weight" in names and "value_with_dimensions" not in names:
        assert isinstance(then, OverflowError | KeyError), repr(then)


def _stepped(container: torch.nn.Module, case: Case) -> Outcome | Exception:
    """What a training step gets out of it."""
    info = {each.key: each.made() for each in case.values}
    before = dict(info)
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=case.autocast):
            total, losses = container(info)
    except Exception as error:
        return error
    assert list(info) == list(before), f"info is changed: {list(info)}"
    assert all(info[key] is before[key] for key in info), "info is changed"
    leaves = {k: v for k, v in info.items() if isinstance(v, torch.Tensor) and v.requires_grad}
    gradients: Sequence[torch.Tensor | None] = [None] * len(leaves)
    if isinstance(total, torch.Tensor) and total.requires_grad and total.dim() == 0:
        gradients = torch.autograd.grad(total, list(leaves.values()), allow_unused=True)
    return Outcome(total, losses, dict(zip(leaves, gradients, strict=True)))


# --- random cases


@st.composite
def cases(draw: st.DrawFn, version: str) -> Case:
    """Cases for one version, mostly of what is right."""
    bottleneck = draw(_bottlenecks[version])
    known = worth(bottleneck, version).ours
    return Case(
        version,
        bottleneck,
        config=draw(configs(weights_of(known) if known else ())),
        values=draw(_any_values),
        skip=draw(once_in(4)),
        autocast=draw(once_in(8)),
        declared=draw(_declared),
    )


_FLOATS = ("torch.float32", "torch.float64", "torch.bfloat16", "torch.float16")
_OTHERS = ("float", "int", "bool", "np.float64", "np.float32", "torch.int64", "torch.bool")
_SHAPES = ((1,), (2, 3), (0,))


def _numbers() -> tuple[float, ...]:
    """Values as losses have them, and at the edges of the dtypes; quicker drawn than made."""
    rng = random.Random(0)
    edges = (0.0, -0.0, math.inf, -math.inf, math.nan, 1e-30, 6e4, 65504.0, 1e38, 1e-46, 1e300)
    usual = (rng.gauss(0, 1) * 10.0 ** rng.randrange(-6, 6) for _ in range(120))
    return (1.0, *edges, *usual)


_floats = st.sampled_from(_numbers())
_some_keys = st.lists(st.sampled_from([key for key, _ in KEYS_AND_NAMES.values()]), unique=True)
_some_kinds = st.lists(st.sampled_from(_FLOATS), min_size=6, max_size=6)
_one_kind = st.sampled_from(_FLOATS).map(lambda kind: [kind] * 6)


@st.composite
def _values(draw: st.DrawFn) -> tuple[Value, ...]:
    """Values for the keys that losses read, most of the time for all of them, and others."""
    keys = [key for key, _ in KEYS_AND_NAMES.values()]
    if draw(once_in(8)):
        keys = draw(_some_keys)
    kinds = draw(_some_kinds if draw(once_in(3)) else _one_kind)
    found = [Value(key, kind, draw(_floats)) for key, kind in zip(keys, kinds, strict=False)]
    match draw(_specials):
        case "another value" if found:
            index = draw(st.sampled_from(range(len(found))))
            found[index] = draw(_unusual(found[index].key))
        case "another key":
            found.append(Value("latents", "torch.float32", 1.0, (2, 3)))
    return tuple(found)


_specials = st.sampled_from([*[""] * 12, *["another value"] * 3, "another key"])


@st.composite
def _unusual(draw: st.DrawFn, key: str) -> Value:
    """With dimensions, or no floating-point tensor."""
    if draw(st.booleans()):
        return Value(key, draw(st.sampled_from(_FLOATS)), 1.0, draw(st.sampled_from(_SHAPES)))
    kind = draw(st.sampled_from(_OTHERS))
    if "int" in kind:
        return Value(key, kind, draw(st.integers(-(2**63), 2**63 - 1)))
    if "bool" in kind:
        return Value(key, kind, draw(st.booleans()))
    return Value(key, kind, draw(_floats))


_bottlenecks = {version: bottlenecks(version) for version in VERSIONS}
_any_values = _values()
_declared = st.sampled_from(list(LOSSES))
