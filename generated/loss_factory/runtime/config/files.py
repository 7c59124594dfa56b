# Generated from templates/runtime/config/files.py.
# Do not edit; change it and run: python -m nox -s generate

"""Files as text."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from ..model.errors import ConfigProblem, LossConfigError
from ..text.wording import did_you_mean
from .yaml_text import can_read_yaml

_YAML = (".yaml", ".yml")
LONGEST_FILE = 1_000_000
"""The most bytes that are read."""


def is_yaml(source: str) -> bool:
    """Whether the file `source` is one of YAML, by its name."""
    return Path(source).suffix.lower() in _YAML


def require_yaml(source: str) -> None:
    """Make sure that YAML can be read.

    Raises:
        LossConfigError: what it takes is not installed.
    """
    if not can_read_yaml():
        message = "YAML takes ruamel.yaml, which is not installed: pip install ruamel.yaml"
        raise LossConfigError([ConfigProblem(source, None, None, "", message)])


def read_text(source: str) -> str:
    """The text of the file `source`.

    Raises:
        LossConfigError: it can't be read, is too long, or is no UTF-8.
    """
    if is_yaml(source):
        require_yaml(source)
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
