"""Checkpoints: written whole or not at all, and read with a word on what is different now."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypedDict, cast

import torch
from torch import nn
from torch.optim import Optimizer

from files import write_whole
from settings import Settings, UserMistake
from turns import Turn


class Checkpoint(TypedDict):
    """Tensors, numbers, strings, lists and dicts: `torch.load` takes it with default arguments."""

    step: int
    """Steps that are done."""

    autoencoder: dict[str, Any]
    discriminator: dict[str, Any] | None
    """None if the config asks for none."""

    optimizers: dict[str, dict[str, Any]]
    """By whose turn it is, "generator" or "discriminator"."""

    model_config: dict[str, Any]
    """The whole config, as it was read."""

    architecture: dict[str, Any]
    loss_config: dict[str, Any]
    """The config's losses with all defaults filled in; sections that are off are left out."""

    losses: dict[str, float]
    """The weights of all losses, as they were in the last step."""

    run: dict[str, Any]
    """Other things that decide what a step does: trainer, warm-up, seed, batch size, sounds."""

    schema_version: str
    schema_sha256: str


def made(
    step: int,
    autoencoder: nn.Module,
    discriminator: nn.Module | None,
    optimizers: Mapping[Turn, Optimizer],
    settings: Settings,
    weights: dict[str, float],
    run: dict[str, Any],
) -> Checkpoint:
    """The checkpoint after `step` steps, the last of which had these `weights`."""
    return Checkpoint(
        step=step,
        autoencoder=autoencoder.state_dict(),
        discriminator=None if discriminator is None else discriminator.state_dict(),
        optimizers={turn: each.state_dict() for turn, each in optimizers.items()},
        model_config=settings.document,
        architecture=settings.architecture,
        loss_config=_resolved(settings),
        losses=weights,
        run=run,
        schema_version=settings.package.SCHEMA_VERSION,
        schema_sha256=settings.package.SCHEMA_SHA256,
    )


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write `path`; whoever reads it at any moment finds the old file or the new one.

    Raises:
        UserMistake: it can't be written; the old file is still there.
    """
    packed = io.BytesIO()  # where torch.save writes files itself, it hides why it can't
    torch.save(checkpoint, packed)
    write_whole(path, packed.getvalue())


def load(path: Path) -> Checkpoint:
    """Read `path`, onto the CPU.

    Raises:
        UserMistake: there is no such file, or it holds something else.
    """
    try:
        found: object = torch.load(path, map_location="cpu")
    except FileNotFoundError:
        raise UserMistake(f"{path}: there is no checkpoint to resume; leave out --resume") from None
    except OSError as error:
        raise UserMistake(f"{path}: can't be read: {error.strerror or error}") from None
    except (EOFError, RuntimeError, ValueError, LookupError, pickle.PickleError):
        found = None  # what torch says of it would be bad advice: to load it without care
    match found:
        case dict() if found.keys() == Checkpoint.__annotations__.keys():
            return cast(Checkpoint, found)
        case _:
            raise UserMistake(f"{path}: expected a checkpoint of this example, not other contents")


def restore(
    checkpoint: Checkpoint,
    autoencoder: nn.Module,
    discriminator: nn.Module | None,
    optimizers: Mapping[Turn, Optimizer],
    path: Path,
) -> None:
    """Put `checkpoint`, which was read from `path`, into networks and optimizers.

    A discriminator that the run before had no use for stays as it is.

    Raises:
        UserMistake: it comes from another version of this example.
    """
    try:
        autoencoder.load_state_dict(checkpoint["autoencoder"])
        if discriminator is not None and checkpoint["discriminator"] is not None:
            discriminator.load_state_dict(checkpoint["discriminator"])
        for turn, optimizer in optimizers.items():
            if turn in checkpoint["optimizers"]:
                optimizer.load_state_dict(checkpoint["optimizers"][turn])
    except (RuntimeError, ValueError, LookupError) as error:
        reason = " ".join(str(error).split())
        raise UserMistake(f"{path}: doesn't fit this version of the example: {reason}") from None


def differences(
    checkpoint: Checkpoint, settings: Settings, run: Mapping[str, Any], path: Path
) -> list[str]:
    """What to tell whoever resumes `checkpoint`, a line for each thing; what is set now counts.

    Raises:
        UserMistake: it was trained with another architecture.
    """
    if changes := list(_changes(checkpoint["architecture"], settings.architecture, "model.")):
        # Another bottleneck has other options: its type says it all.
        told = [each for each in changes if each.startswith("model.bottleneck.type:")] or changes
        raise UserMistake(f"{path}: can't be resumed, the model is another one: {'; '.join(told)}")
    then = f"{checkpoint['schema_version']} (SHA-256 {checkpoint['schema_sha256']})"
    package = settings.package
    here = f"{package.SCHEMA_VERSION} (SHA-256 {package.SCHEMA_SHA256})"
    warning = f"warning: the checkpoint was trained under another schema: {then}; this is {here}"
    changes = [
        *_changes(checkpoint["loss_config"], _resolved(settings), "loss_configs."),
        *_changes(checkpoint["run"], run, ""),
    ]
    return [*([warning] if then != here else []), *(f"changed: {change}" for change in changes)]


def _resolved(settings: Settings) -> dict[str, Any]:
    return settings.loss_config.model_dump(mode="json", exclude_none=True)


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str) -> Iterator[str]:
    before, after = dict(_leaves(old, prefix)), dict(_leaves(new, prefix))
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            yield f"{path}: {before.get(path, 'absent')} → {after.get(path, 'absent')}"


def _leaves(value: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, member in value.items():
        match member:
            case dict():
                yield from _leaves(member, f"{prefix}{key}.")
            case _:
                yield f"{prefix}{key}", json.dumps(member)
