"""Where a search begins: today's groups as hubs, the rest grown around seeds, hubs gathered into networks."""

from __future__ import annotations

import numpy as np

from optimizer.construct.change import begin, keep, move_hub, move_unit, new_hub, new_network, settle
from optimizer.construct.deal import deal
from optimizer.construct.moves import neighbour_of_hub, random_hub
from optimizer.construct.params import SeedParams
from optimizer.construct.world import World, below, entry, hubs, integers, practices
from optimizer.model.arrays import NONE
from optimizer.model.problem import Problem


def seed_hubs(problem: Problem, world: World, params: SeedParams) -> None:
    """A hub per current group; an oversize practice alone; the others dealt out to seeds far apart."""
    group = problem.practices.group.copy()
    group[problem.oversize] = NONE
    begin(world.record)
    _open_groups(world.record, group, np.full(len(problem.group_ids), NONE, dtype=np.int64))
    _open_alone(world.record, np.flatnonzero(problem.oversize))
    rest = np.flatnonzero((group < 0) & ~problem.oversize)
    if len(rest):
        target = max(1, round(float(problem.practices.patients[rest].sum()) / _hub_size(problem, params)))
        if len(rest) == problem.n_practices:
            target = int(np.clip(target, problem.hub.count_min, problem.hub.count_max))
        world["pool"][: len(rest)] = rest
        _open_dealt(world.record, len(rest), min(target, len(rest)))
    settle(world.record)
    keep(world.record)


def _hub_size(problem: Problem, params: SeedParams) -> float:
    """Patients of a usual hub: the middle of the targets, less where capacities are tighter."""
    middle = (problem.hub.target_min + min(problem.hub.target_max, problem.total_patients)) / 2
    return max(1.0, min(middle, params.filled * float(np.median(problem.sites.capacity))))


def seed_networks(problem: Problem, world: World, params: SeedParams) -> None:
    """Networks of random models, each grown to a usual size."""
    size = (problem.models.target_min + problem.models.target_max) / 2
    _grow_networks(world.record, float(size.min()), params.tries, params.most_grown)


@entry
def _open_groups(w, group, slot):
    """`group[i]`: the group to open practice i in, NONE = not here; `slot`: scratch, NONE per group."""
    for i in range(w.n_practices):
        if group[i] >= 0 and practices(w)[i].hub < 0:
            if slot[group[i]] < 0:
                slot[group[i]] = new_hub(w)
            move_unit(w, i, slot[group[i]])


@entry
def _open_alone(w, alone):
    for i in alone:
        if practices(w)[i].hub < 0:
            move_unit(w, i, new_hub(w))


@entry
def _open_dealt(w, members, target):
    """The first `members` of the pool into new hubs."""
    chosen = integers(w.chosen, w.n_chosen)
    for t in range(target):
        chosen[t] = new_hub(w)
    deal(w, target, members)


@entry
def _grow_networks(w, size, tries, most_grown):
    """From random hubs, neighbour by neighbour, up to about `size` patients; leftovers stay on their own."""
    h = hubs(w)
    for _ in range(tries * integers(w.free_hubs, w.size_free_hubs).size):
        hub = random_hub(w)
        if hub < 0 or h[hub].network >= 0:
            continue
        begin(w)
        network = new_network(w, below(w, w.n_models))
        move_hub(w, hub, network)
        patients, last = h[hub].population, hub
        for _ in range(most_grown):
            other = neighbour_of_hub(w, last)
            if patients >= size:
                break
            last = hub
            if other >= 0 and h[other].network < 0:
                move_hub(w, other, network)
                patients += h[other].population
                last = other
        settle(w)
        keep(w)
