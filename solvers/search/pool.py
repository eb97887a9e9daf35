"""Hubs that good plans had, as columns of a set-partitioning program: (site, members) with what they cost anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optimizer.construct import SearchState
from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.columns import Columns
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import hub_hires, hub_size, misfit_less_dividend
from solvers.search.params import PoolParams


@dataclass
class PooledHub:
    """Costs in pounds a year, without network and moving."""

    site: int
    members: IntArray
    patients: int
    cost: float
    networked: FloatArray  # [models] misfit less dividend; inf where a member is barred from it
    moving: float  # pounds once of all members, if it continues none
    groups: tuple[tuple[int, float], ...]  # (group, pounds once saved) that it may continue, best first
    networks: set[int]  # candidates seen with it
    met: int = 0  # when last


class HubPool:
    """Safe to use from any thread."""

    def __init__(self, problem: Problem, params: PoolParams) -> None:
        self._problem = problem
        self._params = params
        self._hubs: dict[tuple[int, bytes], PooledHub] = {}
        self._lock = threading.Lock()
        self._clock = 0

    def __len__(self) -> int:
        return len(self._hubs)

    def hubs(self) -> list[PooledHub]:
        with self._lock:
            return list(self._hubs.values())

    def add_plan(self, solution: Solution) -> None:
        self._add(solution.site_of, solution.network_of)

    def add_hubs(self, hubs: Iterable[tuple[int, IntArray]]) -> None:
        """(site, members) of hubs from elsewhere; they may join the networks nearest to them."""
        with self._lock:
            for site, members in hubs:
                self._add_hub(site, members, NONE)
            self._forget_some()

    def add_priced(self, hubs: Iterable[PooledHub]) -> None:
        """Hubs of an earlier pool."""
        with self._lock:
            for hub in hubs:
                self._hubs.setdefault((hub.site, hub.members.tobytes()), hub)

    def add_state(self, state: SearchState) -> None:
        """The hubs of a state, those that break rules left out."""
        self._add(*state.sound_hubs())

    def _add(self, site_of: IntArray, network_of: IntArray) -> None:
        order = np.argsort(site_of, kind="stable")
        sorted_sites = site_of[order]
        cuts = np.flatnonzero(np.diff(sorted_sites)) + 1
        with self._lock:
            self._clock += 1
            for members in np.split(order, cuts):
                site = int(site_of[members[0]])
                if site >= 0:
                    self._add_hub(site, members, int(network_of[site]))
            self._forget_some()

    def _add_hub(self, site: int, members: IntArray, network: int) -> None:
        key = (site, members.tobytes())
        hub = self._hubs.get(key)
        if hub is None:
            hub = self._hubs[key] = price(self._problem, site, members, self._params.most_groups)
        hub.met = self._clock
        if network >= 0:
            hub.networks.add(network)

    def _forget_some(self) -> None:
        most = self._params.most_hubs
        if len(self._hubs) <= most:
            return
        kept = sorted(self._hubs.items(), key=lambda item: -item[1].met)[: most // 2]
        self._hubs = dict(kept)


def as_columns(p: Problem, hubs: list[PooledHub]) -> Columns:
    """In no network, continuing no group."""
    nothing = np.full(len(hubs), NONE)
    return Columns(
        problem=p,
        site=np.array([h.site for h in hubs], dtype=np.int64),
        model=nothing,
        group=nothing,
        first=np.cumsum([0, *(len(h.members) for h in hubs)]),
        member=np.concatenate([np.zeros(0, dtype=np.int64), *(h.members for h in hubs)]),
    )


def price(p: Problem, site: int, members: IntArray, most_groups: int | None = None) -> PooledHub:
    """What a hub costs wherever it is used. `most_groups`: that it may continue, of those that save most."""
    practices = p.practices
    patients = int(practices.patients[members].sum())
    travel = float(p.reach.cost[p.reach.index_of(members, np.full(len(members), site))].sum())
    below, above = hub_size(p, patients, len(members))
    cost = float(p.sites.cost[site]) + travel + p.hub.price * float(below + above)
    hires = hub_hires(p, patients, practices.fte[members].sum(axis=0))
    networked = misfit_less_dividend(p, practices.misfit_cost[members].sum(axis=0), patients)
    savings: dict[int, float] = {}
    for group, saving in zip(practices.group[members].tolist(), practices.moving[members].tolist(), strict=True):
        if group >= 0:
            savings[group] = savings.get(group, 0.0) + saving
    by_saving = sorted(savings.items(), key=lambda item: (-item[1], item[0]))
    return PooledHub(
        site=site,
        members=members,
        patients=patients,
        cost=cost + float((hires * p.roles.hire_cost).sum()),
        networked=np.where(practices.barred[members].any(axis=0), np.inf, networked),
        moving=float(practices.moving[members].sum()),
        groups=tuple(by_saving[:most_groups]),
        networks=set(),
    )
