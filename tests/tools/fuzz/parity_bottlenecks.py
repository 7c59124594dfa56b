"""Random bottlenecks, described as plain data; what each is worth in both worlds.

A description is built into the object that a trainer would pass. What the real factory and ours
should make of it is worked out from the description, not from the object.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

import accelerate
import hypothesis.strategies as st
import torch
from lightning.fabric import Fabric, is_wrapped
from torch import distributed, nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils import parametrize

from support.stable_audio.real import ARGUMENTS, VERSIONS, load, their_warnings_ignored

#: For each class what its losses are, in order: weight in the config, key of info, name.
LOSSES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "VAEBottleneck": (("kl", "kl", "kl_loss"),),
    "RVQBottleneck": (("quantizer", "quantizer_loss", "quantizer_loss"),),
    "RVQVAEBottleneck": (
        ("kl", "kl", "kl_loss"),
        ("quantizer", "quantizer_loss", "quantizer_loss"),
    ),
    "DACRVQBottleneck": (
        ("codebook", "vq/codebook_loss", "codebook_loss"),
        ("commitment", "vq/commitment_loss", "commitment_loss"),
    ),
    "DACRVQVAEBottleneck": (
        ("kl", "kl", "kl_loss"),
        ("codebook", "vq/codebook_loss", "codebook_loss"),
        ("commitment", "vq/commitment_loss", "commitment_loss"),
    ),
    "WassersteinBottleneck": (("mmd", "mmd", "mmd_loss"),),
    "SoftNormBottleneck": (("softnorm", "softnorm_loss", "softnorm_loss"),),
    "TanhBottleneck": (),
    "L2Bottleneck": (),
    "FSQBottleneck": (),
    "DitheredFSQBottleneck": (),
}

#: The order of the real factory's tests: the weight of each loss, and the classes that have it.
THEIR_ORDER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("kl", ("VAEBottleneck", "DACRVQVAEBottleneck", "RVQVAEBottleneck")),
    ("quantizer", ("RVQBottleneck", "RVQVAEBottleneck")),
    ("codebook", ("DACRVQBottleneck", "DACRVQVAEBottleneck")),
    ("commitment", ("DACRVQBottleneck", "DACRVQVAEBottleneck")),
    ("mmd", ("WassersteinBottleneck",)),
    ("softnorm", ("SoftNormBottleneck",)),
)

TAGS = {
    "vae": "VAEBottleneck",
    "rvq": "RVQBottleneck",
    "rvq_vae": "RVQVAEBottleneck",
    "dac_rvq": "DACRVQBottleneck",
    "dac_rvq_vae": "DACRVQVAEBottleneck",
    "wasserstein": "WassersteinBottleneck",
    "softnorm": "SoftNormBottleneck",
    "tanh": "TanhBottleneck",
    "l2_norm": "L2Bottleneck",
    "fsq": "FSQBottleneck",
    "dithered_fsq": "DitheredFSQBottleneck",
}

#: Other constructor arguments that work, beside the small ones of ARGUMENTS.
_OTHER_ARGUMENTS: dict[str, tuple[tuple[str, Any], ...]] = {
    "VAEBottleneck": (),
    "RVQBottleneck": (
        ("num_quantizers", 3),
        ("codebook_size", 8),
        ("commitment_weight", 2.0),
        ("shared_codebook", True),
        ("quantize_dropout", True),
        ("codebook_dim", 4),
    ),
    "RVQVAEBottleneck": (("num_quantizers", 1), ("decay", 0.5), ("use_cosine_sim", True)),
    "DACRVQBottleneck": (
        ("n_codebooks", 3),
        ("quantize_on_decode", True),
        ("noise_augment_dim", 2),
        ("quantizer_dropout", 0.5),
    ),
    "DACRVQVAEBottleneck": (("codebook_dim", 2), ("quantize_on_decode", True)),
    "WassersteinBottleneck": (
        ("noise_augment_dim", 3),
        ("bypass_mmd", True),
        ("use_tanh", True),
        ("tanh_scale", 2.0),
    ),
    "SoftNormBottleneck": (("noise_augment_dim", 2), ("noise_regularize", True), ("dim", 5)),
    "TanhBottleneck": (("scale", 2.5),),
    "L2Bottleneck": (),
    "FSQBottleneck": (("num_codebooks", 1), ("noise_augment_dim", 2)),
    "DitheredFSQBottleneck": (
        ("levels", 3),
        ("num_codebooks", 2),
        ("dither_inference", False),
        ("noise_dropout", 0.5),
    ),
}

_ABSTRACT = ("Bottleneck", "DiscreteBottleneck")
_HARMLESS_NAMES = ("Custom", "MyVAE", "vaebottleneck", "VAEBottleneck2", "Ünïcode", "Bottleneck")


# --- descriptions


@dataclass(frozen=True)
class Real:
    """A class that a version of stable-audio-tools has."""

    name: str
    version: str


@dataclass(frozen=True)
class Own:
    """A class of the trainer's own; without bases it is an nn.Module."""

    name: str
    bases: tuple[Class, ...] = ()


