"""Options of the benchmarks, and what they do with their figures at the end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from tools.benchmarks.report import Figures, Rounds

_WRITE = "--write-benchmarks"
_FIGURES = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("loss factory")
    group.addoption("--rounds", type=int, help="Rounds at most of each benchmark, to be quick.")
    group.addoption(
        _WRITE,
        type=Path,
        metavar="FILE",
        help="Write all figures to FILE, if the run is whole and passes.",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption(_WRITE, None) and config.getoption("--rounds", None):
        raise pytest.UsageError(f"{_WRITE} needs all rounds, so not --rounds")


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_machine_info(machine_info: dict[str, object]) -> None:
    """Keep the machine's name out of files that people pass on."""
    machine_info.pop("node", None)


@pytest.fixture(scope="session", autouse=True)
def _same_for_everybody() -> None:
    """Compute on one thread, also in processes that are started, and let those cache imports."""
    torch.set_num_threads(1)
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """Where a benchmark puts its figures."""
    return pytestconfig.stash.setdefault(_FIGURES, Figures())


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> Rounds:
    """Gives a benchmark's usual number of rounds, or that of the option if it is lower."""
    most: int | None = pytestconfig.getoption("--rounds")
    return lambda usual: usual if most is None else min(most, usual)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    file: Path | None = session.config.getoption(_WRITE, None)
    figures = session.config.stash.get(_FIGURES, None)
    if file is None or figures is None or session.testsfailed:
        return
    if figures.missing():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    else:
        file.write_text(figures.document(), encoding="utf-8", newline="\n")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    figures = config.stash.get(_FIGURES, None)
    if figures is None:
        return
    terminalreporter.section("figures")
    terminalreporter.write_line(figures.text())
    file: Path | None = config.getoption(_WRITE)
    if file is not None and (missing := figures.missing()):
        terminalreporter.write_line(f"{file} is left as it was; not measured:")
        for name in missing:
            terminalreporter.write_line(f"  {name}")
