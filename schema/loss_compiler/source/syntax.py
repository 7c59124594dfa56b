"""What a losses schema that keeps to the dialect says, as dataclasses; each knows its place.

This is the file as it was written: names may lead nowhere, and nothing is resolved. `check` says
what is wrong with it, and `meaning` makes the IR of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

from ..shared.jsontext import Json, JsonPath, object_at
from ..shared.wording import json_pointer
from .names import classes_in_place, name_in_python

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ROOT = "AutoencoderLossConfig"
"""The title of every losses schema: the class of a whole config."""

NAME = "x-name"
VERSION = "x-version"
SCALE = "x-scale"
TERM = "x-term"
DECAY = "x-decay"
ALSO = "x-also"
TRAINERS = "x-trainers"

NEEDS = "dependentRequired"

SCHEMA_KEY = "$schema"
SCHEMA_FIELD = "schema_uri"
"""What the key `$schema` is called in Python."""

COMMENT_PATTERN = "^(//|[_$]comment$)"
"""The keys that any closed object takes as comments; the dialect has it, too."""

WEIGHT = "Weight"
"""The entry of $defs that says what a weight is."""
WEIGHTS = "BottleneckWeights"
MAX_FLOAT32 = 3.4028234663852886e38
"""The largest finite float32, which weights become in training."""

ENTRIES: JsonPath = ("$defs", "BottleneckType", "oneOf")
CARRIED = "LossMapping"
"""What stands in an objective for the losses of the bottleneck."""
MAPPING: JsonPath = ("$defs", CARRIED, "properties")
RESULTS = frozenset({"BottleneckType", "LossFactoryResult", "ValueLossConfig"})
"""What planning returns, and no config holds."""
SCHEDULES: Final = (
    *("LinearSchedule", "CosineSchedule", "LogSchedule", "ExponentialSchedule", "CyclicSchedule"),
)
"""What a weight may be in place of a number, where the schema has them."""

_NO_OBJECTS = frozenset({"BottleneckType", CARRIED, WEIGHT, *SCHEDULES})
_LIMITS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minLength", "maxLength", "minItems", "maxItems"),
)


class Absent(Enum):
    """No default, which is something else than null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True)
class Plain:
    """What JSON calls a string, number, integer or boolean, or an object that takes any keys.

    A `weight` is a number or a schedule.
    """

    name: str


@dataclass(frozen=True)
class Array:
    """An array; `unique` says that no two of its items are the same."""

    items: Values
    unique: bool = False


@dataclass(frozen=True)
class OneOrList:
    """A number, or a list of numbers."""

    one: Values
    many: Values


@dataclass(frozen=True)
class Map:
    """An object that takes any keys, each with such a value; but keys of comments are comments."""

    items: Values


@dataclass(frozen=True)
class Objects:
    """A closed object: of the one class, or of one of several, which the key `tag` tells apart."""

    classes: tuple[str, ...]
    tag: str | None


WEIGHT_KIND: Final = Plain("weight")
NUMBERS: Final = (Plain("number"), WEIGHT_KIND)
"""What may be a number with a fraction."""

Kind: TypeAlias = Plain | Array | OneOrList | Map | Objects
"""What JSON calls values, and what they hold."""


@dataclass(frozen=True)
class Values:
    """What values a property or the items of an array take, but for null.

    `choices` are those of an `enum`, if there is one; `limits` stand under JSON Schema's names.
    """

    kind: Kind
    choices: tuple[str | int, ...]
    limits: Mapping[str, int | float]


def innermost(values: Values) -> Values:
    """What stands in an array, or in the arrays in it."""
    return innermost(values.kind.items) if isinstance(values.kind, Array) else values


def values_inside(values: Values) -> Iterator[tuple[JsonPath, Values]]:
    """What values hold, or what each of several forms of them is, and where a schema says it."""
    match values.kind:
        case Array(items):
            yield ("items",), items
        case Map(items):
            yield ("additionalProperties",), items
        case OneOrList(one, many):
            yield (), one
            yield (), many


@dataclass(frozen=True)
class Reference:
    """A `$ref`: where it stands, and the entry of $defs that it names.

    Or an object that stands in place of it, and its class.
    """

    path: JsonPath
    target: str

    @property
    def is_in_place(self) -> bool:
        """Whether the object itself stands there."""
        return self.path[-1] != "$ref"


