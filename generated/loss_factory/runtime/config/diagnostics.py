# Generated from templates/runtime/config/diagnostics.py.
# Do not edit; change it and run: python -m nox -s generate

"""Pydantic's validation errors as a config author needs them."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple, TypeAlias, cast

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..model.dependent_keys import MISSING_BESIDE
from ..model.float32 import ZERO_IN_FLOAT32
from ..model.kinds import REPEATED_ITEM
from ..model.plain import Mistake
from ..model.records import Trainer
from ..model.shape import (
    SCHEDULE,
    Choices,
    choices_of,
    fields_of,
    holds_schedules,
    parts_of,
    strings_of,
    takes_one_or_list,
)
from ..text.jsontext import Json, JsonPath
from ..text.wording import (
    MOST_TOLD,
    alternatives,
    did_you_mean_name,
    listed,
    shown,
    shown_pointer,
    slip_for,
    slips_for,
    together,
)
from .hints import Hint, Unknown, hint_for
from .model_config import AROUND_LOSS_CONFIGS
from .paths import Place, homes_of, place_of

_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": "an object",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_from_float": "an integer",
    "int_type": "an integer",
    "list_type": "an array",
    "model_attributes_type": "an object",
    "model_type": "an object",
    "string_type": "a string",
}
_EXPECTED_WITH_LIMIT = {
    "greater_than": ("a number above {}", "gt"),
    "greater_than_equal": ("a number of at least {}", "ge"),
    "less_than": ("a number below {}", "lt"),
    "less_than_equal": ("a number of at most {}", "le"),
    "multiple_of": ("a multiple of {}", "multiple_of"),
    "literal_error": ("{}", "expected"),
    "string_too_long": ("a string of at most {} characters", "max_length"),
    "string_too_short": ("a string of at least {} characters", "min_length"),
}
_EXPECTED_LENGTH = {"too_long": ("at most", "max_length"), "too_short": ("at least", "min_length")}
_NO_NUMBER = ("float_type", "int_type", "int_from_float")
_UNKNOWN = "extra_forbidden"
_WRONG_TAG = ("union_tag_invalid", "union_tag_not_found")
_MOST_TRIED = 10
"""Objects that one of a wrong tag is tried as; few mistakes are common to more."""

_Where: TypeAlias = tuple[JsonPath, bool]
"""The path to a mistake, and whether it is at the key."""


class Context(NamedTuple):
    """What messages refer to beside the config itself."""

    config: type[BaseModel]
    """The class of loss configs."""

    sections: Mapping[str, object]
    """The config that is wrong."""

    trainers: tuple[Trainer, ...]
    """The trainers that will read it."""

    base: JsonPath
    """The path to the config in its document."""

    skip_section: str
    """How to say that a section is the trainer's; `{}` stands for its name."""

    remark: Callable[[JsonPath, object, bool], str]
    """What else to say of a value that is wrong, such as how to write it in YAML."""


def explain(error: ValidationError, context: Context) -> Iterator[Mistake]:
    """Every mistake that `error` holds, and what else is wrong beside the wrong tags among them.

    Beside those of objects in such an object it is not looked at: each way through the tags would
    be a guess. Nor is it where there are more mistakes than are told. If the whole is what holds a
    loss config, this is the only unknown section that is told.
    """
    found = list(_located(error, ()))
    unknown = [at for at, details in found if len(at) == 1 and details["type"] == _UNKNOWN]
    around = next((at for at in unknown if at[0] in AROUND_LOSS_CONFIGS), None)
    untold = {at for at in unknown if around is not None and at != around}
    told = (each for each in found if each[0] not in untold)
    for number, (location, details) in enumerate(told):
        yield _explained(location, details, context)
        if details["type"] in _WRONG_TAG and number < MOST_TOLD:
            yield from _beside_the_tag(location, details["input"], context)


def _located(error: ValidationError, above: JsonPath) -> Iterator[tuple[JsonPath, ErrorDetails]]:
    """What Pydantic says of what it found at the location `above`, and where it found it."""
    for details in error.errors(include_url=False, include_context=True):
        yield (*above, *details["loc"]), details


def _explained(location: JsonPath, details: ErrorDetails, context: Context) -> Mistake:
    place = place_of(context.config, location)
    kind = details["type"]
    if kind == _UNKNOWN:
        return Mistake(place.path, partial(_unknown_key, place, context), at_key=True)
    if kind == MISSING_BESIDE:
        return Mistake(place.path, details["msg"], at_key=True)
    if kind == "missing":
        return Mistake(place.path, partial(_missing, place.field))
    if kind in _WRONG_TAG:
        choices = _choices_at(place)
        if kind == "union_tag_not_found" and _is_weight(place):
            message = partial(_no_schedule, choices, place.field, details["input"])
            return Mistake(place.path, message)
        path = (*place.path, choices.tag)
        return Mistake(path, partial(_wrong_tag, choices, path, details["input"], context))
    if kind == REPEATED_ITEM:
        index, first = (details.get("ctx", {})[each] for each in ("index", "first"))
        item = details["input"][index]
        message = partial(_repeated, item, (*context.base, *place.path, first))
        return Mistake((*place.path, index), message)
    message = partial(_unexpected, details, place, context)
    return Mistake(place.path, message)


