"""A small discriminator: it tells audio from reconstructions, as an adversarial loss needs it."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

_SCALES = 3
_LAYERS = ((16, 9, 1, 4), (32, 9, 4, 4), (64, 9, 4, 4), (64, 5, 1, 1))
"""Channels, kernel and groups of each layer, and how many of its places become one.

Their mean goes on. If places were skipped, as strides do, the autoencoder would soon find that a
hum between them passes for real.
"""

_SLOPE = 0.2


class Scale(nn.Module):
    """Judges audio at one sample rate, by convolutions."""

    def __init__(self, audio_channels: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        width = audio_channels
        for channels, kernel, groups, _ in _LAYERS:
            self.layers.append(nn.Conv1d(width, channels, kernel, 1, kernel // 2, groups=groups))
            width = channels
        self.score = nn.Conv1d(width, 1, 3, padding=1)

    def forward(self, audio: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(batch, channels, samples) → scores (batch, 1, samples / 64), and what the layers say."""
        features: list[Tensor] = []
        for layer, (_, _, _, places) in zip(self.layers, _LAYERS, strict=True):
            seen = F.leaky_relu(layer(audio), _SLOPE)
            features.append(seen)
            audio = F.avg_pool1d(seen, places)
        return self.score(audio), features


class MultiScaleDiscriminator(nn.Module):
    """Judges audio as it is, at half the sample rate, and at a quarter.

    It suits both sections that ask for a discriminator: `adversarial` calls it, and makes its own
    losses of the scores; `discriminator` asks it for its `loss`.
    """

    def __init__(self, audio_channels: int) -> None:
        super().__init__()
        self.scales = nn.ModuleList(Scale(audio_channels) for _ in range(_SCALES))

    def forward(self, audio: Tensor) -> tuple[list[Tensor], list[list[Tensor]]]:
        """Scores, and features, of each scale.

        Args:
            audio: (batch, channels, samples).

        Returns:
            Scores (batch, 1, frames), the higher the more real a place seems, and the feature maps
            (batch, width, frames) of the layers before.
        """
        scores: list[Tensor] = []
        features: list[list[Tensor]] = []
        for index, scale in enumerate(self.scales):
            judged, seen = scale(F.avg_pool1d(audio, 2**index) if index else audio)
            scores.append(judged)
            features.append(seen)
        return scores, features

    def loss(self, reals: Tensor, fakes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the discriminators of stable-audio-tools are asked for: three hinge losses' values.

        Args:
            reals: (batch, channels, samples).
            fakes: reconstructions of them.

        Returns:
            What the discriminator is trained with, what rewards the autoencoder for fooling it, and
            the mean distance between the features of the two; without dimensions.
        """
        real_scores, real_features = self(reals)
        fake_scores, fake_features = self(fakes)
        own = [
            F.relu(1 - real).mean() + F.relu(1 + fake).mean()
            for real, fake in zip(real_scores, fake_scores, strict=True)
        ]
        fooling = [-fake.mean() for fake in fake_scores]
        distances = [
            F.l1_loss(fake, real.detach())
            for reals_seen, fakes_seen in zip(real_features, fake_features, strict=True)
            for real, fake in zip(reals_seen, fakes_seen, strict=True)
        ]
        return _mean(own), _mean(fooling), _mean(distances)


def _mean(values: list[Tensor]) -> Tensor:
    return sum(values[1:], start=values[0]) / len(values)
