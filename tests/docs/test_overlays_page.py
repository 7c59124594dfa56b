"""OVERLAYS.md, typed as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.readme import OVERLAYS, ROOT, blocks, commands, pattern

BEFORE_TRAINERS, REST = OVERLAYS.split("\n# What trainers make of it\n")
ON_TRAINERS, REST = REST.split("\n# A discriminator of your own\n")
ON_DISCRIMINATORS, ON_OBJECTIVES = REST.split("\n# A loss in an objective\n")


def run(line: str, folder: Path) -> str:
    """Type a line there; what it prints."""
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"PYTHONIOENCODING": "utf-8", "COLUMNS": "200"}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        line,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    ).stdout


@pytest.mark.long
def test_ten_minutes(tmp_path: Path) -> None:
    overlay, _ = blocks("json", BEFORE_TRAINERS)[:2]
    [step] = blocks("python", BEFORE_TRAINERS)
    for number, command in enumerate(commands(BEFORE_TRAINERS)):
        if number == 1:  # "Then the whole of it is"
            assert (tmp_path / "lab.overlay.json").is_file()
            (tmp_path / "lab.overlay.json").write_text(overlay, encoding="utf-8")
            (tmp_path / "step.py").write_text(step, encoding="utf-8")
        printed = run(command.line, tmp_path)
        assert pattern(command.output).fullmatch(printed), (command.line, printed)
    assert number == 6


@pytest.mark.long
def test_the_two_forms(tmp_path: Path) -> None:
    """How many files each has, and that both train; the page says when to choose which."""
    overlay, *_ = blocks("json", BEFORE_TRAINERS)
    (tmp_path / "lab.overlay.json").write_text(overlay, encoding="utf-8")
    compiling = list(commands(BEFORE_TRAINERS))[1].line
    (table,) = re.findall(r"^\| you commit \| (.*) \|$", OVERLAYS, re.MULTILINE)
    small, standalone = map(int, re.findall(r"\d+", table))
    [step] = blocks("python", BEFORE_TRAINERS)
    (tmp_path / "step.py").write_text(step, encoding="utf-8")
    [training] = [each for each in commands(BEFORE_TRAINERS) if each.line.endswith("step.py")]
    for option, expected in (("", small), (" --standalone", standalone), ("", small)):
        run(f"{compiling}{option}", tmp_path)
        said = run(f"{compiling}{option} --check", tmp_path)
        assert said == f"src/lab_losses: nothing changed, {expected} files are up to date\n"
        assert run(training.line, tmp_path) == training.output
        code = "import sys; sys.modules['loss_factory'] = None; import lab_losses; print('alone')"
        printed = run(f'PYTHONPATH=src python -c "{code}"', tmp_path)
        assert (printed == "alone\n") == bool(option)


def test_another_runtime(tmp_path: Path) -> None:
    overlay, *_ = blocks("json", BEFORE_TRAINERS)
    (tmp_path / "lab.overlay.json").write_text(overlay, encoding="utf-8")
    run(list(commands(BEFORE_TRAINERS))[1].line, tmp_path)
    init = tmp_path / "src" / "lab_losses" / "__init__.py"
    text = init.read_text(encoding="utf-8")
    changed = text.replace("require_runtime(__name__, 3)", "require_runtime(__name__, 4)")
    assert changed != text
    init.write_text(changed, encoding="utf-8")
    [message] = blocks("text", BEFORE_TRAINERS)
    printed = run('PYTHONPATH=src python -c "import lab_losses"', tmp_path)
    assert printed.endswith(f"\nImportError: {message}")


def test_an_overlay_of_an_overlay(tmp_path: Path) -> None:
    lab, _, project = blocks("json", BEFORE_TRAINERS)
    (tmp_path / "lab.overlay.json").write_text(lab, encoding="utf-8")
    (tmp_path / "project.overlay.json").write_text(project, encoding="utf-8")
    [line] = [each for each in blocks("sh", BEFORE_TRAINERS) if "project.overlay.json" in each]
    run(line, tmp_path)
    code = (
        "from project_losses import plan_losses\n"
        "print([loss.weight for loss in plan_losses('grouped_vae').losses])\n"
    )
    (tmp_path / "plan.py").write_text(code, encoding="utf-8")
    assert run("PYTHONPATH=src python plan.py", tmp_path) == "[1e-05, 0.0001]\n"


def test_what_trainers_make_of_it(tmp_path: Path) -> None:
    overlay, config, _ = blocks("json", ON_TRAINERS)
    (tmp_path / "trainer.overlay.json").write_text(overlay, encoding="utf-8")
    (tmp_path / "model_config.json").write_text(config, encoding="utf-8")
    compiling, checking = commands(ON_TRAINERS)
    for command in (compiling, checking):
        printed = run(command.line, tmp_path)
        assert pattern(command.output).fullmatch(printed), (command.line, printed)
    [option] = re.findall(r"`(--trainer [^`]*)`", ON_TRAINERS)
    asked = f"PYTHONPATH=src python -m trainer_losses check {option} model_config.json"
    assert "0.0.20 can't do without it" in run(asked, tmp_path)


def test_values_that_fail_together(tmp_path: Path) -> None:
    """The rule of the page is told as it says there."""
    overlay, config, failure = map(json.loads, blocks("json", ON_TRAINERS))
    [said] = blocks("text", ON_TRAINERS)
    trainer = "stable-audio-tools 0.0.20"
    note = {trainer: {"fails": [failure]}}
    overlay["$defs"]["SpectralArguments"] = {"x-trainers": note}
    (tmp_path / "trainer.overlay.json").write_text(json.dumps(overlay), encoding="utf-8")
    run(next(commands(ON_TRAINERS)).line, tmp_path)
    sizes = {"fft_sizes": [1024], "hop_sizes": [600], "win_lengths": [1024]}
    config["training"]["loss_configs"]["spectral"] = {"config": sizes}
    (tmp_path / "model_config.json").write_text(json.dumps(config), encoding="utf-8")
    checking = f"PYTHONPATH=src python -m trainer_losses check --trainer '{trainer}'"
    assert said.strip() in run(f"{checking} model_config.json", tmp_path)


def test_what_a_key_that_an_object_has_not_is_told(tmp_path: Path) -> None:
    """Which a note on the definition of the object says."""
    [name] = re.findall(r"such as\s+`(\w+)`\. Its other keys are errors", ON_TRAINERS)
    overlay = json.loads(blocks("json", ON_TRAINERS)[0])
    overlay["$defs"] = {name: {"x-trainers": {"our trainer": {"passes": ["batch"]}}}}
    (tmp_path / "trainer.overlay.json").write_text(json.dumps(overlay), encoding="utf-8")
    run(next(commands(ON_TRAINERS)).line, tmp_path)
    config = '{"discriminator": {"type": "encodec", "config": {"filters": 4, "batch": 2}}}'
    (tmp_path / "losses.json").write_text(config, encoding="utf-8")
    printed = run("PYTHONPATH=src python -m trainer_losses check losses.json", tmp_path)
    assert "error: unknown key 'batch'" in printed
    assert "the trainer passes it itself" in printed


def test_the_section_of_the_page_compiles(tmp_path: Path) -> None:
    _, overlay, _ = blocks("json", BEFORE_TRAINERS)
    (tmp_path / "sections.json").write_text(overlay, encoding="utf-8")
    command = [Path(sys.executable).parent / "loss-factory", "compile", "sections.json"]
    subprocess.run([*command, "--package", "sections", "--out", "."], cwd=tmp_path, check=True)
    code = (
        "import sections\n"
        "print(sections.AutoencoderLossConfig().power_channel)\n"
        "config = {'power_channel': {'mode': 'max', 'n_ffts': [512]}}\n"
        "print(sections.AutoencoderLossConfig.model_validate(config).power_channel)\n"
        "sections.plan_losses('vae', {'power_channel': {'mode': 'rms', 'n_ffts': [None]}})\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "None\nweight=1.0 mode='max' n_ffts=[512]\n"
    assert done.stderr.splitlines()[-2:] == [
        "loss_factory.runtime.model.errors.LossConfigError: loss_config: /power_channel/mode: "
        "expected 'mean' or 'max' or null, not the string \"rms\"",
        "loss_config: /power_channel/n_ffts/0: expected an integer, not null",
    ]


def test_a_discriminator_of_ones_own(tmp_path: Path) -> None:
    [overlay] = blocks("json", ON_DISCRIMINATORS)
    (tmp_path / "wavelet.overlay.json").write_text(overlay, encoding="utf-8")
    for command in commands(ON_DISCRIMINATORS):
        printed = run(command.line, tmp_path)
        assert pattern(command.output).fullmatch(printed), (command.line, printed)
    config = {
        "discriminator": {"type": "wavelet", "config": {"levels": 3}, "weights": {"adversarial": 1}}
    }
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    line = "PYTHONPATH=src python -m wavelet_losses check --strict config.json"
    assert run(line, tmp_path) == "config.json: no problems\n"


def test_the_losses_of_a_discriminator_read_its_decay(tmp_path: Path) -> None:
    overlay = json.loads(blocks("json", ON_DISCRIMINATORS)[0])
    del overlay["$defs"]["WaveletDiscriminatorLossConfig"]["properties"]["decay"]
    (tmp_path / "wavelet.overlay.json").write_text(json.dumps(overlay), encoding="utf-8")
    compiling, _ = commands(ON_DISCRIMINATORS)
    assert "WaveletDiscriminatorLossConfig, which has no 'decay'" in run(compiling.line, tmp_path)


@pytest.mark.long
def test_a_loss_in_an_objective(tmp_path: Path) -> None:
    [overlay], [step] = blocks("json", ON_OBJECTIVES), blocks("python", ON_OBJECTIVES)
    (tmp_path / "downmix.overlay.json").write_text(overlay, encoding="utf-8")
    (tmp_path / "downmix.py").write_text(step, encoding="utf-8")
    for command in commands(ON_OBJECTIVES):
        printed = run(command.line, tmp_path)
        assert pattern(command.output).fullmatch(printed), (command.line, printed)
    for channels, expected in ((1, False), (2, True)):
        code = step.replace("channels=2", f"channels={channels}").partition("\nreals, ")[0]
        (tmp_path / "plan.py").write_text(f"{code}\nprint(objective.plan.reads)", encoding="utf-8")
        assert ("reals_mono" in run("PYTHONPATH=src python plan.py", tmp_path)) == expected


def test_a_trainer_of_ones_own_has_an_objective(tmp_path: Path) -> None:
    overlay = json.loads(blocks("json", ON_OBJECTIVES)[0])
    objective = {"generator": {"DownmixLoss": {}, "LossMapping": {}}}
    ours = {"description": "The trainer of our lab.", "assumed": True, "objective": objective}
    overlay["x-trainers"] = {"our trainer": ours}
    (tmp_path / "downmix.overlay.json").write_text(json.dumps(overlay), encoding="utf-8")
    run(next(commands(ON_OBJECTIVES)).line, tmp_path)
    code = (
        "from downmix_losses import plan_objective\n"
        "config = {'downmix': {'weight': 0.5}, 'spectral': {'weights': {'mrstft': 1.0}}}\n"
        "plan = plan_objective('vae', config, trainer='our trainer')\n"
        "print([(loss.name, loss.weight) for loss in plan.losses])\n"
    )
    (tmp_path / "plan.py").write_text(code, encoding="utf-8")
    said = run("PYTHONPATH=src python -W ignore plan.py", tmp_path)
    assert said == "[('downmix_loss', 0.5), ('kl_loss', 1e-06)]\n"


def test_what_can_be_computed() -> None:
    """LOSSES.md lists the kinds of terms that a schema may name, as the page says."""
    losses = (ROOT / "generated" / "loss_factory" / "LOSSES.md").read_text("utf-8")
    table = losses.partition("| value of x and y |")[2].partition("###")[0]
    dialect = json.loads((ROOT / "schema" / "dialect.schema.json").read_text("utf-8"))
    kinds = dialect["$defs"]["term"]["properties"]["kind"]["enum"]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == kinds
