"""Random edits of a losses schema, of the kinds that its maintainers make.

Not all of them give a schema that compiles: that is not what they are for. Each takes a number for
the place and one for what is written there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_RESULTS = frozenset(
    {"BottleneckType", "LossMapping", "LossFactoryResult", "ValueLossConfig", "Weight"}
)
"""What is no object of a config."""
_NEEDED = frozenset({"bottleneck", "weights", "type"})
"""Keys without which it is no losses schema, or a choice of objects has no tag."""
_ENDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_NUMBERS = (-2, -1, 0, 1, 2, 3, 1000, 1023, 1024, 1025)
_WORDS = ("snake", "elu", "same", "no", "else", "four", "longer")


class _Property(NamedTuple):
    """A property of a config's object: the object, the key, the subschema.

    Some hold an object with the weight of a loss.
    """

    owner: Any
    key: str
    subschema: Any
    holds_a_weight: bool

    @property
    def is_required(self) -> bool:
        return self.key in self.owner.get("required", ())


def edit(document: Any, kind: str, place: int, value: int) -> None:
    """Change `document` a little, if there is a place for it."""
    EDITS[kind](document, place, value)


def _owners(document: Any) -> Iterator[Any]:
    yield from _with_inner(document)
    for name, each in document["$defs"].items():
        if name not in _RESULTS and not name.endswith("Loss"):
            yield from _with_inner(each)


def _with_inner(owner: Any) -> Iterator[Any]:
    """An object, and those that stand in its properties."""
    yield owner
    for each in owner["properties"].values():
        if "properties" in each:
            yield from _with_inner(each)


def _properties(document: Any) -> Iterator[_Property]:
    """Those that are no weights of losses: these have to stay numbers with a default."""
    weights = {
        reference
        for _, each in _losses(document)
        for reference in (each["properties"]["weight"].get("$ref"), each.get("x-decay"))
        if reference is not None
    }
    holders = {weight.rpartition("/properties/")[0] for weight in weights}
    holders |= {
        each["x-term"].get("arguments") for _, each in _losses(document) if "x-term" in each
    }
    names = {id(each): f"#/$defs/{name}" for name, each in document["$defs"].items()}
    for _ in document["$defs"]:  # what holds one that holds a weight, does so too
        for owner in _owners(document):
            if any(_objects(each) & holders for each in owner["properties"].values()):
                holders.add(names.get(id(owner), "#"))
    for owner in _owners(document):
        for key, subschema in owner["properties"].items():
            reference = f"{names.get(id(owner), '#')}/properties/{key}"
            if reference not in weights and key not in _NEEDED:
                yield _Property(owner, key, subschema, bool(_objects(subschema) & holders))


def _objects(subschema: Any) -> set[str]:
    """The objects that a property holds, but for those in an array."""
    return {each["$ref"] for each in (subschema, *subschema.get("anyOf", ())) if "$ref" in each}


def _losses(document: Any) -> list[tuple[str, Any]]:
    return [(n, each) for n, each in document["$defs"].items() if n.endswith("Loss")]


def _on_property(
    change: Callable[[_Property, int], None], *types: str
) -> Callable[[Any, int, int], None]:
    """The edit that `change` makes of a property, of one of `types` if there are any."""

    def apply(document: Any, place: int, value: int) -> None:
        found = [
            each
            for each in _properties(document)
            if not types or set(_types(each.subschema)) & set(types)
        ]
        if found:
            change(found[place % len(found)], value)

    return apply


def _types(subschema: Any) -> list[str]:
    types = subschema.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def _remove(each: _Property, _: int) -> None:
    if len(each.owner["properties"]) > 1 and not each.holds_a_weight:
        del each.owner["properties"][each.key]
        _unrequire_key(each)
        _called_in_needs(each, ())


def _rename(each: _Property, value: int) -> None:
    name = (f"{each.key}_{value}", f"new{value}")[value % 2]
    properties = each.owner["properties"]
    if name not in properties:
        renamed = {name if key == each.key else key: p for key, p in properties.items()}
        properties.clear()
        properties.update(renamed)
        if each.is_required:
            required = each.owner["required"]
            required[required.index(each.key)] = name
        _called_in_needs(each, (name,))


def _called_in_needs(each: _Property, names: tuple[str, ...]) -> None:
    """Let what keys need know a property under another name, or no longer."""
    old = each.owner.pop("dependentRequired", {})
    needs = {
        name: [new for other in others for new in (names if other == each.key else (other,))]
        for key, others in old.items()
        for name in (names if key == each.key else (key,))
    }
    if needs := {key: others for key, others in needs.items() if others}:
        each.owner["dependentRequired"] = needs


def _unrequire_key(each: _Property) -> None:
    if each.is_required:
        each.owner["required"].remove(each.key)


def _require(each: _Property, value: int) -> None:
    if each.is_required:
        each.owner["required"].remove(each.key)
        each.subschema["default"] = _default(each.subschema, value)
        if each.subschema["default"] is None:
            _nullable(each.subschema)
    elif each.owner.get("type") == "object" and "x-version" not in each.owner:
        each.owner.setdefault("required", []).append(each.key)
        each.subschema.pop("default", None)


def _default(subschema: Any, value: int) -> Any:
    if "enum" in subschema:
        return subschema["enum"][value % len(subschema["enum"])]
    match _types(subschema):
        case ["boolean", *_]:
            return bool(value % 2)
        case ["integer" | "number", *_]:
            low = subschema.get("minimum", subschema.get("exclusiveMinimum", 0))
            return _as_multiple(low + 1 + value % 2, subschema)
        case ["string", *_]:
            return ("ab", "abc")[value % 2]
        case ["object", *_]:
            return {}
        case ["array"]:
            return _default_array(subschema)
        case _:
            return None


def _as_multiple(number: Any, subschema: Any) -> Any:
    """The next multiple of what the rules say."""
    divisor = subschema.get("multipleOf")
    return number if divisor is None else number + -number % divisor


def _default_array(subschema: Any) -> Any:
    """As many items as there have to be; none is the same as another."""
    items = subschema["items"]
    count = subschema.get("minItems", 0)
    match items:
        case {"enum": choices}:
            return choices[:count]
        case {"type": "string"}:
            return ["ab", "abc", "x", "xy"][:count]
        case {"type": "integer" | "number"}:
            low = items.get("minimum", items.get("exclusiveMinimum", 0))
            step = items.get("multipleOf", 1)
            return [_as_multiple(low + 1, items) + step * index for index in range(count)]
        case {"type": "array"}:
            return [_default_array({**items}) for _ in range(count)]
        case _:
            return []


def _items(each: _Property, value: int) -> None:
    """Set, move or remove a rule: how many items there are, what they are, whether they differ."""
    subschema, limit = each.subschema, 1 + value // 4 % 3
    rule = ("minItems", "maxItems", "uniqueItems", "items")[value % 4]
    items = subschema["items"]
    if rule == "items" and items.get("type") in ("integer", "number") and "minimum" in items:
        items["minimum"] = min(limit, items.get("exclusiveMaximum", limit + 1) - 1)
    elif rule == "items" and "enum" in items:
        items["enum"] = [*items["enum"][:2], _WORDS[limit]]
    elif rule == "uniqueItems":
        if subschema.pop(rule, None) is None and "$ref" not in items:
            subschema[rule] = True
    elif rule in ("minItems", "maxItems"):
        subschema.pop(rule, None)
        other = subschema.get("maxItems" if rule == "minItems" else "minItems", limit)
        if value % 3 and (limit <= other) == (rule == "minItems" or limit == other):
            subschema[rule] = limit
    if isinstance(subschema.get("default"), list):
        subschema["default"] = _default_array(subschema)


def _change_default(each: _Property, value: int) -> None:
    if "default" in each.subschema and each.subschema.get("type") is not None:
        new = _default(each.subschema, value)
        if new is not None or "null" in _types(each.subschema):
            each.subschema["default"] = new


def _toggle_null(each: _Property, value: int) -> None:
    subschema = each.subschema
    if "anyOf" in subschema and {"type": "null"} not in subschema["anyOf"]:
        subschema["anyOf"].append({"type": "null"})
    elif "null" not in _types(subschema):
        _nullable(subschema)
    elif "default" in subschema:
        without = {**subschema, "type": _types(subschema)[0]}
        if "enum" in without:
            without["enum"] = [choice for choice in without["enum"] if choice is not None]
        without["default"] = _default(without, value)
        if without["default"] is not None:
            subschema.update(without)


def _nullable(subschema: Any) -> None:
    if "type" in subschema and "null" not in _types(subschema):
        subschema["type"] = [subschema["type"], "null"]
        if "enum" in subschema:
            subschema["enum"].append(None)


def _limit(each: _Property, value: int) -> None:
    """Set, move or remove one end of a range that stays wide enough to hold something."""
    if "enum" in each.subschema:
        return
    rules = _ENDS
    rule, limit = rules[value % 4], _NUMBERS[value // 4 % len(_NUMBERS)]
    after = {key: each.subschema[key] for key in rules if key in each.subschema}
    if value % 3:
        after[rule] = limit
    else:
        after.pop(rule, None)
    low = max(after.get("minimum", -9e9), after.get("exclusiveMinimum", -9e9))
    high = min(after.get("maximum", 9e9), after.get("exclusiveMaximum", 9e9))
    if high - low >= 2:
        for key in rules:
            each.subschema.pop(key, None)
        each.subschema.update(after)


def _length(each: _Property, value: int) -> None:
    if "enum" not in each.subschema:
        rule, limit = ("minLength", "maxLength")[value % 2], value // 2 % 6
        other = each.subschema.get(("minLength", "maxLength")[1 - value % 2])
        if value % 3 == 0:
            each.subschema.pop(rule, None)
        elif other is None or (limit <= other) == (rule == "minLength"):
            each.subschema[rule] = limit


def _multiple(each: _Property, value: int) -> None:
    """Set, move or remove what integers are multiples of, if the default stays one."""
    subschema = each.subschema
    rules = subschema.get("items", subschema)
    if "enum" in rules or rules.get("type") not in ("integer", ["integer", "null"]):
        return
    rules.pop("multipleOf", None)
    if value % 3:
        rules["multipleOf"] = 2 + value % 4
    default = subschema.get("default")
    if isinstance(default, list):
        subschema["default"] = _default_array(subschema)
    elif default is not None:
        subschema["default"] = _as_multiple(default, rules)


def _deprecate(each: _Property, _: int) -> None:
    if each.subschema.pop("deprecated", None) is None and not each.is_required:
        each.subschema["deprecated"] = True


def _need(each: _Property, value: int) -> None:
    """Let a key need another one, or no longer."""
    owner = each.owner
    needs = owner.get("dependentRequired", {})
    others = [
        key
        for key in owner["properties"]
        if key != each.key and key not in owner.get("required", ()) and key not in _NEEDED
    ]
    if each.key in needs:
        del needs[each.key]
    elif others and each.subschema.get("default", 0) is None and "x-version" not in owner:
        needs[each.key] = [others[value % len(others)]]
    owner.pop("dependentRequired", None)
    if needs:
        owner["dependentRequired"] = needs


def _choices(each: _Property, value: int) -> None:
    word: Any = _WORDS[value % len(_WORDS)]
    if "integer" in _types(each.subschema):
        word = value % 5
    choices = each.subschema.get("enum")
    if choices is None:
        null = [None] if "null" in _types(each.subschema) else []
        each.subschema["enum"] = [word, 7 if isinstance(word, int) else "other", *null]
        if isinstance(word, int):
            for rule in (*_ENDS, "multipleOf"):
                each.subschema.pop(rule, None)
        each.subschema.pop("minLength", None)
        each.subschema.pop("maxLength", None)
    elif value % 5 == 0:
        del each.subschema["enum"]
    elif word not in choices:
        choices.insert(0, word)
    elif len([choice for choice in choices if choice is not None]) > 1:
        choices.remove(word)


def _type(each: _Property, value: int) -> None:
    kinds = ("integer", "number", "string", "boolean")
    kind = kinds[value % 4]
    if set(_types(each.subschema)) & set(kinds):
        null = ["null"] if "null" in _types(each.subschema) else []
        required = each.is_required
        description = each.subschema["description"]
        each.subschema.clear()
        each.subschema["type"] = [kind, *null] if null else kind
        each.subschema["description"] = description
        if not required:
            each.subschema["default"] = _default(each.subschema, value)
    elif "items" in each.subschema:
        each.subschema["items"] = {"type": kind}


def _add(document: Any, place: int, value: int) -> None:
    owners = list(_owners(document))
    owner = owners[place % len(owners)]
    name = f"new{value}"
    if name in owner["properties"]:
        return
    new: Any = {"type": ("integer", "boolean", "string")[value % 3], "description": "New."}
    always = [document, *map(document["$defs"].get, ("BottleneckLossConfig", "BottleneckWeights"))]
    if value % 2 and owner not in always:  # those are there by default, and can't need a key
        owner.setdefault("required", []).append(name)
    else:
        new["default"] = _default(new, value)
    owner["properties"][name] = new


def _choice_of_objects(document: Any, place: int, value: int) -> None:
    choice = document["properties"].get("discriminator")
    if choice is not None:
        objects = [each for each in choice["anyOf"] if "$ref" in each]
        known = {each["$ref"].removeprefix("#/$defs/") for each in objects}
        if value % 2 and len(objects) > 1:
            choice["anyOf"].remove(objects[place % len(objects)])
        elif "ThirdConfig" not in known:
            tag = {"type": "string", "enum": ["third"], "description": "The tag."}
            document["$defs"]["ThirdConfig"] = {
                "type": "object",
                "additionalProperties": False,
                "patternProperties": {"^(//|[_$]comment$)": True},
                "description": "The third.",
                "required": ["type"],
                "properties": {"type": tag},
            }
            for each in objects:  # they have the weights in common
                name = each["$ref"].removeprefix("#/$defs/")
                weights = document["$defs"][name]["properties"].get("weights")
                if weights is not None:
                    document["$defs"]["ThirdConfig"]["properties"]["weights"] = weights
            choice["anyOf"].insert(0, {"$ref": "#/$defs/ThirdConfig"})


def _rename_class(document: Any, place: int, value: int) -> None:
    names = [
        name
        for name in document["$defs"]
        if name not in _RESULTS and not name.endswith("Loss") and not name.startswith("Bottleneck")
    ]
    old, new = names[place % len(names)], f"Class{value}"
    if new not in document["$defs"]:
        _replace(document, f"#/$defs/{old}", f"#/$defs/{new}")
        definitions = document["$defs"]
        renamed = {new if name == old else name: each for name, each in definitions.items()}
        definitions.clear()
        definitions.update(renamed)


def _replace(value: Any, old: str, new: str) -> None:
    """Refer to `new` wherever something refers to `old`, or to a part of it."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in members:
        is_reference = key in ("$ref", "x-decay", "arguments") and isinstance(each, str)
        if is_reference and (each == old or each.startswith(f"{old}/")):
            value[key] = new + each.removeprefix(old)
        elif isinstance(each, dict | list):
            _replace(each, old, new)


