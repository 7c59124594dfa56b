# Generated from templates/support/cli/which_bottleneck.py.
# Do not edit; change it and run: python -m nox -s generate

"""Which bottleneck a model config is for, and what is wrong with how it says that."""

from __future__ import annotations

from collections.abc import Iterator

from .._documents import Loaded, at
from .._jsontext import JsonPath
from .._wording import did_you_mean, listed, nearest, shown
from ..config import WEIGHT_SECTIONS
from ..dispatch import CLASS_NAMES, CONFIG_TYPES
from ..errors import ConfigProblem
from ..models import BottleneckType

_MODEL: JsonPath = ("model",)
_BOTTLENECK: JsonPath = ("model", "bottleneck")
_BOTTLENECK_TYPE: JsonPath = ("model", "bottleneck", "type")

_SLIP_OF_TYPE = 0.7
_NO_TYPE = "no type says which losses apply, so that weights of no use go unnoticed"


def bottleneck_of(loaded: Loaded) -> tuple[BottleneckType | None, list[ConfigProblem]]:
    """The bottleneck that a whole model config names, if any, and what is wrong on the way."""
    if not loaded.is_whole_config:
        return None, []
    on_the_way = [_BOTTLENECK_TYPE[:length] for length in range(1, len(_BOTTLENECK_TYPE) + 1)]
    mistakes = [
        loaded.problem(each.path, each.message)
        for each in loaded.document.defects
        if each.path in on_the_way
    ]
    for path in (_MODEL, _BOTTLENECK):
        match at(loaded.document.value, path):
            case None | dict():
                pass
            case other:
                message = f"expected an object or null, not {shown(other)}"
                return None, [*mistakes, loaded.problem(path, message, at_key=False)]
    match at(loaded.document.value, _BOTTLENECK_TYPE):
        case None:
            return None, [*mistakes, *_misspelled_type(loaded)]
        case str() as tag if tag in CONFIG_TYPES:
            return CONFIG_TYPES[tag], mistakes
        case str() as tag:
            message = (
                f"unknown bottleneck type {tag!a}{_known_tags(tag)} Or say with --bottleneck which "
                "of these it trains like"
            )
        case other:
            message = f"expected a bottleneck type, not {shown(other)}"
    return None, [*mistakes, loaded.problem(_BOTTLENECK_TYPE, message, at_key=False)]


def _misspelled_type(loaded: Loaded) -> Iterator[ConfigProblem]:
    match at(loaded.document.value, _BOTTLENECK):
        case dict() as bottleneck if "type" not in bottleneck:
            slip = nearest("type", bottleneck, _SLIP_OF_TYPE)
            if slip is not None:
                message = f"unknown key {slip!a}; did you mean 'type'?"
                yield loaded.problem((*_BOTTLENECK, slip), message)
        case _:
            pass


def _known_tags(tag: str) -> str:
    if tag in CLASS_NAMES:
        of_class = [each for each, kind in CONFIG_TYPES.items() if kind is CLASS_NAMES[tag]]
        return f"; did you mean {of_class[0]!r}?"
    return did_you_mean(tag, CONFIG_TYPES) or f"; known are {listed(CONFIG_TYPES)}."


def without_a_bottleneck(loaded: Loaded) -> Iterator[ConfigProblem]:
    """What is of no use, or can't be checked, because a model config doesn't say its bottleneck."""
    match at(loaded.document.value, _MODEL):
        case dict() as model if model.get("bottleneck") is None:
            for name in sorted(WEIGHT_SECTIONS & loaded.sections.keys()):
                message = f"nothing reads {name!r}: the model has no bottleneck"
                yield loaded.problem((*loaded.path, name), message)
        case {"bottleneck": {"type": None}}:
            yield loaded.problem(_BOTTLENECK_TYPE, _NO_TYPE)
        case {"bottleneck": dict() as bottleneck} if "type" not in bottleneck:
            if not list(_misspelled_type(loaded)):
                yield loaded.problem(_BOTTLENECK, _NO_TYPE)
        case _:
            pass
