"""The command line as somebody types it: in this process, in a pipe, in a pseudo-terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from loss_factory.dispatch import TABLES
from loss_factory.runtime.cli.app import Group

PROGRAM = "loss-factory"
_SCRIPT = Path(sys.executable).with_name(PROGRAM)
COMMAND: tuple[str, ...] = (
    (str(_SCRIPT),)
    if _SCRIPT.exists()
    else (sys.executable, "-c", "from loss_compiler.entry import main; main()")
)
"""What starts it: the script that an installation has, or else what that does."""

_TERMINAL = ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES", "COLORTERM", "TERM")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_SECONDS = 60


class Done(NamedTuple):
    """What came of a command: all three, to be compared at once."""

    code: int
    out: str
    err: str = ""


def typed(*arguments: str, stdin: str | bytes = "") -> Done:
    """Run a command in this process, which is quick; nothing is a terminal."""
    done = CliRunner().invoke(Group({}), arguments, input=stdin, prog_name=PROGRAM, obj=TABLES)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Nothing that says how terminals are to be treated, but `more`."""
    return {key: value for key, value in os.environ.items() if key not in _TERMINAL} | dict(more)


def piped(
    *arguments: str, command: tuple[str, ...] = COMMAND, stdin: bytes = b"", **variables: str
) -> Done:
    """Run a command in a process of its own, with a pipe at each end."""
    done = subprocess.run(
        [*command, *arguments],
        input=stdin,
        capture_output=True,
        env=environment(variables),
        check=False,
        timeout=_SECONDS,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


class Screen(NamedTuple):
    """What a terminal got; output and errors are one there."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Without colours and the like."""
        return _STYLE.sub("", self.raw).replace("\r\n", "\n")

    @property
    def has_colours(self) -> bool:
        return self.text != self.raw.replace("\r\n", "\n")


def in_terminal(*arguments: str, columns: int = 80, **variables: str) -> Screen:
    """Run a command in a pseudo-terminal that is `columns` wide."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment({"TERM": "xterm-256color", **variables}),
        start_new_session=True,
    )
    os.close(theirs)
    received = bytearray()
    while chunk := _read(ours):
        received += chunk
    os.close(ours)
    return Screen(process.wait(_SECONDS), received.decode())


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody has it open any more
        return b""
