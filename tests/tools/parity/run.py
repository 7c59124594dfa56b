"""Trains the real wrapper with its losses and with ours, and compares: behind `nox -s parity`."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import click
import torch

from support.stable_audio import real, trainer
from support.stable_audio.setups import IMPOSSIBLE, Setup, setups
from support.stable_audio.training import STEPS, Step, differences, make_wrapper, train

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
    for reason, row in IMPOSSIBLE.items():
        values = " ".join(f"{name}={value}" for name, value in row.items())
        click.echo(f"left out: {values}: {reason}")
    click.echo(f"{len(every)} set-ups, --seed {seed}")
    wrong = []
    for number, outcome in _outcomes(chosen or list(every), seed):
        _print(number, every[number], outcome)
        if outcome.differences:
            wrong.append(number)
    number = len(chosen or every)
    click.echo(
        f"{number - len(wrong)} of {number} set-ups: the same bits of all parameters, buffers and "
        f"averages after each of {STEPS} steps, the same names and numbers logged"
    )
    if wrong:
        click.echo(f"different: {' '.join(f'--only {each}' for each in wrong)}")
        sys.exit(1)


@dataclass(frozen=True)
class Outcome:
    """How long both trainings took, and what differs."""

    then: float
    now: float
    differences: list[str]


def _outcomes(numbers: Sequence[int], seed: int) -> Iterator[tuple[int, Outcome]]:
    """Train in set-ups, each in a fork of a process that has imported everything.

    A graph of a checkpointed discriminator that no backward pass went through is never freed.
    """
    with trainer.whole_trainer().importable():
        importlib.import_module("support.stable_audio.own_wrapper")
        importlib.import_module("stable_audio_tools.models.autoencoders")
        fork = multiprocessing.get_context("fork")
        with fork.Pool(1, torch.set_num_threads, (1,), maxtasksperchild=1) as pool:
            yield from zip(numbers, pool.imap(partial(_compared, seed), numbers), strict=True)


def _compared(seed: int, number: int) -> Outcome:
    from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

    from support.stable_audio.own_wrapper import Wrapper

    setup = setups()[number]
    then, theirs = _timed(AutoencoderTrainingWrapper, setup, seed)
    now, ours = _timed(Wrapper, setup, seed)
    return Outcome(then, now, list(differences(theirs, ours)))


def _timed(wrapper: Callable[..., Any], setup: Setup, seed: int) -> tuple[float, list[Step]]:
    start = time.perf_counter()
    steps = train(make_wrapper(wrapper, setup, seed), setup, seed)
    return time.perf_counter() - start, steps


def _print(number: int, setup: Setup, outcome: Outcome) -> None:
    word = "different" if outcome.differences else "equal"
    click.echo(f"{number:2} {word:9} {outcome.then:5.1f} s, {outcome.now:5.1f} s  {setup}")
    for each in _first(outcome.differences):
        click.echo(f"    {each}")


def _first(found: Sequence[str]) -> Iterator[str]:
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield f"and {len(found) - SHOWN} more"


if __name__ == "__main__":
    main()
