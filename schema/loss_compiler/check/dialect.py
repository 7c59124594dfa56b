"""What a losses schema may say: the dialect, and defaults and examples that keep their rules."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import create
from referencing.exceptions import Unresolvable

from ..shared.jsontext import JsonPath
from ..shared.wording import shown
from ..source.document import MAPPING, TRAINERS, at, is_loss, losses, owners
from ..source.locations import DIALECT
from ..source.problems import Problem
from .bounds import bound_problems
from .refusals import CONTAINERS, expectation, refusals
from .spelling import did_you_mean_name


def dialect_problems(schema: object) -> list[Problem]:
    """Where `schema` says what the dialect does not allow."""
    problems = refusals(dialect_errors(schema), _keywords(), list(_targets(schema)))
    problems += _misnamed_losses(schema, [each.path for each in problems if each.at_key])
    # What stands below a wrong name, or refers to it, is judged by wrong rules.
    misnamed = [each.path for each in problems if each.at_key and each.path[:-1] in CONTAINERS]
    references = [f"#/$defs/{name}" for _, name in misnamed]
    return [
        each
        for each in dict.fromkeys(problems)
        if not (each.path[:2] in misnamed and (each.path[2:] or not each.at_key))
        and at(schema, each.path) not in references
    ]


def _targets(schema: object) -> Iterator[str]:
    """What a `$ref` can say: each definition, and each of its properties."""
    match at(schema, ("$defs",)):
        case dict() as definitions:
            for name, definition in definitions.items():
                yield f"#/$defs/{name}"
                match at(definition, ("properties",)):
                    case dict() as properties:
                        yield from (f"#/$defs/{name}/properties/{each}" for each in properties)


def _misnamed_losses(schema: object, known: Collection[JsonPath]) -> Iterator[Problem]:
    match schema:
        case {"$defs": dict() as definitions}:
            for name, definition in definitions.items():
                path = ("$defs", name)
                if path in known or name == "ValueLossConfig":
                    pass
                elif is_loss(name) and _is_like_an_object(definition):
                    message = f"only the name of a loss ends in 'Loss'; write '{name}Config'"
                    yield Problem(path, message, at_key=True)
                elif not is_loss(name) and _is_like_a_loss(definition):
                    near = did_you_mean_name(name, _absent_losses(schema))
                    yield Problem(path, f"the name of a loss ends in 'Loss'{near}", at_key=True)


def _absent_losses(schema: object) -> set[str]:
    """The losses that LossMapping names and nothing defines."""
    definitions = at(schema, ("$defs",))
    text = json.dumps(at(schema, MAPPING))
    return {name for name in re.findall(r'"#/\$defs/(\w+)"', text) if name not in definitions}


def _is_like_a_loss(definition: object) -> bool:
    match definition:
        case {"allOf": _, "properties": _}:
            return True
        case {"properties": {"key": _, "name": _, "weight": _, **others}}:
            return not others
        case _:
            return False


def _is_like_an_object(definition: object) -> bool:
    match definition:
        case {"properties": dict(properties)}:
            said = {"anyOf", "default", "description", "type"}
            return any(type(each) is dict and each.keys() & said for each in properties.values())
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


def value_problems(schema: Any) -> list[Problem]:
    """Where `schema`, which keeps to the dialect, contradicts itself.

    A default, an example or a value that a trainer refuses has to be valid under its own subschema.
    """
    problems: list[Problem] = []
    for owner in owners(schema):
        for name, subschema in owner.subschema["properties"].items():
            path = (*owner.path, "properties", name)
            bounds = list(bound_problems(path, subschema))
            problems += bounds or _value_problems(path, subschema, schema["$defs"])
    return [*problems, *_loss_problems(schema)]


def _value_problems(path: JsonPath, subschema: Any, definitions: Any) -> Iterator[Problem]:
    validator = Draft202012Validator({"$defs": definitions, **subschema})
    values: list[tuple[JsonPath, Any]] = []
    if "default" in subschema:
        values.append(((*path, "default"), subschema["default"]))
    for index, example in enumerate(subschema.get("examples", ())):
        values.append(((*path, "examples", index), example))
    for trainer, notes in subschema.get(TRAINERS, {}).items():
        for index, refused in enumerate(notes.get("refuses", ())):
            if refused is not None:  # which is the same as nothing, which all may refuse
                values.append(((*path, TRAINERS, trainer, "refuses", index), refused))
    for place, value in values:
        try:
            error = best_match(validator.iter_errors(value))
        except Unresolvable:
            return  # which reference dangles is for the next stage to say
        if error is not None:
            message = f"not valid under its own subschema: {expectation(error)}"
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
                message = f"not valid under ValueLossConfig: {expectation(error)}"
                about = (("$defs", "ValueLossConfig", "properties", part),)
                yield Problem(("$defs", name, "properties", part, "const"), message, about=about)
