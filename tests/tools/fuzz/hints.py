"""What messages say of an unknown or a missing key leads back to the config that was meant.

A key of a valid config is renamed, moved or removed. Then each hint is followed to the letter, as
somebody would who knows nothing of the package.
"""

from __future__ import annotations

import copy
import json
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import hypothesis.strategies as st
from pydantic import BaseModel, ValidationError

from loss_compiler.compile import compile_schema
from loss_compiler.shared.wording import json_pointer
from loss_factory import AutoencoderLossConfig, LossConfigError, UnusedWeightWarning, plan_losses
from support.corpus import WHOLE
from support.schemas import CANONICAL

from .documents import Documents, one_of
from .target import Target
from .tree import text_of

Path_: TypeAlias = tuple[str, ...]

NOTHING = "nothing done"
LED_BACK, LED_TO_AN_ERROR = "led back", "led to an error"
SEVERAL, NO_HINT, STILL_VALID = "several readings", "no hint", "valid, though changed"

FIELD_WORDS = (
    *(("fft_sizes", "n_ffts"), ("hop_sizes", "hop_lengths"), ("win_lengths", "window_lengths")),
    *(("mrstft", "stft"), ("adversarial", "adv"), ("feature_matching", "fm"), ("kl", "kld")),
    *(("hop_lengths", "hops"), ("hubert", "perceptual")),
    *(("spectral", "stft"), ("discriminator", "disc"), ("reconstruction", "recon")),
    *(("mrmel", "mel"), ("perceptual_weighting", "perceptual"), ("n_mels", "n_bins")),
    *(("start_weight", "initial_value"), ("end_weight", "target_value"), ("rate", "gamma")),
    *(("end_step", "warmup_steps"), ("commitment", "commit"), ("l1", "mae"), ("l2", "mse")),
)
"""What people who know other trainers write, in either direction."""

