"""How messages show values and suggest spellings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import islice, takewhile
from math import log10
from typing import TypeVar
from unicodedata import normalize

_LONGEST = 40
_LONGEST_INTEGER = 1024  # bits, as much as fits into a float
_SHORT = 3
_SHORT_NAME = 5
_LONGEST_STEP = 100
_LONGEST_NAME = 80
"""Nobody writes a longer one by a slip, and how alike two are takes longer than they are long."""

MOST_TOLD = 100
"""Problems of one document that are told; nobody reads more of them at once."""

_T = TypeVar("_T")
_QUALNAME = type.__dict__["__qualname__"]
_LONGEST_KIND = 60
_MUCH = 0.85  # of long names, so much is the same if two slips are made
MOST_CHOICES = 500
"""Among more, one that is near is near by chance; and it takes long to look at all of them."""
_MOST_COMPARED = 10


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was most likely meant to be, if any is near; case does not count."""
    by_folded = {_folded(choice): choice for choice in _most_alike(word, choices)}
    # Half of a name such as "kl" has to be enough: it is all that is left after one slip.
    cutoff = 0.5 if len(word) <= _SHORT else 0.6
    from difflib import get_close_matches  # for a mistake only; importing the package is quick

    matches = get_close_matches(_folded(word), by_folded, n=1, cutoff=cutoff) if by_folded else []
    return by_folded[matches[0]] if matches else None


def slip_for(word: str, names: Iterable[str]) -> str | None:
    """The one of `names` that `word` is a slip of the pen for, if any is.

    For names that are legal where they stand, or end alike: much of `TanhBottleneck` is that of
    `VAEBottleneck`, which nobody means by it. So what differs has to be little.
    """
    choices = _most_alike(word, names)
    return nearest(word, [name for name in choices if _differ_little(word, name)])


def slips_for(word: str, names: Iterable[str]) -> list[str]:
    """All of `names` that `word` is a slip of the pen for, and that are nearest to it."""
    if _is_long(word):
        return []
    from difflib import SequenceMatcher  # late, as above

    matcher = SequenceMatcher(None, b=_folded(word))
    near: dict[str, float] = {}
    for name in _most_alike(word, names):
        if _folded(word) == _folded(name) or _differ_little(word, name):
            matcher.set_seq1(_folded(name))
            near[name] = matcher.ratio()
    return [name for name, ratio in near.items() if ratio == max(near.values())]


def _most_alike(word: str, names: Iterable[str]) -> list[str]:
    """The few of `names` that have most letters in common with `word`; of too many names, none.

    The order of letters takes far longer to compare, and there may be as many words as names.
    """
    choices = list(islice(names, MOST_CHOICES + 1))
    if _is_long(word) or len(choices) > MOST_CHOICES:
        return []
    possible = [each for each in choices if not _is_long(each)]
    if len(possible) <= _MOST_COMPARED:
        return possible
    from difflib import SequenceMatcher  # late, as above

    matcher = SequenceMatcher(None, b=_folded(word))

    def likeness(choice: str) -> float:
        matcher.set_seq1(_folded(choice))
        return matcher.quick_ratio()

    return nlargest(_MOST_COMPARED, possible, key=likeness)


def _is_long(name: str) -> bool:
    return len(name) > _LONGEST_NAME or len(_folded(name)) > _LONGEST_NAME  # an ﷺ is 18 letters


def _differ_little(one: str, other: str) -> bool:
    from difflib import SequenceMatcher  # late, as above

    one, other = one.casefold(), other.casefold()
    rest, other_rest = _without_common_ends(one, other)
    most = 2 if min(len(one), len(other)) > _SHORT_NAME else 1
    is_one_slip = max(len(rest), len(other_rest)) <= most and min(len(rest), len(other_rest)) < 2
    are_two_swapped = len(rest) == 2 and rest == other_rest[::-1]
    if is_one_slip or are_two_swapped:
        return True
    matcher = SequenceMatcher(None, one, other)
    ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # the quickest first
    return all(ratio() >= _MUCH for ratio in ratios)


def _without_common_ends(one: str, other: str) -> tuple[str, str]:
    start = _length_in_common(one, other)
    one, other = one[start:], other[start:]
    end = _length_in_common(reversed(one), reversed(other))
    return one[: len(one) - end], other[: len(other) - end]


def _length_in_common(one: Iterable[str], other: Iterable[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _folded(word: str) -> str:
    """`word` without what one does not see, or seldom means: case, width, ligatures."""
    return normalize("NFKC", word).casefold()


def json_pointer(path: Iterable[str | int]) -> str:
    """`path` as a JSON Pointer (RFC 6901); the root is the empty string."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def shown_pointer(path: Iterable[str | int]) -> str:
    """`path` as messages show it: its JSON Pointer, unless a key is longer than any that is meant.

    A key can be as long as the file, and lead to a thousand mistakes.
    """
    return json_pointer(without_middle(str(step), _LONGEST_STEP) for step in path)


def first_told(problems: Iterable[_T]) -> tuple[list[_T], int]:
    """As many of `problems` as are told, and how many more there are."""
    rest = iter(problems)
    return list(islice(rest, MOST_TOLD)), sum(1 for _ in rest)


def and_more(count: int) -> str:
    """What stands in the place of problems that are not told."""
    return f"and {count:,} more"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the nearest of `choices`, or nothing."""
    match = nearest(word, choices)
    return "" if match is None else f"; did you mean {match!r}?"


def did_you_mean_name(word: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the one of `names` that `word` is a slip for, or nothing."""
    meant = slip_for(word, names)
    return "" if meant is None else f"; did you mean {meant!r}?"


def listed(names: Iterable[str]) -> str:
    """Names as a comma-separated list in quotes, in ASCII: other letters can look like these."""
    return ", ".join(map(ascii, names))


def alternatives(names: Iterable[str]) -> str:
    """`a, b or c`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def together(names: Sequence[str]) -> str:
    """`a`, `a and b`, `x 1, 2 and 3`: what two names in a row begin with is said once."""
    said: list[str] = []
    for name in names:
        stem, _, version = name.rpartition(" ")
        same = bool(said) and bool(stem) and names[len(said) - 1].rpartition(" ")[0] == stem
        said.append(version if same else name)
    *others, last = said
    return f"{', '.join(others)} and {last}" if others else last


def one_line(text: str) -> str:
    """`text` with line ends and whatever else can't be printed escaped."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode()
        for char in text
    )


def shown(value: object) -> str:
    """A value as a message names it: what kind it is and, for a scalar, what it says."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > _LONGEST_INTEGER:
            return f"an integer of about {round(value.bit_length() * log10(2))} digits"
        case int():
            return shortened(int.__repr__(value), _LONGEST)
        case float():
            return float.__repr__(value)
        case str():
            beginning = value[:_LONGEST]  # whose quotes make it longer than what is shown
            return f"the string {shortened(json.dumps(beginning, ensure_ascii=False), _LONGEST)}"
        case Mapping():
            return "an object"
        case _ if issubclass(type(value), (bytes, bytearray, memoryview)):
            return f"a {kind_of(value)}"
        case Sequence():
            return "an array"
        case _:
            return f"a {kind_of(value)}"


def kind_of(value: object) -> str:
    """The name of its type, as Python knows it: a metaclass may say something else, or fail."""
    name: str = _QUALNAME.__get__(type(value))
    return shortened(one_line(name[:_LONGEST_KIND]), _LONGEST_KIND)


def without_middle(text: str, longest: int) -> str:
    """As much of the beginning and the end of `text` as fits."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def shortened(text: str, longest: int = 60) -> str:
    """As much of `text` as fits into a line with more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
