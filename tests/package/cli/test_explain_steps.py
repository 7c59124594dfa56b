"""`explain` of weights that change: a small line for each, and what they are at a step."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.cells import cell_len

from loss_factory import plan_objective
from loss_factory.runtime.cli.output import sparkline
from loss_factory.runtime.findings.comparing import compared
from loss_factory.runtime.findings.curves import curve_of
from loss_factory.runtime.findings.explaining import Row
from loss_factory.runtime.model.courses import Scheduled
from loss_factory.runtime.model.schedules import LinearSchedule
from support.command_line import Done, in_terminal, piped, typed

HEADING = "loss-factory, VAEBottleneck: total = sum of weight * value"
OPTIONS = ("--bottleneck", "vae", "--trainer", "loss-factory")
LINEAR = {"schedule": "linear", "start_weight": 0, "end_weight": 1e-4, "end_step": 20000}
COSINE = LINEAR | {"schedule": "cosine", "start_step": 1000, "end_step": 3000}
LOG = {**COSINE, "schedule": "log", "start_weight": 1.0}
EXPONENTIAL = {"schedule": "exponential", "start_weight": 1.0, "rate": 0.99}
CYCLIC = {"schedule": "cyclic", "start_weight": 0.1, "end_weight": 1, "period": 1000, "ramp": 0.5}


def with_kl(weight: object, **sections: object) -> str:
    return json.dumps({"bottleneck": {"weights": {"kl": weight}}, **sections})


def with_decay(decay: float, weight: float = 1.0) -> str:
    return with_kl(1, time={"weights": {"l1": weight}, "decay": decay})


def shown(config: str, *arguments: str) -> Done:
    return typed("explain", "-", *OPTIONS, *arguments, stdin=config)


def explanation(config: str, *arguments: str) -> dict[str, Any]:
    done = shown(config, *arguments, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def lines(out: str) -> list[list[str]]:
    """Name, curve and words of each weight that changes."""
    _, _, rest = out.partition("weight by generator step\n")
    rows = rest.partition("\n\n")[0].splitlines()
    return [[each for each in row.split("  ") if each] for row in rows]


def line(config: str) -> tuple[str, str]:
    """Curve and words of the only weight that changes."""
    done = shown(config)
    assert (done.code, done.err) == (0, "")
    [[_, curve, words]] = lines(done.out)
    return curve.strip(), words.strip()


# The lines


@pytest.mark.parametrize(
    ("weight", "curve", "words"),
    [
        (LINEAR, "▁▂▂▃▄▄▅▅▆▇▇███", "0.0 → 0.0001, steps 0 to 20000 (linear)"),
        (
            LINEAR | {"start_weight": 1, "start_step": 5000},
            "███▇▇▆▅▅▄▄▃▂▂▁▁▁",
            "1.0 → 0.0001, steps 5000 to 20000 (linear)",
        ),
        (COSINE, "▁▁▁▁▂▂▃▄▅▆▇▇████", "0.0 → 0.0001, steps 1000 to 3000 (cosine)"),
        (LOG, "███▄▂▂▁▁▁▁▁▁▁▁▁▁", "1.0 → 0.0001, steps 1000 to 3000 (log)"),
        (LINEAR | {"end_step": 3}, "▁▃▆███", "0.0 → 0.0001, steps 0 to 3 (linear)"),
        (LINEAR | {"start_step": 20000}, "▁▁███", "0.0 → 0.0001 at step 20000 (linear)"),
        (LINEAR | {"end_step": 0}, "▅▅", "0.0001 at each step (linear)"),
        (EXPONENTIAL, "█▆▄▃▂▂▂▁▁▁▁▁", "1.0 → 0.0099, steps 0 to 459, and on (exponential)"),
        (
            EXPONENTIAL | {"start_step": 100, "floor": 0.1},
            "███▇▅▄▄▃▂▂▂▁▁▁▁▁",
            "1.0 → 0.1, steps 100 to 330 (exponential)",
        ),
        (EXPONENTIAL | {"rate": 1}, "▅▅", "1.0 at each step (exponential)"),
        (EXPONENTIAL | {"floor": 2}, "▅▅", "2.0 at each step (exponential)"),
        (CYCLIC, "▁▃▅▇████▁▃▅▇████", "0.1 → 1.0 in the first 500 of each 1000 steps (cyclic)"),
        (
            CYCLIC | {"period": 2, "ramp": 1},
            "▁█▁█",
            "0.1 → 0.55 in the first 2 of each 2 steps (cyclic)",
        ),
    ],
)
def test_a_schedule(weight: dict[str, object], curve: str, words: str) -> None:
    assert line(with_kl(weight)) == (curve, words)


@pytest.mark.parametrize(
    ("decay", "curve", "words"),
    [
        (0.9999, "█▆▄▃▂▂▂▁▁▁▁▁", "0.9999 → 0.01, steps 0 to 46042, and on (decay 0.9999)"),
        (1.01, "▁▁▁▁▁▁▂▂▃▄▆█", "1.01 → 100.0, steps 0 to 463, and on (decay 1.01)"),
        (0, "▅▅", "0.0 at each step (decay 0.0)"),
        (0.99999999, "▅▅", "1.0 at each step (decay 0.99999999)"),  # float32 makes it 1
    ],
)
def test_a_decay(decay: float, curve: str, words: str) -> None:
    assert line(with_decay(decay)) == (curve, words)


@pytest.mark.parametrize(
    "config", [with_kl(EXPONENTIAL | {"rate": 1 - 2**-53}), with_decay(1 - 1e-7)]
)
def test_so_slow_that_no_loop_would_end(config: str) -> None:
    curve, words = line(config)
    assert (curve[0], curve[-1]) == ("█", "▁")
    assert "→ 0.01, steps 0 to " in words


KINDS = ("linear", "cosine", "log", "exponential", "cyclic")


def schedules(kind: str) -> Iterator[dict[str, Any]]:
    """Schedules of a kind, at random, that last a few hundred steps."""
    drawn = Random(kind)
    for _ in range(100):
        start, end = (10 ** drawn.uniform(-6, 3) for _ in range(2))
        first = drawn.choice([0, drawn.randrange(50)])
        schedule = {"schedule": kind, "start_weight": start}
        if kind == "exponential":
            floor = drawn.choice([0.0, end])
            rate = drawn.uniform(0.5, 1)
            yield schedule | {"rate": rate, "start_step": first, "floor": floor}
        elif kind == "cyclic":
            period = drawn.randint(1, 100)
            yield schedule | {"end_weight": end, "period": period, "ramp": drawn.uniform(0.01, 1)}
        else:
            last = first + drawn.randrange(100)
            yield schedule | {"end_weight": end, "start_step": first, "end_step": last}


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_is_lowest_and_highest_where_the_weight_is(kind: str) -> None:
    for schedule in schedules(kind):
        config = {"bottleneck": {"weights": {"kl": schedule}}}
        course = plan_objective("vae", config, trainer="loss-factory").courses["kl_loss"]
        points = curve_of(course).points
        steps, weights = zip(*points, strict=True)
        curve = sparkline(weights)
        assert [*steps] == sorted(steps)
        assert len(curve) == len(steps) <= 16
        there = {course.at(step) for step in range(steps[0], steps[-1] + 1)}
        assert (min(weights), max(weights)) == (min(there), max(there))
        if len(there) > 1:
            by_height = dict(zip(weights, curve, strict=True))
            assert [by_height[each] for each in (min(there), max(there))] == ["▁", "█"]
            heights = [by_height[each] for each in sorted(by_height)]
            assert heights == sorted(heights)


# At a step


def test_the_table_says_for_which_step_it_is() -> None:
    config = with_kl(LINEAR, time={"weights": {"l1": 0.5}})
    for arguments, step, weight in (((), 0, "0.0"), (("--step", "12345"), 12345, "6.1725e-05")):
        done = shown(config, *arguments)
        assert done.code == 0
        rows = [line.split() for line in done.out.splitlines()]
        assert done.out.startswith(f"{HEADING}, weights at step {step}\n")
        assert [row[:3] for row in rows[3:5]] == [
            ["l1_time_loss", "time", "0.5"],
            ["kl_loss", "bottleneck", weight],
        ]


def test_nothing_is_said_of_steps_if_nothing_changes() -> None:
    done = shown(with_kl(1e-4), "--step", "12345")
    assert done.out.startswith(f"{HEADING}\n")
    assert "step" not in done.out


def test_weights_that_change_stand_below_their_table() -> None:
    config = with_kl(LINEAR, time={"weights": {"l1": 0.1}, "decay": 0.9999})
    after = shown(config).out.partition("normal\n\n")[2]
    assert (
        after.partition("\n\n")[0]
        == """\
