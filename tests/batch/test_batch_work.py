"""Which runs are made, in which order, and what is kept of them; runs are solved in this process here."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import replace
from pathlib import Path

import pytest
from batch_support import write_scenarios
from town_with_homes import town

from instances import InputError
from optimizer.analysis.neighbourhoods import residents_of
from optimizer.batch import work
from optimizer.batch.ledger import LEDGER_FILE, RUN_FILE, RUNS, Entry, Ledger
from optimizer.batch.read_scenarios import read_scenarios
from optimizer.batch.runs import Run, runs_of
from optimizer.batch.table import BatchTable, batch_table
from optimizer.batch.work import Answer, make_all
from optimizer.executors import ConnectionLostError, LostWorkError, Pool
from optimizer.model.backend import Reason
from optimizer.model.plan import Plan
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.solving.solve import solve
from optimizer.verify import verify

TWO = '[[scenario]]\nid = "base"\n[[scenario]]\nid = "next"\nstart_from = "base"\nset = ["hub.price_per_patient=1"]\n'

_SOLVED: dict[str, Result] = {}

Make = Callable[[Run, Plan | None], Answer]


class Here(Executor):
    """Makes runs at once, and remembers which, and whether they had a start."""

    def __init__(self, make: Make) -> None:
        self.make = make
        self.made: list[tuple[str, int | None, bool]] = []

    def submit(self, fn: Callable[..., Answer], /, *args: object, **_: object) -> Future[Answer]:  # type: ignore[override]
        assert fn is work.make
        run, start = args
        assert isinstance(run, Run)
        self.made.append((run.scenario, run.seed, start is not None))
        future: Future[Answer] = Future()
        try:
            future.set_result(self.make(run, start))  # type: ignore[arg-type]
        except Exception as error:
            future.set_exception(error)
        return future


def solved(run: Run, start: Plan | None) -> Answer:
    """Each instance once for all tests: what a plan is like makes no difference here."""
    del start
    if run.instance_hash not in _SOLVED:
        _SOLVED[run.instance_hash] = solve(run.instance, run.solver, options=run.options)
    return Answer(_SOLVED[run.instance_hash])


def runs(path: Path) -> list[Run]:
    return runs_of(read_scenarios(path), path)


def batch(path: Path, make: Make = solved) -> tuple[Here, list[Entry]]:
    """All runs that are missing in `out` beside the file."""
    executor, entries = Here(make), []
    with Ledger(path.parent / "out", pytest.fail) as ledger:
        make_all(runs(path), Pool(executor, 2), ledger, lambda _, entry: entries.append(entry))
    return executor, entries


def table(path: Path) -> BatchTable:
    with Ledger(path.parent / "out", pytest.fail) as ledger:
        return batch_table("t", runs(path), ledger, lambda _: None)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (path.parent / "out" / LEDGER_FILE).read_text().splitlines()]


def test_starts_come_first_and_nothing_is_made_twice(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, TWO, seeds=[1, 2])
    executor, entries = batch(path)
    assert sorted(executor.made[:2]) == [("base", 1, False), ("base", 2, False)]
    assert sorted(executor.made[2:]) == [("next", 1, True), ("next", 2, True)]
    assert {entry.status for entry in entries} == {Reason.OPTIMAL}
    assert batch(path)[0].made == []
    path.write_text(path.read_text().replace("patient=1", "patient=2").replace('"base"', '"today"'))
    assert batch(path)[0].made == [("next", 1, True), ("next", 2, True)]  # another name alone is the same run
    assert len(lines(path)) == 6
    assert len(list((tmp_path / "out" / RUNS).iterdir())) == 6  # what nobody asks for any more stays
    assert set(table(path).runs["scenario"]) == {"today", "next"}


def test_scenarios_that_are_the_same_are_made_once(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, '[[scenario]]\nid = "a"\n[[scenario]]\nid = "b"\n')
    assert len(batch(path)[0].made) == 1
    told = table(path).runs
    assert told["objective"].nunique() == 1
    assert list(told["objective_more"].dropna()) == [0]


def test_a_run_that_fails_costs_no_other_and_is_made_again(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, TWO, seeds=[1, 2])

    def fail_first(run: Run, start: Plan | None) -> Answer:
        if run.seed == 1:
            raise LostWorkError("the Dask workers that had it died, 4 times in all")
        return solved(run, start)

    executor, entries = batch(path, fail_first)
    assert len(executor.made) == 3
    assert [(entry.scenario, entry.message) for entry in entries if entry.seed == 1] == [
        ("base", "the Dask workers that had it died, 4 times in all"),
        ("next", "not begun: base has no plan to start from"),
    ]
    told = table(path)
    assert list(told.runs["status"]) == ["error", "optimal", "not begun", "optimal"]
    assert told.failed == {"error": 1}
    assert list(told.scenarios["plans"]) == [1, 1]
    assert told.scenarios["mean_seconds"][0] == told.runs["seconds"][1]  # of the run that has a plan
    assert list(told.runs["objective_more"].notna()) == [False, False, False, True]
    assert batch(path)[0].made == [("base", 1, False), ("next", 1, True)]
    assert table(path).failed == {}


def test_that_there_is_no_plan_is_not_asked_twice(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, '[[scenario]]\nid = "many"\nset = ["hub.count_min=6"]\n')
    _, (entry,) = batch(path)
    assert (entry.status, entry.folder) == (Reason.INFEASIBLE, None)
    assert batch(path)[0].made == []
    assert table(path).failed == {"infeasible": 1}


def test_a_lost_connection_ends_the_batch_and_keeps_what_had_ended(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, '[[scenario]]\nid = "base"\n', seeds=[1, 2, 3])

    class Cluster(Pool):
        def result(self, future: Future[Answer]) -> Answer:  # type: ignore[override]
            try:
                return future.result()
            except CancelledError:
                raise ConnectionLostError("gone") from None

    class Lost(Here):
        def submit(self, fn: Callable[..., Answer], /, *args: object, **_: object) -> Future[Answer]:  # type: ignore[override]
            future = super().submit(fn, *args)
            if len(self.made) > 1:
                future = Future()
                future.cancel()
                future.set_running_or_notify_cancel()
            return future

    with Ledger(tmp_path / "out", pytest.fail) as ledger, pytest.raises(ConnectionLostError):
        make_all(runs(path), Cluster(Lost(solved), 2), ledger, lambda *_: None)
    assert len(lines(path)) == 1
    assert len(batch(path)[0].made) == 2


def test_a_worker_of_another_version_is_told(tmp_path: Path) -> None:
    (run,) = runs(write_scenarios(tmp_path, '[[scenario]]\nid = "base"\n'))
    answer = work.make(replace(run, version="0.0"), None)
    assert answer.result is None
    assert "install the same on all machines" in answer.message


# --- what a kill leaves behind --------------------------------------------------------------------------------------


def test_a_half_written_line_is_ignored(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, TWO)
    batch(path)
    ledger, line = tmp_path / "out" / LEDGER_FILE, b'{"key":"cut'
    content = ledger.read_bytes()
    ledger.write_bytes(content + line)
    assert batch(path)[0].made == []
    assert ledger.read_bytes() == content


def test_a_line_that_is_no_entry_is_told_and_ignored(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, TWO)
    batch(path)
    with (tmp_path / "out" / LEDGER_FILE).open("a") as file:
        file.write("nonsense\n")
    said: list[str] = []
    with Ledger(tmp_path / "out", said.append) as ledger:
        assert len(ledger.entries) == 2
    assert said == [f"{LEDGER_FILE}, row 3: not a whole entry; it is ignored"]


def test_a_folder_without_its_line_is_as_good(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, TWO)
    batch(path)
    before = lines(path)
    (tmp_path / "out" / LEDGER_FILE).write_text("")
    assert batch(path)[0].made == []
    assert sorted(lines(path), key=str) == sorted(before, key=str)


def test_a_plan_that_is_gone_is_made_again(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, '[[scenario]]\nid = "base"\n')
    _, (entry,) = batch(path)
    folder = tmp_path / "out" / RUNS / str(entry.folder)
    (folder / "plan.json").unlink()
    (folder / RUN_FILE).unlink()
    assert len(batch(path)[0].made) == 1
    assert (folder / "plan.json").is_file()


def test_a_plan_that_was_changed_is_no_plan_of_the_table(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, '[[scenario]]\nid = "base"\n')
    _, (entry,) = batch(path)
    file = tmp_path / "out" / RUNS / str(entry.folder) / "plan.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "objective": document["objective"] - 10_000}))
    told = table(path)
    assert told.failed == {"wrong": 1}
    (row,) = told.runs.to_dict("records")
    assert str(row["message"]).startswith(
        "its plan does not verify: plan.json: a plan that verifies: claimed objective"
    )


# --- the table ------------------------------------------------------------------------------------------------------


def test_means_medians_and_differences_by_hand(tmp_path: Path) -> None:
    """Seed 1 ends with the best plan, seeds 2 and 3 with one of three hubs, whatever the scenario."""
    text = '[[scenario]]\nid = "base"\n[[scenario]]\nid = "dear"\nset = ["hub.running_cost=250000"]\nseeds = [1, 3]\n'
    path = write_scenarios(tmp_path, text, seeds=[1, 2, 3])
    three_hubs = solve(runs(path)[0].instance.with_settings(["hub.count_min=3"]), "highs").plan
    assert three_hubs is not None
    plan = three_hubs.plan

    def by_seed(run: Run, start: Plan | None) -> Answer:
        best = solved(run, start).result
        assert best is not None
        assert best.plan is not None
        if run.seed == 1:
            return Answer(best)
        found = VerifiedPlan(run.instance, plan, verify(run.instance, plan))
        return Answer(replace(best, plan=found, reason=Reason.FEASIBLE, bound=None, proof=None))

    batch(path, by_seed)
    told = table(path)
    cost = told.runs.set_index(["scenario", "seed"])["objective"]
    one, two, three = (cost["base", seed] for seed in (1, 2, 3))
    assert two == three > one
    base, dear = told.scenarios.to_dict("records")
    assert (base["runs"], base["plans"], dear["runs"]) == (3, 3, 2)
    assert base["mean_objective"] == pytest.approx((one + 2 * two) / 3)
    assert base["median_objective"] == pytest.approx(two)
    assert dear["mean_objective_more"] == pytest.approx(
        (cost["dear", 1] - one + cost["dear", 3] - three) / 2  # with the same seed
    )
    hubs = told.runs.set_index(["scenario", "seed"])["hubs"]
    assert (hubs["base", 1], hubs["base", 3], base["mean_hubs"]) == (2, 3, pytest.approx(8 / 3))
    assert cost["dear", 1] - one == pytest.approx(2 * 100_000)  # two hubs, each dearer by that
    assert cost["dear", 3] - three == pytest.approx(3 * 100_000)


def test_where_patients_live_is_told_where_an_instance_says_it(tmp_path: Path) -> None:
    town().write(tmp_path / "town.json")
    scenarios = '[[scenario]]\nid = "base"\n'
    path = write_scenarios(tmp_path, scenarios, instances=["tiny.json", "town.json"])
    batch(path)
    told = table(path).runs.set_index("instance")
    entry = Result.load(tmp_path / "out" / RUNS / told["folder"]["town.json"], town())
    residents = residents_of(town())
    assert residents is not None
    assert entry.plan is not None
    found = residents.neighbourhoods(entry.plan.evaluation.hubs)
    assert told["in_patch"]["town.json"] == pytest.approx(found.containment)
    assert told["places_split"]["town.json"] == found.split
    assert list(told["in_patch"].isna()) == [True, False]


def test_one_batch_at_a_time_in_a_folder(tmp_path: Path) -> None:
    with (
        Ledger(tmp_path / "out", pytest.fail),
        pytest.raises(InputError, match="a folder in which no other batch is at work"),
        Ledger(tmp_path / "out", pytest.fail),
    ):
        pass
    with Ledger(tmp_path / "out", pytest.fail):
        pass
