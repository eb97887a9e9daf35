"""Branch and price of a part of a plan without networks: an exact neighbourhood of many hubs for the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.backend import Solution
from optimizer.problem import BoolArray, Problem
from solvers.auto.part import part_of
from solvers.columns.exchange import as_plan
from solvers.columns.run import make_tree
from solvers.columns.tree import Surroundings
from solvers.search.best import Reoptimised
from solvers.search.cost import objective
from solvers.search.pool import PooledHub


@dataclass
class _Incumbent:
    """The best solution of the part's problem."""

    problem: Problem
    solution: Solution
    cost: float
    better: bool = False

    def offer(self, solution: Solution) -> bool:
        plan = as_plan(self.problem, solution)
        if plan is None:
            return False
        cost = objective(self.problem, plan)
        if cost < self.cost:
            self.solution, self.cost, self.better = plan, cost, True
        return True


def solve_part(
    problem: Problem,
    plan: Solution,
    region: BoolArray,
    hubs: list[PooledHub],
    deadline: float,
    is_over: Callable[[], bool],
) -> Reoptimised:
    """The best plan that differs from `plan` in the region alone, where its practices' cheapest sites suffice.

    `region`: [n] practices of whole hubs, and some in none. `hubs` of the whole problem begin the master. `deadline`:
    time.monotonic().
    """
    part = part_of(problem, plan, region)
    if not len(part.sites):
        return Reoptimised(None, proven=True)
    incumbent = _Incumbent(part.problem, part.solution, objective(part.problem, part.solution))
    around = Surroundings(
        incumbent=lambda: incumbent.cost,
        is_over=is_over,
        on_bound=lambda _: None,
        on_solution=incumbent.offer,
        on_columns=lambda _: None,
        on_guide=lambda _: None,
        deadline=deadline,
    )
    proven = make_tree(part.problem, incumbent.solution, part.columns(hubs), 1, around).run()
    return Reoptimised(part.put_back(incumbent.solution) if incumbent.better else None, proven=proven)