@dataclass(frozen=True)
class Condition:
    """What holds of the value of a key: it is one of some, or none of them.

    Or it is a list of another length than `length`, or one `shorter_than` that of another key. Or
    it is `above` or `below` that of another key, which is multiplied by `times` first.
    """

    path: JsonPath
    key: str
    one_of: tuple[Json, ...] | None
    none_of: tuple[Json, ...] | None
    length: int | None
    shorter_than: str | None
    above: str | None
    below: str | None
    times: float | None


@dataclass(frozen=True)
class Failure:
    """What a trainer fails on: all conditions hold, and there are as many `channels`.

    `why` says what would be right.
    """

    path: JsonPath
    conditions: tuple[Condition, ...]
    channels: int | None
    why: str


@dataclass(frozen=True)
class TrainerNote:
    """What a trainer makes of a place, such as `TimeLossConfig.weights`."""

    path: JsonPath
    place: str
    trainer: str
    needs: bool
    ignores: bool
    lacks: bool
    excludes: tuple[str, ...]
    refuses: tuple[Json, ...] | None
    passes: tuple[str, ...] | None
    refuses_comments: bool
    same_length: tuple[tuple[str, ...], ...]
    defaults: Mapping[str, Json]
    fails: tuple[Failure, ...]


@dataclass(frozen=True)
class Property(Values):
    """A property of a closed object.

    `has_null_choice` says whether null is one of the values of its `enum`, `name` what it is called
    in Python, and `also` what people call it elsewhere.
    """

    path: JsonPath
    key: str
    name: str
    description: str
    nullable: bool
    default: Json | Literal[Absent.ABSENT]
    has_enum: bool
    has_null_choice: bool
    deprecated: bool
    unit: str | None
    also: tuple[str, ...]
    examples: tuple[Json, ...]
    references: tuple[Reference, ...]
    nulls: int
    notes: tuple[TrainerNote, ...]

    @property
    def is_choice(self) -> bool:
        """Whether it is an `anyOf`: one object or null, or one of several objects."""
        return isinstance(self.kind, Objects) and len(self.references) + self.nulls > 1


@dataclass(frozen=True)
class ClosedObject:
    """A closed object, which becomes a class; the root is one.

    `needs` says beside which of its keys which others have to be written.
    """

    path: JsonPath
    name: str
    description: str
    properties: Mapping[str, Property]
    required: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    notes: tuple[TrainerNote, ...]

    @property
    def is_in_place(self) -> bool:
        """Whether it stands in a property, without an entry of its own in $defs."""
        return self.path[-2:-1] == ("properties",)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """The objects that its properties refer to, once each; some may not exist."""
        found = (each.target for p in self.properties.values() for each in p.references)
        return tuple(name for name in dict.fromkeys(found) if name != WEIGHT)


@dataclass(frozen=True)
class PropertyReference:
    """A reference to a property: where it stands, what it says, and the object with that key."""

    path: JsonPath
    said: str
    owner: str
    key: str


@dataclass(frozen=True)
class Term:
    """What a loss computes: of which two values of `info`, and the object with the arguments."""

    path: JsonPath
    kind: str
    reads: tuple[str, ...]
    arguments: str | None


@dataclass(frozen=True)
class LossDefinition:
    """A loss: an entry of $defs whose name ends in `Loss`.

    Its value is in `info` under a key, or a term. Its weight stands in the config, or is a number.
    """

    path: JsonPath
    definition: str
    description: str
    value: str | Term
    name: str
    weight: PropertyReference | float
    scale: float
    decay: PropertyReference | None

    @property
    def key(self) -> str:
        """The key of its value; each loss that a bottleneck carries has one."""
        assert isinstance(self.value, str), self.value
        return self.value

    @property
    def constant(self) -> str:
        """`SOFT_NORM_LOSS` for `SoftNormLoss`, `KL_LOSS` for `KLLoss`."""
        return constant(self.definition)

    @property
    def stem(self) -> str:
        """What variables of this loss begin with: `kl` in `kl_weight`."""
        return self.constant.removesuffix("_LOSS").lower()


@dataclass(frozen=True)
class BottleneckEntry:
    """An entry of BottleneckType."""

    path: JsonPath
    class_name: str
    member: str
    config_type: str
    description: str
    notes: tuple[TrainerNote, ...]


