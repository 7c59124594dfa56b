"""Bottlenecks that work, under the class names, info keys and scales of stable-audio-tools.

Each maps the encoder's output (batch, channels, frames) and standard normal noise (batch, latents,
frames) to the latents (batch, latents, frames) and to `info`, which holds the values of its losses.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from settings import (
    BottleneckSettings,
    DACOptions,
    GroupedVAEOptions,
    RVQOptions,
    WassersteinOptions,
)

Info = dict[str, Tensor]

_MOST_VECTORS_FOR_MMD = 2048


class Bottleneck(nn.Module, ABC):
    """What all of them have in common."""

    channels_per_latent: ClassVar[int] = 1
    """2 where the encoder gives each latent a mean and a scale."""

    @abstractmethod
    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        """Latents and `info`, as above."""


class VAEBottleneck(Bottleneck):
    """Samples the latents from a normal distribution."""

    channels_per_latent = 2

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        latents, kl = _sampled(encoded, noise)
        return latents, {"kl": kl}


class GroupedVAEBottleneck(Bottleneck):
    """Samples as the VAE does; each group of latents and their course in time have a loss.

    stable-audio-tools has no such class: forks do, and their losses come from an overlay.
    """

    channels_per_latent = 2

    def __init__(self, options: GroupedVAEOptions) -> None:
        super().__init__()
        self.groups = options.groups

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        """(batch, 2 × latents, frames) → (batch, latents, frames), and the two losses' values."""
        latents, kl = _sampled(encoded, noise)
        mean, _ = encoded.chunk(2, dim=1)
        in_time = _divergence(mean.mean(dim=2), mean.var(dim=2, correction=0) + 1e-4)
        return latents, {"kl_w": kl / self.groups, "kl_spatial": in_time.mean()}


class WassersteinBottleneck(Bottleneck):
    """Leaves the latents as they are; the MMD compares them with the noise."""

    def __init__(self, options: WassersteinOptions) -> None:
        super().__init__()
        self.tanh_scale = options.tanh_scale if options.use_tanh else None

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        info = {"mmd": _mmd(_vectors(encoded), _vectors(noise))} if self.training else {}
        if self.tanh_scale is None:
            return encoded, info
        return torch.tanh(encoded / self.tanh_scale) * self.tanh_scale, info


class RVQBottleneck(Bottleneck):
    """Residual vector quantization by the library vector-quantize-pytorch."""

    def __init__(self, latent_dim: int, options: RVQOptions) -> None:
        super().__init__()
        self.quantizer = _residual_vq(latent_dim, options)

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        quantized, _, losses = self.quantizer(encoded.transpose(1, 2))
        return quantized.transpose(1, 2), {"quantizer_loss": losses.mean()}


class RVQVAEBottleneck(Bottleneck):
    """Samples as the VAE does, then quantizes by vector-quantize-pytorch."""

    channels_per_latent = 2

    def __init__(self, latent_dim: int, options: RVQOptions) -> None:
        super().__init__()
        self.quantizer = _residual_vq(latent_dim, options)

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        latents, kl = _sampled(encoded, noise)
        quantized, _, losses = self.quantizer(latents.transpose(1, 2))
        return quantized.transpose(1, 2), {"kl": kl, "quantizer_loss": losses.mean()}


class DACRVQBottleneck(Bottleneck):
    """Residual vector quantization as in the Descript Audio Codec."""

    def __init__(self, latent_dim: int, options: DACOptions) -> None:
        super().__init__()
        self.quantizer = DACQuantizer(latent_dim, options)

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        quantized, info = self.quantizer(encoded)
        return quantized, info


class DACRVQVAEBottleneck(Bottleneck):
    """Samples as the VAE does, then quantizes as the Descript Audio Codec does."""

    channels_per_latent = 2

    def __init__(self, latent_dim: int, options: DACOptions) -> None:
        super().__init__()
        self.quantizer = DACQuantizer(latent_dim, options)

    def forward(self, encoded: Tensor, noise: Tensor) -> tuple[Tensor, Info]:
        latents, kl = _sampled(encoded, noise)
        quantized, info = self.quantizer(latents)
        return quantized, {"kl": kl, **info}


