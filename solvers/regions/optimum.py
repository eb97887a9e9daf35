"""What the masters of a sweep's windows come to together: nearly an optimum of the whole's relaxation."""

from __future__ import annotations

import numpy as np

from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.branching import Fractions
from solvers.columns.clusters import Clusters
from solvers.columns.exchange import sketch_of
from solvers.columns.node import Node
from solvers.regions.cut import regions_of_sites
from solvers.regions.window import Window


class WholeOptimum:
    """Practices, the sites nearest to them and clusters of leads, each as the window has it that sets its price."""

    def __init__(self, problem: Problem, clusters: Clusters) -> None:
        self._problem, self.clusters = problem, clusters
        self._known = np.zeros(problem.n_practices, dtype=bool)
        self._fractions = Fractions(
            in_slot=np.zeros((problem.n_sites, problem.n_models + 1)),
            inside=np.zeros(len(problem.reach)),
            networks=np.zeros(len(clusters)),
        )

    def add(self, window: Window, found: Fractions) -> None:
        """`found`: of the window's part, a slot a care model as there."""
        whole, free = self._fractions, ~window.frozen.practice
        inside = window.practices[free]
        mine = regions_of_sites(self._problem, [inside])[window.sites] >= 0
        whole.in_slot[window.sites[mine]] = found.in_slot[mine]
        reach = window.node.problem.reach
        pairs = np.flatnonzero(free[reach.row])
        place = self._problem.reach.index_of(window.practices[reach.row[pairs]], window.sites[reach.column[pairs]])
        whole.inside[place] = found.inside[pairs]
        clusters = ~window.frozen.cluster
        whole.networks[window.clusters[clusters]] = found.networks[clusters]
        self._known[inside] = True

    def sketch(self, node: Node) -> Solution | None:
        """What it is near to, rules broken or not; None where a window told nothing. `node`: the root of the whole."""
        return sketch_of(node, self.clusters, self._fractions) if self._known.all() else None
