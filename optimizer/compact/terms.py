"""Every term of the objective in the compact formulation: what it prices, and rows that tie such columns to decisions.

The constant is `optimizer.model.terms.forgone_dividend`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.alone import alone_rows
from optimizer.rules.sets import large_pairs, linked_pairs, run_pairs


def _no_rows(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Term:
    """One term, or several that a Problem has under one price."""

    names: tuple[str, ...]  # as verification reports them
    prices: Callable[[Problem], Mapping[str, ArrayLike]]  # block of columns -> pounds a year, of each column or of all
    rows: Callable[[Problem, ColumnBlocks, RowBlocks], None] = _no_rows
    after: str = ""  # the rule whose rows they follow: the order decides what solvers find first


def _hub_size(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
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


def _network_size(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    candidates, model = np.arange(p.n_candidates), p.candidates.model
    r = rows.block(p.n_candidates, lower=0)
    r.add(candidates, c["network_under"], 1)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.target_min[model])
    r = rows.block(p.n_candidates, lower=0)
    r.add(candidates, c["network_over"], 1)
    r.add(p.links.column, c["f"], -1)
    r.add(candidates, c["w"], p.models.target_max[model])


def _misfit(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """v >= x + model - 1 where being in its networks has a price and the practice is not barred from the model."""
    for k in range(p.n_models):
        priced = ~p.practices.barred[p.reach.row, k] & (p.practices.misfit_cost[p.reach.row, k] > 0)
        pairs = np.flatnonzero(linked_pairs(p, k) & priced)
        r = rows.block(len(pairs), upper=1)
        r.add(np.arange(len(pairs)), c["x"][pairs], 1)
        r.add(np.arange(len(pairs)), c["model"].reshape(p.n_sites, p.n_models)[p.reach.column[pairs], k], 1)
        r.add(np.arange(len(pairs)), c["v"].reshape(p.n_practices, p.n_models)[p.reach.row[pairs], k], -1)


IN_NETWORK = (
    "misfit",
    "reluctance",
    "autonomy",
    "guarantee",
    "unready_bids",
    "delay",
)  # of a practice in a network of a kind


def _trust_run(p: Problem) -> Mapping[str, ArrayLike]:
    """In place of independence, which `u` pays."""
    practice, trust = run_pairs(p)
    return {"run": p.trusts.cost[practice, trust] - p.practices.alone_cost[practice]}


TERMS = (
    Term(("hub_running", "hub_setup"), lambda p: {"y": p.sites.cost}),
    Term(("network_running", "network_setup"), lambda p: {"w": p.models.cost[p.candidates.model]}),
    Term(
        ("partners_running", "partners_setup"),  # the fewest are priced with their network
        lambda p: {"more_partners": p.models.partner_cost[p.candidates.model]} if p.has_partners else {},
    ),
    Term(("travel", "outside_zone", "neighbourhood"), lambda p: {"x": p.reach.cost}),
    Term(("coordination",), lambda p: {"z": p.links.cost}),
    Term(("across",), lambda p: {"f": p.crossing_price}),  # of hubs; what practices pay is in their reach
    Term(
        ("hires",),
        lambda p: {
            "hires": np.tile(p.roles.hire_cost, p.n_sites),
            "network_hires": np.tile(p.roles.hire_cost, p.n_candidates),
        },
    ),
    Term(("hub_size",), lambda p: {"hub_under": p.hub.price, "hub_over": p.hub.price}, _hub_size, "oversize"),
    Term(
        ("network_size",),
        lambda p: dict.fromkeys(("network_under", "network_over"), p.models.price[p.candidates.model]),
        _network_size,
        "coverage",
    ),
    Term(IN_NETWORK, lambda p: {"v": p.practices.misfit_cost.ravel()}, _misfit, "consent"),
    Term(("forgone_dividend",), lambda p: {"f": -p.network.dividend}),
    Term(("independents",), lambda p: {"u": p.practices.alone_cost}),
    Term(("trust_run", "trust_run_fit"), _trust_run),
    Term(("moved_practices", "moved_patients"), lambda p: {"e": p.practices.move_cost}),
)
