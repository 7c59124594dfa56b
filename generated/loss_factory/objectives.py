# Generated from schema/losses.schema.json and templates/objectives.py.jinja.
# Do not edit; change them and run: python -m nox -s generate

"""What trainers sum, loss by loss: for each trainer a module for each turn.

Each says in its forward pass, line by line, what a training step computes. A loss that the config
turns off, or that this training doesn't have, is None here and costs nothing. The sum begins with 0
and goes on in place, as in stable-audio-tools: so its dtype is that of the first loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from torch import Tensor

from .runtime.lazy import require_same_schema
from .runtime.tensors.objective_module import ObjectiveModule, Parts
from .runtime.tensors.terms import kinds
from .runtime.tensors.values import value_of
from .dispatch import TABLES

require_same_schema(__name__)


class StableAudioTools0019Generator(ObjectiveModule):
    """What stable-audio-tools 0.0.19 trains the autoencoder with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.fooling_weight = self._value_weight(parts, "fooling")
        self.feature_matching_weight = self._value_weight(parts, "feature_matching")
        self.latent_distill_loss: Final = parts.term("latent_distill", kinds.mse)
        self.distilled_stft_loss: Final = parts.term(
            "distilled_stft", kinds.stereo_stft, "spectral.config"
        )
        self.teacher_stft_loss: Final = parts.term(
            "teacher_stft", kinds.stereo_stft, "spectral.config"
        )
        self.own_latents_stft_loss: Final = parts.term(
            "own_latents_stft", kinds.stereo_stft, "spectral.config"
        )
        self.teacher_latents_stft_loss: Final = parts.term(
            "teacher_latents_stft", kinds.stereo_stft, "spectral.config"
        )
        self.stft_loss: Final = parts.term("stft", kinds.stereo_stft, "spectral.config")
        self.left_stft_loss: Final = parts.term("left_stft", kinds.stft, "spectral.config")
        self.right_stft_loss: Final = parts.term("right_stft", kinds.stft, "spectral.config")
        self.mel_loss: Final = parts.term("mel", kinds.mel, "mrmel.config")
        self.hubert_weight = self._value_weight(parts, "hubert")
        self.l1_time_loss: Final = parts.term("l1_time", kinds.l1)
        self.l2_time_loss: Final = parts.term("l2_time", kinds.mse)
        self.bottleneck: Final = parts.bottleneck

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.fooling_weight is not None and "loss_adv" in found:
            values["loss_adv"] = value = value_of(found, "loss_adv", "loss_adv")
            losses["loss_adv"] = loss = value * self.fooling_weight
            total += loss
        if self.feature_matching_weight is not None and "feature_matching_distance" in found:
            values["feature_matching_loss"] = value = value_of(
                found, "feature_matching_distance", "feature_matching_loss"
            )
            losses["feature_matching_loss"] = loss = value * self.feature_matching_weight
            total += loss
        if (
            self.latent_distill_loss is not None
            and "teacher_latents" in found
            and "latents" in found
        ):
            values["latent_distill_loss"], loss = self.latent_distill_loss(
                found["teacher_latents"], found["latents"]
            )
            losses["latent_distill_loss"] = loss
            total += loss
        if self.distilled_stft_loss is not None and "reals" in found and "decoded" in found:
            values["mrstft_loss"], loss = self.distilled_stft_loss(found["reals"], found["decoded"])
            losses["mrstft_loss"] = loss
            total += loss
        if self.teacher_stft_loss is not None and "teacher_decoded" in found and "decoded" in found:
            values["mrstft_loss_distill"], loss = self.teacher_stft_loss(
                found["teacher_decoded"], found["decoded"]
            )
            losses["mrstft_loss_distill"] = loss
            total += loss
        if (
            self.own_latents_stft_loss is not None
            and "reals" in found
            and "own_latents_teacher_decoded" in found
        ):
            values["mrstft_loss_own_latents_teacher"], loss = self.own_latents_stft_loss(
                found["reals"], found["own_latents_teacher_decoded"]
            )
            losses["mrstft_loss_own_latents_teacher"] = loss
            total += loss
        if (
            self.teacher_latents_stft_loss is not None
            and "reals" in found
            and "teacher_latents_own_decoded" in found
        ):
            values["mrstft_loss_teacher_latents_own"], loss = self.teacher_latents_stft_loss(
                found["reals"], found["teacher_latents_own_decoded"]
            )
            losses["mrstft_loss_teacher_latents_own"] = loss
            total += loss
        if self.stft_loss is not None and "reals" in found and "decoded" in found:
            values["mrstft_loss"], loss = self.stft_loss(found["reals"], found["decoded"])
            losses["mrstft_loss"] = loss
            total += loss
        if self.left_stft_loss is not None and "reals_left" in found and "decoded_left" in found:
            values["stft_loss_left"], loss = self.left_stft_loss(
                found["reals_left"], found["decoded_left"]
            )
            losses["stft_loss_left"] = loss
            total += loss
        if self.right_stft_loss is not None and "reals_right" in found and "decoded_right" in found:
            values["stft_loss_right"], loss = self.right_stft_loss(
                found["reals_right"], found["decoded_right"]
            )
            losses["stft_loss_right"] = loss
            total += loss
        if self.mel_loss is not None and "reals" in found and "decoded" in found:
            values["mrmel_loss"], loss = self.mel_loss(found["reals"], found["decoded"])
            losses["mrmel_loss"] = loss
            total += loss
        if self.hubert_weight is not None and "hubert_loss" in found:
            values["hubert_loss"] = value = value_of(found, "hubert_loss", "hubert_loss")
            losses["hubert_loss"] = loss = value * self.hubert_weight
            total += loss
        if self.l1_time_loss is not None and "reals" in found and "decoded" in found:
            values["l1_time_loss"], loss = self.l1_time_loss(found["reals"], found["decoded"])
            losses["l1_time_loss"] = loss
            total += loss
        if self.l2_time_loss is not None and "reals" in found and "decoded" in found:
            values["l2_time_loss"], loss = self.l2_time_loss(found["reals"], found["decoded"])
            losses["l2_time_loss"] = loss
            total += loss
        if self.bottleneck is not None:
            total = self.bottleneck.add_to(total, losses, values, info)
        return total


