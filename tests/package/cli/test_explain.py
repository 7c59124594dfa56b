"""`explain`: the losses that training will have, and where their weights come from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

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
WHOLE_ABOUT = loss_descriptions(TABLES.folder)
ABOUT = {name: re.split("[:;.]", text)[0] for name, text in WHOLE_ABOUT.items()}
OLD, NEW = "stable-audio-tools 0.0.19", "stable-audio-tools 0.0.20"
TOTAL = "total = sum of weight * value"
OF_0_0_19 = f"""\
{OLD}, DACRVQVAEBottleneck: {TOTAL}

name             section     weight  from       value               description
l1_time_loss     time        1.0     c.json:10  reals, decoded      {ABOUT["L1TimeLoss"]}
kl_loss          bottleneck  0.25    c.json:7   kl                  {ABOUT["KLLoss"]}
codebook_loss    bottleneck  1.0     default    vq/codebook_loss    {ABOUT["CodebookLoss"]}
commitment_loss  bottleneck  0.25    default    vq/commitment_loss  {ABOUT["CommitmentLoss"]}

The trainer puts into info: reals, decoded, kl, vq/codebook_loss, vq/commitment_loss

The trainer itself reads: sisdr
"""
WHOLE = """\
{
  "model": {"bottleneck": {"type": "vae"}, "io_channels": 2},
  "training": {
    "teacher_model": null,
    "loss_configs": {
      "discriminator": {"type": "encodec", "config": {"filters": 8},
        "weights": {"adversarial": 0.1, "feature_matching": 5}},
      "spectral": {"config": {"fft_sizes": [64], "hop_sizes": [16], "win_lengths": [64]},
        "weights": {"mrstft": 1}},
      "time": {"weights": {"l1": 0, "l2": 0.5, "mmd": 1}},
      "clap": {"weights": {"clap": 1}},
      "bottleneck": {"weights": {"kl": 1e-4}}
    }
  }
}
"""
USAGE = (
    "Usage: loss-factory explain [OPTIONS] FILE\nTry 'loss-factory explain --help' for help.\n\n"
)


@pytest.fixture(autouse=True)
def config(folder: Path) -> None:
    (folder / "c.json").write_text(CONFIG)
    (folder / "whole.json").write_text(WHOLE)


def shown(*arguments: str, stdin: str = "") -> Done:
    """What `explain` says; of 0.0.19, unless the arguments name others."""
    is_said = {"--trainer", "--diff"} & {*arguments}
    return typed("explain", *arguments, *([] if is_said else ["--trainer", OLD]), stdin=stdin)


def explanation(*arguments: str, stdin: str = "") -> dict[str, Any]:
    """What `--json` says."""
    done = shown(*arguments, "--json", stdin=stdin)
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def rows(*arguments: str, stdin: str = "") -> list[str]:
    """What is said of the losses of the bottleneck: key, name, weight, and where it is from."""
    return [
        " | ".join(map(str, (*each["reads"], each["name"], each["weight"], each["from"])))
        for each in explanation(*arguments, stdin=stdin)["losses"]
        if each["section"] == "bottleneck"
    ]


def names(*arguments: str) -> list[str]:
    return [each["name"] for each in explanation("whole.json", *arguments)["losses"]]


def test_a_model_config() -> None:
    done = shown("c.json", *FOREIGN)
    assert (done.code, done.out) == (0, OF_0_0_19)
    assert [line for line in done.err.splitlines() if not line.startswith(" ")] == [
        f"c.json:4:5: warning: 'spectral' is missing, and {OLD} can't do without it",
        f"c.json:11:16: warning: {OLD} can't use null here; leave 'mrmel' out",
    ]


def test_the_whole_objective() -> None:
    """Channels come from the model; what the trainer ignores is named."""
    done = shown("whole.json")
    assert done.code == 0
    about, _, rest = done.out.partition(": ")
    assert about == f"{OLD}, VAEBottleneck, 2 channels"
    assert "name                   section        weight  from                value " in rest
    assert "stft_loss_left         spectral       0.5     0.5 × whole.json:9  reals_left, " in rest
    assert f"\n\ndiscriminator: {TOTAL}\n\nname                section  weight  from   " in rest
    assert "\ndiscriminator_loss  –        1.0     fixed  loss_dis " in rest
    assert rest.endswith(
        "The trainer puts into info: loss_adv, feature_matching_distance, reals, decoded, "
        "reals_left, decoded_left, reals_right, decoded_right, kl, loss_dis\n\n"
        "Not read by this trainer: clap, time.weights.mmd\n\n"
        "Read by stable-audio-tools 0.0.20: clap, time.weights.mmd\n\n"
        "Read by loss-factory: time.weights.mmd\n"
    )


def test_for_programs() -> None:
    found = explanation("whole.json")
    assert {name: found[name] for name in found if name != "losses"} == {
        "trainer": OLD,
        "bottleneck": "VAEBottleneck",
        "channels": 2,
        "teacher": False,
        "step": 0,
        "info": [
            *("loss_adv", "feature_matching_distance", "reals", "decoded"),
            *("reals_left", "decoded_left", "reals_right", "decoded_right", "kl", "loss_dis"),
        ],
        "unread": ["clap", "time.weights.mmd"],
    }
    assert found["losses"][3] == {
        "turn": "generator",
        "name": "stft_loss_left",
        "section": "spectral",
        "weight": 0.5,
        "schedule": None,
        "scale": 0.5,
        "from": "0.5 × whole.json:9",
        "reads": ["reals_left", "decoded_left"],
        "if": None,
    }


def test_channels_and_teachers() -> None:
    adversarial, rest = ["loss_adv", "feature_matching_loss"], ["l2_time_loss", "kl_loss"]
    end = [*rest, "discriminator_loss"]
    stereo = ["mrstft_loss", "stft_loss_left", "stft_loss_right"]
    assert names() == [*adversarial, *stereo, *end]
    assert names("--channels", "1") == [*adversarial, "mrstft_loss", *end]
    taught = [
        *("latent_distill_loss", "mrstft_loss", "mrstft_loss_distill"),
        *("mrstft_loss_own_latents_teacher", "mrstft_loss_teacher_latents_own"),
    ]
    assert names("--teacher") == [*adversarial, *taught, *end]
    assert names("--set", "time.weights.l1=1")[5:7] == ["l1_time_loss", "l2_time_loss"]


def test_a_teacher_in_the_config(folder: Path) -> None:
    text = WHOLE.replace('"teacher_model": null', '"teacher_model": {}')
    found = explanation("-", stdin=text)
    assert found["teacher"] is True
    assert found["losses"][2]["name"] == "latent_distill_loss"


def test_channels_that_nobody_says() -> None:
    """What depends on them is marked."""
    done = shown("-", stdin=WHOLE.replace(', "io_channels": 2', ""))
    assert done.code == 0
    assert done.out.startswith(f"{OLD}, VAEBottleneck: {TOTAL}\n")
    marked = [line.split()[0] for line in done.out.splitlines() if "  2 channels  " in line]
    assert marked == ["stft_loss_left", "stft_loss_right"]


def test_what_the_model_puts_out_counts_more() -> None:
    text = WHOLE.replace('"io_channels": 2', '"io_channels": 2, "out_channels": 1')
    assert explanation("-", stdin=text)["channels"] == 1


def test_an_autoencoder_without_a_bottleneck() -> None:
    found = explanation("-", stdin=WHOLE.replace('"bottleneck": {"type": "vae"}, ', ""))
    assert found["bottleneck"] is None
    assert [each["section"] for each in found["losses"]][-2:] == ["time", None]


@pytest.mark.parametrize("name", ["0.0.19", OLD])
def test_a_trainer(name: str) -> None:
    assert explanation("whole.json", "--trainer", name)["trainer"] == OLD


def test_the_default_is_the_last_that_is_assumed() -> None:
    """Ours is not: no config is checked for it unasked."""
    done = typed("explain", "whole.json", "--json")
    assert json.loads(done.out)["trainer"] == NEW


def test_ours() -> None:
    complete = {
        "reconstruction": {"type": "l2"},
        "adversarial": {"weight": 0.1, "config": {"a": 1}},
        "bottleneck": {"weights": {"kl": 1e-5}},
    }
    options = ("--bottleneck", "vae", "--trainer", "loss-factory")
    found = explanation("-", *options, stdin=json.dumps(complete))
    assert [(each["name"], each["weight"]) for each in found["losses"]] == [
        ("reconstruction_loss", 1.0),
        ("adversarial_loss", 0.1),
        ("kl_loss", 1e-5),
        ("discriminator_loss", 1.0),
    ]
    assert found["unread"] == ["adversarial.config"]


def test_another_bottleneck() -> None:
    assert rows("c.json", *FOREIGN, "--bottleneck", "VAEBottleneck") == [
        "kl | kl_loss | 0.25 | c.json:7"
    ]


def test_settings() -> None:
    settings = ("kl=1e-4", "kl=0.5", "commitment=null")
    options = [each for s in settings for each in ("--set", f"bottleneck.weights.{s}")]
    assert rows("c.json", *FOREIGN, *options) == [
        "kl | kl_loss | 0.5 | --set bottleneck.weights.kl",
        "vq/codebook_loss | codebook_loss | 1.0 | default",
        "vq/commitment_loss | commitment_loss | 0.25 | default",
    ]


def test_a_setting_of_a_whole_section() -> None:
    setting = 'bottleneck={"weights": {"kl": 2}}'
    assert rows("c.json", *FOREIGN, "--set", setting)[0] == "kl | kl_loss | 2.0 | --set bottleneck"


def test_the_last_setting_is_the_origin() -> None:
    settings = ("--set", "bottleneck.weights.kl=1", "--set", 'bottleneck={"weights": {"kl": 2}}')
    shown = rows("c.json", *FOREIGN, "--bottleneck", "vae", *settings)
    assert shown == ["kl | kl_loss | 2.0 | --set bottleneck"]


def test_names_are_no_markup() -> None:
    text = '{"[b]:smile:[/b]": 1}'
    options = ("--bottleneck", "fsq", "--foreign-section", "[b]:smile:[/b]")
    assert shown("-", *options, stdin=text) == Done(
        0, f"{OLD}, FSQBottleneck: no losses\n\nThe trainer itself reads: [b]:smile:[/b]\n"
    )


def test_weights_that_are_all_zero() -> None:
    weights = '{"kl": 0, "codebook": 0.0, "commitment": -0.0}'
    text = f'{{"bottleneck": {{"weights": {weights}}}}}'
    assert rows("-", "--bottleneck", "dac_rvq_vae", stdin=text) == [
        "kl | kl_loss | 0.0 | <stdin>:1",
        "vq/codebook_loss | codebook_loss | 0.0 | <stdin>:1",
        "vq/commitment_loss | commitment_loss | -0.0 | <stdin>:1",
    ]


def test_a_bottleneck_without_losses() -> None:
    assert shown("-", "--bottleneck", "fsq", stdin='{"time": {}}') == Done(
        0, f"{OLD}, FSQBottleneck: no losses\n"
    )


def test_weights_of_no_use_are_warned_of() -> None:
    text = CONFIG.replace('"mrmel": null', '"spectral": {"config": {}, "weights": {"mrstft": 1}}')
    settings = ("--set", "bottleneck.weights.mmd=3", "--bottleneck", "rvq")
    done = shown("-", *FOREIGN, *settings, stdin=text)
    said = "but RVQBottleneck has no use for this weight; it uses 'bottleneck.weights.quantizer'"
    assert done.code == 0
    assert done.out.startswith(f"{OLD}, RVQBottleneck: {TOTAL}")
    assert (
        done.err
        == f"""\
