# Generated from schema/losses.schema.json and templates/modules.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""A module for each bottleneck type: its losses, weighted and summed.

Each says in its forward pass, line by line, what a training step computes. The sum begins with 0
and goes on in place, as in stable-audio-tools: so its dtype is that of the first loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from torch import Tensor, zeros

from .runtime.lazy import require_same_schema
from .runtime.tensors.bottleneck_loss import BottleneckLoss
from .runtime.tensors.values import Missing, as_total, checked_weight, value_of
from .models import BottleneckType

require_same_schema(__name__)


class VAEBottleneckLoss(BottleneckLoss):
    """The losses of VAEBottleneck."""

    bottleneck_type = BottleneckType.VAE

    def __init__(self, *, kl_weight: float, missing: Missing = "error") -> None:
        super().__init__(missing)
        self.kl_weight: Final = checked_weight("kl_weight", kl_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "kl" not in info:
            self._leave_out(info, "kl", "kl_loss")
        else:
            losses["kl_loss"] = value_of(info, "kl", "kl_loss") * self.kl_weight
            total += losses["kl_loss"]
        return as_total(total), losses


class RVQBottleneckLoss(BottleneckLoss):
    """The losses of RVQBottleneck."""

    bottleneck_type = BottleneckType.RVQ

    def __init__(self, *, quantizer_weight: float, missing: Missing = "error") -> None:
        super().__init__(missing)
        self.quantizer_weight: Final = checked_weight("quantizer_weight", quantizer_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "quantizer_loss" not in info:
            self._leave_out(info, "quantizer_loss", "quantizer_loss")
        else:
            losses["quantizer_loss"] = (
                value_of(info, "quantizer_loss", "quantizer_loss") * self.quantizer_weight
            )
            total += losses["quantizer_loss"]
        return as_total(total), losses


class RVQVAEBottleneckLoss(BottleneckLoss):
    """The losses of RVQVAEBottleneck."""

    bottleneck_type = BottleneckType.RVQ_VAE

    def __init__(
        self, *, kl_weight: float, quantizer_weight: float, missing: Missing = "error"
    ) -> None:
        super().__init__(missing)
        self.kl_weight: Final = checked_weight("kl_weight", kl_weight)
        self.quantizer_weight: Final = checked_weight("quantizer_weight", quantizer_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "kl" not in info:
            self._leave_out(info, "kl", "kl_loss")
        else:
            losses["kl_loss"] = value_of(info, "kl", "kl_loss") * self.kl_weight
            total += losses["kl_loss"]
        if "quantizer_loss" not in info:
            self._leave_out(info, "quantizer_loss", "quantizer_loss")
        else:
            losses["quantizer_loss"] = (
                value_of(info, "quantizer_loss", "quantizer_loss") * self.quantizer_weight
            )
            total += losses["quantizer_loss"]
        return as_total(total), losses


class DACRVQBottleneckLoss(BottleneckLoss):
    """The losses of DACRVQBottleneck."""

    bottleneck_type = BottleneckType.DAC_RVQ

    def __init__(
        self, *, codebook_weight: float, commitment_weight: float, missing: Missing = "error"
    ) -> None:
        super().__init__(missing)
        self.codebook_weight: Final = checked_weight("codebook_weight", codebook_weight)
        self.commitment_weight: Final = checked_weight("commitment_weight", commitment_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "vq/codebook_loss" not in info:
            self._leave_out(info, "vq/codebook_loss", "codebook_loss")
        else:
            losses["codebook_loss"] = (
                value_of(info, "vq/codebook_loss", "codebook_loss") * self.codebook_weight
            )
            total += losses["codebook_loss"]
        if "vq/commitment_loss" not in info:
            self._leave_out(info, "vq/commitment_loss", "commitment_loss")
        else:
            losses["commitment_loss"] = (
                value_of(info, "vq/commitment_loss", "commitment_loss") * self.commitment_weight
            )
            total += losses["commitment_loss"]
        return as_total(total), losses


class DACRVQVAEBottleneckLoss(BottleneckLoss):
    """The losses of DACRVQVAEBottleneck."""

    bottleneck_type = BottleneckType.DAC_RVQ_VAE

    def __init__(
        self,
        *,
        kl_weight: float,
        codebook_weight: float,
        commitment_weight: float,
        missing: Missing = "error",
    ) -> None:
        super().__init__(missing)
        self.kl_weight: Final = checked_weight("kl_weight", kl_weight)
        self.codebook_weight: Final = checked_weight("codebook_weight", codebook_weight)
        self.commitment_weight: Final = checked_weight("commitment_weight", commitment_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "kl" not in info:
            self._leave_out(info, "kl", "kl_loss")
        else:
            losses["kl_loss"] = value_of(info, "kl", "kl_loss") * self.kl_weight
            total += losses["kl_loss"]
        if "vq/codebook_loss" not in info:
            self._leave_out(info, "vq/codebook_loss", "codebook_loss")
        else:
            losses["codebook_loss"] = (
                value_of(info, "vq/codebook_loss", "codebook_loss") * self.codebook_weight
            )
            total += losses["codebook_loss"]
        if "vq/commitment_loss" not in info:
            self._leave_out(info, "vq/commitment_loss", "commitment_loss")
        else:
            losses["commitment_loss"] = (
                value_of(info, "vq/commitment_loss", "commitment_loss") * self.commitment_weight
            )
            total += losses["commitment_loss"]
        return as_total(total), losses


class WassersteinBottleneckLoss(BottleneckLoss):
    """The losses of WassersteinBottleneck."""

    bottleneck_type = BottleneckType.WASSERSTEIN

    def __init__(self, *, mmd_weight: float, missing: Missing = "error") -> None:
        super().__init__(missing)
        self.mmd_weight: Final = checked_weight("mmd_weight", mmd_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "mmd" not in info:
            self._leave_out(info, "mmd", "mmd_loss")
        else:
            losses["mmd_loss"] = value_of(info, "mmd", "mmd_loss") * self.mmd_weight
            total += losses["mmd_loss"]
        return as_total(total), losses


class SoftNormBottleneckLoss(BottleneckLoss):
    """The losses of SoftNormBottleneck."""

    bottleneck_type = BottleneckType.SOFT_NORM

    def __init__(self, *, soft_norm_weight: float, missing: Missing = "error") -> None:
        super().__init__(missing)
        self.soft_norm_weight: Final = checked_weight("soft_norm_weight", soft_norm_weight)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        total: Tensor | int = 0
        losses: dict[str, Tensor] = {}
        if "softnorm_loss" not in info:
            self._leave_out(info, "softnorm_loss", "softnorm_loss")
        else:
            losses["softnorm_loss"] = (
                value_of(info, "softnorm_loss", "softnorm_loss") * self.soft_norm_weight
            )
            total += losses["softnorm_loss"]
        return as_total(total), losses


class TanhBottleneckLoss(BottleneckLoss):
    """The losses of TanhBottleneck."""

    bottleneck_type = BottleneckType.TANH

    def __init__(self, *, missing: Missing = "error") -> None:
        super().__init__(missing)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        return zeros(()), {}


class L2BottleneckLoss(BottleneckLoss):
    """The losses of L2Bottleneck."""

    bottleneck_type = BottleneckType.L2

    def __init__(self, *, missing: Missing = "error") -> None:
        super().__init__(missing)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        return zeros(()), {}


class FSQBottleneckLoss(BottleneckLoss):
    """The losses of FSQBottleneck."""

    bottleneck_type = BottleneckType.FSQ

    def __init__(self, *, missing: Missing = "error") -> None:
        super().__init__(missing)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        return zeros(()), {}


class DitheredFSQBottleneckLoss(BottleneckLoss):
    """The losses of DitheredFSQBottleneck."""

    bottleneck_type = BottleneckType.DITHERED_FSQ

    def __init__(self, *, missing: Missing = "error") -> None:
        super().__init__(missing)

    def forward(self, info: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        return zeros(()), {}


BOTTLENECK_LOSSES: Final[Mapping[BottleneckType, Callable[..., BottleneckLoss]]] = MappingProxyType(
    {
        BottleneckType.VAE: VAEBottleneckLoss,
        BottleneckType.RVQ: RVQBottleneckLoss,
        BottleneckType.RVQ_VAE: RVQVAEBottleneckLoss,
        BottleneckType.DAC_RVQ: DACRVQBottleneckLoss,
        BottleneckType.DAC_RVQ_VAE: DACRVQVAEBottleneckLoss,
        BottleneckType.WASSERSTEIN: WassersteinBottleneckLoss,
        BottleneckType.SOFT_NORM: SoftNormBottleneckLoss,
        BottleneckType.TANH: TanhBottleneckLoss,
        BottleneckType.L2: L2BottleneckLoss,
        BottleneckType.FSQ: FSQBottleneckLoss,
        BottleneckType.DITHERED_FSQ: DitheredFSQBottleneckLoss,
    }
)
"""The module of each bottleneck; each loss names the argument for its weight."""

assert BOTTLENECK_LOSSES.keys() == set(BottleneckType), "every bottleneck has its module"
