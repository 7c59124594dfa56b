"""`explain`: the losses that training will have, and where their weights come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from loss_factory.dispatch import TABLES
from loss_factory.runtime.findings.editor_schemas import loss_descriptions
from support.command_line import Done, typed

CONFIG = """\
{
  "model": {"bottleneck": {"type": "dac_rvq_vae"}},
  "training": {
    "loss_configs": {
      "$schema": "losses.schema.json",
      "bottleneck": {"weights": {
        "kl": 0.25,
        "codebook": null
      }},
      "time": {"weights": {"l1": 1}},
      "mrmel": null,
      "sisdr": {"weight": 1}
    }
  }
}
"""
FOREIGN = ("--foreign-section", "sisdr")
ABOUT = {name: text.partition(":")[0] for name, text in loss_descriptions(TABLES.folder).items()}
DAC_RVQ_VAE = (
    "DACRVQVAEBottleneck: total = sum of weight * info[key]\n\n"
    "info key            name             weight  from      share  description\n"
    f"kl                  kl_loss          0.25    c.json:7  16.7%  {ABOUT['kl_loss']}\n"
    f"vq/codebook_loss    codebook_loss    1.0     default   66.7%  {ABOUT['codebook_loss']}\n"
    f"vq/commitment_loss  commitment_loss  0.25    default   16.7%  {ABOUT['commitment_loss']}\n"
    "\nThe trainer itself reads: time, sisdr\n"
)
USAGE = (
    "Usage: loss-factory explain [OPTIONS] FILE\nTry 'loss-factory explain --help' for help.\n\n"
)


@pytest.fixture(autouse=True)
def config(folder: Path) -> None:
    (folder / "c.json").write_text(CONFIG)


def cells(out: str) -> list[list[str]]:
    """The rows of the table without the last column, and without the heading."""
    table = out.split("\n\n")[1].splitlines()[1:]
    return [[each for each in row.split("  ") if each][:-1] for row in table]


def rows(*arguments: str, stdin: str = "") -> list[str]:
    done = typed("explain", *arguments, stdin=stdin)
    assert (done.code, done.err) == (0, "")
    return [" | ".join(each.strip() for each in row) for row in cells(done.out)]


def test_a_model_config() -> None:
    assert typed("explain", "c.json", *FOREIGN) == Done(
        0,
        DAC_RVQ_VAE.replace("c.json:7   ", "c.json:7  ")
        .replace("default   ", "default   ")
        .replace("from       ", "from      "),
    )


def test_another_bottleneck() -> None:
    assert rows("c.json", *FOREIGN, "--bottleneck", "VAEBottleneck") == [
        "kl | kl_loss | 0.25 | c.json:7 | 100%"
    ]


def test_settings() -> None:
    settings = ("kl=1e-4", "kl=0.5", "commitment=null")
    options = [each for s in settings for each in ("--set", f"bottleneck.weights.{s}")]
    assert rows("c.json", *FOREIGN, *options) == [
        "kl | kl_loss | 0.5 | --set bottleneck.weights.kl | 28.6%",
        "vq/codebook_loss | codebook_loss | 1.0 | default | 57.1%",
        "vq/commitment_loss | commitment_loss | 0.25 | default | 14.3%",
    ]


def test_a_setting_of_a_whole_section() -> None:
    setting = 'bottleneck={"weights": {"kl": 2}}'
    assert rows("c.json", *FOREIGN, "--set", setting)[0] == (
        "kl | kl_loss | 2.0 | --set bottleneck | 61.5%"
    )


def test_the_last_setting_is_the_origin() -> None:
    settings = ("--set", "bottleneck.weights.kl=1", "--set", 'bottleneck={"weights": {"kl": 2}}')
    shown = rows("c.json", *FOREIGN, "--bottleneck", "vae", *settings)
    assert shown == ["kl | kl_loss | 2.0 | --set bottleneck | 100%"]


def test_names_are_no_markup() -> None:
    text = '{"[b]:smile:[/b]": 1}'
    options = ("--bottleneck", "fsq", "--foreign-section", "[b]:smile:[/b]")
    assert typed("explain", "-", *options, stdin=text) == Done(
        0, "FSQBottleneck has no losses\n\nThe trainer itself reads: [b]:smile:[/b]\n"
    )


def test_weights_that_are_all_zero_have_no_shares() -> None:
    weights = '{"kl": 0, "codebook": 0.0, "commitment": -0.0}'
    text = f'{{"bottleneck": {{"weights": {weights}}}}}'
    assert rows("-", "--bottleneck", "dac_rvq_vae", stdin=text) == [
        "kl | kl_loss | 0.0 | <stdin>:1 | –",
        "vq/codebook_loss | codebook_loss | 0.0 | <stdin>:1 | –",
        "vq/commitment_loss | commitment_loss | -0.0 | <stdin>:1 | –",
    ]


def test_a_bottleneck_without_losses() -> None:
    assert typed("explain", "-", "--bottleneck", "fsq", stdin='{"time": {}}') == Done(
        0, "FSQBottleneck has no losses\n\nThe trainer itself reads: time\n"
    )


def test_weights_of_no_use_are_warned_of() -> None:
    done = typed(
        "explain", "c.json", *FOREIGN, "--set", "bottleneck.weights.mmd=3", "--bottleneck", "rvq"
    )
    said = "but RVQBottleneck has no use for this weight; it uses 'bottleneck.weights.quantizer'"
    assert done.code == 0
    assert done.out.startswith("RVQBottleneck: total")
    assert (
        done.err
        == f"""\
c.json:7:9: warning: bottleneck.weights.kl is 0.25, {said}
 7 |         "kl": 0.25,
   |         ^^^^
   = at /training/loss_configs/bottleneck/weights/kl
--set bottleneck.weights.mmd: warning: bottleneck.weights.mmd is 3.0, {said}
"""
    )


def test_a_bare_config_needs_a_bottleneck() -> None:
    tags = (
        "vae, rvq, rvq_vae, dac_rvq, dac_rvq_vae, wasserstein, softnorm, tanh, l2_norm, fsq, "
        "dithered_fsq"
    )
    assert typed("explain", "-", stdin="{}") == Done(
        2, "", f"{USAGE}Error: <stdin> doesn't name the bottleneck; say --bottleneck TAG ({tags})\n"
    )


def test_a_bottleneck_that_is_unknown() -> None:
    text = '{"model": {"bottleneck": {"type": "mine"}}}'
    assert typed("explain", "-", stdin=text) == Done(
        1,
        "",
        """\
<stdin>:1:35: error: unknown bottleneck type 'mine'; known are 'vae', 'rvq', 'rvq_vae', 'dac_rvq', \
'dac_rvq_vae', 'wasserstein', 'softnorm', 'tanh', 'l2_norm', 'fsq', 'dithered_fsq'. Or say with \
--bottleneck which of these it trains like
 1 | {"model": {"bottleneck": {"type": "mine"}}}
   |                                   ^^^^^^
   = at /model/bottleneck/type
""",
    )


def test_mistakes_are_all_told() -> None:
    done = typed("explain", "c.json", "--set", "bottleneck.weights.kl=x")
    assert (done.code, done.out) == (1, "")
    told = [line for line in done.err.splitlines() if not line.startswith(" ")]
    assert [line.partition(": error: ")[0] for line in told] == [
        "--set bottleneck.weights.kl",
        "c.json:12:7",
    ]
