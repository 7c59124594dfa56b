"""Our objective in the trainer of stable-audio-tools, as a user would put it there."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]
from torch import Tensor

from support.under_test import create_objective


def without_schedules(config: Any) -> Any:
    """With a number in the place of each weight that changes: the old losses know no other."""
    if not isinstance(config, dict):
        return config
    if isinstance(config.get("schedule"), str):
        return 1.0
    return {key: without_schedules(each) for key, each in config.items()}


class Wrapper(AutoencoderTrainingWrapper):  # type: ignore[misc]
    def __init__(self, autoencoder: Any, *, loss_config: Any, sample_rate: int, **options: Any):
        old = without_schedules(loss_config)
        super().__init__(autoencoder, loss_config=old, sample_rate=sample_rate, **options)
        self.objective = create_objective(
            autoencoder.bottleneck,
            loss_config,
            trainer=f"stable-audio-tools {version('stable-audio-tools')}",
            channels=autoencoder.out_channels,
            sample_rate=sample_rate,
            discriminator=self.discriminator,
            teacher=self.teacher_model is not None,
        )
        self.losses_gen = self.objective.generator
        if self.use_disc:
            self.losses_disc = self.objective.discriminator
            self.whole_loss, self.discriminator.loss = self.discriminator.loss, self.adversarial
        self.gen_loss_modules.clear()  # what computed the old losses is of no use now
        for unused in ("sdstft", "lrstft", "mrmel"):
            if hasattr(self, unused):
                delattr(self, unused)

    def adversarial(self, reals: Tensor, fakes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        own_turn = self.training and self.global_step % 2  # demos ask between the steps
        if own_turn and self.teacher_model is not None:  # 0.0.20 logs more than is trained then
            self.objective.release()
            return self.whole_loss(reals, fakes.detach())
        return self.objective.adversarial(
            reals, fakes, "discriminator" if own_turn else "generator"
        )
