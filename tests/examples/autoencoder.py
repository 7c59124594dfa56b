"""A small convolutional audio autoencoder around any bottleneck."""

from __future__ import annotations

import math
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bottlenecks import Bottleneck, Info

SAMPLES_PER_LATENT = 128

_WIDTH = 192
_DILATIONS = (1, 2, 4)


class Residual(nn.Module):
    """Adds what a dilated convolution sees around each frame; at first, nothing.

    Shape: (batch, width, frames), in and out.
    """

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.around = nn.Conv1d(_WIDTH, _WIDTH, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(_WIDTH, _WIDTH, 1)
        nn.init.zeros_(self.mix.weight)

    def forward(self, frames: Tensor) -> Tensor:
        change: Tensor = self.mix(F.gelu(self.around(frames)))
        return frames + change


class Bands(nn.Module):
    """An MDCT: sound as 128 frequency bands, and back without loss. Nothing here is learned.

    A model that is given frequencies learns in minutes what would take it hours from samples.
    """

    waves: Tensor
    gains: Tensor

    def __init__(self) -> None:
        super().__init__()
        bands = SAMPLES_PER_LATENT
        times = torch.arange(2 * bands) + 0.5
        frequencies = torch.arange(bands)[:, None] + 0.5
        window = torch.sin(math.pi / (2 * bands) * times)
        waves = torch.cos(math.pi / bands * (times + bands / 2) * frequencies)
        # High bands are faint in most sounds, and the model should hear them as well.
        gains = 2.0 * frequencies.sqrt()
        self.register_buffer("waves", math.sqrt(2 / bands) * window * waves, persistent=False)
        self.register_buffer("gains", gains, persistent=False)

    def analyse(self, audio: Tensor) -> Tensor:
        """(batch, channels, samples) → (batch, channels · 128, samples / 128)."""
        batch, channels, _ = audio.shape
        bands = F.conv1d(
            audio.flatten(0, 1)[:, None],
            self.waves[:, None],
            stride=SAMPLES_PER_LATENT,
            padding=SAMPLES_PER_LATENT // 2,
        )
        return (bands * self.gains).view(batch, channels * SAMPLES_PER_LATENT, -1)

    def synthesise(self, bands: Tensor) -> Tensor:
        """The inverse of `analyse`, but for half a frame at either end."""
        batch, _, frames = bands.shape
        audio = F.conv_transpose1d(
            bands.reshape(-1, SAMPLES_PER_LATENT, frames) / self.gains,
            self.waves[:, None],
            stride=SAMPLES_PER_LATENT,
            padding=SAMPLES_PER_LATENT // 2,
        )
        return audio.view(batch, -1, frames * SAMPLES_PER_LATENT)


def _mapping(inputs: int, outputs: int) -> nn.Conv1d:
    mapping = nn.Conv1d(inputs, outputs, 1)
    nn.init.orthogonal_(mapping.weight)
    return mapping


class Autoencoder(nn.Module):
    """Encoder, bottleneck and decoder.

    Args:
        audio_channels: 1 for mono, 2 for stereo.
        latent_dim: the number of values that the decoder gets for 128 samples.
        bottleneck: what stands between encoder and decoder.
    """

    def __init__(self, audio_channels: int, latent_dim: int, bottleneck: Bottleneck) -> None:
        super().__init__()
        bands = audio_channels * SAMPLES_PER_LATENT
        self.bands = Bands()
        self.encoder = nn.Sequential(
            _mapping(bands, _WIDTH),
            *(Residual(dilation) for dilation in _DILATIONS),
            _mapping(_WIDTH, latent_dim * bottleneck.channels_per_latent),
        )
        self.bottleneck = bottleneck
        self.decoder = nn.Sequential(
            _mapping(latent_dim, _WIDTH),
            *(Residual(dilation) for dilation in reversed(_DILATIONS)),
            _mapping(_WIDTH, bands),
        )

    def forward(self, audio: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        """Encode and decode.

        Args:
            audio: (batch, channels, samples), between -1 and 1.
            noise: (batch, latent_dim, latent_frames(samples)), standard normal. It comes from
                outside so that it is the same for any number of processes.

        Returns:
            What comes back, of the shape of `audio`, and `info`: what the bottleneck leaves.
        """
        samples = audio.shape[-1]
        padding = latent_frames(samples) * SAMPLES_PER_LATENT - samples
        encoded = self.encoder(self.bands.analyse(F.pad(audio, (0, padding))))
        latents, info = self.bottleneck(encoded, noise)
        decoded = self.bands.synthesise(self.decoder(latents))[..., :samples]
        return decoded, info


def latent_frames(samples: int) -> int:
    """The number of latent vectors for so many samples."""
    return -(-samples // SAMPLES_PER_LATENT)


def reconstruction(autoencoder: Autoencoder, audio: Tensor, latent_dim: int) -> Tensor:
    """`audio` (batch, channels, samples) as it comes back, at the mean of a VAE's distribution."""
    was_training = autoencoder.training
    autoencoder.eval()
    noise = audio.new_zeros(len(audio), latent_dim, latent_frames(audio.shape[-1]))
    with torch.no_grad():
        decoded, _ = autoencoder(audio, noise)
    autoencoder.train(was_training)
    return cast(Tensor, decoded)