<stdin>:7:9: warning: bottleneck.weights.kl is 0.25, {said}
 7 |         "kl": 0.25,
   |         ^^^^
   = at /training/loss_configs/bottleneck/weights/kl
--set bottleneck.weights.mmd: warning: bottleneck.weights.mmd is 3.0, {said}
"""
    )


def test_a_model_type_that_reads_no_loss_config() -> None:
    text = CONFIG.replace('"model": {', '"model_type": "diffusion_autoencoder", "model": {', 1)
    done = shown("-", *FOREIGN, "--set", "bottleneck.weights.kl=3", stdin=text)
    adds = "what the bottleneck adds to the trainer's own losses = sum of weight * value"
    assert done.out.startswith(f"{OLD}, DACRVQVAEBottleneck: {adds}\n\nname")
    assert re.search(r"^kl_loss +bottleneck +1e-06 +default +kl ", done.out, re.MULTILINE)
    assert f"{OLD} reads no loss_configs in a training of model_type" in done.err
    assert "bottleneck.weights.kl stays 1e-06" in done.err
    assert "can't" not in done.err
    text = text.replace("diffusion_autoencoder", "diffusion_cond")
    assert f"{OLD}, DACRVQVAEBottleneck: no losses\n" in shown("-", *FOREIGN, stdin=text).out


def test_a_bare_config_needs_a_bottleneck() -> None:
    tags = (
        "vae, rvq, rvq_vae, dac_rvq, dac_rvq_vae, wasserstein, softnorm, tanh, l2_norm, fsq, "
        "dithered_fsq"
    )
    assert shown("-", stdin="{}") == Done(
        2, "", f"{USAGE}Error: <stdin> doesn't name the bottleneck; say --bottleneck TAG ({tags})\n"
    )


def test_a_bottleneck_that_is_unknown() -> None:
    text = '{"model": {"bottleneck": {"type": "mine"}}}'
    assert shown("-", stdin=text) == Done(
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
    done = shown("c.json", "--set", "bottleneck.weights.kl=x")
    assert (done.code, done.out) == (1, "")
    told = [line for line in done.err.splitlines() if not line.startswith(" ")]
    assert [line.partition(": error: ")[0] for line in told] == [
        "--set bottleneck.weights.kl",
        "c.json:12:7",
    ]


# Two trainers

DIFFERENCES = f"""\
VAEBottleneck, 2 channels: what two trainers make of this config

