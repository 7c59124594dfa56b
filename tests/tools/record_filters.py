"""Record the filters of SciPy and librosa, which the package's own have to equal.

    pip install scipy==1.17.1 librosa==0.11.0
    python tests/tools/record_filters.py

writes `a_weighting.json`, `k_weighting.json` and `mel_filters.json` in tests/package/terms. Run it
on a processor with AVX-512: on others, NumPy and SciPy round a few of the taps otherwise. The tests
need neither.
"""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "package" / "terms"
RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000)
MELS = [
    (rate, window, n_mels)
    for rate in (16000, 22050, 44100, 48000)
    for window, n_mels in ((32, 5), (64, 10), (128, 20), (512, 40), (1000, 64), (2048, 150))
]


def a_weighting(rate: int) -> list[float]:
    """The taps as stable-audio-tools 0.0.19 has SciPy make them."""
    import numpy as np
    from scipy import signal

    poles = [2 * np.pi * each for each in (20.598997, 107.65265, 737.86223, 12194.217)]
    gain = poles[3] ** 2 * (10 ** (1.9997 / 20))
    high, low = ([1, 2 * pole, pole**2] for pole in (poles[3], poles[0]))
    denominator = np.polymul(np.polymul(np.polymul(high, low), [1, poles[2]]), [1, poles[1]])
    response = signal.freqz(*signal.bilinear([gain, 0, 0, 0, 0], denominator, fs=rate), fs=rate)
    taps: list[float] = signal.firls(101, response[0], abs(response[1]), fs=rate).tolist()
    return taps


def k_weighting(rate: int) -> list[float]:
    """The taps as stable-audio-tools 0.0.20 has SciPy make them."""
    import numpy as np
    from scipy import signal

    low, shelf, raised = 2 * np.pi * 38.135, 2 * np.pi * 1681.974, 10 ** (4.0 / 20.0)
    numerator = np.polymul([1, 0, 0], [raised, raised * shelf / 1.69, shelf**2])
    denominator = np.polymul([1, low / 0.5, low**2], [1, shelf / 1.69, shelf**2])
    points = np.linspace(0.0, rate / 2.0, num=8193)
    digital = signal.bilinear(numerator, denominator, fs=float(rate))
    _, response = signal.freqz(*digital, worN=points, fs=float(rate))
    taps = signal.firwin2(257, points, np.abs(response), fs=float(rate))
    waves = np.exp(-1j * (2 * np.pi * 1000.0 / rate) * np.arange(len(taps)))
    result: list[float] = (taps / np.abs(np.sum(taps * waves))).tolist()
    return result


def mel_filters(rate: int, window: int, n_mels: int) -> Any:
    """The filters, float32, of shape (n_mels, window // 2 + 1)."""
    from librosa import filters

    return filters.mel(sr=rate, n_fft=window, n_mels=n_mels)


def as_hex(numbers: list[float]) -> str:
    """Numbers as float32, big-endian."""
    return struct.pack(f">{len(numbers)}f", *numbers).hex(" ", 4)


def digest(filters: Any) -> str:
    """The SHA-256 of float32 numbers, little-endian."""
    return hashlib.sha256(filters.astype("<f4").tobytes()).hexdigest()


def write(name: str, table: dict[str, str]) -> None:
    """Write a table, one entry a line."""
    FOLDER.joinpath(name).write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("a_weighting.json", {str(rate): as_hex(a_weighting(rate)[:51]) for rate in RATES})
    write("k_weighting.json", {str(rate): as_hex(k_weighting(rate)[:129]) for rate in RATES})
    write("mel_filters.json", {" ".join(map(str, mel)): digest(mel_filters(*mel)) for mel in MELS})
