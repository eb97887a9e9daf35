"""The names that Python callers import: all there, quick to import, and found whatever lies beside a script."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hamlet_plan import BEST, hamlet

import caregroup

HEAVY = ("numba", "numpy", "openpyxl", "ortools", "pandas", "plotly", "scipy")
PLAN = """
from {home} import Instance, solve
if __name__ == "__main__":
    practices = [{{"id": f"p{{k}}", "patients": 12_000, "x_km": k, "y_km": 0}} for k in range(3)]
    result = solve(Instance.model_validate({{"practices": practices}}), "highs", time_limit=20, threads=1)
    print(result.reason, len(result.plan.hubs))
"""


@pytest.mark.parametrize("package", ["caregroup", "optimizer"])
def test_every_public_name_is_there_and_brings_nothing_heavy(package: str) -> None:
    loaded = f"print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    code = f"import json, sys; from {package} import {', '.join(import_module(package).__all__)}; {loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("made", ["folder", "package", "module"])
def test_names_beside_a_script_do_not_get_in_the_way(tmp_path: Path, made: str) -> None:
    for name in ("benchmarks", "instances", "optimizer", "solvers"):
        _beside(tmp_path, name, made)
    assert _run(tmp_path, "caregroup").stdout == "optimal 1\n"


def test_a_folder_beside_a_script_is_no_package(tmp_path: Path) -> None:
    """What `make` installs must not come after a folder without code."""
    for name in ("instances", "optimizer", "solvers"):
        _beside(tmp_path, name, "folder")
    assert _run(tmp_path, "optimizer").stdout == "optimal 1\n"


@pytest.mark.parametrize("first", ["import instances", "from optimizer import Instance"])
def test_packages_of_others_are_named(tmp_path: Path, first: str) -> None:
    _beside(tmp_path, "instances", "package")
    (tmp_path / "plan.py").write_text(f"{first}\nfrom caregroup import Instance")
    done = subprocess.run([sys.executable, tmp_path / "plan.py"], capture_output=True, text=True, check=False)
    error = done.stderr.splitlines()[-1]
    assert error.startswith("ImportError: ")
    assert str(tmp_path / "instances") in error
    assert "caregroup" in error


def test_the_packages_say_that_they_are_typed() -> None:
    root = Path(caregroup.__file__).parent.parent
    for package in ("benchmarks", "caregroup", "instances", "optimizer", "solvers"):
        assert (root / package / "py.typed").read_bytes() == b""


def _beside(folder: Path, name: str, made: str) -> None:
    if made == "module":
        (folder / f"{name}.py").write_text("mine = 1\n")
        return
    (folder / name).mkdir()
    (folder / name / ("__init__.py" if made == "package" else "notes.txt")).write_text("")


def _run(folder: Path, home: str) -> subprocess.CompletedProcess[str]:
    (folder / "plan.py").write_text(PLAN.format(home=home))
    return subprocess.run([sys.executable, "plan.py"], cwd=folder, capture_output=True, text=True, check=True)


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "caregroup", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("caregroup ")


@pytest.mark.parametrize("given", ["kent.toml", pd.DataFrame({"id": ["a"]}), None])
def test_what_is_no_instance_and_no_plan_is_told_how_it_becomes_one(given: Any) -> None:
    for call in (caregroup.solve, lambda it: caregroup.verify(it, BEST)):
        with pytest.raises(TypeError, match=r"^an Instance is wanted, not .*Instance\.read\(path\)"):
            call(given)
    with pytest.raises(TypeError, match=r"^a Plan or Result is wanted, not .*read_plan\(path, instance\)"):
        caregroup.verify(hamlet(), given)
