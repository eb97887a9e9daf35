"""Branch and price of a part of a plan without networks: an exact neighbourhood of many hubs for the search."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.auto.params import DEFAULT, AutoParams
from solvers.auto.part import part_of
from solvers.columns.run import make_tree, surroundings
from solvers.process.incumbent import Incumbent
from solvers.search.pool import PooledHub
from solvers.search.reoptimise import Reoptimised


def solve_part(
    problem: Problem,
    plan: Solution,
    region: BoolArray,
    hubs: list[PooledHub],
    deadline: float,
    is_over: Callable[[], bool],
    params: AutoParams = DEFAULT,
) -> Reoptimised:
    """The best plan that differs from `plan` in the region alone, where its practices' cheapest sites suffice.

    `region`: [n] practices of whole hubs, and some in none. `hubs` of the whole problem begin the master. `deadline`:
    time.monotonic().
    """
    part = part_of(problem, plan, region, params.part_sites)
    if not len(part.sites):
        return Reoptimised(None, proven=True)
    incumbent = Incumbent(part.problem, lambda _: None, deadline, is_enough=is_over)
    first = incumbent.plan = incumbent.found(part.solution)
    around = surroundings(incumbent)
    tree = make_tree(part.problem, part.solution, part.columns(hubs), 1, around, params=params.columns)
    settled = tree.run()
    best = incumbent.plan
    better = part.put_back(best.solution) if best is not first else None
    return Reoptimised(better, proven=settled or incumbent.gap_reached)
