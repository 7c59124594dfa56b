"""Configs that a schema accepts: what a released version has to be able to read for ever.

Run as a script, it writes them for each released schema that has none yet.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TypeAlias

from jsonschema import Draft202012Validator

from loss_compiler.meaning.analyse import analyse
from loss_compiler.meaning.ir import Field, Model, Schema
from loss_compiler.overlay.layers import read_layers
from loss_compiler.source.syntax import Array, Kind, Map, Objects, OneOrList, Plain, Values

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schema" / "released"
CONFIGS = ROOT / "tests" / "package" / "released"
WHOLE = CONFIGS / "whole.jsonl"
"""Configs as people write them."""

_ARGUMENTS: Json = {"sizes": [1, -2.5], "name": "x", "on": True, "off": None, "more": {"a": [{}]}}
_LONGEST = 200
_LONG = 4
"""Items of a list that is longer than most, and than most limits."""


def corpus(schema: Path) -> str:
    """A line that says which schema it is, and one for each config that it accepts."""
    layers = read_layers(schema)
    ir = analyse(layers.syntax)
    digest = hashlib.sha256(layers.text.encode()).hexdigest()
    lines = [_line({"released": ir.version, "sha256": digest}), *map(_line, configs(ir))]
    validator = Draft202012Validator(layers.document)
    for line in WHOLE.read_text(encoding="utf-8").splitlines():
        if validator.is_valid(json.loads(line)):
            lines.append(line)
    return "".join(f"{line}\n" for line in dict.fromkeys(lines))


def configs(schema: Schema) -> Iterator[Json]:
    """Every key with both ends of its range, each of its choices, null, empty objects and so on."""
    models = {model.name: model for model in schema.models}
    yield {}
    yield from _keys(_Place((), ()), schema.models[0], models)


@dataclass(frozen=True)
class _Place:
    """An object in a config: the keys on the way, an empty one into an array; what is beside it."""

    keys: tuple[str, ...]
    beside: tuple[Mapping[str, Json], ...]

    def below(self, beside: Mapping[str, Json], *keys: str) -> _Place:
        more = (beside, *({} for _ in keys[1:]))
        return _Place((*self.keys, *keys), (*self.beside, *more))

    def config(self, value: Json) -> Json:
        """A config with `value` here."""
        for key, beside in zip(reversed(self.keys), reversed(self.beside), strict=True):
            value = {**beside, key: value} if key else [value]
        return value


def _keys(place: _Place, model: Model, models: Mapping[str, Model]) -> Iterator[Json]:
    for field in model.fields:
        least = _least(model, models, {field.key})
        here = place.below(least, field.key)
        for value in _values(field, models):
            yield here.config(value)
        for arrays, name in _classes(field.kind, models):
            there = place.below(least, field.key, *arrays)
            yield from _keys(there, models[name], models)


def _least(
    model: Model, models: Mapping[str, Model], keys: AbstractSet[str] = frozenset()
) -> dict[str, Json]:
    """As little as an object can have, and what some `keys` need beside them."""
    needed = list(keys)
    for key in needed:  # grows while it is read
        needed += [each for each in model.needs.get(key, ()) if each not in needed]
    return {
        field.key: next(value for value in _values(field, models) if value is not None)
        for field in model.fields
        if field.required or field.key in needed
    }


def _classes(
    kind: Kind, models: Mapping[str, Model], arrays: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    match kind:
        case Array(items):
            yield from _classes(items.kind, models, (*arrays, ""))
        case Objects(names):
            yield from ((arrays, name) for name in names)
        case _:
            return


def _values(field: Field, models: Mapping[str, Model]) -> Iterator[Json]:
    """What a key may hold; the plainest first."""
    yield from _of(field, models)
    if field.nullable:
        yield None


def _of(values: Values, models: Mapping[str, Model]) -> Iterator[Json]:
    if values.choices:
        yield from values.choices
    elif isinstance(values.kind, Array):
        yield from _arrays(values.kind, values.limits, models)
    else:
        for value in _of_kind(values.kind, models):
            if _is_in_range(value, values.limits):
                yield value
        yield from _ends(values)


def _arrays(
    kind: Array, limits: Mapping[str, float], models: Mapping[str, Model]
) -> Iterator[Json]:
    """One with each item that there may be, one with one, an empty one, the shortest and longest.

    Where items may be the same, one has two that are, and one is longer than most are.
    """
    each = list(_of(kind.items, models))
    least, most = limits.get("minItems", 0), limits.get("maxItems", math.inf)
    lengths = sorted({int(limit) for limit in limits.values() if limit <= _LONGEST})
    made = [each, each[:1], [], each[:1] * 2]
    made += [list(islice(cycle(each), n)) for n in (*lengths, _LONG)]
    for items in made:
        is_legal = not kind.unique or all(
            one != other for index, one in enumerate(items) for other in items[:index]
        )
        if is_legal and least <= len(items) <= most:
            yield items


def _of_kind(kind: Kind, models: Mapping[str, Model]) -> Iterator[Json]:
    match kind:
        case Plain("boolean"):
            yield from (True, False)
        case Plain("integer"):
            yield from (1, 64, 0, -1, 2**53 + 1, -(2**53) - 1)
        case Plain("number" | "weight"):
            yield from (1, 0.25, 1e-6, 0, -0.5, 1e300, -1e300)
        case Plain("string"):
            yield from ("text", "“Kürzer” \\ 短い\n", "")
        case Plain("object"):
            yield from ({}, _ARGUMENTS)
        case OneOrList(one, many):
            yield from (*_of(one, models), *_of(many, models))
        case Map(items):
            yield from ({}, {f"{i}": each for i, each in enumerate(_of(items, models))})
        case Objects(names):
            yield from (_least(models[name], models) for name in names)
        case _:
            raise AssertionError(kind)


def _is_in_range(value: Json, limits: Mapping[str, float]) -> bool:
    match value:
        case bool():
            return True
        case int() | float():
            if value % limits.get("multipleOf", value or 1) != 0:
                return False
            least, most = limits.get("minimum", -math.inf), limits.get("maximum", math.inf)
            low = limits.get("exclusiveMinimum", -math.inf)
            high = limits.get("exclusiveMaximum", math.inf)
            return least <= value <= most and low < value < high
        case str():
            return limits.get("minLength", 0) <= len(value) <= limits.get("maxLength", math.inf)
        case _:
            return True


def _ends(values: Values) -> Iterator[Json]:
    """The first and the last value of a range."""
    whole = values.kind == Plain("integer")
    for rule, limit in values.limits.items():
        match rule:
            case "minimum" | "maximum":
                value: Json = limit if whole else float(limit)
            case "multipleOf":
                value = limit
            case "exclusiveMinimum":
                value = limit + 1 if whole else math.nextafter(limit, math.inf)
            case "exclusiveMaximum":
                value = limit - 1 if whole else math.nextafter(limit, -math.inf)
            case _:
                value = "x" * min(int(limit), _LONGEST)
        if _is_in_range(value, values.limits):
            yield value


def _line(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write the configs of released schemas that have none."""
    for schema in sorted(SCHEMAS.glob("*.json")):
        file = CONFIGS / f"{schema.stem}.jsonl"
        if not file.exists():
            file.write_text(corpus(schema), encoding="utf-8", newline="\n")
            print(f"new: {file.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
