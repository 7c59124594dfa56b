"""Configs in YAML: what they mean, where something is wrong in them, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import omegaconf
import pytest
import yaml

from loss_factory import LossConfigError, ValueLoss, load_config, plan_losses

SCALARS = (
    *(
        "1",
        "-3",
        "+2",
        "0",
        "010",
        "0x1F",
        "0b101",
        "1_000",
        "1:30",
        "-1:30",
        "1:30.5",
        "190:20:30",
    ),
    *("1.5", "1.", ".5", "-.5", "1e4", "1e-4", "5E-06", "1.0e4", "1.0e-4", "1_0.5", "1e", ".e1"),
    *("true", "True", "yes", "Yes", "on", "ON", "no", "off", "FALSE", "y", "n", "tRUE"),
    *("~", "null", "NULL", "''", '"1e-4"', "'yes'", "2024-01-01", "a b", "0o17", "1.2.3"),
    *("!!float 1", "!!str 1", "!!int 3", "!!float 1e-4", "!!bool yes", "!!null ~", "!!str yes"),
)


def load(folder: Path, text: str, **arguments: Any) -> Any:
    file = folder / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return load_config(file, **arguments)


def refusals(folder: Path, text: str, **arguments: Any) -> list[str]:
    """What is said of a file, without its name."""
    with pytest.raises(LossConfigError) as caught:
        load(folder, text, **arguments)
    return [str(each).removeprefix(f"{folder}/config.yaml:") for each in caught.value.problems]


@pytest.mark.parametrize("scalar", SCALARS)
def test_scalars_mean_what_they_do_in_omegaconf(scalar: str, tmp_path: Path) -> None:
    """Hydra reads its configs with it."""
    config = load(tmp_path, f"time: {{config: {{a: {scalar}}}, weights: {{}}}}")
    found = config.time.config["a"]
    expected = omegaconf.OmegaConf.create(f"a: {scalar}").a
    assert (type(found), found) == (type(expected), expected)


def test_a_model_config(tmp_path: Path) -> None:
    text = """\
model_type: autoencoder
optimizer: !torch.optim.AdamW {lr: .nan}  # not ours
warm: &warm
  kl: {schedule: linear, start_weight: 0, end_weight: 1e-4, end_step: 20_000}
training:
  loss_configs:
    bottleneck:
      type: kl
      weights:
        <<: [*warm, {kl: 7, mmd: 75}]
        mmd: 50  # wins
    reconstruction: {type: "l2", weight: 1.0}
