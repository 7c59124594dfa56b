"""Configs that have to be refused, each with the complete message that its author gets."""

from __future__ import annotations

import json
import math
import pickle
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import DictConfig, ListConfig, OmegaConf
from pydantic import ValidationError

from support.cases import MARK, marks, sections
from support.documents import ALL_BOTTLENECK_WEIGHTS, ALL_SECTIONS
from support.under_test import (
    AutoencoderLossConfig,
    BottleneckLossConfig,
    BottleneckWeights,
    ConfigProblem,
    LossConfigError,
    create_loss_modules_from_bottleneck,
    load_config,
    plan_losses,
)

Entry = Callable[..., object]
SECTIONS = ", ".join(map(repr, sorted(ALL_SECTIONS)))
WEIGHTS = ", ".join(map(repr, sorted(ALL_BOTTLENECK_WEIGHTS)))
DISCRIMINATORS = "'encodec', 'dac', 'oobleck', 'big_vgan', 'transformer' or 'hil'"


@dataclass(frozen=True)
class Case:
    """A config as text, in which marks say where the messages point."""

    name: str
    text: str
    messages: tuple[str, ...]

    @property
    def content(self) -> str:
        """The config."""
        return self.text.replace(MARK, "")

    def lines(self, file: str) -> list[str]:
        """What is said of it if it stands in a file."""
        found = zip(marks(self.text), self.messages, strict=True)
        return [f"{file}:{line}:{column}: {message}" for (line, column), message in found]


def cases() -> Iterator[tuple[str, Case]]:
    """What must_fail_configs.txt holds, with the kind of each; it says how it is written."""
    for section in sections(Path(__file__).with_name("must_fail_configs.txt")):
        kind = section.head.partition(":")[0]
        for block in section.blocks:
            yield kind, Case(block.name, block.text, tuple(map(whole, block.after("!"))))


def whole(message: str) -> str:
    """A message with the lists that it takes from the schema."""
    listed = {"sections": SECTIONS, "weights": WEIGHTS}
    for name in re.findall("‹(.*?)›", message):
        message = message.replace(f"‹{name}›", listed[name])
    return message


CASES = list(cases())


def skip(name: str) -> str:
    """How a message shows the way to skip a section."""
    return f"pass foreign_sections=[{name!a}] if the trainer reads it itself"


def unknown(name: str) -> str:
    """The message about a section that resembles nothing."""
    return f"unknown section {name!a}; expected {SECTIONS}; or {skip(name)}"


def weights(**values: object) -> dict[str, object]:
    return {"bottleneck": {"weights": values}}


@pytest.mark.usefixtures("_loss_factory_only")
def test_what_messages_list() -> None:
    """The lists that the messages below take from the schema."""
    assert SECTIONS == (
        "'adversarial', 'bottleneck', 'clap', 'contrastive', 'discriminator', 'generative', "
        "'hubert', 'jepa', 'latent_distillation', 'mrmel', 'reconstruction', "
        "'semantic_regressors', 'spectral', 'time'"
    )
    assert WEIGHTS == "'codebook', 'commitment', 'kl', 'mmd', 'quantizer', 'softnorm'"


# --- Python mappings


def arguments(depth: int) -> dict[str, object]:
    """Keyword arguments nested so many levels deep."""
    nested: dict[str, object] = {}
    for _ in range(depth - 1):
        nested = {"a": nested}
    return nested


