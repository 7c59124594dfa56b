"""`resolve`: a config with every default written out, and how two of them differ."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import random
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loss_factory import load_config
from support.command_line import Done, typed

VALID = Draft202012Validator(
    json.loads(
        importlib.resources.files("loss_factory").joinpath("losses.schema.json").read_bytes()
    )
)
EMPTY = """\
{
  "bottleneck": {
    "weights": {
      "kl": 1e-06,
      "mmd": 100.0,
      "quantizer": 1.0,
      "codebook": 1.0,
      "commitment": 0.25,
      "softnorm": 1e-05
    }
  }
}
"""
RICH: dict[str, Any] = {
    "$schema": "losses.schema.json",
    "time": {"weights": {"l1": 1, "l2": None}, "type": None},
    "mrmel": None,
    "spectral": {"config": {"b": [1, 2.5, None, "ü"], "a": {}}, "weights": {"mrstft": 1}},
    "bottleneck": {"weights": {"mmd": None, "kl": 1e-4}, "type": "kl"},
    "discriminator": {
        "config": {"filters": 4, "n_ffts": [8]},
        "weights": {"feature_matching": 1, "adversarial": 0.1},
        "type": "encodec",
    },
    "hubert": {"weights": {"hubert": 1}},
    "contrastive": {"config": {"depth": 2, "transformer_dim": 64}, "weights": {"contrastive": 1}},
}


UNPRINTABLE = {
    "C1": "\x9b31m",
    "DEL": "\x7f",
    "bidi": "\u202e\u2066\u200f",
    "zero width": "\u200b\u2060\ufeff",
    "lines": "\u2028\u2029\x85",
    "tags": "\U000e0041",
}


@pytest.mark.parametrize("text", UNPRINTABLE.values(), ids=UNPRINTABLE)
def test_what_cant_be_printed_is_escaped(text: str) -> None:
    """In keys and in values, of sections of others too; it is the same JSON."""
    config = {"spectral": {"config": {f"a{text}ü": text}, "weights": {}}, "lab": {text: 1}}
    out = resolved(config, "--foreign-section", "lab")
    assert out.replace("\n", "").isprintable()
    assert "ü" in out
    for section, key in (("spectral", "config"), ("lab", text)):
        assert json.loads(out)[section][key] == config[section][key]


def resolved(config: object, *arguments: str) -> str:
    done = typed("resolve", "-", *arguments, stdin=json.dumps(config))
    assert done.code == 0, done.err
    digest = hashlib.sha256(done.out.encode()).hexdigest()
    assert done.err == f"sha256: {digest}\n"
    return done.out


def shuffled(value: Any, rng: random.Random) -> Any:
    """The same with the keys of each object in another order."""
    match value:
        case dict():
            keys = rng.sample(sorted(value), len(value))
            return {key: shuffled(value[key], rng) for key in keys}
        case _:
            return value


def test_an_empty_config() -> None:
    assert resolved({}) == EMPTY


def test_null_is_the_default() -> None:
    weights = {"weights": {"kl": None, "mmd": 100}, "type": None}
    assert resolved({"bottleneck": weights, "time": None}) == EMPTY


def test_a_whole_config_gives_its_loss_configs() -> None:
    whole = {"model": {"bottleneck": {"type": "vae"}}, "training": {"loss_configs": {}}}
    assert resolved(whole) == resolved({"training": {}}) == EMPTY


def test_the_sections_that_are_on(folder: Path) -> None:
    out = resolved(RICH)
    config = json.loads(out)
    assert [*config] == ["bottleneck", "spectral", "time", "discriminator", "hubert", "contrastive"]
    assert config["time"] == {"config": {}, "weights": {"l1": 1.0}, "decay": 1.0}
    assert config["spectral"]["config"] == RICH["spectral"]["config"]
    assert config["hubert"]["decay"] == 1.0
    assert config["contrastive"]["warmup"] == 10000
    VALID.validate(config)
    (folder / "before.json").write_text(json.dumps(RICH))
    (folder / "after.json").write_text(out)
    before, after = load_config("before.json"), load_config("after.json")
    before.bottleneck.weights.mmd, before.schema_uri = 100, None
    assert after.model_dump() == before.model_dump()


def test_what_is_resolved_stays_as_it_is() -> None:
    out = resolved(RICH)
    assert typed("resolve", "-", stdin=out).out == out


def test_the_order_of_keys_does_not_matter() -> None:
    """That of keyword arguments is kept: they are the trainer's."""
    rng = random.Random(0)
    out = resolved(RICH)
    for _ in range(5):
        assert resolved(shuffled(RICH, rng) | {"spectral": RICH["spectral"]}) == out


