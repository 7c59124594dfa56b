"""Distances between audio and its reconstruction, and the losses that are made of them."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from settings import ReconstructionTerm, STFTOptions

if TYPE_CHECKING:
    from loss_factory import MultiLoss


class Distances(nn.Module):
    """Adds the distances that a config asks for to `info`."""

    def __init__(self, terms: tuple[ReconstructionTerm, ...], sample_rate: int) -> None:
        super().__init__()
        self.by_key = nn.ModuleDict(
            {term.key: _distance(term.distance, sample_rate) for term in terms}
        )

    def forward(self, info: dict[str, Tensor]) -> dict[str, Tensor]:
        """`info`, which has "audio" and "decoded", and the distances by their keys."""
        audio, decoded = info["audio"], info["decoded"]
        return {**info, **{key: each(decoded, audio) for key, each in self.by_key.items()}}


class STFTDistance(nn.Module):
    """How far the magnitudes of two spectrograms are apart, averaged over several resolutions.

    Each resolution adds the spectral convergence and the mean difference of the log magnitudes, as
    auraloss does. There the convergence has one norm for the whole batch; here each example has its
    own, so that the mean over processes is what a single process computes.
    """

    def __init__(self, options: STFTOptions, sample_rate: int) -> None:
        super().__init__()
        self.resolutions = nn.ModuleList(
            _Resolution(*sizes, sample_rate if options.perceptual_weighting else None)
            for sizes in zip(options.fft_sizes, options.hop_sizes, options.win_lengths, strict=True)
        )

    def forward(self, decoded: Tensor, audio: Tensor) -> Tensor:
        """Two of (batch, channels, samples) → a value without dimensions."""
        return torch.stack([each(decoded, audio) for each in self.resolutions]).mean()


class _Resolution(nn.Module):
    window: Tensor
    gains: Tensor

    def __init__(self, fft: int, hop: int, window: int, a_weighted_at: int | None) -> None:
        super().__init__()
        self.fft, self.hop = fft, hop
        frequencies = torch.fft.rfftfreq(fft, 1 / (a_weighted_at or 1))
        gains = torch.ones_like(frequencies) if a_weighted_at is None else a_weights(frequencies)
        self.register_buffer("window", torch.hann_window(window), persistent=False)
        self.register_buffer("gains", gains[:, None], persistent=False)

    def forward(self, decoded: Tensor, audio: Tensor) -> Tensor:
        found, wanted = self.magnitudes(decoded), self.magnitudes(audio)
        norms = torch.linalg.vector_norm(wanted, dim=(1, 2, 3))
        convergence = torch.linalg.vector_norm(wanted - found, dim=(1, 2, 3)) / norms
        value: Tensor = convergence.mean() + (wanted.log() - found.log()).abs().mean()
        return value

    def magnitudes(self, audio: Tensor) -> Tensor:
        """(batch, channels, samples) → (batch, channels, bins, frames), never 0."""
        spectra = torch.stft(
            audio.flatten(0, 1),
            self.fft,
            self.hop,
            self.window.numel(),
            self.window,
            return_complex=True,
        )
        power = torch.view_as_real(spectra * self.gains).square().sum(dim=-1)
        magnitudes: Tensor = power.clamp(min=1e-8).sqrt()
        return magnitudes.view(*audio.shape[:2], *magnitudes.shape[1:])


def a_weights(frequencies: Tensor) -> Tensor:
    """How much of each frequency (Hz) a listener hears, by IEC 61672's A curve; 1 at 1 kHz."""
    squares = frequencies.double().square()
    response = (12194.217**2 * squares**2) / (
        (squares + 20.598997**2)
        * torch.sqrt((squares + 107.65265**2) * (squares + 737.86223**2))
        * (squares + 12194.217**2)
    )
    return (response * 10 ** (1.9997 / 20)).to(frequencies.dtype)


class WaveformDistance(nn.Module):
    """The mean of |x - y|^power over batch, channels and samples."""

    def __init__(self, power: int) -> None:
        super().__init__()
        self.power = power

    def forward(self, decoded: Tensor, audio: Tensor) -> Tensor:
        return (decoded - audio).abs().pow(self.power).mean()


def reconstruction_loss(terms: tuple[ReconstructionTerm, ...], package: ModuleType) -> MultiLoss:
    """The weighted sum of the values that `Distances` puts into `info`, by `package`'s modules."""
    losses = [package.ValueLoss(term.key, term.name, term.weight) for term in terms]
    weighted: MultiLoss = package.MultiLoss(losses)
    return weighted


def _distance(distance: str | STFTOptions, sample_rate: int) -> nn.Module:
    match distance:
        case STFTOptions() as options:
            return STFTDistance(options, sample_rate)
        case "l1":
            return WaveformDistance(1)
        case _:
            return WaveformDistance(2)