class StableAudioTools0019Discriminator(ObjectiveModule):
    """What stable-audio-tools 0.0.19 trains the discriminator with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.discriminator_weight = self._value_weight(parts, "discriminator")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.discriminator_weight is not None and "loss_dis" in found:
            values["discriminator_loss"] = value = value_of(found, "loss_dis", "discriminator_loss")
            losses["discriminator_loss"] = loss = value * self.discriminator_weight
            total += loss
        return total


class StableAudioTools0020Generator(ObjectiveModule):
    """What stable-audio-tools 0.0.20 trains the autoencoder with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.diffusion_loss: Final = parts.term("diffusion", kinds.mse)
        self.jepa_weight = self._value_weight(parts, "jepa")
        self.contrastive_weight = self._value_weight(parts, "contrastive")
        self.fooling_weight = self._value_weight(parts, "fooling")
        self.feature_matching_weight = self._value_weight(parts, "feature_matching")
        self.distilled_tight_stft_loss: Final = parts.term(
            "distilled_tight_stft", kinds.stereo_tight_stft, "spectral.config"
        )
        self.teacher_tight_stft_loss: Final = parts.term(
            "teacher_tight_stft", kinds.stereo_tight_stft, "spectral.config"
        )
        self.own_latents_tight_stft_loss: Final = parts.term(
            "own_latents_tight_stft", kinds.stereo_tight_stft, "spectral.config"
        )
        self.teacher_latents_tight_stft_loss: Final = parts.term(
            "teacher_latents_tight_stft", kinds.stereo_tight_stft, "spectral.config"
        )
        self.tight_stft_loss: Final = parts.term(
            "tight_stft", kinds.stereo_tight_stft, "spectral.config"
        )
        self.left_right_tight_stft_loss: Final = parts.term(
            "left_right_tight_stft", kinds.tight_stft, "spectral.config"
        )
        self.latent_l1_loss: Final = parts.term("latent_l1", kinds.l1)
        self.latent_l2_loss: Final = parts.term("latent_l2", kinds.mse)
        self.mel_loss: Final = parts.term("mel", kinds.mel, "mrmel.config")
        self.hubert_weight = self._value_weight(parts, "hubert")
        self.clap_weight = self._value_weight(parts, "clap")
        self.l1_time_loss: Final = parts.term("l1_time", kinds.l1)
        self.l2_time_loss: Final = parts.term("l2_time", kinds.mse)
        self.mmd_time_loss: Final = parts.term("mmd_time", kinds.mmd)
        self.low_chroma_loss: Final = parts.term("low_chroma", kinds.l1)
        self.middle_chroma_loss: Final = parts.term("middle_chroma", kinds.l1)
        self.high_chroma_loss: Final = parts.term("high_chroma", kinds.l1)
        self.level_difference_loss: Final = parts.term("level_difference", kinds.l1)
        self.bottleneck: Final = parts.bottleneck

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if (
            self.diffusion_loss is not None
            and "diffusion_output" in found
            and "diffusion_target" in found
        ):
            values["gen_step_diffusion_loss"], loss = self.diffusion_loss(
                found["diffusion_output"], found["diffusion_target"]
            )
            losses["gen_step_diffusion_loss"] = loss
            total += loss
        if self.jepa_weight is not None and "jepa_loss" in found:
            values["jepa_loss"] = value = value_of(found, "jepa_loss", "jepa_loss")
            losses["jepa_loss"] = loss = value * self.jepa_weight
            total += loss
        if self.contrastive_weight is not None and "contrastive_loss" in found:
            values["contrastive_loss"] = value = value_of(
                found, "contrastive_loss", "contrastive_loss"
            )
            losses["contrastive_loss"] = loss = value * self.contrastive_weight
            total += loss
        if self.fooling_weight is not None and "loss_adv" in found:
            values["loss_adv"] = value = value_of(found, "loss_adv", "loss_adv")
            losses["loss_adv"] = loss = value * self.fooling_weight
            total += loss
        if self.feature_matching_weight is not None and "feature_matching_distance" in found:
            values["feature_matching_loss"] = value = value_of(
                found, "feature_matching_distance", "feature_matching_loss"
            )
            losses["feature_matching_loss"] = loss = value * self.feature_matching_weight
            total += loss
        if self.distilled_tight_stft_loss is not None and "reals" in found and "decoded" in found:
            values["mrstft_loss"], loss = self.distilled_tight_stft_loss(
                found["reals"], found["decoded"]
            )
            losses["mrstft_loss"] = loss
            total += loss
        if (
            self.teacher_tight_stft_loss is not None
            and "teacher_decoded" in found
            and "decoded" in found
        ):
            values["mrstft_loss_distill"], loss = self.teacher_tight_stft_loss(
                found["teacher_decoded"], found["decoded"]
            )
            losses["mrstft_loss_distill"] = loss
            total += loss
        if (
            self.own_latents_tight_stft_loss is not None
            and "reals" in found
            and "own_latents_teacher_decoded" in found
        ):
            values["mrstft_loss_own_latents_teacher"], loss = self.own_latents_tight_stft_loss(
                found["reals"], found["own_latents_teacher_decoded"]
            )
            losses["mrstft_loss_own_latents_teacher"] = loss
            total += loss
        if (
            self.teacher_latents_tight_stft_loss is not None
            and "reals" in found
            and "teacher_latents_own_decoded" in found
        ):
            values["mrstft_loss_teacher_latents_own"], loss = self.teacher_latents_tight_stft_loss(
                found["reals"], found["teacher_latents_own_decoded"]
            )
            losses["mrstft_loss_teacher_latents_own"] = loss
            total += loss
        if self.tight_stft_loss is not None and "reals" in found and "decoded" in found:
            values["mrstft_loss"], loss = self.tight_stft_loss(found["reals"], found["decoded"])
            losses["mrstft_loss"] = loss
            total += loss
        if self.left_right_tight_stft_loss is not None and "reals" in found and "decoded" in found:
            values["lr_stft_loss"], loss = self.left_right_tight_stft_loss(
                found["reals"], found["decoded"]
            )
            losses["lr_stft_loss"] = loss
            total += loss
        if self.latent_l1_loss is not None and "latents" in found and "teacher_latents" in found:
            values["latent_distill_l1"], loss = self.latent_l1_loss(
                found["latents"], found["teacher_latents"]
            )
            losses["latent_distill_l1"] = loss
            total += loss
        if self.latent_l2_loss is not None and "latents" in found and "teacher_latents" in found:
            values["latent_distill_l2"], loss = self.latent_l2_loss(
                found["latents"], found["teacher_latents"]
            )
            losses["latent_distill_l2"] = loss
            total += loss
        if self.mel_loss is not None and "reals" in found and "decoded" in found:
            values["mrmel_loss"], loss = self.mel_loss(found["reals"], found["decoded"])
            losses["mrmel_loss"] = loss
            total += loss
        if self.hubert_weight is not None and "hubert_loss" in found:
            values["hubert_loss"] = value = value_of(found, "hubert_loss", "hubert_loss")
            losses["hubert_loss"] = loss = value * self.hubert_weight
            total += loss
        if self.clap_weight is not None and "clap_loss" in found:
            values["clap_loss"] = value = value_of(found, "clap_loss", "clap_loss")
            losses["clap_loss"] = loss = value * self.clap_weight
            total += loss
        if self.l1_time_loss is not None and "reals" in found and "decoded" in found:
            values["l1_time_loss"], loss = self.l1_time_loss(found["reals"], found["decoded"])
            losses["l1_time_loss"] = loss
            total += loss
        if self.l2_time_loss is not None and "reals" in found and "decoded" in found:
            values["l2_time_loss"], loss = self.l2_time_loss(found["reals"], found["decoded"])
            losses["l2_time_loss"] = loss
            total += loss
        if self.mmd_time_loss is not None and "reals" in found and "decoded" in found:
            values["mmd_time_loss"], loss = self.mmd_time_loss(found["reals"], found["decoded"])
            losses["mmd_time_loss"] = loss
            total += loss
        if self.bottleneck is not None:
            total = self.bottleneck.add_to(total, losses, values, info)
        if (
            self.low_chroma_loss is not None
            and "chroma_band_1.0_output" in found
            and "chroma_band_1.0_target" in found
        ):
            values["chroma_band_1.0_regressor_mse"], loss = self.low_chroma_loss(
                found["chroma_band_1.0_output"], found["chroma_band_1.0_target"]
            )
            losses["chroma_band_1.0_regressor_mse"] = loss
            total += loss
        if (
            self.middle_chroma_loss is not None
            and "chroma_band_5.0_output" in found
            and "chroma_band_5.0_target" in found
        ):
            values["chroma_band_5.0_regressor_mse"], loss = self.middle_chroma_loss(
                found["chroma_band_5.0_output"], found["chroma_band_5.0_target"]
            )
            losses["chroma_band_5.0_regressor_mse"] = loss
            total += loss
        if (
            self.high_chroma_loss is not None
            and "chroma_band_9.0_output" in found
            and "chroma_band_9.0_target" in found
        ):
            values["chroma_band_9.0_regressor_mse"], loss = self.high_chroma_loss(
                found["chroma_band_9.0_output"], found["chroma_band_9.0_target"]
            )
            losses["chroma_band_9.0_regressor_mse"] = loss
            total += loss
        if (
            self.level_difference_loss is not None
            and "ild_output" in found
            and "ild_target" in found
        ):
            values["ild_regressor_mse"], loss = self.level_difference_loss(
                found["ild_output"], found["ild_target"]
            )
            losses["ild_regressor_mse"] = loss
            total += loss
        return total