def test_sections_of_the_trainer_come_last_by_name() -> None:
    config = {"z": {"b": 1, "a": None}, "time": {"weights": {}}, "a": 1}
    out = resolved(config, "--foreign-section", "z", "--foreign-section", "a")
    document = json.loads(out)
    assert [*document] == ["bottleneck", "time", "a", "z"]
    assert out.endswith('  "a": 1,\n  "z": {\n    "a": null,\n    "b": 1\n  }\n}\n')


def test_what_json_can_not_say_is_refused_in_sections_of_the_trainer_too() -> None:
    text = '{"z": {"a": "\\ud800", "b": NaN}}'
    assert typed("resolve", "-", "--foreign-section", "z", stdin=text) == Done(
        1,
        "",
        """\
<stdin>:1:13: error: a string holds half of a surrogate pair
 1 | {"z": {"a": "\\ud800", "b": NaN}}
   |             ^^^^^^^^
   = at /z/a
<stdin>:1:28: error: NaN is not a JSON number
 1 | {"z": {"a": "\\ud800", "b": NaN}}
   |                            ^^^
   = at /z/b
""",
    )
    assert (
        typed("explain", "-", "--bottleneck", "fsq", "--foreign-section", "z", stdin=text).code == 0
    )


# Settings

SETTINGS: dict[str, tuple[str, list[str], object]] = {
    "a number": ("bottleneck.weights.kl=1e-5", ["bottleneck", "weights", "kl"], 1e-5),
    "an integer": ("bottleneck.weights.kl=2", ["bottleneck", "weights", "kl"], 2.0),
    "null": ("bottleneck.weights.kl=null", ["bottleneck", "weights", "kl"], 1e-6),
    "a string": ("bottleneck.type=my kl", ["bottleneck", "type"], "my kl"),
    "a string in quotes": ('bottleneck.type="1"', ["bottleneck", "type"], "1"),
    "a string with =": ("bottleneck.type=a=b", ["bottleneck", "type"], "a=b"),
    "an empty string": ("bottleneck.type=", ["bottleneck", "type"], ""),
    "a new section": ("time.weights.l1=3", ["time", "weights", "l1"], 3.0),
    "an object": ('time={"weights": {"l2": 1}}', ["time", "weights"], {"l2": 1.0}),
    "an array": ("spectral.config.a=[1, 2]", ["spectral", "config", "a"], [1, 2]),
    "true": ("spectral.config.a=true", ["spectral", "config", "a"], True),
}