def _loss(document: Any, place: int, value: int) -> None:
    losses = _losses(document)
    _, loss = losses[place % len(losses)]
    match value % 3:
        case 0 if "x-term" in loss:
            loss["x-term"]["reads"] = [f"key{value}", f"other{value}"]
        case 0:
            loss["properties"]["key"]["const"] = f"key{value}"
        case 1:
            loss["properties"]["name"]["const"] = f"name{value}"
        case _:
            loss["x-scale"] = value


def _mapping(document: Any, place: int, value: int) -> None:
    mapping = document["$defs"]["LossMapping"]["properties"]
    carried = list(mapping.values())[place % len(mapping)].get("prefixItems")
    if carried is not None:
        names = [
            name
            for name, each in _losses(document)
            if "x-term" not in each and "$ref" in each["properties"]["weight"]
        ]
        new = {"$ref": f"#/$defs/{names[value % len(names)]}"}
        if value % 2:
            carried.reverse()
        elif new in carried:
            carried.remove(new)
        else:
            carried.insert(value % (len(carried) + 1), new)


def _bottleneck(document: Any, place: int, value: int) -> None:
    entries = document["$defs"]["BottleneckType"]["oneOf"]
    mapping = document["$defs"]["LossMapping"]["properties"]
    entry = entries[place % len(entries)]
    match value % 5:
        case 0:
            entry["x-config-type"] = f"tag{value}"
        case 1:
            entry["title"] = f"MEMBER{value}"
        case 2 if f"Class{value}Bottleneck" not in mapping:
            name = f"Class{value}Bottleneck"
            mapping[name] = mapping.pop(entry["const"])
            entry["const"] = name
        case 3 if len(entries) > 1:
            entries.remove(entry)
            del mapping[entry["const"]]
        case 4 if f"New{value}Bottleneck" not in mapping:
            name = f"New{value}Bottleneck"
            new = {"title": f"NEW{value}", "x-config-type": f"new{value}", "description": "New."}
            entries.append({"const": name, **new})
            mapping[name] = {"type": "array", "maxItems": 0}


