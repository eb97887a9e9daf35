"""No step of a proof loses a plan that it does not know of; where one did, the watch names it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, product
from pathlib import Path

import numpy as np
import pytest
from columns_support import converged
from compact_optimum import optimum
from random_instances import random_instance
from witness_support import AREAS, ORDERS, PUBLIC, Start, lonely, prove, real

import instances
from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.columns import Columns
from optimizer.model.consequences import from_plan
from optimizer.model.problem import Problem
from optimizer.output.read_plan import read_plan
from optimizer.solving.check import impossibilities
from solvers.columns.ascent import Ascent
from solvers.columns.clusters import one_a_slot
from solvers.columns.exchange import as_plan
from solvers.columns.lagrangian import Counts, DualPoint, Listing, Pricer
from solvers.columns.node import NO_SLOT, root_node
from solvers.columns.params import ColumnsParams
from solvers.columns.partition import Partition
from solvers.columns.prices import no_prices
from solvers.columns.tree import Tree, TreeNode
from solvers.columns.witness import Lost, Witness

DATA = Path(instances.__file__).parent / "data"
WITNESSES = Path(__file__).parent / "witnesses"
PROVEN = 1e-6
HANDICAPS = (0.0001, 0.0005, 0.002, 0.01, 0.05)
EVERY_START = [
    Start(handicap, seed, order, threads=1 + seed % 2, hubs_of_witness=seed == 3)
    for handicap, seed, order in product(HANDICAPS, range(1, 6), ORDERS)
]
SOME_STARTS = [
    Start(h, seed, order) for h, seed, order in zip(HANDICAPS, range(1, 6), [*ORDERS, *ORDERS], strict=False)
]
FEW_STARTS = [Start(0.0005, 2, looks=1_500), Start(0.01, 5, "shuffled", looks=1_500)]
START = pytest.mark.parametrize("start", FEW_STARTS, ids=str)


def bundled(name: str) -> tuple[Problem, Witness]:
    instance = Instance.read(DATA / name)
    problem = build_problem(instance)
    return problem, Witness(problem, from_plan(problem, read_plan(WITNESSES / f"{name}.csv", instance)))


# --- proofs of the bundled instances ----------------------------------------------------------------------------------


@pytest.mark.parametrize("start", SOME_STARTS, ids=str)
@pytest.mark.parametrize("name", ["hamlet", "market_town"])
def test_no_step_loses_the_best_plan_of_a_small_instance(name: str, start: Start) -> None:
    problem, witness = bundled(name)
    told, tree = prove(problem, witness.plan, start)
    assert told.bounds == sorted(told.bounds)
    if start.order == "best first":
        assert tree.bound >= witness.cost * (1 - PROVEN)
        assert told.incumbent == pytest.approx(witness.cost)


@pytest.mark.slow
@START
@pytest.mark.parametrize("name", ["rural_county", "birmingham"])
def test_no_step_loses_a_plan_of_a_large_bundled_instance(name: str, start: Start) -> None:
    problem, witness = bundled(name)
    prove(problem, witness.plan, start)


@pytest.mark.campaign
@pytest.mark.parametrize("start", EVERY_START, ids=str)
@pytest.mark.parametrize("name", ["hamlet", "market_town", "rural_county", "birmingham"])
def test_no_step_loses_a_plan_from_any_start(name: str, start: Start) -> None:
    problem, witness = bundled(name)
    prove(problem, witness.plan, start)


# --- random instances over the whole rule space -----------------------------------------------------------------------


def prove_random(seed: int) -> bool:
    """Whether the instance has a plan; its optimum, by HiGHS, is the witness."""
    problem = build_problem(random_instance(seed, 6 + seed % 5))
    best = None if impossibilities(problem) else optimum(problem)
    plan = None if best is None else as_plan(problem, best[1])
    if plan is None:
        return False
    order = list(ORDERS)[seed % len(ORDERS)]
    start = Start(HANDICAPS[seed % 5], seed % 7, order, 1 + seed % 2, looks=600, hubs_of_witness=seed % 4 == 0)
    prove(problem, plan, start)
    return True


def test_no_step_loses_the_optimum_of_a_random_instance() -> None:
    assert sum(map(prove_random, range(60))) > 20


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(60, 2_040, 60))
def test_no_step_loses_the_optimum_of_many_random_instances(first: int) -> None:
    assert sum(map(prove_random, range(first, first + 60))) > 15


# --- real areas and the literature ------------------------------------------------------------------------------------


@pytest.mark.slow
@START
@pytest.mark.parametrize("name", [*AREAS[:3], "SJC2"])
def test_no_step_loses_a_plan_of_a_real_problem(name: str, start: Start) -> None:
    prove(*real(name), start)


@pytest.mark.campaign
@pytest.mark.parametrize("start", EVERY_START[::3], ids=str)
@pytest.mark.parametrize("name", [*AREAS, *chain(*PUBLIC.values())])
def test_no_step_loses_a_plan_of_a_real_problem_from_any_start(name: str, start: Start) -> None:
    prove(*real(name), start)


# --- the witness finds what is false ----------------------------------------------------------------------------------


def test_hubs_listed_by_a_bound_that_is_not_of_their_prices_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is of the best prices; without those of practices every hub costs more, and the value is another."""
    enumerate_hubs, own = Tree._enumerate, Counts.point

    def by_the_bound_of_others(self: Tree, tree_node: TreeNode, ascent: Ascent) -> bool:
        best = ascent.counts.point.evaluation.prices
        others = ascent.pricer.evaluate(replace(best, practice=0.0 * best.practice), 1_000, lambda: False)
        assert others is not None
        monkeypatch.setattr(Counts, "point", property(lambda counts: DualPoint(others, counts.bound)))
        try:
            return enumerate_hubs(self, tree_node, ascent)
        finally:
            monkeypatch.setattr(Counts, "point", own)

    problem, witness = bundled("market_town")
    monkeypatch.setattr(Tree, "_enumerate", by_the_bound_of_others)
    with pytest.raises(Lost, match="the enumeration of hubs at"):
        prove(problem, witness.plan, Start(0.0001, seed=2))