NO_JSON: dict[str, tuple[object, list[str]]] = {
    "key that breaks the line": ({"a\nb": 1}, ["/a\\nb: " + unknown("a\nb")]),
    "no type of JSON's": (
        {"discriminator": {"type": {1}, "decay": -1}},
        [
            "/discriminator/type: expected a JSON value, not a set",
            "/discriminator/decay: expected a number of at least 0, not -1",
        ],
    ),
    "tuple for a number": (
        weights(kl=(1e-4,)),
        ["/bottleneck/weights/kl: expected a number or null, not an array"],
    ),
    "NaN": (weights(kl=math.nan), ["/bottleneck/weights/kl: expected a finite number, not nan"]),
    "infinity": (
        weights(kl=math.inf),
        ["/bottleneck/weights/kl: expected a finite number, not inf"],
    ),
    "minus infinity": (
        weights(kl=-math.inf),
        ["/bottleneck/weights/kl: expected a finite number, not -inf"],
    ),
    "integer that is too large for float64": (
        weights(kl=10**400),
        [
            "/bottleneck/weights/kl: expected a number that fits into a float or null, "
            "not an integer of about 400 digits"
        ],
    ),
    "integer that is too long to print": (
        weights(kl=-(10**5000)),
        [
            "/bottleneck/weights/kl: expected at most 4300 digits, "
            "not an integer of about 5000 digits"
        ],
    ),
    "integer that is too long to print in keyword arguments": (
        {"reconstruction": {"config": {"a": [10**4300 - 1, 10**4300]}}},
        [
            "/reconstruction/config/a/1: expected at most 4300 digits, not an integer of about "
            "4300 digits"
        ],
    ),
    "half a surrogate pair": (
        {
            "bottleneck": {"type": "\ud800"},
            "reconstruction": {"config": {"a": ["\udc00"], "\ud800": 1}},
        },
        [
            "/bottleneck/type: a string holds half of a surrogate pair",
            "/reconstruction/config/a/0: a string holds half of a surrogate pair",
            r"/reconstruction/config/\ud800: a string holds half of a surrogate pair",
        ],
    ),
    "half a surrogate pair in an unknown key": (
        {"\ud800": 1},
        [r"/\ud800: a string holds half of a surrogate pair"],
    ),
    "deep keyword arguments": (
        {"reconstruction": {"config": arguments(90)}, "time": {"config": arguments(91)}},
        ["/time/config: " + "/a" * 90 + ": nested more than 90 levels deep"],
    ),
    "fraction that is negative": (
        weights(kl=Fraction(-1, 2)),
        ["/bottleneck/weights/kl: expected a number of at least 0 or null, not -0.5"],
    ),
    "numpy number that is negative": (
        weights(kl=np.float32(-0.5)),
        ["/bottleneck/weights/kl: expected a number of at least 0 or null, not -0.5"],
    ),
    "numpy NaN": (
        weights(kl=np.float64("nan")),
        ["/bottleneck/weights/kl: expected a finite number, not nan"],
    ),
    "numpy infinity": (
        weights(kl=np.float32("inf")),
        ["/bottleneck/weights/kl: expected a finite number, not inf"],
    ),
    "numpy bool": (
        weights(kl=np.bool_(True)),
        ["/bottleneck/weights/kl: expected a JSON value, not a bool"],
    ),
    "Decimal": (
        weights(kl=Decimal("1e-4")),
        ["/bottleneck/weights/kl: expected a JSON value, not a Decimal"],
    ),
    "complex number": (
        weights(kl=1j),
        ["/bottleneck/weights/kl: expected a JSON value, not a complex"],
    ),
    "set": (weights(kl={1}), ["/bottleneck/weights/kl: expected a JSON value, not a set"]),
    "bytes": (
        {"bottleneck": {"type": b"kl"}},
        ["/bottleneck/type: expected a JSON value, not a bytes"],
    ),
    "torch tensor": (
        weights(kl=torch.tensor(1e-4)),
        ["/bottleneck/weights/kl: expected a JSON value, not a Tensor"],
    ),
    "set among keyword arguments": (
        {"reconstruction": {"config": {"sizes": [1, {2}]}}},
        ["/reconstruction/config/sizes/1: expected a JSON value, not a set"],
    ),
    "NaN among keyword arguments": (
        {"reconstruction": {"config": {"a": [1, {"b": math.nan}]}}},
        ["/reconstruction/config/a/1/b: expected a finite number, not nan"],
    ),
    "infinity in an unknown section": (
        {"xyzzy": {"a": math.inf}},
        ["/xyzzy/a: expected a finite number, not inf", "/xyzzy: " + unknown("xyzzy")],
    ),
    "integer for a key": ({1: {}}, ["expected strings for keys, not 1"]),
    "null for a key": (
        {"bottleneck": {"weights": {None: 1}}},
        ["/bottleneck/weights: expected strings for keys, not null"],
    ),
    "integer for a key of a keyword argument": (
        {"reconstruction": {"config": {"a": {1: 2}}}},
        ["/reconstruction/config/a: expected strings for keys, not 1"],
    ),
    "interpolation of nothing": (
        OmegaConf.create({"bottleneck": {"weights": {"kl": "${nowhere}"}}}),
        ["/bottleneck/weights/kl: can't be read: Interpolation key 'nowhere' not found"],
    ),
    "mandatory value that is missing": (
        OmegaConf.create({"bottleneck": {"weights": {"kl": "???"}}}),
        ["/bottleneck/weights/kl: can't be read: Missing mandatory value: bottleneck.weights.kl"],
    ),
    "interpolation of a string": (
        OmegaConf.create({"bottleneck": {"type": "kl", "weights": {"kl": "${..type}"}}}),
        ['/bottleneck/weights/kl: expected a number or null, not the string "kl"'],
    ),
    "list for a section": (
        OmegaConf.create({"bottleneck": []}),
        ["/bottleneck: expected an object, not an array"],
    ),
    "module": (
        torch.nn.Identity(),
        ["expected a mapping, an AutoencoderLossConfig or None, not a Identity"],
    ),
    "everything": (
        {
            "bottleneck": {"type": 1, "weights": {"kl": "x", "mmd": True, "rvq": 1}},
            "discriminator": {"weights": {"adversarial": -1}},
            "time": {"decay": -1},
            "spectrall": {"a": {2}},
        },
        [
            "/spectrall/a: expected a JSON value, not a set",
            "/bottleneck/type: expected a string or null, not 1",
            '/bottleneck/weights/kl: expected a number or null, not the string "x"',
            "/bottleneck/weights/mmd: expected a number or null, not true",
            f"/bottleneck/weights/rvq: unknown key 'rvq'; expected {WEIGHTS}",
            "/time/decay: expected a number of at least 0, not -1",
            f"/discriminator/type: missing; expected {DISCRIMINATORS}",
            "/discriminator/weights/adversarial: expected a number of at least 0 or null, not -1",
            "/spectrall: unknown section 'spectrall'; did you mean 'spectral'? "
            f"Or {skip('spectrall')}",
        ],
    ),
}


