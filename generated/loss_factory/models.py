# Generated from schema/losses.schema.json and templates/models.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The config and its parts as Pydantic models, and the bottlenecks.

All models are strict: a value of another type, NaN, infinity or an unknown key is a
`pydantic.ValidationError`, at construction and at assignment.
"""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from .runtime.lazy import require_same_schema
from .runtime.model.base import LossFactoryModel
from .runtime.model.kinds import Also, Arguments, Integer, Number
from .runtime.model.schedules import Weight

require_same_schema(__name__)


class BottleneckWeights(LossFactoryModel):
    """Factors by which the bottleneck's losses are multiplied before they are summed. Null means
    the default; 0 keeps the loss in the logs and out of the gradient.
    """

    kl: Annotated[Weight | None, Also("kld", "kl_div", "kl_divergence", "kl_weight", "kl_loss")] = (
        1e-06
    )
    """Weight of the KL divergence between the latents' distribution and a standard normal. The
    value it multiplies is twice the textbook KL, summed over channels and averaged over batch and
    time: halve a weight that comes from code with the textbook ½, and divide it by the number of
    channels if that code averages over them.
    """

    mmd: Annotated[Weight | None, Also("mmd_loss", "mmd_weight")] = 100.0
    """Weight of the maximum mean discrepancy between the latents and standard normal samples. The
    value lies between 0 and 2 and is usually far below 1, hence the large weight.
    """

    quantizer: Annotated[
        Weight | None, Also("quantization", "quantize", "quant", "quantizer_loss")
    ] = 1.0
    """Weight of the residual vector quantizer's own loss, which already contains that library's
    commitment weight.
    """

    codebook: Annotated[Weight | None, Also("vq_codebook", "codebook_loss", "codebook_weight")] = (
        1.0
    )
    """Weight of the DAC codebook loss, which moves the code vectors towards the encoder's output.
    """

    commitment: Annotated[
        Weight | None,
        Also("commit", "vq_commitment", "commitment_cost", "commitment_loss", "commitment_weight"),
    ] = 0.25
    """Weight of the DAC commitment loss, which keeps the encoder's output near the code vectors
    that it chose.
    """

    softnorm: Annotated[Weight | None, Also("soft_norm", "soft_normalization")] = 1e-05
    """Weight of the soft normalisation of the latents towards zero mean and unit variance."""


class SpectralArguments(LossFactoryModel):
    """One resolution for each entry of `fft_sizes`, `hop_sizes` and `win_lengths`, which are lists
    of one length. The trainer sets `sample_rate` itself.
    """

    fft_sizes: Annotated[
        list[Integer] | None, Also("n_ffts", "n_fft", "fft_lengths", "ffts", "fft", "nfft")
    ] = None
    """FFT size of each resolution, in samples. Null: 1024, 2048 and 512; a stereo model needs the
    list.
    """

    hop_sizes: Annotated[
        list[Integer] | None, Also("hop_lengths", "hops", "strides", "hop", "hop_len")
    ] = None
    """Hop between the STFT windows of each resolution, in samples. Null: 120, 240 and 50; a stereo
    model needs the list.
    """

    win_lengths: Annotated[
        list[Integer] | None, Also("window_lengths", "win_sizes", "window_sizes", "win")
    ] = None
    """Length of the STFT window of each resolution, in samples, of at most its FFT size. Null: 600,
    1200 and 240; a stereo model needs the list. stable-audio-tools 0.0.20 takes it and ignores it.
    """

    window: Annotated[
        str | None, Field(min_length=1), Also("window_type", "window_fn", "win_type")
    ] = None
    """The window, a function of torch such as `hann_window`. Null: `hann_window`.
    stable-audio-tools 0.0.20 takes it and ignores it.
    """

    w_sc: Annotated[
        Number | None,
        Field(ge=0.0, le=3.4028234663852886e38),
        Also("sc_weight", "spectral_convergence"),
    ] = None
    """Weight of the spectral convergence: the norm of the difference between the magnitudes,
    relative to their own. Null: 1.
    """

    w_log_mag: Annotated[
        Number | None,
        Field(ge=0.0, le=3.4028234663852886e38),
        Also("log_weight", "log_mag_weight", "log_mag"),
    ] = None
    """Weight of the distance between the logarithms of the magnitudes. Null: 1."""

    w_lin_mag: Annotated[
        Number | None,
        Field(ge=0.0, le=3.4028234663852886e38),
        Also("mag_weight", "lin_mag_weight", "lin_weight", "lin_mag"),
    ] = None
    """Weight of the distance between the magnitudes. Null: 0."""

    w_phs: Annotated[
        Number | None, Field(ge=0.0, le=3.4028234663852886e38), Also("phase_weight", "w_phase")
    ] = None
    """Weight of the distance between the phases. Null: 0, and `create_objective` builds nothing
    else.
    """

    w_cep: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38), Also("w_cepstrum")] = (
        None
    )
    """Weight of the distance between the cepstra. Null: 0. stable-audio-tools takes it from 0.0.20
    on.
    """

    perceptual_weighting: Annotated[
        bool | None, Also("perceptual", "a_weighting", "k_weighting")
    ] = None
    """Whether the audio is filtered beforehand by how loud its frequencies are heard: A-weighting
    in stable-audio-tools 0.0.19, K-weighting in 0.0.20. Null: it is not.
    """

    scale_invariance: bool | None = None
    """Whether the magnitudes of the reconstruction are scaled to fit those of the input best. Null:
    they are not.
    """

    scale: Literal["mel", "chroma"] | None = None
    """The scale that the frequencies are gathered on. Null: none, and `create_objective` builds
    nothing else.
    """

    n_bins: Annotated[
        list[Integer] | None, Also("n_mels", "num_mels", "n_mel_bins", "num_bins")
    ] = None
    """Number of bands of each resolution, if `scale` is written."""

    eps: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """Least power of a bin, so that no magnitude is 0. Null: 1e-8."""

    mag_distance: Annotated[Literal["L1", "L2"] | None, Also("distance", "mag_loss")] = None
    """The distance between magnitudes and between their logarithms: mean absolute (`L1`) or mean
    squared (`L2`) difference. Null: `L1`.
    """

    log_eps: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """What is added to the magnitudes before the logarithm is taken. Null: 0. stable-audio-tools
    0.0.20 takes it and ignores it.
    """

    log_fac: Annotated[Number | None, Field(ge=0.0, le=3.4028234663852886e38)] = None
    """What the magnitudes are multiplied by before the logarithm is taken. Null: 1.
    stable-audio-tools 0.0.20 takes it and ignores it.
    """

    residual_loss: bool | None = None
    """Whether the difference between input and reconstruction is compared as well. Null: it is not.
    stable-audio-tools takes it from 0.0.20 on.
    """

    reduction: Literal["mean", "sum", "none"] | None = None
    """How bins and frames become one number; `none` fails in a training. Null: `mean`."""

    output: Literal["loss", "full"] | None = None
    """What the STFT loss returns; `full` fails in a training. Null: `loss`."""

    retain_batch_dim: bool | None = None
    """Whether there is a loss for each example, which fails in a training. Null: there is not."""

    device: Annotated[str | None, Field(min_length=1)] = None
    """Where the bands of `scale` are made. Null: on the CPU."""


class SpectralWeights(LossFactoryModel):
    """The weight of the STFT loss."""

    mrstft: Annotated[
        Weight | None, Also("stft", "mr_stft", "spectral", "weight", "mrstft_loss")
    ] = None
    """Weight of the multi-resolution STFT loss. Null is legal, but every known trainer needs a
    number.
    """


class TimeWeights(LossFactoryModel):
    """Weights of the waveform losses. A loss whose weight is null or 0 is off."""

    l1: Annotated[Weight | None, Also("mae", "l1_loss")] = None
    """Weight of the mean absolute difference between the samples of input and reconstruction."""

    l2: Annotated[Weight | None, Also("mse", "l2_loss", "mse_loss")] = None
    """Weight of the mean squared difference between the samples of input and reconstruction."""

    mmd: Weight | None = None
    """Weight of the maximum mean discrepancy between the samples of input and reconstruction.
    stable-audio-tools reads it from 0.0.20 on.
    """


class EncodecDiscriminatorArguments(LossFactoryModel):
    """Arguments of EnCodec's multi-scale STFT discriminator: one sub-discriminator for each entry
    of `n_ffts`, `hop_lengths` and `win_lengths`, which are lists of one length. The trainer sets
    `in_channels` itself.
    """

    filters: Annotated[Integer, Field(ge=1), Also("n_filters", "num_filters")]
    """Number of filters of the first convolution."""

    n_ffts: Annotated[
        list[Integer] | None, Also("fft_sizes", "n_fft", "fft_lengths", "ffts", "fft", "nfft")
    ] = None
    """FFT size of each sub-discriminator, in samples. Null: 1024, 2048 and 512."""

    hop_lengths: Annotated[list[Integer] | None, Also("hop_sizes", "hops", "hop", "hop_len")] = None
    """Hop between the STFT windows of each sub-discriminator, in samples. Null: 256, 512 and 128.
    """

    win_lengths: Annotated[
        list[Integer] | None, Also("window_lengths", "win_sizes", "window_sizes", "win")
    ] = None
    """Length of the STFT window of each sub-discriminator, in samples, of at most its FFT size.
    Null: 1024, 2048 and 512.
    """

    loss_type: Literal["hinge", "rpgan"] = "hinge"
    """The adversarial loss: `hinge`, or `rpgan`, which compares real with fake (relativistic) and
    fails in stable-audio-tools 0.0.19.
    """

    normalize_losses: bool = False
    """Whether the feature matching distance is divided by the mean magnitude of the real features.
    """

    out_channels: Annotated[Integer, Field(ge=1)] = 1
    """Number of channels of the discriminator's output."""

    max_filters: Annotated[Integer, Field(ge=1)] = 1024
    """Most filters that a convolution has, however much they grow."""

    filters_scale: Annotated[Integer, Field(ge=1)] = 1
    """Factor by which the number of filters grows from one convolution to the next."""

    kernel_size: Annotated[list[Integer] | None, Also("kernel_sizes")] = None
    """Kernel size of the convolutions along time and frequency, two numbers. Null: 3 and 9."""

    dilations: list[Integer] | None = None
    """Dilation along time of each dilated convolution. Null: 1, 2 and 4."""

    stride: Annotated[list[Integer] | None, Also("strides")] = None
    """Stride of the dilated convolutions along time and frequency, two numbers. Null: 1 and 1."""

    normalized: bool = True
    """Whether the STFT is normalised by the window's energy."""

    activation: Annotated[str, Field(min_length=1)] = "LeakyReLU"
    """Class of torch.nn that is applied between convolutions; another one than LeakyReLU needs
    `activation_params`.
    """

    activation_params: Arguments | None = None
    """Keyword arguments of the activation, passed on as they are; `{}` for an activation that takes
    no `negative_slope`. Null: a `negative_slope` of 0.2.
    """

    spec_scale_pow: Annotated[Number, Field(ge=-1.0, le=1.0)] = 0.0
    """Power of its own magnitude that the spectrogram is multiplied by: below 0 lifts the quiet
    parts, 0 leaves it as it is.
    """


