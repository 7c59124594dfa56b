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

from torch import Tensor

from .runtime.lazy import require_same_schema
from .runtime.model.courses import WeightArgument
from .runtime.tensors.bottleneck_loss import BottleneckLoss
from .runtime.tensors.values import Missing, value_of
from .models import BottleneckType

require_same_schema(__name__)


class VAEBottleneckLoss(BottleneckLoss):
    """The losses of VAEBottleneck."""

    bottleneck_type = BottleneckType.VAE

    def __init__(
        self,
        *,
        kl_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.kl_weight = self._weight("kl_weight", kl_weight)
        self.kl_key: Final = self._key("kl")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.kl_key not in info:
            self._leave_out(info, self.kl_key, "kl_loss")
        else:
            values["kl_loss"] = value = value_of(info, self.kl_key, "kl_loss")
            losses["kl_loss"] = loss = value * self.kl_weight
            total += loss
        return total


class RVQBottleneckLoss(BottleneckLoss):
    """The losses of RVQBottleneck."""

    bottleneck_type = BottleneckType.RVQ

    def __init__(
        self,
        *,
        quantizer_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.quantizer_weight = self._weight("quantizer_weight", quantizer_weight)
        self.quantizer_key: Final = self._key("quantizer_loss")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.quantizer_key not in info:
            self._leave_out(info, self.quantizer_key, "quantizer_loss")
        else:
            values["quantizer_loss"] = value = value_of(info, self.quantizer_key, "quantizer_loss")
            losses["quantizer_loss"] = loss = value * self.quantizer_weight
            total += loss
        return total


class RVQVAEBottleneckLoss(BottleneckLoss):
    """The losses of RVQVAEBottleneck."""

    bottleneck_type = BottleneckType.RVQ_VAE

    def __init__(
        self,
        *,
        kl_weight: WeightArgument,
        quantizer_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.kl_weight = self._weight("kl_weight", kl_weight)
        self.quantizer_weight = self._weight("quantizer_weight", quantizer_weight)
        self.kl_key: Final = self._key("kl")
        self.quantizer_key: Final = self._key("quantizer_loss")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.kl_key not in info:
            self._leave_out(info, self.kl_key, "kl_loss")
        else:
            values["kl_loss"] = value = value_of(info, self.kl_key, "kl_loss")
            losses["kl_loss"] = loss = value * self.kl_weight
            total += loss
        if self.quantizer_key not in info:
            self._leave_out(info, self.quantizer_key, "quantizer_loss")
        else:
            values["quantizer_loss"] = value = value_of(info, self.quantizer_key, "quantizer_loss")
            losses["quantizer_loss"] = loss = value * self.quantizer_weight
            total += loss
        return total


class DACRVQBottleneckLoss(BottleneckLoss):
    """The losses of DACRVQBottleneck."""

    bottleneck_type = BottleneckType.DAC_RVQ

    def __init__(
        self,
        *,
        codebook_weight: WeightArgument,
        commitment_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.codebook_weight = self._weight("codebook_weight", codebook_weight)
        self.commitment_weight = self._weight("commitment_weight", commitment_weight)
        self.codebook_key: Final = self._key("vq/codebook_loss")
        self.commitment_key: Final = self._key("vq/commitment_loss")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.codebook_key not in info:
            self._leave_out(info, self.codebook_key, "codebook_loss")
        else:
            values["codebook_loss"] = value = value_of(info, self.codebook_key, "codebook_loss")
            losses["codebook_loss"] = loss = value * self.codebook_weight
            total += loss
        if self.commitment_key not in info:
            self._leave_out(info, self.commitment_key, "commitment_loss")
        else:
            values["commitment_loss"] = value = value_of(
                info, self.commitment_key, "commitment_loss"
            )
            losses["commitment_loss"] = loss = value * self.commitment_weight
            total += loss
        return total


class DACRVQVAEBottleneckLoss(BottleneckLoss):
    """The losses of DACRVQVAEBottleneck."""

    bottleneck_type = BottleneckType.DAC_RVQ_VAE

    def __init__(
        self,
        *,
        kl_weight: WeightArgument,
        codebook_weight: WeightArgument,
        commitment_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.kl_weight = self._weight("kl_weight", kl_weight)
        self.codebook_weight = self._weight("codebook_weight", codebook_weight)
        self.commitment_weight = self._weight("commitment_weight", commitment_weight)
        self.kl_key: Final = self._key("kl")
        self.codebook_key: Final = self._key("vq/codebook_loss")
        self.commitment_key: Final = self._key("vq/commitment_loss")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.kl_key not in info:
            self._leave_out(info, self.kl_key, "kl_loss")
        else:
            values["kl_loss"] = value = value_of(info, self.kl_key, "kl_loss")
            losses["kl_loss"] = loss = value * self.kl_weight
            total += loss
        if self.codebook_key not in info:
            self._leave_out(info, self.codebook_key, "codebook_loss")
        else:
            values["codebook_loss"] = value = value_of(info, self.codebook_key, "codebook_loss")
            losses["codebook_loss"] = loss = value * self.codebook_weight
            total += loss
        if self.commitment_key not in info:
            self._leave_out(info, self.commitment_key, "commitment_loss")
        else:
            values["commitment_loss"] = value = value_of(
                info, self.commitment_key, "commitment_loss"
            )
            losses["commitment_loss"] = loss = value * self.commitment_weight
            total += loss
        return total


class WassersteinBottleneckLoss(BottleneckLoss):
    """The losses of WassersteinBottleneck."""

    bottleneck_type = BottleneckType.WASSERSTEIN

    def __init__(
        self,
        *,
        mmd_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.mmd_weight = self._weight("mmd_weight", mmd_weight)
        self.mmd_key: Final = self._key("mmd")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.mmd_key not in info:
            self._leave_out(info, self.mmd_key, "mmd_loss")
        else:
            values["mmd_loss"] = value = value_of(info, self.mmd_key, "mmd_loss")
            losses["mmd_loss"] = loss = value * self.mmd_weight
            total += loss
        return total


class SoftNormBottleneckLoss(BottleneckLoss):
    """The losses of SoftNormBottleneck."""

    bottleneck_type = BottleneckType.SOFT_NORM

    def __init__(
        self,
        *,
        soft_norm_weight: WeightArgument,
        missing: Missing = "error",
        keys: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(missing, keys)
        self.soft_norm_weight = self._weight("soft_norm_weight", soft_norm_weight)
        self.soft_norm_key: Final = self._key("softnorm_loss")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        if self.soft_norm_key not in info:
            self._leave_out(info, self.soft_norm_key, "softnorm_loss")
        else:
            values["softnorm_loss"] = value = value_of(info, self.soft_norm_key, "softnorm_loss")
            losses["softnorm_loss"] = loss = value * self.soft_norm_weight
            total += loss
        return total


class TanhBottleneckLoss(BottleneckLoss):
    """The losses of TanhBottleneck."""

    bottleneck_type = BottleneckType.TANH

    def __init__(
        self, *, missing: Missing = "error", keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(missing, keys)

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        return total


class L2BottleneckLoss(BottleneckLoss):
    """The losses of L2Bottleneck."""

    bottleneck_type = BottleneckType.L2

    def __init__(
        self, *, missing: Missing = "error", keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(missing, keys)

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        return total


class FSQBottleneckLoss(BottleneckLoss):
    """The losses of FSQBottleneck."""

    bottleneck_type = BottleneckType.FSQ

    def __init__(
        self, *, missing: Missing = "error", keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(missing, keys)

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        return total


class DitheredFSQBottleneckLoss(BottleneckLoss):
    """The losses of DitheredFSQBottleneck."""

    bottleneck_type = BottleneckType.DITHERED_FSQ

    def __init__(
        self, *, missing: Missing = "error", keys: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(missing, keys)

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        return total


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
