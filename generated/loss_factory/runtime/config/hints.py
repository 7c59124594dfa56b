# Generated from templates/runtime/config/hints.py.
# Do not edit; change it and run: python -m nox -s generate

"""What an unknown key was meant to be: a key of the same object, or one at another place.

A hint is right or it is not there. So what the value is counts as much as how the key is spelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from ..model.schedules import Schedule
from ..model.shape import also_of, fields_of, holds_schedules, models_of
from ..text.jsontext import Json, JsonPath, at
from ..text.wording import nearest, slips_for
from .paths import Home, Place, homes_called, homes_of, is_chosen, is_there, known_words, paths_of

_FEW = 3
"""As many readings can be told; more of them say nothing."""
_SHORT = 3
"""A word of so few letters is near to many others."""
_SHORT_NAME = 5
"""A slip leaves too little of a name of so few letters that people use elsewhere."""
_ARGUMENTS = "config"
"""Where sections hold arguments of constructors: many take arguments of the same names."""

_OF_ANOTHER_KIND, _USABLE, _VALID = range(3)
"""How well a value would do at a place."""


class Hint(NamedTuple):
    """Where an unknown key was meant to stand, and what it is called there.

    `written` is a key of the same object that says the same and is there already.
    """

    paths: list[JsonPath]
    written: str | None = None


class Unknown(NamedTuple):
    """An unknown key, the config that it stands in, and the class of that.

    `passed` are keys that the object can't have because a trainer passes them itself.
    """

    place: Place
    sections: Json
    config: type[BaseModel]
    passed: frozenset[str] = frozenset()

    @property
    def above(self) -> JsonPath:
        """The path to the object around it."""
        return self.place.path[:-1]

    @property
    def key(self) -> str:
        """The key itself."""
        return str(self.place.path[-1])

    @property
    def value(self) -> Json:
        """What it holds."""
        return at(self.sections, self.place.path)

    @property
    def is_known_word(self) -> bool:
        """Whether the key is legal somewhere, or what people call something elsewhere."""
        return _as_word(self.key) in known_words(self.config)

    def is_no_value_of(self, home: Home) -> bool:
        """Whether it is a number where an object belongs, or an object where a value does."""
        if isinstance(self.value, dict):
            return not self.fits(home)
        return isinstance(self.value, int | float) and any(models_of(home.field))

    @property
    def own(self) -> list[Home]:
        """The places of the keys that the object around it takes."""
        found = {name: each for each in self.place.models for name in fields_of(each)}
        return [
            Home((*self.above, name), self.place.choice, owner) for name, owner in found.items()
        ]

    @property
    def exact(self) -> list[Home]:
        """Where the key is legal, so that what is chosen there can stay as it is."""
        found = homes_of(self.config, self.key)
        return [each for each in found if not each.is_ruled_out_by(self.place.choice)]

    def is_free(self, home: Home) -> bool:
        """Whether nothing stands there."""
        return at(self.sections, home.path) is None

    def fits(self, home: Home) -> int:
        """How well the value would do there; one number in the place of a list will do."""
        takes_anything = isinstance(self.value, dict) and not any(models_of(home.field))
        mistakes = _mistakes_with(self.value, home)
        if _OF_ANOTHER_KIND in mistakes:
            is_number = isinstance(self.value, int | float)
            as_list = _mistakes_with([self.value], home) if is_number else mistakes
            return _OF_ANOTHER_KIND if as_list else _USABLE
        return _USABLE if mistakes or takes_anything else _VALID


def _mistakes_with(value: Json, home: Home) -> list[int]:
    """How well a value does at a place, once for each mistake in it."""
    try:
        home.owner.model_validate({home.key: value})
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False)
        mistakes = [each for each in told if each["loc"][:1] == (home.key,)]
        may_lack_tag = isinstance(value, dict) and not holds_schedules(home.field)
        return [
            _OF_ANOTHER_KIND
            if each["loc"] == (home.key,) and _is_another_kind(each["type"], may_lack_tag)
            else _USABLE
            for each in mistakes
        ]
    return []


def hint_for(unknown: Unknown) -> Hint:
    """What the key was meant to be; there may be no path."""
    poor: list[Home] = []
    own = [each for each in unknown.own if _is_also(unknown, each)]
    if found := _best(_free(own, unknown), unknown, _USABLE):
        return _hint(found)
    if written := next((each.key for each in own if unknown.fits(each)), None):
        return Hint([], written)
    for readings in _readings_here(unknown):
        if found := _best(readings, unknown, _USABLE):
            return _hint(found)
        spelled = [each for each in readings if _is_spelled(unknown, each)]
        poor = poor or _best(
            [each for each in spelled if not unknown.is_no_value_of(each)], unknown, 0
        )
    there = _there(unknown.exact, unknown)
    return _hint(
        _told_elsewhere(there, unknown)
        or _called_elsewhere(unknown)
        or poor
        or _best(_near(unknown), unknown, _USABLE)
        or _in_an_absent_section(unknown)
    )


def _hint(homes: Iterable[Home]) -> Hint:
    return Hint([each.path for each in homes])


def _readings_here(unknown: Unknown) -> Iterator[list[Home]]:
    """What the key may mean in this object, or in one of its objects, from the most likely on.

    Another name of a key of this object comes before all of these.
    """
    inside = [each for each in unknown.exact if _may_be_inside(each, unknown)]
    yield inside
    yield _slips(unknown)
    if unknown.above:  # everything is inside of the whole config
        yield [each for each in _there(unknown.exact, unknown) if each.field.is_required()]
        also = homes_called(unknown.config, _as_word(unknown.key))
        yield [each for each in also if _may_be_inside(each, unknown)]


def _best(readings: Iterable[Home], unknown: Unknown, at_least: int) -> list[Home]:
    """Those that the value fits best, and of these what is needed and missing."""
    rated = [(unknown.fits(each), each) for each in readings]
    most = max((rate for rate, _ in rated), default=0)
    best = [each for rate, each in rated if rate == most >= at_least]
    needed = [each for each in best if each.field.is_required()]
    best = list({each.path: each for each in needed or best}.values())
    return best if len(best) <= _FEW else []


def _told_elsewhere(homes: Sequence[Home], unknown: Unknown) -> list[Home]:
    """Those of `homes` that the value fits best; if it does so equally well, in this section.

    A key of many objects says nothing, but for one that this section takes at one place; an object
    that is valid in few of them does.
    """
    is_common = len(paths_of(unknown.exact)) > _FEW
    in_section = [each for each in homes if each.path[:1] == unknown.above[:1]]
    if is_common and not (unknown.value and isinstance(unknown.value, dict)):
        return _best(in_section, unknown, _VALID) if len(in_section) == 1 else []
    for at_least in (_VALID,) if is_common else (_VALID, _USABLE):
        for group in (in_section, homes):
            if found := _best(group, unknown, at_least):
                return found
    return []


def _free(homes: Iterable[Home], unknown: Unknown) -> list[Home]:
    return [each for each in homes if unknown.is_free(each)]


def _there(homes: Iterable[Home], unknown: Unknown) -> list[Home]:
    """Free places in objects that the config has."""
    if _is_in_a_schedule(unknown):
        return []
    return [each for each in _free(homes, unknown) if is_there(each, unknown.sections)]


def _may_be_inside(home: Home, unknown: Unknown) -> bool:
    """Whether it is in an object of the object around the key, or in one that is missing there."""
    if not unknown.above or not _is_inside(home, unknown.above) or not unknown.is_free(home):
        return False
    if _is_in_a_schedule(unknown) or not is_chosen(home, unknown.sections):
        return False
    holder = at(unknown.sections, home.needs)
    is_own = _is_inside(home._replace(path=(*home.needs, "")), unknown.above)
    return isinstance(holder, dict) or (holder is None and is_own)


def _called_elsewhere(unknown: Unknown) -> list[Home]:
    """What people call by the key in this section, or at one place of the whole config."""
    word = _as_word(unknown.key)
    if not unknown.above and homes_of(unknown.config, unknown.key):
        return []  # it has the name of something itself
    spelled = homes_of(unknown.config, word) if word != unknown.key else ()
    places = _there([*spelled, *homes_called(unknown.config, word)], unknown)
    if unknown.above:
        places = [each for each in places if each.path[:1] == unknown.above[:1]]
    found = _best(places, unknown, _VALID)
    return found if len(found) == 1 else []


def _is_inside(home: Home, above: JsonPath) -> bool:
    """Whether it is in an object of the object at `above`."""
    return home.path[: len(above)] == above and len(home.path) > len(above) + 1


def _slips(unknown: Unknown) -> list[Home]:
    """What the key is a slip of the pen for: also for what is written besides."""
    words: dict[str, list[Home]] = {}
    for each in unknown.own:
        longer = [word for word in _others(each) if len(word) > _SHORT_NAME]
        for word in (each.key, *(() if unknown.is_known_word else longer)):
            words.setdefault(word, []).append(each)
    slips = [home for word in slips_for(unknown.key, words) for home in words[word]]
    spelled = [each for each in slips if _is_spelled(unknown, each)]
    return _free(slips, unknown) or [each for each in spelled if not _is_also(unknown, each)]


def _near(unknown: Unknown) -> list[Home]:
    """The key of the same object that is a little like it, or has a word more or less.

    Not if the key is a word for something else, or more like one: half of `in_channels` is that of
    `out_channels`, which means the opposite.
    """
    key = unknown.key
    words = known_words(unknown.config) | unknown.passed
    if unknown.is_known_word or _as_word(key) in unknown.passed or len(key) <= _SHORT:
        return []
    own = {each.key: each for each in _free(unknown.own, unknown)}
    longer = [each for each in own if each.startswith(f"{key}_") or key.startswith(f"{each}_")]
    near = nearest(key, [*own, *sorted(words - own.keys())]) if len(key) > _SHORT_NAME else None
    if near not in own:
        near = longer[0] if len(longer) == 1 else None
    return [] if near is None else [own[near]]


def _in_an_absent_section(unknown: Unknown) -> list[Home]:
    """Where the key is legal in the one section that takes it, if the config has it nowhere.

    But for arguments, of which many have the same names.
    """
    if _is_in_a_schedule(unknown) or len(paths_of(unknown.exact)) > _FEW:
        return []
    homes = [each for each in unknown.exact if _ARGUMENTS not in each.path[:-1]]
    found = _told_elsewhere(_free(homes, unknown), unknown)
    sections = {each.path[0] for each in found}
    return found if len(sections) == 1 and all(map(unknown.is_free, homes)) else []


def _is_in_a_schedule(unknown: Unknown) -> bool:
    return any(issubclass(each, Schedule) for each in unknown.place.models)


def _is_also(unknown: Unknown, home: Home) -> bool:
    """Whether people call this place by that key."""
    return _as_word(unknown.key) in _others(home)


def _is_spelled(unknown: Unknown, home: Home) -> bool:
    """Whether the key is what this place is called, but for a slip."""
    return unknown.key == home.key or slips_for(unknown.key, [home.key]) != []


def _others(home: Home) -> tuple[str, ...]:
    return also_of(home.field)


def _as_word(key: str) -> str:
    """`hop_lengths` for `hop-lengths` and `hopLengths`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).replace("-", "_").casefold()


def _is_another_kind(error: str, may_lack_tag: bool) -> bool:
    """Whether it is no object, no list and so on; an object may have lost its tag."""
    if error == "union_tag_not_found":
        return not may_lack_tag
    return error.endswith("_type") or error == "literal_error"
