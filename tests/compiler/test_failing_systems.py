"""Commands that write where the system doesn't let them: one clear line, and nothing changes."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from loss_compiler.source.problems import CompileError
from loss_compiler.target.publish import publish
from support.command_line import COMMAND
from support.schemas import (
    GROUPED_VAE,
    PACKAGE,
    ROOT,
    TINY,
    VARIED,
    compiled,
    compiler_environment,
    package_files,
    run,
    traces,
    tree,
    unpacked,
)
from support.unprivileged import ordinary

pytestmark = pytest.mark.long

GENERATE = ("-m", "loss_compiler", "generate", "--schema", str(VARIED), "--out", "generated")
NEW_BOTTLENECK = ("-m", "loss_compiler", "new-bottleneck", "SphereBottleneck", "--tag", "sphere")
EDIT = (*NEW_BOTTLENECK, "--loss", "sphere/pull", "--into", "lab.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the package of the tiny schema in generated/, and with an overlay."""
    unpacked(compiled(TINY).files, tmp_path / "generated")
    shutil.copy(GROUPED_VAE, tmp_path / "lab.json")
    return tmp_path


def entries(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every entry below `folder`, with its kind and mode, and what a file holds."""
    return {name: (mode, content) for name, (mode, _, content) in traces(folder).items()}


def limited(
    *command: str, cwd: Path, limit: Callable[[], object]
) -> subprocess.CompletedProcess[str]:
    """Run Python where a system call has taken something away from it."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=compiler_environment(),
        preexec_fn=limit,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def up_to(size: int) -> Callable[[], None]:
    """Let no file become larger."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def mounting() -> tuple[str, ...]:
    """What starts a command that may mount something, which nobody else sees."""
    for options in (("--mount",), ("--mount", "--map-root-user")):
        command = ("unshare", *options)
        with suppress(FileNotFoundError):
            mount = (*command, "mount", "-t", "tmpfs", "none", "/mnt")
            if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
                return command
    pytest.skip("nothing can be mounted here: neither root nor user namespaces are allowed")


def mounted(mount: str, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python after a shell has mounted something."""
    script = f'{mount} && exec "$@"'
    return subprocess.run(
        [*mounting(), "sh", "-c", script, "sh", sys.executable, *command],
        cwd=cwd,
        env=compiler_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# No room


@pytest.mark.parametrize("first", [False, True], ids=["later", "first run"])
def test_a_disk_with_room_for_a_part_of_the_package(first: bool, tmp_path: Path) -> None:
    """Of each size, from nothing to enough."""
    old, new = None if first else compiled(TINY).files, compiled(VARIED).files
    done = subprocess.run(
        [*mounting(), sys.executable, Path(__file__).with_name("full_disk.py")],
        env=compiler_environment() | {"PYTHONPATH": f"{ROOT}/schema{os.pathsep}{ROOT}/tests"},
        input=json.dumps({"root": str(tmp_path), "old": old, "new": new}),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    *full, enough = json.loads(done.stdout)
    package = f"{tmp_path}/generated/{PACKAGE}"
    said = f"{package}: No space left on device; nothing was changed"
    there = ["ballast"] if first else ["ballast", "generated", f"generated/{PACKAGE}"]
    assert all(each == {"complaint": said, "found": old, "left": there} for each in full)
    assert len(full) > len(new)
    last = ["ballast", "generated", f"generated/{PACKAGE}"]
    assert enough == {"complaint": "", "found": new, "left": last}


def test_the_command_on_a_full_disk(folder: Path) -> None:
    mount = "mount -t tmpfs -o size=16k none generated"
    done = mounted(mount, *GENERATE, cwd=folder)
    said = f"{folder}/generated/{PACKAGE}: No space left on device; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.parametrize("size", [0, 10_000])
def test_a_package_with_a_file_that_is_too_large(size: int, folder: Path) -> None:
    before = entries(folder)
    done = limited(*GENERATE, cwd=folder, limit=up_to(size))
    said = f"{folder}/generated/{PACKAGE}: File too large; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


def test_an_overlay_that_becomes_too_large(folder: Path) -> None:
    before = entries(folder)
    done = limited(*EDIT, cwd=folder, limit=up_to((folder / "lab.json").stat().st_size))
    said = "lab.json: can't be written: File too large; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


def test_a_schema_that_is_too_large(folder: Path) -> None:
    """What `schema --out` would replace is still there."""
    before = entries(folder)
    command = [*COMMAND, "schema", "--out", "lab.json"]
    done = subprocess.run(
        command, cwd=folder, preexec_fn=up_to(1000), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.endswith(b"Error: --out: lab.json: File too large\n")
    assert entries(folder) == before


def test_no_more_open_files(folder: Path) -> None:
    before = entries(folder)
    limit = (8, 8)
    done = limited(
        *GENERATE, cwd=folder, limit=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    )
    said = "loss-factory: [Errno 24] Too many open files\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert entries(folder) == before


# Not to be written


def test_a_disk_that_is_read_only(folder: Path) -> None:
    before = entries(folder)
    read_only = 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD"'
    done = mounted(read_only, *GENERATE, cwd=folder)
    said = f"{folder}/generated/{PACKAGE}: Read-only file system; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    done = mounted(read_only, *EDIT, cwd=folder)
    said = "lab.json: can't be written: Read-only file system; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


def test_a_package_that_is_up_to_date_may_be_read_only(folder: Path) -> None:
    unpacked(compiled(VARIED).files, folder / "read only")
    done = mounted(
        "mount --bind 'read only' generated && mount -o remount,ro,bind generated",
        *GENERATE,
        cwd=folder,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"generated/{PACKAGE}: nothing changed, ")


def test_a_package_that_a_disk_is_mounted_on(folder: Path) -> None:
    before = entries(folder)
    mount = f"mount --bind generated/{PACKAGE} generated/{PACKAGE}"
    done = mounted(mount, *GENERATE, cwd=folder)
    said = f"{folder}/generated/{PACKAGE}: Device or resource busy; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


@pytest.mark.parametrize(
    "place", ["__pycache__", "__pycache__/m", "runtime", "runtime/my cache", "models.py"]
)
@pytest.mark.parametrize("action", ["write", "check"])
def test_a_package_that_something_is_mounted_in(action: str, place: str, folder: Path) -> None:
    """It may lie anywhere, and look like ours: here, another package."""
    elsewhere = unpacked(compiled(TINY).files, folder / "elsewhere") / PACKAGE
    (elsewhere / "mine.pyc").write_bytes(b"mine")
    package = folder / "generated" / PACKAGE
    source = elsewhere
    if place.endswith(".py"):
        source = elsewhere / place
    else:
        (package / place).mkdir(parents=True, exist_ok=True)
    before = entries(folder)
    mount = f"mount --bind '{source}' 'generated/{PACKAGE}/{place}'"
    done = mounted(mount, *GENERATE, *(["--check"] * (action == "check")), cwd=folder)
    said = f"{package}: something is mounted in it, on {place}; unmount that\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


def test_what_a_killed_run_left_that_something_is_mounted_in(folder: Path) -> None:
    place = folder / "generated" / f".{PACKAGE}.stage-7" / PACKAGE / "mount"
    place.mkdir(parents=True)
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "mine").write_bytes(b"mine")
    done = mounted(f"mount --bind elsewhere '{place}'", *GENERATE, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert tree(folder / "elsewhere") == {"mine": b"mine"}
    assert place.is_dir()


def test_a_package_in_a_lower_layer(folder: Path) -> None:
    """As in a container whose image holds a clone: the line names the way out, which leads out."""
    before = entries(folder)
    script = folder / "twice.sh"
    script.write_text(
        "mount -t tmpfs none /mnt && mkdir /mnt/over /mnt/work && "
        "mount -t overlay none generated "
        "-o lowerdir=generated,upperdir=/mnt/over,workdir=/mnt/work || exit 77\n"
        '"$@"; echo $?; ls -A generated; rm -r generated/loss_factory; "$@" >&2; "$@"\n'
        "cp -r generated/loss_factory written\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [*mounting(), "sh", "twice.sh", sys.executable, *GENERATE],
        cwd=folder,
        env=compiler_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    script.unlink()
    if done.returncode == 77:
        pytest.skip(f"overlay file systems can't be mounted here: {done.stderr}")
    said = (
        f"{folder}/generated/{PACKAGE}: can't be replaced in one step, because it lies in a lower "
        "layer of an overlay file system, such as a container's image; nothing was changed; remove "
        "it and run this again\n"
    )
    assert done.stderr.startswith(said)
    assert "nothing changed" in done.stdout
    assert done.stdout.startswith(f"1\n{PACKAGE}\n")
    assert tree(folder / "written") == package_files(VARIED)
    shutil.rmtree(folder / "written")
    assert entries(folder) == before


def test_a_folder_that_must_not_be_written(folder: Path) -> None:
    (folder / "generated").chmod(0o555)
    before = entries(folder)
    done = limited(*GENERATE, cwd=folder, limit=ordinary)
    said = f"{folder}/generated/{PACKAGE}: Permission denied; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


def test_an_overlay_that_must_not_be_written(folder: Path) -> None:
    """Although the folder around it may be."""
    (folder / "lab.json").chmod(0o444)
    before = entries(folder)
    done = limited(*EDIT, cwd=folder, limit=ordinary)
    said = "lab.json: can't be written: Permission denied; nothing was changed\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert entries(folder) == before


def test_what_cannot_be_cleared_away_is_in_nobodys_way(folder: Path) -> None:
    """Python's caches of somebody else in the old package, say."""
    caches = folder / "generated" / PACKAGE / "__pycache__"
    caches.mkdir()
    (caches / "errors.pyc").touch()
    caches.chmod(0o555)
    for schema in (VARIED, TINY):
        command = ("-m", "loss_compiler", "generate", "--schema", str(schema))
        done = limited(*command, "--out", "generated", cwd=folder, limit=ordinary)
        assert (done.returncode, done.stderr) == (0, "")
        assert tree(folder / "generated" / PACKAGE) == package_files(schema)


def test_a_release_in_a_folder_that_cannot_be_read(folder: Path) -> None:
    """So it can't be locked either."""
    (folder / "schema").mkdir()
    shutil.copy(TINY, folder / "schema" / "s.json")
    (folder / "schema").chmod(0o311)
    command = ("-m", "loss_compiler", "release", "--schema", "schema/s.json", "--out", "generated")
    done = limited(*command, cwd=folder, limit=ordinary)
    said = "schema: can't be locked: Permission denied\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


# Others


def disturbed(
    folder: Path, disturb: Callable[[], object], command: tuple[str, ...] = EDIT
) -> tuple[int, str]:
    """The exit code and errors of a command that writes into `folder`, disturbed before that.

    It waits for the lock of the folder then, which somebody else has.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=compiler_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    waits = re.compile(rf"-> FLOCK .* {process.pid} ")
    while process.poll() is None and not waits.search(locks()):
        pass
    disturb()
    os.close(descriptor)
    _, errors = process.communicate()
    return process.returncode, errors


def locks() -> str:
    """Who has, and who waits for, which lock."""
    return Path("/proc/locks").read_text(encoding="ascii")


HOLDER = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], 0), 2); print(); sys.stdin.read()"


def test_a_run_that_is_killed_while_others_wait_for_it(folder: Path) -> None:
    """Its lock ends with it."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder / "generated"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"\n"
        others = [
            subprocess.Popen(
                [sys.executable, *GENERATE], cwd=folder, env=compiler_environment(), stdout=-3
            )
            for _ in range(2)
        ]
        pids = {str(other.pid) for other in others}
        while not pids <= set(locks().split()) and not any(other.poll() for other in others):
            pass
        assert tree(folder / "generated" / PACKAGE) == package_files(TINY)
        holder.kill()
    assert [other.wait() for other in others] == [0, 0]
    assert tree(folder / "generated" / PACKAGE) == package_files(VARIED)
    assert os.listdir(folder / "generated") == [PACKAGE]


@pytest.mark.parametrize("has_exchange", [True, False])
def test_a_file_that_is_saved_into_a_package_while_it_is_replaced(
    has_exchange: bool, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """It was not there when the package was compared, so it would be lost without a word."""
    package = folder / "generated" / PACKAGE
    if not has_exchange:
        monkeypatch.setattr("ctypes.CDLL", lambda _: object())
    child = os.fork()
    if child == 0:
        try:
            save_in_between(package)
            publish(package, compiled(VARIED).files)
        except CompileError as error:
            why = "was changed in the meantime, so nothing was written; run this again"
            os._exit(0 if error.lines == (f"{package}: {why}",) else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert tree(package) == {**package_files(TINY), "mine.py": b"mine"}
    assert os.listdir(package.parent) == [PACKAGE]
    (package / "mine.py").unlink()
    publish(package, compiled(VARIED).files)
    assert tree(package) == package_files(VARIED)


def save_in_between(package: Path) -> None:
    """Let somebody save a file when the new package begins to be written, in this process only."""

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "os.mkdir" and ".stage-" in str(arguments[0]):
            (package / "mine.py").write_text("mine", encoding="utf-8")

    sys.addaudithook(hear)


def test_an_overlay_that_somebody_else_edits_in_the_meantime(folder: Path) -> None:
    """Neither edit is lost without a word."""
    mine = GROUPED_VAE.read_bytes().replace(b"1e-4", b"1e-3")
    waits = f"waiting for another run that writes into {folder}\n"
    said = f"{waits}lab.json: was changed in the meantime, so nothing was written; run this again\n"
    assert disturbed(folder, lambda: (folder / "lab.json").write_bytes(mine)) == (1, said)
    assert (folder / "lab.json").read_bytes() == mine
    assert sorted(os.listdir(folder)) == ["generated", "lab.json"]


def test_a_release_while_somebody_else_releases(folder: Path) -> None:
    """It is measured against the other one."""
    shutil.copy(TINY, folder / "s.json")
    other = TINY.read_text(encoding="utf-8").replace('"x-version": "0.1.0"', '"x-version": "0.2.0"')

    def release() -> None:
        (folder / "released").mkdir()
        (folder / "released" / "0.2.0.json").write_text(other, encoding="utf-8")

    command = ("-m", "loss_compiler", "release", "--schema", "s.json", "--out", "generated")
    waits = "waiting for another run that writes into .\n"
    said = "s.json:5:16: /x-version: expected 0.2.0, the last released version, or a later one\n"
    assert disturbed(folder, release, command) == (1, waits + said)
    assert os.listdir(folder / "released") == ["0.2.0.json"]


def test_a_draft_of_a_killed_run_is_cleared_away(folder: Path) -> None:
    (folder / ".lab.json.replacing-12345").write_text("half", encoding="utf-8")
    (folder / ".other.json.replacing-12345").write_text("half", encoding="utf-8")
    assert run(*EDIT, cwd=folder).returncode == 0
    others = ".other.json.replacing-12345"  # which a run may be writing
    assert sorted(os.listdir(folder)) == [others, "generated", "lab.json"]


# Where it prints to


COMPILE = ("compile", "lab.json", "--package", "lab_losses", "--out", "src")
INTO = (
    "new-bottleneck",
    "SphereBottleneck",
    "--tag",
    "sphere",
    "--loss",
    "s",
    "--into",
    "lab.json",
)


@pytest.mark.parametrize(
    ("command", "done", "there"),
    [
        ((sys.executable, *GENERATE), "{}/generated/loss_factory: up to date now", "generated"),
        ((*COMMAND, *COMPILE), "{}/src/lab_losses: up to date now", "src/lab_losses"),
        ((*COMMAND, *INTO), "lab.json was changed", "lab.json"),
    ],
    ids=["generate", "compile", "new-bottleneck"],
)
def test_a_report_that_has_no_room(
    command: tuple[str, ...], done: str, there: str, folder: Path
) -> None:
    """What was asked for is done, and it says so."""
    before = entries(folder)
    with open("/dev/full", "wb") as full:
        process = subprocess.run(
            command,
            cwd=folder,
            env=compiler_environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    reason = "but the report can't be printed: No space left on device"
    said = f"{done.format(folder)}, {reason}\n"
    assert (process.returncode, process.stderr.decode()) == (1, said)
    assert entries(folder) != before
    assert (folder / there).exists()


@pytest.mark.parametrize(("redirection", "code"), [(">/dev/full 2>&1", 2), ("<&- >&- 2>&-", 0)])
def test_streams_of_the_compilers_own_command(redirection: str, code: int, folder: Path) -> None:
    script = f'"$@" {redirection}'
    done = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, *GENERATE],
        cwd=folder,
        env=compiler_environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (code, b"")
    assert tree(folder / "generated" / PACKAGE) == package_files(VARIED)


def test_a_reader_that_goes_away(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, *GENERATE],
        cwd=folder,
        env=compiler_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 1
    assert tree(folder / "generated" / PACKAGE) == package_files(VARIED)
