"""Trains the real wrapper with its losses and with ours, and compares: behind `nox -s parity`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
import torch

from support.stable_audio import real, trainer
from support.stable_audio.setups import IMPOSSIBLE, Setup, setups
from support.stable_audio.training import STEPS, differences, make_wrapper, train

SHOWN = 5
"""How many of the things that differ in a step are printed."""


@click.command()
@click.option("--only", "chosen", type=int, multiple=True, help="The number of a set-up to run.")
@click.option("--seed", default=0, show_default=True, help="Where parameters and audio come from.")
def main(chosen: Sequence[int], seed: int) -> None:
    """Train the AutoencoderTrainingWrapper of stable-audio-tools 0.0.19 in each set-up.

    For six steps, once with its losses and once with those of create_objective: after each step,
    every parameter, buffer and average and what was logged have to have the same bits. Exits with
    1 if they don't.
    """
    for variable in (real.VARIABLE, trainer.VARIABLE):
        if not os.environ.get(variable):
            raise click.ClickException(f"{variable} is not set; run: python -m nox -s parity")
    every = dict(enumerate(setups()))
    if unknown := [number for number in chosen if number not in every]:
        raise click.ClickException(f"--only {unknown[0]}: expected 0 to {len(every) - 1}")
    torch.set_num_threads(1)
    for reason, row in IMPOSSIBLE.items():
        values = " ".join(f"{name}={value}" for name, value in row.items())
        click.echo(f"left out: {values}: {reason}")
    click.echo(f"{len(every)} set-ups, --seed {seed}")
    wrong = [number for number in chosen or every if not _is_equal(number, every[number], seed)]
    number = len(chosen or every)
    click.echo(
        f"{number - len(wrong)} of {number} set-ups: the same bits of all parameters, buffers and "
        f"averages after each of {STEPS} steps, the same names and numbers logged"
    )
    if wrong:
        click.echo(f"different: {' '.join(f'--only {each}' for each in wrong)}")
        sys.exit(1)


def _is_equal(number: int, setup: Setup, seed: int) -> bool:
    """Compare in one set-up, and print what came of it."""
    with trainer.whole_trainer().importable():
        from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

        from support.stable_audio.own_wrapper import Wrapper

        seconds, steps = zip(
            *(_timed(each, setup, seed) for each in (AutoencoderTrainingWrapper, Wrapper)),
            strict=True,
        )
    found = list(differences(*steps))
    word = "different" if found else "equal"
    click.echo(f"{number:2} {word:9} {seconds[0]:5.1f} s, {seconds[1]:5.1f} s  {setup}")
    for each in _first(found):
        click.echo(f"    {each}")
    return not found


def _timed(wrapper: Callable[..., Any], setup: Setup, seed: int) -> tuple[float, Any]:
    start = time.perf_counter()
    steps = train(make_wrapper(wrapper, setup, seed), setup, seed)
    return time.perf_counter() - start, steps


def _first(found: Sequence[str]) -> Iterator[str]:
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield f"and {len(found) - SHOWN} more"


if __name__ == "__main__":
    main()
