"""`check` says what stable-audio-tools' trainers fail on, and nothing else.

A case is a version, an autoencoder and a loss config that the schema calls valid: one that trains,
of which a few values are drawn anew. The real trainer is made of it and trained for a step of the
generator and one of the discriminator. If it fails, or a loss is no number, `check` has to say so
for this trainer; if `check` says so, it has to fail. `KNOWN` lists the exceptions.
"""

from __future__ import annotations

import copy
import functools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import hypothesis.strategies as st
from pydantic import ValidationError

from loss_compiler.compile import compile_schema
from loss_compiler.meaning.ir import Field, Model
from loss_compiler.source.syntax import Objects, Plain, Values
from loss_factory import AutoencoderLossConfig
from loss_factory.dispatch import TABLES
from loss_factory.runtime.config.documents import Written
from loss_factory.runtime.findings.checking import Question, check
from support.schemas import CANONICAL
from support.stable_audio.real import VERSIONS
from support.stable_audio.setups import Setup, loss_config, model_config
from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import make_wrapper, train

from .documents import Documents, one_of
from .target import Target
from .tree import Object, Tree, text_of

STEPS = 2
"""One of the generator and one of the discriminator."""

FAILS, TRAINS = "told, and fails", "trains"


@dataclass(frozen=True)
class Case:
    """A training, and which keys of its config were drawn anew."""

    setup: Setup
    config: Mapping[str, Any]
    drawn: tuple[str, ...]


def target(folder: Path) -> Target[Case]:
    """Both versions."""
    del folder
    return Target(
        name="constructors",
        title="check says what the trainers of stable-audio-tools fail on, and nothing else",
        cases=cases(),
        check=checked,
        show=_shown,
    )


def _shown(case: Case) -> str:
    setup = case.setup
    return "\n".join(
        (
            f"stable-audio-tools {setup.version}",
            f"bottleneck: {setup.bottleneck}, {setup.channels} channels, teacher: {setup.teacher}",
            f"config: {json.dumps(case.config)}",
            f"drawn: {', '.join(case.drawn) or None}",
        )
    )


# --- what each says


def checked(case: Case) -> str:
    """Compare, and say in which class the case falls.

    Raises:
        AssertionError: only one of them says that this fails, and it isn't known.
    """
    if names := known(case):
        return f"known: {names[0]}"
    told, failure = messages(case), failure_of(case)
    assert told or failure is None, f"check says nothing of this: {failure}"
    assert failure is not None or not told, f"the trainer does not fail: {told}"
    return TRAINS if failure is None else FAILS


_FAILURE = re.compile(r" can't |takes one of them")
"""What messages about failures have in common; the others say that something changes nothing."""


def messages(case: Case) -> list[str]:
    """What `check` says that the trainer fails on."""
    name = f"stable-audio-tools {case.setup.version}"
    [trainer] = [each for each in TABLES.trainers if each.name == name]
    question = Question(TABLES, frozenset(), None, (trainer,))
    whole = {**model_config(case.setup), "training": {"loss_configs": case.config}}
    found = check(Written("config.json", json.dumps(whole)), question)
    texts = [f"{each.problem.pointer}: {each.problem.message}" for each in found.told]
    return [each for each in texts if _FAILURE.search(each)]


def failure_of(case: Case) -> str | None:
    """What the real trainer fails with; None if all losses are numbers."""
    setup = case.setup
    config = copy.deepcopy(dict(case.config))
    with whole_trainer(setup.version).importable(), redirect_stdout(StringIO()):
        from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

        try:
            wrapper = make_wrapper(AutoencoderTrainingWrapper, setup, losses=config)
            steps = train(wrapper, setup, steps=STEPS)
        except Exception as error:
            return _where(error)
    logged = {name: value for step in steps for name, value in step.logged.items()}
    wrong = [name for name, value in logged.items() if not math.isfinite(float.fromhex(value))]
    return f"{', '.join(wrong)}: no number" if wrong else None


