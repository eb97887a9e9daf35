"""All practices of a list are in one hub."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

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

NAME = "keep-together"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """They share every site."""
    for label in np.unique(p.practices.together[p.practices.together >= 0]):
        members = np.flatnonzero(p.practices.together == label)
        entries = [np.flatnonzero(p.reach.row == i) for i in members]
        for one, other in pairwise(entries):
            r = rows.block(len(one), lower=0, upper=0)
            r.add(np.arange(len(one)), c["x"][one], 1)
            r.add(np.arange(len(one)), c["x"][other], -1)


def _keeps(p: Problem, columns: Columns) -> BoolArray:
    keep = np.ones(len(columns), dtype=bool)
    for label in np.unique(p.practices.together[p.practices.together >= 0]):
        members = np.flatnonzero(p.practices.together == label)
        held = np.asarray(columns.incidence[members].sum(axis=0)).ravel()
        keep &= (held == 0) | (held == len(members))
    return keep


def _soften(e: Softening) -> None:
    """For each list one switch: all its practices are at the same site, none is independent."""
    for together in e.instance.policy.keep_together:
        members = [e.practice_of[practice] for practice in together]
        alone = e.columns["u"][members]
        entries: list[Entry] = [(np.arange(len(members)), alone, 1.0)]
        n = len(members)
        for one, other in (*pairwise(together), *pairwise(reversed(together))):
            here, there = e.at_sites(one), e.at_sites(other)
            found = np.flatnonzero(here >= 0)
            entries.append((n + np.arange(len(found)), here[found], 1.0))
            both = np.flatnonzero(there[found] >= 0)
            entries.append((n + both, there[found][both], -1.0))
            n += len(found)
        e.soft.at_most(n, entries, 0, most=1, owner=np.zeros(n))


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    homes = {facts.practice: facts.hub for facts in case.practices}
    for together in instance.policy.keep_together:
        if len({homes[p] for p in together}) > 1 or homes[together[0]] is None:
            words = f"{', '.join(together)} cannot share a hub: do not keep them together"
            yield Exemption(NAME, together[0], words, without(instance, "keep_together", together))


def _impossible(p: Problem) -> Iterator[str]:
    """Practices kept together and apart at once, and those that no site can take together."""
    a, b = p.practices.apart[:, 0], p.practices.apart[:, 1]
    both = (p.practices.together[a] >= 0) & (p.practices.together[a] == p.practices.together[b])
    names = p.practices.names
    for x, y in p.practices.apart[both]:
        yield f"{names[x]} and {names[y]} are to be kept together and apart"
    for k in range(int(p.practices.together.max(initial=-1)) + 1):
        members = np.flatnonzero(p.practices.together == k)
        choices = np.bincount(p.reach.column[np.isin(p.reach.row, members)], minlength=p.n_sites)
        if not (choices == len(members)).any():
            who = ", ".join(names[i] for i in members)
            yield f"{who} are to be kept together, but no hub site is within reach of all of them"


RULE = Rule(
    NAME,
    rows=_rows,
    keeps=_keeps,
    widened=lambda given: with_policy(given, keep_together=()),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: listed(given, "keep_together", "not together: {}"),
    impossible=_impossible,
)