class DACDiscriminatorArguments(LossFactoryModel):
    """Arguments of the Descript Audio Codec's discriminators. The trainer sets `channels` and
    `sample_rate` itself.
    """

    use_hinge: Annotated[bool, Also("hinge")] = False
    """Whether the hinge loss is used in place of least squares."""

    periods: list[Integer] | None = None
    """Period of each multi-period discriminator, in samples. Null: 2, 3, 5, 7 and 11."""

    fft_sizes: Annotated[
        list[Integer] | None,
        Also("n_ffts", "n_fft", "fft_lengths", "ffts", "win_lengths", "window_lengths"),
    ] = None
    """Window of each multi-band STFT discriminator, in samples; the hop is a quarter of it. Null:
    2048, 1024 and 512.
    """

    bands: list[list[Number]] | None = None
    """Bands of the STFT discriminators: pairs of where each begins and ends, as fractions of the
    spectrum. Null: five bands, split at 0.1, 0.25, 0.5 and 0.75.
    """

    rates: Annotated[list[Integer] | None, Also("sample_rates")] = None
    """Factors by which the audio is downsampled for each multi-scale discriminator. Null or empty:
    none; others fail in stable-audio-tools 0.0.19 and 0.0.20.
    """


class OobleckDiscriminatorArguments(LossFactoryModel):
    """Arguments of Oobleck's discriminator."""

    in_channels: Annotated[Integer, Field(ge=1)] = 1
    """Number of audio channels, as many as the autoencoder puts out: 2 for a stereo model. The
    trainer doesn't set it.
    """


