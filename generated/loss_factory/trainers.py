# Generated from schema/losses.schema.json and templates/trainers.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The trainers that are known to read loss configs: what each makes of them, and what it sums."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .runtime.lazy import require_same_schema
from .runtime.model.records import Condition, Failure, Objective, Summand, Trainer
from .models import AutoencoderLossConfig

require_same_schema(__name__)

TRAINERS: Final[tuple[Trainer, ...]] = (
    Trainer(
        name="stable-audio-tools 0.0.19",
        assumed=True,
        model_types=MappingProxyType(
            {"autoencoder": "objective", "diffusion_autoencoder": "defaults"}
        ),
        needs=frozenset(
            (
                "AutoencoderLossConfig.spectral",
                "AutoencoderLossConfig.time",
                "SpectralLossConfig.config",
                "SpectralWeights.mrstft",
                "TimeLossConfig.weights",
                "DACDiscriminatorLossConfig.config",
                "OobleckDiscriminatorLossConfig.config",
                "BigVGANDiscriminatorLossConfig.config",
                "TransformerDiscriminatorLossConfig.config",
                "DiscriminatorWeights.adversarial",
                "DiscriminatorWeights.feature_matching",
            )
        ),
        ignores=frozenset(
            (
                "EncodecDiscriminatorLossConfig.decay",
                "DACDiscriminatorLossConfig.decay",
                "OobleckDiscriminatorLossConfig.decay",
                "BigVGANDiscriminatorLossConfig.decay",
                "TransformerDiscriminatorLossConfig.decay",
                "HILDiscriminatorLossConfig.decay",
                "TimeWeights.mmd",
                "AutoencoderLossConfig.clap",
                "AutoencoderLossConfig.contrastive",
                "AutoencoderLossConfig.jepa",
                "AutoencoderLossConfig.generative",
                "AutoencoderLossConfig.latent_distillation",
                "AutoencoderLossConfig.semantic_regressors",
                "AutoencoderLossConfig.reconstruction",
                "AutoencoderLossConfig.adversarial",
            )
        ),
        refuses=MappingProxyType(
            {
                "AutoencoderLossConfig.spectral": (None,),
                "AutoencoderLossConfig.time": (None,),
                "AutoencoderLossConfig.discriminator": (None,),
                "AutoencoderLossConfig.mrmel": (None,),
                "AutoencoderLossConfig.hubert": (None,),
                "SpectralArguments.fft_sizes": (None,),
                "SpectralArguments.hop_sizes": (None,),
                "SpectralArguments.win_lengths": (None,),
                "SpectralArguments.window": (None,),
                "SpectralArguments.w_sc": (None,),
                "SpectralArguments.w_log_mag": (None,),
                "SpectralArguments.w_lin_mag": (None,),
                "SpectralArguments.w_phs": (None,),
                "SpectralArguments.eps": (None,),
                "SpectralArguments.mag_distance": (None,),
                "SpectralArguments.log_eps": (None,),
                "SpectralArguments.log_fac": (None,),
                "SpectralArguments.reduction": (None, "none"),
                "SpectralArguments.output": (None, "full"),
                "SpectralArguments.retain_batch_dim": (True,),
                "SpectralWeights.mrstft": (None,),
                "TimeWeights.l1": (None,),
                "TimeWeights.l2": (None,),
                "EncodecDiscriminatorArguments.n_ffts": (None,),
                "EncodecDiscriminatorArguments.hop_lengths": (None,),
                "EncodecDiscriminatorArguments.win_lengths": (None,),
                "EncodecDiscriminatorArguments.loss_type": ("rpgan",),
                "EncodecDiscriminatorArguments.kernel_size": (None,),
                "EncodecDiscriminatorArguments.dilations": (None,),
                "EncodecDiscriminatorArguments.stride": (None,),
                "EncodecDiscriminatorArguments.activation_params": (None,),
                "DACDiscriminatorArguments.periods": (None,),
                "DACDiscriminatorArguments.fft_sizes": (None,),
                "DACDiscriminatorArguments.bands": (None,),
                "DACDiscriminatorArguments.rates": (None,),
                "BigVGANDiscriminatorLossConfig.type": ("big_vgan",),
                "TransformerDiscriminatorLossConfig.type": ("transformer",),
                "HILDiscriminatorLossConfig.type": ("hil",),
                "DiscriminatorWeights.adversarial": (None,),
                "DiscriminatorWeights.feature_matching": (None,),
                "MelWeights.mrmel": (None,),
                "HubertWeights.hubert": (None,),
            }
        ),
        passes=MappingProxyType(
            {
                "SpectralArguments": ("sample_rate",),
                "EncodecDiscriminatorArguments": ("in_channels",),
                "DACDiscriminatorArguments": ("channels", "sample_rate"),
                "BigVGANDiscriminatorArguments": ("channels", "sample_rate"),
                "HubertArguments": ("weight",),
            }
        ),
        refuses_comments=frozenset(
            (
                "SpectralArguments",
                "DACDiscriminatorArguments",
                "OobleckDiscriminatorArguments",
                "HubertArguments",
            )
        ),
        lacks=frozenset(
            (
                "SpectralArguments.w_cep",
                "SpectralArguments.residual_loss",
                "BottleneckType.SoftNormBottleneck",
            )
        ),
        excludes=MappingProxyType({}),
        same_length=MappingProxyType(
            {
                "SpectralArguments": (("fft_sizes", "hop_sizes", "win_lengths"),),
                "EncodecDiscriminatorArguments": (("n_ffts", "hop_lengths", "win_lengths"),),
            }
        ),
        defaults=MappingProxyType(
            {
                "SpectralArguments.fft_sizes": [1024, 2048, 512],
                "SpectralArguments.hop_sizes": [120, 240, 50],
                "SpectralArguments.win_lengths": [600, 1200, 240],
                "EncodecDiscriminatorArguments.n_ffts": [1024, 2048, 512],
                "EncodecDiscriminatorArguments.hop_lengths": [256, 512, 128],
                "EncodecDiscriminatorArguments.win_lengths": [1024, 2048, 512],
            }
        ),
        fails=MappingProxyType(
            {
                "SpectralArguments": (
                    Failure(
                        conditions=(Condition(key="fft_sizes", one_of=(None,)),),
                        channels=2,
                        why="a stereo model needs all three lists",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="hop_sizes", one_of=(None,)),
                            Condition(key="fft_sizes", none_of=(None,)),
                        ),
                        channels=2,
                        why="a stereo model needs all three lists",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="win_lengths", one_of=(None,)),
                            Condition(key="fft_sizes", none_of=(None,)),
                            Condition(key="hop_sizes", none_of=(None,)),
                        ),
                        channels=2,
                        why="a stereo model needs all three lists",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="scale", none_of=(None,)),
                            Condition(key="n_bins", one_of=(None,)),
                        ),
                        why="a scale needs 'n_bins'",
                    ),
                    Failure(
                        conditions=(Condition(key="fft_sizes", one_of=([],)),),
                        why="without a resolution there is no loss",
                    ),
                    Failure(
                        conditions=(Condition(key="win_lengths", above="fft_sizes"),),
                        why="a window is at most as long as its FFT",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="w_sc", one_of=(0,)),
                            Condition(key="w_log_mag", one_of=(0,)),
                            Condition(key="w_lin_mag", one_of=(None, 0)),
                            Condition(key="w_phs", one_of=(None, 0)),
                        ),
                        why="without a weight there is no loss",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="log_fac", one_of=(0,)),
                            Condition(key="log_eps", one_of=(None, 0)),
                        ),
                        why="the logarithm of 0 is infinite, without 'log_eps'",
                    ),
                ),
                "EncodecDiscriminatorArguments": (
                    Failure(
                        conditions=(Condition(key="n_ffts", one_of=([],)),),
                        why="without an entry all losses of the discriminator are NaN",
                    ),
                    Failure(
                        conditions=(Condition(key="win_lengths", above="n_ffts"),),
                        why="a window is at most as long as its FFT",
                    ),
                    Failure(
                        conditions=(Condition(key="kernel_size", length=2),),
                        why="it is two numbers, along time and along frequency",
                    ),
                    Failure(
                        conditions=(Condition(key="stride", length=2),),
                        why="it is two numbers, along time and along frequency",
                    ),
                    Failure(
                        conditions=(Condition(key="max_filters", below="filters"),),
                        why="'max_filters', 1024 by default, has to be at least 'filters'",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="filters_scale", none_of=(1,)),
                            Condition(key="max_filters", above="filters"),
                        ),
                        why="'filters_scale' has to be 1, unless 'max_filters' equals 'filters'",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="activation", none_of=("LeakyReLU", "Identity")),
                            Condition(key="activation_params", one_of=(None,)),
                        ),
                        why="another activation than LeakyReLU needs 'activation_params', if only {}",
                    ),
                ),
                "DACDiscriminatorArguments": (
                    Failure(
                        conditions=(Condition(key="rates", none_of=(None, [])),),
                        why="its multi-scale discriminators don't work; leave 'rates' out",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="bands", one_of=([],)),
                            Condition(key="fft_sizes", none_of=([],)),
                        ),
                        why="the STFT discriminators need a band",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="periods", one_of=([],)),
                            Condition(key="fft_sizes", one_of=([],)),
                        ),
                        why="without periods and FFT sizes there is no discriminator",
                    ),
                ),
                "OobleckDiscriminatorArguments": (
                    Failure(
                        conditions=(Condition(key="in_channels", none_of=(1,)),),
                        channels=1,
                        why="the model puts out 1 channel",
                    ),
                    Failure(
                        conditions=(Condition(key="in_channels", none_of=(2,)),),
                        channels=2,
                        why="the model puts out 2 channels",
                    ),
                ),
                "HubertArguments": (
                    Failure(
                        conditions=(Condition(key="feature_ids", one_of=([],)),),
                        why="without a layer there is no loss",
                    ),
                ),
            }
        ),
    ),
    Trainer(
        name="stable-audio-tools 0.0.20",
        assumed=True,
        model_types=MappingProxyType(
            {"autoencoder": "objective", "diffusion_autoencoder": "defaults"}
        ),
        needs=frozenset(
            (
                "AutoencoderLossConfig.time",
                "SpectralLossConfig.config",
                "SpectralWeights.mrstft",
                "TimeLossConfig.weights",
                "DACDiscriminatorLossConfig.config",
                "OobleckDiscriminatorLossConfig.config",
                "BigVGANDiscriminatorLossConfig.config",
                "TransformerDiscriminatorLossConfig.config",
                "DiscriminatorWeights.adversarial",
                "DiscriminatorWeights.feature_matching",
            )
        ),
        ignores=frozenset(
            (
                "JepaArguments.mask_rate",
                "JepaArguments.mask_block_size",
                "AutoencoderLossConfig.reconstruction",
                "AutoencoderLossConfig.adversarial",
            )
        ),
        refuses=MappingProxyType(
            {
                "AutoencoderLossConfig.spectral": (None,),
                "AutoencoderLossConfig.time": (None,),
                "AutoencoderLossConfig.discriminator": (None,),
                "AutoencoderLossConfig.mrmel": (None,),
                "AutoencoderLossConfig.hubert": (None,),
                "AutoencoderLossConfig.clap": (None,),
                "AutoencoderLossConfig.contrastive": (None,),
                "AutoencoderLossConfig.jepa": (None,),
                "AutoencoderLossConfig.generative": (None,),
                "AutoencoderLossConfig.latent_distillation": (None,),
                "AutoencoderLossConfig.semantic_regressors": (None,),
                "SpectralArguments.fft_sizes": (None,),
                "SpectralArguments.hop_sizes": (None,),
                "SpectralArguments.win_lengths": (None,),
                "SpectralArguments.window": (None,),
                "SpectralArguments.w_sc": (None,),
                "SpectralArguments.w_log_mag": (None,),
                "SpectralArguments.w_lin_mag": (None,),
                "SpectralArguments.w_phs": (None,),
                "SpectralArguments.w_cep": (None,),
                "SpectralArguments.eps": (None,),
                "SpectralArguments.mag_distance": (None,),
                "SpectralArguments.reduction": (None, "none"),
                "SpectralArguments.output": (None, "full"),
                "SpectralArguments.retain_batch_dim": (True,),
                "SpectralWeights.mrstft": (None,),
                "TimeWeights.l1": (None,),
                "TimeWeights.l2": (None,),
                "TimeWeights.mmd": (None,),
                "EncodecDiscriminatorArguments.n_ffts": (None,),
                "EncodecDiscriminatorArguments.hop_lengths": (None,),
                "EncodecDiscriminatorArguments.win_lengths": (None,),
                "EncodecDiscriminatorArguments.kernel_size": (None,),
                "EncodecDiscriminatorArguments.dilations": (None,),
                "EncodecDiscriminatorArguments.stride": (None,),
                "EncodecDiscriminatorArguments.activation_params": (None,),
                "DACDiscriminatorArguments.periods": (None,),
                "DACDiscriminatorArguments.fft_sizes": (None,),
                "DACDiscriminatorArguments.bands": (None,),
                "DACDiscriminatorArguments.rates": (None,),
                "BigVGANDiscriminatorArguments.periods": (None,),
                "BigVGANDiscriminatorArguments.cqtd_dilations": (None,),
                "BigVGANDiscriminatorArguments.cqtd_hop_lengths": (None,),
                "BigVGANDiscriminatorArguments.cqtd_n_octaves": (None,),
                "BigVGANDiscriminatorArguments.cqtd_bins_per_octaves": (None,),
                "DiscriminatorWeights.adversarial": (None,),
                "DiscriminatorWeights.feature_matching": (None,),
                "MelWeights.mrmel": (None,),
                "HubertWeights.hubert": (None,),
                "ClapWeights.clap": (None,),
                "ContrastiveWeights.contrastive": (None,),
                "JepaWeights.jepa": (None,),
                "GenerativeWeights.diffusion": (None,),
                "LatentDistillationWeights.l1": (None,),
                "LatentDistillationWeights.l2": (None,),
                "SemanticRegressorsWeights.semantic_regressors_l1": (None,),
            }
        ),
        passes=MappingProxyType(
            {
                "SpectralArguments": ("sample_rate",),
                "EncodecDiscriminatorArguments": ("in_channels",),
                "DACDiscriminatorArguments": ("channels", "sample_rate"),
                "BigVGANDiscriminatorArguments": ("channels", "sample_rate"),
                "TransformerDiscriminatorLossConfig.config": ("in_channels", "sample_rate"),
                "HILDiscriminatorLossConfig.config": ("in_channels", "sample_rate"),
                "HubertArguments": ("weight",),
                "ClapArguments": ("sample_rate", "weight"),
            }
        ),
        refuses_comments=frozenset(
            (
                "SpectralArguments",
                "OobleckDiscriminatorArguments",
                "HubertArguments",
                "ClapArguments",
            )
        ),
        lacks=frozenset(()),
        excludes=MappingProxyType({}),
        same_length=MappingProxyType(
            {
                "SpectralArguments": (("fft_sizes", "hop_sizes", "win_lengths"),),
                "EncodecDiscriminatorArguments": (("n_ffts", "hop_lengths", "win_lengths"),),
            }
        ),
        defaults=MappingProxyType(
            {
                "SpectralArguments.fft_sizes": [1024, 2048, 512],
                "SpectralArguments.hop_sizes": [120, 240, 50],
                "SpectralArguments.win_lengths": [600, 1200, 240],
                "EncodecDiscriminatorArguments.n_ffts": [1024, 2048, 512],
                "EncodecDiscriminatorArguments.hop_lengths": [256, 512, 128],
                "EncodecDiscriminatorArguments.win_lengths": [1024, 2048, 512],
                "BigVGANDiscriminatorArguments.cqtd_hop_lengths": [512, 256, 256],
                "BigVGANDiscriminatorArguments.cqtd_n_octaves": [9, 9, 9],
                "BigVGANDiscriminatorArguments.cqtd_bins_per_octaves": [24, 36, 48],
            }
        ),
        fails=MappingProxyType(
            {
                "SpectralArguments": (
                    Failure(
                        conditions=(Condition(key="fft_sizes", one_of=(None,)),),
                        channels=2,
                        why="a stereo model needs all three lists",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="hop_sizes", one_of=(None,)),
                            Condition(key="fft_sizes", none_of=(None,)),
                        ),
                        channels=2,
                        why="a stereo model needs all three lists",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="win_lengths", one_of=(None,)),
                            Condition(key="fft_sizes", none_of=(None,)),
                            Condition(key="hop_sizes", none_of=(None,)),
                        ),
                        channels=2,
                        why="a stereo model needs all three lists",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="scale", none_of=(None,)),
                            Condition(key="n_bins", one_of=(None,)),
                        ),
                        why="a scale needs 'n_bins'",
                    ),
                    Failure(
                        conditions=(Condition(key="fft_sizes", one_of=([],)),),
                        why="without a resolution there is no loss",
                    ),
                    Failure(
                        conditions=(Condition(key="hop_sizes", above="fft_sizes", times=0.5),),
                        why="a hop is at most half of its FFT size",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="w_sc", one_of=(0,)),
                            Condition(key="w_log_mag", one_of=(0,)),
                            Condition(key="w_lin_mag", one_of=(None, 0)),
                            Condition(key="w_phs", one_of=(None, 0)),
                            Condition(key="w_cep", one_of=(None, 0)),
                        ),
                        why="without a weight there is no loss",
                    ),
                ),
                "EncodecDiscriminatorArguments": (
                    Failure(
                        conditions=(Condition(key="n_ffts", one_of=([],)),),
                        why="without an entry all losses of the discriminator are NaN",
                    ),
                    Failure(
                        conditions=(Condition(key="win_lengths", above="n_ffts"),),
                        why="a window is at most as long as its FFT",
                    ),
                    Failure(
                        conditions=(Condition(key="kernel_size", length=2),),
                        why="it is two numbers, along time and along frequency",
                    ),
                    Failure(
                        conditions=(Condition(key="stride", length=2),),
                        why="it is two numbers, along time and along frequency",
                    ),
                    Failure(
                        conditions=(Condition(key="max_filters", below="filters"),),
                        why="'max_filters', 1024 by default, has to be at least 'filters'",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="filters_scale", none_of=(1,)),
                            Condition(key="max_filters", above="filters"),
                        ),
                        why="'filters_scale' has to be 1, unless 'max_filters' equals 'filters'",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="activation", none_of=("LeakyReLU", "Identity")),
                            Condition(key="activation_params", one_of=(None,)),
                        ),
                        why="another activation than LeakyReLU needs 'activation_params', if only {}",
                    ),
                ),
                "DACDiscriminatorArguments": (
                    Failure(
                        conditions=(Condition(key="rates", none_of=(None, [])),),
                        why="its multi-scale discriminators don't work; leave 'rates' out",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="bands", one_of=([],)),
                            Condition(key="fft_sizes", none_of=([],)),
                        ),
                        why="the STFT discriminators need a band",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="periods", one_of=([],)),
                            Condition(key="fft_sizes", one_of=([],)),
                        ),
                        why="without periods and FFT sizes there is no discriminator",
                    ),
                ),
                "OobleckDiscriminatorArguments": (
                    Failure(
                        conditions=(Condition(key="in_channels", none_of=(1,)),),
                        channels=1,
                        why="the model puts out 1 channel",
                    ),
                    Failure(
                        conditions=(Condition(key="in_channels", none_of=(2,)),),
                        channels=2,
                        why="the model puts out 2 channels",
                    ),
                ),
                "BigVGANDiscriminatorArguments": (
                    Failure(
                        conditions=(
                            Condition(key="cqtd_n_octaves", shorter_than="cqtd_hop_lengths"),
                        ),
                        why="each of 'cqtd_hop_lengths' needs one of 'cqtd_n_octaves'",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="cqtd_bins_per_octaves", shorter_than="cqtd_hop_lengths"),
                        ),
                        why="each of 'cqtd_hop_lengths' needs one of 'cqtd_bins_per_octaves'",
                    ),
                    Failure(
                        conditions=(Condition(key="cqtd_hop_lengths", one_of=([],)),),
                        why="the constant-Q discriminators need an entry",
                    ),
                    Failure(
                        conditions=(Condition(key="periods", one_of=([],)),),
                        why="the multi-period discriminators need an entry",
                    ),
                    Failure(
                        conditions=(Condition(key="cqtd_max_filters", below="cqtd_filters"),),
                        why="'cqtd_max_filters', 1024 by default, has to be at least 'cqtd_filters'",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="cqtd_filters_scale", none_of=(1,)),
                            Condition(key="cqtd_max_filters", above="cqtd_filters"),
                        ),
                        why="'cqtd_filters_scale' has to be 1, unless 'cqtd_max_filters' equals 'cqtd_filters'",
                    ),
                ),
                "HubertArguments": (
                    Failure(
                        conditions=(Condition(key="feature_ids", one_of=([],)),),
                        why="without a layer there is no loss",
                    ),
                ),
                "ClapArguments": (
                    Failure(
                        conditions=(Condition(key="feature_ids", one_of=([],)),),
                        why="without a layer there is no loss",
                    ),
                ),
            }
        ),
    ),
    Trainer(
        name="loss-factory",
        assumed=False,
        model_types=MappingProxyType({}),
        needs=frozenset(("SpectralWeights.mrstft", "DiscriminatorWeights.adversarial")),
        ignores=frozenset(
            (
                "TimeLossConfig.config",
                "ReconstructionLossConfig.config",
                "AdversarialLossConfig.config",
                "AutoencoderLossConfig.hubert",
                "AutoencoderLossConfig.clap",
                "AutoencoderLossConfig.contrastive",
                "AutoencoderLossConfig.jepa",
                "AutoencoderLossConfig.generative",
                "AutoencoderLossConfig.semantic_regressors",
            )
        ),
        refuses=MappingProxyType(
            {
                "SpectralArguments.scale": ("mel", "chroma"),
                "SpectralArguments.reduction": ("none",),
                "SpectralArguments.output": ("full",),
                "SpectralArguments.retain_batch_dim": (True,),
                "SpectralWeights.mrstft": (None,),
                "DiscriminatorWeights.adversarial": (None,),
            }
        ),
        passes=MappingProxyType({}),
        refuses_comments=frozenset(()),
        lacks=frozenset(("SpectralArguments.w_cep", "SpectralArguments.residual_loss")),
        excludes=MappingProxyType({"AutoencoderLossConfig.adversarial": ("discriminator",)}),
        same_length=MappingProxyType(
            {"SpectralArguments": (("fft_sizes", "hop_sizes", "win_lengths"),)}
        ),
        defaults=MappingProxyType(
            {
                "SpectralArguments.fft_sizes": [1024, 2048, 512],
                "SpectralArguments.hop_sizes": [120, 240, 50],
                "SpectralArguments.win_lengths": [600, 1200, 240],
            }
        ),
        fails=MappingProxyType(
            {
                "SpectralArguments": (
                    Failure(
                        conditions=(Condition(key="fft_sizes", one_of=([],)),),
                        why="without a resolution there is no loss",
                    ),
                    Failure(
                        conditions=(Condition(key="win_lengths", above="fft_sizes"),),
                        why="a window is at most as long as its FFT",
                    ),
                    Failure(
                        conditions=(
                            Condition(key="w_sc", one_of=(0,)),
                            Condition(key="w_log_mag", one_of=(0,)),
                            Condition(key="w_lin_mag", one_of=(None, 0)),
                            Condition(key="w_phs", one_of=(None, 0)),
                        ),
                        why="without a weight there is no loss",
                    ),
                )
            }
        ),
    ),
)
"""For what checks configs before a training starts."""

