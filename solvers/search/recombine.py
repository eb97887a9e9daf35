"""Recombination of pooled hubs by HiGHS: the linear program first, then the integer one over the columns it likes.

A large plan is recombined region by region: whole networks and hubs on their own, the rest of the plan fixed.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.consequences import continued_group
from optimizer.model.outside import runners
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules import keeps_member_rules
from solvers.search.params import RecombineParams
from solvers.search.pool import PooledHub, as_columns, price
from solvers.search.program import Program, make_program

_IN_A_HUB = -2  # where a trust may stand


def recombine(
    problem: Problem,
    plan: Solution,
    objective: float,
    hubs: list[PooledHub],
    candidates: IntArray,
    region: BoolArray,
    time_limit: float,
    params: RecombineParams,
) -> Solution | None:
    """A plan at least as good as `plan`, or None. `region[i]`: practices of whole hubs that may be dealt out again."""
    until = time.monotonic() + min(time_limit, params.time_limit_s)
    own = _hubs_of(problem, plan)
    taken = {(h.site, h.members.tobytes()) for h in own}
    inside = [h for h in hubs if region[h.members].all() and (h.site, h.members.tobytes()) not in taken]
    keeps = keeps_member_rules(problem, as_columns(problem, inside))
    inside = [h for h, keeps_all in zip(inside, keeps, strict=True) if keeps_all]
    program = make_program(problem, own + inside, np.union1d(candidates, _used(plan)), params.nearest)
    held = _columns_of(program, plan, len(own))
    fixed = held[: len(own)][[not region[h.members[0]] for h in own]]
    program.lower[fixed] = 1.0
    reduced, bound = _sift(program, held, until, params)
    if reduced is None:
        return None
    n = program.n_hub_columns
    room = objective - program.offset - bound
    order = np.argsort(reduced[:n], kind="stable")[: params.most_columns]
    good = order[reduced[order] <= max(room, 1.0)]
    columns = np.unique(np.concatenate([good, held[held < n], np.arange(n, len(program.cost))]))
    x = _integer(program, columns, held, until, params)
    return None if x is None else program.decode(x, columns)


def _used(plan: Solution) -> IntArray:
    return np.unique(plan.network_of[plan.network_of >= 0])


def _hubs_of(p: Problem, plan: Solution) -> list[PooledHub]:
    """The plan's hubs, each allowed the group that it continues."""
    continued = continued_group(p, plan)
    order = np.argsort(plan.site_of, kind="stable")
    start = np.searchsorted(plan.site_of[order], np.arange(p.n_sites + 1))
    hubs = []
    for site in np.flatnonzero(plan.is_open):
        hub = price(p, int(site), order[start[site] : start[site + 1]])
        keep = [entry for entry in hub.groups if entry[0] == continued[site]]
        hub.groups = tuple(keep + [entry for entry in hub.groups if entry not in keep][:1])
        hub.networks = {int(plan.network_of[site])} - {NONE}
        hubs.append(hub)
    return hubs


def _columns_of(program: Program, plan: Solution, n_hubs: int) -> IntArray:
    """The columns that make up the plan, its `n_hubs` hubs first in their order."""
    continued = continued_group(program.problem, plan)
    held = np.full(n_hubs, NONE)
    for column in np.flatnonzero(program.hub < n_hubs):
        site = program.hubs[program.hub[column]].site
        if program.candidate[column] == plan.network_of[site] and program.group[column] == continued[site]:
            held[program.hub[column]] = column
    run_by = runners(program.problem, plan)
    outside = program.outside_columns(np.where(plan.site_of < 0, run_by, _IN_A_HUB))
    return np.concatenate([held, outside, program.network_columns(_used(plan))])


def _sift(program: Program, held: IntArray, until: float, params: RecombineParams) -> tuple[FloatArray | None, float]:
    """Reduced costs of all columns at the optimum of the linear program, and its value."""
    n = program.n_hub_columns
    first = np.linspace(0, n - 1, min(n, params.first_columns)).astype(np.int64)
    active = np.unique(np.concatenate([first, held[held < n], np.arange(n, len(program.cost))]))
    highs = _new_highs(program, active, integer=False)
    inside = np.zeros(len(program.cost), dtype=bool)
    inside[active] = True
    reduced, value = None, -np.inf
    for _ in range(params.most_sifts):
        highs.run()
        if not _is_optimal(highs) or time.monotonic() > until:
            return None, -np.inf
        reduced = program.cost - program.matrix.T @ np.array(highs.getSolution().row_dual)
        value = highs.getInfo().objective_function_value
        missing = np.flatnonzero(~inside & (reduced < -1e-3))
        if len(missing) == 0:
            break
        entering = missing[np.argsort(reduced[missing], kind="stable")[: params.sifted]]
        inside[entering] = True
        _add_columns(highs, program, entering)
    return reduced, value


def _integer(
    program: Program, columns: IntArray, held: IntArray, until: float, params: RecombineParams
) -> FloatArray | None:
    import highspy

    highs = _new_highs(program, columns, integer=True)
    highs.setOptionValue("time_limit", max(0.1, until - time.monotonic()))
    highs.setOptionValue("mip_max_nodes", params.most_nodes)
    highs.setOptionValue("mip_rel_gap", params.rel_gap)
    start = np.zeros(len(program.cost))
    start[held] = 1.0
    solution = highspy.HighsSolution()
    solution.col_value = program.with_slacks(start)[columns].tolist()
    highs.setSolution(solution)
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(highs.getSolution().col_value)


def _new_highs(program: Program, columns: IntArray, *, integer: bool) -> Any:
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    part = program.matrix[:, columns]
    highs.passModel(
        len(columns),
        part.shape[0],
        int(part.nnz),
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost[columns],
        program.lower[columns],
        program.upper[columns],
        program.row_lower,
        program.row_upper,
        part.indptr.astype(np.int32),
        part.indices.astype(np.int32),
        part.data,
        program.whole[columns].astype(np.int32) * integer,
    )
    return highs


def _add_columns(highs: Any, program: Program, columns: IntArray) -> None:
    part = program.matrix[:, columns]
    highs.addCols(
        len(columns),
        program.cost[columns],
        program.lower[columns],
        program.upper[columns],
        int(part.nnz),
        part.indptr[:-1].astype(np.int32),
        part.indices.astype(np.int32),
        part.data,
    )


def _is_optimal(highs: Any) -> bool:
    import highspy

    return bool(highs.getModelStatus() == highspy.HighsModelStatus.kOptimal)
