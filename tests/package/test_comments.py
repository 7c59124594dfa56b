"""Comments in configs: keys that any closed object takes, and that nothing reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from loss_factory import AutoencoderLossConfig, LossConfigError, load_config, plan_losses

SCHEDULE = {"schedule": "linear", "start_weight": 0, "end_weight": 1, "end_step": 2}
PLAIN: dict[str, Any] = {
    "bottleneck": {"weights": {"kl": SCHEDULE}},
    "spectral": {"config": {"fft_sizes": [64]}, "weights": {"mrstft": 1.0}},
    "discriminator": {"type": "encodec", "config": {"filters": 4}},
}
COMMENTS = {"_comment": "from the paper", "$comment": ["x", None], "//": {}, "//kl": 1e-4}


def commented(value: Any) -> Any:
    """The same with comments in each object."""
    if not isinstance(value, dict):
        return value
    return COMMENTS | {key: commented(inner) for key, inner in value.items()}


@pytest.mark.parametrize("name", ["config.json", "config.yaml"])
def test_files_may_hold_them(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(json.dumps(commented(PLAIN)))
    assert load_config(tmp_path / name) == AutoencoderLossConfig.model_validate(PLAIN)


def test_mappings_may_hold_them() -> None:
    assert plan_losses("vae", commented(PLAIN), step=1) == plan_losses("vae", PLAIN, step=1)


def test_dumps_have_none() -> None:
    config = AutoencoderLossConfig.model_validate(commented(PLAIN))
    text = config.model_dump_json()
    assert "comment" not in text
    assert "//" not in text
    assert AutoencoderLossConfig.model_validate_json(text) == config


def test_keyword_arguments_keep_them() -> None:
    """Nobody knows what a constructor takes."""
    config = AutoencoderLossConfig.model_validate({"time": {"config": {"_comment": 1}}})
    assert config.time is not None
    assert config.time.config == {"_comment": 1}


def test_copies_drop_them() -> None:
    config = AutoencoderLossConfig.model_validate(PLAIN)
    assert config.model_copy(update={"_comment": "x"}) == config


def test_a_comment_may_stand_twice(tmp_path: Path) -> None:
    """Nothing is lost by it, unlike with any other key."""
    file = tmp_path / "config.json"
    file.write_text('{"//": "one", "//": "two", "bottleneck": {"_comment": 1, "_comment": 2}}')
    assert load_config(file) == AutoencoderLossConfig()


@pytest.mark.parametrize("value", [float("nan"), object(), "\ud800"])
def test_they_are_json(value: object) -> None:
    with pytest.raises(ValidationError):
        AutoencoderLossConfig.model_validate({"_comment": value})
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", {"_comment": value})
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("key", ["comment", "_comments", "/", "__comment", "# x"])
def test_other_keys_are_none(key: str) -> None:
    """And no message proposes one."""
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", {"bottleneck": {key: "x"}})
    assert str(caught.value) == (
        f"loss_config: /bottleneck/{key.replace('/', '~1')}: unknown key {key!r}; expected 'type', "
        "'weights'"
    )
