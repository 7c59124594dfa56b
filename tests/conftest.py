"""The option that names the package under test."""

from __future__ import annotations

import pytest

from support import under_test


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("loss factory").addoption(
        "--package",
        default=under_test.PACKAGE,
        metavar="NAME",
        help="The package under test; default: %(default)s.",
    )


def pytest_configure(config: pytest.Config) -> None:
    under_test.PACKAGE = config.getoption("--package")


@pytest.fixture
def _loss_factory_only() -> None:
    """For what another package under test need not have, or may have more of."""
    if under_test.PACKAGE != "loss_factory":
        pytest.skip(f"true of loss_factory only, not of {under_test.PACKAGE}")
