"""The real trainer, importable while a test of this folder runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from support.stable_audio.setups import Setup, loss_config
from support.stable_audio.trainer import whole_trainer
from support.stable_audio.training import make_wrapper

from .pairs import Made, Pair
from .setups_here import QUIET


@pytest.fixture
def version() -> str:
    """Whose trainer it is; modules and parameters may say another one."""
    return "0.0.19"


@pytest.fixture(autouse=True)
def _trainer(_loss_factory_only: None, version: str) -> Iterator[None]:
    """The trainer of a version, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with whole_trainer(version).importable():
        yield
    torch.set_num_threads(threads)


@pytest.fixture
def theirs(_trainer: None) -> Any:
    """The class of the real wrapper."""
    from stable_audio_tools.training.autoencoders import AutoencoderTrainingWrapper  # type: ignore[import-not-found]

    return AutoencoderTrainingWrapper


@pytest.fixture
def ours(_trainer: None) -> Any:
    """The same with our objective in it."""
    from support.stable_audio.own_wrapper import Wrapper

    return Wrapper


@pytest.fixture
def made(theirs: Any, ours: Any) -> Made:
    """Makes both for a set-up and `loss_configs`, from one seed."""

    def make(setup: Setup = QUIET, config: Any = None) -> Pair:
        config = loss_config(setup) if config is None else config
        return Pair(*(make_wrapper(each, setup, losses=config) for each in (theirs, ours)))

    return make
