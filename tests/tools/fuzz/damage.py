"""Schemas whose text is damaged: most are no JSON any more."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st

from support.schemas import TINY

from .payloads import TEXTS
from .schemas import BYTES, Case, Damage, checked, shown
from .target import Target

_TEXTS = st.sampled_from([text.encode("utf-8", "surrogatepass") for text in TEXTS])
_DAMAGE = st.builds(Damage, st.floats(0, 1), st.integers(0, 40), st.one_of(BYTES, _TEXTS))


def target(folder: Path) -> Target[Case]:
    """The text of a schema with other bytes in one to three places, compiled in `folder`."""

    def check(case: Case) -> str:
        return checked(folder, case.content())

    return Target(
        name="damage",
        title="a damaged schema is refused with its place, or holds its values and no more",
        cases=st.builds(
            Case, st.just(TINY), st.lists(_DAMAGE, min_size=1, max_size=3).map(tuple), st.booleans()
        ),
        check=check,
        show=shown,
    )
