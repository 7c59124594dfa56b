"""CONFIGS.md, typed as it stands there, in repositories of configs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomllib
import yaml

from loss_factory import load_config, plan_losses
from support import readme
from support.git import need_git
from support.readme import ANYTHING, ROOT, blocks, commands, page, pattern

pytestmark = pytest.mark.long

CONFIGS = page("CONFIGS.md")
TAG = "v0.1.0"


def section(heading: str) -> str:
    """What stands below a heading of the page."""
    return readme.section(heading, CONFIGS)


def environment(folder: Path) -> dict[str, str]:
    """What commands run in: the console scripts of this Python, and a git that knows nobody."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    variables.pop("PYTHONPATH", None)
    variables |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
        "PRE_COMMIT_HOME": str(folder / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    for role in ("AUTHOR", "COMMITTER"):
        variables |= {f"GIT_{role}_NAME": "somebody", f"GIT_{role}_EMAIL": "somebody@localhost"}
    return variables


def run(line: str, folder: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a line in bash, as GitHub Actions does; what it prints comes together."""
    return subprocess.run(
        ["bash", "-e", "-c", line],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def typed(text: str, folder: Path, variables: Mapping[str, str]) -> list[str]:
    """Type the commands of the text; each has to print what stands there."""
    lines = []
    for line, output in commands(text):
        done = run(line, folder, variables)
        assert pattern(output).fullmatch(done.stdout), (line, done.stdout)
        lines.append(line)
    return lines


def broken_config() -> str:
    """The config that the page checks."""
    [config] = blocks("json", section("Check"))
    return config


def mended_config() -> str:
    """What the page's `sed` makes of it."""
    mended = broken_config().replace('"k1": 1e-4, "mmd": 10', '"kl": 1e-4')
    assert mended != broken_config()
    return mended


def config_repository(folder: Path, config: str) -> Path:
    """A git repository with one config, and with one JSON file that is none."""
    need_git()
    (folder / "configs").mkdir(parents=True)
    (folder / "configs" / "vae.json").write_text(config, encoding="utf-8")
    (folder / "package.json").write_text('{"name": "configs"}\n', encoding="utf-8")
    run("git init --quiet", folder, environment(folder)).check_returncode()
    return folder


@pytest.fixture(scope="module")
def own_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with the files of this one as they are now, and the tag of the page."""
    need_git()
    folder = tmp_path_factory.mktemp("loss-factory")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(listing, cwd=ROOT, encoding="utf-8").split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():  # not removed since
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    lines = f"git init --quiet; git add --all --force; git commit --quiet -m now; git tag {TAG}"
    run(lines, folder, environment(folder)).check_returncode()
    return folder


@pytest.fixture(scope="module")
def locked_packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables with which pip takes the command line's packages, and what builds, as locked."""
    folder = tmp_path_factory.mktemp("packages")
    command = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={folder}"]
    locks = [f"--requirement={ROOT}/.ci/locks/{group}.txt" for group in ("build", "cli")]
    locked = ["--no-deps", "--only-binary=:all:", "--require-hashes"]
    subprocess.run([*command, *locked, *locks], check=True)
    # As a URL: at the spaces of a path, pip would divide it.
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder.as_uri()}


def first_config(folder: Path) -> Path:
    """The config that shows what to write."""
    [config] = blocks("json", section("What to write"))
    file = folder / "model_config.json"
    file.write_text(config, encoding="utf-8")
    return file


def test_the_first_config_loads(tmp_path: Path) -> None:
    config = load_config(first_config(tmp_path))
    assert config.bottleneck.weights.kl == 1e-5
    assert config.bottleneck.weights.mmd == 75.0
    assert config.reconstruction is not None
    assert config.reconstruction.type == "l2"
    assert config.adversarial is not None
    assert config.adversarial.type == "hinge"


def test_check_of_the_first_config(tmp_path: Path) -> None:
    """It is right, and warns of four sections, as the text says."""
    file = first_config(tmp_path)
    done = run(f"loss-factory check --format json {file.name}", tmp_path, environment(tmp_path))
    assert done.returncode == 0
    problems = json.loads(done.stdout)["problems"]
    named = [re.findall(r"'([\w.]+)'", each["message"])[0] for each in problems]
    assert sorted(named) == ["adversarial", "reconstruction", "spectral", "time"]


def test_a_config_to_begin_with(tmp_path: Path) -> None:
    assert len(typed(section("A config to begin with"), tmp_path, environment(tmp_path))) == 2


def test_checking_explaining_resolving(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    (tmp_path / "model_config.json").write_text(broken_config(), encoding="utf-8")
    assert len(typed(section("Check"), tmp_path, variables)) == 3
    assert (tmp_path / "model_config.json").read_text(encoding="utf-8") == mended_config()
    assert len(typed(section("Check for a trainer"), tmp_path, variables)) == 3
    assert len(typed(section("Explain"), tmp_path, variables)) == 5
    assert len(typed(section("Resolve and compare"), tmp_path, variables)) == 2


def test_yaml(tmp_path: Path) -> None:
    [config] = blocks("yaml", section("YAML"))
    (tmp_path / "experiment.yaml").write_text(config, encoding="utf-8")
    assert len(typed(section("YAML"), tmp_path, environment(tmp_path))) == 1


def test_comments() -> None:
    [config] = blocks("json", section("Comments"))
    [loss] = plan_losses("vae", json.loads(config)).losses
    assert loss.weight == pytest.approx(1e-4)


def test_what_check_says_of_trainers(tmp_path: Path) -> None:
    """Each warning is in a row of the table, and each row is the start of one."""
    config = json.loads(mended_config())
    sections = config["training"]["loss_configs"]
    sections["spectral"]["config"] |= {"hop_sizes": [512], "w_cep": 1.0}
    sections |= {"time": None, "adversarial": {}, "clap": {"weights": {"clap": 1.0}}}
    del sections["discriminator"]["weights"]["adversarial"]
    changed = json.loads(mended_config())
    sections = changed["training"]["loss_configs"]
    sections["bottleneck"]["type"] = "rvq"
    sections["discriminator"]["weights"] = {"adversarial": 0, "feature_matching": 0}
    sections["latent_distillation"] = {"weights": {"l1": 1.0}}
    other = {**changed, "model_type": "diffusion_autoencoder"}
    both = "--trainer 0.0.19 --trainer loss-factory"
    messages = []
    for each, trainers in ((config, both), (changed, both), (other, "--trainer 0.0.19")):
        (tmp_path / "warned.json").write_text(json.dumps(each), encoding="utf-8")
        checking = f"loss-factory check --format json {trainers} warned.json"
        done = run(checking, tmp_path, environment(tmp_path))
        messages += [problem["message"] for problem in json.loads(done.stdout)["problems"]]
    table = re.findall(r"^\| (.*….*?) \|", section("Check for a trainer"), re.MULTILINE)
    said = [
        [row for row in table if re.match(".*".join(map(re.escape, row.split(ANYTHING))), message)]
        for message in messages
    ]
    assert {len(rows) for rows in said} == {1}, messages
    assert {row for rows in said for row in rows} == set(table)


def test_the_options_of_explain(tmp_path: Path) -> None:
    table = re.findall(r"^\| `(--[\w-]+)", section("Explain"), re.MULTILINE)
    done = run("loss-factory explain --help", tmp_path, environment(tmp_path))
    assert sorted(table) == sorted(re.findall(r"^  (--[\w-]+)", done.stdout, re.MULTILINE))


def test_the_name_of_a_loss_config_is_none_of_the_bottleneck(tmp_path: Path) -> None:
    other = mended_config().replace('"type": "vae"', '"type": "rvq"')
    assert other != mended_config()
    label = mended_config().replace('"type": "kl"', '"type": "vae"')
    assert label != mended_config()
    spread = json.dumps(json.loads(mended_config()), indent=8, sort_keys=True)
    texts = {"one.json": mended_config(), "same.json": spread, "rvq.json": other}
    resolved = {}
    for name, text in (texts | {"label.json": label}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        resolved[name] = run(f"loss-factory resolve {name}", tmp_path, environment(tmp_path)).stdout
    assert resolved["one.json"].count("sha256: ") == 1
    assert resolved["one.json"] == resolved["same.json"] == resolved["rvq.json"]
    assert resolved["one.json"] != resolved["label.json"]
    done = run("loss-factory resolve one.json --diff rvq.json", tmp_path, environment(tmp_path))
    assert done.stdout == "no differences\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_files_that_are_saved_otherwise(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "saved.json").write_text(mended_config(), encoding=encoding)
    done = run("loss-factory check saved.json", tmp_path, environment(tmp_path))
    assert done.returncode != 0
    assert "UTF-8" in done.stdout


def test_what_counts_as_an_integer(tmp_path: Path) -> None:
    for written, said in (
        ("64.0", "config.json: no problems\n"),
        ("6.4e1", "config.json: no problems\n"),
        ("64.5", "error: expected an integer, not 64.5\n"),
    ):
        config = mended_config().replace('"filters": 64', f'"filters": {written}')
        assert config != mended_config()
        (tmp_path / "config.json").write_text(config, encoding="utf-8")
        done = run("loss-factory check config.json", tmp_path, environment(tmp_path))
        assert said in done.stdout


def test_the_editor_finds_the_schemas(tmp_path: Path) -> None:
    for line in "\n".join(blocks("sh", section("In an editor"))).splitlines():
        done = run(line, tmp_path, environment(tmp_path))
        assert (done.returncode, done.stdout) == (0, ""), line
    files = sorted(str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.json"))
    names = ["loss_config.schema.json", "model_config.schema.json"]
    assert files == sorted([*(f".vscode/{each}" for each in (*names, "settings.json")), *names])
    (tmp_path / "losses.json").write_text('{"$schema": "loss_config.schema.json"}')
    done = run("loss-factory check losses.json", tmp_path, environment(tmp_path))
    assert done.stdout == "losses.json: no problems\n"


def test_the_hook_of_pre_commit(
    tmp_path: Path, own_repository: Path, locked_packages: dict[str, str]
) -> None:
    variables = environment(tmp_path) | locked_packages
    repository = config_repository(tmp_path / "lab", broken_config())
    [hooks] = blocks("yaml", section("Before each commit"))
    assert f"rev: {TAG} " in hooks
    hooks = hooks.replace("/path/to/loss-factory ", f"{own_repository} ")
    (repository / ".pre-commit-config.yaml").write_text(hooks, encoding="utf-8")
    lines = typed(section("Before each commit"), repository, variables)
    assert lines[0] == "git add ."
    assert lines[1:] == ["pre-commit run", lines[2], "git add .", "pre-commit run"]
    assert (repository / "configs" / "vae.json").read_text(encoding="utf-8") == mended_config()

    (repository / ".pre-commit-config.yaml").write_text(
        hooks.replace("        files: ^configs/\n", ""), encoding="utf-8"
    )
    done = run("git add .; pre-commit run --all-files", repository, variables)
    assert done.returncode == 1  # package.json is checked, too
    assert "package.json:1:2: error: unknown section 'name'" in done.stdout


def test_the_hook_installs_what_the_command_line_needs() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert hook["additional_dependencies"] == project["optional-dependencies"]["cli"]


def workflow_steps() -> list[dict[str, Any]]:
    """The steps of the workflow for GitHub Actions."""
    [workflow] = blocks("yaml", section("In CI"))
    steps: list[dict[str, Any]] = yaml.safe_load(workflow)["jobs"]["check"]["steps"]
    return steps


def test_the_workflow(tmp_path: Path) -> None:
    [install, check] = [step["run"] for step in workflow_steps() if "run" in step]
    [shell] = blocks("sh", section("In CI"))
    assert shell.splitlines()[0] == install
    [annotations] = blocks("text", section("In CI"))
    broken = config_repository(tmp_path / "broken", broken_config())
    done = run(check, broken, environment(tmp_path))
    assert (done.returncode, done.stdout) == (1, annotations)
    good = config_repository(tmp_path / "good", mended_config())
    done = run(check, good, environment(tmp_path))
    assert (done.returncode, done.stdout) == (0, "")


def test_ci_in_shell(tmp_path: Path) -> None:
    [shell] = blocks("sh", section("In CI"))
    _, check = shell.splitlines()
    good = config_repository(tmp_path / "good", mended_config())
    done = run(check, good, environment(tmp_path))
    assert (done.returncode, done.stdout) == (0, "configs/vae.json: no problems\n")
    broken = config_repository(tmp_path / "broken", broken_config())
    done = run(check, broken, environment(tmp_path))
    assert done.returncode == 1
    assert done.stdout.endswith("\nconfigs/vae.json: 2 errors\n")


@pytest.mark.parametrize("revision", [TAG, "HEAD"])
def test_the_place_that_ci_installs_from(
    tmp_path: Path, own_repository: Path, locked_packages: dict[str, str], revision: str
) -> None:
    """It can be this repository, with the extra and the tag, or the hash of a commit."""
    [install, _] = [step["run"] for step in workflow_steps() if "run" in step]
    address = "https://loss-factory.invalid/repository"
    variables = (
        environment(tmp_path)
        | locked_packages
        | {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{own_repository.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": address,
        }
    )
    line = install.replace("ADDRESS", address)
    if revision != TAG:
        ask = f"git rev-parse {revision}"
        commit = run(ask, own_repository, environment(tmp_path)).stdout.strip()
        line = line.replace(f"@{TAG}", f"@{commit}")
        assert commit in line
    done = run(f"{line} --quiet --no-deps --target there", tmp_path, variables)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "there" / "loss_factory" / "losses.schema.json").is_file()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("loss-factory check good.json warned.json", 0),
        ("python -m loss_factory check good.json", 0),
        ("loss-factory check broken.json", 1),
        ("loss-factory check --strict warned.json", 1),
        ("loss-factory check missing.json broken.json", 2),
        ("loss-factory check 'missing*.json'", 2),
        ("loss-factory check --strct good.json", 2),
        ("loss-factory explain broken.json", 1),
        ("loss-factory resolve broken.json", 1),
    ],
)
def test_exit_codes(tmp_path: Path, line: str, code: int) -> None:
    (tmp_path / "good.json").write_text(mended_config(), encoding="utf-8")
    (tmp_path / "broken.json").write_text(broken_config(), encoding="utf-8")
    warned = broken_config().replace('"k1"', '"kl"')
    (tmp_path / "warned.json").write_text(warned, encoding="utf-8")
    assert run(line, tmp_path, environment(tmp_path)).returncode == code
    assert re.findall(r"^\| (\d) \|", section("Exit codes"), re.MULTILINE) == ["0", "1", "2"]


def test_completion_in_bash(tmp_path: Path) -> None:
    [shell] = blocks("sh", section("Shell completion"))
    in_bash, *others = shell.splitlines()
    ask = (
        "COMP_WORDS=(loss-factory explain --bottleneck dac); COMP_CWORD=3; "
        '_loss_factory_completion loss-factory; echo "${COMPREPLY[@]}"'
    )
    done = run(f"{in_bash}\n{ask}", tmp_path, environment(tmp_path))
    assert done.stdout == "dac_rvq dac_rvq_vae\n"
    for line in others:  # zsh and fish are rarely there
        [variable] = re.findall(r"_LOSS_FACTORY_COMPLETE=\w+", line)
        done = run(f"{variable} loss-factory", tmp_path, environment(tmp_path))
        assert done.returncode == 0
        assert "_loss_factory_completion" in done.stdout
