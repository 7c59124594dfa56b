"""What the package refuses although its schema allows it: everything of that kind, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .judges import DEEPEST_ARGUMENTS, PublishedSchema
from .reading import Oddity, Reading

VALIDATE, VALIDATE_JSON, LOAD = "model_validate", "model_validate_json", "load_config"
PLAN = "plan_losses"

Readers = frozenset[str]
_ALL = frozenset({VALIDATE, VALIDATE_JSON, LOAD, PLAN})
_OF_TEXT = frozenset({VALIDATE_JSON, LOAD})
_STRICT = frozenset({LOAD})
_NONE: Readers = frozenset()

_LONGEST_FILE = 1_000_000
_DEEPEST_FILE = 100
_DEEPEST_FOR_PYDANTIC = 200


@dataclass(frozen=True)
class Listed:
    """A reason to refuse a document that the schema allows.

    `refusers` says who has to refuse a document for this reason, and so who may.
    """

    name: str
    reason: str
    refusers: Callable[[Reading, PublishedSchema], Readers]


def _equal_keys(reading: Reading, _: PublishedSchema) -> Readers:
    return _STRICT if Oddity.EQUAL_KEYS in reading.odd_text else _NONE


def _no_number(reading: Reading, _: PublishedSchema) -> Readers:
    if Oddity.NO_NUMBER in reading.odd:
        return _ALL
    return _STRICT if Oddity.NO_NUMBER in reading.odd_text else _NONE


def _too_large(reading: Reading, schema: PublishedSchema) -> Readers:
    if Oddity.TOO_LARGE in reading.odd:
        return _ALL
    if Oddity.TOO_LARGE_INTEGER in reading.odd:  # it can stand where no float is made of it
        return _NONE if schema.with_finite_numbers.is_valid(reading.value) else _ALL
    return _STRICT if Oddity.TOO_LARGE in reading.odd_text else _NONE


def _too_many_digits(reading: Reading, _: PublishedSchema) -> Readers:
    return _ALL if Oddity.TOO_MANY_DIGITS in reading.odd_text else _NONE


def _half_surrogate(reading: Reading, _: PublishedSchema) -> Readers:
    if Oddity.HALF_SURROGATE in reading.odd:
        return _ALL
    return _OF_TEXT if Oddity.HALF_SURROGATE in reading.odd_text else _NONE


def _ends_before_it_starts(reading: Reading, schema: PublishedSchema) -> Readers:
    if reading.value is None or schema.with_ordered_steps.is_valid(reading.value):
        return _NONE
    return _ALL


def _deep(reading: Reading, schema: PublishedSchema) -> Readers:
    if reading.depth <= DEEPEST_ARGUMENTS:
        return _NONE
    if not schema.with_shallow_arguments.is_valid(reading.value):
        return _ALL
    if reading.depth > _DEEPEST_FOR_PYDANTIC:
        return _OF_TEXT
    return _STRICT if reading.depth > _DEEPEST_FILE else _NONE


def _long(reading: Reading, _: PublishedSchema) -> Readers:
    return _STRICT if reading.size > _LONGEST_FILE else _NONE


LISTED = (
    Listed(
        "equal keys",
        "JSON leaves open which of them counts; parsers keep the last before a schema is asked",
        _equal_keys,
    ),
    Listed(
        "NaN or Infinity",
        "they are not JSON, so that no schema speaks of them, but Python writes and reads them",
        _no_number,
    ),
    Listed(
        "number too large",
        "it would become infinite, and what Python writes for that is not JSON",
        _too_large,
    ),
    Listed(
        "too many digits",
        "Python refuses to read integers of more than 4,300 digits, lest it take too long",
        _too_many_digits,
    ),
    Listed(
        "half a surrogate pair",
        "it is no character, and no file in UTF-8 can hold it",
        _half_surrogate,
    ),
    Listed(
        "schedule that ends before it starts",
        "JSON Schema can't compare two numbers of an object",
        _ends_before_it_starts,
    ),
    Listed(
        "nested deeply",
        "recursion has an end in every reader; this one is the same on every machine",
        _deep,
    ),
    Listed(
        "long file",
        "load_config reads a megabyte at most, so that a wrong file doesn't fill the memory",
        _long,
    ),
)
"""Every one of these says precisely which documents it is about: all others have to agree."""
