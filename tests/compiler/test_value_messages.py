"""What the package says of values that break a rule: of arrays, and of what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.cases import MARK, marks
from support.schemas import VARIED, answer, compiled, unpacked

MESSAGE = """
from loss_factory import LossConfigError, load_config
try:
    answer = repr(load_config(question).audio.ruled)
except LossConfigError as error:
    answer = str(error).replace(question + ":", "")
"""
BEFORE = '{"audio": {"ruled": '


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(compiled(VARIED).files, tmp_path_factory.mktemp("varied"))


def said(package: Path, folder: Path, arguments: str) -> str:
    """What the package makes of a config with these arguments, without file and line."""
    file = folder / "config.json"
    file.write_text(f"{BEFORE}{arguments}}}}}", encoding="utf-8")
    return answer(package, MESSAGE, str(file))


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        ('{"critics": ▶[]}', ["/critics: expected at least 1 item, not none"]),
        ('{"betas": ▶[0.5]}', ["/betas: expected at least 2 items, not 1"]),
        ('{"periods": ▶[2, 3, 4, 5]}', ["/periods: expected at most 3 items, not 4"]),
        (
            '{"critics": ["band", "scale", ▶"band"]}',
            ['/critics/2: the same as /critics/0, the string "band"; expected no item twice'],
        ),
        (
            '{"periods": [2, 3, ▶2.0]}',
            ["/periods/2: the same as /periods/0, 2.0; expected no item twice"],
        ),
        (
            '{"edges": [[1, 2], ▶[1.0, 2]]}',
            ["/edges/1: the same as /edges/0; expected no item twice"],
        ),
        ('{"edges": [[1, ▶1]]}', ["/edges/0/1: the same as /edges/0/0, 1; expected no item twice"]),
        ('{"edges": [▶[1]]}', ["/edges/0: expected at least 2 items, not 1"]),
        ('{"edges": [[1, ▶0]]}', ["/edges/0/1: expected a number above 0, not 0"]),
        ('{"betas": [0.5, ▶1]}', ["/betas/1: expected a number below 1, not 1"]),
        ('{"periods": [▶1]}', ["/periods/0: expected a number of at least 2, not 1"]),
        (
            '{"critics": [▶"bands"]}',
            [
                "/critics/0: expected 'scale', 'period' or 'band', not the string \"bands\"; "
                "did you mean 'band'?"
            ],
        ),
        ('{"fft_size": ▶1000}', ["/fft_size: expected 512, 1024 or 2048, not 1000"]),
        ('{"fft_size": ▶"512"}', ['/fft_size: expected 512, 1024 or 2048, not the string "512"']),
        ('{"fft_size": ▶512.5}', ["/fft_size: expected 512, 1024 or 2048, not 512.5"]),
        ('{"order": ▶true}', ["/order: expected 0 or 1 or null, not true"]),
        (
            '{"orders": [▶true, ▶3]}',
            [f"/orders/{i}: expected 1, 2 or 4, not {said}" for i, said in ((0, "true"), (1, "3"))],
        ),
        (
            '{"orders": [2, ▶2.0]}',
            ["/orders/1: the same as /orders/0, 2.0; expected no item twice"],
        ),
        ('{"hop": ▶65}', ["/hop: expected a multiple of 64 or null, not 65"]),
        ('{"shifts": [4, ▶5]}', ["/shifts/1: expected a multiple of 4, not 5"]),
        ('{▶"hop": 64, "order": 1}', ["/hop: 'hop' needs 'fft_size', which is missing here"]),
        (
            '{▶"hop": 64, ▶"shifts": [4]}',
            [
                "/hop: 'hop' needs 'fft_size' and 'order', which are missing here",
                "/shifts: 'shifts' needs 'mel/bins', which is missing here",
            ],
        ),
        ('{"critics": ▶"band"}', ['/critics: expected an array or null, not the string "band"']),
        (
            '{"marks": [▶"", ▶"abc"]}',
            [
                '/marks/0: expected a string of at least 1 characters, not the string ""',
                '/marks/1: expected a string of at most 2 characters, not the string "abc"',
            ],
        ),
        (
            '{"shares": {"a": ▶"1", "//": "x", "b": ▶true, "c": ▶2.5, "d": ▶null, '
            '"_comment": null}, "counts": {"a": ▶0, "b": ▶1.5, "c": 2.0}, "free/": {"a/b": ▶{}}, '
            '"gain": [1, ▶0, ▶false], "kernel": [1, ▶1.0]}',
            [
                '/shares/a: expected a number, not the string "1"',
                "/shares/b: expected a number, not true",
                "/shares/c: expected a number below 2.5, not 2.5",
                "/shares/d: expected a number, not null",
                "/counts/a: expected a number of at least 1, not 0",
                "/counts/b: expected an integer, not 1.5",
                "/free~1/a~1b: expected a number, not an object",
                "/gain/1: expected a number above 0.25, not 0",
                "/gain/2: expected a number, not false",
                "/kernel/1: the same as /kernel/0, 1.0; expected no item twice",
            ],
        ),
        (
            '{"shares": ▶[1], "counts": ▶1, "gain": ▶"1", "kernel": ▶{}}',
            [
                "/shares: expected an object, not an array",
                "/counts: expected an object or null, not 1",
                '/gain: expected a number or a list of numbers, not the string "1"',
                "/kernel: expected an integer, a list of integers or null, not an object",
            ],
        ),
        (
            '{"shares": ▶null, "gain": ▶-1, "kernel": ▶1.5}',
            [
                "/shares: expected an object, not null",
                "/gain: expected a number of at least 0, not -1",
                "/kernel: expected an integer, a list of integers or null, not 1.5",
            ],
        ),
        ('{"gain": ▶[1]}', ["/gain: expected at least 2 items, not 1"]),
    ],
)
def test_what_is_wrong_and_where(
    arguments: str, messages: list[str], varied: Path, tmp_path: Path
) -> None:
    places = marks(BEFORE + arguments)
    lines = [
        f"{line}:{column}: {re.sub('(?<![^ ])/', '/audio/ruled/', message)}"
        for (line, column), message in zip(places, messages, strict=True)
    ]
    assert said(varied, tmp_path, arguments.replace(MARK, "")) == "\n".join(lines)


def test_defaults_are_what_the_schema_says(varied: Path, tmp_path: Path) -> None:
    assert said(varied, tmp_path, "{}") == (
        "RuledArguments(critics=None, betas=[0.8, 0.99], periods=[2, 3], edges=[[1.0, 2.5]], "
        "target='lab.Ruled', mel_bins=None, lambda_=0.5, shares={'low': 1.0}, counts=None, "
        "free={}, gain=1.0, kernel=[3, 5], fft_size=1024, order=None, orders=[2], "
        "hop=None, shifts=None, old_hop=None, old_config={}, marks=[])"
    )


def test_numbers_that_only_their_last_digits_tell_apart_differ(
    varied: Path, tmp_path: Path
) -> None:
    """As floats they are the same, but uniqueItems is about what is written."""
    large = 2**53
    assert said(varied, tmp_path, f'{{"edges": [[{large}, {large + 1}]]}}').startswith("Ruled")


ASSIGNMENT = """
from loss_factory import AutoencoderLossConfig
from pydantic import ValidationError
ruled = AutoencoderLossConfig.model_validate({"audio": {"ruled": {}}}).audio.ruled
other = AutoencoderLossConfig.model_validate({"audio": {"ruled": {}}}).audio.ruled
ruled.betas.append(0.5)
try:
    ruled.critics = question
