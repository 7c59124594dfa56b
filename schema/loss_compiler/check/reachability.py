"""Objects that no config can hold, and weights that have no one path."""

from __future__ import annotations

from collections.abc import Iterator

from ..shared.jsontext import JsonPath
from ..shared.wording import shown_pointer
from ..source.paths import NoWay, Paths, Step, article
from ..source.problems import Problem
from ..source.syntax import RESULTS, WEIGHT, LossDefinition, LossesSchema, PropertyReference, Term


def way_problems(schema: LossesSchema) -> Iterator[Problem]:
    """One for each object that losses read and that has no one path, at the first such loss.

    If an object holds itself, there is no telling but of those that are nowhere.
    """
    paths = Paths(schema)
    ends: set[str] = set()
    for loss in schema.losses.values():
        for path, owner, key in _read(loss):
            if paths.is_endless and owner in paths.ways:
                continue
            way = _way(paths, owner, key)
            if not isinstance(way, NoWay) or way.owner in ends:
                continue
            is_held = way.owner in paths.ways
            if is_held or not _has_lost_reference(schema):
                ends.add(way.owner)
                place, is_key = (path, False) if way.path is None else (way.path, True)
                about = (schema.objects[way.owner].path,)
                yield Problem(place, way.message, at_key=is_key, about=about)


def _read(loss: LossDefinition) -> Iterator[tuple[JsonPath, str, str | None]]:
    """What a loss reads of a config: where it says so, the object, and the key if it is one."""
    for each in (loss.weight, loss.decay):
        if isinstance(each, PropertyReference):
            yield each.path, each.owner, each.key
    if isinstance(loss.value, Term) and loss.value.arguments is not None:
        yield (*loss.value.path, "arguments"), loss.value.arguments, None


def _way(paths: Paths, owner: str, key: str | None) -> tuple[Step, ...] | NoWay:
    """The way to what a loss reads; references to nothing are told elsewhere."""
    held = paths.schema.objects.get(owner)
    if held is None:
        return ()
    if key is None or key not in held.properties:
        return paths.steps_to(owner)
    return paths.steps_to_key(owner, key)


def unheld_objects(schema: LossesSchema) -> Iterator[Problem]:
    """The objects that are in no config, unless a wrong reference may have been meant for them."""
    if _has_lost_reference(schema):
        return
    held = Paths(schema).ways
    for name, each in schema.objects.items():
        if name not in held and name not in RESULTS and not each.is_in_place:
            advice = "let a property refer to it, or remove it"
            message = f"no config holds {article(name)}; {advice}"
            yield Problem(each.path, message, at_key=True)


def in_its_place(name: str, schema: LossesSchema) -> str:
    """What to do about a reference to an object that has no entry in $defs."""
    held = schema.objects.get(name)
    if held is None or not held.is_in_place:
        return ""
    return f"; give this entry to the object at {shown_pointer(held.path)}, which stands in place"


def _has_lost_reference(schema: LossesSchema) -> bool:
    """Whether a property refers to no object, or twice to one, and may have meant another."""
    for owner in schema.objects.values():
        for each in owner.properties.values():
            referred = [reference.target for reference in each.references]
            is_result = owner.name in RESULTS and each.key == "bottleneck_type"
            known = all(name in schema.objects or name == WEIGHT for name in referred)
            if not is_result and (len(set(referred)) < len(referred) or not known):
                return True
    return False