@dataclass(frozen=True)
class Carried:
    """What LossMapping says of a class: the losses that it carries, and how many it says."""

    path: JsonPath
    class_name: str
    losses: tuple[Reference, ...]
    count: int


@dataclass(frozen=True)
class Summand:
    """A loss of an objective, or CARRIED for those of the bottleneck, and when it is there.

    `before` is the one that it stands before, wherever it is written.
    """

    path: JsonPath
    target: str
    discriminator: bool | None
    teacher: bool | None
    channels: int | None
    off_at_zero: bool
    before: str | None


@dataclass(frozen=True)
class ObjectiveEntry:
    """What a trainer sums in the turn of the generator, and in that of the discriminator.

    `missing` says what becomes of a loss without a value. `scores` is the object that says what is
    made of a discriminator's scores, if something is.
    """

    path: JsonPath
    missing: str
    scores: str | None
    generator: tuple[Summand, ...]
    discriminator: tuple[Summand, ...]

    @property
    def turns(self) -> tuple[tuple[Summand, ...], ...]:
        """What is summed in each turn."""
        return self.generator, self.discriminator


@dataclass(frozen=True)
class TrainerEntry:
    """A trainer that the root names."""

    path: JsonPath
    name: str
    description: str
    assumed: bool
    model_types: Mapping[str, str]
    objective: ObjectiveEntry | None


@dataclass(frozen=True)
class LossesSchema:
    """A whole losses schema; `objects` has the root first, `definitions` every name in $defs.

    `wanted` are the names for the classes of objects that stand in properties; None where there is
    none. If another class has the name, `objects` has them under their JSON Pointers.
    `schedules` are what may stand in the place of a weight's number, if it has such; some of the
    references to them may lead nowhere.
    """

    name: str | None
    version: str
    objects: Mapping[str, ClosedObject]
    schedules: tuple[ClosedObject, ...]
    references_to_schedules: tuple[Reference, ...]
    losses: Mapping[str, LossDefinition]
    bottleneck_description: str
    bottlenecks: tuple[BottleneckEntry, ...]
    mapping: Mapping[str, Carried]
    trainers: tuple[TrainerEntry, ...]
    definitions: tuple[str, ...]
    wanted: Mapping[JsonPath, str | None]

    @property
    def root(self) -> ClosedObject:
        """The object that a config is."""
        return self.objects[ROOT]

    @cached_property
    def referable(self) -> Mapping[str, ClosedObject]:
        """The objects that a reference can name."""
        return {name: each for name, each in self.objects.items() if not each.is_in_place}

    @cached_property
    def carried(self) -> Mapping[str, LossDefinition]:
        """The losses that bottlenecks carry; some may not exist."""
        names = {each.target for carried in self.mapping.values() for each in carried.losses}
        return {name: each for name, each in self.losses.items() if name in names}

    @property
    def notes(self) -> Iterator[TrainerNote]:
        """What is said of trainers anywhere, in the order of the file."""
        for each in self.objects.values():
            for held in each.properties.values():
                yield from held.notes
            yield from each.notes
        for entry in self.bottlenecks:
            yield from entry.notes


def is_loss(name: str) -> bool:
    """Whether the entry `name` of $defs defines a loss."""
    return re.fullmatch("[A-Z][A-Za-z0-9]*Loss", name) is not None


