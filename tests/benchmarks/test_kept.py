"""Claims held against plans of other seeds, settings, stores and earlier reports, and the plans kept for it."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_rows import made, row, store, unsolved, without_plan
from typer.testing import CliRunner, Result

from benchmarks import kept
from benchmarks.kept import Kept, read_kept
from benchmarks.measures.consistency import AlarmKind
from benchmarks.measures.published import Literature, Published
from benchmarks.report.prepare import evaluate
from benchmarks.row import Row
from instances.literature import read_cpmp
from optimizer.cli import app
from optimizer.model.plan import Hub, Plan

# two pairs of nodes 5 apart: 10 for two medians
CPMP = "4 2\n0 0 10 6\n3 4 10 2\n10 0 10 1\n13 4 10 1\n"
NOTHING = Literature()
PLAN = Plan(hubs=(Hub(site="1", members=("1", "2")), Hub(site="3", members=("3", "4"))))


def report(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["bench", "report", *map(str, arguments)], env={"COLUMNS": "120"})


def claim(bound: float, **fields: Any) -> Row:
    """A run that has a bound and no plan."""
    return without_plan(bound=bound, **fields)


# --- alarms ---------------------------------------------------------------------------------------------------------


def test_bound_above_another_seeds_plan_is_an_alarm_that_names_both_runs(tmp_path: Path) -> None:
    optimal = row(seed=1, objective=101.0, claimed_objective=101.0, bound=101.0, threads=2)
    ended = report(store(tmp_path / "store", optimal, unsolved(seed=2, objective=100.0)), "--out", tmp_path / "out")
    assert ended.exit_code == 0
    assert "alarms: 1" in ended.output
    table = pd.read_csv(tmp_path / "out/tables/alarms.csv")
    (alarm,) = table.to_dict("records")
    assert alarm["kind"] == "bound above a plan"
    assert alarm["by"] == pytest.approx(1)
    assert alarm["text"] == (
        "one: auto claims a bound of 101.0000, 1.0000 (0.01 of it) above auto's verified plan of 100.0000 "
        f"(auto, seed 1, 2 threads, 10 s, 2026-11-26, commit 0123456, {tmp_path / 'store'}; "
        f"the plan: auto, seed 2, 1 thread, 10 s, 2026-11-26, commit 0123456, {tmp_path / 'store'})"
    )
    assert " ".join(ended.output.split()).count(alarm["text"]) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 7},
        {"threads": 2},
        {"time_limit_s": 60.0},
        {"options": {"node_limit": 5}},
        {"commit": "f" * 16, "started": "2026-11-28T12:00:00Z"},
        {"backend": "highs"},
    ],
)
def test_no_difference_between_runs_keeps_a_bound_from_being_compared(other: dict[str, Any], tmp_path: Path) -> None:
    """The plan is the older one where both are the same run of two commits."""
    first, second = store(tmp_path / "a", unsolved(objective=100.0)), store(tmp_path / "b", claim(101.0, **other))
    for stores in ((first, second), (second, first)):
        assert "alarms: 1" in report(*stores, "--out", tmp_path / "out").output
        (alarm,) = pd.read_csv(tmp_path / "out/tables/alarms.csv").to_dict("records")
        assert (str(second) in alarm["source"], str(first) in alarm["against_source"]) == (True, True)


def test_instances_of_another_content_are_not_compared(tmp_path: Path) -> None:
    """The same name, at another state or under other settings; and an earlier report kept the one."""
    plan, other = unsolved(objective=100.0), claim(101.0, instance_hash="e" * 64)
    assert report(store(tmp_path / "a", plan), store(tmp_path / "b", other), "--out", tmp_path / "out").exit_code == 0
    assert report(tmp_path / "b", "--out", tmp_path / "out").exit_code == 0


def test_one_content_under_two_names_is_one_instance() -> None:
    same = {"instance_hash": "e" * 64}
    evaluated = evaluate(made(unsolved("one", objective=100.0, **same), claim(101.0, instance="two", **same)), NOTHING)
    assert list(evaluated.known) == ["one"]
    assert [alarm.kind for alarm in evaluated.alarms] == [AlarmKind.BOUND_ABOVE_PLAN]


def test_bound_that_a_run_took_back_is_an_alarm_as_well() -> None:
    stated = {"trajectory": [{"seconds": 1.0, "objective": None, "bound": 121.0}]}
    evaluated = evaluate(made(unsolved(**stated)), NOTHING)
    (alarm,) = evaluated.alarms
    assert "claims a bound of 121.0000 on the way, 1.0000 (0.0083 of it) above its own verified plan" in alarm.text
    assert evaluated.runs["grade"].to_list() == ["fail_dual_bound"]


def test_claims_of_runs_that_newer_ones_repeat_count() -> None:
    wrong, right = row(bound=101.0, objective=101.0, claimed_objective=101.0), row(started="2026-11-27T12:00:00Z")
    evaluated = evaluate(made(wrong, right), NOTHING)
    assert evaluated.replaced == 1
    assert [alarm.by for alarm in evaluated.alarms] == [1]
    assert evaluated.runs["grade"].to_list() == ["solved_not_verified"]  # the newer one is not to blame


# --- several stores ---------------------------------------------------------------------------------------------------


def test_a_parquet_table_of_an_earlier_report_is_a_store(tmp_path: Path) -> None:
    rows = [unsolved(objective=100.0, options={"native": {"a": 1}}), claim(90.0, backend="b", memory_limit_mb=None)]
    report(store(tmp_path / "a", *rows), "--out", tmp_path / "first")
    table = tmp_path / "first/tables/runs.parquet"
    ended = report(table, store(tmp_path / "b", claim(101.0, seed=4)), "--out", tmp_path / "out")
    assert ended.exit_code == 0
    assert 'auto [native={"a": 1}]\'s verified plan of 100.0000' in ended.output
    assert "counts from their end: 2 runs" in ended.output
    runs = pd.read_csv(tmp_path / "out/tables/runs.csv")
    assert sorted(runs["store"]) == sorted([str(table), str(table), str(tmp_path / "b")])
    assert runs.loc[runs["backend"] == "b", "memory_limit_mb"].isna().all()


def test_runs_that_two_stores_have_count_once(tmp_path: Path) -> None:
    folder = store(tmp_path / "a", row(), row("job", kind="reference"))
    report(folder, "--out", tmp_path / "out")
    ended = report(tmp_path / "out/tables/runs.parquet", folder, folder, "--out", tmp_path / "out")
    assert "1 runs of 1 backends" in ended.output
    assert len(pd.read_csv(tmp_path / "out/tables/trajectories.csv")) == 2  # the fuller one
    assert len(pd.read_csv(tmp_path / "out/tables/reference.csv")) == 1


def test_parquet_files_that_are_no_tables_of_runs_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pd.DataFrame({"backend": ["a"]}).to_parquet(other)
    text = tmp_path / "text.parquet"
    text.write_text("backend\na\n")
    report(store(tmp_path / "a", row()), "--out", tmp_path / "out")
    broken = pd.read_parquet(tmp_path / "out/tables/runs.parquet").assign(options="{")
    broken.to_parquet(tmp_path / "broken.parquet")
    for file, said in (
        (other, "row 1, suite: a row of this version"),
        (text, "a Parquet file ("),
        (tmp_path / "broken.parquet", "row 1: JSON text in options"),
        (tmp_path / "none.parquet", "a file; there is none"),
    ):
        ended = report(file, "--out", tmp_path / "out")
        assert ended.exit_code == 2
        assert said in ended.output


def test_every_store_must_have_rows(tmp_path: Path) -> None:
    ended = report(store(tmp_path / "a", row()), tmp_path / "empty", "--out", tmp_path / "out")
    assert ended.exit_code == 2
    assert f"{tmp_path / 'empty'}" in ended.output


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_plans_of_earlier_reports_count_when_their_store_is_gone(tmp_path: Path) -> None:
    out = ["--out", tmp_path / "out"]
    assert report(store(tmp_path / "a", unsolved(objective=100.0, seed=3)), *out).exit_code == 0
    ended = report(store(tmp_path / "b", claim(101.0, backend="late"), unsolved()), *out)
    assert ended.exit_code == 0
    plan = f"the plan: kept in best_known.json: auto, seed 3, 1 thread, 10 s, 2026-11-26, commit 0123456, {tmp_path}/a"
    (alarm,) = pd.read_csv(tmp_path / "out/tables/alarms.csv").to_dict("records")
    assert plan in alarm["text"]
    (known,) = pd.read_csv(tmp_path / "out/tables/best_known.csv").to_dict("records")
    assert (known["objective"], known["bound"]) == (100, 90)  # 101 is nobody's best
    assert known["source"].startswith("kept in best_known.json: auto, seed 3")
    refused = report(store(tmp_path / "c", without_plan(reason="infeasible", limit=None)), *out)
    assert "says that no plan exists, but auto has a verified one of 100.0000" in refused.output
    assert report(tmp_path / "b", "--out", tmp_path / "elsewhere").exit_code == 0  # has never seen it


def test_the_file_may_be_named(tmp_path: Path) -> None:
    keep = tmp_path / "memory/plans.json"
    report(store(tmp_path / "a", unsolved(objective=100.0)), "--out", tmp_path / "one", "--keep", keep)
    ended = report(store(tmp_path / "b", claim(101.0)), "--out", tmp_path / "two", "--keep", keep)
    assert ended.exit_code == 0
    assert not (tmp_path / "one/best_known.json").exists()


def test_the_better_of_both_is_kept_and_nothing_is_forgotten(tmp_path: Path) -> None:
    keep = tmp_path / "out/best_known.json"
    for k, rows in enumerate(
        ([unsolved("one", objective=100.0)], [unsolved("one", objective=99.0), row("two")], [unsolved("one")])
    ):
        report(store(tmp_path / str(k), *rows), "--out", tmp_path / "out")
    best = {instance.name: instance.best for instance in read_kept(keep).instances.values()}
    assert {name: witness.objective for name, witness in best.items() if witness is not None} == {"one": 99, "two": 100}
    assert "bound" not in keep.read_text()


def test_the_literature_is_remembered() -> None:
    before = evaluate(made(row()), Literature((Published("toy", "one", 90.0, "proven optimal", "a paper", True),)))
    after = evaluate(made(row()), NOTHING, before.kept)
    assert [alarm.kind for alarm in before.alarms] == [AlarmKind.BOUND_ABOVE_PUBLISHED]
    assert after.alarms == before.alarms
    assert after.known["one"].source == "published: a paper"


def test_kept_plans_can_be_verified_again(tmp_path: Path) -> None:
    (tmp_path / "four.txt").write_text(CPMP)
    instance = read_cpmp(tmp_path / "four.txt").instance
    instance.write(tmp_path / "four.json")
    planned = unsolved("four (made)", instance_hash=instance.sha256, objective=10.0, bound=9.0, plan=PLAN)
    report(store(tmp_path / "store", planned), "--out", tmp_path / "out")
    (known,) = pd.read_csv(tmp_path / "out/tables/best_known.csv").to_dict("records")
    file = tmp_path / "out" / known["plan"]
    assert file.name == f"four-made-{instance.sha256[:8]}.json"
    ended = CliRunner().invoke(app, ["verify", str(tmp_path / "four.json"), str(file)])
    assert ended.exit_code == 0, ended.output
    assert "costs £10.00 a year" in ended.output
    file.write_text(file.read_text().replace('"objective": 10.0', '"objective": 9.0'))
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "four.json"), str(file)]).exit_code == 1


def test_a_better_plan_that_was_not_kept_takes_no_plan_away() -> None:
    """Rows of before plans were kept tell of costs alone."""
    planned = evaluate(made(unsolved(objective=100.0, plan=PLAN)), NOTHING).kept
    later = evaluate(made(unsolved(objective=95.0)), NOTHING, planned, "best_known.json")
    (instance,) = later.kept.instances.values()
    assert instance.best is not None
    assert (instance.best.objective, instance.best.plan) == (95, None)
    assert instance.planned is not None
    assert (instance.planned.objective, instance.planned.plan) == (100, PLAN)
    assert later.plan_file(later.known["one"]) == ""  # it is not of the best
    (again,) = evaluate(made(unsolved(objective=95.0, plan=PLAN)), NOTHING, later.kept).kept.instances.values()
    assert again.substitute is None
    assert again.best is not None
    assert again.best.plan == PLAN
    assert planned.joined(later.kept) == later.kept.joined(planned) == later.kept


def test_what_another_report_wrote_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends between the reading and the writing of this one."""
    from benchmarks.report import write

    out = ["--out", tmp_path / "out"]
    page = write.page

    def meanwhile(*arguments: Any) -> str:
        monkeypatch.setattr(write, "page", page)
        assert report(store(tmp_path / "b", row("two")), *out).exit_code == 0
        return page(*arguments)

    monkeypatch.setattr(write, "page", meanwhile)
    assert report(store(tmp_path / "a", row("one")), *out).exit_code == 0
    found = read_kept(tmp_path / "out/best_known.json").instances.values()
    assert sorted(instance.name for instance in found) == ["one", "two"]


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_a_kill_in_writing_loses_nothing(renames: int, tmp_path: Path) -> None:
    """The process is killed before its first, second and third file is put in place."""
    out = tmp_path / "out"
    report(store(tmp_path / "a", unsolved(objective=100.0, plan=PLAN)), "--out", out)
    child = os.fork()
    if child == 0:
        done = 0
        replace = Path.replace

        def killed(part: Path, target: Path) -> Path:
            nonlocal done
            if done == renames:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1
            return replace(part, target)

        Path.replace = killed  # type: ignore[method-assign,assignment]
        report(store(tmp_path / "b", unsolved(objective=99.0, plan=PLAN)), "--out", out)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    (instance,) = read_kept(out / "best_known.json").instances.values()
    assert instance.best is not None
    assert instance.best.objective == (100 if renames == 0 else 99)
    ended = report(store(tmp_path / "c", claim(99.5)), "--out", out)  # goes on
    assert f"alarms: {0 if renames == 0 else 1}" in ended.output
    (file,) = (out / "best_known").glob("*.json")
    assert json.loads(file.read_text())["objective"] == instance.best.objective


