# Generated from templates/runtime/findings/checking.py.
# Do not edit; change it and run: python -m nox -s generate

"""What `check` finds in a document: mistakes, and what is right but of no use in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from typing import Generic, Literal, NamedTuple, TypeAlias

from ..config.documents import DatasetConfigError, Loaded, Written, load_text
from ..config.model_config import beside_loss_configs
from ..model.errors import ConfigProblem, LossConfigError
from ..model.records import BottleneckT, ConfigT, Tables, Trainer
from ..model.schedules import AnySchedule
from ..model.shape import fields_of
from ..plan.held_objects import objects_of
from ..plan.planning import too_large_weights, useless_weights, vanishing_weights
from ..text.jsontext import at
from ..text.wording import MOST_TOLD, one_line
from .bottleneck import bottleneck_of, contradicting_labels, not_built, without_a_bottleneck
from .explaining import situation_of
from .trainer_rules import idle_problems, readers_among, trainer_problems, unread_config

SKIPPING_OPTION = "say --foreign-section {}"
"""How commands are told that a section is the trainer's."""

Severity: TypeAlias = Literal["error", "warning", "notice"]
"""A notice is that something was not looked at."""


class Finding(NamedTuple):
    """A problem, and how bad it is."""

    severity: Severity
    problem: ConfigProblem


@dataclass(frozen=True)
class Question(Generic[ConfigT, BottleneckT]):
    """How documents are looked at.

    `foreign_sections` are skipped; `bottleneck` is the one that is trained, or None if whole model
    configs say it; `trainers` are those that will read the document; if there are none, the usual
    ones will if it is a whole model config.
    """

    tables: Tables[ConfigT, BottleneckT]
    foreign_sections: frozenset[str]
    bottleneck: BottleneckT | None
    trainers: tuple[Trainer, ...]


class Findings(NamedTuple):
    """What is told of a document, in the order of its text, and how much more there is of it."""

    told: Sequence[Finding]
    more: Mapping[Severity, int]

    def as_errors(self) -> Findings:
        """The same, where each warning is an error."""
        told = [
            finding._replace(severity="error") if finding.severity == "warning" else finding
            for finding in self.told
        ]
        more = sum(self.more.values())
        return Findings(told, {"error": more} if more else {})


def check(written: Written, question: Question[ConfigT, BottleneckT]) -> Findings:
    """Everything that is wrong with the loss config in a text."""
    tables, foreign = question.tables, question.foreign_sections
    try:
        loaded = load_text(tables, written, foreign, SKIPPING_OPTION)
    except DatasetConfigError as error:
        return Findings([Finding("notice", problem) for problem in error.problems], {})
    except LossConfigError as error:
        return Findings([Finding("error", problem) for problem in error.problems], {})
    errors = list(loaded.problems)
    bottleneck = question.bottleneck
    if bottleneck is None:
        bottleneck, mistakes = bottleneck_of(tables, loaded)
        errors += mistakes
    if bottleneck is not None:
        errors += product_problems(tables, loaded, bottleneck)
    counts: Counter[Severity] = Counter()
    counts["error"] = loaded.more

    def found() -> Iterator[Finding]:
        for problem in errors:
            yield Finding("error", problem)
        for problem in _warnings(loaded, question, bottleneck):
            yield Finding("warning", problem)

    told = nsmallest(MOST_TOLD, _counted(found(), counts), key=_place)
    counts.subtract(each.severity for each in told)
    return Findings(told, +counts)


def _counted(findings: Iterable[Finding], counts: Counter[Severity]) -> Iterator[Finding]:
    for each in findings:
        counts[each.severity] += 1
        yield each


def _place(finding: Finding) -> tuple[int, int]:
    return finding.problem.line or 0, finding.problem.column or 0


def product_problems(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT], bottleneck: BottleneckT
) -> Iterator[ConfigProblem]:
    """Weights that are fine by themselves, but not if multiplied by the scale of a loss."""
    if loaded.config is not None:
        for path, message in too_large_weights(tables.losses[bottleneck], loaded.config):
            yield loaded.problem((*loaded.path, *path.split(".")), message, at_key=False)


def unused_weights(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT], bottleneck: BottleneckT
) -> Iterator[ConfigProblem]:
    """Weights that were written, and that `bottleneck` has no use for or float32 makes 0."""
    written: dict[str, float | AnySchedule] = {}
    for path in tables.weights:
        value = at(loaded.sections, tuple(path.split(".")))
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):  # which is told as a mistake
                written[path] = float(value)
        elif isinstance(value, dict) and loaded.config is not None:
            written[path] = tables.weights[path].value(loaded.config)
    found = [*useless_weights(tables, written, bottleneck)]
    if loaded.config is not None:
        found += vanishing_weights(tables.losses[bottleneck], loaded.config)
    for path, message in found:
        yield loaded.problem((*loaded.path, *path.split(".")), message)


def deprecated_keys(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT]
) -> Iterator[ConfigProblem]:
    """Keys that are there for old configs alone, and what their descriptions say."""
    for each in objects_of(tables.config, loaded.sections):
        fields = fields_of(each.model)
        for key in each.members:
            said = fields[key].deprecated if key in fields else None
            if isinstance(said, str):
                message = f"{key!r} is deprecated: {one_line(said)}"
                yield loaded.problem((*loaded.path, *each.path, key), message)


def _warnings(
    loaded: Loaded[ConfigT],
    question: Question[ConfigT, BottleneckT],
    bottleneck: BottleneckT | None,
) -> Iterator[ConfigProblem]:
    tables, trainers = question.tables, question.trainers
    if loaded.config is None and not loaded.is_whole_config and not loaded.sections:
        return  # it is no loss config at all
    yield from loaded.remarks()
    if loaded.is_whole_config:
        trainers = trainers or tables.assumed_trainers
    readers = readers_among(trainers, loaded)
    if trainers and not readers:
        yield from unread_config(tables, loaded, trainers, bottleneck)
        return
    if bottleneck is not None:
        yield from unused_weights(tables, loaded, bottleneck)
        yield from contradicting_labels(tables, loaded, bottleneck)
    yield from deprecated_keys(tables, loaded)
    if loaded.is_whole_config:
        yield from _beside_loss_configs(tables, loaded)
        if question.bottleneck is None:
            yield from without_a_bottleneck(tables, loaded)
            if bottleneck is not None:
                yield from not_built(loaded, bottleneck, readers)
    if at(loaded.document.value, loaded.path) is not None:
        situation = situation_of(loaded, None, False)
        yield from trainer_problems(tables, loaded, readers, situation.channels)
        has_teacher = not loaded.is_whole_config or situation.teacher
        yield from idle_problems(tables, loaded, readers, has_teacher)


def _beside_loss_configs(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT]
) -> Iterator[ConfigProblem]:
    """What stands around `training.loss_configs` and was probably meant to be that."""
    beside = list(beside_loss_configs(tables, loaded.document.value))
    wrong = {each.path for each in beside}.intersection(loaded.wrong_paths())
    for each in beside:
        if each.path not in wrong:
            yield loaded.problem(each.path, each.told)
