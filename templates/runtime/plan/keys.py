"""What values are called in a trainer's `info`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ..model.records import BottleneckT, ConfigT, Tables
from ..text.wording import did_you_mean, listed, shown


def checked_keys(
    tables: Tables[ConfigT, BottleneckT], keys: Mapping[str, str] | None
) -> dict[str, str]:
    """`keys`, if each says what a value that some loss reads is called.

    Raises:
        TypeError: it is no mapping of strings to strings.
        ValueError: no loss reads a value, or two values would be one.
    """
    if keys is None:
        return {}
    if not isinstance(cast("object", keys), Mapping):
        raise TypeError(f"keys: expected a mapping, not {shown(keys)}")
    known = tables.info_keys
    for key, own in keys.items():
        if not isinstance(cast("object", own), str):
            raise TypeError(f"keys: expected a key of info for {key!r}, not {shown(own)}")
        if key not in known:
            near = did_you_mean(str(key), known)
            raise ValueError(f"keys: no loss reads {key!a}{near or f'; they read {listed(known)}'}")
    whole = {key: keys.get(key, key) for key in known}
    renamed = {own: key for key, own in whole.items() if key in keys}
    for key, own in whole.items():
        if renamed.get(own, key) != key:
            raise ValueError(f"keys: {renamed[own]!r} and {key!r} would both be read as {own!r}")
    return dict(keys)
