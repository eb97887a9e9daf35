"""Parameters change how a plan is proven, not what is true of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from compact_optimum import optimum
from random_instances import random_instance

from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.certificate import certificate_of
from solvers.columns.exchange import as_plan
from solvers.columns.params import (
    DEFAULT,
    BranchingParams,
    ColumnsParams,
    CutParams,
    ListingParams,
    MasterParams,
    PricingParams,
    TreeParams,
)
from solvers.columns.run import make_tree
from solvers.columns.surroundings import Surroundings
from solvers.columns.tree import Tree
from solvers.process.params import read_params

NONE_LISTED = replace(DEFAULT, listing=ListingParams(most_hubs=0, most_hubs_early=0))
TUNED = {
    "no hubs are listed": NONE_LISTED,
    "no cuts, one branch tried": replace(
        NONE_LISTED, cuts=CutParams(most_rounds=0), branching=BranchingParams(most_tried=1)
    ),
    "one bound for all counts": replace(DEFAULT, pricing=PricingParams(most_counts=1)),
    "coarse tables, hasty searches": replace(
        DEFAULT, pricing=PricingParams(cells=50, exact_cells=0, sites_at_once=3, hasty_nodes=5)
    ),
    "few columns, narrow boxes": replace(DEFAULT, master=MasterParams(most_first=3, widest=1.0, widest_hub=1e4)),
    "divided at once": replace(DEFAULT, tree=TreeParams(settled=1.0, free_settled=1.0)),
}
LISTED = 8  # where the tree lists hubs
PLANNABLE = (5, 7, LISTED)
MOST_LOOKS = 2_000  # at whether it is over: what one bound for all counts cannot divide ends so


class Proof:
    """A tree over a problem and the cost of its best plan."""

    def __init__(self, problem: Problem, params: ColumnsParams) -> None:
        self.problem = problem
        self.best = construct(problem, seed=1, time_limit=60.0)
        self._looks = 0
        around = Surroundings(
            incumbent=lambda: self.cost,
            is_over=self._is_over,
            on_bound=lambda _: None,
            on_solution=self._take,
            on_columns=lambda _: None,
            on_guide=lambda _: None,
            deadline=float("inf"),
        )
        self.tree: Tree = make_tree(problem, self.best, [], 1, around, params=params)

    @property
    def cost(self) -> float:
        return float("inf") if self.best is None else objective(self.problem, self.best)

    def _is_over(self) -> bool:
        self._looks += 1
        return self._looks > MOST_LOOKS

    def _take(self, solution: Solution) -> bool:
        plan = as_plan(self.problem, solution)
        if plan is not None and objective(self.problem, plan) < self.cost:
            self.best = plan
        return plan is not None


@pytest.mark.parametrize("tuned", TUNED.values(), ids=TUNED)
def test_no_parameters_prove_what_is_false(tuned: ColumnsParams) -> None:
    proven = 0
    for seed in PLANNABLE:
        problem = build_problem(random_instance(seed, 8))
        best = optimum(problem)
        assert best is not None
        proof = Proof(problem, tuned)
        proof.tree.run()
        bound = min(proof.tree.bound, proof.cost)
        assert bound <= best[0] * (1 + 1e-6)
        certificate = certificate_of(proof.tree)
        assert certificate is None or certificate.bound <= best[0] * (1 + 1e-6)
        proven += bound >= best[0] * (1 - 1e-6)
    assert proven or tuned.pricing.most_counts == 1


def test_parameters_reach_where_they_decide() -> None:
    problem = build_problem(random_instance(LISTED, 8))
    usual, none_listed = Proof(problem, DEFAULT), Proof(problem, NONE_LISTED)
    for proof in (usual, none_listed):
        proof.tree.run()
    assert _enumerated(usual.tree)
    assert not _enumerated(none_listed.tree)


def _enumerated(tree: Tree) -> bool:
    nodes = [tree.root]
    for node in nodes:
        nodes += node.children
    return any(node.enumerated is not None for node in nodes)


def test_they_are_read_by_name() -> None:
    params = read_params("columns", "solvers.columns.params:ColumnsParams", {"listing": {"most_hubs": 0}})
    assert params == replace(DEFAULT, listing=ListingParams(most_hubs=0))
    auto = read_params("auto", "solvers.auto.params:AutoParams", {"columns": {"tree": {"ahead": 0.5}}, "small": 3})
    assert (auto.columns.tree.ahead, auto.small) == (0.5, 3)