class StableAudioTools0020Discriminator(ObjectiveModule):
    """What stable-audio-tools 0.0.20 trains the discriminator with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.discriminator_weight = self._value_weight(parts, "discriminator")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.discriminator_weight is not None and "loss_dis" in found:
            values["discriminator_loss"] = value = value_of(found, "loss_dis", "discriminator_loss")
            losses["discriminator_loss"] = loss = value * self.discriminator_weight
            total += loss
        return total


class LossFactoryGenerator(ObjectiveModule):
    """What loss-factory trains the autoencoder with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.reconstruction_loss: Final = parts.term(
            "reconstruction", kinds.distance, "reconstruction"
        )
        self.adversarial_weight = self._value_weight(parts, "adversarial")
        self.scored_feature_matching_weight = self._value_weight(parts, "scored_feature_matching")
        self.fooling_weight = self._value_weight(parts, "fooling")
        self.feature_matching_weight = self._value_weight(parts, "feature_matching")
        self.spectral_loss: Final = parts.term("spectral", kinds.stereo_stft, "spectral.config")
        self.left_right_spectral_loss: Final = parts.term(
            "left_right_spectral", kinds.stft, "spectral.config"
        )
        self.latent_l1_loss: Final = parts.term("latent_l1", kinds.l1)
        self.latent_l2_loss: Final = parts.term("latent_l2", kinds.mse)
        self.mel_loss: Final = parts.term("mel", kinds.mel, "mrmel.config")
        self.l1_time_loss: Final = parts.term("l1_time", kinds.l1)
        self.l2_time_loss: Final = parts.term("l2_time", kinds.mse)
        self.mmd_time_loss: Final = parts.term("mmd_time", kinds.mmd)
        self.bottleneck: Final = parts.bottleneck

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.reconstruction_loss is not None and "decoded" in found and "reals" in found:
            values["reconstruction_loss"], loss = self.reconstruction_loss(
                found["decoded"], found["reals"]
            )
            losses["reconstruction_loss"] = loss
            total += loss
        if self.adversarial_weight is not None and "loss_adv" in found:
            values["adversarial_loss"] = value = value_of(found, "loss_adv", "adversarial_loss")
            losses["adversarial_loss"] = loss = value * self.adversarial_weight
            total += loss
        if self.scored_feature_matching_weight is not None and "feature_matching_distance" in found:
            values["feature_matching_loss"] = value = value_of(
                found, "feature_matching_distance", "feature_matching_loss"
            )
            losses["feature_matching_loss"] = loss = value * self.scored_feature_matching_weight
            total += loss
        if self.fooling_weight is not None and "loss_adv" in found:
            values["loss_adv"] = value = value_of(found, "loss_adv", "loss_adv")
            losses["loss_adv"] = loss = value * self.fooling_weight
            total += loss
        if self.feature_matching_weight is not None and "feature_matching_distance" in found:
            values["feature_matching_loss"] = value = value_of(
                found, "feature_matching_distance", "feature_matching_loss"
            )
            losses["feature_matching_loss"] = loss = value * self.feature_matching_weight
            total += loss
        if self.spectral_loss is not None and "decoded" in found and "reals" in found:
            values["mrstft_loss"], loss = self.spectral_loss(found["decoded"], found["reals"])
            losses["mrstft_loss"] = loss
            total += loss
        if self.left_right_spectral_loss is not None and "decoded" in found and "reals" in found:
            values["lr_stft_loss"], loss = self.left_right_spectral_loss(
                found["decoded"], found["reals"]
            )
            losses["lr_stft_loss"] = loss
            total += loss
        if self.latent_l1_loss is not None and "latents" in found and "teacher_latents" in found:
            values["latent_distill_l1"], loss = self.latent_l1_loss(
                found["latents"], found["teacher_latents"]
            )
            losses["latent_distill_l1"] = loss
            total += loss
        if self.latent_l2_loss is not None and "latents" in found and "teacher_latents" in found:
            values["latent_distill_l2"], loss = self.latent_l2_loss(
                found["latents"], found["teacher_latents"]
            )
            losses["latent_distill_l2"] = loss
            total += loss
        if self.mel_loss is not None and "reals" in found and "decoded" in found:
            values["mrmel_loss"], loss = self.mel_loss(found["reals"], found["decoded"])
            losses["mrmel_loss"] = loss
            total += loss
        if self.l1_time_loss is not None and "reals" in found and "decoded" in found:
            values["l1_time_loss"], loss = self.l1_time_loss(found["reals"], found["decoded"])
            losses["l1_time_loss"] = loss
            total += loss
        if self.l2_time_loss is not None and "reals" in found and "decoded" in found:
            values["l2_time_loss"], loss = self.l2_time_loss(found["reals"], found["decoded"])
            losses["l2_time_loss"] = loss
            total += loss
        if self.mmd_time_loss is not None and "reals" in found and "decoded" in found:
            values["mmd_time_loss"], loss = self.mmd_time_loss(found["reals"], found["decoded"])
            losses["mmd_time_loss"] = loss
            total += loss
        if self.bottleneck is not None:
            total = self.bottleneck.add_to(total, losses, values, info)
        return total


