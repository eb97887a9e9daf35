"""Contiguity: the practices of a hub, or of a network whose model asks for it, hang together island by island.

The compact model sends a unit of flow from a root to every member on the root's island, along edges between members
(Shirabe, Geographical Analysis 37, 2005). What is asked of hubs at sites is asked of networks at candidates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from instances import Instance
from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.columns import Columns, Networks
from optimizer.model.pieces import pieces, strays
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.sets import totals_by
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_hubs, with_models
from optimizer.rules.words import named
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case
from optimizer.verify.neighbours import Neighbours

NAME = "contiguity"


@dataclass(frozen=True)
class _Tier:
    """Sets that are to be contiguous, and who may be in them; `places`: sites, or network candidates."""

    name: str
    problem: Problem
    place: IntArray  # [entries] ascending ...
    practice: IntArray  # [entries] ... and ascending at each place
    host: IntArray  # [places] a practice that is in the set whenever there is one, NONE = nobody

    @property
    def island(self) -> IntArray:
        """[entries] a number for each place and island."""
        n = self.problem.n_practices
        return self.place * n + self.problem.practices.island[self.practice]

    @property
    def size(self) -> IntArray:
        """[entries] how many may be there on the same island."""
        _, position, count = np.unique(self.island, return_inverse=True, return_counts=True)
        return np.asarray(count[position])

    @property
    def roots(self) -> BoolArray:
        """[entries] who may be the root: on the host's island the host alone."""
        host = self.host[self.place]
        home = np.where(host >= 0, self.problem.practices.island[host], NONE)
        return np.asarray((home != self.problem.practices.island[self.practice]) | (host == self.practice))

    def arcs(self) -> tuple[IntArray, IntArray]:
        """([arcs], [arcs]) entries at their tail and head: neighbours at one place, both ways."""
        edges = self.problem.practices.neighbours
        n = self.problem.n_practices
        both = np.concatenate([edges, edges[:, ::-1]])
        keys = self.place * n + self.practice
        places = np.unique(self.place)
        tail = (places[:, None] * n + both[:, 0]).ravel()
        head = (places[:, None] * n + both[:, 1]).ravel()
        inside = np.isin(tail, keys) & np.isin(head, keys)
        return np.searchsorted(keys, tail[inside]), np.searchsorted(keys, head[inside])

    def declare(self, c: ColumnBlocks) -> None:
        _, head = self.arcs()
        c.add(f"{self.name}_root", binary=len(self.place), upper=self.roots.astype(float))
        c.add(f"{self.name}_flow", continuous=len(head), upper=self.size[head] - 1.0)

    def add_rows(self, c: ColumnBlocks, rows: RowBlocks, member: IntArray) -> None:
        """One root an island, a member; flow goes to members alone. `member`: [entries] columns."""
        here, root = np.arange(len(self.place)), c[f"{self.name}_root"]
        _, island = np.unique(self.island, return_inverse=True)
        r = rows.block(int(island.max(initial=-1)) + 1, upper=1)
        r.add(island, root, 1)
        r = rows.block(len(here), upper=0)
        r.add(here, root, 1)
        r.add(here, member, -1)
        _, head = self.arcs()
        r = rows.block(len(here), upper=0)
        r.add(head, c[f"{self.name}_flow"], 1)
        r.add(here, member, -(self.size - 1.0))

    def reached(self, c: ColumnBlocks, member: IntArray) -> list[Entry]:
        """Of rows `<= 0`, one an entry: a member that is not the root keeps a unit of what flows in."""
        here, flow = np.arange(len(self.place)), c[f"{self.name}_flow"]
        tail, head = self.arcs()
        return [
            (here, member, np.ones(len(here))),
            (here, c[f"{self.name}_root"], -self.size.astype(float)),
            (head, flow, -np.ones(len(flow))),
            (tail, flow, np.ones(len(flow))),
        ]

    def fill(self, c: ColumnBlocks, x: FloatArray, inside: BoolArray) -> None:
        """Roots and flows of sets in a point. `inside`: [entries] who is in them."""
        tail, head = self.arcs()
        flow, of_place = c[f"{self.name}_flow"], np.where(inside, self.island, -1)
        out: dict[int, list[tuple[int, int]]] = {}
        for arc in np.flatnonzero(inside[tail] & inside[head]).tolist():
            out.setdefault(int(tail[arc]), []).append((arc, int(head[arc])))
        for island in np.unique(of_place[of_place >= 0]):
            members = np.flatnonzero(of_place == island)
            first = members[self.roots[members]]
            root = int(first[0]) if len(first) else int(members[0])
            x[c[f"{self.name}_root"][root]] = 1
            _send(root, out, flow, x)


def _send(root: int, out: dict[int, list[tuple[int, int]]], flow: IntArray, x: FloatArray) -> None:
    """A unit to everybody that the root reaches, along the tree of a breadth-first search."""
    into: dict[int, tuple[int, int]] = {}
    order = [root]
    for here in order:
        for arc, other in out.get(here, ()):
            if other != root and other not in into:
                into[other] = (arc, here)
                order.append(other)
    units = dict.fromkeys(order, 1)
    for here in reversed(order[1:]):
        arc, before = into[here]
        x[flow[arc]] = units[here]
        units[before] += units[here]


