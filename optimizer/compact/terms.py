"""Rows of the objective's terms that no single column can price: sizes off target, and misfit.

Named by the rule whose rows they follow, as the order decides what solvers find first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.alone import alone_rows
from optimizer.rules.sets import large_pairs, linked_pairs


def hub_size(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    sites = np.arange(p.n_sites)
    r = rows.block(p.n_sites, lower=0)
    r.add(sites, c["hub_under"], 1)
    r.add(sites, c["population"], 1)
    r.add(sites, c["y"], -p.hub.target_min)
    large = large_pairs(p)
    i, j = p.reach.row[large], p.reach.column[large]
    r = rows.block(p.n_sites, lower=0)
    r.add(sites, c["hub_over"], 1)
    r.add(sites, c["population"], -1)
    r.add(sites, c["y"], p.hub.target_max)
    r.add(j, c["alone"], p.practices.patients[i] - p.hub.target_max)
    alone_rows(p, c, rows, "alone", large)


def network_size(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    candidates, model = np.arange(p.n_candidates), p.candidates.model
    r = rows.block(p.n_candidates, lower=0)
    r.add(candidates, c["network_under"], 1)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.target_min[model])
    r = rows.block(p.n_candidates, lower=0)
    r.add(candidates, c["network_over"], 1)
    r.add(p.links.column, c["f"], -1)
    r.add(candidates, c["w"], p.models.target_max[model])


def misfit(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """v >= x + model - 1 where misfit has a price and the practice does not refuse the model."""
    for k in range(p.n_models):
        priced = ~p.practices.refuses[p.reach.row, k] & (p.practices.misfit_cost[p.reach.row, k] > 0)
        pairs = np.flatnonzero(linked_pairs(p, k) & priced)
        r = rows.block(len(pairs), upper=1)
        r.add(np.arange(len(pairs)), c["x"][pairs], 1)
        r.add(np.arange(len(pairs)), c["model"].reshape(p.n_sites, p.n_models)[p.reach.column[pairs], k], 1)
        r.add(np.arange(len(pairs)), c["v"].reshape(p.n_practices, p.n_models)[p.reach.row[pairs], k], -1)


TERM_ROWS: Mapping[str, Callable[[Problem, ColumnBlocks, RowBlocks], None]] = {
    "oversize": hub_size,
    "coverage": network_size,
    "consent": misfit,
}
