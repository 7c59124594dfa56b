"""Where the time of something goes, in a few lines that hold no path of a machine."""

from __future__ import annotations

import cProfile
import itertools
from collections import Counter, defaultdict
from pathlib import Path
from types import CodeType

from tools.benchmarks.interleaved import Contestant

_LINES = 12
_LEAST = 0.02
"""The share below which a function is not worth its line."""


def profile_of(call: Contestant, calls: int = 2000) -> str:
    """The functions that take most of the time of `call`, without what they call.

    Their shares, not seconds: a profiler slows short functions down several times over. Functions
    of one name in one file count as one.
    """
    profile = cProfile.Profile()
    profile.enable()
    for _ in itertools.repeat(None, calls):
        call()
    profile.disable()
    times: defaultdict[str, float] = defaultdict(float)
    counts: Counter[str] = Counter()
    for entry in profile.getstats():
        name = _name(entry.code)
        times[name] += entry.inlinetime
        counts[name] += entry.callcount
    total = sum(times.values())
    longest = sorted(times.items(), key=lambda item: -item[1])[:_LINES]
    lines = [f"{'share':>6}  {'calls':>9}  function"]
    lines += [
        f"{own / total:6.1%}  {round(counts[name] / calls):9,}  {name}"
        for name, own in longest
        if own / total >= _LEAST
    ]
    return "\n".join(lines)


def _name(code: CodeType | str) -> str:
    if isinstance(code, str):  # a function without Python code
        return code
    return f"{code.co_name} ({Path(code.co_filename).name})"
