"""Index sets and limits that several rules need: which pairs have a column, how large a hub can be."""

from __future__ import annotations

import numpy as np

from optimizer.model.arrays import NO_LACK, BoolArray, FloatArray, IntArray
from optimizer.model.problem import Problem


def site_capacity(p: Problem) -> FloatArray:
    """[m] most patients that a hub at the site can have: capacity, maximum (bar oversize), who can reach it."""
    patients = p.practices.patients[p.reach.row]
    reachable = np.bincount(p.reach.column, weights=patients, minlength=p.n_sites)
    largest = np.zeros(p.n_sites)
    np.maximum.at(largest, p.reach.column, np.where(p.oversize[p.reach.row], patients, 0))
    return np.minimum(np.minimum(reachable, p.sites.capacity), np.maximum(p.hub.maximum, largest))


def largest_hub(p: Problem) -> FloatArray:
    """[m] patients of everybody who could join the site's hub."""
    patients = p.practices.patients[p.reach.row]
    return np.bincount(p.reach.column, weights=patients, minlength=p.n_sites).astype(np.float64)


def usable_site(p: Problem) -> BoolArray:
    """[m] whether a hub at the site could reach its minimum, its host among the members."""
    host_joins = np.ones(p.n_sites, dtype=bool)
    hosted = np.flatnonzero(p.host >= 0)
    host_joins[hosted] = p.reach.index_of(p.host[hosted], hosted) >= 0
    return np.asarray((largest_hub(p) >= p.sites.minimum) & host_joins)


def most_staff(p: Problem) -> FloatArray:
    """[m, roles] most FTE that a hub can have in post or need to hire."""
    fte = np.zeros((p.n_sites, p.n_roles))
    np.add.at(fte, p.reach.column, p.practices.fte[p.reach.row])
    rounded_up = p.roles.whole_fte & (p.roles.hub_ratio > 0)
    return np.asarray(fte + np.outer(site_capacity(p), p.roles.hub_ratio) + rounded_up)


def nothing_lacking(p: Problem, role: int) -> float:
    """FTE up to which nothing is lacking in a row: what a hair too much would cost is a whole one, where any."""
    return NO_LACK if p.roles.whole_fte[role] else 0.0


def group_sites(p: Problem) -> IntArray:
    """[n_q, 2] (group, site) for every site that a member of the group can reach."""
    group = p.practices.group[p.reach.row]
    pairs = np.column_stack([group, p.reach.column])[group >= 0]
    return np.unique(pairs, axis=0).reshape(-1, 2)


def large_pairs(p: Problem) -> IntArray:
    """Pairs of `reach` whose practice alone is above the hub target: such a hub of one pays no price."""
    return np.flatnonzero(p.practices.patients[p.reach.row] > p.hub.target_max)


def linked_pairs(p: Problem, model: int) -> BoolArray:
    """[reach] whether a hub at the pair's site can be in a network of a care model."""
    return np.isin(p.reach.column, p.links.row[p.candidates.model[p.links.column] == model])


def totals_by(key: IntArray, value: IntArray) -> FloatArray:
    """[entries] the sum over entries of the same key."""
    _, position = np.unique(key, return_inverse=True)
    return np.asarray(np.bincount(position, weights=value)[position])


def run_pairs(p: Problem) -> tuple[IntArray, IntArray]:
    """([pairs], [pairs]) practices and trusts that can run them."""
    practice, trust = np.nonzero(np.isfinite(p.trusts.cost))
    return practice, trust
