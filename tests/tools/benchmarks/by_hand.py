"""What a trainer would write by hand for each bottleneck, in one nn.Module without any checks.

These are the multiplies and adds of stable-audio-tools, in its order: the sum begins with the
integer 0 and goes on in place, which decides its dtype and the sign of a zero. The tests hold each
module against the real MultiLoss and against ours, bit for bit, so that the benchmarks compare like
with like. Weights are Python numbers: the real ones, buffers that are
compared with a number in each step, cost more.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

Info = Mapping[str, Tensor]
Output = tuple[Tensor, dict[str, Tensor]]


class VAE(nn.Module):
    """The loss of VAEBottleneck."""

    def __init__(self, kl: float) -> None:
        super().__init__()
        self.kl = kl

    def forward(self, info: Info) -> Output:
        kl = info["kl"] * self.kl
        total = 0 + kl
        return total, {"kl_loss": kl}


class RVQ(nn.Module):
    """The loss of RVQBottleneck."""

    def __init__(self, quantizer: float) -> None:
        super().__init__()
        self.quantizer = quantizer

    def forward(self, info: Info) -> Output:
        quantizer = info["quantizer_loss"] * self.quantizer
        total = 0 + quantizer
        return total, {"quantizer_loss": quantizer}


class RVQVAE(nn.Module):
    """The losses of RVQVAEBottleneck."""

    def __init__(self, kl: float, quantizer: float) -> None:
        super().__init__()
        self.kl = kl
        self.quantizer = quantizer

    def forward(self, info: Info) -> Output:
        kl = info["kl"] * self.kl
        total = 0 + kl
        quantizer = info["quantizer_loss"] * self.quantizer
        total += quantizer
        return total, {"kl_loss": kl, "quantizer_loss": quantizer}


class DACRVQ(nn.Module):
    """The losses of DACRVQBottleneck."""

    def __init__(self, codebook: float, commitment: float) -> None:
        super().__init__()
        self.codebook = codebook
        self.commitment = commitment

    def forward(self, info: Info) -> Output:
        codebook = info["vq/codebook_loss"] * self.codebook
        total = 0 + codebook
        commitment = info["vq/commitment_loss"] * self.commitment
        total += commitment
        return total, {"codebook_loss": codebook, "commitment_loss": commitment}


class DACRVQVAE(nn.Module):
    """The losses of DACRVQVAEBottleneck."""

    def __init__(self, kl: float, codebook: float, commitment: float) -> None:
        super().__init__()
        self.kl = kl
        self.codebook = codebook
        self.commitment = commitment

    def forward(self, info: Info) -> Output:
        kl = info["kl"] * self.kl
        total = 0 + kl
        codebook = info["vq/codebook_loss"] * self.codebook
        total += codebook
        commitment = info["vq/commitment_loss"] * self.commitment
        total += commitment
        return total, {"kl_loss": kl, "codebook_loss": codebook, "commitment_loss": commitment}


class Wasserstein(nn.Module):
    """The loss of WassersteinBottleneck."""

    def __init__(self, mmd: float) -> None:
        super().__init__()
        self.mmd = mmd

    def forward(self, info: Info) -> Output:
        mmd = info["mmd"] * self.mmd
        total = 0 + mmd
        return total, {"mmd_loss": mmd}


class SoftNorm(nn.Module):
    """The loss of SoftNormBottleneck."""

    def __init__(self, softnorm: float) -> None:
        super().__init__()
        self.softnorm = softnorm

    def forward(self, info: Info) -> Output:
        softnorm = info["softnorm_loss"] * self.softnorm
        total = 0 + softnorm
        return total, {"softnorm_loss": softnorm}


class NoLosses(nn.Module):
    """What a bottleneck without losses adds."""

    def forward(self, info: Info) -> Output:
        return torch.zeros(()), {}


class ShorterDACRVQVAE(DACRVQVAE):
    """The sum without its beginning: one add less, but no longer the same bits.

    A −0.0 stays one, and the dtype is that which all values together have, not the first one's.
    """

    def forward(self, info: Info) -> Output:
        kl = info["kl"] * self.kl
        codebook = info["vq/codebook_loss"] * self.codebook
        commitment = info["vq/commitment_loss"] * self.commitment
        total = kl + codebook + commitment
        return total, {"kl_loss": kl, "codebook_loss": codebook, "commitment_loss": commitment}


MODULES: Mapping[str, type[nn.Module]] = {
    "VAEBottleneck": VAE,
    "RVQBottleneck": RVQ,
    "RVQVAEBottleneck": RVQVAE,
    "DACRVQBottleneck": DACRVQ,
    "DACRVQVAEBottleneck": DACRVQVAE,
    "WassersteinBottleneck": Wasserstein,
    "SoftNormBottleneck": SoftNorm,
    "TanhBottleneck": NoLosses,
}
"""By the bottleneck's class; each takes its weights in the order of its losses."""
