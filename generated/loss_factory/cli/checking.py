# Generated from templates/support/cli/checking.py.
# Do not edit; change it and run: python -m nox -s generate

"""What `check` finds in a document: mistakes, and what is right but of no use in training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from .._documents import Loaded, at, load_text
from .._jsontext import JsonPath
from .._own_part import beside_loss_configs
from .._records import Trainer
from .._wording import did_you_mean, json_pointer, listed, nearest, shown
from ..config import WEIGHT_SECTIONS
from ..dispatch import CLASS_NAMES, CONFIG_TYPES
from ..errors import ConfigProblem, LossConfigError
from ..models import BottleneckType
from ..planning import WEIGHTS, too_large_weights, useless_weights
from ..trainers import TRAINERS
from .trainer_rules import trainer_problems

SKIPPING_OPTION = "say --foreign-section {}"
"""How commands are told that a section is the trainer's."""

Severity: TypeAlias = Literal["error", "warning"]

_MODEL: JsonPath = ("model",)
_BOTTLENECK: JsonPath = ("model", "bottleneck")
_BOTTLENECK_TYPE: JsonPath = ("model", "bottleneck", "type")

_SLIP_OF_TYPE = 0.7
_NO_TYPE = "no type says which losses apply, so that weights of no use go unnoticed"


class Finding(NamedTuple):
    """A problem, and whether it is a mistake in any case."""

    severity: Severity
    problem: ConfigProblem


@dataclass(frozen=True)
class Question:
    """How documents are looked at.

    `foreign_sections` are skipped; `bottleneck` is the one that is trained, or None if whole model
    configs say it; `trainers` are those that will read the document; if there are none, the usual
    ones will if it is a whole model config.
    """

    foreign_sections: frozenset[str]
    bottleneck: BottleneckType | None
    trainers: tuple[Trainer, ...]


def check(text: str, source: str, question: Question) -> list[Finding]:
    """Everything that is wrong with the loss config in `text`, in the order of the text."""
    try:
        loaded = load_text(text, source, question.foreign_sections, SKIPPING_OPTION)
    except LossConfigError as error:
        return [Finding("error", problem) for problem in error.problems]
    errors = list(loaded.problems)
    bottleneck = question.bottleneck
    if bottleneck is None:
        bottleneck, mistakes = bottleneck_of(loaded)
        errors += mistakes
    if bottleneck is not None:
        errors += product_problems(loaded, bottleneck)
    found = [Finding("error", problem) for problem in errors]
    found += [Finding("warning", problem) for problem in _warnings(loaded, question, bottleneck)]
    return sorted(found, key=lambda each: (each.problem.line or 0, each.problem.column or 0))


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


def product_problems(loaded: Loaded, bottleneck: BottleneckType) -> Iterator[ConfigProblem]:
    """Weights that are fine by themselves, but not if multiplied by the scale of a loss."""
    if loaded.config is not None:
        for path, message in too_large_weights(loaded.config, bottleneck):
            yield loaded.problem((*loaded.path, *path.split(".")), message, at_key=False)


def unused_weights(loaded: Loaded, bottleneck: BottleneckType) -> Iterator[ConfigProblem]:
    """Weights that were written and that `bottleneck` has no use for."""
    written: dict[str, float] = {}
    for path in WEIGHTS:
        match at(loaded.sections, tuple(path.split("."))):
            case bool():
                pass
            case int() | float() as value:
                with suppress(OverflowError):  # which is told as a mistake
                    written[path] = float(value)
            case _:
                pass
    for path, message in useless_weights(written, bottleneck):
        yield loaded.problem((*loaded.path, *path.split(".")), message)


def _warnings(
    loaded: Loaded, question: Question, bottleneck: BottleneckType | None
) -> Iterator[ConfigProblem]:
    if bottleneck is not None:
        yield from unused_weights(loaded, bottleneck)
    if loaded.is_whole_config:
        yield from _beside_loss_configs(loaded)
        yield from _without_a_bottleneck(loaded, question)
    trainers = question.trainers
    if loaded.is_whole_config:
        trainers = trainers or tuple(each for each in TRAINERS if each.assumed)
    if at(loaded.document.value, loaded.path) is not None:
        yield from trainer_problems(loaded, trainers)


def _beside_loss_configs(loaded: Loaded) -> Iterator[ConfigProblem]:
    """What stands around `training.loss_configs` and was probably meant to be that."""
    told = {problem.pointer for problem in loaded.problems}
    for path, message in beside_loss_configs(loaded.document.value):
        if json_pointer(path) not in told:
            yield loaded.problem(path, message)


def _without_a_bottleneck(loaded: Loaded, question: Question) -> Iterator[ConfigProblem]:
    """What is of no use, or can't be checked, because a model config doesn't say its bottleneck."""
    if question.bottleneck is not None:
        return
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