def _objective(document: Any, place: int, value: int) -> None:
    for trainer in document["x-trainers"].values():
        if "objective" in trainer:
            generator = trainer["objective"]["generator"]
            names = list(generator)
            name = names[place % len(names)]
            match value % 4:
                case 0 if len(names) > 1:
                    del generator[name]
                case 1:
                    said = generator.pop(name)
                    generator[name] = said
                case 2 if name != "LossMapping":
                    generator[name]["teacher"] = value % 8 > 3
                case 3 if names[-1] != name:
                    generator[name]["before"] = names[-1]


def _reword(each: _Property, value: int) -> None:
    each.subschema["description"] += f" {value}"


EDITS: dict[str, Callable[[Any, int, int], None]] = {
    "add a key": _add,
    "change a bottleneck": _bottleneck,
    "change a default": _on_property(_change_default),
    "change a description": _on_property(_reword),
    "change a loss": _loss,
    "change a mapping": _mapping,
    "change a range": _on_property(_limit, "integer", "number"),
    "change a range of lengths": _on_property(_length, "string"),
    "change an objective": _objective,
    "change a type": _on_property(_type),
    "change an array": _on_property(_items, "array"),
    "change choices": _on_property(_choices, "string", "integer"),
    "change a divisor": _on_property(_multiple, "integer", "array"),
    "change what a key needs": _on_property(_need),
    "deprecate a key or not": _on_property(_deprecate),
    "change the choice of objects": _choice_of_objects,
    "remove a key": _on_property(_remove),
    "rename a class": _rename_class,
    "rename a key": _on_property(_rename),
    "take or refuse null": _on_property(_toggle_null),
    "require a key or not": _on_property(_require),
}
"""By their names."""
