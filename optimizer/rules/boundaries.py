"""The members of a hub share an area, or the sites of a network's hubs do, where areas are respected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.columns import Columns, Networks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rule
from optimizer.rules.sets import candidate_areas, site_areas
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "boundaries"
KEY = "policy.respect_areas"


# --- the compact model: a host settles the area of a hub, a hub lead that of a network --------------------------------


def _columns(p: Problem, c: ColumnBlocks) -> None:
    c.add("hub_area", binary=len(site_areas(p)) if p.hub.same_area else 0)
    c.add("network_area", binary=len(candidate_areas(p)) if p.network.same_area else 0)


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    if p.hub.same_area:
        _hub_rows(p, c, rows)
    if p.network.same_area:
        _network_rows(p, c, rows)


def _hub_rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    options = site_areas(p)
    r = rows.block(p.n_sites, upper=0)
    r.add(options[:, 0], c["hub_area"], 1)
    r.add(np.arange(p.n_sites), c["y"], -1)
    free = np.flatnonzero(p.host[p.reach.column] < 0)
    r = rows.block(len(free), upper=0)
    r.add(np.arange(len(free)), c["x"][free], 1)
    wanted = p.reach.column[free] * (p.practices.area.max() + 1) + p.practices.area[p.reach.row[free]]
    keys = options[:, 0] * (p.practices.area.max() + 1) + options[:, 1]
    r.add(np.arange(len(free)), c["hub_area"][np.searchsorted(keys, wanted)], -1)


def _network_rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    options = candidate_areas(p)
    r = rows.block(p.n_candidates, upper=0)
    r.add(options[:, 0], c["network_area"], 1)
    r.add(np.arange(p.n_candidates), c["w"], -1)
    free = np.flatnonzero(~p.models.hub_led[p.candidates.model[p.links.column]])
    width = p.sites.area.max() + 1
    wanted = p.links.column[free] * width + p.sites.area[p.links.row[free]]
    r = rows.block(len(free), upper=0)
    r.add(np.arange(len(free)), c["z"][free], 1)
    r.add(np.arange(len(free)), c["network_area"][np.searchsorted(options[:, 0] * width + options[:, 1], wanted)], -1)


def _encode(p: Problem, c: ColumnBlocks, s: Solution, x: FloatArray) -> None:
    if p.hub.same_area:
        members = np.flatnonzero(s.site_of >= 0)
        used = set(zip(s.site_of[members].tolist(), p.practices.area[members].tolist(), strict=True))
        x[c["hub_area"]] = [tuple(option) in used for option in site_areas(p).tolist()]
    if p.network.same_area:
        hubs = np.flatnonzero(s.network_of >= 0)
        used = set(zip(s.network_of[hubs].tolist(), p.sites.area[hubs].tolist(), strict=True))
        x[c["network_area"]] = [tuple(option) in used for option in candidate_areas(p).tolist()]


# --- whole hubs -------------------------------------------------------------------------------------------------------


def _keeps(p: Problem, columns: Columns) -> BoolArray:
    """Members are in the area of the first: sums of areas and of their squares tell."""
    if not p.hub.same_area:
        return np.ones(len(columns), dtype=bool)
    area, sizes = p.practices.area[columns.member], np.diff(columns.first)
    first = area[columns.first[:-1]]
    same = (columns.total(area) == first * sizes) & (columns.total(area**2) == first**2 * sizes)
    return np.asarray(same, dtype=bool)


def _keeps_networks(p: Problem, networks: Networks) -> BoolArray:
    if not p.network.same_area:
        return np.ones(len(networks), dtype=bool)
    area = p.sites.area[networks.hubs.site]
    low, high = np.full(len(networks), area.max(initial=0)), np.zeros(len(networks), dtype=np.int64)
    np.minimum.at(low, networks.of, area)
    np.maximum.at(high, networks.of, area)
    return np.asarray(low >= high)


# --- explanations -----------------------------------------------------------------------------------------------------


def _soften(e: Softening) -> None:
    if e.strict.hub.same_area:
        _soften_hubs(e)
    if e.strict.network.same_area:
        _soften_networks(e)


def _soften_hubs(e: Softening) -> None:
    """Members in an area other than the host's, or, where nobody hosts, than the one that the hub chooses."""
    p = e.wide
    host = p.host[p.reach.column]
    home = np.where(host >= 0, p.practices.area[host], -1)
    stray = np.flatnonzero((host >= 0) & (home != p.practices.area[p.reach.row]))
    free = np.flatnonzero(host < 0)
    chosen = _choice(e, "hub_home", p.reach.column[free], p.practices.area[p.reach.row[free]])
    pairs = np.concatenate([stray, free])
    entries: list[Entry] = [(np.arange(len(pairs)), e.columns["x"][pairs], 1.0)]
    entries.append((len(stray) + np.arange(len(free)), chosen, -1.0))
    e.soft.at_most(len(pairs), entries, 0, most=1, owner=p.reach.column[pairs])


def _soften_networks(e: Softening) -> None:
    p = e.wide
    links, area = p.links, p.sites.area
    led = p.models.hub_led[p.candidates.model[links.column]]
    stray = np.flatnonzero(led & (area[p.candidates.site[links.column]] != area[links.row]))
    free = np.flatnonzero(~led)
    chosen = _choice(e, "network_home", links.column[free], area[links.row[free]])
    pairs = np.concatenate([stray, free])
    entries: list[Entry] = [(np.arange(len(pairs)), e.columns["z"][pairs], 1.0)]
    entries.append((len(stray) + np.arange(len(free)), chosen, -1.0))
    e.soft.at_most(len(pairs), entries, 0, most=1, owner=links.column[pairs])


def _choice(e: Softening, name: str, what: IntArray, area: IntArray) -> IntArray:
    """[n] the column that says that `what[n]` is of `area[n]`; each is of one area at most."""
    options, position = np.unique(np.column_stack([what, area]).reshape(-1, 2), axis=0, return_inverse=True)
    e.columns.add(name, binary=len(options))
    one = e.rows.block(int(what.max(initial=-1)) + 1, upper=1)
    one.add(options[:, 0], e.columns[name], 1)
    return np.asarray(e.columns[name][position.ravel()])


def _exemptions(case: Case) -> Iterator[Exemption]:
    respected = case.prepared.instance.policy.respect_areas
    change = Change(KEY, False, Loosest.EITHER)
    for hub in case.hubs if respected in (True, "hubs") else ():
        areas = {case.prepared.practices[p].area for p in hub.members}
        if len(areas) > 1:
            words = (
                f"the hub at {named(case, hub.site)} has members in {len(areas)} areas: allow hubs across boundaries"
            )
            yield Exemption(NAME, hub.site, words, change)
    for network in case.networks if respected in (True, "networks") else ():
        areas = {case.prepared.places[site].area for site in network.hubs}
        if len(areas) > 1:
            words = f"network {network.id} has hubs in {len(areas)} areas: allow networks across boundaries"
            yield Exemption(NAME, network.id, words, change)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    if instance.policy.respect_areas:
        yield Loosening("across boundaries", {KEY: False})


RULE = Rule(
    NAME,
    columns=_columns,
    rows=_rows,
    encode=_encode,
    keeps=_keeps,
    keeps_networks=_keeps_networks,
    widened=lambda given: with_policy(given, respect_areas=False),
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
)