def test_a_program_is_not_taken_for_one_that_is_gone() -> None:
    """Python gives the identity of an object that is gone to the next one."""
    problem, witness = bundled("market_town")
    node = root_node(problem).with_counts(witness.counts(root_node(problem)))
    columns, slot = Columns.of(problem, witness.hubs), np.array(witness.slots_of_hubs(node))
    slot = np.where(slot == NO_SLOT, len(node.slots), slot)

    def program() -> Partition:
        return Partition(node, columns, slot)

    def is_watched(of: Partition) -> bool:
        try:
            witness.relaxed(of, np.zeros(of.n_binaries, dtype=bool), np.inf, "a relaxation")
        except Lost:
            return True
        return False

    for _ in range(20):
        first = program()
        witness.partitioned(first, np.inf)
        assert is_watched(first)
        del first
        assert not is_watched(program())


def test_hubs_that_find_no_room_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hubs of one practice were dropped where a buffer was full."""
    problem = build_problem(lonely(12))
    best = optimum(problem)
    assert best is not None
    collect, room = Pricer.collect, 1

    def short(self: Pricer, *args: object) -> Listing | None:
        listing = collect(self, *args)  # type: ignore[arg-type]
        if listing is None:
            return None
        rank = np.array([sum(c.site == d.site for d in listing.columns[:k]) for k, c in enumerate(listing.columns)])
        kept = np.flatnonzero(rank < room)
        return Listing(listing.point, listing.cutoff, [listing.columns[k] for k in kept], listing.slot[kept])

    prove(problem, best[1], Start(0.01))
    monkeypatch.setattr(Pricer, "collect", short)
    with pytest.raises(Lost, match="the enumeration of hubs at"):
        prove(problem, best[1], Start(0.01))


@pytest.mark.parametrize(("most", "complete"), [(6_000, False), (60_000, True)])
def test_hubs_of_one_practice_are_all_listed_or_none_is(most: int, complete: bool) -> None:
    """Each of 150 practices alone at a hospital: in no network or one, continuing its group or not."""
    problem = build_problem(lonely(150))
    node = root_node(problem).with_counts(np.array([1]))
    pricer = Pricer(node, one_a_slot(node), threads=1)
    evaluation = pricer.evaluate(no_prices(problem, np.zeros(150), pricer.clusters), 1_000, lambda: False)
    assert evaluation is not None
    point = DualPoint(evaluation, evaluation.constant)
    listing = pricer.collect(point, point.value + 1e9, most, ColumnsParams().listing.most_nodes, lambda: False)
    assert (listing is not None) == complete
    if listing is not None:
        at = np.bincount([column.site for column in listing.columns])
        assert sorted(set(at.tolist())) == [4, 600]


def test_a_bound_that_is_too_high_is_named() -> None:
    """By the site whose pricing is wrong."""
    problem, witness = bundled("hamlet")
    ascent = converged(root_node(problem))
    counts, site = ascent.counts, witness.hubs[0].site
    witness.evaluated(ascent.node, counts)
    counts.bounds += 1e9
    counts.evaluations[-1].site[site] += 1e6
    counts.by[:] = len(counts.evaluations) - 1
    with pytest.raises(Lost, match=f"the pricing of {problem.sites.ids[site]}"):
        witness.evaluated(ascent.node, counts)