name          curve           weight by generator step
l1_time_loss  █▆▄▃▂▂▂▁▁▁▁▁    0.09999 → 0.001, steps 0 to 46042, and on (decay 0.9999)
kl_loss       ▁▂▂▃▄▄▅▅▆▇▇███  0.0 → 0.0001, steps 0 to 20000 (linear)"""
    )


def test_a_constant_multiplies_the_whole_line() -> None:
    """The losses of one side of a stereo signal have half of the weight."""
    spectral = {"config": {"window": "hann_window"}, "weights": {"mrstft": LINEAR}}
    done = typed(
        *("explain", "-", "--bottleneck", "vae", "--trainer", "0.0.19", "--channels", "2"),
        stdin=with_kl(1, spectral=spectral, time={"weights": {}}),
    )
    assert done.code == 0
    assert [(name, words.split(",")[0].strip()) for name, _, words in lines(done.out)] == [
        ("mrstft_loss", "0.0 → 0.0001"),
        ("stft_loss_left", "0.0 → 5e-05"),
        ("stft_loss_right", "0.0 → 5e-05"),
    ]


def test_for_programs() -> None:
    config = with_kl(LINEAR, time={"weights": {"l1": 0.5, "l2": 1}, "decay": 0.5})
    found = explanation(config, "--step", "2", "--set", "time.weights.l2=null")
    assert found["step"] == 2
    assert {each["name"]: each["schedule"] for each in found["losses"]} == {
        "l1_time_loss": {"decay": 0.5},
        "kl_loss": LINEAR | {"start_step": 0},
    }
    assert [each["weight"] for each in found["losses"]] == [0.0625, pytest.approx(1e-8)]
    constant = explanation(with_kl(1))
    assert constant["step"] == 0
    assert [each["schedule"] for each in constant["losses"]] == [None]


@pytest.mark.parametrize("step", ["-1", "0.5", "x"])
def test_a_step_that_is_none(step: str) -> None:
    done = shown(with_kl(1), "--step", step)
    assert (done.code, done.out) == (2, "")
    assert "Error: Invalid value for '--step': " in done.err


def test_a_weight_that_has_grown_too_large() -> None:
    config = with_decay(1e20)
    assert shown(config).code == 0
    done = shown(config, "--step", "1")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        "Error: the weight of 'l1_time_loss' is too large for float32 at step 1\n"
    )


# Two trainers

DISCRIMINATOR = {
    "type": "encodec",
    "config": {"filters": 8},
    "decay": 0.5,
    "weights": {"adversarial": 0.1, "feature_matching": LINEAR},
}
DIFFERENT = {
    "bottleneck": {"weights": {"kl": LINEAR}},
    "discriminator": DISCRIMINATOR,
    "spectral": {"config": {"window": "hann_window"}, "weights": {"mrstft": 0.0}},
    "time": {"weights": {"l1": 0.5}, "decay": 0.5},
}
CLAP = {"weights": {"clap": CYCLIC}}
DIFF = ("explain", "-", "--bottleneck", "vae", "--channels", "1", "--diff", "0.0.19", "0.0.20")


def test_two_trainers() -> None:
    """One of them reads no decay of the discriminator's section."""
    done = typed(*DIFF, "--step", "10000", stdin=json.dumps(DIFFERENT))
    assert done.code == 0
    heading, _, *rows = done.out.splitlines()
    assert heading == (
        "VAEBottleneck, 1 channel: what two trainers make of this config, weights at step 10000"
    )
    told = {row.split()[0]: row.split()[1:] for row in rows if row.count("  ") > 1}
    assert told["loss_adv"] == ["0.1", "0.0", "weight"]
    assert told["feature_matching_loss"] == told["kl_loss"] == ["5e-05", "5e-05"]
    assert told["l1_time_loss"] == ["0.0", "0.0"]
    assert (
        """
loss_adv
  stable-audio-tools 0.0.19: weight 0.1
  stable-audio-tools 0.0.20: weight 0.05 → 0.00039, steps 0 to 7, and on (decay 0.5)
"""
        in done.out
    )


