"""Where leads are, and which of them are told apart from which."""

from __future__ import annotations

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from optimizer.model.arrays import NONE, FloatArray, IntArray
from optimizer.model.axes import Chosen
from optimizer.model.pairs import first_of_each
from optimizer.model.problem import Problem
from solvers.regions.cut import regions_of_sites


def regions_of_candidates(p: Problem, regions: list[IntArray]) -> IntArray:
    """[candidates] the region of the nearest site that can join each; NONE = none can."""
    nearest = first_of_each(p.links.column, np.lexsort((p.links.km, p.links.column)), 1)
    where = np.full(p.n_candidates, NONE)
    where[p.links.column[nearest]] = regions_of_sites(p, regions)[p.links.row[nearest]]
    return where


def within_km(p: Problem, leads: IntArray, most_km: float) -> list[tuple[int, ...]]:
    """Leads, each of which some site can join, in clusters, any two of one no further from each other than that."""
    if len(leads) <= 1:
        return [tuple(leads.tolist())] if len(leads) else []
    label = fcluster(linkage(squareform(_km_between(p, leads)), "complete"), most_km, "distance")
    return [tuple(leads[label == k].tolist()) for k in np.unique(label)]


def _km_between(p: Problem, leads: IntArray) -> FloatArray:
    """[leads, leads] km by way of a site that can join both; further than any where there is none."""
    place = Chosen(p.n_candidates, leads).place
    mine = np.flatnonzero(place[p.links.column] >= 0)
    km = np.full((len(leads), p.n_sites), np.inf)
    km[place[p.links.column[mine]], p.links.row[mine]] = p.links.km[mine]
    km = km[:, np.isfinite(km).any(axis=0)]
    between = np.array([(km + one).min(axis=1) for one in km])
    np.fill_diagonal(between, 0.0)
    return np.where(np.isfinite(between), between, 3.0 * p.links.km.max())