class BigVGANDiscriminatorArguments(LossFactoryModel):
    """Arguments of BigVGAN's discriminator: one constant-Q sub-discriminator for each entry of
    `cqtd_hop_lengths`, `cqtd_n_octaves` and `cqtd_bins_per_octaves`, which are lists of one length.
    The trainer sets `channels` and `sample_rate` itself.
    """

    use_hinge: Annotated[bool, Also("hinge")] = False
    """Whether the multi-period discriminators use the hinge loss in place of least squares."""

    periods: list[Integer] | None = None
    """Period of each multi-period discriminator, in samples. Null: 2, 3, 5, 7 and 11."""

    cqtd_filters: Annotated[Integer, Field(ge=1), Also("filters")] = 32
    """Number of filters of the first convolution of each constant-Q discriminator."""

    cqtd_max_filters: Annotated[Integer, Field(ge=1), Also("max_filters")] = 1024
    """Most filters that a convolution has, however much they grow."""

    cqtd_filters_scale: Annotated[Integer, Field(ge=1), Also("filters_scale")] = 1
    """Factor by which the number of filters grows from one convolution to the next."""

    cqtd_dilations: Annotated[list[Integer] | None, Also("dilations")] = None
    """Dilation along time of each dilated convolution. Null: 1, 2 and 4."""

    cqtd_out_channels: Annotated[Integer, Field(ge=1), Also("out_channels")] = 1
    """Number of channels of the constant-Q discriminators' output."""

    cqtd_hop_lengths: Annotated[
        list[Integer] | None, Also("hop_lengths", "hop_sizes", "cqtd_hop_sizes")
    ] = None
    """Hop of each constant-Q transform, in samples at twice the sample rate. Null: 512, 256 and
    256.
    """

    cqtd_n_octaves: Annotated[list[Integer] | None, Also("n_octaves")] = None
    """Number of octaves of each constant-Q transform. Null: 9, 9 and 9."""

    cqtd_bins_per_octaves: Annotated[
        list[Integer] | None, Also("bins_per_octaves", "bins_per_octave")
    ] = None
    """Bins per octave of each constant-Q transform. Null: 24, 36 and 48."""

    fmin: Annotated[Number, Field(gt=0.0, le=3.4028234663852886e38), Also("cqtd_fmin", "f_min")] = (
        32.7
    )
    """Lowest frequency of the constant-Q transforms, in Hz. It is called `fmin`: nothing reads
    `cqtd_fmin`.
    """

    cqtd_normalize_volume: Annotated[bool, Also("normalize_volume")] = False
    """Whether offset and peak volume are taken out of the audio before the constant-Q transforms.
    """


