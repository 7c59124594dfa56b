"""What the README shows is what happens."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from loss_factory import SCHEMA_VERSION, LossConfigError, load_config, plan_losses
from support.readme import README, blocks
from support.schemas import CANONICAL, generate

ROOT = Path(__file__).parents[2]
ERRORS = re.findall(r"^\| `(\{.*?\})` \| `(.*)` \|$", README, re.MULTILINE)


def test_the_table_of_errors_is_not_empty() -> None:
    assert len(ERRORS) >= 9


@pytest.mark.parametrize(("config", "message"), ERRORS)
def test_an_error_of_the_table(config: str, message: str) -> None:
    with pytest.raises(LossConfigError) as error:
        plan_losses("vae", json.loads(config))
    assert str(error.value) == message


def test_the_example_to_try_prints_what_its_comment_says() -> None:
    [example] = [block for block in blocks("python") if "print(round(" in block]
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert printed.getvalue().strip() == example.strip().rpartition("# ")[2]


def test_the_config_loads(tmp_path: Path) -> None:
    example, _ = blocks("json")
    file = tmp_path / "model_config.json"
    file.write_text(example, encoding="utf-8")
    config = load_config(file)
    assert config.bottleneck.weights.kl == 1e-5
    assert config.bottleneck.weights.mmd == 75.0
    assert config.reconstruction is not None
    assert config.reconstruction.type == "l2"
    assert config.adversarial is not None
    assert config.adversarial.type == "hinge"


def with_the_diff(folder: Path) -> Path:
    """The schema in `folder`, as the diff changes it."""
    (folder / "schema").mkdir()
    schema = folder / "schema" / "losses.schema.json"
    schema.write_bytes((ROOT / "schema" / "losses.schema.json").read_bytes())
    [diff] = blocks("diff")
    subprocess.run(
        ["git", "apply", "--unidiff-zero", "-"], input=diff.encode(), cwd=folder, check=True
    )
    return schema


def test_the_bottleneck_of_the_diff_compiles_and_plans(tmp_path: Path) -> None:
    schema = with_the_diff(tmp_path)
    subprocess.run(
        [
            *(sys.executable, "-m", "loss_compiler", "generate"),
            *("--schema", schema, "--out", tmp_path / "out"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "schema")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    code = (
        "from loss_factory import plan_losses\n"
        "config = {'bottleneck': {'weights': {'kl_spatial': 0.5}}}\n"
        "for loss in plan_losses('grouped_vae', config).losses:\n"
        "    print(loss.key, loss.name, loss.weight)\n"
    )
    planned = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert planned.stdout.splitlines() == [
        "kl_group kl_group_loss 1e-06",
        "kl_spatial kl_spatial_loss 0.5",
    ]


def test_the_table_says_what_changes_with_the_diff(tmp_path: Path) -> None:
    """As if the schema of today were the last released one."""
    schema = with_the_diff(tmp_path)
    (tmp_path / "schema" / "released").mkdir()
    shutil.copy(CANONICAL, tmp_path / "schema" / "released" / f"{SCHEMA_VERSION}.json")
    text = schema.read_text(encoding="utf-8")
    kl = text.index('"kl": {')
    text = text[:kl] + text[kl:].replace('"default": 1e-6', '"default": 1e-5', 1)
    schema.write_text(text, encoding="utf-8")
    done = generate("--schema", schema, "--out", "out", cwd=tmp_path)
    [table] = blocks("text")
    assert [line.rstrip() for line in done.stdout.splitlines()] == table.splitlines()
    assert "default changed (1e-06 → 1e-05), which breaks what" in done.stderr
