"""What the masters of a sweep's windows come to together: nearly an optimum of the whole's relaxation.

The tree's sketches (`sketch_of`) open sites and put each practice into its likeliest; their number of networks is
settled. Here it is open, and hubs are kept whole: what fills them just so is most of what masters know.
"""

from __future__ import annotations

import numpy as np

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.columns import Column
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.clusters import Clusters
from solvers.columns.master import Optimum
from solvers.regions.window import Window

LEAST = 0.3  # of a hub: what is used less is in no sketch
WHOLE = 0.5  # of a network: a cluster with less has none in a sketch


class WholeOptimum:
    """Hubs as the window has them that has most of their members inside; clusters as the one that sets their prices."""

    def __init__(self, problem: Problem, clusters: Clusters) -> None:
        self._problem, self._clusters = problem, clusters
        self._known = np.zeros(problem.n_practices, dtype=bool)
        self._hubs: list[tuple[float, Column, int]] = []  # share in use, hub, cluster or NONE
        self._networks = np.zeros(len(clusters))

    def add(self, window: Window, found: Optimum) -> None:
        """`found`: of the window's part."""
        free = ~window.frozen.practice
        columns = window.columns_of_whole([use.column for use in found.uses])
        for use, column in zip(found.uses, columns, strict=True):
            inside = float(free[list(use.column.members)].mean())
            if inside >= 0.5:
                cluster = NONE if use.cluster == NONE else int(window.clusters[use.cluster])
                self._hubs.append((use.share * (1.0 + inside) / 2.0, column, cluster))
        mine = ~window.frozen.cluster
        self._networks[window.clusters[mine]] = found.networks[mine]
        self._known[window.practices[free]] = True

    def sketch(self) -> Solution | None:
        """What it is near to, rules broken or not: hubs that are used most, whole; None where a window told nothing.

        Each is in a network of its cluster, or of the nearest lead of the model where the cluster has none.
        """
        if not self._known.all():
            return None
        p = self._problem
        site_of, cluster_of = np.full(p.n_practices, NONE), np.full(p.n_sites, NONE)
        is_open = np.zeros(p.n_sites, dtype=bool)
        for share, column, cluster in sorted(self._hubs, key=lambda hub: -hub[0]):
            members = list(column.members)
            if share < LEAST:
                break
            if not is_open[column.site] and (site_of[members] == NONE).all():
                site_of[members] = column.site
                is_open[column.site] = True
                cluster_of[column.site] = cluster
        return Solution(site_of, self._network_of(np.flatnonzero(is_open), cluster_of), is_open)

    def _network_of(self, sites: IntArray, cluster_of: IntArray) -> IntArray:
        """[m] the lead of the network that the hub at each of these sites is in."""
        p, clusters = self._problem, self._clusters
        has_any = np.flatnonzero(self._networks >= WHOLE).tolist()
        leads_of = {c: self._leads(c, sites[cluster_of[sites] == c]) for c in has_any}
        of_model = [
            np.array([n for c, leads in leads_of.items() if clusters.slot[c] == k for n in leads], dtype=np.int64)
            for k in range(p.n_models)
        ]
        network_of = np.full(p.n_sites, NONE)
        for site in sites[cluster_of[sites] != NONE].tolist():
            cluster = int(cluster_of[site])
            leads = np.array(leads_of.get(cluster, ()), dtype=np.int64)
            leads = leads if len(leads) else of_model[int(clusters.slot[cluster])]
            price = self._price(np.full(len(leads), site), leads)
            if np.isfinite(price).any():
                network_of[site] = leads[int(price.argmin())]
        return network_of

    def _leads(self, cluster: int, sites: IntArray) -> list[int]:
        """As many of a cluster's leads as it has networks, those that these sites pay least for."""
        p = self._problem
        hub_led = p.models.hub_led[self._clusters.slot[cluster]]
        able = [n for n in self._clusters.leads[cluster] if not hub_led or p.candidates.site[n] in sites]
        far = 2.0 * float(p.links.cost.max(initial=0.0))
        price = [float(np.minimum(far, self._price(sites, np.full(len(sites), n))).sum()) for n in able]
        count = max(1, round(float(self._networks[cluster])))
        return [able[k] for k in np.argsort(price, kind="stable")[:count]]

    def _price(self, sites: IntArray, leads: IntArray) -> FloatArray:
        """Pounds a year of coordination between these sites and leads, pair by pair; inf where out of reach."""
        links = self._problem.links
        at = links.index_of(sites, leads)
        return np.where(at >= 0, links.cost[at], np.inf)