class DiscriminatorWeights(LossFactoryModel):
    """Weights of the generator's two adversarial losses."""

    adversarial: Annotated[Weight | None, Also("adv", "gan", "generator", "gen", "adv_loss")] = None
    """Weight of the loss that rewards the generator for fooling the discriminator. Null is legal,
    but every known trainer needs a number.
    """

    feature_matching: Annotated[
        Weight | None, Also("fm", "feat_match", "feature_match", "feature_loss", "feat")
    ] = None
    """Weight of the distance between the discriminator's features of input and reconstruction.
    stable-audio-tools needs a number; for others, null means that there is no such loss.
    """


class MelArguments(LossFactoryModel):
    """`n_mels` and `window_lengths` have one entry for each resolution; the trainer ignores what
    one list has more than the other.
    """

    n_mels: Annotated[list[Integer], Also("n_bins", "num_mels", "mel_bins", "n_mel_bins")]
    """Number of mel bands of each resolution."""

    window_lengths: Annotated[
        list[Integer], Also("win_lengths", "win_sizes", "window_sizes", "n_ffts", "fft_sizes")
    ]
    """Length of the STFT window of each resolution, in samples; the hop is a quarter of it."""

    pow: Annotated[Number, Field(gt=0.0, le=3.4028234663852886e38), Also("power", "exponent")]
    """Exponent to which magnitudes are raised before the logarithm is taken: 1 for magnitude, 2 for
    power.
    """

    log_weight: Annotated[
        Number, Field(ge=0.0, le=3.4028234663852886e38), Also("w_log_mag", "log_mag_weight")
    ]
    """Weight of the mean absolute difference between the logarithms (base 10)."""

    mag_weight: Annotated[
        Number, Field(ge=0.0, le=3.4028234663852886e38), Also("w_lin_mag", "lin_mag_weight")
    ]
    """Weight of the mean absolute difference between the magnitudes."""


class MelWeights(LossFactoryModel):
    """The weight of the mel spectrogram loss."""

    mrmel: Annotated[Weight | None, Also("mel", "mr_mel", "weight")]
    """Weight of the mel spectrogram loss: the sum over all resolutions. At 0 it is off."""


class HubertArguments(LossFactoryModel):
    """Which speech model, and which of its layers."""

    model_name: Annotated[
        Literal["HUBERT_LARGE", "WAVLM_LARGE", "WAV2VEC2_LARGE_LV60K"],
        Also("model", "hubert_model"),
    ] = "HUBERT_LARGE"
    """The pretrained model, as torchaudio names it. It is downloaded when training starts."""

    feature_ids: Annotated[list[Integer] | None, Also("layers", "layer_ids", "feature_layers")] = (
        None
    )
    """The layers to compare, counted from 0 to 23; [-1] means the convolutions before them. Null:
    all layers. An empty list fails in the first step.
    """


class HubertWeights(LossFactoryModel):
    """The weight of the feature distance."""

    hubert: Annotated[Weight | None, Also("perceptual", "weight")]
    """Weight of the mean absolute difference between features, relative to their standard
    deviation, averaged over layers. At 0 the model is not loaded.
    """


