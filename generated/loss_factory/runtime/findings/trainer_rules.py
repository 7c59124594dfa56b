# Generated from templates/runtime/findings/trainer_rules.py.
# Do not edit; change it and run: python -m nox -s generate

"""What trainers would make of a loss config that is right in itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..config.documents import Loaded
from ..model.errors import ConfigProblem
from ..model.records import BottleneckT, ConfigT, Tables, Trainer
from ..model.shape import also_of, fields_of
from ..plan.held_objects import HeldObject, Note, objects_of
from ..plan.trainer_notes import decays_beside_schedules, failures, in_vain, unread
from ..text.jsontext import Json, JsonPath, at
from ..text.wording import did_you_mean_name, nearest, shown, together


def trainer_problems(
    tables: Tables[ConfigT, BottleneckT],
    loaded: Loaded[ConfigT],
    trainers: Sequence[Trainer],
    channels: int | None,
) -> Iterator[ConfigProblem]:
    """What makes one of `trainers` fail, and what none of them reads, but another one may."""
    yield from failure_problems(tables, loaded, trainers, channels)
    objects = list(objects_of(tables.config, loaded.sections))
    for note, names in _by_note(trainers, lambda each: unread(each, objects)).items():
        if len(names) == len(trainers):
            readers = [*readers_of(tables, note.path)]
            verb = "reads" if len(readers) == 1 else "read"
            after = f"; {together(readers)} {verb} it" if readers else ""
            yield _problem(loaded, note._replace(after=after), names)


def model_type_of(loaded: Loaded[ConfigT]) -> Json:
    """The model type of a whole model config; None if nothing says it."""
    return at(loaded.document.value, ("model_type",)) if loaded.is_whole_config else None


def readers_among(trainers: Sequence[Trainer], loaded: Loaded[ConfigT]) -> list[Trainer]:
    """Those whose training of this model type reads loss configs."""
    model_type = model_type_of(loaded)
    return [each for each in trainers if each.sums(model_type) == "objective"]


def unread_config(
    tables: Tables[ConfigT, BottleneckT],
    loaded: Loaded[ConfigT],
    trainers: Sequence[Trainer],
    bottleneck: BottleneckT | None,
) -> Iterator[ConfigProblem]:
    """That none of `trainers` reads what is written, and what they sum instead."""
    if at(loaded.document.value, loaded.path) is None:
        return
    model_type = model_type_of(loaded)
    read = "reads" if len(trainers) == 1 else "read"
    names = together([each.name for each in trainers])
    said = repr(model_type) if isinstance(model_type, str) else shown(model_type)
    message = f"{names} {read} no loss_configs in a training of model_type {said}"
    if bottleneck is not None and all(each.sums(model_type) == "defaults" for each in trainers):
        weights = {loss.weight.path: loss.weight.default for loss in tables.losses[bottleneck]}
        stay = [f"{path} stays {default!r}" for path, default in weights.items()]
        message += f"; the defaults hold: {together(stay)}" if stay else ""
    elif isinstance(model_type, str):
        known = [name for each in trainers for name in each.model_types]
        message += did_you_mean_name(model_type, known)
    yield loaded.problem(loaded.path, message)


def idle_problems(
    tables: Tables[ConfigT, BottleneckT],
    loaded: Loaded[ConfigT],
    trainers: Sequence[Trainer],
    has_teacher: bool,
) -> Iterator[ConfigProblem]:
    """What changes nothing in a training with some of `trainers`, though they read it."""
    config = loaded.config
    if config is None:
        return
    known = [each for each in trainers if each.name in tables.objectives]

    def notes(trainer: Trainer) -> Iterator[Note]:
        yield from in_vain(tables.objectives[trainer.name], config, has_teacher)

    for note, names in _by_note(known, notes).items():
        yield _problem(loaded, note, names)


def readers_of(tables: Tables[ConfigT, BottleneckT], path: JsonPath) -> Iterator[str]:
    """The trainers that have a loss whose weight or decay stands at `path` or below."""
    place = f"{'.'.join(map(str, path))}."
    for name, objective in tables.objectives.items():
        read = (each for one in objective.summands for each in (one.path, one.decay_path))
        if any(f"{each}.".startswith(place) for each in read if each is not None):
            yield name


def failure_problems(
    tables: Tables[ConfigT, BottleneckT],
    loaded: Loaded[ConfigT],
    trainers: Sequence[Trainer],
    channels: int | None,
) -> Iterator[ConfigProblem]:
    """What makes one of `trainers` fail, with as many `channels` if that is known."""
    objects = list(objects_of(tables.config, loaded.sections))
    misspelled = _perhaps_misspelled(objects, loaded)
    models = {each.path: each.model for each in objects}

    def is_misspelled(key: str, owner: JsonPath) -> bool:
        others = also_of(fields_of(models[owner])[key])
        wrong = misspelled[owner]
        return nearest(key, wrong) is not None or not {*others}.isdisjoint(wrong)

    def notes(trainer: Trainer) -> Iterator[Note]:
        yield from failures(trainer, objects, loaded.foreign, channels, is_misspelled)
        if loaded.config is not None and trainer.name in tables.objectives:
            yield from decays_beside_schedules(tables.objectives[trainer.name], loaded.config)

    failing = _by_note(trainers, notes)
    told = {note.path for note in failing}.intersection(_wrong_paths(loaded))
    for note, names in failing.items():
        if note.path not in told:
            yield _problem(loaded, note, names)


def _by_note(
    trainers: Sequence[Trainer], notes: Callable[[Trainer], Iterator[Note]]
) -> dict[Note, list[str]]:
    found: dict[Note, list[str]] = {}
    for trainer in trainers:
        for note in notes(trainer):
            found.setdefault(note, []).append(trainer.name)
    return found


def _problem(loaded: Loaded[ConfigT], note: Note, names: list[str]) -> ConfigProblem:
    path = (*loaded.path, *note.path)
    while not loaded.document.holds(path):  # an object that is there by default
        path = path[:-1]
    message = f"{note.before}{together(names)}{note.after}"
    return loaded.problem(path, message, at_key=note.at_key)


def _perhaps_misspelled(
    objects: Iterable[HeldObject], loaded: Loaded[ConfigT]
) -> Mapping[JsonPath, Sequence[str]]:
    """The keys in each object that are wrong, by its path: one of them may mean another key."""
    keys: dict[JsonPath, list[str]] = {each.path: [] for each in objects}
    for path in _wrong_paths(loaded):
        if path and path[:-1] in keys:
            keys[path[:-1]].append(str(path[-1]))
    return keys


def _wrong_paths(loaded: Loaded[ConfigT]) -> Iterator[JsonPath]:
    """The paths of all problems in the loss config, from there on."""
    depth = len(loaded.path)
    return (path[depth:] for path in loaded.wrong_paths() if path[:depth] == loaded.path)
