"""Simulated annealing over both tiers, on penalised cost; the best state that breaks no rule is kept."""

from __future__ import annotations

import numpy as np

from optimizer.construct.change import begin, is_feasible, keep, record_best, settle_within, state_cost, undo
from optimizer.construct.moves import propose
from optimizer.construct.sizes import breaks_sizes
from optimizer.construct.world import entry, uniform


@entry
def anneal(w, proposals, hot, cold, network_share):
    """Run a number of proposals, unless stopped, from temperature `hot` to `cold` (pounds a year), geometrically.

    `network_share` of them are about networks. Returns the cost of the final state, penalties included; the best state
    without a fault is kept in the world.
    """
    cost, is_sound = state_cost(w), is_feasible(w)
    if cost < w.best_cost and is_sound:
        record_best(w, cost)
    cooling = (cold / hot) ** (1.0 / max(proposals, 1))
    temperature = hot
    for _ in range(proposals):
        if w.stop:
            break
        temperature *= cooling
        begin(w)
        propose(w, network_share)
        if w.n_moved + w.n_touched_hubs + w.n_touched_networks == 0:
            continue
        if is_sound and w.step > w.hopeless * temperature and breaks_sizes(w):
            undo(w)
            continue
        limit = cost - temperature * np.log(1.0 - uniform(w))  # Metropolis, chance first
        after = settle_within(w, limit)
        if after > limit:
            undo(w)
            continue
        keep(w)
        cost, is_sound = after, is_feasible(w)
        if cost < w.best_cost and is_sound:
            record_best(w, cost)
    return cost
