# Generated from schema/losses.schema.json and templates/models.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The config and its parts as Pydantic models, and the result of planning.

All of them are strict: a value of another type, NaN, infinity or an unknown key is a
`pydantic.ValidationError`, at construction and at assignment.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from ._base import Arguments, LossFactoryModel, LossFactoryResultModel, Number


class BottleneckWeights(LossFactoryModel):
    """Factors by which the bottleneck's losses are multiplied before they are summed. Null means
    the default; 0 keeps the loss in the logs and out of the gradient.
    """

    kl: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 1e-06
    """Weight of the KL divergence between the latents' distribution and a standard normal. The
    value it multiplies is twice the textbook KL, summed over channels and averaged over batch and
    time: halve a weight that comes from code with the textbook ½, and divide it by the number of
    channels if that code averages over them.
    """

    mmd: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 100.0
    """Weight of the maximum mean discrepancy between the latents and standard normal samples. The
    value lies between 0 and 2 and is usually far below 1, hence the large weight.
    """

    quantizer: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Weight of the residual vector quantizer's own loss, which already contains that library's
    commitment weight.
    """

    codebook: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Weight of the DAC codebook loss, which moves the code vectors towards the encoder's output.
    """

    commitment: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 0.25
    """Weight of the DAC commitment loss, which keeps the encoder's output near the code vectors
    that it chose.
    """

    softnorm: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = 1e-05
    """Weight of the soft normalisation of the latents towards zero mean and unit variance."""


class SpectralWeights(LossFactoryModel):
    """The weight of the STFT loss."""

    mrstft: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Weight of the multi-resolution STFT loss. Null leaves it to the trainer."""


class TimeWeights(LossFactoryModel):
    """Weights of the waveform losses. A loss whose weight is null or 0 is off."""

    l1: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Weight of the mean absolute difference between the samples of input and reconstruction."""

    l2: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Weight of the mean squared difference between the samples of input and reconstruction."""

    mmd: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Weight of the maximum mean discrepancy between the samples of input and reconstruction."""


class DiscriminatorWeights(LossFactoryModel):
    """Weights of the generator's two adversarial losses."""

    adversarial: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Weight of the loss that rewards the generator for fooling the discriminator. Null leaves it
    to the trainer.
    """

    feature_matching: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Weight of the distance between the discriminator's features of input and reconstruction. Null
    leaves it to the trainer.
    """


class ReconstructionLossConfig(LossFactoryModel):
    """A single reconstruction loss."""

    weight: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Weight of the reconstruction loss."""

    type: str | None = None
    """The kind of reconstruction loss, as the trainer names it."""

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of the reconstruction loss, passed on as they are."""


class AdversarialLossConfig(LossFactoryModel):
    """A single adversarial loss."""

    weight: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Weight of the adversarial loss."""

    type: str | None = None
    """The kind of adversarial loss, as the trainer names it."""

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of the adversarial loss, passed on as they are."""


class ValueLossConfig(LossFactoryModel):
    """One loss as training has it: `weight * info[key]`, logged as `name`."""

    key: Annotated[str, Field(min_length=1)]
    """Key of `info` under which the bottleneck leaves the value."""

    weight: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)]
    """Factor by which the value is multiplied."""

    name: Annotated[str, Field(min_length=1)]
    """Name under which the weighted value is logged."""


class BottleneckType(str, Enum):
    """The bottleneck classes that Loss Factory knows. A subclass counts as the nearest of them."""

    VAE = "VAEBottleneck"
    """Samples the latents from a diagonal normal distribution."""

    RVQ = "RVQBottleneck"
    """Residual vector quantization (vector-quantize-pytorch)."""

    RVQ_VAE = "RVQVAEBottleneck"
    """Samples as the VAE does, then quantizes by residual vector quantization."""

    DAC_RVQ = "DACRVQBottleneck"
    """Residual vector quantization of the Descript Audio Codec."""

    DAC_RVQ_VAE = "DACRVQVAEBottleneck"
    """Samples as the VAE does, then quantizes as the Descript Audio Codec does."""

    WASSERSTEIN = "WassersteinBottleneck"
    """Deterministic latents, pulled as a whole towards a standard normal distribution."""

    SOFT_NORM = "SoftNormBottleneck"
    """Scaled and shifted latents, pulled towards zero mean and unit variance."""

    TANH = "TanhBottleneck"
    """Squashes the latents with tanh."""

    L2 = "L2Bottleneck"
    """Normalises each latent vector to length 1."""

    FSQ = "FSQBottleneck"
    """Finite scalar quantization."""

    DITHERED_FSQ = "DitheredFSQBottleneck"
    """Finite scalar quantization with dither noise in training."""