except ValidationError as error:
    [details] = error.errors()
    answer = [details["msg"], other.betas]
"""


def test_assignment_is_checked_and_defaults_are_not_shared(varied: Path) -> None:
    assert answer(varied, ASSIGNMENT, ["band", "band"]) == [
        "item 1 is the same as item 0",
        [0.8, 0.99],
    ]


FORMS = """
from loss_factory import AutoencoderLossConfig
from pydantic import ValidationError
read = AutoencoderLossConfig.model_validate({"audio": {"ruled": question}})
ruled = read.audio.ruled
answer = [ruled.shares, ruled.gain, ruled.kernel, read.model_dump()["audio"]["ruled"]["shares"]]
answer.append(AutoencoderLossConfig.model_validate_json(read.model_dump_json()) == read)
for name, value in (("shares", {"a": float("nan")}), ("gain", [1.0, float("inf")]), ("gain", ())):
    try:
        setattr(ruled, name, value)
    except ValidationError as error:
        answer.append(error.errors()[0]["loc"])
"""


def test_maps_and_numbers_or_lists_in_python(varied: Path) -> None:
    """Integers are floats where these belong; comments are dropped."""
    written = {"shares": {"a": 1, "//": "why", "$comment": 0}, "gain": [1, 2], "kernel": 64.0}
    assert answer(varied, FORMS, written) == [
        *({"a": 1.0}, [1.0, 2.0], 64, {"a": 1.0}, True),
        *(["shares", "a"], ["gain", 1], ["gain"]),
    ]


IN_PLACE = """
from loss_factory import LossConfigError, load_config, models
try:
    config = load_config(question)
    answer = [repr(config.in_place), repr(config.audio and config.audio.window)]
    answer.append(type(config.audio.window.shape) is models.AudioWindowShape)
