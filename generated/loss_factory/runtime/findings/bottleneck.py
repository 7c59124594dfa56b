# Generated from templates/runtime/findings/bottleneck.py.
# Do not edit; change it and run: python -m nox -s generate

"""Which bottleneck a model config is for, and what is wrong with how it says that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from ..config.documents import Loaded
from ..model.errors import ConfigProblem
from ..model.records import BottleneckT, ConfigT, Tables, Trainer
from ..text.jsontext import JsonPath, at
from ..text.wording import did_you_mean, listed, shown, slip_for, together

_MODEL: JsonPath = ("model",)
_BOTTLENECK: JsonPath = ("model", "bottleneck")
_BOTTLENECK_TYPE: JsonPath = ("model", "bottleneck", "type")

_NO_TYPE = "no type says which losses apply, so that weights of no use go unnoticed"


def bottleneck_of(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT]
) -> tuple[BottleneckT | None, list[ConfigProblem]]:
    """The bottleneck that a whole model config names, if any, and what is wrong on the way."""
    if not loaded.is_whole_config:
        return None, []
    on_the_way = [_BOTTLENECK_TYPE[:length] for length in range(1, len(_BOTTLENECK_TYPE) + 1)]
    mistakes = [
        loaded.problem(each.path, each.message)
        for each in loaded.document.defects
        if each.path in on_the_way
    ]
    for path in (_MODEL, _BOTTLENECK):
        value = at(loaded.document.value, path)
        if value is not None and not isinstance(value, dict):
            message = f"expected an object or null, not {shown(value)}"
            return None, [*mistakes, loaded.problem(path, message, at_key=False)]
    tag = at(loaded.document.value, _BOTTLENECK_TYPE)
    if tag is None:
        return None, [*mistakes, *_misspelled_type(loaded)]
    if not isinstance(tag, str):
        message = f"expected a bottleneck type, not {shown(tag)}"
    elif tag in tables.config_types:
        return tables.config_types[tag], mistakes
    else:
        message = (
            f"unknown bottleneck type {tag!a}{_known_tags(tables, tag)} Or say with --bottleneck "
            "which of these it trains like"
        )
    return None, [*mistakes, loaded.problem(_BOTTLENECK_TYPE, message, at_key=False)]


def contradicting_labels(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT], bottleneck: BottleneckT
) -> Iterator[ConfigProblem]:
    """Sections with a bottleneck's weights that call it by the tag of another one."""
    for name in sorted(tables.weight_sections):
        label = at(loaded.sections, (name, "type"))
        other = tables.config_types.get(label) if isinstance(label, str) else None
        if other not in (None, bottleneck):
            message = (
                f"{label!r} is the tag of {other.value}, but the bottleneck is {bottleneck.value}; "
                "nothing reads this label"
            )
            yield loaded.problem((*loaded.path, name, "type"), message, at_key=False)


def not_built(
    loaded: Loaded[ConfigT], bottleneck: Enum, trainers: Sequence[Trainer]
) -> Iterator[ConfigProblem]:
    """That some of `trainers` don't have the bottleneck that a model config names."""
    tag = at(loaded.document.value, _BOTTLENECK_TYPE)
    names = [each.name for each in trainers if not each.builds(bottleneck)]
    if names and loaded.is_whole_config and isinstance(tag, str):
        message = f"{together(names)} can't use {shown(tag)} here: there is no such bottleneck"
        yield loaded.problem(_BOTTLENECK_TYPE, message, at_key=False)


def has_no_bottleneck(loaded: Loaded[ConfigT]) -> bool:
    """Whether a whole model config has a model, and that has no bottleneck."""
    model = at(loaded.document.value, _MODEL)
    return loaded.is_whole_config and isinstance(model, dict) and model.get("bottleneck") is None


def _misspelled_type(loaded: Loaded[ConfigT]) -> Iterator[ConfigProblem]:
    bottleneck = at(loaded.document.value, _BOTTLENECK)
    if isinstance(bottleneck, dict) and "type" not in bottleneck:
        slip = slip_for("type", bottleneck)
        if slip is not None:
            message = f"unknown key {slip!a}; did you mean 'type'?"
            yield loaded.problem((*_BOTTLENECK, slip), message)


def _known_tags(tables: Tables[ConfigT, BottleneckT], tag: str) -> str:
    kind = tables.class_names.get(tag)
    if kind is not None:
        of_class = [each for each, other in tables.config_types.items() if other is kind]
        return f"; did you mean {of_class[0]!r}?"
    return did_you_mean(tag, tables.config_types) or f"; known are {listed(tables.config_types)}."


def without_a_bottleneck(
    tables: Tables[ConfigT, BottleneckT], loaded: Loaded[ConfigT]
) -> Iterator[ConfigProblem]:
    """What is of no use, or can't be checked, because a model config doesn't say its bottleneck."""
    match at(loaded.document.value, _MODEL):
        case dict() as model if model.get("bottleneck") is None:
            for name in sorted(tables.weight_sections & loaded.sections.keys()):
                message = f"nothing reads {name!r}: the model has no bottleneck"
                yield loaded.problem((*loaded.path, name), message)
        case {"bottleneck": {"type": None}}:
            yield loaded.problem(_BOTTLENECK_TYPE, _NO_TYPE)
        case {"bottleneck": dict() as bottleneck} if "type" not in bottleneck:
            if not list(_misspelled_type(loaded)):
                yield loaded.problem(_BOTTLENECK, _NO_TYPE)
        case _:
            pass