"""
    weights = load(tmp_path, text).bottleneck.weights
    assert weights.kl.end_weight == 1e-4
    assert weights.kl.end_step == 20_000
    assert weights.mmd == 50


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "bottleneck:\n  weights: {k1: 1}",
            "2:13: /bottleneck/weights/k1: unknown key 'k1'; did you mean 'kl'?",
        ),
        (
            "bottleneck: {weights: {kl: '1e-4'}}",
            '1:28: /bottleneck/weights/kl: expected a number or null, not the string "1e-4"',
        ),
        (
            "bottleneck: {weights: {kl: yes}}",
            "1:28: /bottleneck/weights/kl: expected a number or null, not true; YAML reads yes as "
            "true",
        ),
        (
            "bottleneck: {weights: {kl: true}}",
            "1:28: /bottleneck/weights/kl: expected a number or null, not true",
        ),
        (
            "adversarial: {weight: 1, type: off}",
            "1:32: /adversarial/type: expected 'hinge' or 'lsgan' or null, not false; YAML reads "
            "off as false, unless it stands in quotes",
        ),
        (
            "bottleneck: {weights: {kl: 1, 'kl': 2}}",
            "1:31: /bottleneck/weights/kl: duplicate key; the first one stands in line 1",
        ),
        (
            "bottleneck: {weights: {kl: .nan}}",
            "1:28: /bottleneck/weights/kl: expected a finite number, not .nan",
        ),
        (
            "bottleneck: {weights: {kl: 1e400}}",
            "1:28: /bottleneck/weights/kl: the number 1e400 is too large",
        ),
        (
            f"bottleneck: {{weights: {{kl: {'9' * 5000}}}}}",
            f"1:28: /bottleneck/weights/kl: the number {'9' * 23}… has too many digits",
        ),
        (
            "bottleneck: {weights: {kl: !decay 1}}",
            "1:28: /bottleneck/weights/kl: YAML tags are not read; leave out !decay",
        ),
        (
            "bottleneck: !!python/object/apply:os.getcwd []",
            "1:13: /bottleneck: YAML tags are not read; leave out !!python/object/apply:o…",
        ),
        (
            "bottleneck: {type: !!int 1.5}",
            "1:20: /bottleneck/type: 1.5 is no int, which its tag says",
        ),
        (
            'bottleneck: {type: "\\uD800"}',
            "1:20: /bottleneck/type: a string holds half of a surrogate pair",
        ),
        (
            "x: &x {weights: {k1: 1}}\ntraining:\n  loss_configs: {bottleneck: *x}",
            "1:18: /training/loss_configs/bottleneck/weights/k1: unknown key 'k1'; did you mean "
            "'kl'?",
        ),
        (
            "bottleneck: {<<: {weights: {kl: 1}}, <<: {weights: {kl: 2}}}",
            "1:38: /bottleneck/<<: duplicate key; list what to merge after one",
        ),
        (
            f"bottleneck: {{weights: {{kl: 1{180 * ':0'}}}}}",
            "1:28: /bottleneck/weights/kl: expected a number that fits into a float or null, not "
            "an integer of about 320 digits",
        ),
        (
            f"bottleneck: {{weights: {{kl: 1{3000 * ':0'}}}}}",
            "1:28: /bottleneck/weights/kl: the number 1:0:0:0:0:0:0:0:0:0:0:0… has too many digits",
        ),
        ("- 1", "1:1: expected an object, not an array"),
    ],
)
def test_what_is_wrong_and_where(text: str, message: str, tmp_path: Path) -> None:
    assert refusals(tmp_path, text) == [message]


@pytest.mark.parametrize(
    ("text", "place"), [("1: 2", "1:1: /1"), ("bottleneck: {2: 3}", "1:14: /bottleneck/2")]
)
def test_an_unknown_key_that_is_no_string_is_one_mistake(
    tmp_path: Path, text: str, place: str
) -> None:
    key = place[-1]
    said = [f"{place}: expected a string for a key, not {key}; put it into quotes"]
    assert refusals(tmp_path, text) == said


def test_a_key_that_is_no_string(tmp_path: Path) -> None:
    said = refusals(tmp_path, "time: {config: {on: 1, 2: 3}, weights: {}}")
    assert said == [
        "1:17: /time/config/on: expected a string for a key, not true; YAML reads on as that; put "
        "it into quotes",
        "1:24: /time/config/2: expected a string for a key, not 2; put it into quotes",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: the text is empty; expected a mapping"),
        ("# nothing\n", "1:1: the text is empty; expected a mapping"),
        ("\ufeffa: 1", "1:1: the text begins with a byte order mark; save it as UTF-8 without one"),
        ("bottleneck:\n\tweights: {}", "2:1: a tab can't indent a line of YAML; write spaces"),
        ("a: {}\n---\nb: {}", "2:1: a second document begins here; expected only one"),
        ("? [a]\n: 1", "1:3: expected a string for a key, not a sequence"),
        ("? {a: 1}\n: 1", "1:3: expected a string for a key, not a mapping"),
        ("a: *b", "1:4: there is no anchor &b before this"),
        ("a: &b [*b]", "1:8: *b stands in what it refers to"),
        ("<<: 1", "1:5: expected a mapping, or a list of mappings, to merge after <<"),
        ("a: @b", "1:4: a value can't begin with '@' unless it stands in quotes"),
        ("a: \x07", "1:4: YAML has no character '\\x07'"),
        ('a: "\\UFFFFFFFF"', "1:5: this escape is no character"),
        (
            "a: b: c",
            "1:5: a ':' can't stand here; put a text that holds one into quotes, or mend the "
            "indentation",
        ),
        ("a: 1\nb", "2:2: expected ':' after the key before this"),
        ("a: [1,\n", "2:1: expected a value, but the text ends here"),
        ("[" * 101, "1:101: nested more than 100 levels deep"),
        ("a: &a " + "[" * 60 + "]" * 60 + "\nb: " + "[" * 60 + "*a" + "]" * 60, None),
    ],
)
def test_what_can_not_be_read(text: str, message: str | None, tmp_path: Path) -> None:
    expected = message or "1:47: nested more than 100 levels deep"
    assert refusals(tmp_path, text) == [expected]


def test_aliases_that_blow_up(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for number in range(1, 30):
        lines.append(f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 10)}]")
    [said] = refusals(tmp_path, "\n".join(lines))
    assert said.endswith("holds more than 100,000 values, each alias being what it refers to")


def test_merges_that_blow_up(tmp_path: Path) -> None:
    lines = ["a0: &a0 {x: 1}"]
    for number in range(1, 60):
        lines.append(f"a{number}: &a{number} {{<<: [*a{number - 1}, *a{number - 1}]}}")
    [said] = refusals(tmp_path, "\n".join(lines))
    assert said.endswith("holds more than 100,000 values, each alias being what it refers to")


def test_a_long_file(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("#" * 200_001)
    with pytest.raises(LossConfigError) as caught:
        load_config(file)
    assert str(caught.value) == (
        f"{file}: is longer than 200,000 characters, the most of YAML that is read"
    )


def test_without_the_library(tmp_path: Path) -> None:
    """One clear error for YAML; JSON needs nothing."""
    (tmp_path / "ruamel").mkdir()
    (tmp_path / "ruamel" / "__init__.py").touch()  # hides it
    (tmp_path / "c.yml").write_text("{}")
    (tmp_path / "c.json").write_text("{}")
    script = (
        "from loss_factory import load_config, LossConfigError\n"
        "load_config('c.json')\n"
        "try:\n    load_config('c.yml')\nexcept LossConfigError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert (done.stdout, done.stderr) == (
        "c.yml: YAML takes ruamel.yaml, which is not installed: pip install ruamel.yaml\n",
        "",
    )


@pytest.mark.parametrize(
    ("number", "written"),
    [("1e-4", "1.0e-4"), ("1e4", "10000"), ("-1.5e3", "-1500"), ("2E7", "2.0e+7")],
)
def test_numbers_that_pyyaml_reads_as_text(number: str, written: str) -> None:
    """A trainer hands over what PyYAML made of a config; the number as written here is one."""
    config = yaml.safe_load(f"bottleneck: {{weights: {{kl: {number}}}}}")
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", config)
    hint = f"PyYAML reads {number} as text: in YAML, write {written}"
    assert str(caught.value) == (
        "loss_config: /bottleneck/weights/kl: expected a number or null, not the string "
        f'"{number}"; {hint}'
    )
    assert yaml.safe_load(written) == float(number)
    schedule = {"schedule": "linear", "start_weight": number, "end_weight": 1.0, "end_step": 3}
    with pytest.raises(LossConfigError) as caught:
        ValueLoss("kl", "kl_loss", weight=schedule)
    assert str(caught.value).endswith(hint)


@pytest.mark.parametrize("text", ["5.0", "1.0e-4", "e-4", "1e", "kl", "1e-4 "])
def test_other_text_is_none_of_those(text: str) -> None:
    with pytest.raises(LossConfigError) as caught:
        plan_losses("vae", {"bottleneck": {"weights": {"kl": text}}})
    assert "YAML" not in str(caught.value)
