"""Trains the real wrappers with their losses and with ours, and compares: `nox -s parity`."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
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
@click.option(
    "--version",
    "versions",
    type=click.Choice(real.VERSIONS),
    multiple=True,
    help="A version of stable-audio-tools, instead of all.",
)
@click.option("--only", "chosen", type=int, multiple=True, help="The number of a set-up to run.")
@click.option("--seed", default=0, show_default=True, help="Where parameters and audio come from.")
@click.option(
    "--losses",
    type=click.Choice(("ours", "real")),
    default="ours",
    show_default=True,
    help="What the real losses are compared with; with themselves: what isn't reproducible.",
)
def main(versions: Sequence[str], chosen: Sequence[int], seed: int, losses: str) -> None:
    """Train the AutoencoderTrainingWrapper of stable-audio-tools in each set-up.

    For six steps, once with its losses and once with those of create_objective: after each step,
    every parameter, buffer and average and what was logged have to have the same bits. Exits with
    1 if they don't.
    """
    for variable in (real.VARIABLE, trainer.VARIABLE):
        if not os.environ.get(variable):
            raise click.ClickException(f"{variable} is not set; run: python -m nox -s parity")
    every = {
        number: setup
        for number, setup in enumerate(
            each for version in real.VERSIONS for each in setups(version)
        )
        if setup.version in (versions or real.VERSIONS)
    }
    if unknown := [number for number in chosen if number not in every]:
        raise click.ClickException(f"--only {unknown[0]}: expected {min(every)} to {max(every)}")
    to_run = {number: setup for number, setup in every.items() if number in (chosen or every)}
    click.echo(f"{len(to_run)} set-ups, --seed {seed}")
    wrong: list[int] = []
    for version in real.VERSIONS:
        of_version = {number: setup for number, setup in to_run.items() if setup.version == version}
        if of_version:
            wrong += _run(version, of_version, seed, losses)
    click.echo(_summary(len(to_run), len(wrong)))
    if wrong:
        click.echo(f"different: {' '.join(f'--only {each}' for each in wrong)}")
        sys.exit(1)


def _run(version: str, of_version: Mapping[int, Setup], seed: int, losses: str) -> list[int]:
    """Run set-ups of a version; the numbers of those with a difference."""
    click.echo(f"\nstable-audio-tools {version}")
    for reason, row in IMPOSSIBLE[version].items():
        values = " ".join(f"{name}={value}" for name, value in row.items())
        click.echo(f"left out: {values}: {reason}")
    wrong: list[int] = []
    outcomes = _outcomes(version, list(of_version.values()), seed, losses)
    for done, (number, outcome) in enumerate(zip(of_version, outcomes, strict=True), start=1):
        if outcome.differences:
            wrong.append(number)
        _print(f"{number:3} {done - len(wrong)}/{len(of_version)}", of_version[number], outcome)
    return wrong


def _summary(number: int, wrong: int) -> str:
    return (
        f"{number - wrong} of {number} set-ups: the same bits of all parameters, buffers and "
        f"averages after each of {STEPS} steps, the same names and numbers logged"
    )


@dataclass(frozen=True)
class Outcome:
    """How long both trainings took, and what differs."""

    then: float
    now: float
    differences: list[str]


def _outcomes(
    version: str, of_version: Sequence[Setup], seed: int, losses: str
) -> Iterator[Outcome]:
    """Train in set-ups, each in a fork of a process that has imported everything.

    A graph of a checkpointed discriminator that no backward pass went through is never freed.
    """
    with trainer.whole_trainer(version).importable():
        with redirect_stdout(None):  # where the trainer says that it has no flash attention
            importlib.import_module("support.stable_audio.own_wrapper")
            importlib.import_module("stable_audio_tools.models.autoencoders")
        fork = multiprocessing.get_context("fork")
        with fork.Pool(1, torch.set_num_threads, (1,), maxtasksperchild=1) as pool:
            yield from pool.imap(partial(_compared, seed, losses), of_version)


def _compared(seed: int, losses: str, setup: Setup) -> Outcome:
    from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

    from support.stable_audio.own_wrapper import Wrapper

    then, theirs = _timed(AutoencoderTrainingWrapper, setup, seed)
    wrapper = {"ours": Wrapper, "real": AutoencoderTrainingWrapper}[losses]
    now, ours = _timed(wrapper, setup, seed)
    return Outcome(then, now, list(differences(theirs, ours)))


def _timed(wrapper: Callable[..., Any], setup: Setup, seed: int) -> tuple[float, list[Step]]:
    start = time.perf_counter()
    steps = train(make_wrapper(wrapper, setup, seed), setup, seed)
    return time.perf_counter() - start, steps


def _print(place: str, setup: Setup, outcome: Outcome) -> None:
    word = "different" if outcome.differences else "equal"
    click.echo(f"{place} {word:9} {outcome.then:5.1f} s, {outcome.now:5.1f} s  {setup}")
    for each in _first(outcome.differences):
        click.echo(f"    {each}")


def _first(found: Sequence[str]) -> Iterator[str]:
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield f"and {len(found) - SHOWN} more"


if __name__ == "__main__":
    main()