@dataclass(frozen=True)
class MixIn:
    """A class that is no module."""

    name: str


Class: TypeAlias = "Real | Own | MixIn"


@dataclass(frozen=True)
class Instance:
    """A module, with attributes that were added to it."""

    cls: Class
    arguments: tuple[tuple[str, Any], ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrapped:
    """What a wrapper makes of it."""

    wrapper: str
    inner: Passed


@dataclass(frozen=True)
class Held:
    """A module that has one and wraps none."""

    holder: str
    inner: Passed


@dataclass(frozen=True)
class Itself:
    """The class in place of an instance."""

    cls: Class


@dataclass(frozen=True)
class Named:
    """A text, or the member of BottleneckType with that value."""

    text: str
    member: bool = False


@dataclass(frozen=True)
class Thing:
    """Something that is no module."""

    kind: str


Passed: TypeAlias = "Instance | Wrapped | Held | Itself | Named | Thing"

THINGS: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "0": lambda: 0,
    "object()": object,
    "[vae]": lambda: [_shared_instance(Instance(Real("VAEBottleneck", VERSIONS[0])))],
}


def shown(passed: Passed | Class) -> str:
    """A description as people read it, close to Python."""
    match passed:
        case Real(name, version):
            return f"{name}@{version}"
        case MixIn(name):
            return f"class {name}"
        case Own(name, bases):
            return f"class {name}({', '.join(map(shown, bases)) or 'nn.Module'})"
        case Instance(cls, arguments, attributes):
            given = ", ".join(f"{key}={value!r}" for key, value in arguments)
            added = f" with {', '.join(attributes)}" if attributes else ""
            return f"<{shown(cls)}>({given}){added}"
        case Wrapped(wrapper, inner):
            return f"{wrapper}({shown(inner)})"
        case Held(holder, inner):
            return f"{holder}({shown(inner)})"
        case Itself(cls):
            return f"<{shown(cls)}>"
        case Named(text, member):
            return f"BottleneckType({text!r})" if member else repr(text)
        case Thing(kind):
            return kind


# --- objects


def built(passed: Passed, package: ModuleType) -> Any:
    """The object of a description; enum members are those of `package`."""
    match passed:
        case Instance():
            return _shared_instance(passed)
        case Wrapped():
            return _wrapped(passed)
        case Held(holder, inner):
            return HOLDERS[holder](built(inner, package))
        case Itself(cls):
            return class_of(cls)
        case Named(text, member):
            return package.BottleneckType(text) if member else text
        case Thing(kind):
            return THINGS[kind]()


@functools.lru_cache(maxsize=4096)
def class_of(cls: Class) -> type[Any]:
    """The class of a description.

    Raises:
        TypeError: its bases are in no order that Python knows.
    """
    match cls:
        case Real(name, version):
            found: type[Any] = getattr(load(version).bottleneck, name)
            return found
        case MixIn(name):
            return type(name, (), {})
        case Own(name, bases):
            return type(name, tuple(map(class_of, bases)) or (nn.Module,), {})


