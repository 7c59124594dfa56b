"""A few of the rounds that `nox -s kill` plays by the hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from kill.run import MOMENTS, OF_A_FILE, kill


@pytest.mark.parametrize(
    ("command", "moments"), [("generate", MOMENTS), ("new-bottleneck", OF_A_FILE)]
)
def test_what_is_killed_leaves_old_or_new_and_heals(
    command: str, moments: tuple[object, ...], tmp_path: Path
) -> None:
    rows = kill(len(moments), 0, tmp_path, [command], jobs=2)
    assert [wrong for row in rows for wrong in row.wrong] == []
    assert [row.moment for row in rows] == list(moments)
    assert all(row.kills for row in rows)