def test_a_decay_of_nothing_is_no_difference() -> None:
    weights = {"adversarial": 0.0, "feature_matching": LINEAR}
    config = DIFFERENT | {"discriminator": DISCRIMINATOR | {"weights": weights}}
    rows = typed(*DIFF, stdin=json.dumps(config)).out.splitlines()
    [row] = [row.split() for row in rows if row.startswith("loss_adv  ")]
    assert row == ["loss_adv", "0.0", "0.0"]


def test_schedules_that_differ_at_other_steps_only() -> None:
    """No two of our trainers do that; those of an overlay may."""
    rows = [
        Row(
            *("KLLoss", "generator", "kl_loss", "bottleneck"),
            *(0.0, scale, Scheduled(LinearSchedule.model_validate(LINEAR), scale), "default"),
            *(("kl",), None, ""),
        )
        for scale in (1.0, 1.0, 0.5)
    ]
    assert [pair.differs for pair in compared(rows[:1], rows[1:2])] == [()]
    assert [pair.differs for pair in compared(rows[:1], rows[2:])] == [("weight",)]


def test_two_trainers_for_programs() -> None:
    found = json.loads(typed(*DIFF, "--json", stdin=json.dumps(DIFFERENT)).out)
    by_name = {each["name"]: each for each in found["losses"]}
    assert found["step"] == 0
    assert by_name["loss_adv"]["schedules"] == [None, {"decay": 0.5}]
    assert by_name["loss_adv"]["weights"] == [0.1, pytest.approx(0.05)]
    assert by_name["kl_loss"]["schedules"] == [LINEAR | {"start_step": 0}] * 2
    alone = json.loads(typed(*DIFF, "--json", stdin=with_kl(LINEAR, clap=CLAP)).out)
    [clap] = [each for each in alone["losses"] if each["name"] == "clap_loss"]
    assert (clap["weights"], clap["schedules"]) == ([None, pytest.approx(0.1)], [None, CYCLIC])


# Where it is shown


def test_without_unicode() -> None:
    arguments = ("explain", "-", *OPTIONS)
    done = piped(*arguments, stdin=with_kl(CYCLIC).encode(), PYTHONIOENCODING="ascii:strict")
    assert done.code == 0
    assert lines(done.out) == [
        ["kl_loss", ".-+#@@@@.-+#@@@@", "0.1 -> 1.0 in the first 500 of each 1000 steps (cyclic)"]
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_terminal_of_80_columns(folder: Path) -> None:
    (folder / "c.json").write_text(with_decay(0.9999), encoding="utf-8")
    screen = in_terminal("explain", "c.json", *OPTIONS)
    assert screen.code == 0
    drawn = screen.text.partition("\nname ")[2].partition("\nname ")[2]
    assert "l1_time_loss  █▆▄▃▂▂▂▁▁▁▁▁" in drawn
    assert "0.9999 → 0.01, steps 0 to 46042, and on (decay 0.9999)" in drawn
    assert max(map(cell_len, drawn.splitlines())) <= 80
