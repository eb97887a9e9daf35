"""No two practices of a list are in one hub."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from optimizer.model.arrays import BoolArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.columns import Columns
from optimizer.model.problem import Problem
from optimizer.rules.locks import listed, without
from optimizer.rules.record import Exemption, Rule
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.verify.facts import Case

NAME = "keep-apart"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    for a, b in p.practices.apart:
        one, other = np.flatnonzero(p.reach.row == a), np.flatnonzero(p.reach.row == b)
        shared, at_one, at_other = np.intersect1d(p.reach.column[one], p.reach.column[other], return_indices=True)
        r = rows.block(len(shared), upper=1)
        r.add(np.arange(len(shared)), c["x"][one[at_one]], 1)
        r.add(np.arange(len(shared)), c["x"][other[at_other]], 1)


def _keeps(p: Problem, columns: Columns) -> BoolArray:
    keep = np.ones(len(columns), dtype=bool)
    for pair in p.practices.apart:
        keep &= np.asarray(columns.incidence[pair].sum(axis=0)).ravel() < 2
    return keep


def _soften(e: Softening) -> None:
    """For each list one switch: no site has two of its practices."""
    for apart in e.instance.policy.keep_apart:
        entries: list[Entry] = []
        n = 0
        for one, other in combinations(dict.fromkeys(apart), 2):
            here, there = e.at_sites(one), e.at_sites(other)
            shared = np.flatnonzero((here >= 0) & (there >= 0))
            rows = n + np.arange(len(shared))
            entries += [(rows, here[shared], 1.0), (rows, there[shared], 1.0)]
            n += len(shared)
        e.soft.at_most(n, entries, 1, most=1, owner=np.zeros(n))


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    homes = {facts.practice: facts.hub for facts in case.practices}
    for apart in instance.policy.keep_apart:
        if any(homes[a] == homes[b] is not None for a, b in combinations(dict.fromkeys(apart), 2)):
            words = f"{', '.join(apart)} cannot all be apart: let two share a hub"
            yield Exemption(NAME, apart[0], words, without(instance, "keep_apart", apart))


RULE = Rule(
    NAME,
    rows=_rows,
    keeps=_keeps,
    widened=lambda given: with_policy(given, keep_apart=()),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: listed(given, "keep_apart", "not apart: {}"),
)