def _instance(instance: Instance) -> nn.Module:
    cls = class_of(instance.cls)
    made: nn.Module
    match _roots(instance.cls):
        case [Real(name, version)] if name in ARGUMENTS:
            arguments = ARGUMENTS[name] | dict(instance.arguments)
            with load(version).importable(), their_warnings_ignored():
                made = cls(**arguments)
        case _:  # no constructor fits several bases
            made = cls.__new__(cls)
            nn.Module.__init__(made)
    for name in instance.attributes:
        setattr(made, name, _ATTRIBUTES[name])
    return made


_shared_instance = functools.lru_cache(maxsize=512)(_instance)


def _roots(cls: Class) -> list[Real]:
    return [each for each in ancestors(cls) if isinstance(each, Real)]


_ATTRIBUTES: dict[str, Any] = {
    "name": "VAEBottleneck",
    "weights": {"kl": 1.0},
    "type": "rvq",
    "losses": None,
    "module": nn.Identity(),
    "_orig_mod": nn.Identity(),
}


def _wrapped(passed: Wrapped) -> nn.Module:
    """With what is wrapped made anew, since some wrappers change it."""
    inner: nn.Module
    match passed.inner:
        case Instance() as instance:
            inner = _instance(instance)
        case Wrapped() as wrapped:
            inner = _wrapped(wrapped)
        case Held(holder, Instance() as instance):
            inner = HOLDERS[holder](_instance(instance))
        case other:
            raise TypeError(f"{other} can't be wrapped")
    if not hasattr(inner, "gain"):
        # DistributedDataParallel refuses modules without parameters, and many have none.
        inner.register_parameter("gain", nn.Parameter(torch.ones(1)))
    return WRAPPERS[passed.wrapper](inner)


def _compiled(module: nn.Module) -> nn.Module:
    if hasattr(module, "_torchdynamo_orig_callable"):
        return module  # of what is compiled already, torch makes a function that knows no module
    made: Any = torch.compile(module, backend="eager")
    found: nn.Module = made
    return found


def _compiled_in_place(module: nn.Module) -> nn.Module:
    module.compile(backend="eager")
    return module


def _parametrized(module: nn.Module) -> nn.Module:
    if "gain" in dict(module.named_parameters(recurse=False)):
        parametrize.register_parametrization(module, "gain", nn.Identity())
    return module


def _in_distributed_data_parallel(module: nn.Module) -> nn.Module:
    if not distributed.is_initialized():
        # It stays: torch can hang when one goes while another thread clears away its last work.
        store = distributed.HashStore()
        distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    return DistributedDataParallel(module)