def _hubs(p: Problem) -> _Tier:
    order = np.lexsort((p.reach.row, p.reach.column))
    return _Tier("hub", p, p.reach.column[order], p.reach.row[order], p.host)


def _at(p: Problem, c: ColumnBlocks, tier: _Tier) -> IntArray:
    """[entries] the columns of practices at sites."""
    return np.asarray(c["x"][p.reach.index_of(tier.practice, tier.place)])


def _networks(p: Problem, asked: BoolArray) -> _Tier:
    """Of candidates of the models asked, with every practice that can be in a hub of theirs."""
    links = np.flatnonzero(asked[p.candidates.model[p.links.column]])
    served: dict[int, list[int]] = {}
    for link in links.tolist():
        served.setdefault(int(p.links.column[link]), []).append(int(p.links.row[link]))
    entries = [
        np.column_stack([np.full(len(found), n), found])
        for n, sites in sorted(served.items())
        if len(found := np.unique(p.reach.row[np.isin(p.reach.column, sites)]))
    ]
    place, practice = np.concatenate([np.zeros((0, 2), np.int64), *entries]).T
    lead = np.where(p.models.hub_led[p.candidates.model], p.candidates.site, NONE)
    host = np.where(lead >= 0, p.host[lead], NONE) if p.n_sites else lead
    return _Tier("network", p, place, practice, host)


def _membership(p: Problem, c: ColumnBlocks, rows: RowBlocks, tier: _Tier) -> None:
    """`in_network` is 1 if a practice is in a hub of the network and 0 if it is elsewhere."""
    inside = c["in_network"]
    for entry, (n, i) in enumerate(zip(tier.place.tolist(), tier.practice.tolist(), strict=True)):
        pairs = np.flatnonzero(p.reach.row == i)
        link = p.links.index_of(p.reach.column[pairs], np.full(len(pairs), n))
        linked, here = link >= 0, np.arange(len(pairs))
        r = rows.block(len(pairs), upper=1)
        r.add(here, c["x"][pairs], 1)
        r.add(here, np.full(len(pairs), inside[entry]), 1)
        r.add(here[linked], c["z"][link[linked]], -1)
        r = rows.block(int(linked.sum()), upper=1)
        r.add(np.arange(linked.sum()), c["x"][pairs[linked]], 1)
        r.add(np.arange(linked.sum()), c["z"][link[linked]], 1)
        r.add(np.arange(linked.sum()), np.full(linked.sum(), inside[entry]), -1)
    r = rows.block(len(tier.place), upper=1)
    r.add(np.arange(len(tier.place)), inside, 1)
    r.add(np.arange(len(tier.place)), c["u"][tier.practice], 1)


# --- the compact model ------------------------------------------------------------------------------------------------


def _columns(p: Problem, c: ColumnBlocks) -> None:
    if p.hub.contiguous:
        _hubs(p).declare(c)
    if p.models.contiguous.any():
        _declare_networks(_networks(p, p.models.contiguous), c)


def _declare_networks(tier: _Tier, c: ColumnBlocks) -> None:
    c.add("in_network", continuous=len(tier.place), upper=1.0)
    tier.declare(c)


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if p.hub.contiguous:
        hubs = _hubs(p)
        _hold(hubs, c, rows, _at(p, c, hubs))
    if p.models.contiguous.any():
        networks = _networks(p, p.models.contiguous)
        _membership(p, c, rows, networks)
        _hold(networks, c, rows, c["in_network"])


def _hold(tier: _Tier, c: ColumnBlocks, rows: RowBlocks, member: IntArray) -> None:
    tier.add_rows(c, rows, member)
    r = rows.block(len(tier.place), upper=0)
    for entry in tier.reached(c, member):
        r.add(*entry)


def _encode(p: Problem, c: ColumnBlocks, s: Solution, x: FloatArray) -> None:
    if p.hub.contiguous:
        _fill_hubs(_hubs(p), c, s, x)
    if p.models.contiguous.any():
        _fill_networks(_networks(p, p.models.contiguous), c, s, x)


def _fill_hubs(tier: _Tier, c: ColumnBlocks, s: Solution, x: FloatArray) -> None:
    tier.fill(c, x, s.site_of[tier.practice] == tier.place)


def _fill_networks(tier: _Tier, c: ColumnBlocks, s: Solution, x: FloatArray) -> None:
    site = s.site_of[tier.practice]
    inside = (site >= 0) & (s.network_of[site] == tier.place)
    x[c["in_network"]] = inside
    tier.fill(c, x, inside)


# --- restricted programs ----------------------------------------------------------------------------------------------


def _keeps(p: Problem, columns: Columns) -> BoolArray:
    if not p.hub.contiguous:
        return np.ones(len(columns), dtype=bool)
    return np.asarray(strays(p.practices, columns.owner, columns.member, len(columns)) == 0)