def _where(error: Exception) -> str:
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "stable_audio_tools" in file.parts or "dac" in file.parts:
            place = f"{file.name}, {trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__} in {place}: {error}".replace("\n", " ")[:300]


# --- what is known


@dataclass(frozen=True)
class Known:
    """Something that a trainer may fail on, and `check` says nothing of it; or the contrary."""

    why: str
    holds: Callable[[Case], bool]


def _has(*keys: str) -> Callable[[Case], bool]:
    return lambda case: any(
        key in keys and value is not None for key, value in _members(case.config)
    )


def _members(value: object) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield key, inner
                yield from _members(inner)


KNOWN: dict[str, Known] = {
    "null weight": Known(
        "a weight of the bottleneck that is null is its default to the losses that replace theirs",
        lambda case: None in case.config.get("bottleneck", {}).get("weights", {}).values(),
    ),
    "odd FFT size": Known(
        "0.0.20 has no STFT of an odd size, which nobody writes",
        lambda case: any(
            key == "fft_sizes" and any(size % 2 for size in value or ())
            for key, value in _members(case.config)
        ),
    ),
    "scale invariance": Known(
        "it fails with more than one signal at once, which no config says",
        lambda case: ("scale_invariance", True) in _members(case.config),
    ),
    "scale": Known("needs more of librosa than was recorded", _has("scale")),
    "text": Known(
        "needs a text model from the net", lambda case: ("use_text", True) in _members(case.config)
    ),
    "size of a transformer": Known(
        "it has to fit a number of heads that stands in no config",
        lambda case: any(
            (key, value) not in (("embed_dim", 512), ("transformer_dim", 64))
            and key in ("embed_dim", "transformer_dim")
            for key, value in _members(case.config)
        ),
    ),
    "bands": Known(
        "a band is two shares of the spectrum; how many bins that are depends on the FFT size",
        lambda case: "discriminator.config.bands" in case.drawn,
    ),
    "open arguments": Known(
        "the schema leaves these arguments to the trainer",
        lambda case: (
            case.setup.discriminator in ("hil", "transformer")
            and "discriminator.config" in case.drawn
        ),
    ),
}
"""Why each is no rule of the schema."""


def known(case: Case) -> list[str]:
    """The exceptions that a case may be, by the case alone."""
    return [name for name, each in KNOWN.items() if each.holds(case)]


# --- what is tried


_SIZES = ("16", "32", "64", "128", "256", "65")
_VALUES: dict[str, tuple[str, ...]] = {
    "integer": ("1", "2", "3", "4"),
    "number": ("0", "1", "0.5", "1e-6", "2.0", "-0.5"),
    "weight": ("0", "0.0", "1", "0.5", "1e-6"),
}
"""Values by kind, and by key: as people write them, and such that no network takes long."""

_OF_KEYS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("fft_sizes", "n_ffts", "win_lengths", "hop_sizes", "hop_lengths"), _SIZES),
    "activation": ('"LeakyReLU"', '"ReLU"', '"Identity"', '"ELU"'),
    "device": ('"cpu"',),
    "window": ('"hann_window"', '"hamming_window"'),
    "type": ('"l1"',),
    "cqtd_hop_lengths": ("256", "512"),
    "cqtd_bins_per_octaves": ("12", "24"),
    "fmin": ("2000.0", "1000.0"),
    "embed_dim": ("512", "256"),
    "transformer_dim": ("64", "128"),
}
_FIXED = ("n_mels", "window_lengths", "$schema")
"""What is not drawn anew: mel filters were recorded for a few sizes."""


