"""Defaults, examples and values in notes, which have to keep the rules of their own properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from referencing.exceptions import Unresolvable

from ..shared.jsontext import Json, JsonPath, object_at
from ..shared.wording import did_you_mean, listed, shown, together
from ..source.problems import Problem
from ..source.syntax import (
    ABSENT,
    Array,
    ClosedObject,
    Kind,
    LossesSchema,
    Map,
    Objects,
    OneOrList,
    Plain,
    Property,
    is_comment,
)
from .bounds import bound_problems
from .refusals import expectation, repeated_items

_LARGEST_EXACT = 2**53
_EXACT = "an integer within the range that every JSON reader knows exactly (2 to the 53rd)"


def value_problems(document: Json, schema: LossesSchema) -> list[Problem]:
    """Where a schema, which keeps to the dialect, contradicts itself.

    A default, an example or a value that trainers are said to refuse, to fail on or to take where
    nothing is written has to be valid under its own subschema.
    """
    definitions = object_at(document, ("$defs",))
    rules = {id(each): path for path, each in _subschemas(document)}
    problems: list[Problem] = []
    for owner in schema.objects.values():
        for each in owner.properties.values():
            bounds = list(bound_problems(each))
            values = [*_values(each), *_values_in_notes(owner, each.key)]
            own = object_at(document, each.path)
            validator = Draft202012Validator({**own, "$defs": definitions})
            problems += bounds or _value_problems(each, values, validator, schema, rules)
    return [*problems, *_loss_problems(schema, definitions)]


def _subschemas(value: Json, path: JsonPath = ()) -> Iterator[tuple[JsonPath, Json]]:
    """Each object in a document, which may be what an error is about, and where it stands."""
    members: Iterable[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        yield path, value
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for key, each in members:
        yield from _subschemas(each, (*path, key))


def _value_problems(
    of: Property,
    values: Iterable[tuple[JsonPath, Json]],
    validator: Validator,
    schema: LossesSchema,
    rules: Mapping[int, JsonPath],
) -> Iterator[Problem]:
    """What is wrong with `values`; `rules` says where each subschema stands, by its identity."""
    for place, value in values:
        if value is None and of.nullable and of.has_enum and not of.has_null_choice:
            continue  # that its choices lack null is for the next stage to say
        try:
            error = best_match(_judge(of, value, validator, schema).iter_errors(value))
        except Unresolvable:
            return  # which reference dangles is for the next stage to say
        if error is None:
            yield from _inexact(place, value, of.kind)
        else:
            is_empty_object = place == (*of.path, "default") and value == {}
            at_rule = rules.get(id(error.schema), of.path)
            yield from _told(error, place, at_rule, is_empty_object)


def _judge(of: Property, value: Json, validator: Validator, schema: LossesSchema) -> Validator:
    """What judges a value: of several objects, or of null and one, the one that is meant."""
    if not of.is_choice or not isinstance(of.kind, Objects) or not isinstance(value, dict):
        return validator
    tag = of.kind.tag
    meant = [
        f"#/$defs/{name}"
        for name in dict.fromkeys(of.kind.classes)
        if tag is None or value.get(tag) in _choices(schema, name, tag)
    ]
    if len(meant) != 1:
        return validator
    whole: Any = validator.schema
    return validator.evolve(schema={"$ref": meant[0], "$defs": whole["$defs"]})


def _choices(schema: LossesSchema, name: str, key: str) -> tuple[str | int, ...]:
    """The choices of a key of an object, if there are such."""
    found = schema.objects[name].properties.get(key) if name in schema.objects else None
    return () if found is None else found.choices


def _told(
    error: ValidationError, place: JsonPath, at_rule: JsonPath, is_empty_object: bool
) -> Iterator[Problem]:
    """What a value breaks that stands at `place`: a rule of the subschema at `at_rule`."""
    path: JsonPath = (*place, *error.absolute_path)
    found: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema
    about = ((*at_rule, str(error.validator)),)
    match error.validator:
        case "additionalProperties":
            known = object_at(schema, ("properties",))
            for key in found:
                if key not in known and not is_comment(key):
                    near = did_you_mean(key, [each for each in known if each not in found])
                    where = ((*at_rule, "properties", key),)
                    message = f"unknown key {key!r}{near or f'; expected {listed(known)}'}"
                    yield Problem((*path, key), message, at_key=True, about=where)
        case "required":
            missing = [repr(key) for key in rule if key not in found]
            message = f"{together(missing)} {_is(missing)} missing"
            if is_empty_object:
                message = f"the object is always there, and requires {together(missing)}: give "
                message += f"{together(missing)} a default, or let the object be null"
            yield Problem(path, message, about=about)
        case "dependentRequired":
            for key in found:
                if missing := [repr(each) for each in rule.get(key, ()) if each not in found]:
                    message = (
                        f"{key!r} needs {together(missing)}, which {_is(missing)} missing here"
                    )
                    yield Problem((*path, key), message, at_key=True, about=about)
        case "uniqueItems":
            yield from repeated_items(path, found)
        case _:
            yield Problem(path, expectation(error), about=about)


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _inexact(place: JsonPath, value: Json, kind: Kind) -> Iterator[Problem]:
    """Integers with a fraction of 0, and those that not every reader knows exactly."""
    match kind, value:
        case Array(items), list():
            for index, each in enumerate(value):
                yield from _inexact((*place, index), each, items.kind)
        case Map(items), dict():
            for key, each in value.items():
                if not is_comment(key):
                    yield from _inexact((*place, key), each, items.kind)
        case OneOrList(one, many), _:
            of = many if isinstance(value, list) else one
            yield from _inexact(place, value, of.kind)
        case Plain("integer"), float():
            yield Problem(place, f"expected an integer without a fraction, not {shown(value)}")
        case Plain("integer"), int() if abs(value) > _LARGEST_EXACT:
            yield Problem(place, f"expected {_EXACT}, not {shown(value)}")
        case _:
            pass


def _values(of: Property) -> Iterator[tuple[JsonPath, Json]]:
    """What has to be valid under a property's own rules, and where it stands."""
    if of.default is not ABSENT:
        yield (*of.path, "default"), of.default
    for index, example in enumerate(of.examples):
        yield (*of.path, "examples", index), example
    for note in of.notes:
        for index, refused in enumerate(note.refuses or ()):
            if refused is not None:  # which is the same as nothing, which all may refuse
                yield (*note.path, "refuses", index), refused


def _values_in_notes(owner: ClosedObject, key: str) -> Iterator[tuple[JsonPath, Json]]:
    """What notes on an object say of the value of `key`."""
    for note in owner.notes:
        if key in note.defaults:
            yield (*note.path, "defaults", key), note.defaults[key]
        conditions = (each for failure in note.fails for each in failure.conditions)
        for each in conditions:
            if each.key == key:
                for rule, values in (("is", each.one_of), ("is_not", each.none_of)):
                    for index, value in enumerate(values or ()):
                        yield (*each.path, rule, index), value


def _loss_problems(schema: LossesSchema, definitions: dict[str, Json]) -> Iterator[Problem]:
    """Keys and names of losses that ValueLossConfig does not take."""
    for loss in schema.losses.values():
        key = (("key", loss.value),) if isinstance(loss.value, str) else ()
        for part, value in (*key, ("name", loss.name)):
            place = ("ValueLossConfig", "properties", part)
            rules = Draft202012Validator(object_at(definitions, place))
            error = best_match(rules.iter_errors(value))
            if error is not None:
                message = f"not valid under ValueLossConfig: {expectation(error)}"
                path = (*loss.path, "properties", part, "const")
                yield Problem(path, message, about=(("$defs", *place),))
