"""From the rules of the dialect that a schema breaks to what people read about it.

One mistake breaks several rules: a misspelled keyword is not allowed, and the right one is missing.
What is wrong at one place is looked at together, so that each mistake is said once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from jsonschema.exceptions import ValidationError

from ..shared.jsontext import JsonPath
from ..shared.wording import (
    alternatives,
    did_you_mean,
    did_you_mean_name,
    nearest,
    shortened,
    shown,
    slip_for,
)
from ..source.problems import Problem
from .repetitions import repeated

CONTAINERS: tuple[JsonPath, ...] = (("properties",), ("$defs",))
"""Where some names have to be, and others may."""
_TELLING = ("const", "enum", "pattern")
"""Of several rules that a value breaks, the first of these says most about it."""


_TYPES_ELSEWHERE = {
    "float": "number",
    "double": "number",
    "list": "array",
    "tuple": "array",
    "bool": "boolean",
    "dict": "object",
    "str": "string",
    "int": "integer",
    "None": "null",
}
"""What people call JSON Schema's types who come from other languages."""


@dataclass
class _Place:
    """The rules that are broken at one place of a schema.

    `missing` says what is expected of each keyword that is not there, and `unknown` what might
    have been meant by each that should not be there. `deciding` are those by which it is decided
    what else may stand there: where one of them is wrong, the others are judged by wrong rules.
    `otherwise` says what to do about an unknown one.
    """

    path: JsonPath
    instance: Any
    missing: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    deciding: list[str] = field(default_factory=list)
    otherwise: str | None = None
    values: list[ValidationError] = field(default_factory=list)

    def add(self, error: ValidationError) -> None:
        """Sort in a rule that is broken here."""
        schema: Any = error.schema
        deciding = schema.get("x-deciding", [])
        match error.validator:
            case "additionalProperties":
                self.deciding += deciding
                self.otherwise = schema.get("x-otherwise")
                legal = [*schema["properties"], *deciding]
                for key in self.instance:
                    if key not in schema["properties"]:
                        self.unknown.setdefault(key, []).extend(legal)
            case "required":
                self.deciding += deciding
                for key in schema["required"]:
                    if key not in self.instance:
                        said = schema["properties"].get(key, {}).get("x-expected")
                        self.missing.setdefault(key, f"; expected {said}" if said else "")
            case _:
                self.values.append(error)


def refusals(
    errors: Iterable[ValidationError], keywords: Mapping[str, str], references: Collection[str]
) -> list[Problem]:
    """What is wrong where.

    `keywords` says of each that there is what to do if it is misplaced, and `references` are those
    that lead somewhere.
    """
    places: dict[JsonPath, _Place] = {}
    problems: list[Problem] = []
    for error in errors:
        path: JsonPath = tuple(error.absolute_path)
        if "propertyNames" in error.absolute_schema_path:
            problems.append(_name_problem(path, error))
        else:
            places.setdefault(path, _Place(path, error.instance)).add(error)
    for place in places.values():
        if place.path in CONTAINERS:
            problems += _misnamed(place)
        else:
            has_no_type = (*place.path, "type") in places
            problems += _keyword_problems(place, keywords, has_no_type)
        problems += _value_problems(place.values, references)
    return problems


def _name_problem(path: JsonPath, error: ValidationError) -> Problem:
    name: Any = error.instance
    schema: Any = error.schema
    near = did_you_mean(name, schema.get("x-names", ()))
    return Problem((*path, name), f"expected {schema['x-expected']}{near}", at_key=True)


def _misnamed(place: _Place) -> Iterator[Problem]:
    """The names that are missing, each at another that was meant to be it, if there is one."""
    for name in place.missing:
        about = ((*place.path, name),)
        slip = slip_for(name, place.instance)
        if slip is None or slip in place.missing:
            yield Problem(place.path, f"{name!r} is missing", about=about)
        else:
            message = f"{name!r} is missing, and {slip!r} is here; did you mean {name!r}?"
            yield Problem((*place.path, slip), message, at_key=True, about=about)