class _Practical(Documents):
    """Values that can be trained with on one thread, as far as that depends on their size."""

    key = ""

    def field(self, rng: Random, field: Field) -> Any:
        """A value of a key."""
        return json.loads(text_of(self._field(rng, field)))

    def _field(self, rng: Random, field: Field) -> Tree:
        self.key = field.key
        return super()._field(rng, field)

    def _value(self, rng: Random, values: Values) -> Tree:
        match values.kind:
            case Plain("object"):
                return Object()
            case Plain(name) if not values.choices and (texts := self._texts(name)):
                return one_of(rng, texts)
            case _:
                return super()._value(rng, values)

    def _texts(self, kind: str) -> tuple[str, ...]:
        return _OF_KEYS.get(self.key, _VALUES.get(kind, ()))


def _setups(draw: st.DrawFn) -> Setup:
    version = draw(st.sampled_from(VERSIONS))
    discriminators = [*["encodec"] * 4, "none", "none", "dac"]
    if version == "0.0.20":
        discriminators += ["big_vgan", "hil", "transformer"]
    discriminator = draw(st.sampled_from(discriminators))
    later = version == "0.0.20" and draw(st.integers(0, 3)) == 0
    learnt = {name: "at once" for name in _LEARNT if later and draw(st.booleans())}
    return Setup(
        version,
        bottleneck=draw(st.sampled_from(["vae", "none", "tanh"])),
        channels=2 if discriminator == "hil" else draw(st.sampled_from([1, 2])),
        discriminator=discriminator,
        spectral=draw(st.sampled_from(["plain", "perceptual"])),
        time="mmd" if later else "both",
        mel=draw(st.sampled_from(["none", "none", "there"])),
        teacher=draw(st.sampled_from(["none", "l1" if later else "there"])),
        **learnt,
    )


_DEEP = 3
"""How far down arguments and weights stand."""

_LEARNT = ("contrastive", "jepa", "generative", "semantic_regressors")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Trainings that work, with some keys drawn anew."""
    setup = _setups(draw)
    config = loss_config(setup)
    rng = Random(draw(st.integers(0, 2**32)))  # small numbers say no less than large ones
    documents = _documents()
    drawn = []
    for _ in range(1 + rng.randrange(3)):
        places = [*_places(config, documents)]
        if rng.randrange(4):
            places = [each for each in places if len(each[0]) == _DEEP] or places
        path, field = places[rng.randrange(len(places))]
        changed: dict[str, Any] = copy.deepcopy(config)
        owner = changed
        for step in path[:-1]:
            owner = owner[step]
        if path[-1] in owner and not field.required and rng.randrange(4) == 0:
            del owner[path[-1]]
        else:
            owner[path[-1]] = documents.field(rng, field)
        if _is_valid(changed):
            config = changed
            drawn.append(".".join(path))
    return Case(setup, config, tuple(drawn))


def _is_valid(config: object) -> bool:
    try:
        AutoencoderLossConfig.model_validate(config)
    except ValidationError:
        return False
    return True


@functools.cache
def _documents() -> _Practical:
    return _Practical(compile_schema(CANONICAL).schema)


def _places(
    config: Mapping[str, Any], documents: Documents
) -> Iterator[tuple[tuple[str, ...], Field]]:
    """The keys that objects have or may have, below the sections."""

    def inside(owner: Mapping[str, Any], model: Model, path: tuple[str, ...]) -> Iterator[Any]:
        for field in model.fields:
            here = (*path, field.key)
            if path and field.key not in ("type", *_FIXED):
                yield here, field
            value = owner.get(field.key)
            match field.kind:
                case Objects(classes) if isinstance(value, dict):
                    yield from inside(value, _class_of(value, classes, documents), here)

    yield from inside(config, documents.root, ())


def _class_of(value: Mapping[str, Any], classes: Any, documents: Documents) -> Model:
    models = [documents.models[each] for each in classes]
    for model in models:
        [*tags] = [each for each in model.fields if each.key == "type"]
        if len(models) == 1 or value.get("type") in (tags[0].choices if tags else ()):
            return model
    raise AssertionError(value)