class DACQuantizer(nn.Module):
    """Quantizers in a row, each for what the ones before it left over."""

    def __init__(self, latent_dim: int, options: DACOptions) -> None:
        super().__init__()
        self.dropout = options.quantizer_dropout
        self.quantizers = nn.ModuleList(
            DACCodebook(latent_dim, options.codebook_size, options.codebook_dim)
            for _ in range(options.n_codebooks)
        )

    def forward(self, latents: Tensor) -> tuple[Tensor, Info]:
        """(batch, latents, frames) → the same, quantized, and the two losses' values."""
        batch, count = len(latents), len(self.quantizers)
        used = torch.full((batch,), count)
        if self.training:
            # Some examples train with fewer quantizers, so that each one works without the later.
            shortened = int(batch * self.dropout)
            used[:shortened] = torch.randint(1, count + 1, (shortened,))
        used = used.to(latents.device)
        quantized = torch.zeros_like(latents)
        commitment = codebook = latents.new_zeros(())
        for index, quantizer in enumerate(self.quantizers):
            found, commitment_values, codebook_values = quantizer(latents - quantized)
            is_used = (index < used).to(latents.dtype)
            quantized = quantized + found * is_used[:, None, None]
            commitment = commitment + (commitment_values * is_used).mean() / count
            codebook = codebook + (codebook_values * is_used).mean() / count
        return quantized, {"vq/codebook_loss": codebook, "vq/commitment_loss": commitment}


class DACCodebook(nn.Module):
    """Looks each vector up in a space of few dimensions, by its direction."""

    def __init__(self, latent_dim: int, size: int, dim: int) -> None:
        super().__init__()
        self.project_in = weight_norm(nn.Conv1d(latent_dim, dim, 1))
        self.project_out = weight_norm(nn.Conv1d(dim, latent_dim, 1))
        self.codes = nn.Embedding(size, dim)

    def forward(self, residual: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(batch, latents, frames) → the same from the codebook, and (batch,) for each loss."""
        vectors = self.project_in(residual)
        directions = F.normalize(vectors, dim=1).transpose(1, 2)
        indices = (directions @ F.normalize(self.codes.weight).T).argmax(dim=-1)
        codes = self.codes(indices).transpose(1, 2)
        commitment = (vectors - codes.detach()).square().mean(dim=(1, 2))
        codebook = (codes - vectors.detach()).square().mean(dim=(1, 2))
        # The gradient passes as if nothing had been quantized.
        return self.project_out(vectors + (codes - vectors).detach()), commitment, codebook


def create_bottleneck(latent_dim: int, settings: BottleneckSettings) -> Bottleneck:
    """The bottleneck that a model config names by its tag."""
    return _BY_TAG[settings.type](latent_dim, settings.config)


_BY_TAG: dict[str, Callable[..., Bottleneck]] = {
    "vae": lambda _, __: VAEBottleneck(),
    "grouped_vae": lambda _, options: GroupedVAEBottleneck(options),
    "wasserstein": lambda _, options: WassersteinBottleneck(options),
    "rvq": RVQBottleneck,
    "rvq_vae": RVQVAEBottleneck,
    "dac_rvq": DACRVQBottleneck,
    "dac_rvq_vae": DACRVQVAEBottleneck,
}


def _sampled(encoded: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """Latents from means and scales, and twice the KL divergence from the standard normal.

    The divergence is in nats, summed over the latents, averaged over batch and frames.
    """
    mean, scale = encoded.chunk(2, dim=1)
    deviation = F.softplus(scale) + 1e-4
    variance = deviation.square()
    return mean + deviation * noise, _divergence(mean, variance).sum(dim=1).mean()


def _divergence(mean: Tensor, variance: Tensor) -> Tensor:
    """Twice the KL divergence of each normal distribution from the standard one."""
    return mean.square() + variance - variance.log() - 1


def _vectors(latents: Tensor) -> Tensor:
    """(batch, latents, frames) → (vectors, latents), spread evenly if there are too many."""
    vectors = latents.transpose(1, 2).flatten(0, 1)
    # The kernel has an entry for each pair of vectors.
    return vectors[:: -(-len(vectors) // _MOST_VECTORS_FOR_MMD)]


def _mmd(latents: Tensor, prior: Tensor) -> Tensor:
    """Squared maximum mean discrepancy with a Gaussian kernel, between 0 and 2.

    Both are (vectors, latents). It looks at all vectors together, so processes that each see a part
    of the batch get a slightly different value than one that sees all of it.
    """
    return (
        _mean_kernel(latents, latents)
        + _mean_kernel(prior, prior)
        - 2 * _mean_kernel(latents, prior)
    )


def _mean_kernel(left: Tensor, right: Tensor) -> Tensor:
    squares = left.square().sum(dim=1)[:, None] + right.square().sum(dim=1) - 2 * left @ right.T
    return torch.exp(-squares / left.shape[1] ** 2).mean()


def _residual_vq(latent_dim: int, options: RVQOptions) -> nn.Module:
    with warnings.catch_warnings():
        # Version 1.14.41 spells autocast the old way.
        warnings.simplefilter("ignore", FutureWarning)
        from vector_quantize_pytorch import ResidualVQ
    quantizer: nn.Module = ResidualVQ(**{**options.model_dump(), "dim": latent_dim})
    return quantizer
