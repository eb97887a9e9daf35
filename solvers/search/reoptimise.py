"""Exact re-optimisation of a neighbourhood: a few hubs near each other dealt out anew by HiGHS, all else as it is.

The program is the compact formulation (docs/model.md section 5) of the problem with fewer pairs: outside the
neighbourhood a practice has its present hub alone. So it keeps every rule, and is small whatever the whole plan is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.compact.program import CompactModel
from optimizer.model.arrays import FloatArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.sets import group_sites
from solvers.mip.highs_model import pass_model
from solvers.search.regions import Neighbourhood


@dataclass(frozen=True)
class Reoptimised:
    """What became of a neighbourhood."""

    solution: Solution | None  # at least as good as the plan; None if there was nothing in time
    proven: bool  # the best in the neighbourhood


def reoptimise(
    problem: Problem, plan: Solution, near: Neighbourhood, time_limit: float, most_nodes: int, rel_gap: float
) -> Reoptimised:
    """The best plan that differs from `plan` in the neighbourhood alone; networks stay and keep their leads."""
    import highspy

    compact = CompactModel.build(_restricted(problem, plan, near))
    start = compact.encode(plan)
    lower, upper = _bounds(compact, start, near)
    highs = highspy.Highs()
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("mip_max_nodes", most_nodes),
        ("mip_rel_gap", rel_gap),
        ("time_limit", max(0.1, time_limit)),
    ):
        highs.setOptionValue(name, value)
    pass_model(highs, compact.model, lower, upper)
    known = highspy.HighsSolution()
    known.col_value = start.tolist()
    highs.setSolution(known)
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Reoptimised(None, proven=False)
    proven = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Reoptimised(compact.decode(np.array(highs.getSolution().col_value)), proven)


def _restricted(p: Problem, plan: Solution, near: Neighbourhood) -> Problem:
    """The pairs of the neighbourhood, and its sites with the networks that its hubs are in."""
    networks = np.zeros(p.n_candidates, dtype=bool)
    mine = plan.network_of[near.sites & plan.is_open]
    networks[mine[mine >= 0]] = True
    links = p.links
    keep = near.sites[links.row] & networks[links.column] | (plan.network_of[links.row] == links.column)
    return replace(p, reach=p.reach.where(near.pairs), links=links.where(keep))


def _bounds(compact: CompactModel, start: FloatArray, near: Neighbourhood) -> tuple[FloatArray, FloatArray]:
    """Decisions outside the neighbourhood are fixed, and so is which networks are open."""
    p, c = compact.problem, compact.columns
    fixed = np.zeros(c.count, dtype=bool)
    fixed[c["x"]] = ~near.practices[p.reach.row]
    fixed[c["y"]] = ~near.sites
    fixed[c["u"]] = ~near.practices
    fixed[c["z"]] = ~near.sites[p.links.row]
    fixed[c["q"]] = ~near.sites[group_sites(p)[:, 1]]
    fixed[c["w"]] = fixed[c["networks"]] = True
    lower, upper = compact.model.lower.copy(), compact.model.upper.copy()
    lower[fixed] = upper[fixed] = start[fixed]
    return lower, upper
