"""From a schema that keeps to the dialect to the IR, or to what its entries contradict."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel

from .ir import Bottleneck, Field, Loss, Model, Schema, Step, Weight
from .problems import Problem
from .shared.jsontext import JsonPath
from .shared.wording import did_you_mean, listed

MAX_FLOAT32 = 3.4028234663852886e38

_WEIGHTS = "BottleneckWeights"
_NOT_MODELS = frozenset({"BottleneckType", "LossMapping"})
_TAKEN_BY_OUTPUT = frozenset(
    {
        "Annotated",
        "Any",
        "AutoencoderLossConfig",
        "BaseModel",
        "Enum",
        "Field",
        "Literal",
        "LossFactoryModel",
        "LossFactoryResultModel",
        "LossConfigError",
        "MissingLossValueError",
        "MultiLoss",
        "UnknownBottleneckError",
        "UnusedWeightWarning",
        "ValueLoss",
    }
)
_TAKEN_BY_PYTHON = frozenset(dir(builtins)) | frozenset(keyword.kwlist)
_TAKEN_BY_PYDANTIC = frozenset(dir(BaseModel))
_SCHEMA_KEY = "$schema"
_SCHEMA_FIELD = "schema_uri"


def analyse(document: Any) -> tuple[Schema | None, list[Problem]]:
    """The schema's meaning, or None and every mistake in it."""
    return _Analysis(document).result()


