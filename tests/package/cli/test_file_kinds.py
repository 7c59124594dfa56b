"""Files as people have them: YAML, a shape of their own, configs of datasets among the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loss_factory import LossConfigError, load_config
from support.command_line import Done, typed

LOSSES = "losses:\n  bottleneck: {weights: {kl: 1e-5}}\n"
DATASET = '{"dataset_type": "audio_dir", "datasets": [{"id": "a", "path": "/x"}]}'
REMARK = (
    "2:30: warning: PyYAML reads 1e-5 as text; write 1.0e-5\n"
    " 2 |   bottleneck: {weights: {kl: 1e-5}}\n"
    "   |                              ^^^^\n"
    "   = at /losses/bottleneck/weights/kl\n"
)


@pytest.fixture
def file(folder: Path) -> Path:
    """A config of somebody's own shape."""
    file = folder / "experiment.yml"
    file.write_text(LOSSES)
    return file


@pytest.mark.usefixtures("file")
def test_check() -> None:
    done = typed("check", "--at", "/losses", "experiment.yml")
    assert done == Done(0, f"experiment.yml:{REMARK}experiment.yml: 1 warning\n")


def test_standard_input() -> None:
    done = typed("check", "--yaml", "--at", "/losses", "-", stdin=LOSSES)
    assert done == Done(0, f"<stdin>:{REMARK}<stdin>: 1 warning\n")


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("command", [("check",), ("explain", "--bottleneck", "vae"), ("resolve",)])
def test_yaml_of_standard_input_without_it_is_refused(command: tuple[str, ...]) -> None:
    done = typed(*command, "--yaml", "experiment.yml")
    assert done.code == 2
    assert (
        "--yaml says what standard input is, and no FILE is '-'; a file is YAML if its name ends "
        "in .yaml or .yml"
    ) in " ".join(done.err.split())


@pytest.mark.usefixtures("file")
def test_explain() -> None:
    done = typed("explain", "--at", "/losses", "--bottleneck", "vae", "experiment.yml")
    assert done.code == 0
    assert done.err == f"experiment.yml:{REMARK}"
    assert "1e-05   experiment.yml:2  kl" in done.out


@pytest.mark.usefixtures("file")
def test_resolve() -> None:
    """Messages begin paths at the root of the file, and so may settings."""
    for path in ("/losses/bottleneck/weights/kl", "bottleneck.weights.kl"):
        done = typed("resolve", "--at", "/losses", "--set", f"{path}=2", "experiment.yml")
        assert done.code == 0
        assert json.loads(done.out)["bottleneck"]["weights"]["kl"] == 2


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("/loses", "1:1: there is no 'loses' here; did you mean 'losses'?"),
        ("/training/loss_configs", "1:1: there is no 'training' here; its keys are 'losses'"),
        ("/losses/x", "2:3: /losses: there is no 'x' here; its keys are 'bottleneck'"),
        (
            "/losses/bottleneck/weights/kl",
            "2:30: /losses/bottleneck/weights/kl: expected an object, not 1e-05",
        ),
        (
            "/losses/bottleneck/weights/kl/x",
            "2:30: /losses/bottleneck/weights/kl: there is no 'x' here, but 1e-05",
        ),
    ],
)
def test_a_wrong_pointer(pointer: str, message: str) -> None:
    with pytest.raises(LossConfigError) as caught:
        load_config("experiment.yml", at=pointer)
    assert str(caught.value) == f"experiment.yml:{message}"
    assert typed("check", "--at", pointer, "experiment.yml").code == 1


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        ("losses", "expected a JSON Pointer such as '/losses', not 'losses'"),
        ("/a~b", "expected '~0' for '~' and '~1' for '/' in '/a~b'"),
    ],
)
def test_what_is_no_pointer(pointer: str, message: str, file: Path) -> None:
    with pytest.raises(LossConfigError) as caught:
        load_config(file, at=pointer)
    assert str(caught.value) == f"at: {message}"
    done = typed("check", "--at", pointer, "experiment.yml")
    assert (done.code, done.err.splitlines()[-1]) == (
        2,
        f"Error: Invalid value for '--at': {message}",
    )


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"runs": [1, {"a/b~c": {"time": {}}}]}', "/runs/1/a~1b~0c"),
        ('{"training": {"loss_configs": {"time": {}}}}', "/training/loss_configs"),
        ('{"time": {}}', ""),
        ('{"losses": null}', "/losses"),
    ],
)
def test_pointers(text: str, pointer: str, folder: Path) -> None:
    (folder / "a.json").write_text(text)
    config = load_config("a.json", at=pointer)
    assert (config.time is None) == ("time" not in text)


@pytest.mark.parametrize("index", ["2", "01", "-", "x"])
def test_no_such_item(index: str, folder: Path) -> None:
    (folder / "a.json").write_text('{"runs": [1, 2]}')
    with pytest.raises(LossConfigError) as caught:
        load_config("a.json", at=f"/runs/{index}")
    said = f"a.json:1:10: /runs: there is no '{index}' here; the array has 2 items, from 0 on"
    assert str(caught.value) == said