except LossConfigError as error:
    answer = str(error).replace(question + ":", "").splitlines()
"""


def in_place(package: Path, folder: Path, text: str) -> object:
    """What the package makes of a config with objects that stand in properties."""
    file = folder / "config.json"
    file.write_text(text.replace(MARK, ""), encoding="utf-8")
    return answer(package, IN_PLACE, str(file))


def test_objects_in_place_are_classes_named_after_their_paths(varied: Path, tmp_path: Path) -> None:
    text = '{"in_place": {"level": 1, "//": "x"}, "audio": {"window": {"shape_of": {"name": "a"}}}}'
    assert in_place(varied, tmp_path, text) == [
        "InPlace(level=1.0, mode='good')",
        "AudioWindow(size=512, shape=AudioWindowShape(name='a', sides=None))",
        True,
    ]


def test_mistakes_in_objects_in_place(varied: Path, tmp_path: Path) -> None:
    text = (
        '{"in_place": ▶{"mode": ▶"god"}, '
        '"audio": {"window": {▶"sise": 1, "shape_of": {"name": ▶1}}, "mel": {}}}'
    )
    messages = [
        "/in_place/level: missing",
        "/in_place/mode: expected 'fast' or 'good', not the string \"god\"; did you mean 'good'?",
        "/audio/window/sise: unknown key 'sise'; did you mean 'size'?",
        "/audio/window/shape_of/name: expected a string, not 1",
    ]
    assert in_place(varied, tmp_path, text) == [
        f"{line}:{column}: {each}"
        for (line, column), each in zip(marks(text), messages, strict=True)
    ]


NAMES = """
from loss_factory import AutoencoderLossConfig
read = AutoencoderLossConfig.model_validate({"audio": {"ruled": question}})
copied = read.audio.ruled.model_copy(update={"_target_": "lab.Other", "mel_bins": 8})
answer = [read.audio.ruled.mel_bins, copied.target, copied.model_dump()["mel/bins"]]
answer.append(read.audio.ruled.model_dump(include={"mel_bins"}))
answer.append(AutoencoderLossConfig.model_validate(read.model_dump()) == read)
"""


def test_python_and_configs_have_names_of_their_own(varied: Path) -> None:
    assert answer(varied, NAMES, {"mel/bins": 4}) == [4, "lab.Other", 8, {"mel/bins": 4}, True]


def test_a_name_in_python_is_no_key_of_a_config(varied: Path, tmp_path: Path) -> None:
    assert said(varied, tmp_path, '{"target": "x"}').endswith(
        "unknown key 'target'; did you mean '_target_'?"
    )


INTEGERS = """
from loss_factory import AutoencoderLossConfig
ruled = AutoencoderLossConfig.model_validate({"audio": {"ruled": question}}).audio.ruled
answer = [repr(ruled.fft_size), repr(ruled.order), ruled.orders]
"""


def test_a_choice_of_integers_holds_an_integer(varied: Path) -> None:
    """And 0 is not false, which Python takes for the same."""
    question = {"fft_size": 512.0, "order": 0.0, "orders": [4.0, 1]}
    assert answer(varied, INTEGERS, question) == ["512", "0", [4, 1]]


NEEDS = """
from loss_factory import AutoencoderLossConfig, plan_losses
from pydantic import ValidationError
from loss_factory.models import RuledArguments
read = AutoencoderLossConfig.model_validate({"audio": {"ruled": question}})
dumped = read.model_dump()
answer = [dumped["audio"]["ruled"]["order"], AutoencoderLossConfig.model_validate(dumped) == read]
answer.append(len(plan_losses("vae", read).losses))
changed = RuledArguments()
try:
    changed.hop = 64
