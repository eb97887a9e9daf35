"""Whether a change leaves hubs or networks of a size that none may have: known before anything is evaluated.

For compiled code: `w` is a world record.
"""

from __future__ import annotations

from optimizer.construct.world import hubs, inner, integers, models, networks, sites


@inner
def breaks_sizes(w):
    """Among what the change under way has touched."""
    touched = integers(w.touched_hubs, w.size_touched_hubs)
    for t in range(w.n_touched_hubs):
        if _is_missized(w, hubs(w)[touched[t]]):
            return True
    touched = integers(w.touched_networks, w.size_touched_networks)
    for t in range(w.n_touched_networks):
        network = networks(w)[touched[t]]
        model, population = models(w)[network.model], _population(w, network)
        if network.size > 0 and (population < model.minimum or population > model.maximum):
            return True
    return False


@inner
def _is_missized(w, h):
    """At the site that the hub had; a new one has none."""
    if h.size > 1 and h.population > w.hub_maximum:
        return True
    return h.size > 0 and h.site >= 0 and h.population < sites(w)[h.site].minimum


@inner
def _population(w, network):
    population, hub = 0, network.first
    while hub >= 0:
        population += hubs(w)[hub].population
        hub = hubs(w)[hub].next
    return population
