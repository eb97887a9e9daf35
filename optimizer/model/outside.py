"""How practices in no hub are outside: on their own or run by trusts, at the least cost that these have room for.

Which trust runs whom follows from who is in no hub, as the groups that hubs continue follow from who is in which: a
small assignment problem, solved where the cheapest way of each is more than some trust can take on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.model.arrays import NO_LIMIT, NONE, BoolArray, FloatArray, IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


@dataclass(frozen=True)
class Ways:
    """Ways to be in no hub: those of practices on their own first, then those run by trusts."""

    practice: IntArray  # [W]
    trust: IntArray  # [W] NONE = on its own
    cost: FloatArray  # [W] moving and dividend left out

    def where(self, keep: BoolArray) -> Ways:
        return Ways(self.practice[keep], self.trust[keep], self.cost[keep])


def ways_outside(p: Problem, practices: IntArray) -> Ways:
    """Of these practices, ascending."""
    alone = practices[p.practices.may_be_alone[practices]]
    row, trust = np.nonzero(np.isfinite(p.trusts.cost[practices]))
    run = practices[row]
    return Ways(
        practice=np.concatenate([alone, run]),
        trust=np.concatenate([np.full(len(alone), NONE), trust]),
        cost=np.concatenate([p.practices.alone_cost[alone], p.trusts.cost[run, trust]]),
    )


def room_of_trusts(p: Problem, ways: Ways) -> tuple[sparse.csr_array, FloatArray]:
    """([limits, W] what each way counts for, [limits] the most) of practices and patients that trusts can run."""
    run = np.flatnonzero(ways.trust >= 0)
    shape = (len(p.trusts.ids), len(ways.trust))
    limits = (
        (np.ones(len(run)), p.trusts.practices_max),
        (p.practices.patients[ways.practice[run]], p.trusts.patients_max),
    )
    counts = [sparse.csr_array((each, (ways.trust[run], run)), shape=shape) for each, _ in limits]
    most = np.concatenate([of for _, of in limits])
    given = np.flatnonzero(most < NO_LIMIT)
    return sparse.csr_array(sparse.csr_array(sparse.vstack(counts))[given]), most[given].astype(np.float64)


def runners(p: Problem, solution: Solution) -> IntArray:
    """[n] the trust that runs each practice, NONE = in a hub or on its own.

    As the solution says, else at the least cost. A practice that may not be on its own is so where trusts have no room.
    """
    if solution.run_by is not None:
        return solution.run_by
    found = np.full(p.n_practices, NONE)
    outside = np.flatnonzero(solution.site_of < 0)
    if not len(p.trusts.ids) or not len(outside):
        return found
    ways = ways_outside(p, outside)
    order = np.lexsort((ways.cost, ways.practice))
    cheapest = order[np.unique(ways.practice[order], return_index=True)[1]]
    matrix, most = room_of_trusts(p, ways)
    chosen = np.zeros(len(ways.practice))
    chosen[cheapest] = 1.0
    if (matrix @ chosen > most).any():
        chosen = _within_room(p, outside, ways)
    taken = np.flatnonzero(chosen > 0.5)
    found[ways.practice[taken]] = ways.trust[taken]
    return found


def _within_room(p: Problem, outside: IntArray, ways: Ways) -> FloatArray:
    """[W] 1 for the ways taken; as few practices as can be have none."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, and seldom needed

    matrix, most = room_of_trusts(p, ways)
    n, w = len(outside), len(ways.practice)
    scale = max(1.0, float(np.abs(ways.cost).max(initial=0.0)))
    alone = p.practices.alone_cost[outside]
    missing = alone + (n + 1.0) * max(scale, float(alone.max()))  # dearer than any ways of all others
    each = sparse.csr_array((np.ones(w), (np.searchsorted(outside, ways.practice), np.arange(w))), shape=(n, w))
    covered = sparse.hstack([each, sparse.eye_array(n)])
    room = sparse.hstack([matrix, sparse.csr_array((matrix.shape[0], n))])
    found = milp(
        np.concatenate([ways.cost, missing]) / scale,
        integrality=np.ones(w + n, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(covered, 1, 1), LinearConstraint(room, ub=most)],
        options={"presolve": False, "mip_rel_gap": 0.0},  # that of SciPy's HiGHS can lose optima
    )
    assert found.x is not None  # missing everybody keeps the rows
    return np.asarray(found.x[:w])


def outside_cost(p: Problem, solution: Solution) -> float:
    """Pounds a year of all practices in no hub, moving and dividend left out."""
    outside = np.flatnonzero(solution.site_of < 0)
    by = runners(p, solution)[outside]
    run = by >= 0
    alone = p.practices.alone_cost[outside[~run]].sum()
    return float(alone + p.trusts.cost[outside[run], by[run]].sum())
