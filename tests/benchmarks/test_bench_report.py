"""`caregroup bench report`: files, comparisons, messages."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path

import pandas as pd
import pytest
from made_rows import made, point, row, store, unsolved, without_plan
from typer.testing import CliRunner, Result

from benchmarks.measures.published import Literature
from benchmarks.report.compare import Scope, compare
from benchmarks.report.prepare import evaluate
from benchmarks.row import Row
from optimizer.cli import app

TABLES = {
    *("runs", "trajectories", "summary", "times", "profiles", "pairs", "gap_over_time"),
    *("best_known", "alarms", "seeds", "reference"),
}


def report(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["bench", "report", *map(str, arguments)], env={"COLUMNS": "120"})


def scopes(*rows: Row) -> list[Scope]:
    evaluated = evaluate(made(*rows), Literature())
    return [scope for group in compare(evaluated) for scope in group.scopes]


def test_files(tmp_path: Path) -> None:
    rows = [row(name, backend) for name in ("one", "two") for backend in ("a", "b")]
    folder = store(tmp_path / "store", *rows, row("job", "loop", kind="reference"))
    ended = report(folder, "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output
    assert "4 runs of 2 backends on 2 instances; alarms: 0" in ended.output
    for name in TABLES:
        as_csv = pd.read_csv(tmp_path / f"out/tables/{name}.csv")
        as_parquet = pd.read_parquet(tmp_path / f"out/tables/{name}.parquet")
        assert list(as_csv.columns) == list(as_parquet.columns)
        assert len(as_csv) == len(as_parquet)
    assert {path.stem for path in (tmp_path / "out/tables").iterdir()} == TABLES
    runs = pd.read_parquet(tmp_path / "out/tables/runs.parquet")
    assert runs["proven_s"].to_list() == [5, 5, 5, 5]
    assert len(pd.read_csv(tmp_path / "out/tables/trajectories.csv")) == 8
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["best_known.json", "report.html", "summary.md", "tables"]


def test_summary_is_markdown_that_names_cannot_break(tmp_path: Path) -> None:
    bad = unsolved("a|b <script>*", "bad", objective=None, claimed_objective=None, bound=200.0)
    report(store(tmp_path, unsolved("a|b <script>*", "good"), bad), "--out", tmp_path / "out")
    text = (tmp_path / "out/summary.md").read_text()
    assert text.startswith("**Alarms: 1**\n\n- a\\|b &lt;script>\\*: bad claims a bound of 200.0000, 80.0000 (0.67")
    assert "### 1 thread, limit 10 s, A processor, 2 cores (m1)" in text
    assert "| good | 1 | 100 % | 0 % | - | 0 | 10.0 | 10.0 | 100 | 25.0 % | 0 % | 60.0 % | 70.0 % |" in text
    assert "| a\\|b &lt;script>\\* | 120.00 | good, seed 0" in text


def test_published_objectives_are_held_against(tmp_path: Path) -> None:
    known = tmp_path / "known.csv"
    known.write_text(
        "set,instance,best_known,source,status,solution_checked_here\ntoy,one,100,a paper,proven optimal,Y\n"
    )
    ended = report(store(tmp_path, row("one"), row("two")), "--out", tmp_path / "out", "--best-known", known)
    assert "on 2 instances (1 of them published)" in ended.output
    table = pd.read_csv(tmp_path / "out/tables/best_known.csv").set_index("problem")
    assert table.loc["one", "source"] == "published: a paper"
    assert table.loc["one", "over_published"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{}/nowhere"], "a folder with rows of runs in .jsonl files, or the runs.parquet of a report; it has none"),
        (["{}/store", "--best-known", "{}/nowhere.csv"], "a file; there is none"),
    ],
)
def test_bad_input_is_a_message_and_code_2(arguments: list[str], said: str, tmp_path: Path) -> None:
    store(tmp_path / "store", row())
    ended = report(*(argument.format(tmp_path) for argument in arguments), "--out", tmp_path / "out")
    assert ended.exit_code == 2
    assert said in ended.output
    assert not (tmp_path / "out").exists()


def test_store_of_reference_jobs_alone_is_refused(tmp_path: Path) -> None:
    ended = report(store(tmp_path, row("job", kind="reference")), "--out", tmp_path / "out")
    assert ended.exit_code == 2
    assert "runs of backends" in ended.output


def test_missing_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr("benchmarks.report.write.find_spec", lambda name: None if name == "pyarrow" else real(name))
    ended = report(store(tmp_path, row()), "--out", tmp_path / "out")
    assert ended.exit_code == 5
    assert "needs pyarrow" in ended.output
    assert 'pip install "caregroup[bench]"' in ended.output


def test_torn_lines_are_told(tmp_path: Path) -> None:
    with (store(tmp_path, row()) / "rows/one.jsonl").open("a") as file:
        file.write('{"kind": ')
    ended = report(tmp_path, "--out", tmp_path / "out")
    assert ended.exit_code == 0
    assert "cut off in writing and left out: 1 of the stores' lines" in ended.output


# --- who is compared with whom ----------------------------------------------------------------------------------------


def test_threads_limits_and_machines_are_never_mixed() -> None:
    other = {"id": "m2", "cpu": "Another", "cores": 8, "memory_mb": 1, "python": "3.12.0", "system": "Linux"}
    rows = [row(), row(backend="b", threads=2), row(backend="c", time_limit_s=20.0), row(backend="d", machine=other)]
    assert [scope.summary["solver"].to_list() for scope in scopes(*rows)] == [["auto"], ["c"], ["b"], ["d"]]


def test_a_table_has_only_tasks_that_all_in_it_have_run() -> None:
    """b lacks one of a's three instances, c has run one of three: less than half."""
    rows = [row(name, "a") for name in ("one", "two", "three")]
    rows += [unsolved("one", "b"), unsolved("two", "b"), row("one", "c")]
    (scope,) = scopes(*rows)
    assert (scope.tasks, scope.all_tasks, scope.left_out) == (2, 3, {"c": 1})
    assert scope.summary.set_index("solver")["tasks"].to_dict() == {"a": 2, "b": 2, "virtual best": 2}
    assert scope.remarks == "2 tasks of 3 that all backends shown have run; not shown, with too few tasks: c (1)."