def _keeps_networks(p: Problem, networks: Networks) -> BoolArray:
    asked = p.models.contiguous[networks.model]
    if not asked.any():
        return ~asked
    return np.asarray((strays(p.practices, networks.owner, networks.hubs.member, len(networks)) == 0) | ~asked)


# --- explanations -----------------------------------------------------------------------------------------------------


def _widened(instance: Instance) -> Instance:
    return with_models(with_hubs(instance, contiguous=False), contiguous=False)


def _soften(e: Softening) -> None:
    """A hub or a network that falls into pieces is one exemption."""
    if e.strict.hub.contiguous:
        hubs = _hubs(e.wide)
        hubs.declare(e.columns)
        _hold_softly(e, hubs, _at(e.wide, e.columns, hubs))
    if e.strict.models.contiguous.any():
        networks = _networks(e.wide, e.strict.models.contiguous)
        _declare_networks(networks, e.columns)
        _membership(e.wide, e.columns, e.rows, networks)
        _hold_softly(e, networks, e.columns["in_network"])


def _hold_softly(e: Softening, tier: _Tier, member: IntArray) -> None:
    tier.add_rows(e.columns, e.rows, member)
    e.soft.at_most(len(tier.place), tier.reached(e.columns, member), 0, most=1, owner=tier.place)


def _exemptions(case: Case) -> Iterator[Exemption]:
    neighbours, instance = case.prepared.neighbours, case.prepared.instance
    for hub in case.hubs if instance.hub.contiguous else ():
        if neighbours.strays(hub.members):
            words = f"the hub at {named(case, hub.site)} is not contiguous: allow hubs in pieces"
            yield Exemption(NAME, hub.site, words, Change("hub.contiguous", False, Loosest.EITHER))
    for network in case.networks:
        inside = [member for hub in case.hubs_of[network.id] for member in hub.members]
        if case.prepared.models[network.care_model].contiguous and neighbours.strays(inside):
            words = f"network {network.id} is not contiguous: allow networks of {network.care_model} in pieces"
            change = Change(f"care_model.{network.care_model}.contiguous", False, Loosest.EITHER)
            yield Exemption(NAME, network.id, words, change)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    if instance.hub.contiguous:
        yield Loosening("hubs in pieces", {"hub.contiguous": False})
    for model in instance.care_model:
        if model.contiguous:
            yield Loosening(f"{model.id} in pieces", {f"care_model.{model.id}.contiguous": False})


def stranded(p: Problem) -> IntArray:
    """Practices that could be in a hub if it need not be contiguous: too few hang together with them at every site."""
    if not p.hub.contiguous:
        return np.zeros(0, dtype=np.int64)
    site, practice, minimum = p.reach.column, p.reach.row, p.sites.minimum[p.reach.column]
    patients, island = p.practices.patients[practice], p.practices.island
    label = pieces(p.practices, site, practice)
    home = site * p.n_practices + island[practice]
    all_there = totals_by(site, patients)
    most = totals_by(label, patients) + all_there - totals_by(home, patients)
    host = p.host[site]
    at_host = p.reach.index_of(host, site)
    cut_off = (host >= 0) & (island[host] == island[practice]) & ((at_host < 0) | (label != label[at_host]))

    def someone(holds: BoolArray) -> BoolArray:
        return np.asarray(np.bincount(practice[holds], minlength=p.n_practices) > 0)

    return np.flatnonzero(someone(all_there >= minimum) & ~someone((most >= minimum) & ~cut_off))


def _impossible(p: Problem) -> Iterator[str]:
    for i in stranded(p):
        if not p.practices.may_be_independent[i]:
            yield (
                f"{p.practices.names[i]} may not be independent, and contiguity strands it: too few patients hang "
                "together with it at every hub site within its reach"
            )


def _remarks(p: Problem) -> Iterator[str]:
    for i in stranded(p):
        if p.practices.may_be_independent[i]:
            yield f"{p.practices.names[i]} can only be independent: contiguity strands it at every hub site in reach"


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    neighbours = Neighbours(instance)
    members = {hub.site: hub.members for hub in evaluation.hubs}
    if instance.hub.contiguous:
        for site, inside in members.items():
            yield _pieces("hub", site, neighbours, inside)
    asked = {model.id for model in instance.care_model if model.contiguous}
    for network in evaluation.networks:
        if network.care_model in asked:
            yield _pieces("network", network.id, neighbours, sum((members[site] for site in network.hubs), ()))


def _pieces(tier: Literal["hub", "network"], subject: str, neighbours: Neighbours, inside: tuple[str, ...]) -> Room:
    return Room(tier, subject, "pieces not connected", len(neighbours.strays(inside)), 0, False, "pieces")


RULE = Rule(
    NAME,
    columns=_columns,
    rows=_rows,
    encode=_encode,
    keeps=_keeps,
    keeps_networks=_keeps_networks,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    remarks=_remarks,
    room=_room,
)
