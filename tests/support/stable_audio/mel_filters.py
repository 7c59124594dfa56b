"""librosa's mel filters, recorded for the sizes that the tests use.

Recorded by librosa 0.11.0, in an environment that has it, with

    python tests/support/stable_audio/mel_filters.py
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RECORD = Path(__file__).with_suffix(".json")
SIZES = (
    *((44100, 256, 8), (44100, 512, 16)),
    *((44100, 256, 20), (44100, 64, 10), (44100, 2000, 150), (44100, 512, 80), (44100, 32, 5)),
    *(
        (rate, window, number)
        for rate in (16000, 48000)
        for window, number in ((256, 20), (64, 10))
    ),
)
"""Sample rate, length of a window, number of filters."""


def mel(
    *, sr: int, n_fft: int, n_mels: int, fmin: float = 0.0, fmax: float | None = None
) -> NDArray[np.float32]:
    """What `librosa.filters.mel` gives; it takes what audiotools passes.

    Raises:
        KeyError: nothing was recorded for these arguments.
    """
    if (fmin, fmax) != (0.0, None):
        raise KeyError(f"no mel filters were recorded between {fmin} and {fmax}")
    rows = json.loads(RECORD.read_text(encoding="utf-8"))[_name(sr, n_fft, n_mels)]
    filters = np.zeros((n_mels, n_fft // 2 + 1), dtype=np.float32)
    for row, (first, values) in zip(filters, rows, strict=True):
        row[first : first + len(values)] = values
    return filters


def record() -> None:
    """Write down what librosa gives: of each filter the first bin, and the values from there."""
    import librosa.filters  # type: ignore[import-not-found]

    lines = []
    for sr, n_fft, n_mels in SIZES:
        rows = []
        for row in librosa.filters.mel(sr=sr, n_fft=n_fft, n_mels=n_mels):
            values = np.trim_zeros(row, "f")
            first = len(row) - len(values)
            rows.append([first, [float(str(each)) for each in np.trim_zeros(values, "b")]])
        name = json.dumps(_name(sr, n_fft, n_mels))
        filters = ",\n    ".join(map(json.dumps, rows))
        lines.append(f"  {name}: [\n    {filters}\n  ]")
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _name(sr: int, n_fft: int, n_mels: int) -> str:
    return f"{n_mels} filters, windows of {n_fft} at {sr} Hz"


if __name__ == "__main__":
    record()