name                   weight in {OLD}  in {NEW}  differs in
loss_adv               0.1                                  0.1
feature_matching_loss  5.0                                  5.0
mrstft_loss            1.0                                  1.0                           value
lr_stft_loss           –                                    1.0
clap_loss              –                                    1.0
stft_loss_left         0.5                                  –
stft_loss_right        0.5                                  –
l2_time_loss           0.5                                  0.5
mmd_time_loss          –                                    1.0
kl_loss                0.0001                               0.0001

discriminator
name                weight in {OLD}  in {NEW}  differs in
discriminator_loss  1.0                                  1.0

mrstft_loss
  {OLD}: {WHOLE_ABOUT["STFTLoss"]}
  {NEW}: {WHOLE_ABOUT["TightSTFTLoss"]}

A missing value is an error in {OLD}, and leaves the loss out in {NEW}

Only {OLD} takes from info: reals_left, decoded_left, reals_right, decoded_right

Not read by {OLD}: clap, time.weights.mmd

Only {NEW} takes from info: clap_loss
"""


def test_two_trainers() -> None:
    assert shown("whole.json", "--diff", "0.0.19", NEW) == Done(0, DIFFERENCES)


def test_two_trainers_for_programs() -> None:
    found = explanation("whole.json", "--diff", "0.0.20", "0.0.19")
    assert (found["trainers"], found["missing"]) == ([NEW, OLD], ["skip", "error"])
    assert found["unread"] == [[], ["clap", "time.weights.mmd"]]
    assert [len(each) for each in found["info"]] == [7, 10]
    by_name = {each["name"]: each for each in found["losses"]}
    assert by_name["mrstft_loss"]["differs"] == ["value"]
    assert by_name["lr_stft_loss"]["weights"] == [1.0, None]
    assert by_name["stft_loss_left"]["weights"] == [None, 0.5]
    assert by_name["kl_loss"] == {
        "turn": "generator",
        "name": "kl_loss",
        "weights": [1e-4, 1e-4],
        "schedules": [None, None],
        "differs": [],
    }


def test_what_either_of_two_trainers_fails_on() -> None:
    text = WHOLE.replace('"time":', '"mrmel": null, "time":')
    told = shown("-", "--diff", OLD, NEW, stdin=text).err.splitlines()[0]
    assert told.endswith(f"warning: {OLD} and 0.0.20 can't use null here; leave 'mrmel' out")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--diff", "0.0.19", "loss-factry"),
            "Invalid value for '--diff': unknown trainer 'loss-factry'; did you mean "
            "'loss-factory'?",
        ),
        (
            ("--diff", "0.0.19", OLD),
            f"Invalid value for '--diff': expected two trainers, not {OLD} twice",
        ),
        (
            ("--diff", "0.0.19", "0.0.20", "--trainer", "0.0.19"),
            "--diff names two trainers; leave --trainer out",
        ),
    ],
)
def test_two_trainers_that_are_none(options: tuple[str, ...], message: str) -> None:
    assert shown("whole.json", *options) == Done(2, "", f"{USAGE}Error: {message}\n")
