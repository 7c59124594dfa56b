"""Each command in a process of its own, with pipes: exact output, and how processes end."""

from __future__ import annotations

import importlib.resources
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from support.command_line import COMMAND, Done, environment, piped
from support.installing import pip_install
from support.overlays import published

MODEL_CONFIG = """\
{
  "model": {"bottleneck": {"type": "vae"}},
  "training": {"loss_configs": {
    "bottleneck": {"weights": {"kll": 1e-4}},
    "time": {"weights": {}},
    "spectral": {"config": {}, "weights": {"mrstft": 1}}
  }}
}
"""
CHECKED = """\
c.json:4:32: error: unknown key 'kll'; did you mean 'kl'?
 4 |     "bottleneck": {"weights": {"kll": 1e-4}},
   |                                ^^^^^
   = at /training/loss_configs/bottleneck/weights/kll
"""
EXPLAINED = """\
stable-audio-tools 0.0.20, WassersteinBottleneck: total = sum of weight * value

name      section     weight  from      value  description
mmd_loss  bottleneck  3.0     c.json:1  mmd    Pulls the latents of a batch, taken together, \
towards a standard normal

The trainer puts into info: mmd
"""
RESOLVED = """\
{
  "bottleneck": {
    "weights": {
      "kl": 1e-06,
      "mmd": 3.0,
      "quantizer": 1.0,
      "codebook": 1.0,
      "commitment": 0.25,
      "softnorm": 1e-05
    }
  }
}
"""
MODULE = (sys.executable, "-m", "loss_factory")
ASCII = {"PYTHONIOENCODING": "ascii:strict"}


def test_check(folder: Path) -> None:
    (folder / "c.json").write_text(MODEL_CONFIG)
    assert piped("check", "c.json") == Done(1, f"{CHECKED}c.json: 1 error\n")
    stdin = MODEL_CONFIG.replace("kll", "kl").encode()
    assert piped("check", "-", stdin=stdin) == Done(0, "<stdin>: no problems\n")


def test_explain(folder: Path) -> None:
    (folder / "c.json").write_text('{"bottleneck": {"weights": {"mmd": 3}}}')
    assert piped("explain", "c.json", "--bottleneck", "wasserstein") == Done(0, EXPLAINED)


def test_resolve(folder: Path) -> None:
    (folder / "c.json").write_text('{"bottleneck": {"weights": {"mmd": 3}}}')
    assert piped("resolve", "c.json") == Done(
        0, RESOLVED, f"sha256: {sha256(RESOLVED.encode()).hexdigest()}\n"
    )


def test_schema() -> None:
    schema = importlib.resources.files("loss_factory").joinpath("losses.schema.json").read_bytes()
    assert piped("schema") == Done(0, schema.decode())


def test_schema_into_a_pipe_by_its_name() -> None:
    assert piped("schema", "--out", "/dev/stdout") == piped("schema")


def test_bottlenecks() -> None:
    done = piped("bottlenecks")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].split("  ")[0] == "tag"
    assert lines[1] == (
        "vae           VAEBottleneck          kl                  kl_loss          "
        "bottleneck.weights.kl, default 1e-06"
    )


def test_colours_are_for_terminals_unless_they_are_forced(folder: Path) -> None:
    (folder / "c.json").write_text(MODEL_CONFIG)
    done = piped("check", "c.json", TERM="xterm-256color", COLUMNS="20")
    assert done == Done(1, f"{CHECKED}c.json: 1 error\n")
    forced = piped("check", "c.json", TERM="xterm-256color", FORCE_COLOR="1")
    assert "\x1b[1;31merror\x1b[0m" in forced.out


def test_a_pipe_that_takes_ascii_only(folder: Path) -> None:
    (folder / "c.json").write_text('{"bottleneck": {"type": "ü…", "x": 1}}', encoding="utf-8")
    done = piped("check", "c.json", **ASCII)
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines()[1] == ' 1 | {"bottleneck": {"type": "\\xfc\\u2026", "x": 1}}'


# The other ways to start it


def test_the_module(folder: Path) -> None:
    (folder / "c.json").write_text(MODEL_CONFIG)
    assert piped("check", "c.json", command=MODULE) == Done(1, f"{CHECKED}c.json: 1 error\n")
    refused = piped("chek", command=MODULE)
    assert refused.code == 2
    assert refused.err.startswith("Usage: python -m loss_factory [OPTIONS] COMMAND [ARGS]...\n")


def test_a_package_of_ones_own(folder: Path) -> None:
    """What its overlay brings is known, and its messages name nobody else's commands."""
    name = published("grouped_vae", folder)
    command = (sys.executable, "-m", name)
    (folder / "c.json").write_text(
        '{"model": {"bottleneck": {"type": "grouped_vae"}}, "training": {"loss_configs": '
        '{"bottleneck": {"weights": {"kl_w": 1, "kl_spacial": 2}}}}}'
    )
    code, out, err = piped(
        "check", "--trainer", "stable-audio-tools 0.0.20", "c.json", command=command
    )
    assert (code, err) == (1, "")
    assert "error: unknown key 'kl_spacial'; did you mean 'kl_spatial'?\n" in out
    assert "'kl_w'" not in out
    explained = piped("explain", "-", "--bottleneck", "grouped_vae", command=command, stdin=b"{}")
    assert [line.split()[:2] for line in explained.out.splitlines()[2:5]] == [
        ["name", "section"],
        ["kl_w_loss", "bottleneck"],
        ["kl_spatial_loss", "bottleneck"],
    ]
    helped = piped("check", "--help", command=command)
    assert f"  python -m {name} check model_config.json\n" in helped.out
    assert "loss-factory" not in out + helped.out + piped("nothing", command=command).err