class _Analysis:
    """Reads one document. Problems gather; what depends on a wrong part is left out."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.definitions: dict[str, Any] = document["$defs"]
        self.problems: list[Problem] = []

    def result(self) -> tuple[Schema | None, list[Problem]]:
        self._check_definition_names()
        self._check_references()
        self._check_repeated_bottlenecks()
        self._check_properties()
        losses = self._losses()
        bottlenecks = self._bottlenecks(losses)
        self._check_use()
        if self.problems:
            return None, self.problems
        weights = {loss.weight.path: loss.weight for loss in losses.values()}
        schema = Schema(
            version=self.document["x-version"],
            description=self.document["description"],
            bottleneck_description=self.definitions["BottleneckType"]["description"],
            models=tuple(self._models()),
            weights=tuple(weights.values()),
            losses=tuple(losses.values()),
            bottlenecks=bottlenecks,
            document=self.document,
        )
        return schema, []

    def _problem(self, path: JsonPath, message: str, *, at_key: bool = False) -> None:
        self.problems.append(Problem(path, message, at_key))

    # Names and references

    def _objects(self) -> Iterator[tuple[str, JsonPath, Any]]:
        """Every closed object that becomes a class: its class name, path and subschema."""
        yield self.document["title"], (), self.document
        for name, definition in self.definitions.items():
            if name not in _NOT_MODELS and not _is_loss(name):
                yield name, ("$defs", name), definition

    def _check_definition_names(self) -> None:
        for name in self.definitions:
            if name in _TAKEN_BY_OUTPUT or name in _TAKEN_BY_PYTHON:
                message = f"the name {name!r} is taken in the generated code; choose another"
                self._problem(("$defs", name), message, at_key=True)
        first: dict[str, str] = {}
        for name in filter(_is_loss, self.definitions):
            other = first.setdefault(_constant(name), name)
            if other != name:
                message = f"too much like {other!r}: both become {_constant(name)} in Python"
                self._problem(("$defs", name), message, at_key=True)

    def _check_references(self) -> None:
        models = {name for name, path, _ in self._objects() if path}
        edges: dict[str, set[str]] = {}
        for owner, path, definition in self._objects():
            edges[owner] = set()
            for name, subschema in definition["properties"].items():
                for place, target in _references(subschema, (*path, "properties", name)):
                    if target in models:
                        edges[owner].add(target)
                    elif target not in self.definitions:
                        near = did_you_mean(target, models)
                        self._problem(place, f"'$defs/{target}' does not exist{near}")
                    elif target != "BottleneckType" or owner != "LossFactoryResult":
                        self._problem(place, f"{target!r} is nothing that a config can hold")
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]
            path = ("$defs", cycle[0])
            self._problem(
                path, f"refers back to itself: {' → '.join(reversed(cycle))}", at_key=True
            )

    def _check_repeated_bottlenecks(self) -> None:
        entries = self.definitions["BottleneckType"]["oneOf"]
        for keyword_, what in (
            ("const", "class name"),
            ("title", "enum member"),
            ("x-config-type", "config tag"),
        ):
            path = ("$defs", "BottleneckType", "oneOf")
            places = [((*path, i, keyword_), entry[keyword_]) for i, entry in enumerate(entries)]
            self._check_unique(places, what)

    def _check_unique(self, places: Iterable[tuple[JsonPath, str]], what: str) -> None:
        first: dict[str, JsonPath] = {}
        for path, value in places:
            other = first.setdefault(value, path)
            if other != path:
                where = "/".join(map(str, other))
                self._problem(path, f"duplicate {what} {value!r}; the first one is at /{where}")

    # Properties

    def _check_properties(self) -> None:
        for _, path, owner in self._objects():
            required = owner.get("required", [])
            for index, name in enumerate(required):
                if name not in owner["properties"]:
                    near = did_you_mean(name, owner["properties"])
                    place = (*path, "required", index)
                    self._problem(place, f"there is no property {name!r} here{near}")
            for name, subschema in owner["properties"].items():
                place = (*path, "properties", name)
                self._check_property_name(place, name)
                self._check_property(place, subschema, required=name in required)
        for name, subschema in self.document["properties"].items():
            if name != "bottleneck" and subschema.get("default") == {}:
                path = ("properties", name, "default")
                message = "expected null: a section that is not written is off"
                self._problem(path, message)

    def _check_property_name(self, path: JsonPath, name: str) -> None:
        if name == _SCHEMA_KEY:
            if len(path) != 2:
                self._problem(path, "'$schema' belongs to the root of a config", at_key=True)
            return
        if name == "type":
            return
        owner = (
            "Python"
            if name in _TAKEN_BY_PYTHON
            else "Pydantic"
            if name in _TAKEN_BY_PYDANTIC or name.startswith("model_")
            else "Loss Factory"
            if name == _SCHEMA_FIELD
            else None
        )
        if owner is not None:
            self._problem(
                path, f"the name {name!r} is taken by {owner}; choose another", at_key=True
            )

    def _check_property(self, path: JsonPath, subschema: Any, *, required: bool) -> None:
        if required and "default" in subschema:
            self._problem((*path, "default"), "a required property has no use for a default")
        if not required and "default" not in subschema:
            message = "an optional property needs a default; add one, or name it in 'required'"
            self._problem(path, message)
        if "$ref" in subschema:
            target = _target(subschema)
            if target == "BottleneckType" and "default" in subschema:
                self._problem((*path, "default"), "a BottleneckType has no default object")
            elif "default" in subschema and self.definitions.get(target, {}).get("required"):
                names = listed(self.definitions[target]["required"])
                self._problem((*path, "default"), f"{target} cannot be empty: it requires {names}")
        if "anyOf" in subschema:
            self._check_choice(path, subschema, required=required)
        if "enum" in subschema:
            self._check_enum(path, subschema)

    def _check_enum(self, path: JsonPath, subschema: Any) -> None:
        nullable = "null" in subschema["type"]
        if (None in subschema["enum"]) != nullable:
            message = "null has to stand both in 'type' and in 'enum', or in neither"
            self._problem((*path, "enum"), message)
        if not any(value is not None for value in subschema["enum"]):
            self._problem((*path, "enum"), "expected at least one string")
        for rule in ("minLength", "maxLength"):
            if rule in subschema:
                self._problem((*path, rule), "has no effect beside 'enum'", at_key=True)

    def _check_choice(self, path: JsonPath, subschema: Any, *, required: bool) -> None:
        variants = [_target(each) for each in subschema["anyOf"] if "$ref" in each]
        nulls = len(subschema["anyOf"]) - len(variants)
        place = (*path, "anyOf")
        if nulls > 1 or not variants:
            self._problem(place, "expected one or more '$ref' and at most one {'type': 'null'}")
        if not nulls and not required:
            self._problem(place, "expected {'type': 'null'} as well, since the default is null")
        if len(variants) > 1 and "discriminator" not in subschema:
            message = (
                "'discriminator' is missing: it names the property that tells the objects apart"
            )
            self._problem(path, message)
        if "discriminator" in subschema:
            tag = subschema["discriminator"]["propertyName"]
            self._check_tags((*path, "discriminator", "propertyName"), tag, variants)

    def _check_tags(self, path: JsonPath, tag: str, variants: list[str]) -> None:
        values: list[str] = []
        for variant in variants:
            definition = self.definitions.get(variant, {})
            choices = definition.get("properties", {}).get(tag, {}).get("enum", [])
            if tag not in definition.get("required", []) or len(choices) != 1:
                message = f"{variant} needs a required property {tag!r} with an 'enum' of one value"
                self._problem(path, message)
            values += choices
        if len(set(values)) != len(values):
            self._problem(path, f"{tag!r} does not tell {listed(variants)} apart")

    # Losses and weights

    def _losses(self) -> dict[str, Loss]:
        definitions = {name: each for name, each in self.definitions.items() if _is_loss(name)}
        for part in ("key", "name"):
            places = [
                (("$defs", name, "properties", part, "const"), each["properties"][part]["const"])
                for name, each in definitions.items()
            ]
            self._check_unique(places, f"loss {part}")
        losses: dict[str, Loss] = {}
        for name, each in definitions.items():
            weight = self._weight(name, each["properties"]["weight"]["$ref"])
            if weight is not None:
                losses[name] = Loss(
                    constant=_constant(name),
                    key=each["properties"]["key"]["const"],
                    name=each["properties"]["name"]["const"],
                    weight=weight,
                    description=each["description"],
                )
        return losses

    def _weight(self, loss: str, reference: str) -> Weight | None:
        place = ("$defs", loss, "properties", "weight", "$ref")
        _, _, owner, _, name = reference.split("/")
        owners = {each: definition for each, _, definition in self._objects()}
        if owner not in owners:
            near = did_you_mean(owner, owners)
            self._problem(place, f"'$defs/{owner}' does not exist{near}")
            return None
        properties = owners[owner]["properties"]
        if name not in properties:
            near = did_you_mean(name, properties)
            self._problem(place, f"'{owner}/properties/{name}' does not exist{near}")
            return None
        subschema = properties[name]
        default = subschema.get("default")
        if (
            "number" not in subschema.get("type", ())
            or subschema.get("minimum", -1) < 0
            or subschema.get("maximum", float("inf")) > MAX_FLOAT32
            or default is None
        ):
            message = (
                f"'{owner}/properties/{name}' can't be a loss weight: expected a number with "
                "'minimum' 0, 'maximum' 3.4028234663852886e38 and a default"
            )
            self._problem(place, message)
            return None
        steps = self._steps(place, owner)
        if steps is None:
            return None
        last = Step(name, nullable="null" in subschema["type"])
        return Weight((*steps, last), float(default), subschema["description"])

    def _steps(self, place: JsonPath, owner: str) -> tuple[Step, ...] | None:
        """The one way from the root of a config to an `owner` object."""
        root = self.document["title"]
        steps: list[Step] = []
        while owner != root:
            ways = list(self._ways_to(owner))
            if len(ways) != 1:
                found = "no property of a config" if not ways else listed(way for way, _, _ in ways)
                expected = "expected exactly one, so that its config path is known"
                self._problem(place, f"{owner} is what {found} holds; {expected}")
                return None
            (_, owner, step) = ways[0]
            if step is None:
                message = f"{owner} holds it in an array or under a tag; expected one fixed path"
                self._problem(place, message)
                return None
            steps.append(step)
        return tuple(reversed(steps))

    def _ways_to(self, target: str) -> Iterator[tuple[str, str, Step | None]]:
        """The properties of a config that hold a `target`: their name, owner and step."""
        owners = {name: definition for name, _, definition in self._objects()}
        reachable = {self.document["title"]}
        pending = list(reachable)
        while pending:
            owner = pending.pop()
            for name, subschema in owners[owner]["properties"].items():
                for _, child in _references(subschema, ()):
                    if child == target:
                        yield f"{owner}.{name}", owner, _step(name, subschema)
                    if child in owners and child not in reachable:
                        reachable.add(child)
                        pending.append(child)

    def _bottlenecks(self, losses: dict[str, Loss]) -> tuple[Bottleneck, ...]:
        entries = self.definitions["BottleneckType"]["oneOf"]
        mapping: dict[str, Any] = self.definitions["LossMapping"]["properties"]
        path = ("$defs", "LossMapping", "properties")
        classes = {entry["const"]: index for index, entry in enumerate(entries)}
        for name in mapping:
            if name not in classes:
                near = did_you_mean(name, classes)
                self._problem((*path, name), f"{name!r} is no BottleneckType{near}", at_key=True)
        for name, index in classes.items():
            if name not in mapping:
                place = ("$defs", "BottleneckType", "oneOf", index)
                near = did_you_mean(name, [each for each in mapping if each not in classes])
                message = (
                    f"LossMapping says nothing about {name!r}; add it, with no losses if need be"
                )
                self._problem(place, message + near)
        return tuple(
            Bottleneck(
                class_name=entry["const"],
                member=entry["title"],
                config_type=entry["x-config-type"],
                description=entry["description"],
                losses=tuple(self._carried((*path, entry["const"]), mapping, losses)),
            )
            for entry in entries
            if entry["const"] in mapping
        )

    def _carried(
        self, path: JsonPath, mapping: dict[str, Any], losses: dict[str, Loss]
    ) -> Iterator[Loss]:
        carried = mapping[str(path[-1])]
        names = [_target(each) for each in carried.get("prefixItems", ())]
        if carried.get("minItems", 0) != len(names):
            found = len(names)
            self._problem((*path, "minItems"), f"expected {found}, the number of 'prefixItems'")
        places = [((*path, "prefixItems", i, "$ref"), name) for i, name in enumerate(names)]
        self._check_unique(places, "loss")
        for place, name in places:
            if name in losses:
                yield losses[name]
            elif name not in self.definitions:
                near = did_you_mean(name, filter(_is_loss, self.definitions))
                self._problem(place, f"'$defs/{name}' does not exist{near}")

    def _check_use(self) -> None:
        mapping = self.definitions["LossMapping"]["properties"].values()
        carried = {_target(each) for entry in mapping for each in entry.get("prefixItems", ())}
        used: set[str] = set()
        for name in filter(_is_loss, self.definitions):
            used.add(self.definitions[name]["properties"]["weight"]["$ref"])
            if name not in carried:
                message = f"no bottleneck carries {name}; name it in LossMapping, or remove it"
                self._problem(("$defs", name), message, at_key=True)
        for name in self.definitions[_WEIGHTS]["properties"]:
            if f"#/$defs/{_WEIGHTS}/properties/{name}" not in used:
                message = f"no loss uses the weight {name!r}; let a loss refer to it, or remove it"
                self._problem(("$defs", _WEIGHTS, "properties", name), message, at_key=True)

    # Classes

    def _models(self) -> Iterator[Model]:
        for name, _, definition in self._objects():
            required = definition.get("required", [])
            fields = (
                Field(
                    name=_SCHEMA_FIELD if key == _SCHEMA_KEY else key,
                    key=key,
                    description=subschema["description"],
                    required=key in required,
                    nullable=_nullable(subschema),
                    default=subschema.get("default"),
                    choices=tuple(each for each in subschema.get("enum", ()) if each is not None),
                )
                for key, subschema in definition["properties"].items()
            )
            yield Model(name, definition["description"], tuple(fields))


def _is_loss(name: str) -> bool:
    return re.fullmatch("[A-Z][A-Za-z0-9]*Loss", name) is not None


def _constant(name: str) -> str:
    """`DACRVQLoss` as `DACRVQ_LOSS`, `SoftNormLoss` as `SOFT_NORM_LOSS`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def _target(reference: Any) -> str:
    target: str = reference["$ref"].removeprefix("#/$defs/")
    return target


def _references(value: Any, path: JsonPath) -> Iterator[tuple[JsonPath, str]]:
    """Every `$ref` of a property: its path, and the entry in $defs that it names."""
    match value:
        case dict():
            for key, each in value.items():
                if key == "$ref" and type(each) is str:
                    yield (*path, key), _target(value)
                elif key not in ("default", "examples"):
                    yield from _references(each, (*path, key))
        case list():
            for index, each in enumerate(value):
                yield from _references(each, (*path, index))


def _nullable(subschema: Any) -> bool:
    return {"type": "null"} in subschema.get("anyOf", ()) or "null" in subschema.get("type", ())


def _step(name: str, subschema: Any) -> Step | None:
    """The step through a property that holds one object, always of the same class."""
    variants = [each for each in subschema.get("anyOf", ()) if "$ref" in each]
    if "$ref" in subschema or len(variants) == 1:
        return Step(name, nullable=_nullable(subschema))
    return None
