"""What to train on, and where to cut it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from settings import UserMistake


class UnusableSound(UserMistake):
    """A file that turns out to be unusable as it is read, maybe in one of several processes."""


class Sounds(Protocol):
    """Sounds of several lengths, at one sample rate, with one number of channels."""

    @property
    def description(self) -> str:
        """One line; a resumed run compares it with that of the run before."""

    @property
    def lengths(self) -> list[int]:
        """The samples in each sound."""

    def read(self, index: int, start: int, samples: int) -> Tensor:
        """(channels, `samples`) of one sound in torch's default dtype; past its end is silence."""

    def held_out(self, samples: int) -> Tensor:
        """(channels, at most `samples`) to judge the model by."""


class WavFolder:
    """The WAV files of a folder and of the folders in it, in the order of their paths.

    A file is opened when a part of it is needed, so a folder may be larger than memory. Parts are
    resampled to `sample_rate` (Hz), and mixed to mono, or mono is repeated, if the model wants it.

    Raises:
        UserMistake: there is no such folder, no WAV file in it, or one that can't be used.
    """

    def __init__(self, folder: Path, sample_rate: int, channels: int) -> None:
        if not folder.is_dir():
            what = "this is a file" if folder.exists() else "there is no such folder"
            raise UserMistake(f"{folder}: {what}; --audio takes a folder of WAV files")
        self.files = sorted(
            path for path in folder.rglob("*") if path.suffix.lower() == ".wav" and path.is_file()
        )
        if not self.files:
            raise UserMistake(f"{folder}: no WAV files here or below; --audio takes such a folder")
        self.sample_rate = sample_rate
        self.channels = channels
        self.rates: list[int] = []
        self.lengths: list[int] = []
        for path in self.files:
            rate, frames = _header(path, channels)
            self.rates.append(rate)
            self.lengths.append(frames * sample_rate // rate)
        files = "1 WAV file" if len(self.files) == 1 else f"{len(self.files)} WAV files"
        self.description = f"{files}, {sum(self.lengths) / sample_rate:.1f} s"

    def read(self, index: int, start: int, samples: int) -> Tensor:
        path, rate = self.files[index], self.rates[index]
        try:
            with soundfile.SoundFile(path) as file:
                first = file.seek(start * rate // self.sample_rate)
                frames = -(-samples * rate // self.sample_rate)
                wave: NDArray[np.float32] = file.read(frames, dtype="float32", always_2d=True)
        except (OSError, soundfile.SoundFileError) as error:
            raise UnusableSound(f"{path}: can't be read: {_reason(error)}") from None
        if (bad := np.argwhere(~np.isfinite(wave))).size:
            place, channel = bad[0]
            raise UnusableSound(
                f"{path}: expected finite samples, not {wave[place, channel]} at "
                f"{(first + place) / rate:.3f} s"
            )
        resampled = torch.from_numpy(soxr.resample(wave, rate, self.sample_rate))
        sound = resampled.T.to(torch.get_default_dtype())
        if self.channels == 1:
            sound = sound.mean(dim=0, keepdim=True)
        return of_length(sound.expand(self.channels, -1), samples)

    def held_out(self, samples: int) -> Tensor:
        """The middle of the longest file. Training reads it too: all files are trained on."""
        longest = max(range(len(self.files)), key=self.lengths.__getitem__)
        length = self.lengths[longest]
        return self.read(longest, max(0, length - samples) // 2, min(samples, length))


def _header(path: Path, channels: int) -> tuple[int, int]:
    """The rate of a file, in Hz, and its samples."""
    try:
        about = soundfile.info(path)
    except (OSError, soundfile.SoundFileError) as error:
        raise UserMistake(f"{path}: expected a WAV file: {_reason(error)}") from None
    if about.frames == 0:
        raise UserMistake(f"{path}: expected sound; it has 0 samples")
    if channels != 1 and about.channels not in (1, channels):
        raise UserMistake(
            f"{path}: expected 1 or {channels} channels, by the config's audio_channels; it has "
            f"{about.channels}"
        )
    return about.samplerate, about.frames


def _reason(error: Exception) -> str:
    """What went wrong, without the path."""
    match error:
        case soundfile.LibsndfileError():
            return str(error.error_string)
        case OSError(strerror=str() as reason):
            return reason
        case _:
            return str(error)


class Segment(NamedTuple):
    """A place to cut."""

    sound: int
    """Its index."""

    start: int


def drawn(sounds: Sounds, count: int, samples: int, generator: torch.Generator) -> list[Segment]:
    """Segments of `samples`, from longer sounds more often than from shorter ones."""
    lengths = torch.tensor(sounds.lengths, dtype=torch.float64)
    chosen = torch.multinomial(lengths, count, replacement=True, generator=generator).tolist()
    places = torch.rand(count, dtype=torch.float64, generator=generator).tolist()
    return [
        Segment(sound, int(place * max(1, sounds.lengths[sound] - samples + 1)))
        for sound, place in zip(chosen, places, strict=True)
    ]


def of_length(sound: Tensor, samples: int) -> Tensor:
    """(channels, any) → (channels, `samples`), with silence for what is missing."""
    return F.pad(sound[:, :samples], (0, max(0, samples - sound.shape[1])))