class LossFactoryDiscriminator(ObjectiveModule):
    """What loss-factory trains the discriminator with."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.discriminator_weight = self._value_weight(parts, "discriminator")

    def add_to(
        self,
        total: Tensor | int,
        losses: dict[str, Tensor],
        values: dict[str, Tensor],
        info: Mapping[str, Tensor],
    ) -> Tensor | int:
        found = self._found(info)
        if self.discriminator_weight is not None and "loss_dis" in found:
            values["discriminator_loss"] = value = value_of(found, "loss_dis", "discriminator_loss")
            losses["discriminator_loss"] = loss = value * self.discriminator_weight
            total += loss
        return total


GENERATORS: Final[Mapping[str, Callable[[Parts], ObjectiveModule]]] = MappingProxyType(
    {
        "stable-audio-tools 0.0.19": StableAudioTools0019Generator,
        "stable-audio-tools 0.0.20": StableAudioTools0020Generator,
        "loss-factory": LossFactoryGenerator,
    }
)
"""The module of each trainer for the turn of the generator."""

DISCRIMINATORS: Final[Mapping[str, Callable[[Parts], ObjectiveModule]]] = MappingProxyType(
    {
        "stable-audio-tools 0.0.19": StableAudioTools0019Discriminator,
        "stable-audio-tools 0.0.20": StableAudioTools0020Discriminator,
        "loss-factory": LossFactoryDiscriminator,
    }
)
"""The same for the turn of the discriminator, as far as there is one."""

assert GENERATORS.keys() == TABLES.objectives.keys(), "every objective has its module"
