"""`caregroup bench verify`: plans in a store judged again."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench_rows import a_row
from bench_support import write_suite
from typer.testing import CliRunner, Result

from benchmarks.row import Row
from instances import Instance
from optimizer.cli import app
from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.plan import Plan
from optimizer.verify import verify

HAMLET = Path(__file__).resolve().parents[2] / "instances/data/hamlet"


def bench_verify(folder: Path, *rows: Row) -> Result:
    file = folder / "out/rows/one.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text("".join(row.model_dump_json() + "\n" for row in rows))
    suite = write_suite(folder / "s.toml")
    return CliRunner().invoke(
        app, ["bench", "verify", str(suite), "--out", str(folder / "out")], env={"COLUMNS": "200"}
    )


@pytest.fixture(scope="module")
def made() -> tuple[Instance, Plan, float]:
    hamlet = Instance.read(HAMLET)
    problem = build_problem(hamlet)
    solution = construct(problem, seed=0, time_limit=5.0)
    assert solution is not None
    plan = to_plan(problem, solution)
    return hamlet, plan, float(verify(hamlet, plan).objective)


def test_plans_that_hold(made: tuple[Instance, Plan, float], tmp_path: Path) -> None:
    hamlet, plan, cost = made
    facts = {"instance_hash": hamlet.sha256, "objective": cost, "plan": plan}
    other, before = a_row("b", **facts | {"instance_hash": "1"}), a_row("c", **facts | {"plan": None})
    ended = bench_verify(tmp_path, a_row("a", **facts), other, before, a_row("d", objective=None, gap=None))
    assert ended.exit_code == 0, ended.output
    assert "all 1 plans keep every rule and cost what their rows say" in ended.stdout
    assert "without their plan, which rows of before it was kept do not have: 1" in ended.stderr
    assert "of instances that are not in the suite as it is now: 1" in ended.stderr


def test_nothing_to_judge_is_no_success(tmp_path: Path) -> None:
    ended = bench_verify(tmp_path, a_row("a", objective=None, gap=None))
    assert ended.exit_code == 2
    assert f"{tmp_path / 'out'}: there is no plan of an instance of the suite." in ended.stderr


def test_plans_that_do_not(made: tuple[Instance, Plan, float], tmp_path: Path) -> None:
    hamlet, plan, cost = made
    short = plan.model_copy(update={"hubs": plan.hubs[1:]})
    rows = [
        a_row("a", instance_hash=hamlet.sha256, objective=cost - 10.0, plan=plan, seed=None),
        a_row("b", instance_hash=hamlet.sha256, objective=cost, plan=short, seed=7),
    ]
    ended = bench_verify(tmp_path, *rows)
    assert ended.exit_code == 1
    assert "i, highs, no seed, 2026-01-01" in ended.stderr
    assert "is below the verified" in ended.stderr
    assert any("seed 7" in line and "it breaks rules in" in line for line in ended.stderr.splitlines())
