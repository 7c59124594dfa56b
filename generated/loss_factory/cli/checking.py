# Generated from templates/support/cli/checking.py.
# Do not edit; change it and run: python -m nox -s generate

"""What `check` finds in a document: mistakes, and what is right but of no use in training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from .._documents import Loaded, at, load_text
from .._own_part import beside_loss_configs
from .._records import Trainer
from .._wording import json_pointer
from ..errors import ConfigProblem, LossConfigError
from ..models import BottleneckType
from ..planning import WEIGHTS, too_large_weights, useless_weights
from ..trainers import TRAINERS
from .trainer_rules import trainer_problems
from .which_bottleneck import bottleneck_of, without_a_bottleneck

SKIPPING_OPTION = "say --foreign-section {}"
"""How commands are told that a section is the trainer's."""

Severity: TypeAlias = Literal["error", "warning"]


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
        if question.bottleneck is None:
            yield from without_a_bottleneck(loaded)
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
