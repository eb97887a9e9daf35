"""Runs held against each other and against the literature: best known, alarms, grades."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from made_rows import made, row, unsolved, without_plan

from benchmarks.measures.consistency import AlarmKind
from benchmarks.measures.published import Literature, Published
from benchmarks.report.prepare import Evaluated, evaluate
from benchmarks.row import Row
from instances import InputError

HEADER = "set,instance,n,best_known,source,status,solution_checked_here\n"


def judged(*rows: Row, literature: Literature | None = None) -> Evaluated:
    return evaluate(made(*rows), literature or Literature())


def published(objective: float, status: str = "proven optimal", *, checked: bool = True) -> Literature:
    return Literature((Published("toy", "one", objective, status, "a paper", checked),))


def grade(evaluated: Evaluated, backend: str) -> str:
    (found,) = evaluated.runs.loc[evaluated.runs["backend"] == backend, "grade"]
    return str(found)


# --- best known -----------------------------------------------------------------------------------------------------


def test_best_plan_and_best_bound_may_be_of_two_backends() -> None:
    runs = (unsolved(backend="a", objective=110.0, bound=80.0), unsolved(backend="b", objective=120.0, bound=99.0))
    best = judged(*runs).known["one"]
    assert (best.objective, best.bound) == (110, 99)
    assert best.source == "a, seed 0, 1 thread, 10 s, 2026-11-26, commit 0123456, made"
    assert best.bound_source.startswith("b, ")
    assert best.gap == pytest.approx(0.1)
    assert not best.proven


def test_bound_above_a_plan_is_nobodys_best() -> None:
    best = judged(unsolved(backend="a"), row(backend="b", objective=None, claimed_objective=None, bound=125.0))
    assert (best.known["one"].bound, best.known["one"].objective) == (90, 120)


def test_published_plan_is_the_best_known_unless_a_run_is_better() -> None:
    worse = judged(row(), literature=published(99.0, "best known")).known["one"]
    assert (worse.objective, worse.source, worse.proven) == (99, "published: a paper", False)
    assert worse.over_published == pytest.approx(1 / 99)
    better = judged(row(), literature=published(101.0, "best known")).known["one"]
    assert (better.objective, better.proven) == (100, True)
    unchecked = judged(row(), literature=published(99.0, checked=False)).known["one"]
    assert (unchecked.objective, unchecked.published) == (100, 99)


def test_without_any_plan_nothing_is_best() -> None:
    best = judged(without_plan(bound=7.0)).known["one"]
    assert math.isnan(best.objective)
    assert best.bound == 7


def test_a_bound_that_is_only_claimed_is_nobodys_best() -> None:
    best = judged(unsolved(backend="a"), row(backend="b", proof="claimed", reason="feasible")).known["one"]
    assert (best.objective, best.bound, best.proven) == (100, 90, False)
    assert best.bound_source.startswith("a, ")


# --- alarms ---------------------------------------------------------------------------------------------------------


def test_bound_above_anothers_plan_is_an_alarm_that_names_both() -> None:
    good, bad = unsolved(backend="good"), unsolved(backend="bad", objective=None, claimed_objective=None, bound=121.0)
    evaluated = judged(good, bad)
    (alarm,) = evaluated.alarms
    assert (alarm.kind, alarm.solver, alarm.against) == (AlarmKind.BOUND_ABOVE_PLAN, "bad", "good")
    assert "bad claims a bound of 121.0000, 1.0000 (0.0083 of it) above good's verified plan of 120.0000" in alarm.text
    assert (grade(evaluated, "bad"), grade(evaluated, "good")) == ("fail_dual_bound", "timelimit")


def test_bound_within_the_tolerance_is_none() -> None:
    assert judged(row(backend="a"), row(backend="b", bound=100.00009)).alarms == []
    assert len(judged(row(backend="a"), row(backend="b", bound=100.00011)).alarms) == 1


def test_claims_hold_across_machines_threads_and_limits() -> None:
    other = row(backend="bad", objective=None, claimed_objective=None, bound=101.0, threads=2, time_limit_s=99.0)
    assert [alarm.solver for alarm in judged(row(backend="good"), other).alarms] == ["bad"]


@pytest.mark.parametrize(
    ("claim", "kind", "said"),
    [
        (without_plan(backend="bad", reason="infeasible"), AlarmKind.NO_PLAN_CLAIMED, "fail_dual_bound"),
        (without_plan(backend="bad", proof="claimed"), AlarmKind.NO_PLAN_CLAIMED, "fail_dual_bound"),
        (without_plan(backend="bad", reason="unbounded"), AlarmKind.UNBOUNDED_CLAIMED, "fail_dual_bound"),
        (
            without_plan(backend="bad", claimed_objective=90.0),
            AlarmKind.PLAN_NOT_VERIFIED,
            "fail_solution_infeasible",
        ),
        (
            unsolved(backend="bad", claimed_objective=119.0),
            AlarmKind.OBJECTIVE_CLAIMED_TOO_LOW,
            "fail_objective_value",
        ),
    ],
)
def test_false_claims(claim: Row, kind: AlarmKind, said: str) -> None:
    evaluated = judged(row(backend="good"), claim)
    assert [alarm.kind for alarm in evaluated.alarms] == [kind]
    assert grade(evaluated, "bad") == said


def test_claims_against_the_literature() -> None:
    above = judged(without_plan(bound=100.5), literature=published(100.0))
    assert [alarm.kind for alarm in above.alarms] == [AlarmKind.BOUND_ABOVE_PUBLISHED]
    assert grade(above, "auto") == "fail_dual_bound"
    below = judged(row(), literature=published(101.0))
    assert [alarm.kind for alarm in below.alarms] == [AlarmKind.BELOW_PROVEN]
    assert grade(below, "auto") == "better"
    assert judged(without_plan(bound=100.5), literature=published(100.0, checked=False)).alarms == []


def test_contradicted_bound_earns_nothing() -> None:
    bad = unsolved(backend="bad", bound=125.0, reason="optimal")
    evaluated = judged(unsolved(backend="good"), bad)
    (run,) = evaluated.runs[evaluated.runs["backend"] == "bad"].to_dict("records")
    assert math.isnan(run["gap"])
    assert math.isnan(run["proven_s"])
    assert run["first_s"] == 6  # its plan is real
    assert run["primal_dual_integral_s"] == 10


def test_a_claim_earns_no_proof_and_is_told() -> None:
    (run,) = judged(row(backend="other", proof="claimed", reason="feasible")).runs.to_dict("records")
    assert run["whose"] == "claimed by other"
    assert (run["grade"], run["objective"], run["bound"]) == ("solved_not_verified", 100, 100)
    assert all(math.isnan(run[name]) for name in ("gap", "gap_5_s", "gap_1_s", "proven_s"))
    assert run["primal_dual_integral_s"] == 10
    assert run["first_s"] == 2  # its plan is real


# --- grades ---------------------------------------------------------------------------------------------------------


def test_proof_is_ok_once_another_backend_or_the_literature_confirms_it() -> None:
    assert grade(judged(row()), "auto") == "solved_not_verified"
    assert grade(judged(row(), row(seed=1, backend="b")), "auto") == "ok"
    assert grade(judged(row(), literature=published(100.0)), "auto") == "ok"
    assert grade(judged(row(), literature=published(100.0, "best known")), "auto") == "solved_not_verified"
    claim = row(seed=1, backend="b", proof="claimed", reason="feasible")
    assert grade(judged(row(), claim), "auto") == "solved_not_verified"  # nobody is confirmed by a claim ...
    assert grade(judged(row(), claim), "b") == "ok"  # ... which a proof confirms
    nothing = [without_plan(backend=name, reason="infeasible", limit=None) for name in ("a", "b")]
    assert grade(judged(*nothing), "a") == "ok"


def test_plan_better_than_the_published_one() -> None:
    assert grade(judged(unsolved(), literature=published(121.0, "best known")), "auto") == "better"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"limit": "time"}, "timelimit"),
        ({"limit": "gap"}, "gaplimit"),
        ({"limit": "node"}, "nodelimit"),
        ({"limit": "memory"}, "memlimit"),
        ({"limit": "interrupt"}, "interrupt"),
        ({"limit": None}, "unknown"),
        ({"outcome": "killed"}, "killed"),
        ({"outcome": "out_of_memory", "reason": "error"}, "memlimit"),
        ({"outcome": "crashed", "reason": "error"}, "fail_abort"),
        ({"outcome": "completed", "reason": "error"}, "fail_abort"),
        ({"outcome": "unavailable", "reason": "error"}, "unavailable"),
    ],
)
def test_grades_of_what_ended_without_a_proof(fields: dict[str, str | None], said: str) -> None:
    assert grade(judged(unsolved(**fields)), "auto") == said


# --- the runs that count ----------------------------------------------------------------------------------------------


def test_newer_run_replaces_an_older_one_of_the_same() -> None:
    older, newer = row(objective=105.0, bound=90.0), row(started="2026-11-27T12:00:00Z", commit="fedcba9876543210")
    evaluated = judged(newer, older, row(backend="b"))
    assert evaluated.replaced == 1
    assert evaluated.runs.loc[evaluated.runs["backend"] == "auto", "objective"].to_list() == [100]


def test_instances_of_one_name_are_told_apart() -> None:
    evaluated = judged(row(), row(instance_hash="f" * 64, objective=70.0, bound=60.0, claimed_objective=70.0))
    assert sorted(best.objective for best in evaluated.known.values()) == [70, 100]
    assert "one [ffffffff]" in evaluated.known
    assert evaluated.alarms == []


def test_options_make_another_solver() -> None:
    evaluated = judged(row(), row(options={"node_limit": 5, "native": {"a": 1}}))
    assert sorted(evaluated.runs["solver"]) == ["auto", 'auto [native={"a": 1}, node_limit=5]']


# --- the file of published objectives -------------------------------------------------------------------------------


def test_published_objectives_are_found_by_family_and_name(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_text(HEADER + "a,one,5,12.5,a paper,proven optimal (there),Y\nb,one,5,13,else,best known,N\n")
    literature = Literature.read(file)
    found = literature.find("a", "one (floor)")
    assert found == Published("a", "one", 12.5, "proven optimal (there)", "a paper", True)
    assert found.proven
    other = literature.find("b", "one")
    assert other is not None
    assert (other.objective, other.proven, other.checked) == (13, False, False)
    assert literature.find("c", "one") is None
    assert literature.find("a", "one2") is None


def test_faults_of_the_file_are_named(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_text("set,instance\n")
    with pytest.raises(InputError, match="without best_known, source, status, solution_checked_here"):
        Literature.read(file)
    file.write_text(HEADER + "a,one,5,much,a paper,proven optimal,Y\na,two,5,1,s,t,Y\na,two,5,1,s,t,Y\na,three\n")
    with pytest.raises(InputError) as refused:
        Literature.read(file)
    places = [(fault.row, fault.column, fault.value) for fault in refused.value.faults]
    assert places == [(2, "best_known", "much"), (4, "instance", None), (5, None, None)]
