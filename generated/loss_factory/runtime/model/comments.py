# Generated from templates/runtime/model/comments.py.
# Do not edit; change it and run: python -m nox -s generate

"""Comments, which any closed object may hold and nothing reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from .plain import as_json

_COMMENTS = frozenset({"_comment", "$comment"})
_BEGIN_OF_COMMENTS = "//"


def is_comment(key: object) -> bool:
    """Whether a key of a closed object is a comment, which nothing reads."""
    return isinstance(key, str) and (key in _COMMENTS or key.startswith(_BEGIN_OF_COMMENTS))


def without_comments(members: Mapping[str, object]) -> dict[str, object]:
    """The `members` of a closed object without comments."""
    return {key: value for key, value in members.items() if not is_comment(key)}


def checked_without_comments(value: object) -> object:
    """An object without its comments, which have to be JSON, as the rest of a config."""
    if not isinstance(value, dict):
        return value
    members = cast("dict[str, object]", value)
    for key in filter(is_comment, members):
        as_json(key)
        as_json(members[key])
    return without_comments(members)
