"""Proofs that are watched with a known plan, from handicapped starts and without a clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.backend import Solution
from optimizer.construct import construct
from optimizer.problem import Problem
from solvers.columns.exchange import as_plan
from solvers.columns.run import make_tree
from solvers.columns.tree import Surroundings, Tree, TreeNode, best_first
from solvers.columns.witness import Witness
from solvers.search.cost import objective

Order = Callable[[TreeNode], tuple[float, int]]


@dataclass(frozen=True)
class Start:
    """How a proof begins: the incumbent that much above the witness; looks at the clock until it is told to end."""

    handicap: float  # relative
    seed: int = 1
    order: str = "best first"
    threads: int = 1
    looks: int = 4_000
    hubs_of_witness: bool = False  # whether the first master has its hubs

    def __str__(self) -> str:
        return f"{self.handicap:.2%} above, seed {self.seed}, {self.order}, {self.threads} threads"


@dataclass
class Told:
    """What a watched proof said."""

    incumbent: float
    bounds: list[float] = field(default_factory=list)
    looks: int = 0


def shuffled(by: float) -> Order:
    """An order that has nothing to do with bounds, the same in every run."""
    return lambda tree_node: ((tree_node.made * by) % 1.0, tree_node.made)


ORDERS: dict[str, Order] = {"best first": best_first, "shuffled": shuffled(0.618034), "otherwise": shuffled(0.414214)}


def prove(problem: Problem, plan: Solution, start: Start) -> tuple[Told, Tree]:
    """Run a proof with the plan as witness. Raises `Lost` where a step loses it."""
    witness = Witness(problem, plan)
    told = Told(witness.cost * (1.0 + start.handicap))

    def offer(solution: Solution) -> bool:
        kept = as_plan(problem, solution)
        if kept is None:
            return False
        told.incumbent = min(told.incumbent, objective(problem, kept))
        return True

    def is_over() -> bool:
        told.looks += 1
        return told.looks > start.looks

    around = Surroundings(
        incumbent=lambda: told.incumbent,
        is_over=is_over,
        on_bound=told.bounds.append,
        on_solution=offer,
        on_columns=lambda _: None,
        on_guide=lambda _: None,
        deadline=np.inf,
        watch=witness,
    )
    first = plan if start.hubs_of_witness else construct(problem, seed=start.seed, time_limit=60.0, most_runs=1)
    tree = make_tree(problem, first, [], start.threads, around, ORDERS[start.order])
    tree.run()
    witness.told(tree.bound)
    return told, tree
