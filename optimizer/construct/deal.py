"""Dealing practices out to hubs around seeds far apart; over borders, as far as they go, where hubs stay whole."""

from __future__ import annotations

import numpy as np

from optimizer.construct.change import move_unit
from optimizer.construct.world import below, inner, integers, lists, practices, travel, uniform
from optimizer.model.arrays import NONE


@inner
def deal(w, target, members):
    """The pool to the chosen hubs: seeds far apart, then in random order to the seed of least travel and crowding."""
    p, pool, chosen = practices(w), integers(w.pool, w.n_pool), integers(w.chosen, w.n_chosen)
    seeds, load = integers(w.seeds, w.n_seeds), integers(w.loads, w.n_loads)
    total = 0.0
    for t in range(members):
        total += p[pool[t]].patients
    share = max(total / target, 1.0)
    for t in range(target):
        load[t] = 0
        seeds[t] = _far_seed(w, members, t)
    for t in range(members - 1, -1, -1):
        pick = below(w, t + 1)
        pool[t], pool[pick] = pool[pick], pool[t]
    crowding = uniform(w) * w.step
    left = _deal_over_borders(w, target, members, share, crowding) if w.hubs_whole else members
    for t in range(left):
        i = pool[t]
        best, best_cost = 0, np.inf
        for k in range(target):
            cost = -1.0 if seeds[k] == i else _seed_cost(w, k, i, share, crowding)
            if cost < best_cost:
                best, best_cost = k, cost
        load[best] += p[i].patients
        move_unit(w, i, chosen[best])


@inner
def _seed_cost(w, k, i, share, crowding):
    """Of practice i with the k-th seed; `share`: patients of an even deal."""
    seeds, load = integers(w.seeds, w.n_seeds), integers(w.loads, w.n_loads)
    return apart(w, seeds[k], i) + crowding * (load[k] / share) ** 2


@inner
def _deal_over_borders(w, target, members, share, crowding):
    """Seeds, then over and over who is next to one dealt out; returns how many are left, first in the pool."""
    p, pool, chosen = practices(w), integers(w.pool, w.n_pool), integers(w.chosen, w.n_chosen)
    seeds, load, marks = integers(w.seeds, w.n_seeds), integers(w.loads, w.n_loads), integers(w.marks, w.n_marks)
    first = w.stamp + 1  # the stamp of those dealt to the first seed; the next seeds have the next ones
    w.stamp += target
    for k in range(target - 1, -1, -1):
        marks[seeds[k]] = first + k
    left, t, passed = members, 0, 0
    while passed < left:
        i = pool[t]
        best = _seed_beside(w, i, first, target, share, crowding)
        if best >= 0:
            marks[i] = first + best
            load[best] += p[i].patients
            move_unit(w, i, chosen[best])
            left -= 1
            pool[t] = pool[left]
            passed = 0
        else:
            t += 1
            passed += 1
        if t >= left:
            t = 0
    return left


@inner
def _seed_beside(w, i, first, target, share, crowding):
    """Of a seed its own, else the cheapest seed that has a practice next to i; NONE if there is none."""
    start, borders = integers(w.border_start, w.n_border_start), integers(w.borders, w.n_borders)
    marks = integers(w.marks, w.n_marks)
    if first <= marks[i] < first + target:
        return marks[i] - first
    best, best_cost = NONE, np.inf
    for t in range(start[i], start[i + 1]):
        k = marks[borders[t]] - first
        if 0 <= k < target:
            cost = _seed_cost(w, k, i, share, crowding)
            if cost < best_cost:
                best, best_cost = k, cost
    return best


@inner
def _far_seed(w, members, count):
    """The farthest from the first `count` seeds among a few random practices of the pool."""
    pool, seeds = integers(w.pool, w.n_pool), integers(w.seeds, w.n_seeds)
    best, best_apart = pool[below(w, members)], -1.0
    if count == 0:
        return best
    for _ in range(4):
        i = pool[below(w, members)]
        nearest = np.inf
        for t in range(count):
            nearest = min(nearest, apart(w, seeds[t], i) if seeds[t] != i else -1.0)
        if nearest > best_apart:
            best, best_apart = i, nearest
    return best


@inner
def apart(w, a, b):
    """Travel of b to the premises of a, or else to its nearest site (or of a to those of b), a step out of reach."""
    distance = travel(w)
    at_a, at_b = _own_site(w, a), _own_site(w, b)
    if at_a >= 0 and distance[at_a, b] < np.inf:
        return distance[at_a, b]
    if at_b >= 0 and distance[at_b, a] < np.inf:
        return distance[at_b, a]
    return w.step


@inner
def _own_site(w, i):
    """The premises of a practice, its nearest site if they are none, NONE if there is none in reach."""
    p = practices(w)[i]
    if p.premises >= 0 or p.near_start == p.near_end:
        return p.premises
    return lists(w)[p.near_start]
