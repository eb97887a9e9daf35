"""The whole run on a town that is taken for a country: plan, bound, certificate, and going on from a state."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from distributed import LocalCluster
from regions_support import planned, town

from optimizer.backend import SolveOptions, UnsupportedOption
from optimizer.model.certificate import Certificate
from optimizer.model.consequences import to_plan
from optimizer.solving.registry import load
from optimizer.solving.solve import solve
from optimizer.verify import verify
from optimizer.verify.bound import recheck
from solvers.auto import AutoSolver, for_regions
from solvers.process.job import Bound, Certified, Found, Phase, StructuredJob
from solvers.process.state import packed, unpacked
from solvers.regions.bound import WholeBound
from solvers.regions.climb import climb
from solvers.regions.params import DEFAULT, Climbing, ClimbParams, CoolParams, FirstParams, PartsParams
from solvers.regions.run import run
from solvers.regions.told import restore, saved

SMALL = replace(
    DEFAULT,
    first=FirstParams(practices=30, proposals_each=4_000),
    climb=ClimbParams(practices=30, linked=40, sweeps=1, linked_sweeps=1, to_the_end_s=0.0),
    cool=CoolParams(proposals_each=2_000, longer=2.0, stages=1, seeds=2),
    parts=PartsParams(practices=40, proposals_each=2_000),
    area=20,
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


@cache
def told() -> list[object]:
    """Everything that a run tells which has no plan to begin from, and ends when nothing is left to do."""
    problem, _ = planned()
    events: list[object] = []
    ended = run(StructuredJob(problem, None, 2, 1, SMALL, keeps_states=True), events.append)
    assert not ended.no_plan
    return events


def of(kind: type) -> list[object]:
    return [event for event in told() if isinstance(event, kind)]


def test_plans_keep_every_rule_and_get_better() -> None:
    problem, _ = planned()
    found = [event for event in told() if isinstance(event, Found)]
    assert found
    assert all(one.objective > other.objective for one, other in itertools.pairwise(found))
    for each in found:
        evaluation = verify(town(), to_plan(problem, each.solution))
        assert evaluation.ok
        assert float(evaluation.priced) == pytest.approx(each.objective, abs=0.01)


def test_prices_are_raised_to_the_end_for_a_sketch() -> None:
    assert "prices to the end, for a sketch of a plan" in [event.text for event in told() if isinstance(event, Phase)]


def test_bounds_rise_and_are_below_every_plan() -> None:
    bounds = [event.value for event in told() if isinstance(event, Bound)]
    assert len(bounds) >= 2
    assert bounds == sorted(bounds)
    assert bounds[-1] <= min(event.objective for event in told() if isinstance(event, Found))


def test_the_last_certificate_proves_the_last_bound() -> None:
    last = [event for event in told() if isinstance(event, Certified)][-1]
    bound = [event.value for event in told() if isinstance(event, Bound)][-1]
    certificate = Certificate.model_validate(json.loads(last.certificate))
    checked = recheck(town(), certificate)
    assert checked.holds
    assert checked.certified is not None
    assert float(checked.certified) == pytest.approx(bound, rel=1e-6)
    assert last.bound <= bound


def test_another_run_goes_on_from_a_state() -> None:
    """Its first bound is that of the state, proven again."""
    problem, _ = planned()
    bound = WholeBound(problem, 1, SMALL)
    bound.begin([])
    everybody = np.arange(problem.n_practices)
    bound.tell_apart([everybody], 8.0)
    window, columns = bound.window(everybody, bound.owned([everybody])[0])
    bound.take(window, climb(window, columns, 60.0, Climbing(1e-3, cuts=0.01), SMALL.auto.columns))
    assert len(bound.prices.cuts)
    assert bound.evaluate(lambda: False)
    state = packed(saved(bound))
    again = WholeBound(problem, 1, SMALL)
    assert restore(again, state) == ()
    assert again.evaluate(lambda: False)
    assert again.value == pytest.approx(bound.value, abs=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "price.practice",
        "clusters.slot",
        "clusters.leads",
        "link.cluster",
        "price.single",
        "apart",
        "price.cut",
        "cut.price",
    ],
)
def test_a_state_that_makes_no_sense_is_told_of(name: str) -> None:
    problem, _ = planned()
    bound = WholeBound(problem, 1, SMALL)
    bound.begin([])
    bound.tell_apart([np.arange(problem.n_practices)], 8.0)
    arrays = dict(unpacked(packed(saved(bound))))
    arrays[name] = np.full(3, 77)
    again = WholeBound(problem, 1, SMALL)
    (warning,) = restore(again, packed(arrays))
    assert "state" in warning or "checkpoint" in warning
    assert not again.is_begun


def test_a_state_whose_cut_names_a_practice_twice_proves_nothing() -> None:
    """Such a cut is none: hubs that hold that practice alone would count in it."""
    problem, _ = planned()
    bound = WholeBound(problem, 1, SMALL)
    bound.begin([])
    bound.prices = replace(bound.prices, cuts=np.array([[0, 0, 1]]), cut=np.array([-1e6]))
    again = WholeBound(problem, 1, SMALL)
    (warning,) = restore(again, packed(saved(bound)))
    assert "twice" in warning
    assert not again.is_begun


def test_a_region_by_itself_is_planned_as_an_area() -> None:
    """And proven the best."""
    problem, plan = planned()
    events: list[object] = []
    run(StructuredJob(problem, 60.0, 2, 1, DEFAULT, start=plan, rel_gap=0.01), events.append)
    best = min(event.objective for event in events if isinstance(event, Found))
    assert max(event.value for event in events if isinstance(event, Bound)) >= 0.99 * best


@pytest.mark.slow
def test_work_is_done_on_a_cluster(cluster: LocalCluster) -> None:
    problem, _ = planned()
    events: list[object] = []
    address = f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"
    run(StructuredJob(problem, None, 2, 1, SMALL, executor=address), events.append)
    found = [event for event in events if isinstance(event, Found)]
    assert verify(town(), to_plan(problem, found[-1].solution)).ok
    assert 0 < max(event.value for event in events if isinstance(event, Bound)) <= found[-1].objective


def test_an_executor_that_there_is_not_is_refused() -> None:
    problem, _ = planned()
    with pytest.raises(UnsupportedOption, match=r"--executor.*found 'nowhere'"):
        run(StructuredJob(problem, 5.0, 1, 1, SMALL, executor="nowhere"), lambda _: None)


def test_an_area_takes_no_executor() -> None:
    """It is planned in one process: another place is refused, not ignored."""
    for solver in ("auto", "regions"):
        with pytest.raises(UnsupportedOption, match="executor"):
            solve(town(), solver, time_limit=5, options=SolveOptions(executor="dask://127.0.0.1:1"))


def test_mpi_that_has_not_started_this_process_is_refused() -> None:
    with pytest.raises(UnsupportedOption, match="--executor"):
        solve(town(), "regions", time_limit=5, options=SolveOptions(executor="mpi"))


def test_parameters_of_auto_are_those_by_which_regions_are_planned() -> None:
    """A problem with few practices is a country where these say so; a name that there is not is refused by either."""
    problem, _ = planned()
    params = {"auto": {"country": 10, "part_sites": 7}}
    asked = SolveOptions(params=params)
    auto = load("auto")
    assert isinstance(auto, AutoSolver)
    assert auto.constructs(problem, asked)
    passed_on = for_regions(asked)
    assert load("regions").parameters(passed_on).auto == auto.parameters(asked)
