"""The hamlet solved once for all tests that only look at the outcome."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_support import HAMLET, run
from typer.testing import Result


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder with the plan, and what the command said."""
    folder = tmp_path_factory.mktemp("solved")
    return folder, run("solve", HAMLET, "--time-limit", 120, "--seed", 1, "--threads", 1, "--out", folder)


@pytest.fixture(scope="session")
def plan_folder(solved: tuple[Path, Result]) -> Path:
    return solved[0]
