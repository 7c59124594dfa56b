"""What a losses schema may say: the dialect."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import create

from ..shared.jsontext import Json, JsonPath, at, object_at
from ..shared.wording import did_you_mean, did_you_mean_name, slip_for
from ..source.locations import DIALECT
from ..source.names import PYTHON_NAME
from ..source.problems import Problem
from ..source.syntax import CARRIED, MAPPING, SCHEMA_KEY, TRAINERS, WEIGHT, is_loss
from .refusals import CONTAINERS, refusals

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