OBJECTIVES: Final[Mapping[str, Objective[AutoencoderLossConfig]]] = MappingProxyType(
    {
        "stable-audio-tools 0.0.19": Objective(
            missing="error",
            scores=None,
            before_bottleneck=(
                Summand(
                    definition="FoolingLoss",
                    name="loss_adv",
                    argument="fooling",
                    reads=("loss_adv",),
                    path="discriminator.weights.adversarial",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else config.discriminator.weights.adversarial
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="FeatureMatchingLoss",
                    name="feature_matching_loss",
                    argument="feature_matching",
                    reads=("feature_matching_distance",),
                    path="discriminator.weights.feature_matching",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else config.discriminator.weights.feature_matching
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="LatentDistillLoss",
                    name="latent_distill_loss",
                    argument="latent_distill",
                    reads=("teacher_latents", "latents"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="DistilledSTFTLoss",
                    name="mrstft_loss",
                    argument="distilled_stft",
                    reads=("reals", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="TeacherSTFTLoss",
                    name="mrstft_loss_distill",
                    argument="teacher_stft",
                    reads=("teacher_decoded", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="OwnLatentsSTFTLoss",
                    name="mrstft_loss_own_latents_teacher",
                    argument="own_latents_stft",
                    reads=("reals", "own_latents_teacher_decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="TeacherLatentsSTFTLoss",
                    name="mrstft_loss_teacher_latents_own",
                    argument="teacher_latents_stft",
                    reads=("reals", "teacher_latents_own_decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="STFTLoss",
                    name="mrstft_loss",
                    argument="stft",
                    reads=("reals", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=False,
                ),
                Summand(
                    definition="LeftSTFTLoss",
                    name="stft_loss_left",
                    argument="left_stft",
                    reads=("reals_left", "decoded_left"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.5,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=False,
                    channels=2,
                ),
                Summand(
                    definition="RightSTFTLoss",
                    name="stft_loss_right",
                    argument="right_stft",
                    reads=("reals_right", "decoded_right"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.5,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=False,
                    channels=2,
                ),
                Summand(
                    definition="MelLoss",
                    name="mrmel_loss",
                    argument="mel",
                    reads=("reals", "decoded"),
                    path="mrmel.weights.mrmel",
                    weight=lambda config: (
                        None if config.mrmel is None else config.mrmel.weights.mrmel
                    ),
                    off_at_zero=True,
                ),
                Summand(
                    definition="HubertLoss",
                    name="hubert_loss",
                    argument="hubert",
                    reads=("hubert_loss",),
                    path="hubert.weights.hubert",
                    weight=lambda config: (
                        None if config.hubert is None else config.hubert.weights.hubert
                    ),
                    decay_path="hubert.decay",
                    decay=lambda config: None if config.hubert is None else config.hubert.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="L1TimeLoss",
                    name="l1_time_loss",
                    argument="l1_time",
                    reads=("reals", "decoded"),
                    path="time.weights.l1",
                    weight=lambda config: None if config.time is None else config.time.weights.l1,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="L2TimeLoss",
                    name="l2_time_loss",
                    argument="l2_time",
                    reads=("reals", "decoded"),
                    path="time.weights.l2",
                    weight=lambda config: None if config.time is None else config.time.weights.l2,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
            ),
            has_bottleneck=True,
            after_bottleneck=(),
            discriminator=(
                Summand(
                    definition="DiscriminatorLoss",
                    name="discriminator_loss",
                    argument="discriminator",
                    reads=("loss_dis",),
                    path=None,
                    weight=lambda _: 1.0,
                    discriminator=True,
                ),
            ),
        ),
        "stable-audio-tools 0.0.20": Objective(
            missing="skip",
            scores=None,
            before_bottleneck=(
                Summand(
                    definition="DiffusionLoss",
                    name="gen_step_diffusion_loss",
                    argument="diffusion",
                    reads=("diffusion_output", "diffusion_target"),
                    path="generative.weights.diffusion",
                    weight=lambda config: (
                        None if config.generative is None else config.generative.weights.diffusion
                    ),
                    decay_path="generative.decay",
                    decay=lambda config: (
                        None if config.generative is None else config.generative.decay
                    ),
                ),
                Summand(
                    definition="JepaLoss",
                    name="jepa_loss",
                    argument="jepa",
                    reads=("jepa_loss",),
                    path="jepa.weights.jepa",
                    weight=lambda config: None if config.jepa is None else config.jepa.weights.jepa,
                    decay_path="jepa.decay",
                    decay=lambda config: None if config.jepa is None else config.jepa.decay,
                ),
                Summand(
                    definition="ContrastiveLoss",
                    name="contrastive_loss",
                    argument="contrastive",
                    reads=("contrastive_loss",),
                    path="contrastive.weights.contrastive",
                    weight=lambda config: (
                        None
                        if config.contrastive is None
                        else config.contrastive.weights.contrastive
                    ),
                    decay_path="contrastive.decay_contrastive",
                    decay=lambda config: (
                        None if config.contrastive is None else config.contrastive.decay_contrastive
                    ),
                ),
                Summand(
                    definition="FoolingLoss",
                    name="loss_adv",
                    argument="fooling",
                    reads=("loss_adv",),
                    path="discriminator.weights.adversarial",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else config.discriminator.weights.adversarial
                    ),
                    decay_path="discriminator.decay",
                    decay=lambda config: (
                        None if config.discriminator is None else config.discriminator.decay
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="FeatureMatchingLoss",
                    name="feature_matching_loss",
                    argument="feature_matching",
                    reads=("feature_matching_distance",),
                    path="discriminator.weights.feature_matching",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else config.discriminator.weights.feature_matching
                    ),
                    decay_path="discriminator.decay",
                    decay=lambda config: (
                        None if config.discriminator is None else config.discriminator.decay
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="DistilledTightSTFTLoss",
                    name="mrstft_loss",
                    argument="distilled_tight_stft",
                    reads=("reals", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="TeacherTightSTFTLoss",
                    name="mrstft_loss_distill",
                    argument="teacher_tight_stft",
                    reads=("teacher_decoded", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="OwnLatentsTightSTFTLoss",
                    name="mrstft_loss_own_latents_teacher",
                    argument="own_latents_tight_stft",
                    reads=("reals", "own_latents_teacher_decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="TeacherLatentsTightSTFTLoss",
                    name="mrstft_loss_teacher_latents_own",
                    argument="teacher_latents_tight_stft",
                    reads=("reals", "teacher_latents_own_decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    scale=0.25,
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=True,
                ),
                Summand(
                    definition="TightSTFTLoss",
                    name="mrstft_loss",
                    argument="tight_stft",
                    reads=("reals", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=False,
                ),
                Summand(
                    definition="LeftRightTightSTFTLoss",
                    name="lr_stft_loss",
                    argument="left_right_tight_stft",
                    reads=("reals", "decoded"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    teacher=False,
                    channels=2,
                ),
                Summand(
                    definition="LatentL1Loss",
                    name="latent_distill_l1",
                    argument="latent_l1",
                    reads=("latents", "teacher_latents"),
                    path="latent_distillation.weights.l1",
                    weight=lambda config: (
                        None
                        if config.latent_distillation is None
                        else 0.0
                        if config.latent_distillation.weights.l1 is None
                        else config.latent_distillation.weights.l1
                    ),
                    decay_path="latent_distillation.decay",
                    decay=lambda config: (
                        None
                        if config.latent_distillation is None
                        else config.latent_distillation.decay
                    ),
                    teacher=True,
                    off_at_zero=True,
                ),
                Summand(
                    definition="LatentL2Loss",
                    name="latent_distill_l2",
                    argument="latent_l2",
                    reads=("latents", "teacher_latents"),
                    path="latent_distillation.weights.l2",
                    weight=lambda config: (
                        None
                        if config.latent_distillation is None
                        else 0.0
                        if config.latent_distillation.weights.l2 is None
                        else config.latent_distillation.weights.l2
                    ),
                    decay_path="latent_distillation.decay",
                    decay=lambda config: (
                        None
                        if config.latent_distillation is None
                        else config.latent_distillation.decay
                    ),
                    teacher=True,
                    off_at_zero=True,
                ),
                Summand(
                    definition="MelLoss",
                    name="mrmel_loss",
                    argument="mel",
                    reads=("reals", "decoded"),
                    path="mrmel.weights.mrmel",
                    weight=lambda config: (
                        None if config.mrmel is None else config.mrmel.weights.mrmel
                    ),
                    off_at_zero=True,
                ),
                Summand(
                    definition="HubertLoss",
                    name="hubert_loss",
                    argument="hubert",
                    reads=("hubert_loss",),
                    path="hubert.weights.hubert",
                    weight=lambda config: (
                        None if config.hubert is None else config.hubert.weights.hubert
                    ),
                    decay_path="hubert.decay",
                    decay=lambda config: None if config.hubert is None else config.hubert.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="ClapLoss",
                    name="clap_loss",
                    argument="clap",
                    reads=("clap_loss",),
                    path="clap.weights.clap",
                    weight=lambda config: None if config.clap is None else config.clap.weights.clap,
                    decay_path="clap.decay",
                    decay=lambda config: None if config.clap is None else config.clap.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="L1TimeLoss",
                    name="l1_time_loss",
                    argument="l1_time",
                    reads=("reals", "decoded"),
                    path="time.weights.l1",
                    weight=lambda config: None if config.time is None else config.time.weights.l1,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="L2TimeLoss",
                    name="l2_time_loss",
                    argument="l2_time",
                    reads=("reals", "decoded"),
                    path="time.weights.l2",
                    weight=lambda config: None if config.time is None else config.time.weights.l2,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="MMDTimeLoss",
                    name="mmd_time_loss",
                    argument="mmd_time",
                    reads=("reals", "decoded"),
                    path="time.weights.mmd",
                    weight=lambda config: None if config.time is None else config.time.weights.mmd,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
            ),
            has_bottleneck=True,
            after_bottleneck=(
                Summand(
                    definition="LowChromaLoss",
                    name="chroma_band_1.0_regressor_mse",
                    argument="low_chroma",
                    reads=("chroma_band_1.0_output", "chroma_band_1.0_target"),
                    path="semantic_regressors.weights.semantic_regressors_l1",
                    weight=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.weights.semantic_regressors_l1
                    ),
                    scale=0.035,
                    decay_path="semantic_regressors.decay",
                    decay=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.decay
                    ),
                ),
                Summand(
                    definition="MiddleChromaLoss",
                    name="chroma_band_5.0_regressor_mse",
                    argument="middle_chroma",
                    reads=("chroma_band_5.0_output", "chroma_band_5.0_target"),
                    path="semantic_regressors.weights.semantic_regressors_l1",
                    weight=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.weights.semantic_regressors_l1
                    ),
                    scale=0.05,
                    decay_path="semantic_regressors.decay",
                    decay=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.decay
                    ),
                ),
                Summand(
                    definition="HighChromaLoss",
                    name="chroma_band_9.0_regressor_mse",
                    argument="high_chroma",
                    reads=("chroma_band_9.0_output", "chroma_band_9.0_target"),
                    path="semantic_regressors.weights.semantic_regressors_l1",
                    weight=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.weights.semantic_regressors_l1
                    ),
                    scale=0.2,
                    decay_path="semantic_regressors.decay",
                    decay=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.decay
                    ),
                ),
                Summand(
                    definition="LevelDifferenceLoss",
                    name="ild_regressor_mse",
                    argument="level_difference",
                    reads=("ild_output", "ild_target"),
                    path="semantic_regressors.weights.semantic_regressors_l1",
                    weight=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.weights.semantic_regressors_l1
                    ),
                    scale=0.1,
                    decay_path="semantic_regressors.decay",
                    decay=lambda config: (
                        None
                        if config.semantic_regressors is None
                        else config.semantic_regressors.decay
                    ),
                    channels=2,
                ),
            ),
            discriminator=(
                Summand(
                    definition="DiscriminatorLoss",
                    name="discriminator_loss",
                    argument="discriminator",
                    reads=("loss_dis",),
                    path=None,
                    weight=lambda _: 1.0,
                    discriminator=True,
                ),
            ),
        ),
        "loss-factory": Objective(
            missing="error",
            scores="adversarial",
            before_bottleneck=(
                Summand(
                    definition="ReconstructionLoss",
                    name="reconstruction_loss",
                    argument="reconstruction",
                    reads=("decoded", "reals"),
                    path="reconstruction.weight",
                    weight=lambda config: (
                        None
                        if config.reconstruction is None
                        else 1.0
                        if config.reconstruction.weight is None
                        else config.reconstruction.weight
                    ),
                ),
                Summand(
                    definition="AdversarialLoss",
                    name="adversarial_loss",
                    argument="adversarial",
                    reads=("loss_adv",),
                    path="adversarial.weight",
                    weight=lambda config: (
                        None
                        if config.adversarial is None
                        else 1.0
                        if config.adversarial.weight is None
                        else config.adversarial.weight
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="ScoredFeatureMatchingLoss",
                    name="feature_matching_loss",
                    argument="scored_feature_matching",
                    reads=("feature_matching_distance",),
                    path="adversarial.feature_matching",
                    weight=lambda config: (
                        None if config.adversarial is None else config.adversarial.feature_matching
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="FoolingLoss",
                    name="loss_adv",
                    argument="fooling",
                    reads=("loss_adv",),
                    path="discriminator.weights.adversarial",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else config.discriminator.weights.adversarial
                    ),
                    decay_path="discriminator.decay",
                    decay=lambda config: (
                        None if config.discriminator is None else config.discriminator.decay
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="FeatureMatchingLoss",
                    name="feature_matching_loss",
                    argument="feature_matching",
                    reads=("feature_matching_distance",),
                    path="discriminator.weights.feature_matching",
                    weight=lambda config: (
                        None
                        if config.discriminator is None
                        else config.discriminator.weights.feature_matching
                    ),
                    decay_path="discriminator.decay",
                    decay=lambda config: (
                        None if config.discriminator is None else config.discriminator.decay
                    ),
                    discriminator=True,
                ),
                Summand(
                    definition="SpectralLoss",
                    name="mrstft_loss",
                    argument="spectral",
                    reads=("decoded", "reals"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                ),
                Summand(
                    definition="LeftRightSpectralLoss",
                    name="lr_stft_loss",
                    argument="left_right_spectral",
                    reads=("decoded", "reals"),
                    path="spectral.weights.mrstft",
                    weight=lambda config: (
                        None if config.spectral is None else config.spectral.weights.mrstft
                    ),
                    decay_path="spectral.decay",
                    decay=lambda config: None if config.spectral is None else config.spectral.decay,
                    channels=2,
                ),
                Summand(
                    definition="LatentL1Loss",
                    name="latent_distill_l1",
                    argument="latent_l1",
                    reads=("latents", "teacher_latents"),
                    path="latent_distillation.weights.l1",
                    weight=lambda config: (
                        None
                        if config.latent_distillation is None
                        else 0.0
                        if config.latent_distillation.weights.l1 is None
                        else config.latent_distillation.weights.l1
                    ),
                    decay_path="latent_distillation.decay",
                    decay=lambda config: (
                        None
                        if config.latent_distillation is None
                        else config.latent_distillation.decay
                    ),
                    teacher=True,
                    off_at_zero=True,
                ),
                Summand(
                    definition="LatentL2Loss",
                    name="latent_distill_l2",
                    argument="latent_l2",
                    reads=("latents", "teacher_latents"),
                    path="latent_distillation.weights.l2",
                    weight=lambda config: (
                        None
                        if config.latent_distillation is None
                        else 0.0
                        if config.latent_distillation.weights.l2 is None
                        else config.latent_distillation.weights.l2
                    ),
                    decay_path="latent_distillation.decay",
                    decay=lambda config: (
                        None
                        if config.latent_distillation is None
                        else config.latent_distillation.decay
                    ),
                    teacher=True,
                    off_at_zero=True,
                ),
                Summand(
                    definition="MelLoss",
                    name="mrmel_loss",
                    argument="mel",
                    reads=("reals", "decoded"),
                    path="mrmel.weights.mrmel",
                    weight=lambda config: (
                        None if config.mrmel is None else config.mrmel.weights.mrmel
                    ),
                    off_at_zero=True,
                ),
                Summand(
                    definition="L1TimeLoss",
                    name="l1_time_loss",
                    argument="l1_time",
                    reads=("reals", "decoded"),
                    path="time.weights.l1",
                    weight=lambda config: None if config.time is None else config.time.weights.l1,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="L2TimeLoss",
                    name="l2_time_loss",
                    argument="l2_time",
                    reads=("reals", "decoded"),
                    path="time.weights.l2",
                    weight=lambda config: None if config.time is None else config.time.weights.l2,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
                Summand(
                    definition="MMDTimeLoss",
                    name="mmd_time_loss",
                    argument="mmd_time",
                    reads=("reals", "decoded"),
                    path="time.weights.mmd",
                    weight=lambda config: None if config.time is None else config.time.weights.mmd,
                    decay_path="time.decay",
                    decay=lambda config: None if config.time is None else config.time.decay,
                    off_at_zero=True,
                ),
            ),
            has_bottleneck=True,
            after_bottleneck=(),
            discriminator=(
                Summand(
                    definition="DiscriminatorLoss",
                    name="discriminator_loss",
                    argument="discriminator",
                    reads=("loss_dis",),
                    path=None,
                    weight=lambda _: 1.0,
                    discriminator=True,
                ),
            ),
        ),
    }
)
"""What trainers sum, by their names: where each loss has its weight, and when it is there."""
