"""What `check` finds in a document: mistakes, and what is right but of no use in training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from .._documents import Loaded, at, load_text
from .._jsontext import JsonPath
from .._own_part import LOSS_CONFIGS_PATH
from .._records import Trainer
from .._wording import did_you_mean, json_pointer, listed
from ..config import SECTIONS, WEIGHT_SECTIONS
from ..dispatch import CONFIG_TYPES
from ..errors import ConfigProblem, LossConfigError
from ..models import BottleneckType
from ..planning import WEIGHTS, too_large_weights, useless_weights
from ..trainers import TRAINERS
from .arguments import SKIPPING_OPTION
from .trainer_rules import trainer_problems

Severity: TypeAlias = Literal["error", "warning"]

_MODEL: JsonPath = ("model",)
_BOTTLENECK: JsonPath = ("model", "bottleneck")
_BOTTLENECK_TYPE: JsonPath = ("model", "bottleneck", "type")


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
    """The bottleneck that a whole model config names, if any, and what is wrong with its name."""
    if not loaded.is_whole_config:
        return None, []
    match at(loaded.document.value, _BOTTLENECK_TYPE):
        case str() as tag if tag in CONFIG_TYPES:
            return CONFIG_TYPES[tag], []
        case str() as tag:
            known = did_you_mean(tag, CONFIG_TYPES) or f"; known are {listed(CONFIG_TYPES)}."
            message = (
                f"unknown bottleneck type {tag!a}{known} Or say with --bottleneck which of these "
                "it trains like"
            )
            return None, [loaded.problem(_BOTTLENECK_TYPE, message, at_key=False)]
        case _:
            return None, []


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
    """Sections that stand around `training.loss_configs`."""
    told = {problem.pointer for problem in loaded.problems}
    for around in (LOSS_CONFIGS_PATH[:0], LOSS_CONFIGS_PATH[:1]):
        match at(loaded.document.value, around):
            case dict() as members:
                misplaced = [(*around, name) for name in members if name in SECTIONS]
                for path in misplaced:
                    if json_pointer(path) not in told:
                        right = json_pointer((*LOSS_CONFIGS_PATH, path[-1]))
                        message = f"nothing reads {path[-1]!r} here; it belongs at {right}"
                        yield loaded.problem(path, message)
            case _:
                pass


def _without_a_bottleneck(loaded: Loaded, question: Question) -> Iterator[ConfigProblem]:
    """The section of a bottleneck that a model config doesn't have."""
    match at(loaded.document.value, _MODEL):
        case dict() as model if model.get("bottleneck") is None and question.bottleneck is None:
            for name in sorted(WEIGHT_SECTIONS & loaded.sections.keys()):
                message = f"nothing reads {name!r}: the model has no bottleneck"
                yield loaded.problem((*loaded.path, name), message)
        case _:
            pass
