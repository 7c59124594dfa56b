"""The harmless twin of a schema: the same, with each text and name replaced by a marker.

A marker stands for one string of one kind, so the twin says nothing but how the schema is built;
what is compiled from it has the markers where the schema's strings belong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_FIXED_DEFINITIONS = frozenset(
    {
        *("BottleneckLossConfig", "BottleneckWeights", "BottleneckType", "LossMapping"),
        *("LossFactoryResult", "ValueLossConfig", "Weight"),
    }
)
_FIXED_PROPERTIES = frozenset(
    {"$schema", "bottleneck", "bottleneck_type", "key", "losses", "name", "type", "weight"}
)
"""Names that the dialect gives a meaning; `type` is also what JSON Schema calls a type."""

_FIRST_TEXT = 0x4E00  # letters that print, that no template holds, and that are no ASCII
_COMMENT = re.compile(r"//|[_$]comment\Z")
_COMPARED = ("above", "below", "shorter_than")
"""Where a condition names another key."""

_MARKERS = {
    "property": "zp{}zp",
    "class": "Zc{}zc",
    "loss": "Zl{}zlLoss",
    "bottleneck": "Zb{}zb",
    "member": "ZM{}ZM",
    "tag": "zt{}zt",
    "trainer": "zn{}zn",
}


class Twin:
    """The harmless twin of `document`, a schema that compiles: its own `document`.

    `meaning` says what each marker stands for; `derived` adds the names that the compiler makes of
    the names of losses and trainers.
    """

    def __init__(self, document: Any) -> None:
        self._markers: dict[tuple[str, str], str] = {}
        self._losses = {name for name in document["$defs"] if _is_loss(name)}
        self.document = self._schema(document)
        self.meaning = {marker: text for (_, text), marker in self._markers.items()}
        self.derived = {
            form(marker): form(text)
            for (kind, text), marker in self._markers.items()
            for form in _DERIVED.get(kind, ())
        }

    def _marker(self, kind: str, text: str) -> str:
        if (kind, text) not in self._markers:
            number = sum(1 for other, _ in self._markers if other == kind)
            marker = (
                _MARKERS[kind].format(number) if kind != "text" else chr(_FIRST_TEXT + number) * 2
            )
            self._markers[kind, text] = marker
        return self._markers[kind, text]

    def _text(self, value: Any) -> Any:
        """`value` with a marker for each string in it."""
        if type(value) is str:
            return self._marker("text", value)
        if type(value) is list:
            return [self._text(each) for each in value]
        if type(value) is dict:
            return {
                key if _COMMENT.match(key) else self._text(key): self._text(each)
                for key, each in value.items()
            }
        return value

    def _property(self, name: str) -> str:
        return name if name in _FIXED_PROPERTIES else self._marker("property", name)

    def _definition(self, name: str) -> str:
        if name in _FIXED_DEFINITIONS:
            return name
        return self._marker("loss" if name in self._losses else "class", name)

    def _reference(self, reference: str) -> str:
        parts = reference.split("/")
        if parts[1] == "$defs":
            parts[2] = self._definition(parts[2])
        if "properties" in parts:
            parts[-1] = self._property(parts[-1].replace("~1", "/"))
        return "/".join(parts)

    def _schema(self, value: Any) -> Any:
        """A subschema, or the root."""
        return {key: self._keyword(key, each) for key, each in value.items()}

    def _keyword(self, key: str, value: Any) -> Any:
        match key:
            case "description" | "x-unit" | "enum" | "default" | "examples" | "$id":
                return self._text(value)
            case "x-python-name":
                return self._property(value)
            case "x-name":
                return self._marker("tag", value)
            case "$ref":
                return self._reference(value)
            case "required":
                return [self._property(each) for each in value]
            case "dependentRequired":
                return {
                    self._property(name): [self._property(each) for each in others]
                    for name, others in value.items()
                }
            case "discriminator":
                return {"propertyName": self._property(value["propertyName"])}
            case "properties":
                return {self._property(name): self._schema(each) for name, each in value.items()}
            case "anyOf" | "prefixItems" | "allOf":
                return [self._schema(each) for each in value]
            case "items" if value is not False:
                return self._schema(value)
            case "x-trainers":
                return {
                    self._marker("trainer", name): {
                        rule: self._said_of_trainer(rule, said) for rule, said in each.items()
                    }
                    for name, each in value.items()
                }
            case "x-decay":
                return self._reference(value)
            case "x-term":
                return {
                    "kind": value["kind"],
                    "reads": self._text(value["reads"]),
                    **{key: self._reference(value[key]) for key in ("arguments",) if key in value},
                }
            case "$defs":
                return {
                    self._definition(name): self._named(name, each) for name, each in value.items()
                }
            case _:
                return value

    def _said_of_trainer(self, rule: str, said: Any) -> Any:
        match rule:
            case "same_length":
                return [[self._property(each) for each in group] for group in said]
            case "defaults":
                return {self._property(key): value for key, value in said.items()}
            case "fails":
                return [
                    {
                        **failure,
                        "if": {
                            self._property(key): self._condition(each)
                            for key, each in failure["if"].items()
                        },
                        "why": self._text(failure["why"]),
                    }
                    for failure in said
                ]
            case "model_types":
                return said
            case "objective":
                return {turn: self._turn(losses) for turn, losses in said.items()}
            case _:
                return self._text(said)

    def _condition(self, said: Any) -> Any:
        others = {key: self._property(said[key]) for key in _COMPARED if key in said}
        return {**said, **others}

    def _turn(self, losses: Any) -> Any:
        return {
            self._definition(name): {
                key: self._definition(value) if key == "before" else value
                for key, value in said.items()
            }
            for name, said in losses.items()
        }

    def _named(self, name: str, value: Any) -> Any:
        match name:
            case "BottleneckType":
                return self._schema(value) | {
                    "oneOf": [self._entry(each) for each in value["oneOf"]]
                }
            case "LossMapping":
                carried = {
                    self._marker("bottleneck", bottleneck): self._schema(each)
                    for bottleneck, each in value["properties"].items()
                }
                return {**value, "description": self._text(value["description"])} | {
                    "properties": carried
                }
            case _ if name in self._losses:
                parts = value["properties"]
                marked = {
                    part: {"const": self._text(each["const"])}
                    if "const" in each
                    else self._schema(each)
                    for part, each in parts.items()
                }
                return self._schema({**value, "properties": {}}) | {"properties": marked}
            case _:
                return self._schema(value)

    def _entry(self, entry: Any) -> Any:
        kinds = {
            "const": "bottleneck",
            "title": "member",
            "x-config-type": "tag",
            "description": "text",
        }
        return {key: self._marker(kinds[key], each) for key, each in entry.items()}


class Meaning:
    """Puts strings in the place of their markers."""

    def __init__(self, *meanings: Mapping[str, str]) -> None:
        self._texts = {marker: text for each in meanings for marker, text in each.items()}
        longest_first = sorted(self._texts, key=len, reverse=True)
        self._pattern = re.compile("|".join(longest_first) or "(?!)")

    def __call__(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._texts[match[0]], text)


def _is_loss(name: str) -> bool:
    return name.endswith("Loss")


def _constant(loss: str) -> str:
    """`SOFT_NORM_LOSS` for `SoftNormLoss`, `KL_LOSS` for `KLLoss`."""
    words = re.findall("[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+", loss)
    return "_".join(words).upper()


def _stem(loss: str) -> str:
    return _constant(loss).removesuffix("_LOSS").lower()


def _class_stem(trainer: str) -> str:
    """`StableAudioTools0019` for "stable-audio-tools 0.0.19"."""
    words = re.split("[^A-Za-z0-9]+", trainer)
    stem = "".join(each[:1].upper() + each[1:] for each in words)
    return stem if re.match("[A-Za-z]", stem) else f"Trainer{stem}"


def _class_part(name: str) -> str:
    """`NFfts` for `n_ffts`: in the class of an object that stands in a property."""
    return re.sub("(?:^|_)([a-z0-9]?)", lambda match: match[1].upper(), name)


_DERIVED = {"loss": (_constant, _stem), "trainer": (_class_stem,), "property": (_class_part,)}
"""What the compiler makes of names, by their kind."""