MAPPINGS = {
    case.name: (json.loads(case.content), list(case.messages))
    for kind, case in CASES
    if kind != "files"
}


@pytest.mark.parametrize("entry", [plan_losses, create_loss_modules_from_bottleneck])
@pytest.mark.parametrize(("config", "lines"), MAPPINGS.values(), ids=MAPPINGS)
def test_a_bad_mapping_is_refused(entry: Entry, config: object, lines: list[str]) -> None:
    """The order is that of the schema there, in a file that of the text."""
    with pytest.raises(LossConfigError) as refusal:
        entry("vae", config)
    said = str(refusal.value).split("\n")
    assert sorted(said) == sorted(f"loss_config: {line}" for line in lines)


@pytest.mark.parametrize("entry", [plan_losses, create_loss_modules_from_bottleneck])
@pytest.mark.parametrize(("config", "lines"), NO_JSON.values(), ids=NO_JSON)
def test_what_no_file_can_hold_is_refused(entry: Entry, config: object, lines: list[str]) -> None:
    with pytest.raises(LossConfigError) as refusal:
        entry("vae", config)
    assert str(refusal.value) == "\n".join(f"loss_config: {line}" for line in lines)


@pytest.mark.parametrize("item", ["${nowhere}", "???"])
def test_an_item_that_omegaconf_cant_give_is_refused(item: str) -> None:
    config = OmegaConf.create({"reconstruction": {"config": {"fft_sizes": [512, item]}}})
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", config)
    (problem,) = refusal.value.problems
    assert problem.pointer.startswith("/reconstruction/config/fft_sizes")
    assert problem.message.startswith("can't be read: ")


