"""Members of a hub share an area, or the sites of a network's hubs do, of each kind that they are not to cross.

What hubs at sites are to practices, networks at candidates are to hubs. An exception is in every area.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from instances import Instance
from instances.schema import Boundary
from instances.values import AREA
from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.borders import areas_at, hard
from optimizer.model.columns import Columns, Networks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rule
from optimizer.rules.sets import totals_by
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.boundaries import astray, sides
from optimizer.verify.facts import Case

NAME = "boundaries"
KEY = "policy.respect_areas"


@dataclass(frozen=True)
class _Tier:
    """Who can be where, pair by pair, and in which areas, with B boundaries; `places`: sites, or network candidates."""

    name: str
    n_places: int
    place: IntArray  # [pairs]
    area: IntArray  # [pairs, B] of who is there; NONE = in every area
    home: IntArray  # [pairs, B] what a host or a hub lead settles; NONE = the area is to be chosen

    @cached_property
    def free(self) -> tuple[IntArray, IntArray]:
        """([entries], [entries]) boundaries and pairs of which no host or lead settles the area."""
        boundary, pair = np.nonzero(((self.home == NONE) & (self.area != NONE)).T)
        return boundary, pair

    @cached_property
    def stray(self) -> tuple[IntArray, IntArray]:
        """([entries], [entries]) boundaries and pairs on two sides of what is settled."""
        boundary, pair = np.nonzero(((self.home != NONE) & (self.area != NONE) & (self.home != self.area)).T)
        return boundary, pair

    def owner(self, boundary: IntArray, pair: IntArray) -> IntArray:
        """[entries] a number for each boundary and place."""
        return boundary * self.n_places + self.place[pair]

    @cached_property
    def width(self) -> int:
        return int(self.area.max(initial=0)) + 1

    @cached_property
    def key(self) -> IntArray:
        """[free entries] a number for each boundary, place and area."""
        boundary, pair = self.free
        return self.owner(boundary, pair) * self.width + self.area[pair, boundary]

    @cached_property
    def options(self) -> IntArray:
        """Such numbers, each once: one binary an option."""
        return np.unique(self.key)

    def chosen(self, block: IntArray) -> IntArray:
        """[free entries] the column that says that the place has the area of who is there."""
        return block[np.searchsorted(self.options, self.key)]

    def declare(self, c: ColumnBlocks) -> None:
        c.add(f"{self.name}_area", binary=len(self.options))

    def add_rows(self, c: ColumnBlocks, rows: RowBlocks, is_open: IntArray, member: IntArray) -> None:
        """One area a boundary at an open place; nobody of another. Columns: `is_open` [places], `member` [pairs]."""
        n, areas = self.n_places * self.area.shape[1], c[f"{self.name}_area"]
        r = rows.block(n, upper=0)
        r.add(self.options // self.width, areas, 1)
        r.add(np.arange(n), np.tile(is_open, self.area.shape[1]), -1)
        _, pair = self.free
        r = rows.block(len(pair), upper=0)
        r.add(np.arange(len(pair)), member[pair], 1)
        r.add(np.arange(len(pair)), self.chosen(areas), -1)

    def fill(self, c: ColumnBlocks, x: FloatArray, inside: BoolArray) -> None:
        """The areas of places in a point. `inside`: [pairs] who is there."""
        _, pair = self.free
        x[c[f"{self.name}_area"]] = np.isin(self.options, self.key[inside[pair]])

    def soften(self, e: Softening, member: IntArray) -> None:
        """A place with somebody of another area than is settled or chosen is one exemption a boundary."""
        e.columns.add(f"{self.name}_home", binary=len(self.options))
        homes = e.columns[f"{self.name}_home"]
        one = e.rows.block(self.n_places * self.area.shape[1], upper=1)
        one.add(self.options // self.width, homes, 1)
        boundary, pair = (np.concatenate(both) for both in zip(self.stray, self.free, strict=True))
        chosen = self.chosen(homes)
        entries: list[Entry] = [(np.arange(len(pair)), member[pair], 1.0)]
        entries.append((len(pair) - len(chosen) + np.arange(len(chosen)), chosen, -1.0))
        e.soft.at_most(len(pair), entries, 0, most=1, owner=self.owner(boundary, pair))


def _hubs(p: Problem, areas: IntArray) -> _Tier:
    """`areas`: [n, B]"""
    host = p.host[p.reach.column]
    home = np.where((host >= 0)[:, None], areas[host], NONE)
    return _Tier("hub", p.n_sites, p.reach.column, areas[p.reach.row], home)


def _networks(p: Problem, areas: IntArray) -> _Tier:
    """`areas`: [m, B]"""
    hub_led = p.models.hub_led[p.candidates.model[p.links.column]]
    home = np.where(hub_led[:, None], areas[p.candidates.site[p.links.column]], NONE)
    return _Tier("network", p.n_candidates, p.links.column, areas[p.links.row], home)


# --- the compact model ------------------------------------------------------------------------------------------------


def _columns(p: Problem, c: ColumnBlocks) -> None:
    _hubs(p, p.practices.areas).declare(c)
    _networks(p, p.sites.areas).declare(c)


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if p.practices.areas.shape[1]:
        _hubs(p, p.practices.areas).add_rows(c, rows, c["y"], c["x"])
    if p.sites.areas.shape[1]:
        _networks(p, p.sites.areas).add_rows(c, rows, c["w"], c["z"])


def _encode(p: Problem, c: ColumnBlocks, s: Solution, x: FloatArray) -> None:
    _hubs(p, p.practices.areas).fill(c, x, s.site_of[p.reach.row] == p.reach.column)
    _networks(p, p.sites.areas).fill(c, x, s.network_of[p.links.row] == p.links.column)


# --- whole hubs -------------------------------------------------------------------------------------------------------


def _keeps(p: Problem, columns: Columns) -> BoolArray:
    return _share_areas(p.practices.areas[columns.member], columns.owner, len(columns))


def _keeps_networks(p: Problem, networks: Networks) -> BoolArray:
    return _share_areas(p.sites.areas[networks.hubs.site], networks.of, len(networks))


def _share_areas(areas: IntArray, of: IntArray, n: int) -> BoolArray:
    """[n] whether those of each, `areas` [entries, B], have no spread: their number, sum and squares tell exactly."""
    shared = np.ones(n, dtype=bool)
    for area in areas.T:
        known = np.flatnonzero(area != NONE)
        owner, value = of[known], area[known]
        count, total = np.bincount(owner, minlength=n), np.bincount(owner, value, n)
        shared &= count * np.bincount(owner, value**2, n) == total**2
    return shared


# --- explanations -----------------------------------------------------------------------------------------------------


def _widened(given: Instance) -> Instance:
    priced = tuple(each for each in given.boundary if each.price_per_patient is not None)
    return with_policy(given.model_copy(update={"boundary": priced}), respect_areas=False)


def _soften(e: Softening) -> None:
    if e.strict.practices.areas.shape[1]:
        _hubs(e.wide, e.strict.practices.areas).soften(e, e.columns["x"])
    uncrossed = hard(e.instance, "networks")
    if uncrossed:
        places = [e.prepared.places[site] for site in e.wide.sites.ids]
        _networks(e.wide, areas_at(e.instance, uncrossed, places)).soften(e, e.columns["z"])


def _exemptions(case: Case) -> Iterator[Exemption]:
    for boundary in case.prepared.uncrossed("hubs"):
        for hub in case.hubs:
            what = f"the hub at {named(case, hub.site)} has members"
            yield from _exemption(case, boundary, hub.site, what, hub.members)
    for boundary in case.prepared.uncrossed("networks"):
        for network in case.networks:
            yield from _exemption(case, boundary, network.id, f"network {network.id} has hubs", network.hubs)


def _exemption(case: Case, boundary: Boundary, subject: str, what: str, places: Iterable[str]) -> Iterator[Exemption]:
    """Of a boundary with exceptions: those who stand across become some; else it goes."""
    homes = sides(case.prepared, boundary, places)
    areas = len(set(homes.values()))
    if areas < 2:
        return
    if boundary not in case.prepared.instance.boundary:
        words = f"{what} in {areas} areas: allow {boundary.tier} across boundaries"
        yield Exemption(NAME, subject, words, Change(KEY, False, Loosest.EITHER))
        return
    strays = astray(case.prepared, boundary, homes)
    who = " and ".join(named(case, place) for place in strays)
    words = f"{what} in {areas} areas{_of_kind(boundary)}: let {who} count as being in every one"
    exceptions = (*boundary.exceptions, *strays)
    yield Exemption(NAME, subject, words, Change(f"boundary.{boundary.id}.exceptions", exceptions, Loosest.MOST))


def _of_kind(boundary: Boundary) -> str:
    return "" if boundary.area == AREA else f" of {boundary.area}"


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    """What one more place across is worth has no unit: a boundary goes, and its worth is the most to ask for it."""
    if instance.policy.respect_areas:
        yield Loosening("across boundaries", {KEY: False})
    for boundary in instance.boundary:
        if boundary.price_per_patient is None:
            words = f"{boundary.tier} across boundaries{_of_kind(boundary)} at a price of 0"
            yield Loosening(words, {f"boundary.{boundary.id}.price_per_patient": 0.0})


def stranded(p: Problem) -> IntArray:
    """Practices that boundaries leave too few others for a hub at every site in reach, hosts' areas kept already."""
    site, minimum = p.reach.column, p.sites.minimum[p.reach.column]
    patients = p.practices.patients[p.reach.row]
    all_there = totals_by(site, patients)
    most = all_there.copy()
    for area in p.practices.areas.T:
        here = area[p.reach.row]
        anywhere = totals_by(site, np.where(here == NONE, patients, 0))
        on_this_side = totals_by(site * (area.max() + 2) + here, patients) + anywhere
        most = np.where(here == NONE, most, np.minimum(most, on_this_side))

    def able(holds: BoolArray) -> BoolArray:
        return np.asarray(np.bincount(p.reach.row[holds], minlength=p.n_practices) > 0)

    return np.flatnonzero(able(all_there >= minimum) & ~able(most >= minimum))


def _impossible(p: Problem) -> Iterator[str]:
    for i in stranded(p):
        if not p.practices.may_be_independent[i]:
            yield (
                f"{p.practices.names[i]} may not be independent, and boundaries strand it: too few patients of its "
                "areas can join it at any hub site within its reach"
            )


def _remarks(p: Problem) -> Iterator[str]:
    for i in stranded(p):
        if p.practices.may_be_independent[i]:
            yield f"{p.practices.names[i]} can only be independent: boundaries strand it at every hub site in reach"


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
)
