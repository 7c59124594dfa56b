"""A command's streams, and how it ends if one of them, or a file system, fails it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import NoReturn

_INTERRUPTED = 130


@contextmanager
def failures_told(program: str) -> Generator[None, None, None]:
    """Run a command line that prints to the streams of this process.

    Whoever started it may have closed some of them, and they may be unable to say everything. If
    the system refuses something that nobody else has told, it ends with one line about it and exit
    code 2; without a word, and with 1, if nobody reads any more what it prints, and with 130, as
    shells say it, if somebody has interrupted it.
    """
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal or log that can't say everything
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _give_up(1)
    except KeyboardInterrupt:
        _give_up(_INTERRUPTED)
    except OSError as error:
        with suppress(OSError):
            print(f"{program}: {error}", file=sys.stderr, flush=True)
        _give_up(2)


def _open_what_is_closed() -> None:
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, "r" if name == "stdin" else "w"))


def _give_up(code: int) -> NoReturn:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):  # Python writes what is left when it ends
        with suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
    raise SystemExit(code) from None
