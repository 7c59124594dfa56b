# Generated from schema/losses.schema.json and templates/trainers.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""The trainers that are known to read loss configs, and what each makes of them.

Losses don't depend on this; it is for what checks configs before a training starts.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from .runtime.lazy import require_same_schema
from .runtime.model.records import Trainer

require_same_schema(__name__)

TRAINERS: Final[tuple[Trainer, ...]] = (
    Trainer(
        name="stable-audio-tools 0.0.19",
        assumed=True,
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
                "AutoencoderLossConfig.clap",
                "AutoencoderLossConfig.contrastive",
                "AutoencoderLossConfig.jepa",
                "AutoencoderLossConfig.generative",
                "AutoencoderLossConfig.latent_distillation",
                "AutoencoderLossConfig.semantic_regressors",
                "AutoencoderLossConfig.reconstruction",
                "AutoencoderLossConfig.adversarial",
                "TimeWeights.mmd",
                "EncodecDiscriminatorLossConfig.decay",
                "DACDiscriminatorLossConfig.decay",
                "OobleckDiscriminatorLossConfig.decay",
                "BigVGANDiscriminatorLossConfig.decay",
                "TransformerDiscriminatorLossConfig.decay",
                "HILDiscriminatorLossConfig.decay",
                "JepaArguments.mask_rate",
                "JepaArguments.mask_block_size",
            )
        ),
        refuses=MappingProxyType(
            {
                "AutoencoderLossConfig.spectral": (None,),
                "AutoencoderLossConfig.time": (None,),
                "AutoencoderLossConfig.discriminator": (None,),
                "AutoencoderLossConfig.mrmel": (None,),
                "AutoencoderLossConfig.hubert": (None,),
                "SpectralWeights.mrstft": (None,),
                "TimeWeights.l1": (None,),
                "TimeWeights.l2": (None,),
                "EncodecDiscriminatorArguments.loss_type": ("rpgan",),
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
                "SpectralLossConfig.config": ("sample_rate",),
                "EncodecDiscriminatorArguments": ("in_channels",),
                "DACDiscriminatorArguments": ("channels", "sample_rate"),
                "BigVGANDiscriminatorArguments": ("channels", "sample_rate"),
                "HubertArguments": ("weight",),
            }
        ),
        takes=MappingProxyType(
            {
                "SpectralLossConfig.config": (
                    "fft_sizes",
                    "hop_sizes",
                    "win_lengths",
                    "window",
                    "w_sc",
                    "w_log_mag",
                    "w_lin_mag",
                    "w_phs",
                    "scale",
                    "n_bins",
                    "perceptual_weighting",
                    "scale_invariance",
                    "eps",
                    "reduction",
                    "output",
                    "retain_batch_dim",
                    "device",
                    "mag_distance",
                    "log_eps",
                    "log_fac",
                )
            }
        ),
    ),
    Trainer(
        name="stable-audio-tools 0.0.20",
        assumed=True,
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
                "AutoencoderLossConfig.reconstruction",
                "AutoencoderLossConfig.adversarial",
                "JepaArguments.mask_rate",
                "JepaArguments.mask_block_size",
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
                "SpectralWeights.mrstft": (None,),
                "TimeWeights.l1": (None,),
                "TimeWeights.l2": (None,),
                "TimeWeights.mmd": (None,),
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
                "SpectralLossConfig.config": ("sample_rate",),
                "EncodecDiscriminatorArguments": ("in_channels",),
                "DACDiscriminatorArguments": ("channels", "sample_rate"),
                "BigVGANDiscriminatorArguments": ("channels", "sample_rate"),
                "TransformerDiscriminatorLossConfig.config": ("in_channels", "sample_rate"),
                "HILDiscriminatorLossConfig.config": ("in_channels", "sample_rate"),
                "HubertArguments": ("weight",),
                "ClapArguments": ("sample_rate", "weight"),
            }
        ),
        takes=MappingProxyType(
            {
                "SpectralLossConfig.config": (
                    "fft_sizes",
                    "hop_sizes",
                    "win_lengths",
                    "window",
                    "w_sc",
                    "w_log_mag",
                    "w_lin_mag",
                    "w_phs",
                    "scale",
                    "n_bins",
                    "perceptual_weighting",
                    "scale_invariance",
                    "eps",
                    "reduction",
                    "output",
                    "retain_batch_dim",
                    "device",
                    "mag_distance",
                    "log_eps",
                    "log_fac",
                    "w_cep",
                    "residual_loss",
                )
            }
        ),
    ),
)