def test_a_file_that_is_not_one_of_ours_is_never_replaced(tmp_path: Path) -> None:
    keep = tmp_path / "out/best_known.json"
    keep.parent.mkdir()
    for content in ('{"schema_version": 2}', "plans", '{"instances": {"a": {}}}'):
        keep.write_text(content)
        ended = report(store(tmp_path / "a", row()), "--out", tmp_path / "out")
        assert ended.exit_code == 2
        assert "best_known.json" in ended.output
        assert keep.read_text() == content
    assert not (tmp_path / "out/report.html").exists()


def test_reports_that_end_together_wait_for_each_other(tmp_path: Path) -> None:
    """A second one that holds the folder keeps the first from writing until it has gone."""
    entered, go = os.pipe()
    child = os.fork()
    if child == 0:
        with kept._alone_in(tmp_path):
            os.write(go, b".")
            signal.sigtimedwait([], 0.3)
            (tmp_path / "first").touch()
        os._exit(0)
    os.read(entered, 1)
    kept.write_kept(tmp_path / "best_known.json", Kept(), {})
    assert (tmp_path / "first").exists()
    os.waitpid(child, 0)


# --- seeds ------------------------------------------------------------------------------------------------------------


def test_spread_over_seeds(tmp_path: Path) -> None:
    rows = [
        unsolved(seed=1, objective=110.0, bound=92.0),
        unsolved(seed=2, objective=100.0, bound=95.0),
        *(row("two", seed=seed) for seed in (1, 2)),
        row("three", seed=1),
        *(unsolved(backend="b", seed=seed, threads=seed) for seed in (1, 2)),  # other threads
    ]
    report(store(tmp_path / "a", *rows), "--out", tmp_path / "out")
    table = pd.read_csv(tmp_path / "out/tables/seeds.csv").set_index("problem")
    assert sorted(table.index) == ["one", "two"]
    one = table.loc["one"]
    assert (one["seeds"], one["least"], one["greatest"], one["spread"]) == (2, 100, 110, pytest.approx(0.1))
    assert (one["least_bound"], one["greatest_bound"]) == (92, 95)
    assert one["bound_spread"] == pytest.approx(3 / 95)
    assert (bool(one["differ"]), bool(one["contradict"])) == (True, False)
    assert not table.loc["two", "differ"]
    text = (tmp_path / "out/summary.md").read_text()
    assert "depend on the seed in 1 of 2 settings" in text
    assert "| one | auto | 1 | 10 | 0123456 | 2 | 100.00 | 110.00 | 10.0 % | 92.00 | 95.00 | 3.16 % |  |" in text


def test_seeds_that_contradict_each_other_and_seeds_without_a_plan() -> None:
    wrong = evaluate(made(row(seed=1, bound=120.5, objective=121.0), unsolved(seed=2)), NOTHING).seeds
    assert wrong["contradict"].to_list() == [True]
    one_planless = evaluate(made(unsolved(seed=1), claim(90.0, seed=2)), NOTHING).seeds
    assert one_planless["differ"].to_list() == [True]
    planless = evaluate(made(claim(90.0, seed=1), claim(90.0, seed=2)), NOTHING).seeds
    assert planless["differ"].to_list() == [False]