def _choices_at(place: Place) -> Choices:
    choices = choices_of(place.field)
    assert choices is not None
    return choices


def _is_weight(place: Place) -> bool:
    return place.field is not None and holds_schedules(place.field)


def _wrong_tag(choices: Choices, path: JsonPath, found: object, context: Context) -> str:
    expected = alternatives([repr(each) for each in choices.models])
    if not isinstance(found, dict) or choices.tag not in found:
        return f"missing; expected {expected}"
    value = cast("dict[str, object]", found)[choices.tag]
    near = did_you_mean_name(value, choices.models) if isinstance(value, str) else ""
    return f"expected {expected}, not {shown(value)}{near or context.remark(path, value, True)}"


def _beside_the_tag(location: JsonPath, found: object, context: Context) -> Iterator[Mistake]:
    """What else is wrong with an object whose tag is: with the tag that was meant, or with any."""
    if not isinstance(found, dict):
        return
    place = place_of(context.config, location)
    choices = _choices_at(place)
    members = cast("dict[str, object]", found)
    if choices.tag not in members and _is_weight(place):
        return  # it was meant to be something else, such as the schedule of another trainer
    meant = slip_for(str(members.get(choices.tag, "")), choices.models)
    tags = [*choices.models] if meant is None else [meant]
    if len(tags) > _MOST_TRIED:
        return
    common: dict[_Where, Mistake] | None = None
    for tag in tags:
        model, tagged = choices.models[tag], {**members, choices.tag: tag}
        found_here = _mistakes_of(model, tagged, (*location, tag), context)
        mistakes = {(each.path, each.at_key): each for each in found_here}
        common = mistakes if common is None else dict(_in_common(common, mistakes))
    yield from (common or {}).values()


def _in_common(
    some: dict[_Where, Mistake], others: dict[_Where, Mistake]
) -> Iterator[tuple[_Where, Mistake]]:
    """The mistakes that are both in `some` and in `others`, by where they are.

    They are the same if their messages are; of so many that few are told, it is not looked at.
    """
    for number, (place, mistake) in enumerate(some.items()):
        other = others.get(place)
        if other is not None and (number >= MOST_TOLD or other.told == mistake.told):
            yield place, mistake


def _mistakes_of(
    model: type[BaseModel], members: dict[str, object], location: JsonPath, context: Context
) -> Iterator[Mistake]:
    try:
        model.model_validate(members)
    except ValidationError as error:
        for place, details in _located(error, location):
            yield _explained(place, details, context)


def _repeated(item: object, first: JsonPath) -> str:
    said = "" if isinstance(item, list) else f", {shown(item)}"
    return f"the same as {shown_pointer(first)}{said}; expected no item twice"


def _unexpected(details: ErrorDetails, place: Place, context: Context) -> str:
    field, kind, found = place.field, details["type"], details["input"]
    if kind in _EXPECTED_WITH_LIMIT:
        text, name = _EXPECTED_WITH_LIMIT[kind]
        limit = details.get("ctx", {})[name]
        expected = text.format(str(limit).removesuffix(".0"))
        if limit == ZERO_IN_FLOAT32:
            expected = "a number above 0, also in float32"
    elif kind in _EXPECTED_LENGTH:
        return _wrong_length(details)
    elif kind == "float_type" and type(found) is int:
        expected = "a number that fits into a float"
    elif kind in _EXPECTED:
        expected = _EXPECTED[kind]
    elif kind == "value_error":
        return details["msg"].removeprefix("Value error, ")
    else:
        return details["msg"]
    if field is None:
        return f"expected {expected}, not {shown(found)}"
    if not place.is_inside:
        expected = _with_other_forms(expected, kind, field)
    is_word = type(found) is str and kind != "list_type"  # one word is no list of words
    near = did_you_mean_name(str(found), strings_of(field)) if is_word else ""
    takes_text = kind == "string_type" or strings_of(field) != []
    remark = near or context.remark(place.path, found, takes_text)
    return f"expected {expected}, not {shown(found)}{remark}"