class ClapArguments(LossFactoryModel):
    """Which CLAP model, and which of its layers."""

    clap_model: Annotated[
        Literal[
            "music_audioset_epoch_15_esc_90.14.pt",
            "music_speech_audioset_epoch_15_esc_89.98.pt",
            "music_speech_epoch_15_esc_89.25.pt",
        ],
        Also("model", "model_name"),
    ] = "music_audioset_epoch_15_esc_90.14.pt"
    """The checkpoint of LAION's CLAP, which is downloaded when training starts. The loss works with
    those without fusion only.
    """

    feature_ids: Annotated[list[Integer] | None, Also("layers", "layer_ids", "feature_layers")] = (
        None
    )
    """The stages of the audio transformer to compare, counted from 0 to 3. Null: all four. An empty
    list fails in the first step.
    """


class ClapWeights(LossFactoryModel):
    """The weight of the feature distance."""

    clap: Annotated[Weight | None, Also("weight")]
    """Weight of the mean absolute difference between features, relative to their standard
    deviation, averaged over stages. At 0 the model is not loaded.
    """


class ContrastiveArguments(LossFactoryModel):
    """The critic: a transformer over audio (in wavelet bands), text and latents."""

    transformer_dim: Annotated[Integer, Field(ge=64), Also("dim", "embed_dim", "hidden_dim")]
    """Width of the transformer: a multiple of 64, the width of an attention head."""

    depth: Annotated[Integer, Field(ge=1), Also("layers", "n_layers", "num_layers")]
    """Number of transformer blocks."""

    use_text: bool = False
    """Whether the critic also reads each example's `prompt`, through a pretrained T5Gemma encoder.
    """

    dyt: bool = True
    """Whether the blocks normalise by dynamic tanh; false means RMS norm."""

    requires_grad: bool = True
    """Whether the critic learns; false keeps it as it was initialised."""


class ContrastiveWeights(LossFactoryModel):
    """The weight of the contrastive loss."""

    contrastive: Annotated[Weight | None, Also("weight")]
    """Weight of the contrastive loss, which is small where the critic scores the latents' own audio
    above other audio.
    """


class JepaArguments(LossFactoryModel):
    """The predictor: a transformer over the latents."""

    transformer_dim: Annotated[Integer, Field(ge=64), Also("dim", "embed_dim", "hidden_dim")]
    """Width of the transformer: a multiple of 64, the width of an attention head."""

    depth: Annotated[Integer, Field(ge=1), Also("layers", "n_layers", "num_layers")]
    """Number of transformer blocks."""

    mask_rate: Annotated[Number, Field(ge=0.0, le=1.0), Also("mask_ratio", "mask_prob")] = 0.4
    """Share of the latents' time steps that is masked. stable-audio-tools 0.0.20 masks 0.4 of them
    whatever this says.
    """

    mask_block_size: Annotated[Integer, Field(ge=1), Also("block_size")] = 8
    """Length of a masked stretch, in time steps of the latents. stable-audio-tools 0.0.20 masks 8
    whatever this says.
    """

    dyt: bool = True
    """Whether the blocks normalise by dynamic tanh; false means RMS norm."""

    requires_grad: bool = True
    """Whether the predictor learns; false keeps it as it was initialised."""


class JepaWeights(LossFactoryModel):
    """The weight of the prediction loss."""

    jepa: Annotated[Weight | None, Also("weight")]
    """Weight of the Huber loss between predicted and true latents where they were masked."""


class GenerativeArguments(LossFactoryModel):
    """The generative model: a diffusion transformer with 8 attention heads."""

    embed_dim: Annotated[Integer, Field(ge=8), Also("dim", "transformer_dim", "hidden_dim")]
    """Width of the transformer: a multiple of 8, its number of attention heads, and at least 256,
    since each head is turned by its position in 32 features.
    """

    depth: Annotated[Integer, Field(ge=1), Also("layers", "n_layers", "num_layers")]
    """Number of transformer blocks."""


class GenerativeWeights(LossFactoryModel):
    """The weight of the generative model's loss."""

    diffusion: Annotated[Weight | None, Also("generative", "weight")]
    """Weight of the mean squared error with which the generative model predicts the latents' flow.
    """


class LatentDistillationWeights(LossFactoryModel):
    """Weights of the distances between the latents and the teacher's. At 0 a distance is off."""

    l1: Annotated[Weight | None, Also("mae")] = 0.0
    """Weight of the mean absolute difference between the latents and the teacher's."""

    l2: Annotated[Weight | None, Also("mse")] = 0.0
    """Weight of the mean squared difference between the latents and the teacher's."""


