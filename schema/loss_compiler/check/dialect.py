"""What a losses schema may say: the dialect, and defaults and examples that keep their rules."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import create
from referencing.exceptions import Unresolvable

from ..shared.jsontext import Json, JsonPath, at, object_at
from ..shared.wording import did_you_mean, did_you_mean_name, shown, slip_for
from ..source.locations import DIALECT
from ..source.names import PYTHON_NAME
from ..source.problems import Problem
from ..source.syntax import (
    ABSENT,
    CARRIED,
    MAPPING,
    SCHEMA_KEY,
    TRAINERS,
    WEIGHT,
    Array,
    ClosedObject,
    Kind,
    LossesSchema,
    Map,
    OneOrList,
    Plain,
    Property,
    is_comment,
    is_loss,
)
from .bounds import bound_problems
from .refusals import CONTAINERS, expectation, refusals

_FIELD = re.compile("[a-z][a-z0-9_]*")
_FIELD_IN_WORDS = "a name of lower-case ASCII letters, digits and '_' that begins with a letter"


def dialect_problems(document: Json) -> list[Problem]:
    """Where `document` says what the dialect does not allow."""
    problems = refusals(dialect_errors(document), _keywords(), list(_targets(document)))
    problems += _names_for_no_field(document, [each.path for each in problems])
    problems += _misnamed_losses(document, [each.path for each in problems if each.at_key])
    problems += _misnamed_weight(document)
    # What stands below a wrong name, or refers to it, is judged by wrong rules.
    misnamed = [each.path for each in problems if each.at_key and each.path[:-1] in CONTAINERS]
    references = [f"#/$defs/{name}" for _, name in misnamed]
    return [
        each
        for each in dict.fromkeys(problems)
        if not (each.path[:2] in misnamed and (each.path[2:] or not each.at_key))
        and at(document, each.path) not in references
    ]


def _targets(document: Json) -> Iterator[str]:
    """What a `$ref` can say: each definition, and each of its properties."""
    for name, definition in object_at(document, ("$defs",)).items():
        yield f"#/$defs/{name}"
        for each in object_at(definition, ("properties",)):
            yield f"#/$defs/{name}/properties/{each.replace('/', '~1')}"


def _names_for_no_field(document: Json, known: Collection[JsonPath]) -> Iterator[Problem]:
    """Properties whose name no field of a class can have, and that have no other one for Python."""
    definitions = object_at(document, ("$defs",))
    named = [name for name in definitions if name != CARRIED and not is_loss(name)]
    owners: list[JsonPath] = [(), *(("$defs", name) for name in named)]
    for owner in owners:  # grows while it is read
        for key, said in object_at(document, (*owner, "properties")).items():
            path = (*owner, "properties", key)
            owners += [path] if "properties" in object_at(said, ()) else []
            has_name = (
                key == SCHEMA_KEY or _FIELD.fullmatch(key) or PYTHON_NAME in object_at(said, ())
            )
            if not has_name and not any(each[: len(path)] == path for each in known):
                near = did_you_mean(key, [SCHEMA_KEY])
                message = f"expected {_FIELD_IN_WORDS}, or such a name in {PYTHON_NAME!r}"
                yield Problem(path, message, at_key=True, near=near)


def _misnamed_losses(document: Json, known: Collection[JsonPath]) -> Iterator[Problem]:
    for name, definition in object_at(document, ("$defs",)).items():
        path = ("$defs", name)
        if path in known or name == "ValueLossConfig":
            continue
        if is_loss(name) and _is_like_an_object(definition):
            message = f"only the name of a loss ends in 'Loss'; write '{name}Config'"
            yield Problem(path, message, at_key=True)
        elif not is_loss(name) and _is_like_a_loss(definition):
            near = did_you_mean_name(name, _absent_losses(document))
            yield Problem(path, f"the name of a loss ends in 'Loss'{near}", at_key=True)


def _absent_losses(document: Json) -> set[str]:
    """The losses that LossMapping or an objective names and nothing defines."""
    text = json.dumps(at(document, MAPPING))
    named = set(re.findall(r'"#/\$defs/(\w+)"', text))
    for trainer in object_at(document, (TRAINERS,)).values():
        for turn in object_at(trainer, ("objective",)).values():
            named |= object_at(turn, ()).keys() - {CARRIED}
    return named - object_at(document, ("$defs",)).keys()


def _misnamed_weight(document: Json) -> Iterator[Problem]:
    """What is called almost like the definition of weights, if that is missing."""
    definitions = object_at(document, ("$defs",))
    values = [name for name, each in definitions.items() if not object_at(each, ("properties",))]
    slip = slip_for(WEIGHT, values)
    if WEIGHT not in definitions and slip is not None:
        message = f"{WEIGHT!r} is missing, and {slip!r} is here; did you mean {WEIGHT!r}?"
        yield Problem(("$defs", slip), message, at_key=True, about=(("$defs", WEIGHT),))


def _is_like_a_loss(definition: Json) -> bool:
    if at(definition, ("x-term",)) is not None:
        return True
    properties = object_at(definition, ("properties",))
    of_a_loss = {"key", "name", "weight"}
    has_base = (
        at(definition, ("allOf",)) is not None and at(definition, ("properties",)) is not None
    )
    return has_base or properties.keys() == of_a_loss


def _is_like_an_object(definition: Json) -> bool:
    said = {"anyOf", "default", "description", "type"}
    properties = object_at(definition, ("properties",)).values()
    return any(isinstance(each, dict) and each.keys() & said for each in properties)


def dialect_errors(document: Json) -> list[ValidationError]:
    """The rules of the dialect that `document` breaks."""
    return list(_dialect().iter_errors(document))


@functools.cache
def _dialect() -> Validator:
    text = DIALECT.read_text(encoding="utf-8")
    dialect = json.loads(text, object_hook=_with_patterns_for_python)
    definitions = {f"#/$defs/{name}": each for name, each in dialect["$defs"].items()}

    def referred(
        validator: Any, reference: str, instance: object, _: object
    ) -> Iterator[ValidationError]:
        yield from validator.descend(instance, definitions[reference])

    # The dialect refers to its own definitions only, thousands of times for each schema.
    standard = Draft202012Validator
    rules = {**standard.VALIDATORS, "$ref": referred}
    return create(standard.META_SCHEMA, rules, type_checker=standard.TYPE_CHECKER)(dialect)


def _keywords() -> dict[str, str]:
    """The keywords that people know from somewhere, and what to do if one is out of place."""
    schema: Any = _dialect().schema
    keywords: dict[str, str] = schema["x-keywords"]
    return keywords


def _with_patterns_for_python(subschema: dict[str, Any]) -> dict[str, Any]:
    """Python's `$` also matches before a final line end, which JSON Schema's does not."""
    if "pattern" in subschema:
        subschema["pattern"] = re.sub(r"\$$", r"\\Z", subschema["pattern"])
    return subschema


def value_problems(document: Json, schema: LossesSchema) -> list[Problem]:
    """Where a schema, which keeps to the dialect, contradicts itself.

    A default, an example or a value that trainers are said to refuse, to fail on or to take where
    nothing is written has to be valid under its own subschema.
    """
    definitions = object_at(document, ("$defs",))
    problems: list[Problem] = []
    for owner in schema.objects.values():
        for each in owner.properties.values():
            bounds = list(bound_problems(each))
            values = [*_values(each), *_values_in_notes(owner, each.key)]
            subschema = object_at(document, each.path)
            problems += bounds or _value_problems(each, values, subschema, definitions)
    return [*problems, *_loss_problems(schema, definitions)]


def _value_problems(
    of: Property,
    values: Iterable[tuple[JsonPath, Json]],
    subschema: dict[str, Json],
    definitions: dict[str, Json],
) -> Iterator[Problem]:
    validator = Draft202012Validator({"$defs": definitions, **subschema})
    for place, value in values:
        try:
            error = best_match(validator.iter_errors(value))
        except Unresolvable:
            return  # which reference dangles is for the next stage to say
        if error is not None:
            message = f"not valid under its own subschema: {expectation(error)}"
            yield Problem((*place, *error.absolute_path), message)
        else:
            yield from _with_fractions(place, value, of.kind)


def _with_fractions(place: JsonPath, value: Json, kind: Kind) -> Iterator[Problem]:
    match kind, value:
        case Array(items), list():
            for index, each in enumerate(value):
                yield from _with_fractions((*place, index), each, items.kind)
        case Map(items), dict():
            for key, each in value.items():
                if not is_comment(key):
                    yield from _with_fractions((*place, key), each, items.kind)
        case OneOrList(one, many), _:
            of = many if isinstance(value, list) else one
            yield from _with_fractions(place, value, of.kind)
        case Plain("integer"), float():
            yield Problem(place, f"expected an integer without a fraction, not {shown(value)}")
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
