"""A file is written in one step, and stays what it is otherwise."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from loss_compiler.shared.replacing import draft_of, replace_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "a.json"
    file.write_bytes(b"old")
    return file


def test_who_reads_the_old_content_reads_all_of_it(file: Path) -> None:
    with file.open("rb") as reading:
        replace_file(file, b"new content")
        assert reading.read() == b"old"
    assert file.read_bytes() == b"new content"
    assert os.listdir(file.parent) == ["a.json"]


def test_a_file_keeps_its_mode(file: Path) -> None:
    file.chmod(0o640)
    replace_file(file, b"new")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_new_file(tmp_path: Path) -> None:
    replace_file(tmp_path / "b.json", b"new")
    assert (tmp_path / "b.json").read_bytes() == b"new"


def test_a_link_stays_one(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to("a.json")
    replace_file(link, b"new")
    assert link.readlink() == Path("a.json")
    assert file.read_bytes() == b"new"


def test_a_pipe_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_file(pipe, b"new")
        assert os.read(reading, 9) == b"new"
    finally:
        os.close(reading)
    assert pipe.is_fifo()


def test_what_cannot_be_written_stays_as_it_is(file: Path) -> None:
    """A folder stands where the draft would be written; it is no draft, so it stays, too."""
    draft = file.with_name(f"{draft_of(file)}{os.getpid()}")
    draft.mkdir()
    with pytest.raises(IsADirectoryError):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert sorted(os.listdir(file.parent)) == sorted([draft.name, "a.json"])


def test_a_draft_that_has_no_room_is_cleared_away(file: Path) -> None:
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, most))
    try:
        with pytest.raises(OSError, match="File too large"):
            replace_file(file, b"new")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
    assert file.read_bytes() == b"old"
    assert os.listdir(file.parent) == ["a.json"]