def _keyword_problems(
    place: _Place, keywords: Mapping[str, str], has_no_type: bool
) -> Iterator[Problem]:
    """The keywords that are missing or unknown; a misspelled one is both, but one problem."""
    missing = dict(place.missing)
    if len(missing.keys() & set(place.deciding)) > 1:
        del missing["type"]  # which is for a property without the other
    unknown = place.unknown
    if missing and place.deciding and not unknown:
        unknown = {key: list(keywords) for key in place.instance if key not in keywords}
    meant: dict[str, str] = {}
    for key, legal in unknown.items():
        if key not in keywords:
            near = nearest(key, [*missing, *place.deciding]) or nearest(key, legal)
            if near is not None:
                meant[key] = near
    is_misled = any(near in place.deciding for near in meant.values())
    for key in unknown:
        path = (*place.path, key)
        if key in meant:
            message = f"{key!r} is not allowed here; did you mean {meant[key]!r}?"
            yield Problem(path, message, at_key=True)
        elif not is_misled and not has_no_type:
            is_ours = key.startswith("x-")  # which has its place, whatever stands here
            advice = (keywords.get(key) if is_ours else "") or place.otherwise or keywords.get(key)
            message = f"{key!r} is not allowed here" + (f"; {advice}" if advice else "")
            yield Problem(path, message, at_key=True)
    for key, expected in missing.items():
        if key not in meant.values() and not is_misled:
            others = [
                repr(each) for each in place.deciding if each != key and key in place.deciding
            ]
            instead = f", or {alternatives(others)} in its place" if others else ""
            message = f"{key!r} is missing{instead}{expected}"
            yield Problem(place.path, message, about=((*place.path, key),))


def _value_problems(
    errors: list[ValidationError], references: Collection[str]
) -> Iterator[Problem]:
    """What the most telling of the rules says that a value breaks."""
    for rule in _TELLING:
        for error in errors:
            if error.validator == rule:
                for problem in _differences(error):
                    yield _with_reference(problem, error, references)
                return
    for error in errors[:1]:
        if error.validator == "uniqueItems":
            yield from repeated_items(tuple(error.absolute_path), error.instance)
        else:
            yield Problem(tuple(error.absolute_path), expectation(error))


def repeated_items(path: JsonPath, items: Any) -> Iterator[Problem]:
    """A problem at each item that stands in an array already."""
    places = [((*path, index), _whole(each)) for index, each in enumerate(items)]
    yield from repeated(places, "item", json.dumps)


def _whole(value: Any) -> Any:
    """64 for 64.0, which is the same, also in arrays."""
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _with_reference(
    problem: Problem, error: ValidationError, references: Collection[str]
) -> Problem:
    """`problem`, with the reference that was meant by what is none."""
    if error.validator != "pattern" or problem.path[-1] != "$ref":
        return problem
    pattern: Any = error.validator_value
    possible = [each for each in references if re.search(pattern, each)]
    return replace(problem, near=did_you_mean_name(str(error.instance), possible))


def _differences(error: ValidationError) -> Iterator[Problem]:
    """Where a value differs from the one that is expected, or from the nearest of those."""
    path: JsonPath = tuple(error.absolute_path)
    rule: Any = error.validator_value
    options = {json.dumps(each): each for each in ([rule] if error.validator == "const" else rule)}
    found: Any = error.instance
    if type(found) not in (list, dict):
        yield Problem(path, expectation(error))
        return
    if path[-1:] == ("type",) and (other := _other_types(found, options)):
        yield Problem(path, other)
        return
    is_one = error.validator == "const"
    alike = [text for text, each in options.items() if type(each) is type(found)]
    swapped = [text for text in alike if sorted(text) == sorted(json.dumps(found))]
    near = alike if is_one else swapped or get_close_matches(json.dumps(found), alike, n=1)
    inside = list(_inside(path, options[near[0]], found)) if near else []
    if inside:
        yield from inside
        return
    schema: Any = error.schema
    expected = schema.get("x-expected") or alternatives(options)
    meant = f"; did you mean {near[0]}?" if near and not is_one else ""
    yield Problem(path, f"expected {expected}, not {shortened(json.dumps(found))}{meant}")