except ValidationError as error:
    [details] = error.errors()
    answer += [details["loc"], changed == RuledArguments(), sorted(changed.model_fields_set)]
changed.fft_size, changed.order, changed.hop = 512, 1, 64
answer.append(changed.hop)
answer.append(RuledArguments.model_json_schema()["dependentRequired"])
"""


def test_keys_that_others_need_stay_in_dumps(varied: Path) -> None:
    """Null as well, since JSON Schema asks whether the key is there; assignments are checked."""
    question = {"hop": 64, "fft_size": 512, "order": None}
    rule = {"hop": ["fft_size", "order"], "shifts": ["mel/bins", "hop"]}
    assert answer(varied, NEEDS, question) == [None, True, 3, ["hop"], True, [], 64, rule]


DEPRECATED = """
import warnings
from loss_factory import AutoencoderLossConfig, plan_objective
with warnings.catch_warnings():
    warnings.simplefilter("error")
    read = AutoencoderLossConfig.model_validate({"audio": question})
    plan = plan_objective("vae", read, trainer="new trainer", channels=1)
    answer = [each.weight for each in plan.generator if each.name == "absolute_loss"]
    answer.append(read.model_dump()["audio"]["ruled"]["old_hop"])
    try:
        read.audio.ruled.old_hop
    except DeprecationWarning as warning:
        answer.append(str(warning))
"""


def test_what_is_deprecated_is_read_with_a_warning_by_nobody_but_users(varied: Path) -> None:
    question = {"weights": {"absolute": 2}, "ruled": {"old_hop": 3}}
    assert answer(varied, DEPRECATED, question) == [2.0, 3, "What `hop` was called; write that."]


CHECK = """
from click.testing import CliRunner
from loss_factory.dispatch import TABLES
from loss_factory.runtime.cli.app import Group
done = CliRunner().invoke(Group({}), ["check", question], prog_name="lab", obj=TABLES)
answer = [line.replace(question + ":", "") for line in done.stdout.splitlines() if "warn" in line]
"""


def test_check_warns_of_deprecated_keys_that_are_written(varied: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text('{"audio": {"ruled": {"old_hop": null},\n"weights": {"unread": 1}}}')
    assert answer(varied, CHECK, str(file)) == [
        "1:22: warning: 'old_hop' is deprecated: What `hop` was called; write that.",
        "2:13: warning: 'unread' is deprecated: Weight of a loss that nobody computes.",
        " 2 warnings",
    ]