NOTHING = "can't be read: Missing mandatory value"
NOWHERE = "can't be read: Cannot resolve interpolation for a node without a parent"


@pytest.mark.parametrize("make", [DictConfig, ListConfig])
@pytest.mark.parametrize(("said", "message"), [("???", NOTHING), ("${base}", NOWHERE)])
def test_an_omegaconf_container_that_nobody_resolved_is_not_empty(
    make: Callable[[str], Any], said: str, message: str
) -> None:
    """It says that it has no members."""
    node = make(said)
    assert len(node) == 0
    configs: dict[str, object] = {
        "/bottleneck": {"bottleneck": node},
        "/reconstruction/config/a/0": {"reconstruction": {"config": {"a": [node]}}},
        "/time": AutoencoderLossConfig.model_construct(time=node),
    }
    if make is DictConfig:
        configs[""] = node
    for place, config in configs.items():
        with pytest.raises(LossConfigError) as refusal:
            plan_losses("vae", config)
        (problem,) = refusal.value.problems
        assert (problem.pointer, problem.message) == (place, message)
        assert type(refusal.value.__cause__).__module__ == "omegaconf.errors"


class Failing(Mapping[str, object]):
    """A mapping of which one method raises, or says something else than the others."""

    def __init__(self, method: str) -> None:
        self.method = method

    def _answer(self, method: str) -> None:
        if method == self.method:
            raise OSError(f"no {method} today\nand no tomorrow")

    def __getitem__(self, key: str) -> object:
        self._answer("item")
        return {}

    def __iter__(self) -> Iterator[str]:
        self._answer("iter")
        return iter(()) if self.method == "none" else iter(["type"])

    def __len__(self) -> int:
        self._answer("len")
        return 1


class Number(float):
    def __float__(self) -> float:
        raise OSError("no float today")


class Silent(Exception):
    def __str__(self) -> str:
        raise self


class Unsaid(Failing):
    def __iter__(self) -> Iterator[str]:
        raise Silent


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Failing("iter"), ": can't be read: no iter today"),
        (Failing("len"), ": can't be read: no len today"),
        (Failing("item"), "/type: can't be read: no item today"),
        (Unsaid(""), ": can't be read: Silent"),
        (Failing("none"), ": can't be read: it says that it has 1 keys, and gives 0"),
        (Number(1), ": can't be read: no float today"),
    ],
    ids=["iter", "len", "item", "silent", "none", "float"],
)
def test_what_a_value_raises_is_told_with_its_place(value: object, said: str) -> None:
    """Whatever mapping, sequence or model it stands in; it is the cause of the error."""
    places = {
        "/bottleneck": {"bottleneck": value},
        "/reconstruction/config/a/1": {"reconstruction": {"config": {"a": (1, value)}}},
        "/time": AutoencoderLossConfig.model_construct(time=value),  # type: ignore[arg-type]
    }
    for place, config in places.items():
        with pytest.raises(LossConfigError) as refusal:
            plan_losses("vae", config)
        assert str(refusal.value) == f"loss_config: {place}{said}"
        caused = "gives 0" not in said
        assert isinstance(refusal.value.__cause__, (OSError, Silent)) == caused
    if isinstance(value, Mapping):
        with pytest.raises(LossConfigError) as refusal:
            plan_losses("vae", value)
        assert str(refusal.value).split("\n")[0] == f"loss_config: {said.removeprefix(': ')}"


def test_what_a_value_raises_is_shortened() -> None:
    class Long(Failing):
        def __iter__(self) -> Iterator[str]:
            raise OSError("x" * 10**6)

    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", {"bottleneck": Long("")})
    assert str(refusal.value) == f"loss_config: /bottleneck: can't be read: {'x' * 499}…"


