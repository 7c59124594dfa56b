"""The losses that a training will have, and where their weights come from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from ..config.documents import Loaded
from ..model.courses import Course, Decaying, PlannedWeight, Scheduled, weight_at
from ..model.records import BottleneckT, ConfigT, Objective, Summand, Tables
from ..plan.held_objects import objects_of
from ..plan.objective import Situation, settled, there
from ..plan.trainer_notes import unread
from ..text.jsontext import JsonPath, at
from .editor_schemas import loss_descriptions
from .trainer_rules import model_type_of

_TEACHER: JsonPath = ("training", "teacher_model")
_CHANNELS: tuple[JsonPath, ...] = (("model", "out_channels"), ("model", "io_channels"))


class Row(NamedTuple):
    """A loss of the training: its value times `weight`, logged as `name`.

    `definition` is its entry in the schema's `$defs`; `turn` is whose it is; `section` is that of
    its weight, if this stands in the config; `scale` is the constant in the weight; `course` is
    what the weight is at all steps; `origin` is where it comes from; `reads` are the keys of info
    that its value is, or is computed from; `when` is what decides whether it is there, as far as
    that is not known.
    """

    definition: str
    turn: str
    name: str
    section: str | None
    weight: float
    scale: float
    course: PlannedWeight
    origin: str
    reads: tuple[str, ...]
    when: str | None
    description: str

    @property
    def schedule(self) -> dict[str, object] | None:
        """How the weight changes: the schedule in the config, or its decay; None if it doesn't."""
        if isinstance(self.course, Scheduled):
            return self.course.schedule.model_dump()
        if isinstance(self.course, Decaying):
            return {"decay": self.course.factor}
        return None


@dataclass(frozen=True)
class Explanation:
    """What a trainer sums, and which sections of the config it does not read.

    `is_whole` says whether the trainer sums nothing else.
    """

    rows: tuple[Row, ...]
    unread: tuple[str, ...]
    is_whole: bool = True

    @property
    def changes(self) -> bool:
        """Whether some weight is another one at another step."""
        return any(isinstance(row.course, Course) for row in self.rows)

    @property
    def info(self) -> tuple[str, ...]:
        """What has to be in info, once each."""
        return tuple(dict.fromkeys(key for row in self.rows for key in row.reads))


def situation_of(loaded: Loaded[ConfigT], channels: int | None, teacher: bool) -> Situation:
    """What is known of the training: from the options, or else from the model config."""
    document = loaded.document.value
    for path in _CHANNELS if channels is None and loaded.is_whole_config else ():
        value = at(document, path)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            channels = value
            break
    has_teacher = loaded.is_whole_config and at(document, _TEACHER) is not None
    return Situation(channels, None, teacher or has_teacher)


def explained(
    tables: Tables[ConfigT, BottleneckT],
    loaded: Loaded[ConfigT],
    bottleneck: BottleneckT | None,
    trainer: str | None,
    situation: Situation,
    step: int,
) -> Explanation:
    """What `trainer` sums at a generator step; that of the bottleneck alone without a trainer.

    Raises:
        OverflowError: a weight has grown too large for float32 until then.
    """
    assert loaded.config is not None
    descriptions = loss_descriptions(tables.folder)
    sums = _sums(tables, trainer, loaded)
    if sums != "objective":
        unwritten = replace(loaded, config=tables.config(), sections={})
        bottleneck = bottleneck if sums == "defaults" else None
        carried = tuple(_carried(tables, unwritten, bottleneck, descriptions, step))
        return Explanation(carried, (), is_whole=False)
    carried = tuple(_carried(tables, loaded, bottleneck, descriptions, step))
    if trainer is None:
        return Explanation(carried, ())
    config = loaded.config
    objective: Objective[ConfigT] = tables.objectives[trainer]
    situation = settled(objective, config, situation)

    def rows(turn: str, summands: Iterable[Summand[ConfigT]]) -> Iterator[Row]:
        for each, weight in there(summands, config, situation):
            section = None if each.path is None else each.path.partition(".")[0]
            origin = "fixed" if each.path is None else _origin(each.path, each.scale, loaded)
            is_open = each.channels is not None and situation.channels is None
            when = f"{each.channels} channels" if is_open else None
            yield Row(
                definition=each.definition,
                turn=turn,
                name=each.name,
                section=section,
                weight=_weight_at(weight, step, each.name),
                scale=each.scale,
                course=weight,
                origin=origin,
                reads=each.reads,
                when=when,
                description=descriptions[each.definition],
            )

    [record] = (each for each in tables.trainers if each.name == trainer)
    notes = unread(record, objects_of(tables.config, loaded.sections))
    return Explanation(
        (
            *rows("generator", objective.before_bottleneck),
            *(carried if objective.has_bottleneck else ()),
            *rows("generator", objective.after_bottleneck),
            *rows("discriminator", objective.discriminator),
        ),
        tuple(".".join(map(str, note.path)) for note in notes),
    )


def _sums(
    tables: Tables[ConfigT, BottleneckT], trainer: str | None, loaded: Loaded[ConfigT]
) -> Literal["objective", "defaults"] | None:
    """What the trainer sums of the config; without one, all of it counts."""
    for each in tables.trainers:
        if each.name == trainer:
            return each.sums(model_type_of(loaded))
    return "objective"


def _carried(
    tables: Tables[ConfigT, BottleneckT],
    loaded: Loaded[ConfigT],
    bottleneck: BottleneckT | None,
    descriptions: Mapping[str, str],
    step: int,
) -> Iterator[Row]:
    assert loaded.config is not None
    for loss in () if bottleneck is None else tables.losses[bottleneck]:
        path, weight = loss.weight.path, loss.weight_in(loaded.config)
        yield Row(
            definition=loss.definition,
            turn="generator",
            name=loss.name,
            section=path.partition(".")[0],
            weight=_weight_at(weight, step, loss.name),
            scale=loss.scale,
            course=weight,
            origin=_origin(path, loss.scale, loaded),
            reads=(loss.key,),
            when=None,
            description=descriptions[loss.definition],
        )


def _weight_at(weight: PlannedWeight, step: int, name: str) -> float:
    found = weight_at(weight, step)
    if math.isinf(found):
        raise OverflowError(f"the weight of {name!r} is too large for float32 at step {step}")
    return found


def _origin(path: str, scale: float, loaded: Loaded[ConfigT]) -> str:
    steps = tuple(path.split("."))
    origin = "default"
    if at(loaded.sections, steps) is not None:
        line, _ = loaded.document.position_of_value((*loaded.path, *steps))
        set_by = [
            each.source
            for each in loaded.settings
            if all(one == other for one, other in zip(steps, each.path, strict=False))
        ]
        origin = set_by[-1] if set_by else f"{loaded.source}:{line}"
    return origin if scale == 1 else f"{scale!r} × {origin}"
