"""A practice is in a given network, or in one of a given care model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.locks import tabled, without
from optimizer.rules.record import Exemption, Rule
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "fixed-network"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """It only joins hubs that are in the network."""
    for practice, allowed in p.network.fixed:
        pairs = np.flatnonzero(p.reach.row == practice)
        r = rows.block(len(pairs), upper=0)
        r.add(np.arange(len(pairs)), c["x"][pairs], 1)
        links = np.flatnonzero(np.isin(p.links.column, allowed))
        for k, site in enumerate(p.reach.column[pairs]):
            at = links[p.links.row[links] == site]
            r.add(np.full(len(at), k), c["z"][at], -1)


def _soften(e: Softening) -> None:
    """A practice that is independent, or in a hub outside the network that it is to be in."""
    p = e.wide
    for practice, wanted in e.instance.policy.fixed_network.items():
        allowed = [n for n, candidate in enumerate(p.candidates.ids) if wanted in (candidate, candidate.split(":")[0])]
        links = np.flatnonzero(np.isin(p.links.column, allowed))
        here = e.at_sites(practice)
        found = np.flatnonzero(here >= 0)
        row_of = np.full(p.n_sites, -1, dtype=np.int64)
        row_of[found] = np.arange(len(found))
        joined = links[row_of[p.links.row[links]] >= 0]
        entries: list[Entry] = [
            (np.arange(len(found)), here[found], 1.0),
            (row_of[p.links.row[joined]], e.columns["z"][joined], -1.0),
            (np.array([len(found)]), e.columns["u"][[e.practice_of[practice]]], 1.0),
        ]
        e.soft.at_most(len(found) + 1, entries, 0, most=1, owner=np.zeros(len(found) + 1))


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    for practice, wanted in instance.policy.fixed_network.items():
        facts = case.by_practice[practice]
        if wanted not in (facts.network, facts.care_model):
            words = f"{named(case, practice)} cannot be in network {wanted}: leave its network open"
            yield Exemption(NAME, practice, words, without(instance, "fixed_network", practice))


def _impossible(p: Problem) -> Iterator[str]:
    for practice, allowed in p.network.fixed:
        if not allowed:
            yield f"{p.practices.names[practice]} is to be in a network that nobody can lead"


RULE = Rule(
    NAME,
    rows=_rows,
    widened=lambda given: with_policy(given, fixed_network={}),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: tabled(given, "fixed_network", "no fixed network for {}"),
    impossible=_impossible,
)