class SemanticRegressorsWeights(LossFactoryModel):
    """The weight of the regression losses."""

    semantic_regressors_l1: Annotated[Weight | None, Also("semantic_regressors", "l1", "weight")]
    """Weight of the mean absolute differences: times 0.035, 0.05 and 0.2 for chroma around octaves
    1, 5 and 9, times 0.1 for the level difference.
    """


class ReconstructionLossConfig(LossFactoryModel):
    """Distance between the samples of input and reconstruction."""

    weight: Weight | None = 1.0
    """Weight of the reconstruction loss."""

    type: Annotated[Literal["l1", "l2"] | None, Also("kind", "distance", "loss_type")] = None
    """`l1` for the mean absolute difference, `l2` for the mean squared one. Null: `l1`."""

    config: Arguments = Field(default_factory=dict)
    """Nothing reads it; a trainer may keep its own values here."""


class AdversarialLossConfig(LossFactoryModel):
    """The discriminator maps audio to a list of scores, or to such a list and one of its features:
    for each score, a list of what its layers make of the audio.
    """

    weight: Annotated[Weight | None, Also("adversarial", "adv")] = 1.0
    """Weight of the loss that rewards the generator for fooling the discriminator."""

    feature_matching: Annotated[
        Weight | None, Also("fm", "feat_match", "feature_match", "feature_loss", "feat")
    ] = None
    """Weight of the mean absolute difference between the discriminator's features of input and
    reconstruction. Null: there is no such loss.
    """

    type: Annotated[Literal["hinge", "lsgan"] | None, Also("loss_type", "kind")] = None
    """What is made of the scores: `hinge`, or `lsgan` for least squares. Null: `hinge`."""

    config: Arguments = Field(default_factory=dict)
    """Nothing reads it; a trainer may keep its own values here."""


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

    type: str | None = None
    """A label for people. Nothing reads it."""

    config: SpectralArguments = Field(default_factory=SpectralArguments)
    """How the spectrograms are made and compared."""

    weights: SpectralWeights = Field(default_factory=SpectralWeights)
    """The weight of the STFT loss."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    """


class TimeLossConfig(LossFactoryModel):
    """Waveform losses between input and reconstruction."""

    type: str | None = None
    """A label for people. Nothing reads it; the weights decide which losses apply."""

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of the waveform loss, passed on as they are. stable-audio-tools reads none.
    """

    weights: TimeWeights = Field(default_factory=TimeWeights)
    """One weight for each waveform loss; a loss without one is off."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant.
    """


class EncodecDiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training against EnCodec's multi-scale STFT discriminator."""

    type: Literal["encodec"]
    """EnCodec's multi-scale STFT discriminator."""

    config: EncodecDiscriminatorArguments
    """How the discriminator is built."""

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant. stable-audio-tools reads it from 0.0.20 on.
    """


class DACDiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training against the Descript Audio Codec's multi-period and multi-band
    discriminators.
    """

    type: Literal["dac"]
    """The Descript Audio Codec's multi-period and multi-band discriminators."""

    config: DACDiscriminatorArguments = Field(default_factory=DACDiscriminatorArguments)
    """How the discriminator is built."""

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant. stable-audio-tools reads it from 0.0.20 on.
    """


class OobleckDiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training against Oobleck's multi-scale and multi-period discriminators."""

    type: Literal["oobleck"]
    """Oobleck's multi-scale and multi-period discriminators."""

    config: OobleckDiscriminatorArguments = Field(default_factory=OobleckDiscriminatorArguments)
    """How the discriminator is built."""

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant. stable-audio-tools reads it from 0.0.20 on.
    """


class BigVGANDiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training against BigVGAN's multi-period and constant-Q discriminators."""

    type: Literal["big_vgan"]
    """BigVGAN's multi-period and constant-Q discriminators."""

    config: BigVGANDiscriminatorArguments = Field(default_factory=BigVGANDiscriminatorArguments)
    """How the discriminator is built."""

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant. stable-audio-tools reads it from 0.0.20 on.
    """


class TransformerDiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training against transformers. stable-audio-tools knows them from 0.0.20 on."""

    type: Literal["transformer"]
    """Transformers over patches of audio and, if they are enabled, STFT, wavelets and chroma."""

    config: Arguments = Field(default_factory=dict)
    """Keyword arguments of MultiTransformerDiscriminator, passed on as they are: `loss_type`,
    `normalize_losses`, `patched_kwargs`, `stft_kwargs`, `mfb_kwargs`, `chroma_kwargs`, `add_noise`,
    `noise_kwargs`. The trainer sets `in_channels` and `sample_rate` itself, and ignores what is
    misspelled.
    """

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant. stable-audio-tools reads it from 0.0.20 on.
    """


class HILDiscriminatorLossConfig(LossFactoryModel):
    """Adversarial training against STFT and filter bank discriminators. stable-audio-tools knows
    them from 0.0.20 on.
    """

    type: Literal["hil"]
    """STFT and filter bank discriminators and, if `n_chroma` is written, a chroma discriminator."""

    config: Arguments
    """Keyword arguments of HILDiscriminator, passed on as they are: `filters` (needed), `n_ffts`,
    `hop_lengths` and `win_lengths` (samples), `loss_type`, `normalize_losses`, `n_chroma`,
    `periods`, `channels`, `strides`, `kernel_sizes` and others. The trainer sets `in_channels` and
    `sample_rate` itself, and ignores what is misspelled.
    """

    weights: DiscriminatorWeights = Field(default_factory=DiscriminatorWeights)
    """Weights of the generator's two adversarial losses."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant. stable-audio-tools reads it from 0.0.20 on.
    """


class MelLossConfig(LossFactoryModel):
    """Multi-resolution mel spectrogram loss between input and reconstruction."""

    type: str | None = None
    """A label for people. Nothing reads it."""

    config: MelArguments
    """How the spectrograms are made and compared."""

    weights: MelWeights
    """The weight of the mel spectrogram loss."""


class HubertLossConfig(LossFactoryModel):
    """Distance between the features that a pretrained speech model finds in input and
    reconstruction. The audio reaches the model at the training's sample rate, though it was trained
    on 16000 Hz.
    """

    type: str | None = None
    """A label for people. Nothing reads it."""

    config: HubertArguments = Field(default_factory=HubertArguments)
    """Which model, and which of its layers."""

    weights: HubertWeights
    """The weight of the feature distance."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    """