def _with_other_forms(expected: str, kind: str, field: FieldInfo) -> str:
    """What is expected, and what else may stand there: a list in place of a number, null."""
    null = ["null"] if _may_be_null(field) else []
    if kind in _NO_NUMBER and takes_one_or_list(field):
        return alternatives([expected, f"a list of {expected.partition(' ')[2]}s", *null])
    return " or ".join([expected, *null])


def _wrong_length(details: ErrorDetails) -> str:
    text, name = _EXPECTED_LENGTH[details["type"]]
    said = details.get("ctx", {})
    limit, length = said[name], said["actual_length"]
    return f"expected {text} {limit} item{'' if limit == 1 else 's'}, not {length or 'none'}"


def _no_schedule(choices: Choices, field: FieldInfo | None, found: object) -> str:
    tag = choices.tag
    for key, value in cast("dict[object, object]", found).items():
        if isinstance(value, str) and value in choices.models:
            return f"expected {tag!r}, not {key!a}, as the key that says {value!r}"
    kinds = alternatives([repr(each) for each in choices.models])
    null = " or null" if field is not None and _may_be_null(field) else ""
    return f"expected a number{null}, or a schedule, whose key {tag!r} is {kinds}"


def _may_be_null(field: FieldInfo) -> bool:
    return types.NoneType in parts_of(field.annotation)


def _missing(field: FieldInfo | None) -> str:
    choices = [] if field is None else strings_of(field)
    expected = f"; expected {alternatives([repr(each) for each in choices])}" if choices else ""
    return f"missing{expected}"


def _unknown_key(place: Place, context: Context) -> str:
    *above, key = place.path
    if not above:
        return _unknown_section(str(key), context)
    own = {name for model in place.models for name in fields_of(model)}
    passed = _passed(place, context)
    meant = slips_for(str(key), [*own, *passed])
    if meant and passed.keys() >= {*meant}:
        fails = "the trainer passes it itself, and fails if it is written"
        return f"unknown key {key!a}; leave it out: {fails} ({together(passed[meant[0]])})"
    sections = cast("Json", context.sections)
    unknown = Unknown(place, sections, context.config, frozenset(passed))
    hint = hint_for(unknown)
    if hint.written is not None:
        return f"unknown key {key!a}; it means {hint.written!r}, which is written besides"
    if hint.paths:
        return f"unknown key {key!a}{_where(hint, tuple(above), context.base)}"
    every_home = homes_of(context.config, str(key))
    if key == SCHEDULE and not every_home:
        return f"unknown key {key!a}; a schedule stands in the place of a weight's number"
    if others := [each.choice for each in every_home if each.path == place.path and each.choice]:
        values = alternatives([repr(each.value) for each in others])
        return f"unknown key {key!a}; it belongs to {others[0].tag} {values}"
    return f"unknown key {key!a}; expected {listed(sorted(each.key for each in unknown.own))}"


def _where(hint: Hint, above: JsonPath, base: JsonPath) -> str:
    """The keys of the same object, or the places, that an unknown key may have been meant for."""
    if all(each[:-1] == above for each in hint.paths):
        return f"; did you mean {alternatives([repr(each[-1]) for each in hint.paths])}?"
    return f"; it belongs at {_pointers(hint.paths, base)}"


def _passed(place: Place, context: Context) -> dict[str, list[str]]:
    """The arguments that trainers pass beside those of this object, and which trainers."""
    passed: dict[str, list[str]] = {}
    for trainer in context.trainers:
        for model in place.models:
            for name in trainer.passes.get(model.__name__, ()):
                passed.setdefault(name, []).append(trainer.name)
    return passed


def _unknown_section(key: str, context: Context) -> str:
    if key in AROUND_LOSS_CONFIGS:
        return (
            f"unknown section {key!a}; expected the loss_configs object itself, not what holds it "
            "(load_config takes whole model configs)"
        )
    legal = fields_of(context.config).keys()
    place = Place((key,), [context.config], None, None)
    hint = hint_for(Unknown(place, cast("Json", context.sections), context.config))
    slips = slips_for(key, [*AROUND_LOSS_CONFIGS, *legal])
    if not AROUND_LOSS_CONFIGS.isdisjoint(slips):
        advice = f"; did you mean {alternatives([repr(each) for each in sorted(slips)])}? Or"
    elif hint.written is not None:
        advice = f"; it means {hint.written!r}, which is written besides; or"
    elif hint.paths:
        advice = _where(hint, (), context.base)
        advice += " Or" if advice.endswith("?") else "; or"
    else:
        advice = f"; expected {listed(sorted(legal - {'$schema'}))}; or"
    skip = context.skip_section.format(ascii(key))
    return f"unknown section {key!a}{advice} {skip} if the trainer reads it itself"


def _pointers(paths: list[JsonPath], base: JsonPath) -> str:
    return " or ".join(shown_pointer((*base, *path)) for path in paths)
