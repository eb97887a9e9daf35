"""A hub is in one network at most, a candidate is open once at most, and an open network has a hub."""

from __future__ import annotations

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.record import Rule


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """`model` says of which model a hub's network is, `networks` how many there are of each."""
    links = np.arange(len(p.links))
    r = rows.block(p.n_sites, upper=0)
    r.add(p.links.row, c["z"], 1)
    r.add(np.arange(p.n_sites), c["y"], -1)
    r = rows.block(len(links), upper=0)
    r.add(links, c["z"], 1)
    r.add(links, c["w"][p.links.column], -1)
    r = rows.block(p.n_sites * p.n_models, lower=0, upper=0)
    r.add(p.links.row * p.n_models + p.candidates.model[p.links.column], c["z"], 1)
    r.add(np.arange(p.n_sites * p.n_models), c["model"], -1)
    r = rows.block(p.n_models, lower=0, upper=0)
    r.add(p.candidates.model, c["w"], 1)
    r.add(np.arange(p.n_models), c["networks"], -1)
    r = rows.block(p.n_candidates, upper=0)
    r.add(np.arange(p.n_candidates), c["w"], 1)
    r.add(p.links.column, c["z"], -1)


RULE = Rule("network", rows=_rows)
