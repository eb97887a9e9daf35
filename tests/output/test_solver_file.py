"""Solvers' .sol files of an exported model: the plan that each program found, and files that hold none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from instances import InputError, Instance
from optimizer.cli import app
from optimizer.compact.export import write_model
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan
from optimizer.model.plan import Plan
from optimizer.output.read_plan import read_plan
from optimizer.verify import verify

HAMLET = Path(__file__).resolve().parents[2] / "instances/data/hamlet"
OPTIMUM = 1_022_998.5213  # pounds a year: instances/data/README.md

HIGHS = """
import sys, highspy
highs = highspy.Highs()
highs.silent()
highs.readModel(sys.argv[1])
highs.setOptionValue("mip_rel_gap", 1e-7)
highs.run()
for style in (0, 1, 4):
    highs.writeSolution(f"highs{style}.sol", style)
"""
SCIP = """
import sys, pyscipopt
model = pyscipopt.Model()
model.hideOutput()
model.readProblem(sys.argv[1])
model.optimize()
model.writeBestSol("scip.sol")
"""
CBC = """
import subprocess, sys, pulp
subprocess.run([pulp.PULP_CBC_CMD().path, sys.argv[1], "ratio", "0", "solve", "solution", "cbc.sol"], check=True)
"""


@pytest.fixture(scope="module")
def hamlet() -> Instance:
    return Instance.read(HAMLET)


@pytest.fixture(scope="module")
def folder(hamlet: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the .sol files of every program that is here."""
    folder = tmp_path_factory.mktemp("solved")
    mip = build_problem(hamlet).mip
    for ending in ("mps", "lp"):
        write_model(mip.model, folder / f"hamlet.{ending}", mip.names())
    for module, code, ending in (("highspy", HIGHS, "mps"), ("pyscipopt", SCIP, "lp"), ("pulp", CBC, "mps")):
        if find_spec(module) is not None:
            command = [sys.executable, "-c", code, f"hamlet.{ending}"]
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.mark.parametrize("name", ["highs0", "highs4", "scip", "cbc"])
def test_what_a_solver_found_is_verified(hamlet: Instance, folder: Path, name: str) -> None:
    if not (folder / f"{name}.sol").is_file():
        pytest.skip(f"the program of {name} is not installed")
    evaluation = verify(hamlet, read_plan(folder / f"{name}.sol", hamlet))
    assert evaluation.ok
    assert float(evaluation.objective) == pytest.approx(OPTIMUM, rel=1e-6)


def test_the_commands_take_it(folder: Path) -> None:
    judged = CliRunner().invoke(app, ["verify", str(HAMLET), str(folder / "highs0.sol"), "--objective", "1022998.52"])
    assert judged.exit_code == 0, judged.output
    assert "The plan keeps every rule and costs £1,022,998.52 a year." in judged.output
    other = CliRunner().invoke(app, ["verify", str(HAMLET), str(folder / "highs1.sol")])
    assert other.exit_code == 2
    assert "found 'Columns': a solution as HiGHS (write_solution_style 0 or 4), SCIP, CBC or Gurobi" in other.output


@pytest.fixture
def plan(hamlet: Instance, folder: Path) -> Plan:
    return read_plan(folder / "highs0.sol", hamlet)


@pytest.fixture
def values(hamlet: Instance, plan: Plan) -> dict[str, float]:
    """Every column of the optimal point."""
    problem = build_problem(hamlet)
    return dict(zip(problem.mip.names(), problem.mip.encode(from_plan(problem, plan)).tolist(), strict=True))


Format = Callable[[dict[str, float]], Iterator[str]]


def _highs(values: dict[str, float]) -> Iterator[str]:
    yield from ("Model status", "Time limit reached", "", "# Primal solution values", "Feasible", "Objective 1")
    yield f"# Columns {len(values)}"
    yield from (f"{name} {value!r}" for name, value in values.items())
    yield from ("# Rows 1", "r0 5", "", "# Dual solution values", "None")


def _scip(values: dict[str, float]) -> Iterator[str]:
    yield from ("solution status: gap limit reached", "objective value:      1022998.5")
    yield from (f"{name}     {value!r} \t(obj:1)" for name, value in values.items() if value)


def _cbc(values: dict[str, float]) -> Iterator[str]:
    yield from ("Stopped on time - objective value 1022998.52", "      0 r0        1        0")
    yield from (f"** {k:7d} {name}   {value!r}    0" for k, (name, value) in enumerate(values.items()) if value)


def _gurobi(values: dict[str, float]) -> Iterator[str]:
    yield from ("# Solution for model hamlet", "# Objective value = 1022998.5")
    yield from (f"{name} {value!r}" for name, value in values.items())


@pytest.mark.parametrize("form", [_highs, _scip, _cbc, _gurobi])
def test_layouts(hamlet: Instance, plan: Plan, values: dict[str, float], form: Format, tmp_path: Path) -> None:
    near = {name: value * (1 - 1e-7) if value == 1 else value for name, value in values.items()}
    (tmp_path / "a.SOL").write_text("\r\n".join(form(near)))
    assert read_plan(tmp_path / "a.SOL", hamlet) == plan


@pytest.mark.parametrize("form", [_highs, _scip, _cbc, _gurobi])
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"x_0": 0.5}, "a whole number for x_0: the point of a relaxation is no plan"),
        ({"x_1": float("nan")}, "found 'nan': a number for x_1"),
        ({"x_99999": 1.0}, "found 'x_99999': a column of this instance's model, exported with the same --set"),
        ({"u_0": 1.0}, "each practice in one hub or independent; this one is in 2 places"),
        ("drop", "each practice in one hub or independent; this one is nowhere"),
    ],
)
def test_faults(
    hamlet: Instance,
    values: dict[str, float],
    form: Format,
    change: dict[str, float] | str,
    expected: str,
    tmp_path: Path,
) -> None:
    changed = dict.fromkeys(values, 0.0) if isinstance(change, str) else {**values, **change}
    if isinstance(change, str):
        changed |= {name: value for name, value in values.items() if not name.startswith(("x_", "u_"))}
    (tmp_path / "a.sol").write_text("\n".join(form(changed)) + "\n")
    with pytest.raises(InputError) as refused:
        read_plan(tmp_path / "a.sol", hamlet)
    assert any(expected in str(fault) for fault in refused.value.faults)
    assert len(refused.value.faults) <= 11


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Model status\nInfeasible\n\n# Primal solution values\nNone\n",
        "Model status\nTime limit reached\n\n# Primal solution values\nInfeasible\nObjective 3\n# Columns 1\nx_0 1\n",
        "Model status\n",
        "no solution available\n",
        "solution status: infeasible\nno solution available\n",
        "Infeasible - objective value 8.3\n** 0 x_0 2 0\n",
        "Stopped on time (no integer solution - continuous used) - objective value 8.3\n0 x_0 1 0\n",
        "# Objective value = 3\n",
        "# Objective value = 3\nx_0 1\nx_0 1\n",
        "<?xml version='1.0'?>\n<CPLEXSolution/>\n",
    ],
)
def test_files_without_a_solution(hamlet: Instance, text: str, tmp_path: Path) -> None:
    (tmp_path / "a.sol").write_text(text)
    with pytest.raises(InputError, match=r"^[^\n]*a\.sol"):
        read_plan(tmp_path / "a.sol", hamlet)
