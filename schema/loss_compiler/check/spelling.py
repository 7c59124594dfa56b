"""Which name was meant by another that does not exist."""

from __future__ import annotations

from collections.abc import Iterable

from ..shared.wording import slip_for

__all__ = ["did_you_mean_name", "slip_for"]


def did_you_mean_name(word: str, names: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the name that `word` is a slip for, or nothing."""
    meant = slip_for(word, names)
    return "" if meant is None else f"; did you mean {meant!r}?"