def constant(loss: str) -> str:
    """What a loss is called in Python."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", loss).upper()


def is_comment(key: str) -> bool:
    """Whether a key is that of a comment, which nothing reads."""
    return re.search(COMMENT_PATTERN.replace("$)", r"\Z)"), key) is not None


def class_stem(trainer: str) -> str:
    """What classes for a trainer begin with: `StableAudioTools0019`."""
    words = re.findall("[A-Za-z0-9]+", trainer)
    stem = "".join(word[:1].upper() + word[1:] for word in words)
    return stem if stem[:1].isalpha() else f"Trainer{stem}"


def syntax_of(document: Json) -> LossesSchema:
    """The syntax of a document that keeps to the dialect."""
    root = _object(document)
    definitions = _object(root["$defs"])
    to_schedules = tuple(_references(("$defs", WEIGHT), object_at(definitions, (WEIGHT,))))
    wanted = classes_in_place(document)
    context = _Context(
        WEIGHT_KIND if to_schedules else Plain("number"), _unique(wanted, {ROOT, *definitions})
    )
    objects = {each.name: each for each in _objects((), ROOT, root, context)}
    losses: dict[str, LossDefinition] = {}
    for name, each in definitions.items():
        if is_loss(name):
            losses[name] = _loss(name, _object(each))
        elif name not in _NO_OBJECTS:
            path = ("$defs", name)
            objects |= {each.name: each for each in _objects(path, name, _object(each), context)}
    types = _object(definitions["BottleneckType"])
    return LossesSchema(
        name=_optional_text(root.get(NAME)),
        version=_text(root[VERSION]),
        objects=objects,
        schedules=tuple(
            _closed_object(
                ("$defs", each.target), each.target, _object(definitions[each.target]), context
            )
            for each in to_schedules
            if each.target in definitions
        ),
        references_to_schedules=to_schedules,
        losses=losses,
        bottleneck_description=_text(types["description"]),
        bottlenecks=tuple(
            _bottleneck((*ENTRIES, index), _object(each))
            for index, each in enumerate(_array(types["oneOf"]))
        ),
        mapping={
            name: _carried((*MAPPING, name), name, _object(each))
            for name, each in object_at(root, MAPPING).items()
        },
        trainers=tuple(
            _trainer((TRAINERS, name), name, _object(each))
            for name, each in object_at(root, (TRAINERS,)).items()
        ),
        definitions=tuple(definitions),
        wanted=wanted,
    )


class _Context(NamedTuple):
    """What a weight is in this schema, and what objects are called that stand in properties."""

    weight: Plain
    names: Mapping[JsonPath, str]


def _unique(wanted: Mapping[JsonPath, str | None], taken: set[str]) -> Mapping[JsonPath, str]:
    """The names that are wanted; a JSON Pointer, which no class has, where there is none."""
    names: dict[JsonPath, str] = {}
    for path, name in wanted.items():
        names[path] = json_pointer(path) if name is None or name in taken else name
        taken.add(names[path])
    return names


def _objects(
    path: JsonPath, name: str, definition: dict[str, Json], context: _Context
) -> Iterator[ClosedObject]:
    """An object, and those that stand in its properties."""
    yield _closed_object(path, name, definition, context)
    for key, each in _object(definition["properties"]).items():
        inside = (*path, "properties", key)
        if inside in context.names:
            yield from _objects(inside, context.names[inside], _object(each), context)


def _closed_object(
    path: JsonPath, name: str, definition: dict[str, Json], context: _Context
) -> ClosedObject:
    properties = {
        key: _property((*path, "properties", key), name, key, _object(each), context)
        for key, each in _object(definition["properties"]).items()
    }
    return ClosedObject(
        path=path,
        name=name,
        description=_text(definition["description"]),
        properties=properties,
        required=_texts(definition.get("required")),
        needs={key: _texts(each) for key, each in object_at(definition, (NEEDS,)).items()},
        # The root names trainers; in a property, notes are about that.
        notes=tuple(_notes(path, name, definition)) if path[:-1] == ("$defs",) else (),
    )


def _property(
    path: JsonPath, owner: str, key: str, said: dict[str, Json], context: _Context
) -> Property:
    references = tuple(_references(path, said))
    if path in context.names:
        references = (Reference(path, context.names[path]),)
    is_weight = "$ref" in said and references[0].target == WEIGHT
    choices = [_object(each) for each in _array(said.get("anyOf"))]
    nulls = sum("$ref" not in each for each in choices)
    tag = _optional_text(object_at(said, ("discriminator",)).get("propertyName"))
    return Property(
        kind=context.weight if is_weight else _kind(said, tag, references),
        choices=_choices(said),
        limits=WEIGHT_LIMITS if is_weight else _own_limits(said),
        path=path,
        key=key,
        name=SCHEMA_FIELD if key == SCHEMA_KEY else name_in_python(key, said),
        description=_text(said["description"]),
        nullable=is_weight or nulls > 0 or "null" in _array(said.get("type")),
        default=said.get("default", ABSENT),
        has_enum="enum" in said,
        has_null_choice=None in _array(said.get("enum")),
        deprecated=bool(said.get("deprecated")),
        unit=_optional_text(said.get("x-unit")),
        also=_texts(said.get(ALSO)),
        examples=tuple(_array(said.get("examples"))),
        references=references,
        nulls=nulls,
        notes=tuple(_notes(path, f"{owner}.{key}", said)),
    )


WEIGHT_LIMITS: Final[Mapping[str, int | float]] = {"minimum": 0, "maximum": MAX_FLOAT32}
"""What a weight is limited to, in either of its forms."""


def _kind(said: dict[str, Json], tag: str | None, references: tuple[Reference, ...]) -> Kind:
    if "$ref" in said or "anyOf" in said or "properties" in said:
        return Objects(tuple(each.target for each in references), tag)
    if _is_one_or_list(said):
        number, listed = _of_numbers_and_lists(said)
        return OneOrList(_values(number), _values(listed))
    if "items" in said:
        return Array(_values(_object(said["items"])), bool(said.get("uniqueItems")))
    if isinstance(said.get("additionalProperties"), dict):
        return Map(_values(_object(said["additionalProperties"])))
    kinds = said["type"]
    return Plain(_text(kinds[0] if isinstance(kinds, list) else kinds))


def _values(said: dict[str, Json]) -> Values:
    return Values(_kind(said, None, tuple(_references((), said))), _choices(said), _limits(said))


def _is_one_or_list(said: dict[str, Json]) -> bool:
    return "array" in _array(said.get("type"))[1:]


def _of_numbers_and_lists(said: dict[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """What is said of a number, and what of a list: JSON Schema has keywords for each of them."""
    number, listed, *_ = _array(said["type"])
    of_lists = ("items", "minItems", "maxItems", "uniqueItems")
    return (
        {**{key: each for key, each in said.items() if key not in of_lists}, "type": number},
        {**{key: said[key] for key in of_lists if key in said}, "type": listed},
    )


def _own_limits(said: dict[str, Json]) -> Mapping[str, int | float]:
    """The limits of a property; those of a number or a list are of one or the other."""
    return {} if _is_one_or_list(said) else _limits(said)


def _choices(said: dict[str, Json]) -> tuple[str | int, ...]:
    """Those of an `enum`, without null; 64.0 is the integer 64."""
    return tuple(
        each if isinstance(each, str) else int(_number(each))
        for each in _array(said.get("enum"))
        if each is not None
    )


def _limits(said: dict[str, Json]) -> Mapping[str, int | float]:
    return {rule: _number(said[rule]) for rule in _LIMITS if rule in said}


def _references(path: JsonPath, said: dict[str, Json]) -> Iterator[Reference]:
    if "$ref" in said:
        yield Reference((*path, "$ref"), _target(said))
    for index, each in enumerate(_array(said.get("anyOf"))):
        yield from _references((*path, "anyOf", index), _object(each))
    if "items" in said:
        yield from _references((*path, "items"), _object(said["items"]))


def _notes(path: JsonPath, place: str, said: dict[str, Json]) -> Iterator[TrainerNote]:
    for trainer, each in object_at(said, (TRAINERS,)).items():
        note = _object(each)
        yield TrainerNote(
            path=(*path, TRAINERS, trainer),
            place=place,
            trainer=trainer,
            needs=bool(note.get("needs")),
            ignores=bool(note.get("ignores")),
            lacks=bool(note.get("lacks")),
            excludes=_texts(note.get("excludes")),
            refuses=tuple(_array(note["refuses"])) if "refuses" in note else None,
            passes=_texts(note["passes"]) if "passes" in note else None,
            refuses_comments=bool(note.get("refuses_comments")),
            same_length=tuple(map(_texts, _array(note.get("same_length")))),
            defaults=object_at(note, ("defaults",)),
            fails=tuple(
                _failure((*path, TRAINERS, trainer, "fails", index), _object(each))
                for index, each in enumerate(_array(note.get("fails")))
            ),
        )


def _failure(path: JsonPath, said: dict[str, Json]) -> Failure:
    conditions = _object(said["if"])
    return Failure(
        path=path,
        conditions=tuple(
            _condition((*path, "if", key), key, _object(each)) for key, each in conditions.items()
        ),
        channels=int(_number(said["channels"])) if "channels" in said else None,
        why=_text(said["why"]),
    )


def _condition(path: JsonPath, key: str, said: dict[str, Json]) -> Condition:
    return Condition(
        path=path,
        key=key,
        one_of=tuple(_array(said["is"])) if "is" in said else None,
        none_of=tuple(_array(said["is_not"])) if "is_not" in said else None,
        length=int(_number(said["length_is_not"])) if "length_is_not" in said else None,
        shorter_than=_optional_text(said.get("shorter_than")),
        above=_optional_text(said.get("above")),
        below=_optional_text(said.get("below")),
        times=float(_number(said["times"])) if "times" in said else None,
    )


def _loss(definition: str, said: dict[str, Json]) -> LossDefinition:
    path = ("$defs", definition)
    parts = _object(said["properties"])
    weight = _object(parts["weight"])
    at_weight = (*path, "properties", "weight", "$ref")
    decay = _optional_text(said.get(DECAY))
    return LossDefinition(
        path=path,
        definition=definition,
        description=_text(said["description"]),
        value=_term((*path, TERM), _object(said[TERM]))
        if TERM in said
        else _text(_object(parts["key"])["const"]),
        name=_text(_object(parts["name"])["const"]),
        weight=_property_reference(at_weight, _text(weight["$ref"]))
        if "$ref" in weight
        else float(_number(weight["const"])),
        scale=float(_number(said.get(SCALE, 1))),
        decay=None if decay is None else _property_reference((*path, DECAY), decay),
    )


def _term(path: JsonPath, said: dict[str, Json]) -> Term:
    arguments = _optional_text(said.get("arguments"))
    return Term(
        path=path,
        kind=_text(said["kind"]),
        reads=_texts(said["reads"]),
        arguments=None if arguments is None else arguments.removeprefix("#/$defs/"),
    )


def _property_reference(path: JsonPath, said: str) -> PropertyReference:
    *owner, _, key = said.split("/")
    return PropertyReference(
        path, said, owner[-1] if len(owner) > 1 else ROOT, key.replace("~1", "/")
    )


def _trainer(path: JsonPath, name: str, said: dict[str, Json]) -> TrainerEntry:
    return TrainerEntry(
        path=path,
        name=name,
        description=_text(said["description"]),
        assumed=bool(said["assumed"]),
        model_types={key: _text(each) for key, each in object_at(said, ("model_types",)).items()},
        objective=_objective((*path, "objective"), _object(said["objective"]))
        if "objective" in said
        else None,
    )


def _objective(path: JsonPath, said: dict[str, Json]) -> ObjectiveEntry:
    generator, discriminator = (
        tuple(
            _summand((*path, turn, target), target, _object(each))
            for target, each in object_at(said, (turn,)).items()
        )
        for turn in ("generator", "discriminator")
    )
    scores = _optional_text(said.get("scores"))
    return ObjectiveEntry(
        path=path,
        missing=_text(said.get("missing", "error")),
        scores=None if scores is None else scores.removeprefix("#/$defs/"),
        generator=generator,
        discriminator=discriminator,
    )


def _summand(path: JsonPath, target: str, said: dict[str, Json]) -> Summand:
    return Summand(
        path=path,
        target=target,
        discriminator=_flag(said.get("discriminator")),
        teacher=_flag(said.get("teacher")),
        channels=int(_number(said["channels"])) if "channels" in said else None,
        off_at_zero=bool(said.get("off_at_zero")),
        before=_optional_text(said.get("before")),
    )


def _bottleneck(path: JsonPath, said: dict[str, Json]) -> BottleneckEntry:
    class_name = _text(said["const"])
    return BottleneckEntry(
        path=path,
        class_name=class_name,
        member=_text(said["title"]),
        config_type=_text(said["x-config-type"]),
        description=_text(said["description"]),
        notes=tuple(_notes(path, f"BottleneckType.{class_name}", said)),
    )


def _carried(path: JsonPath, class_name: str, said: dict[str, Json]) -> Carried:
    losses = [
        Reference((*path, "prefixItems", index, "$ref"), _target(_object(each)))
        for index, each in enumerate(_array(said.get("prefixItems")))
    ]
    return Carried(path, class_name, tuple(losses), int(_number(said.get("minItems", 0))))


def _target(reference: dict[str, Json]) -> str:
    return _text(reference["$ref"]).removeprefix("#/$defs/")


def _object(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict), value
    return value


def _array(value: Json) -> list[Json]:
    """An array; a single type, or nothing, is an empty one."""
    return value if isinstance(value, list) else []


def _text(value: Json) -> str:
    assert isinstance(value, str), value
    return value


def _optional_text(value: Json) -> str | None:
    return None if value is None else _text(value)


def _flag(value: Json) -> bool | None:
    return None if value is None else bool(value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(map(_text, _array(value)))


def _number(value: Json) -> int | float:
    assert isinstance(value, int | float), value
    return value