def test_seeds_are_tasks_of_their_own() -> None:
    rows = [row(backend="a", seed=0), row(backend="a", seed=1), row(backend="b", seed=1)]
    (scope,) = scopes(*rows)
    assert (scope.tasks, scope.all_tasks) == (1, 2)


def test_backends_without_a_common_task_are_not_compared() -> None:
    (scope,) = scopes(row("one", "a"), row("two", "b"))
    assert scope.tasks == 0
    assert scope.summary.empty


def test_unavailable_backend_is_in_no_comparison() -> None:
    (scope,) = scopes(row(), without_plan(backend="absent", outcome="unavailable", reason="error"))
    assert scope.summary["solver"].to_list() == ["auto"]


def test_families_of_a_suite_have_tables_of_their_own() -> None:
    rows = [row("one"), row("two", family="other")]
    assert [scope.title for scope in scopes(*rows)] == ["smoke", "smoke: other", "smoke: toy"]


def test_solved_counts_proofs_alone_and_claims_stand_beside_it(tmp_path: Path) -> None:
    rows = (
        row("one", "own"),
        row("two", "own"),
        row("one", "other", proof="claimed", reason="feasible"),
        unsolved("two", "other", proof="claimed"),
    )
    (scope,) = scopes(*rows)
    summary = scope.summary.set_index("solver")
    assert summary["solved"].to_dict() == {"own": 1, "other": 0, "virtual best": 1}
    assert math.isnan(summary.loc["own", "claimed"])
    assert summary.loc["other", ["claimed", "gap", "with_plan"]].to_list() == [0.5, 1, 1]
    report(store(tmp_path, *rows), "--out", tmp_path / "out")
    assert "| other | 2 | 100 % | 0 % | 50 % |" in (tmp_path / "out/summary.md").read_text()
    assert "claimed by other" in (tmp_path / "out/report.html").read_text()
    assert pd.read_csv(tmp_path / "out/tables/runs.csv")["proof"].to_list().count("claimed") == 2


def test_figures_of_a_summary() -> None:
    """a solves one of two (5 s) and stops at 25 % on the other; its integrals by hand from test_measures_run."""
    rows = [row("one", "a"), unsolved("two", "a"), row("one", "b"), without_plan("two", "b")]
    (scope,) = scopes(*rows)
    a, b = scope.summary.set_index("solver").loc["a"], scope.summary.set_index("solver").loc["b"]
    assert (a["with_plan"], a["solved"], a["par10_s"]) == (1, 0.5, 52.5)
    assert a["sgm1_s"] == pytest.approx((6 * 11) ** 0.5 - 1)
    assert (a["gap"], b["gap"]) == (0.125, 0.5)
    assert (a["to_best"], b["to_best"]) == (0, 0.5)
    assert a["primal_integral"] == pytest.approx((2 + 2 * 10 / 110 + 6) / 2 / 10)
    assert a["primal_dual_integral"] == pytest.approx((2.5 + 2 * 60 / 110 + 7) / 2 / 10)
    times = scope.times.set_index(["solver", "target"])
    assert times.loc[("a", "first_s"), "reached"] == 1
    assert times.loc[("b", "proven_s"), "par10_s"] == 52.5
    assert set(scope.pairs["measure"]) == {"proven_s", "primal_integral_s", "primal_dual_integral_s"}