NOTICE = "data.json: notice: this is the config of a dataset, which has no losses\n"


def test_the_config_of_a_dataset(folder: Path) -> None:
    """It is no mistake that one lies in a folder of configs, but nor is it checked."""
    (folder / "data.json").write_text(DATASET)
    (folder / "losses.json").write_text("{}")
    assert typed("check", "data.json") == Done(0, f"{NOTICE}data.json: 1 notice\n")
    assert typed("check", "--strict", "*.json") == Done(0, f"{NOTICE}2 files: 1 notice\n")
    assert typed("explain", "data.json") == Done(1, "", NOTICE.replace("notice", "error"))
    annotation = "::notice file=data.json::this is the config of a dataset, which has no losses\n"
    assert typed("check", "--format", "github", "data.json") == Done(0, annotation)
    with pytest.raises(LossConfigError):
        load_config("data.json")


@pytest.mark.parametrize("key", ["bottleneck", "model", "training", "loss_configs"])
def test_what_says_dataset_type_by_mistake(key: str, folder: Path) -> None:
    """It is checked as what it is."""
    (folder / "a.json").write_text(f'{{"dataset_type": "audio_dir", "{key}": {{"x": 1}}}}')
    assert "notice" not in typed("check", "a.json").out


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"losses": {"stft": 1}}', "/losses"),
        ('{"name": "x", "mine": {"time": null}}', "/mine"),
        ('{"config": {"loss_configs": {}}}', "/config/loss_configs"),
        ('{"run": {"training": {"loss_configs": {}}}}', "/run/training/loss_configs"),
    ],
)
def test_a_loss_config_inside_of_something(folder: Path, text: str, pointer: str) -> None:
    (folder / "c.json").write_text(text)
    done = typed("check", "--format", "json", "c.json")
    [problem] = json.loads(done.out)["problems"]
    assert (problem["pointer"], problem["message"]) == (
        pointer,
        "the loss config stands here; give what stands here alone (commands take --at "
        f"{pointer}, load_config at={pointer!r})",
    )
    with pytest.raises(LossConfigError, match="the loss config stands here"):
        load_config("c.json")
    (folder / "c.json").write_text(text.replace("stft", "time").replace("1}", "null}"))
    load_config("c.json", at=pointer)


@pytest.mark.parametrize(
    ("text", "pointer", "message"),
    [
        (
            '{"learning_rate": 1, "demo": {}}',
            "",
            "this is a training object without 'loss_configs'",
        ),
        ('{"loss_config": {}, "use_ema": true}', "/loss_config", "did you mean 'loss_configs'?"),
    ],
)
def test_a_training_object_without_losses(
    folder: Path, text: str, pointer: str, message: str
) -> None:
    (folder / "c.json").write_text(text)
    [problem] = json.loads(typed("check", "--format", "json", "c.json").out)["problems"]
    assert problem["pointer"] == pointer
    assert message in problem["message"]


@pytest.mark.parametrize(
    "text",
    [
        '{"mine": {"time": null}, "yours": {"time": null}}',
        '{"time": null, "mine": {"time": null}}',
        '{"sisdr": {"weight": 1}}',
    ],
)
def test_what_may_be_a_section_of_somebody(folder: Path, text: str) -> None:
    (folder / "c.json").write_text(text)
    with pytest.raises(LossConfigError, match="unknown section"):
        load_config("c.json")


@pytest.mark.parametrize("text", ['{"losses": {"time": null}}', '{"losses": [], "datasets": []}'])
def test_a_section_that_the_trainer_reads_itself_stops_nothing(folder: Path, text: str) -> None:
    """Whatever it holds, and whatever it is called."""
    (folder / "c.json").write_text(text)
    foreign = ("losses", "datasets")
    options = [part for name in foreign for part in ("--foreign-section", name)]
    assert typed("check", *options, "c.json") == Done(0, "c.json: no problems\n")
    assert load_config("c.json", foreign_sections=foreign).time is None


def test_a_place_that_holds_a_whole_config(folder: Path) -> None:
    (folder / "c.json").write_text('{"a": {"training": {"loss_configs": {}}}}')
    for pointer, rest in (("/a", "/training/loss_configs"), ("/a/training", "/loss_configs")):
        with pytest.raises(LossConfigError, match=f"commands take --at {pointer}{rest},"):
            load_config("c.json", at=pointer)


def test_the_config_of_a_dataset_that_does_not_say_its_type(folder: Path) -> None:
    (folder / "d.json").write_text('{"datasets": [{"id": "a"}], "random_crop": true}')
    done = typed("check", "d.json")
    assert (done.code, done.out) == (
        0,
        "d.json: notice: this is the config of a dataset, which has no losses\nd.json: 1 notice\n",
    )