class BottleneckLossConfig(LossFactoryModel):
    """Losses that the bottleneck adds to the total."""

    type: str | None = None
    """A label for people (`kl`, `mmd`, `rvq`, …). Free text: the bottleneck's class decides which
    losses apply.
    """

    weights: BottleneckWeights = Field(default_factory=BottleneckWeights)
    """One weight for each loss that some bottleneck carries. A weight that this bottleneck has no
    use for draws an UnusedWeightWarning if it differs from its default.
    """


class SpectralLossConfig(LossFactoryModel):
    """Multi-resolution STFT loss between input and reconstruction."""

    type: Literal["mrstft"] | None = None
    """The kind of spectral loss. There is one, and it needs no naming."""

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of the STFT loss, passed on as they are: `fft_sizes`, `hop_sizes`,
    `win_lengths` (samples), `perceptual_weighting`, …
    """

    weights: SpectralWeights = Field(default_factory=SpectralWeights)
    """The weight of the STFT loss."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the trainer multiplies the weight in each step; 1 keeps it constant."""


class TimeLossConfig(LossFactoryModel):
    """Waveform losses between input and reconstruction."""

    type: Literal["l1", "l2", "mmd"] | None = None
    """A label for people. The weights decide which losses apply."""

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of the waveform loss, passed on as they are."""

    weights: TimeWeights = Field(default_factory=TimeWeights)
    """One weight for each waveform loss; a loss without one is off."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the trainer multiplies the weights in each step; 1 keeps them constant."""


class DiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training: which discriminator the trainer builds, and what the generator pays for
    being caught.
    """

    type: Literal["encodec", "dac", "oobleck", "big_vgan", "transformer", "hil"]
    """The discriminator's architecture. stable-audio-tools 0.0.19 knows the first four, 0.0.20 all
    six.
    """

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of the discriminator's constructor, passed on as they are."""

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the trainer multiplies the weights in each step; 1 keeps them constant."""


class LossFactoryResult(LossFactoryResultModel):
    """The losses of one bottleneck, in the order in which they are summed and logged."""

    losses: list[ValueLossConfig]
    """The bottleneck's losses; empty for a bottleneck without any."""

    bottleneck_type: BottleneckType
    """The bottleneck that the losses belong to."""


class AutoencoderLossConfig(LossFactoryModel):
    """The losses an audio autoencoder is trained with: the `loss_configs` object of a training
    configuration. `bottleneck` always applies; any other section is off unless it is written.
    """

    schema_uri: Annotated[str | None, Field(alias="$schema")] = None
    """Where editors find the JSON Schema of this document. Loss Factory does not read it."""

    bottleneck: BottleneckLossConfig = Field(default_factory=BottleneckLossConfig)
    """Losses that the bottleneck adds to the total. Which of them apply follows from the
    bottleneck's class, not from this section.
    """

    spectral: SpectralLossConfig | None = None
    """Multi-resolution STFT reconstruction loss. Off unless it is written."""

    time: TimeLossConfig | None = None
    """Waveform reconstruction losses. Off unless it is written."""

    discriminator: DiscriminatorLossConfig | None = None
    """Adversarial training against a discriminator that the trainer builds. Off unless it is
    written.
    """

    reconstruction: ReconstructionLossConfig | None = None
    """A single reconstruction loss, for trainers that have no `spectral` and `time`. Off unless it
    is written.
    """

    adversarial: AdversarialLossConfig | None = None
    """A single adversarial loss, for trainers that have no `discriminator`. Off unless it is
    written.
    """
