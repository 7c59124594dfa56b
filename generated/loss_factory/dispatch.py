# Generated from schema/losses.schema.json and templates/dispatch.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""Which bottleneck carries which losses, and where each weight stands in a config.

Everything here is data that was fixed when this package was compiled; nothing is looked up in
class hierarchies and nothing registers itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .runtime.lazy import require_same_schema
from .runtime.model.records import Loss, Tables, Weight
from ._version import SCHEMA_SHA256, SCHEMA_VERSION, __version__
from .models import AutoencoderLossConfig, BottleneckType
from .trainers import OBJECTIVES, TRAINERS

require_same_schema(__name__)

KL_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="KLLoss",
    key="kl",
    name="kl_loss",
    argument="kl_weight",
    weight=Weight("bottleneck.weights.kl", 1e-06, lambda config: config.bottleneck.weights.kl),
)
"""Pulls each latent's distribution towards a standard normal: sum over channels of mean² + variance
− ln(variance) − 1, averaged over batch and time, in nats. This is twice the textbook KL divergence.
Present in `info` whenever the bottleneck encodes.
"""

MMD_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="MMDLoss",
    key="mmd",
    name="mmd_loss",
    argument="mmd_weight",
    weight=Weight("bottleneck.weights.mmd", 100.0, lambda config: config.bottleneck.weights.mmd),
)
"""Pulls the latents of a batch, taken together, towards a standard normal: the squared maximum mean
discrepancy with a Gaussian kernel, against fresh noise in each step, without a unit. Present in
`info` only in training mode with `return_info`.
"""

QUANTIZER_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="QuantizerLoss",
    key="quantizer_loss",
    name="quantizer_loss",
    argument="quantizer_weight",
    weight=Weight(
        "bottleneck.weights.quantizer", 1.0, lambda config: config.bottleneck.weights.quantizer
    ),
)
"""Pulls the encoder's output towards the code vectors that it chose: mean squared distance,
averaged over the quantizers; the quantizer has applied its own commitment weight already. Present
in `info` whenever the bottleneck encodes; 0 outside of training mode.
"""

CODEBOOK_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="CodebookLoss",
    key="vq/codebook_loss",
    name="codebook_loss",
    argument="codebook_weight",
    weight=Weight(
        "bottleneck.weights.codebook", 1.0, lambda config: config.bottleneck.weights.codebook
    ),
)
"""Pulls the chosen code vectors towards the encoder's output, which gets no gradient from it: mean
squared distance, averaged over the quantizers. Present in `info` whenever the bottleneck encodes,
unless it has `quantize_on_decode`.
"""

COMMITMENT_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="CommitmentLoss",
    key="vq/commitment_loss",
    name="commitment_loss",
    argument="commitment_weight",
    weight=Weight(
        "bottleneck.weights.commitment", 0.25, lambda config: config.bottleneck.weights.commitment
    ),
)
"""Pulls the encoder's output towards the code vectors that it chose, which get no gradient from it:
mean squared distance, averaged over the quantizers. Present in `info` whenever the bottleneck
encodes, unless it has `quantize_on_decode`.
"""

SOFT_NORM_LOSS: Final[Loss[AutoencoderLossConfig]] = Loss(
    definition="SoftNormLoss",
    key="softnorm_loss",
    name="softnorm_loss",
    argument="soft_norm_weight",
    weight=Weight(
        "bottleneck.weights.softnorm", 1e-05, lambda config: config.bottleneck.weights.softnorm
    ),
)
"""Pulls the latents towards zero mean and unit variance, over time for each channel, and with a
factor of 0.4 over channels for each time step: mean² + variance − ln(variance) − 1, averaged.
Present in `info` only in training mode with `return_info`.
"""

LOSSES: Final[Mapping[BottleneckType, tuple[Loss[AutoencoderLossConfig], ...]]] = MappingProxyType(
    {
        BottleneckType.VAE: (KL_LOSS,),
        BottleneckType.RVQ: (QUANTIZER_LOSS,),
        BottleneckType.RVQ_VAE: (KL_LOSS, QUANTIZER_LOSS),
        BottleneckType.DAC_RVQ: (CODEBOOK_LOSS, COMMITMENT_LOSS),
        BottleneckType.DAC_RVQ_VAE: (KL_LOSS, CODEBOOK_LOSS, COMMITMENT_LOSS),
        BottleneckType.WASSERSTEIN: (MMD_LOSS,),
        BottleneckType.SOFT_NORM: (SOFT_NORM_LOSS,),
        BottleneckType.TANH: (),
        BottleneckType.L2: (),
        BottleneckType.FSQ: (),
        BottleneckType.DITHERED_FSQ: (),
    }
)
"""The losses of each bottleneck, in the order in which they are summed and logged."""

CLASS_NAMES: Final[Mapping[str, BottleneckType]] = MappingProxyType(
    {
        "VAEBottleneck": BottleneckType.VAE,
        "RVQBottleneck": BottleneckType.RVQ,
        "RVQVAEBottleneck": BottleneckType.RVQ_VAE,
        "DACRVQBottleneck": BottleneckType.DAC_RVQ,
        "DACRVQVAEBottleneck": BottleneckType.DAC_RVQ_VAE,
        "WassersteinBottleneck": BottleneckType.WASSERSTEIN,
        "SoftNormBottleneck": BottleneckType.SOFT_NORM,
        "TanhBottleneck": BottleneckType.TANH,
        "L2Bottleneck": BottleneckType.L2,
        "FSQBottleneck": BottleneckType.FSQ,
        "DitheredFSQBottleneck": BottleneckType.DITHERED_FSQ,
    }
)
"""Bottlenecks by the name of their class."""

CONFIG_TYPES: Final[Mapping[str, BottleneckType]] = MappingProxyType(
    {
        "vae": BottleneckType.VAE,
        "rvq": BottleneckType.RVQ,
        "rvq_vae": BottleneckType.RVQ_VAE,
        "dac_rvq": BottleneckType.DAC_RVQ,
        "dac_rvq_vae": BottleneckType.DAC_RVQ_VAE,
        "wasserstein": BottleneckType.WASSERSTEIN,
        "softnorm": BottleneckType.SOFT_NORM,
        "tanh": BottleneckType.TANH,
        "l2_norm": BottleneckType.L2,
        "fsq": BottleneckType.FSQ,
        "dithered_fsq": BottleneckType.DITHERED_FSQ,
    }
)
"""Bottlenecks by the tag that model configs use for them (`model.bottleneck.type`)."""

TABLES: Final = Tables(
    file=__file__,
    version=__version__,
    schema_version=SCHEMA_VERSION,
    schema_sha256=SCHEMA_SHA256,
    config=AutoencoderLossConfig,
    bottleneck_type=BottleneckType,
    losses=LOSSES,
    class_names=CLASS_NAMES,
    config_types=CONFIG_TYPES,
    trainers=TRAINERS,
    objectives=OBJECTIVES,
)
"""All of it, for the runtime."""

assert LOSSES.keys() == set(BottleneckType), "every bottleneck has its losses"
assert set(CLASS_NAMES.values()) == set(BottleneckType), "every bottleneck has its class name"
assert set(CONFIG_TYPES.values()) == set(BottleneckType), "every bottleneck has its config tag"
