"""What a losses schema may say: the dialect, and defaults and examples that keep their rules."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import create
from referencing.exceptions import Unresolvable

from .data import DIALECT
from .document import is_loss, losses, owners
from .problems import Problem
from .shared.jsontext import JsonPath
from .shared.wording import alternatives, did_you_mean, shown


def dialect_problems(schema: object) -> list[Problem]:
    """Where `schema` says what the dialect does not allow."""
    if misnamed := list(_misnamed_losses(schema)):
        return misnamed  # which, as other objects, would have mistakes that nobody made
    errors = dialect_errors(schema)
    return list(dict.fromkeys(problem for error in errors for problem in _translated(error)))


def _misnamed_losses(schema: object) -> Iterator[Problem]:
    match schema:
        case {"$defs": dict() as definitions}:
            for name, definition in definitions.items():
                if _is_like_a_loss(definition) and name != "ValueLossConfig" and not is_loss(name):
                    message = "the name of a loss ends in 'Loss'"
                    yield Problem(("$defs", name), message, at_key=True)


def _is_like_a_loss(definition: object) -> bool:
    match definition:
        case {"properties": {"key": _, "name": _, "weight": _, **others}}:
            return not others
        case _:
            return False


def dialect_errors(schema: Any) -> list[ValidationError]:
    """The rules of the dialect that `schema` breaks."""
    return list(_dialect().iter_errors(schema))


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


def _with_patterns_for_python(subschema: dict[str, Any]) -> dict[str, Any]:
    """Python's `$` also matches before a final line end, which JSON Schema's does not."""
    if "pattern" in subschema:
        subschema["pattern"] = re.sub(r"\$$", r"\\Z", subschema["pattern"])
    return subschema


def value_problems(schema: Any) -> list[Problem]:
    """Where `schema`, which keeps to the dialect, contradicts itself.

    A default and each example has to be valid under the subschema that it stands in.
    """
    problems = [
        problem
        for owner in owners(schema)
        for name, subschema in owner.subschema["properties"].items()
        for problem in _value_problems(
            (*owner.path, "properties", name), subschema, schema["$defs"]
        )
    ]
    return [*problems, *_loss_problems(schema)]


def _value_problems(path: JsonPath, subschema: Any, definitions: Any) -> Iterator[Problem]:
    validator = Draft202012Validator({"$defs": definitions, **subschema})
    values: list[tuple[JsonPath, Any]] = []
    if "default" in subschema:
        values.append(((*path, "default"), subschema["default"]))
    for index, example in enumerate(subschema.get("examples", ())):
        values.append(((*path, "examples", index), example))
    for place, value in values:
        try:
            error = best_match(validator.iter_errors(value))
        except Unresolvable:
            return  # which reference dangles is for the next stage to say
        if error is not None:
            message = f"not valid under its own subschema: {_expectation(error)}"
            yield Problem((*place, *error.absolute_path), message)
        elif "integer" in subschema.get("type", ()) and type(value) is float:
            yield Problem(place, f"expected an integer without a fraction, not {shown(value)}")


def _loss_problems(schema: Any) -> Iterator[Problem]:
    """Keys and names of losses that ValueLossConfig does not take."""
    rules = schema["$defs"]["ValueLossConfig"]["properties"]
    for name, definition in losses(schema).items():
        for part in ("key", "name"):
            value = definition["properties"][part]["const"]
            error = best_match(Draft202012Validator(rules[part]).iter_errors(value))
            if error is not None:
                message = f"not valid under ValueLossConfig: {_expectation(error)}"
                about = (("$defs", "ValueLossConfig", "properties", part),)
                yield Problem(("$defs", name, "properties", part, "const"), message, about=about)


def _translated(error: ValidationError) -> Iterator[Problem]:
    path: JsonPath = tuple(error.absolute_path)
    instance: Any = error.instance
    schema: Any = error.schema
    if "propertyNames" in error.absolute_schema_path:
        yield Problem((*path, instance), f"expected {schema['x-expected']}", at_key=True)
    elif error.validator == "additionalProperties":
        legal = schema["properties"]
        for key in instance:
            if key not in legal:
                message = f"{key!r} is not allowed here{did_you_mean(key, legal)}"
                yield Problem((*path, key), message, at_key=True)
    elif error.validator == "required":
        for key in schema["required"]:
            if key not in instance:
                expected = schema.get("properties", {}).get(key, {}).get("x-expected")
                message = f"{key!r} is missing" + (f"; expected {expected}" if expected else "")
                yield Problem(path, message, about=((*path, key),))
    else:
        yield Problem(path, _expectation(error))


def _expectation(error: ValidationError) -> str:
    """What the failed rule expected, and what stood there."""
    schema: Any = error.schema
    rule: Any = error.validator_value
    instance: Any = error.instance
    found = shown(instance)
    near = did_you_mean(str(instance), _options(error))
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
        case "minLength":
            expected = f"a string of at least {rule} characters"
        case "maxLength":
            expected = f"a string of at most {rule} characters"
        case "minItems":
            return f"expected at least {rule} items, not {len(instance)}"
        case "maxItems":
            return f"expected at most {rule} items, not {len(instance)}"
        case "minProperties":
            return "expected at least one property"
        case "anyOf":
            return f"expected one of the choices in 'anyOf', not {found}"
        case "uniqueItems":
            return "expected each item once"
        case _:
            return error.message
    return f"expected {expected}, not {found}"


def _options(error: ValidationError) -> list[str]:
    """The strings that an `enum` allows."""
    rule: Any = error.validator_value
    return [each for each in rule if type(each) is str] if error.validator == "enum" else []