class Key(str):
    """A key that doesn't say what it is."""

    __slots__ = ()

    def __str__(self) -> str:
        raise OSError("no text today")


def test_a_key_is_what_its_letters_are() -> None:
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", {Key("xyzzy"): {}, "bottleneck": {Key("half \ud800"): 1}})
    lines = str(refusal.value).split("\n")
    half = "/bottleneck/half \\ud800"
    assert f"loss_config: {half}: a string holds half of a surrogate pair" in lines
    assert f"loss_config: /xyzzy: {unknown('xyzzy')}" in lines
    assert plan_losses("vae", {Key("x"): object()}, foreign_sections=["x"]).losses


class Nameless(type):
    """A class of classes that have no names, whoever asks."""

    def __getattribute__(cls, name: str) -> Any:
        if name == "__qualname__":
            raise OSError("no name today")
        return super().__getattribute__(name)


def test_a_value_of_a_type_that_has_no_name() -> None:
    value = Nameless("Odd\n" + "x" * 10**6, (), {})()
    for config, place in ((value, ""), ({"bottleneck": value}, "/bottleneck: ")):
        with pytest.raises(LossConfigError) as refusal:
            plan_losses("vae", config)
        said = str(refusal.value)
        assert said.startswith(f"loss_config: {place}expected a")
        assert said.endswith(f", not a Odd\\n{'x' * 54}…")


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (5, "expected an object, not 5"),
        (lambda: 1, "expected a JSON value, not a function"),
        (BottleneckWeights, "expected a JSON value, not a ModelMetaclass"),
    ],
    ids=["number", "function", "class"],
)
def test_a_model_made_without_validation_is_no_default(section: object, message: str) -> None:
    config = AutoencoderLossConfig.model_construct(bottleneck=section)  # type: ignore[arg-type]
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", config)
    assert str(refusal.value) == f"loss_config: /bottleneck: {message}"


def test_what_a_value_raises_is_told_by_the_models_too() -> None:
    with pytest.raises(ValidationError, match="/a: can't be read: no iter today"):
        AutoencoderLossConfig.model_validate({"reconstruction": {"config": {"a": Failing("iter")}}})
    with pytest.raises(ValidationError, match="can't be read: no float today"):
        BottleneckWeights(kl=Number(1))


def test_a_mapping_that_holds_itself_is_refused() -> None:
    config: dict[str, object] = {}
    config["a"] = config
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", {"reconstruction": {"config": config}})
    assert str(refusal.value) == (
        "loss_config: /reconstruction/config" + "/a" * 98 + ": nested more than 100 levels deep"
    )


def test_a_model_that_was_changed_past_its_validation_is_refused() -> None:
    config = AutoencoderLossConfig.model_validate({"reconstruction": {}})
    assert config.reconstruction is not None
    config.reconstruction.config["a"] = math.nan
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", config)
    assert str(refusal.value) == (
        "loss_config: /reconstruction/config/a: expected a finite number, not nan"
    )


@pytest.mark.parametrize("number", [math.nan, -1.0, "1", True])
def test_a_model_that_was_made_without_validation_is_refused(number: float) -> None:
    section = BottleneckLossConfig.model_construct(
        weights=BottleneckWeights.model_construct(kl=number)
    )
    for config in (
        {"bottleneck": section},
        AutoencoderLossConfig.model_construct(bottleneck=section),
    ):
        with pytest.raises(LossConfigError, match=r"^loss_config: /bottleneck/weights/kl: "):
            plan_losses("vae", config)


def test_keys_that_are_no_strings_are_all_reported() -> None:
    entry: Entry = plan_losses
    with pytest.raises(LossConfigError) as refusal:
        entry("vae", {1: {}, 2: {}})
    assert [problem.message for problem in refusal.value.problems] == [
        "expected strings for keys, not 1",
        "expected strings for keys, not 2",
    ]


# --- files

