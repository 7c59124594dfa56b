"""The published schema and the models take the same documents."""

from __future__ import annotations

import json
from pathlib import Path

import hypothesis.strategies as st

from loss_factory import AutoencoderLossConfig

from .target import Target


def target(folder: Path) -> Target[object]:
    """Documents, judged by the schema and by the models."""
    del folder
    return Target(
        name="agreement",
        title="schema and models take the same documents",
        cases=st.just({}),
        check=_check,
        show=json.dumps,
    )


def _check(document: object) -> str:
    AutoencoderLossConfig.model_validate(document)
    return "accepted"