@pytest.mark.parametrize(("setting", "path", "value"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting(setting: str, path: list[str], value: object) -> None:
    found = json.loads(resolved({"bottleneck": {"weights": {"kl": 7}}}, "--set", setting))
    for step in path:
        found = found[step]
    assert (found, type(found)) == (value, type(value))


def test_a_setting_can_switch_a_section_off() -> None:
    assert resolved({"time": {"weights": {"l1": 1}}}, "--set", "time=null") == EMPTY


def test_the_last_setting_counts() -> None:
    first, last = "bottleneck.weights.kl=5", "bottleneck.weights.kl=1e-6"
    assert resolved({}, "--set", first, "--set", last) == EMPTY


def test_a_setting_mends_a_mistake() -> None:
    config = {"bottleneck": {"weights": {"kl": -1}}}
    assert resolved(config, "--set", "bottleneck.weights.kl=1e-6") == EMPTY


WRONG_SETTINGS = {
    "bottleneck.weights.kll=1": (
        "bottleneck.weights.kll: error: unknown key 'kll'; did you mean 'kl'?"
    ),
    "bottleneck.weights.kl=x": (
        'bottleneck.weights.kl: error: expected a number or null, not the string "x"'
    ),
    "bottleneck.weights.kl=true": (
        "bottleneck.weights.kl: error: expected a number or null, not true"
    ),
    "bottleneck.weights.kl.x=1": (
        "bottleneck.weights.kl.x: error: expected an object to set a key of, not 7"
    ),
    "bottleneck=null": "bottleneck: error: expected an object, not null",
    "time.weights.l1=-1": (
        "time.weights.l1: error: expected a number of at least 0 or null, not -1"
    ),
    "botleneck.weights.kl=1": (
        "botleneck.weights.kl: error: unknown section 'botleneck'; did you mean 'bottleneck'? Or "
        "say --foreign-section 'botleneck' if the trainer reads it itself"
    ),
}


@pytest.mark.parametrize(("setting", "message"), WRONG_SETTINGS.items())
def test_a_setting_that_is_wrong(setting: str, message: str) -> None:
    done = typed("resolve", "-", "--set", setting, stdin='{"bottleneck": {"weights": {"kl": 7}}}')
    assert done == Done(1, "", f"--set {message}\n")


NO_PATH = "expected a path, such as that of bottleneck.weights.kl=1e-5, not"
NO_SETTINGS = {
    "x": "expected a path and a value, such as bottleneck.weights.kl=1e-5, not 'x'",
    "": "expected a path and a value, such as bottleneck.weights.kl=1e-5, not ''",
    "=1": f"{NO_PATH} ''",
    "a..b=1": f"{NO_PATH} 'a..b'",
    ".a=1": f"{NO_PATH} '.a'",
    "a.=1": f"{NO_PATH} 'a.'",
    "/=1": f"{NO_PATH} '/'",
    "training.loss_configs={}": f"{NO_PATH} 'training.loss_configs'",
    "model.bottleneck.type=rvq": (
        "'model.bottleneck.type': paths lead into the loss_configs object, such as that of "
        "bottleneck.weights.kl=1e-5"
    ),
    "a" + ".a" * 100 + "=1": "the path is more than 100 levels deep",
    "spectral.config.fft_sizes[0]=5": (
        "'spectral.config.fft_sizes[0]': items of an array can't be set; write the whole array"
    ),
    "time.weights.l1=NaN": "'time.weights.l1': NaN is not a JSON number",
    'time.weights={"l1": 1, "l1": 2}': (
        "'time.weights': duplicate key; the first one stands in line 1"
    ),
    "spectral.config.fft_sizes=[1,2": (
        "'spectral.config.fft_sizes': expected ',' or ']', but the text ends here"
    ),
}


@pytest.mark.parametrize(("setting", "message"), NO_SETTINGS.items())
def test_a_setting_that_is_none(setting: str, message: str) -> None:
    done = typed("resolve", "-", "--set", setting, stdin="{}")
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(f"Error: Invalid value for '--set': {message}\n")


@pytest.mark.parametrize(
    "path",
    [
        "bottleneck.weights.kl",
        "/bottleneck/weights/kl",
        "training.loss_configs.bottleneck.weights.kl",
        "/training/loss_configs/bottleneck/weights/kl",
    ],
)
def test_a_path_as_messages_show_it(path: str) -> None:
    document = json.loads(typed("resolve", "-", "--set", f"{path}=7", stdin="{}").out)
    assert document["bottleneck"]["weights"]["kl"] == 7.0


def test_a_config_that_says_the_same_is_the_same_text() -> None:
    """Also where the schema knows no order and no type."""
    one = {"spectral": {"config": {"a": {"x": [1, 2.5], "y": 2}, "b": 0, "c": 1e300}}}
    two = {"spectral": {"config": {"c": 1e300, "b": 0.0, "a": {"y": 2.0, "x": [1.0, 2.5]}}}}
    assert resolved(one) == resolved(two)
    assert '"c": 1e+300\n' in resolved(one)


def test_a_setting_that_is_no_text() -> None:
    done = typed("resolve", "-", "--set", "bottleneck.type=\udcff", stdin="{}")
    assert done.code == 2
    assert done.err.endswith(": expected UTF-8 text, not 'bottleneck.type=\\udcff'\n")


# Differences


def difference(folder: Path, before: object, after: object, *arguments: str) -> str:
    (folder / "before.json").write_text(json.dumps(before))
    (folder / "after.json").write_text(json.dumps(after))
    done = typed("resolve", "before.json", "--diff", "after.json", *arguments)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_how_two_configs_differ(folder: Path) -> None:
    old = {"bottleneck": {"weights": {"kl": 1}}, "time": {"weights": {"l1": 2}}}
    new = {"spectral": {"config": {"a": [1]}}, "bottleneck": {"type": "kl"}}
    assert (
        difference(folder, old, new)
        == """\
~ bottleneck.weights.kl: 1.0 → 1e-06
- time.config: {}
- time.weights.l1: 2.0
- time.decay: 1.0
+ bottleneck.type: "kl"
+ spectral.config.a: [1]
+ spectral.weights: {}
+ spectral.decay: 1.0
"""
    )
    back = difference(folder, new, old).splitlines()
    assert back[0] == '- bottleneck.type: "kl"'
    assert "~ bottleneck.weights.kl: 1e-06 → 1.0" in back
    assert {line[0] for line in back} == {"-", "+", "~"}


def test_a_config_does_not_differ_from_itself(folder: Path) -> None:
    rng = random.Random(1)
    assert difference(folder, RICH, RICH) == "no differences\n"
    assert difference(folder, RICH, shuffled(RICH, rng)) == "no differences\n"
    whole = {"model": {}, "training": {"loss_configs": RICH}}
    assert difference(folder, RICH, whole) == "no differences\n"
    assert difference(folder, {}, json.loads(EMPTY)) == "no differences\n"


def test_a_number_is_itself_and_no_truth(folder: Path) -> None:
    """Keyword arguments are the trainer's, which may tell true from 1."""

    def config(value: object) -> object:
        return {"spectral": {"config": {"a": value}}}

    assert difference(folder, config(1), config(1.0)) == "no differences\n"
    assert difference(folder, config(1), config(True)) == "~ spectral.config.a: 1 → true\n"
    assert difference(folder, config(0.0), config(False)) == "~ spectral.config.a: 0 → false\n"
    assert difference(folder, config([1]), config([True])) == "~ spectral.config.a: [1] → [true]\n"
    assert difference(folder, config([1]), config([1.0])) == "no differences\n"
    assert difference(folder, config(None), config("x")) == '~ spectral.config.a: null → "x"\n'


def test_a_difference_that_a_setting_makes(folder: Path) -> None:
    out = difference(folder, {}, {}, "--set", "bottleneck.weights.kl=1")
    assert out == "~ bottleneck.weights.kl: 1.0 → 1e-06\n"


def test_mistakes_in_the_other_file(folder: Path) -> None:
    (folder / "after.json").write_text("[]")
    done = typed("resolve", "-", "--diff", "after.json", stdin="{}")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("after.json:1:1: error: expected an object, not an array\n")


def test_of_many_differences_a_thousand_are_shown(folder: Path) -> None:
    members = ", ".join(f'"k{number}": 1' for number in range(1_500))
    (folder / "many.json").write_text(f'{{"time": {{"type": "l1", "config": {{{members}}}}}}}')
    (folder / "none.json").write_text('{"time": {"type": "l1", "config": {}}}')
    lines = typed("resolve", "many.json", "--diff", "none.json").out.splitlines()
    assert len(lines) == 1_001
    assert lines[-1] == "and 501 more"


def test_of_what_foreign_sections_cannot_say_a_hundred_are_told(folder: Path) -> None:
    (folder / "c.json").write_text(f'{{"own": [{", ".join(["NaN"] * 150)}]}}')
    done = typed("resolve", "--foreign-section", "own", "c.json")
    assert done.code == 1
    assert done.err.count("NaN is not a JSON number") == 100
    assert done.err.splitlines()[-1] == "c.json: and 50 more"