def test_a_scaled_loss_says_so(folder: Path) -> None:
    command = (sys.executable, "-m", published("vq_scale", folder))
    (folder / "c.json").write_text('{"bottleneck": {"weights": {\n"rvq": 2}}}')
    done = piped("explain", "c.json", "--bottleneck", "dac_rvq", command=command)
    assert [line[:72].rstrip() for line in done.out.splitlines()[3:5]] == [
        "codebook_loss    bottleneck  2.0     c.json:2         vq/codebook_loss",
        "commitment_loss  bottleneck  0.5     0.25 × c.json:2  vq/commitment_loss",
    ]


# How they end

WORDS = {
    "check": ("check", "c.json"),
    "explain": ("explain", "c.json"),
    "resolve": ("resolve", "good.json"),
    "schema": ("schema",),
    "bottlenecks": ("bottlenecks",),
    "help": ("--help",),
}


@pytest.fixture
def files(folder: Path) -> None:
    (folder / "c.json").write_text(MODEL_CONFIG)
    (folder / "good.json").write_text("{}")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_a_disk_that_is_full(words: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *words],
            stdout=full,
            stderr=full if words[0] == "explain" else subprocess.PIPE,
            env=environment({}),
            check=False,
        )
    assert done.returncode == 2
    if words[0] != "explain":  # which has something to say on standard error only
        assert done.stderr.decode() == "loss-factory: [Errno 28] No space left on device\n"


@pytest.mark.usefixtures("files")
def test_a_reader_that_goes_away(folder: Path) -> None:
    keys = ", ".join(f'"{"x" * 400}{number}": 1' for number in range(400))
    (folder / "long.json").write_text(f'{{"bottleneck": {{{keys}}}}}')
    for words in (("check", "long.json"), ("schema",)):
        process = subprocess.Popen(
            [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment({})
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(60) == 1


@pytest.mark.usefixtures("files")
def test_streams_that_are_closed() -> None:
    for redirection, words, code in (
        ("<&-", "check -", 1),
        (">&-", "check good.json", 0),
        (">&-", "schema", 0),
        ("2>&-", "explain c.json", 1),
    ):
        script = f'"$@" {redirection}'
        done = piped(*words.split(), command=("sh", "-c", script, "sh", *COMMAND))
        assert (done.code, done.err) == (code, "")


def test_ctrl_c() -> None:
    """Sent while it reads: it has taken more than a pipe holds, and waits for the rest."""
    process = subprocess.Popen(
        [*COMMAND, "check", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment({}),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # it may be ignored here
    )
    assert process.stdin is not None
    process.stdin.write(b" " * 1_000_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.decode().strip()) == (130, b"", "Aborted!")


# What is not there

BLOCKED = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {0!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from loss_compiler.entry import main
main()
"""


def without(module: str) -> tuple[str, ...]:
    return (sys.executable, "-c", BLOCKED.format(module))


@pytest.mark.long
@pytest.mark.parametrize("module", ["click", "rich"])
def test_without_a_library_it_says_what_to_install(module: str) -> None:
    told = f"loss-factory needs click and rich; install them with: {pip_install('cli')}\n"
    for words in (("check", "-"), ("--help",), ("compile",)):
        assert piped(*words, command=without(module)) == Done(2, "", told)


@pytest.mark.long
def test_without_the_compilers_libraries_the_rest_works() -> None:
    command = without("jinja2")
    helped = piped("--help", command=command)
    assert (helped.code, helped.err) == (0, "")
    needs = f"needs jinja2; install it with: {pip_install('compiler')}"
    assert "  compile         (needs jinja2)\n" in helped.out
    assert piped("compile", "x", "--out", "y", command=command) == Done(
        2, "", f"loss-factory compile {needs}\n"
    )
    assert piped("check", "-", stdin=b"{}", command=command) == Done(0, "<stdin>: no problems\n")


ALL_COMMANDS = """
import sys
from loss_compiler.entry import main
for words in {0!r}:
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as end:
        assert not end.code, (words, end.code)
compiler = [name for name in sys.modules if name.partition(".")[0] == "loss_compiler"]
print("torch" in sys.modules, *compiler)
"""


def test_neither_torch_nor_the_compiler_is_imported(folder: Path) -> None:
    """But for what knows the names of the compiler's commands."""
    (folder / "c.json").write_text("{}")
    words = (
        ["check", "c.json", "--bottleneck", "vae"],
        ["explain", "c.json", "--bottleneck", "vae"],
        ["resolve", "c.json", "--diff", "c.json"],
        ["schema"],
        ["schema", "--vscode", "--out", ".vscode/settings.json"],
        ["bottlenecks"],
        ["check", "--help"],
    )
    done = piped(command=(sys.executable, "-c", ALL_COMMANDS.format(words)))
    assert (done.code, done.err) == (0, "")
    modules = (
        "loss_compiler loss_compiler.shared loss_compiler.shared.streams loss_compiler.target "
        "loss_compiler.target.extras loss_compiler.entry"
    )
    assert done.out.splitlines()[-1] == f"False {modules}"