def _other_types(found: Any, options: Mapping[str, Any]) -> str | None:
    """What is wrong with a list of types: names from elsewhere, or what has no such form."""
    if type(found) is not list or not all(type(each) is str for each in found):
        return None
    meant = json.dumps([_TYPES_ELSEWHERE.get(each, each) for each in found])
    if meant in options and meant != json.dumps(found):
        return (
            f"expected one of JSON Schema's types, not {json.dumps(found)}; did you mean {meant}?"
        )
    if '"array"' in meant and {*json.loads(meant)} - {"array", "null", "number", "integer"}:
        message = "only a number or an integer can stand in the place of a list; write"
        return f'{message} "array", or ["array", "null"]'
    return None


def _inside(path: JsonPath, expected: Any, found: Any) -> Iterator[Problem]:
    """The one member in which `found` differs, or the keys that are misspelled."""
    if type(expected) is dict and type(found) is dict:
        strange = [key for key in found if key not in expected]
        for key in strange:
            if near := nearest(key, [each for each in expected if each not in found]):
                message = f"{key!r} is not allowed here; did you mean {near!r}?"
                yield Problem((*path, key), message, at_key=True)
        keys: list[Any] = [] if strange else [key for key in expected if key in found]
        complete = len(found) == len(expected)
    elif type(expected) is list and type(found) is list:
        keys, complete = list(range(len(found))), len(found) == len(expected)
    else:
        return
    if complete:
        different = [key for key in keys if found[key] != expected[key]]
        for key in different if len(different) == 1 else ():
            here = (*path, key)
            inside = list(_inside(here, expected[key], found[key]))
            said = f"expected {json.dumps(expected[key])}, not {_found(found[key])}"
            yield from inside or [Problem(here, said)]


def _found(value: Any) -> str:
    return shortened(json.dumps(value)) if type(value) in (list, dict) else shown(value)


def expectation(error: ValidationError) -> str:
    """What the failed rule expected, and what stood there."""
    schema: Any = error.schema
    rule: Any = error.validator_value
    instance: Any = error.instance
    found = shown(instance)
    options = _options(error)
    meant = _TYPES_ELSEWHERE.get(str(instance)) if error.path and error.path[-1] == "type" else None
    near = did_you_mean(str(instance), options)
    if meant in options:
        near = f"; did you mean {meant!r}?"
    if error.validator in ("minItems", "maxItems") and "x-expected" in schema:
        found = f"{len(instance)} item{'' if len(instance) == 1 else 's'}"
    if "x-expected" in schema:
        return f"expected {schema['x-expected']}, not {found}{near}"
    match error.validator:
        case "type":
            expected = " or ".join([rule] if type(rule) is str else rule)
        case "const":
            expected = json.dumps(rule)
        case "enum":
            return f"expected {alternatives(map(json.dumps, rule))}, not {found}{near}"
        case "minimum":
            expected = f"a number of at least {rule!r}"
        case "maximum":
            expected = f"a number of at most {rule!r}"
        case "exclusiveMinimum":
            expected = f"a number above {rule!r}"
        case "exclusiveMaximum":
            expected = f"a number below {rule!r}"
        case "multipleOf":
            expected = f"a multiple of {rule!r}"
        case "minLength":
            expected = f"a string of at least {rule} characters"
        case "maxLength":
            expected = f"a string of at most {rule} characters"
        case "minItems":
            items = "item" if rule == 1 else "items"
            return f"expected at least {rule} {items}, not {len(instance)}"
        case "maxItems":
            return f"expected at most {rule} items, not {len(instance)}"
        case "uniqueItems":
            expected = "no item twice"
        case "minProperties":
            return "expected at least one property"
        case "anyOf":
            return f"expected one of the choices in 'anyOf', not {found}"
        case _:
            return error.message
    return f"expected {expected}, not {found}"


def _options(error: ValidationError) -> list[str]:
    """The strings that an `enum` allows."""
    rule: Any = error.validator_value
    return [each for each in rule if type(each) is str] if error.validator == "enum" else []
