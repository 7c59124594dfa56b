"""Sounds for those who have none at hand: plucked strings, bells, chirps and bursts of noise."""

from __future__ import annotations

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from sounds import of_length

Signal = NDArray[np.float64]

_SCENES = 96
_SECONDS = 4.0
_HELD_OUT_SEED = (0, _SCENES)  # not 0: NumPy takes that for (0, 0), which is trained on
_SCALE = (0, 3, 5, 7, 10, 12, 15, 17, 19, 24)  # semitones; pentatonic, so any two sound well
_QUIET = 3e-4  # no recording is silent


class SynthesisedSounds:
    """Scenes of four seconds, the same ones for the same seed."""

    def __init__(self, seed: int, sample_rate: int, channels: int) -> None:
        self.seed = seed
        self.sample_rate = sample_rate
        self.channels = channels
        self.lengths = [round(_SECONDS * sample_rate)] * _SCENES
        self.description = f"synthesised from seed {seed}"
        self._made: dict[int, Tensor] = {}

    def read(self, index: int, start: int, samples: int) -> Tensor:
        if index not in self._made:
            random = np.random.default_rng((self.seed, index))
            self._made[index] = self._scene(random, self.lengths[index])
        return of_length(self._made[index][:, start:], samples)

    def held_out(self, samples: int) -> Tensor:
        """A scene that training never reads, whatever the seed."""
        return self._scene(np.random.default_rng(_HELD_OUT_SEED), min(samples, self.lengths[0]))

    def _scene(self, random: Generator, samples: int) -> Tensor:
        wave = torch.from_numpy(scene(random, self.sample_rate, samples))
        return wave.to(torch.get_default_dtype()).expand(self.channels, -1)


def scene(random: Generator, rate: int, samples: int) -> Signal:
    """Music, of a kind, between -1 and 1.

    Args:
        random: decides on everything.
        rate: samples per second.
        samples: its length.
    """
    wave = np.zeros(samples)
    beat = round(rate * random.uniform(0.16, 0.3))
    root = random.uniform(80.0, 220.0)
    kinds = (pluck, bell, chirp, burst, rest)
    for start in range(0, samples, beat):
        sound = kinds[random.choice(len(kinds), p=(0.45, 0.15, 0.12, 0.13, 0.15))]
        pitch = root * 2.0 ** (random.choice(_SCALE) / 12)
        length = min(samples - start, round(rate * random.uniform(0.3, 1.2)))
        seconds = np.arange(length) / rate
        fade = np.minimum(1.0, np.minimum(seconds, seconds[::-1]) / 0.005)
        loudness = random.uniform(0.3, 1.0)
        wave[start : start + length] += loudness * fade * sound(random, seconds, pitch, rate)
    loudest = max(1e-9, float(np.abs(wave).max()))
    return 0.8 / loudest * wave + _QUIET * random.standard_normal(samples)


def pluck(random: Generator, seconds: Signal, pitch: float, rate: int) -> Signal:
    """Harmonics, the higher ones softer and sooner over."""
    numbers = np.arange(1, min(24, int(0.45 * rate / pitch)) + 1)[:, None]
    decays = np.exp(-seconds * (1.5 + random.uniform(0.4, 1.2) * numbers))
    phases = random.uniform(0, 2 * np.pi, numbers.shape)
    tones = np.sin(2 * np.pi * pitch * numbers * seconds + phases)
    return np.asarray((0.5 * decays * tones / numbers).sum(axis=0))


def bell(random: Generator, seconds: Signal, pitch: float, rate: int) -> Signal:
    """Partials that are no harmonics."""
    partials = 2 * pitch * np.array([0.56, 0.92, 1.19, 1.71, 2.0, 2.74, 3.0, 3.76, 4.07])[:, None]
    partials = partials[partials[:, 0] < 0.45 * rate]
    decays = np.exp(-seconds * random.uniform(1.0, 3.0) * (1 + partials / 1000))
    return np.asarray((0.25 * decays * np.sin(2 * np.pi * partials * seconds)).sum(axis=0))


def chirp(random: Generator, seconds: Signal, _: float, rate: int) -> Signal:
    """A tone that glides, up or down, over some octaves."""
    first, last = random.uniform(np.log(200.0), np.log(0.4 * rate), 2)
    frequencies = np.exp(np.linspace(float(first), float(last), len(seconds)))
    return np.asarray(0.4 * np.sin(2 * np.pi * np.cumsum(frequencies) / rate))


def burst(random: Generator, seconds: Signal, _: float, rate: int) -> Signal:
    """Noise around some frequency, as of a drum or a cymbal."""
    spectrum = np.fft.rfft(random.standard_normal(len(seconds)))
    frequencies = np.maximum(1.0, np.fft.rfftfreq(len(seconds), 1 / rate))
    centre = np.exp(random.uniform(np.log(300.0), np.log(0.35 * rate)))
    noise = np.fft.irfft(spectrum * np.exp(-(np.log2(frequencies / centre) ** 2)), len(seconds))
    loudest = max(1e-9, float(np.abs(noise).max()))
    return np.asarray(noise / loudest * np.exp(-seconds * random.uniform(6.0, 25.0)))


def rest(_: Generator, seconds: Signal, __: float, ___: int) -> Signal:
    """Nothing."""
    return np.zeros(len(seconds))