_PEOPLE_IN = 4
_MEANT = re.compile(r"; did you mean '([^']+)'\?")
_BELONGS = re.compile(r"; it belongs at (/\S+?)(?:;|$)")
_SCHEDULE = re.compile("expected 'schedule', not '([^']+)', as the key")
_NO_SCHEDULE = "a schedule, whose key 'schedule' is"
_SEVERAL = re.compile("(did you mean '[^?]* or |it belongs at [^;]* or /)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz_"


@dataclass(frozen=True)
class Case:
    """A valid config, what was done to it, and what it is then; where a key was moved to."""

    meant: dict[str, Any]
    done: str
    broken: dict[str, Any]
    there: Path_ = ()


def target(_folder: Path) -> Target[Case]:
    """Configs as people write them, and any that the schema allows."""
    documents = Documents(compile_schema(CANONICAL).schema)
    written = tuple(WHOLE.read_text(encoding="utf-8").splitlines())
    return Target(
        name="hints",
        title="hints on unknown and missing keys lead back to the config that was meant",
        cases=_cases(documents, written),
        check=_check,
        show=lambda case: f"{json.dumps(case.meant)}; {case.done}",
    )


@st.composite
def _cases(draw: st.DrawFn, documents: Documents, written: tuple[str, ...]) -> Case:
    rng = draw(st.randoms(use_true_random=False))
    is_any = rng.randrange(_PEOPLE_IN) == _PEOPLE_IN - 1
    text = text_of(documents.valid(rng)) if is_any else one_of(rng, written)
    meant = json.loads(text)
    broken = copy.deepcopy(meant)
    places = _places(meant)
    if not places:
        return Case(meant, NOTHING, broken)
    path = places[rng.randrange(len(places))]
    match rng.randrange(4):
        case 0:
            there = _moved(rng, broken, path, places)
            return Case(meant, _told(path, "moved to", there), broken, there)
        case 1:
            del _object(broken, path[:-1])[path[-1]]
            return Case(meant, _told(path, "removed"), broken)
        case _:
            return Case(meant, _told(path, "renamed to", _renamed(rng, broken, path)), broken)


def _told(path: Path_, *what: str | Path_) -> str:
    words = (each if isinstance(each, str) else ".".join(each) for each in what)
    return " ".join((".".join(path), *words))


def _places(config: dict[str, Any]) -> list[Path_]:
    """Where the keys are that the package owns: arguments that are passed on can have any name."""
    return list(_keys(config, AutoencoderLossConfig.model_validate(config), ()))


def _keys(owner: dict[str, Any], model: BaseModel, path: Path_) -> Iterator[Path_]:
    for key, value in owner.items():
        if key != "$schema":
            yield (*path, key)
            inner = getattr(model, key)
            if isinstance(value, dict) and isinstance(inner, BaseModel):
                yield from _keys(value, inner, (*path, key))


def _object(config: dict[str, Any], path: Path_) -> dict[str, Any]:
    for step in path:
        config = config[step]
    return config


def _renamed(rng: Random, config: dict[str, Any], path: Path_) -> str:
    """Give a key another name; the same, if that is taken."""
    owner, key = _object(config, path[:-1]), path[-1]
    others = _other_words(key)
    name = one_of(rng, others) if others and rng.randrange(2) else _slip(rng, key)
    if name in owner:
        return key
    renamed = {name if each == key else each: value for each, value in owner.items()}
    owner.clear()
    owner.update(renamed)
    return name


def _other_words(key: str) -> list[str]:
    return [other for pair in FIELD_WORDS if key in pair for other in pair if other != key]


def _is_ambiguous(key: str) -> bool:
    """Whether it is called otherwise in some section, where people may have meant that."""
    return key in ("weight", "decay") or bool(_other_words(key))


def _slip(rng: Random, key: str) -> str:
    """`key` as it comes of one slip, or of another habit."""
    place = rng.randrange(len(key))
    match rng.randrange(6):
        case 0:
            return key[:place] + key[place + 1 :]
        case 1:
            return key[:place] + key[place] + key[place:]
        case 2:
            return key[:place] + _LETTERS[rng.randrange(len(_LETTERS))] + key[place + 1 :]
        case 3:
            return key[:place] + key[place : place + 2][::-1] + key[place + 2 :]
        case 4:
            return key.upper() if "_" not in key else key.title().replace("_", "")
        case _:
            return key.removesuffix("s") if key.endswith("s") else f"{key}s"


def _moved(rng: Random, config: dict[str, Any], path: Path_, places: Sequence[Path_]) -> Path_:
    """Put a key one level up or down, at the root, or where such keys stand in another section.

    Not beside what another section calls so: nobody can tell that from the other word for this.
    """
    others = [each for each in places if isinstance(_object(config, each), dict)]
    above = path[:-1]
    near = [
        (),
        above[:-1],
        *(each for each in others if each[:-1] == above and each != path),
        *(each for each in others if each[1:] == above[1:] and not _is_ambiguous(path[-1])),
    ]
    there = near[rng.randrange(len(near))]
    if path[-1] in _object(config, there) or there[: len(path)] == path:
        return path
    value = _object(config, above).pop(path[-1])
    _object(config, there)[path[-1]] = value
    return (*there, path[-1])


def _check(case: Case) -> str:
    """Follow every hint; what came of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnusedWeightWarning)
            plan_losses("vae", case.broken)
    except LossConfigError as error:
        problems = error.problems
    else:
        return STILL_VALID
    unknown = {each.pointer for each in problems if each.message.startswith("unknown")}
    if case.there and json_pointer(case.there) not in unknown:
        return STILL_VALID  # but for what is missing where it was
    mended = copy.deepcopy(case.broken)
    for each in sorted(problems, key=lambda problem: problem.pointer not in unknown):
        path = tuple(each.pointer.split("/")[1:])
        if each.pointer not in unknown:
            _complete(mended, case.meant, path, each.message)
        elif (where := _hint(path, each.message)) is None:
            return SEVERAL if _SEVERAL.search(each.message) else NO_HINT
        elif not _moves(mended, path, where):
            return NO_HINT  # but for what is written already
    try:
        held = AutoencoderLossConfig.model_validate(mended)
    except ValidationError:
        return LED_TO_AN_ERROR
    meant = AutoencoderLossConfig.model_validate(case.meant)
    assert held == meant, f"{[each.message for each in problems]} leads elsewhere"
    return LED_BACK


def _complete(config: dict[str, Any], meant: dict[str, Any], path: Path_, message: str) -> None:
    """Write what is missing: whoever wrote the config knows what it was to be."""
    if found := _SCHEDULE.search(message):
        _moves(config, (*path, found[1]), (*path, "schedule"))
        return
    if _NO_SCHEDULE in message:
        path = (*path, "schedule")
    above: Any = config
    for step in path[:-1]:
        above, meant = above[step], meant.get(step, {})
    if path[-1] in meant:
        above.setdefault(path[-1], copy.deepcopy(meant[path[-1]]))


def _hint(path: Path_, message: str) -> Path_ | None:
    """The one place that a message names."""
    if _SEVERAL.search(message):
        return None
    if found := _MEANT.search(message):
        return (*path[:-1], found[1])
    if found := _BELONGS.search(message):
        return tuple(found[1].split("/")[1:])
    return None


def _moves(config: dict[str, Any], path: Path_, there: Path_) -> bool:
    """Move a key; whether nothing stands there already."""
    above: Any = config
    for step in there[:-1]:
        above = above.setdefault(step, {})
    if there[-1] in above:
        return False
    above[there[-1]] = _object(config, path[:-1]).pop(path[-1])
    return True
