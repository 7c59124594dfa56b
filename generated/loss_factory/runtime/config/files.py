# Generated from templates/runtime/config/files.py.
# Do not edit; change it and run: python -m nox -s generate

"""Files as text."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from ..model.errors import ConfigProblem, LossConfigError
from ..text.wording import did_you_mean

LONGEST_FILE = 1_000_000
"""The most bytes that are read."""


def read_text(source: str) -> str:
    """The text of the file `source`.

    Raises:
        LossConfigError: it can't be read, is too long, or is no UTF-8.
    """
    file = Path(source)
    content: bytes | None = None
    message = "expected a file, not a named pipe"
    try:
        if not file.is_fifo() or file.is_symlink():  # a shell's <(…) is a link to a pipe
            with file.open("rb") as stream:
                content = stream.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        message = f"there is no such file{_near_file(file)}"
    except IsADirectoryError:
        message = "expected a file, not a directory"
    except (OSError, ValueError) as error:
        message = f"can't be read: {error}"
    if content is not None:
        return text_of(content, source)
    raise LossConfigError([ConfigProblem(source, None, None, "", message)])


def text_of(content: bytes, source: str) -> str:
    """The text that `content` says, of which one byte more than is read is enough.

    Raises:
        LossConfigError: it is too long, or no UTF-8.
    """
    if len(content) > LONGEST_FILE:
        message = f"is longer than {LONGEST_FILE:,} bytes, the most that is read"
    else:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            message = f"expected UTF-8 text; {error.reason} at byte {error.start}"
            if content.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
                message = "expected UTF-8 text; this is UTF-16, so save it as UTF-8"
    raise LossConfigError([ConfigProblem(source, None, None, "", message)])


def _near_file(file: Path) -> str:
    try:
        return did_you_mean(file.name, [each.name for each in file.parent.iterdir()])
    except OSError:
        return f"; neither is the folder {str(file.parent)!r}"