def test_instances_proven_to_have_no_plan_count_as_solved_and_have_no_gaps() -> None:
    (scope,) = scopes(row("one"), without_plan("two", reason="infeasible", limit=None, total_s=1.0))
    (summary,) = scope.summary.to_dict("records")
    assert (summary["solved"], summary["gap"], summary["to_best"]) == (1, 0, 0)
    assert summary["primal_dual_integral"] == pytest.approx((2.5 + 2 * 60 / 110) / 10)


def test_false_claim_that_no_plan_exists_closes_no_gap() -> None:
    (scope,) = scopes(row(backend="a"), without_plan(backend="b", reason="infeasible", limit=None, total_s=1.0))
    b = scope.summary.set_index("solver").loc["b"]
    assert (b["failed"], b["solved"], b["gap"], b["to_best"], b["primal_dual_integral"]) == (1, 0, 1, 1, 1)


def test_drifting_machine_is_an_alarm(tmp_path: Path) -> None:
    jobs = [
        row("job", kind="reference", total_s=s, started=f"2026-11-26T12:0{k}:00Z")
        for k, s in enumerate((2.0, 2.0, 3.0))
    ]
    ended = report(store(tmp_path, row(), *jobs), "--out", tmp_path / "out")
    assert "alarms: 1" in ended.output
    assert "machine m1: the reference job" in (tmp_path / "out/summary.md").read_text()


def test_runs_that_waited_for_a_processor_are_an_alarm() -> None:
    """5 s of 5 s, 2 s of 5 s, 0 s of 1 s: the second waited, the third is too short to tell."""
    rows = [row(backend="a"), row(backend="b", cpu_s=2.0), row(backend="c", cpu_s=0.0, total_s=1.0)]
    (said,) = evaluate(made(*rows), Literature()).alarm_texts
    assert said.startswith("machine m1: 1 of 3 runs were on a processor for less than half of their time")


def test_trajectory_with_thousands_of_points_is_thinned_in_the_page_alone(tmp_path: Path) -> None:
    steps = [point(k / 1000, 200 - k / 100, 50) for k in range(9000)]
    report(store(tmp_path, row(trajectory=steps)), "--out", tmp_path / "out")
    assert len(pd.read_csv(tmp_path / "out/tables/trajectories.csv")) == 9000
    data = (tmp_path / "out/report.html").read_text().partition('id="data">')[2].partition("</script>")[0]
    (drawn,) = json.loads(data)["problems"]["one"]["runs"]
    assert len(drawn["seconds"]) == 401
    assert (drawn["seconds"][0], drawn["objective"][0]) == (0, 200)
    assert (drawn["seconds"][-1], drawn["objective"][-1]) == (10, 100)


def test_a_backend_without_seeds_has_tasks_in_common_with_others(tmp_path: Path) -> None:
    rows = [row(seed=seed, total_s=seed) for seed in (1, 2)]
    rows += [unsolved("one", "seedless", seed=None), row("two", "seedless", seed=None)]
    (scope,) = scopes(*rows, row("two", seed=7))
    assert scope.summary.set_index("solver")["tasks"].to_dict() == {"auto": 3, "seedless": 3, "virtual best": 3}
    assert set(scope.pairs["tasks"]) == {3}
    (alone,) = scopes(row("one", "a", seed=None), row("one", "b", seed=None))
    assert (alone.tasks, len(alone.pairs)) == (1, 3)
    assert report(store(tmp_path / "store", *rows), "--out", tmp_path / "out").exit_code == 0
    runs = tmp_path / "out/tables/runs.parquet"
    assert pd.read_parquet(runs)["seed"].isna().sum() == 2
    again = report(runs, "--out", tmp_path / "again")
    assert again.exit_code == 0, again.output
    assert "| two | 100.00 | seedless, no seed" in (tmp_path / "again/summary.md").read_text()


def test_the_virtual_best_takes_each_measure_from_whom_it_is_best() -> None:
    rows = [row("one", "a"), unsolved("two", "a", objective=105.0)]
    rows += [unsolved("one", "b"), unsolved("two", "b", bound=101.0, gap=0.16)]
    rows += [row("one", "c", total_s=0.1, trajectory=[], bound=200.0), without_plan("two", "c")]  # contradicted
    (scope,) = scopes(*rows)
    summary = scope.summary.set_index("solver")
    assert scope.summary["solver"].to_list()[-1] == "virtual best"
    best, a, b = summary.loc["virtual best"], summary.loc["a"], summary.loc["b"]
    assert (best["tasks"], best["solved"], best["failed"]) == (2, 0.5, 0)
    assert best["sgm10_s"] == pytest.approx(a["sgm10_s"])
    assert best["gap"] == pytest.approx((0 + (105 - 90) / 105) / 2) or best["gap"] < min(a["gap"], b["gap"])
    assert best["to_best"] == 0
    assert "virtual best" in set(scope.times["solver"])
    (alone,) = scopes(row("one", "a"))
    assert alone.summary["solver"].to_list() == ["a"]
