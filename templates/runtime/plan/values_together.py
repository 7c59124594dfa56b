"""Values of one object that a trainer fails on together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import cast

from ..model.records import Condition, Failure, Trainer
from ..model.shape import fields_of
from ..text.jsontext import Json
from ..text.wording import listed, shown, together
from .held_objects import HeldObject, Note


def unequal_lists(trainer: Trainer, found: HeldObject) -> Iterator[Note]:
    """Lists that have to be of one length and are not, at the last one that is written."""
    for names in trainer.same_length.get(found.model.__name__, ()):
        values = {name: _value(trainer, found, name) for name in names}
        lists = {name: each for name, each in values.items() if isinstance(each, list)}
        lengths = [len(each) for each in lists.values()]
        written = [name for name in lists if found.members.get(name) is not None]
        unwritten = [repr(name) for name in lists if name not in written]
        if unwritten and found.has_unknown_keys:
            continue  # one of the lists may be there under a wrong name
        if len(set(lengths)) > 1 and written:
            said = together([str(each) for each in lengths])
            default = f" ({together(unwritten)} by default)" if unwritten else ""
            before = f"{listed(lists)} have {said} entries{default}, and "
            after = " can't use lists of several lengths"
            yield Note((*found.path, written[-1]), False, before, after)


def failures_of(trainer: Trainer, found: HeldObject, channels: int | None) -> list[Failure]:
    """What `trainer` fails on in an object, as far as the number of channels is known."""
    return [
        failure
        for failure in trainer.fails.get(found.model.__name__, ())
        if failure.channels in (None, channels)
        and all(_holds(each, trainer, found) for each in failure.conditions)
    ]


def failing_values(
    failures: Iterable[Failure], trainer: Trainer, found: HeldObject
) -> Iterator[Note]:
    """Values that the trainer fails on together, at the first one that is written."""
    for failure in failures:
        if found.has_unknown_keys and any(found.members.get(key) is None for key in _keys(failure)):
            continue  # it may be there under a wrong name
        first, key = failure.conditions[0], _first_written(failure, found)
        if key is None or (
            found.members.get(first.key) is None and is_one_of(None, first.one_of or ())
        ):
            missing = f"{first.key!r} is missing, and "
            yield Note(found.path, True, missing, f" can't do without it here: {failure.why}")
            continue
        path, value = (*found.path, key), found.members[key]
        about = [each for each in failure.conditions if each.key == key and _compares(each)]
        if about and isinstance(value, list):
            item = _beyond(about[0], trainer, found)[0]
            path, value = (*path, item), value[item]
        said = "an empty list" if value == [] else shown(value)
        yield Note(path, False, "", f" can't use {said} here: {failure.why}")


def _first_written(failure: Failure, found: HeldObject) -> str | None:
    """The key to point at; None if all of it is by default."""
    return next((key for key in _keys(failure) if found.members.get(key) is not None), None)


def _keys(failure: Failure) -> list[str]:
    """What the conditions are about, and then what that is compared with."""
    others = ((each.shorter_than, each.above, each.below) for each in failure.conditions)
    compared = [key for each in others for key in each if key is not None]
    return [*(each.key for each in failure.conditions), *compared]


def _holds(condition: Condition, trainer: Trainer, found: HeldObject) -> bool:
    value = _written(found, condition.key)
    if condition.one_of is not None and not is_one_of(value, condition.one_of):
        return False
    if condition.none_of is not None and is_one_of(value, condition.none_of):
        return False
    if condition.length is not None or condition.shorter_than is not None:
        return _has_another_length(condition, trainer, found)
    return not _compares(condition) or bool(_beyond(condition, trainer, found))


def _has_another_length(condition: Condition, trainer: Trainer, found: HeldObject) -> bool:
    value = _value(trainer, found, condition.key)
    if not isinstance(value, list) or len(value) == condition.length:
        return False
    if condition.shorter_than is None:
        return True
    other = _value(trainer, found, condition.shorter_than)
    return isinstance(other, list) and len(value) < len(other)


def _compares(condition: Condition) -> bool:
    """Whether it is about another key as well."""
    return condition.above is not None or condition.below is not None


def _beyond(condition: Condition, trainer: Trainer, found: HeldObject) -> list[int]:
    """The items that are above or below those of another list; a number alone is one item."""
    numbers = _numbers(_value(trainer, found, condition.key))
    beyond = set(range(len(numbers)))
    for key, sign in ((condition.above, 1), (condition.below, -1)):
        if key is not None:
            others = _numbers(_value(trainer, found, key))
            pairs = enumerate(zip(numbers, others, strict=False))
            times = Fraction(condition.times)  # integers need not fit into a float
            beyond &= {at for at, (one, two) in pairs if sign * one > sign * times * Fraction(two)}
    return sorted(beyond)


def _value(trainer: Trainer, found: HeldObject, key: str) -> Json:
    """What the trainer takes for a key."""
    value = _written(found, key)
    if value is None:
        return trainer.defaults.get(f"{found.model.__name__}.{key}")
    return value


def _written(found: HeldObject, key: str) -> Json:
    """What an object says under a key, or the schema by default."""
    value = found.members.get(key)
    if value is not None:
        return value
    field = fields_of(found.model)[key]
    return None if field.is_required() or field.default_factory else cast("Json", field.default)


def _numbers(value: Json) -> list[float]:
    """The numbers of a list, or a number alone; none of anything else."""
    numbers: list[float] = []
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, bool) or not isinstance(each, int | float):
            return []
        numbers.append(each)
    return numbers


def is_one_of(value: Json, values: Iterable[Json]) -> bool:
    """Whether `value` is one of `values`, where 1 is 1.0 and true is not 1."""
    is_boolean = type(value) is bool
    return any(is_boolean == (type(each) is bool) and each == value for each in values)