NUMBER = '{"bottleneck": {"weights": {"kl": %s}}}'
KL = "1:35: /bottleneck/weights/kl: "

UNUSUAL: dict[str, tuple[str, list[str]]] = {
    "empty": ("", ["1:1: the text is empty; expected a JSON object"]),
    "blank": (" \n\n", ["1:1: the text is empty; expected a JSON object"]),
    "space that is none in JSON": ("\u00a0{}", ["1:1: expected a value"]),
    "truncated after a key": (
        '{"bottleneck"\n',
        ["2:1: expected ':' after the key, but the text ends here"],
    ),
    "deep nesting": ("[" * 5000, ["1:101: nested more than 100 levels deep"]),
    "deep keyword arguments": (
        '{"time": {"config": ' + '{"a":' * 90 + "{}" + "}" * 92,
        ["1:21: /time/config: " + "/a" * 90 + ": nested more than 90 levels deep"],
    ),
    "byte order mark": (
        "\ufeff{}",
        ["1:1: the text begins with a byte order mark; save it as UTF-8 without one"],
    ),
    "null": (" null", ["1:2: expected an object, not null"]),
    "400 digits": (
        NUMBER % ("9" * 400),
        [
            KL + "expected a number that fits into a float or null, "
            "not an integer of about 400 digits"
        ],
    ),
    "5000 digits": (NUMBER % ("9" * 5000), [KL + f"the number {'9' * 23}… has too many digits"]),
    "null bottleneck": (
        '{"bottleneck":\r\n\tnull}',
        ["2:2: /bottleneck: expected an object, not null"],
    ),
    "what else breaks lines breaks none in JSON": (
        '{"bottleneck": {"type": "\u2028\u0085", "x": 2}}',
        ["1:31: /bottleneck/x: unknown key 'x'; expected 'type', 'weights'"],
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


FILES = {
    case.name: (case.content, case.lines("config.json"))
    for kind, case in CASES
    if kind != "mappings"
} | {
    name: (text, [f"config.json:{line}" for line in lines])
    for name, (text, lines) in UNUSUAL.items()
}


@pytest.mark.parametrize(("text", "lines"), FILES.values(), ids=FILES)
def test_a_bad_file_is_refused(folder: Path, text: str, lines: list[str]) -> None:
    (folder / "config.json").write_bytes(text.encode())
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert str(refusal.value) == "\n".join(lines)


NO_TEXT: dict[str, tuple[bytes, str]] = {
    "Latin-1": (
        '{"é": 1}'.encode("latin-1"),
        "expected UTF-8 text; invalid continuation byte at byte 2",
    ),
    "UTF-16": ("{}".encode("utf-16"), "expected UTF-8 text; this is UTF-16, so save it as UTF-8"),
}


@pytest.mark.parametrize(("content", "message"), NO_TEXT.values(), ids=NO_TEXT)
def test_a_file_that_is_no_utf8_text_is_refused(folder: Path, content: bytes, message: str) -> None:
    (folder / "config.json").write_bytes(content)
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert str(refusal.value) == f"config.json: {message}"


NO_FILE: dict[str, tuple[str, str]] = {
    "misspelled": ("model_confg.json", "there is no such file; did you mean 'model_config.json'?"),
    "nothing near": ("vae.yaml", "there is no such file"),
    "no such folder": (
        "configs/vae.json",
        "there is no such file; neither is the folder 'configs'",
    ),
    "directory": ("folder", "expected a file, not a directory"),
}


@pytest.mark.parametrize(("path", "message"), NO_FILE.values(), ids=NO_FILE)
def test_what_is_no_file_is_refused(folder: Path, path: str, message: str) -> None:
    (folder / "model_config.json").write_text("{}")
    (folder / "folder").mkdir()
    with pytest.raises(LossConfigError) as refusal:
        load_config(path)
    assert str(refusal.value) == f"{path}: {message}"


def test_an_impossible_name_is_refused() -> None:
    with pytest.raises(LossConfigError) as refusal:
        load_config("a\0b")
    assert str(refusal.value) == "a\\x00b: can't be read: embedded null byte"


def test_a_huge_file_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text("[" + " " * 1_000_000)
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert str(refusal.value) == (
        "config.json: is longer than 1,000,000 bytes, the most that is read"
    )


def test_a_path_is_shown_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text("[]")
    with pytest.raises(LossConfigError) as refusal:
        load_config(path)
    assert str(refusal.value) == f"{path}:1:1: expected an object, not an array"


# --- foreign_sections


def plan_with(foreign_sections: Any) -> object:
    return plan_losses("vae", {}, foreign_sections=foreign_sections)


def create_with(foreign_sections: Any) -> object:
    return create_loss_modules_from_bottleneck("vae", {}, foreign_sections=foreign_sections)


def load_with(foreign_sections: Any) -> object:
    Path("config.json").write_text("{}")
    return load_config("config.json", foreign_sections=foreign_sections)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("entry", [plan_with, create_with, load_with])
@pytest.mark.parametrize(
    ("foreign_sections", "error", "message"),
    [
        ("clap", TypeError, "foreign_sections: expected a list of names; write ['clap']"),
        ([3], TypeError, "foreign_sections: expected names of sections, not 3"),
        (
            ["clap", "bottleneck"],
            ValueError,
            "foreign_sections: 'bottleneck' holds the weights of bottleneck losses and can't be "
            "skipped",
        ),
    ],
    ids=["string", "number", "bottleneck"],
)
def test_foreign_sections_are_names_that_can_be_skipped(
    entry: Callable[[object], object],
    foreign_sections: object,
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error) as refusal:
        entry(foreign_sections)
    assert str(refusal.value) == message
    assert not isinstance(refusal.value, LossConfigError)


def test_foreign_sections_skip_no_others() -> None:
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", {"sisdr": {}, "xyzzy": {}}, foreign_sections=["sisdr"])
    assert str(refusal.value) == f"loss_config: /xyzzy: {unknown('xyzzy')}"


def test_foreign_sections_are_those_at_the_top(folder: Path) -> None:
    text = '{"training": {"clap": 1, "loss_configs": {"time": {"clap": 1, "decay": NaN}}}}'
    (folder / "config.json").write_text(text)
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json", foreign_sections=["clap", "training"])
    assert [(problem.column, problem.pointer) for problem in refusal.value.problems] == [
        (52, "/training/loss_configs/time/clap"),
        (72, "/training/loss_configs/time/decay"),
    ]


# --- the error itself


def test_the_problems_of_a_mapping_have_no_position() -> None:
    with pytest.raises(LossConfigError) as refusal:
        plan_losses("vae", weights(kl=-1, KL=1))
    assert refusal.value.problems == (
        ConfigProblem(
            source="loss_config",
            line=None,
            column=None,
            pointer="/bottleneck/weights/kl",
            message="expected a number of at least 0 or null, not -1",
        ),
        ConfigProblem(
            source="loss_config",
            line=None,
            column=None,
            pointer="/bottleneck/weights/KL",
            message="unknown key 'KL'; did you mean 'kl'?",
        ),
    )


def test_the_problems_of_a_file_have_a_position(folder: Path) -> None:
    (folder / "config.json").write_text('{\n  "time": 3\n}')
    with pytest.raises(LossConfigError) as refusal:
        load_config("config.json")
    assert refusal.value.problems == (
        ConfigProblem(
            source="config.json",
            line=2,
            column=11,
            pointer="/time",
            message="expected an object or null, not 3",
        ),
    )


def test_the_error_is_a_value_error_that_can_be_pickled() -> None:
    with pytest.raises(ValueError, match="did you mean 'kl'") as refusal:
        plan_losses("vae", weights(KL=1))
    error = refusal.value
    assert isinstance(error, LossConfigError)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is LossConfigError
    assert copy.problems == error.problems
    assert str(copy) == str(error)