class ClapLossConfig(LossFactoryModel):
    """Distance between the features that a pretrained CLAP model finds in input and reconstruction,
    of which it hears the first 10 seconds, resampled to 48000 Hz.
    """

    type: str | None = None
    """A label for people. Nothing reads it."""

    config: ClapArguments = Field(default_factory=ClapArguments)
    """Which model, and which of its layers."""

    weights: ClapWeights
    """The weight of the feature distance."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    """


class ContrastiveLossConfig(LossFactoryModel):
    """A transformer, the critic, learns to tell latents with their own audio from latents with
    audio of other examples in the batch. Needs batches of 2 to 341 examples.
    """

    type: str | None = None
    """A label for people. Nothing reads it."""

    config: ContrastiveArguments
    """The critic."""

    weights: ContrastiveWeights
    """The weight of the contrastive loss."""

    warmup: Annotated[Integer, Field(ge=0), Also("warmup_steps")] = 10000
    """How many training steps pass before the loss reaches the encoder; until then only the critic
    learns. Discriminator steps count, too.
    """

    decay_contrastive: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38), Also("decay")] = (
        1.0
    )
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    It is called `decay_contrastive`: nothing reads `decay` here.
    """


class JepaLossConfig(LossFactoryModel):
    """A transformer learns to predict masked stretches of the latents from the rest
    (joint-embedding predictive architecture). The latents need more than 8 time steps.
    """

    type: str | None = None
    """A label for people. Nothing reads it."""

    config: JepaArguments
    """The predictor."""

    weights: JepaWeights
    """The weight of the prediction loss."""

    warmup: Annotated[Integer, Field(ge=0), Also("warmup_steps")] = 10000
    """How many training steps pass before the loss reaches the encoder; until then only the
    predictor learns. Discriminator steps count, too.
    """

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38), Also("decay_contrastive")] = (
        1.0
    )
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    """


class GenerativeLossConfig(LossFactoryModel):
    """A small generative model of the latents that learns along with the autoencoder."""

    type: Literal["diffusion"]
    """The kind of generative model; stable-audio-tools has this one and needs it written."""

    config: GenerativeArguments
    """The generative model."""

    weights: GenerativeWeights
    """The weight of the generative model's loss."""

    warmup: Annotated[Integer, Field(ge=0), Also("warmup_steps")] = 10000
    """How many training steps pass before the loss reaches the encoder; until then only the
    generative model learns. Discriminator steps count, too.
    """

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    """


class LatentDistillationLossConfig(LossFactoryModel):
    """Distances between the latents and those of the `teacher_model`, whose sizes have to agree."""

    type: str | None = None
    """A label for people. Nothing reads it."""

    weights: LatentDistillationWeights = Field(default_factory=LatentDistillationWeights)
    """One weight for each distance; a distance with a weight of 0 is off."""

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weights are multiplied in each step of the generator; 1 keeps them
    constant.
    """