class _HasModule(nn.Module):
    """A wrapper of the trainer's own, in the way of all others."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module


class _Autoencoder(nn.Module):
    def __init__(self, bottleneck: object) -> None:
        super().__init__()
        self.bottleneck = bottleneck


@functools.cache
def _fabric() -> Fabric:
    return Fabric(accelerator="cpu", devices=1)


def _in_fabric(module: nn.Module) -> nn.Module:
    return module if is_wrapped(module) else _fabric().setup_module(module)  # not twice


@functools.cache
def _accelerator() -> accelerate.Accelerator:
    return accelerate.Accelerator(cpu=True)


#: Those after which it is what it was for the real factory.
SEEN_THROUGH = ("compiled in place", "parametrized", "Accelerator")

WRAPPERS: dict[str, Callable[[nn.Module], nn.Module]] = {
    "torch.compile": _compiled,
    "DataParallel": nn.DataParallel,
    "DistributedDataParallel": _in_distributed_data_parallel,
    "checkpoint_wrapper": checkpoint_wrapper,
    "Fabric": _in_fabric,
    "HasModule": _HasModule,
    "compiled in place": _compiled_in_place,
    "parametrized": _parametrized,
    "Accelerator": lambda module: _accelerator().prepare(module),
}

HOLDERS: dict[str, Callable[[Any], nn.Module]] = {
    "Sequential": nn.Sequential,
    "ModuleList": lambda module: nn.ModuleList([module]),
    "Autoencoder": _Autoencoder,
}


# --- what they are worth


@dataclass(frozen=True)
class Worth:
    """What the factories should make of a bottleneck.

    `theirs` are the weights of the losses that the real one finds. Ours takes it for the class
    `ours`, or refuses it; `differences` say why these are not the same.
    """

    theirs: tuple[str, ...]
    ours: str | None
    differences: tuple[str, ...]


def weights_of(class_name: str) -> tuple[str, ...]:
    """The weights of the losses of a known class."""
    return tuple(weight for weight, _, _ in LOSSES[class_name])


def ancestors(cls: Class) -> list[Class]:
    """The class and all that it is made from, each once."""
    found: dict[Class, None] = {cls: None}
    for base in cls.bases if isinstance(cls, Own) else ():
        found |= dict.fromkeys(ancestors(base))
    return list(found)


def worth(passed: Passed, version: str) -> Worth:
    """What a description is worth to the real factory of a version, and to ours."""
    match passed:
        case Instance(cls):
            return _worth_of_instance(cls, version)
        case Wrapped(wrapper, inner):
            inside = worth(inner, version)
            if wrapper in SEEN_THROUGH:
                return inside
            name = "compiled" if wrapper == "torch.compile" else "wrapped"
            return _invisible(inside, f"{name}_bottleneck")
        case Held(holder):
            reason = "whole_autoencoder" if holder == "Autoencoder" else "unknown_class"
            return Worth((), None, (reason,))
        case Itself(cls):
            return _invisible(_worth_of_instance(cls, version), "class_or_name")
        case Named(text):
            class_name = TAGS.get(text, text)
            if class_name in LOSSES:
                return _invisible(Worth((), class_name, ()), "class_or_name")
    return Worth((), None, ("no_bottleneck",))


def _invisible(inside: Worth, reason: str) -> Worth:
    """The real factory finds nothing, which is right for a bottleneck without losses."""
    if inside.ours is None:
        return Worth((), None, inside.differences)
    return Worth((), inside.ours, (reason,) if LOSSES[inside.ours] else ())


def _worth_of_instance(cls: Class, version: str) -> Worth:
    real = {each.name for each in _roots(cls) if each.version == version}
    theirs = tuple(
        weight
        for weight, classes in THEIR_ORDER
        if not real.isdisjoint(classes) and (weight, version) != ("softnorm", "0.0.19")
    )
    described = {class_of(each): each for each in ancestors(cls)}
    order = [described[each] for each in class_of(cls).__mro__ if each in described]
    known = [each for each in order if each.name in LOSSES]
    if not known:
        return Worth(theirs, None, ("unknown_class",))
    nearest, *others = known
    below = ancestors(nearest)
    if any(each.name != nearest.name and each not in below for each in others):
        return Worth(theirs, None, ("two_known_bases",))
    if theirs == weights_of(nearest.name):
        return Worth(theirs, nearest.name, ())
    if nearest == Real("SoftNormBottleneck", version) and version == "0.0.19":
        return Worth(theirs, nearest.name, ("softnorm_beside_0_0_19",))
    assert nearest != Real(nearest.name, version), f"{shown(cls)}: why is it not as it was?"
    return Worth(theirs, nearest.name, ("same_name_class",))


# --- random ones


@functools.cache
def once_in(number: int) -> st.SearchStrategy[bool]:
    """True once in so many times, and never in the simplest case."""
    return st.sampled_from([*[False] * (number - 1), True])


def _one_of(*weighted: tuple[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """One of these, the first being the simplest; the numbers say how often."""
    each = [strategy for number, strategy in weighted for _ in range(number)]
    return st.sampled_from(range(len(each))).flatmap(each.__getitem__)


def bottlenecks(version: str) -> st.SearchStrategy[Passed]:
    """Whatever may be passed as a bottleneck, mostly bottlenecks."""
    classes = _classes(version)
    real = st.builds(Instance, _real(version))
    instances = st.builds(Instance, classes)
    held = _in(Held, instances, HOLDERS)
    wrapped = _in(Wrapped, instances, WRAPPERS)
    names = [Named(text) for text in (*TAGS, *LOSSES, "vea", "VAE", "Bottleneck", "", "kl")]
    members = [Named(text, member=True) for text in LOSSES]
    things = [Thing(kind) for kind in THINGS]
    return _one_of(
        (12, real),
        (7, instances),
        (4, _adorned(classes)),
        (6, wrapped),
        (1, _in(Wrapped, wrapped, WRAPPERS)),
        (1, _in(Wrapped, held, WRAPPERS)),
        (1, held),
        (1, st.builds(Itself, classes)),
        (1, st.sampled_from([*names, *members])),
        (2, st.sampled_from(things)),
    )


def _in(
    kind: type[Wrapped] | type[Held], inner: st.SearchStrategy[Any], outer: Mapping[str, object]
) -> st.SearchStrategy[Passed]:
    """The inner one is drawn first, so that it stays when what is around it is taken off."""
    return st.builds(lambda inner, name: kind(name, inner), inner, st.sampled_from(list(outer)))


@st.composite
def _adorned(draw: st.DrawFn, classes: st.SearchStrategy[Class]) -> Instance:
    """With other constructor arguments, where there is one constructor, and more attributes."""
    cls = draw(classes)
    arguments: tuple[tuple[str, Any], ...] = ()
    match _roots(cls):
        case [Real(name)] if others := _OTHER_ARGUMENTS.get(name):
            arguments = (draw(st.sampled_from(others)),)
        case _:
            pass
    return Instance(cls, arguments, draw(st.sampled_from(_ADDED)))


_ADDED: tuple[tuple[str, ...], ...] = ((), *((name,) for name in _ATTRIBUTES))


def _real(version: str) -> st.SearchStrategy[Class]:
    """Those that have losses more often."""
    names = [*ARGUMENTS, *(name for name in ARGUMENTS for _ in LOSSES[name])]
    return st.sampled_from([Real(name, version) for name in names])


def _classes(version: str) -> st.SearchStrategy[Class]:
    """Real ones, and what is made from them and from others."""
    [other_version] = [each for each in VERSIONS if each != version]
    names = st.sampled_from([*_HARMLESS_NAMES * 12, *ARGUMENTS])
    mix_ins = st.sampled_from([MixIn("Logging"), MixIn("VAE")])
    base = _one_of((24, _real(version)), (1, _real(other_version)), (1, _strangers(version)))
    child = st.builds(lambda name, base: _own(name, [base]), names, base)
    below = base | child
    several = st.lists(below, min_size=2, max_size=3)
    return _one_of(
        (3, base),
        (4, child),
        (3, st.builds(lambda name, base: _own(name, [base]), names, child)),
        (
            1,
            st.builds(lambda name, mix_in, base: _own(name, [mix_in, base]), names, mix_ins, below),
        ),
        (2, st.builds(_own, names, several)),
        (2, st.builds(_diamond, names, below, st.booleans())),
    )


def _strangers(version: str) -> st.SearchStrategy[Class]:
    """Classes that are no bottleneck, but for the name of some."""
    abstract: list[Class] = [Real(name, version) for name in _ABSTRACT]
    return st.sampled_from(
        [*abstract, Own("GroupedVAE"), Own("VAEBottleneck2"), *(Own(name) for name in ARGUMENTS)]
    )


def _own(name: str, bases: list[Class]) -> Class:
    """A class of its own with these bases, or with those of them that go together."""
    made = Own(name, tuple(dict.fromkeys(bases)))
    while len(made.bases) > 1:
        try:
            class_of(made)
        except TypeError:  # one is below another that stands before it
            made = Own(name, made.bases[1:])
        else:
            break
    return made


def _diamond(name: str, base: Class, left_first: bool) -> Class:
    sides: list[Class] = [Own("Left", (base,)), Own("Right", (base,))]
    return _own(name, sides if left_first else sides[::-1])
