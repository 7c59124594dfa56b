"""Which step of the generator a training is at."""

from __future__ import annotations

from typing import Literal

from ..model.schedules import checked_step
from ..text.wording import shown


def generator_step(
    global_step: int,
    *,
    discriminator: bool,
    warmup_steps: int = 0,
    warmup_mode: Literal["adv", "full"] = "full",
) -> int:
    """How many steps the generator has made, in a trainer that counts those of both optimizers.

    As in stable-audio-tools: with a discriminator, every other step is its own; with
    warmup_mode="full", only from step `warmup_steps` on, before which each one is the generator's.

    Args:
        global_step: Lightning's, which counts both optimizers' steps.
        discriminator: whether there is one.
        warmup_steps: how many steps pass before the adversarial losses count.
        warmup_mode: "adv" if the discriminator learns during the warm-up, "full" if it doesn't.

    Raises:
        TypeError: a number is no integer.
        ValueError: a number is negative, or `warmup_mode` is something else.
    """
    checked_step(global_step, "global_step")
    checked_step(warmup_steps, "warmup_steps")
    if warmup_mode not in ("adv", "full"):
        raise ValueError(f"warmup_mode: expected 'adv' or 'full', not {shown(warmup_mode)}")
    if not discriminator:
        return global_step
    alone = min(global_step, warmup_steps) if warmup_mode == "full" else 0
    # Even steps are the generator's; so are all those of the warm-up.
    return alone + (global_step + 1) // 2 - (alone + 1) // 2