class SemanticRegressorsLossConfig(LossFactoryModel):
    """Linear maps learn to read three bands of chroma from the latents and, of a stereo model, the
    level difference between the channels.
    """

    type: str | None = None
    """A label for people. Nothing reads it."""

    weights: SemanticRegressorsWeights
    """The weight of the regression losses."""

    warmup: Annotated[Integer, Field(ge=0), Also("warmup_steps")] = 10000
    """How many training steps pass before the loss reaches the encoder; until then only the linear
    maps learn. Discriminator steps count, too.
    """

    decay: Annotated[Number, Field(ge=0.0, le=3.4028234663852886e38)] = 1.0
    """Factor by which the weight is multiplied in each step of the generator; 1 keeps it constant.
    """


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

    spectral: Annotated[
        SpectralLossConfig | None,
        Also(
            "stft",
            "mrstft",
            "mr_stft",
            "multi_resolution_stft",
            "stft_loss",
            "mrstft_loss",
            "spectrogram",
        ),
    ] = None
    """Multi-resolution STFT reconstruction loss. Off unless it is written; stable-audio-tools
    0.0.19 needs it.
    """

    time: Annotated[TimeLossConfig | None, Also("waveform", "time_domain", "wave", "recon")] = None
    """Waveform reconstruction losses. Off unless it is written; stable-audio-tools needs the
    section, if only without weights.
    """

    discriminator: Annotated[
        EncodecDiscriminatorLossConfig
        | DACDiscriminatorLossConfig
        | OobleckDiscriminatorLossConfig
        | BigVGANDiscriminatorLossConfig
        | TransformerDiscriminatorLossConfig
        | HILDiscriminatorLossConfig
        | None,
        Field(discriminator="type"),
        Also("disc", "gan", "adversary"),
    ] = None
    """Adversarial training against a discriminator that the trainer builds; `type` says which. Off
    unless it is written. stable-audio-tools 0.0.20 builds all six, 0.0.19 `encodec`, `dac` and
    `oobleck`.
    """

    mrmel: Annotated[
        MelLossConfig | None, Also("mel", "mr_mel", "multi_mel", "mel_loss", "mel_spectrogram")
    ] = None
    """Multi-resolution mel spectrogram reconstruction loss. Off unless it is written."""

    hubert: Annotated[HubertLossConfig | None, Also("perceptual", "wavlm", "ssl")] = None
    """Reconstruction loss on the features of a pretrained speech model. Off unless it is written.
    """

    clap: Annotated[ClapLossConfig | None, Also("perceptual")] = None
    """Reconstruction loss on the features of a pretrained CLAP audio model. Off unless it is
    written. stable-audio-tools reads it from 0.0.20 on.
    """

    contrastive: ContrastiveLossConfig | None = None
    """Loss for how badly a critic, which learns along, tells latents with their own audio from
    latents with other audio. Off unless it is written. stable-audio-tools reads it from 0.0.20 on.
    """

    jepa: JepaLossConfig | None = None
    """Loss for how badly masked latents are predicted from those around them, by a predictor that
    learns along (JEPA). Off unless it is written. stable-audio-tools reads it from 0.0.20 on.
    """

    generative: Annotated[GenerativeLossConfig | None, Also("diffusion")] = None
    """Loss for how badly a small generative model, which learns along, models the latents. Off
    unless it is written. stable-audio-tools reads it from 0.0.20 on.
    """

    latent_distillation: Annotated[
        LatentDistillationLossConfig | None, Also("distillation", "distill", "latent_distill")
    ] = None
    """Distances between the latents and those of a teacher. Off unless it is written; without a
    `teacher_model` in the training config it does nothing. stable-audio-tools reads it from 0.0.20
    on.
    """

    semantic_regressors: Annotated[
        SemanticRegressorsLossConfig | None, Also("semantic", "regressors", "chroma")
    ] = None
    """Loss for how badly linear maps, which learn along, read chroma and stereo image from the
    latents. Off unless it is written. stable-audio-tools reads it from 0.0.20 on.
    """

    reconstruction: Annotated[
        ReconstructionLossConfig | None, Also("recon", "rec", "reconstruction_loss")
    ] = None
    """Distance between the samples of input and reconstruction: the shortest way to say one. Off
    unless it is written. stable-audio-tools does not read it.
    """

    adversarial: Annotated[
        AdversarialLossConfig | None, Also("adv", "adv_loss", "adversarial_loss")
    ] = None
    """Adversarial training against a discriminator of the trainer's own, of which Loss Factory
    takes the scores and makes the losses. Off unless it is written. stable-audio-tools does not
    read it.
    """
