"""The moves of the search: each proposes one change through `change.py` and leaves judging it to the caller.

A move that finds nothing to propose leaves the state alone. Practices that are kept together always move as one.
"""

from __future__ import annotations

from optimizer.construct.borders import cut_off_follow, gather, hub_over_a_border, member_beside
from optimizer.construct.change import move_hub, move_practice, move_unit, new_hub, new_network, set_model
from optimizer.construct.deal import deal
from optimizer.construct.trusts import change_runner
from optimizer.construct.world import (
    below,
    candidates,
    hubs,
    inner,
    integers,
    lists,
    models,
    networks,
    practices,
    random_member,
    sites,
    travel,
    uniform,
    whole_matrix,
)
from optimizer.model.arrays import NONE

MOST_POOLED = 3  # hubs that a recombination pools, which compares each with two before it


@inner
def propose(w, network_share):
    """One random move, about networks with that probability."""
    if w.n_candidates > 0 and uniform(w) < network_share:
        _propose_network(w)
    else:
        _propose_hub(w)


@inner
def _propose_hub(w):
    dice = uniform(w)
    if dice < w.relocate_share:
        relocate(w)
    elif dice < w.relocate_share + w.swap_share:
        swap(w)
    elif dice < w.relocate_share + w.swap_share + w.recombine_share:
        recombine(w)
    else:
        move_block(w)


@inner
def _propose_network(w):
    dice = uniform(w)
    changed = w.change_network_share
    swapped = changed + w.swap_networks_share
    merged = swapped + w.merge_networks_share
    founded = merged + w.found_network_share
    if dice < changed:
        change_network(w)
    elif dice < swapped:
        swap_networks(w)
    elif dice < merged:
        merge_networks(w)
    elif dice < founded:
        found_network(w)
    elif dice < founded + w.split_network_share:
        split_network(w)
    else:
        change_model(w)


@inner
def neighbour_hub(w, i):
    """The hub at, or of the practice at, a random near site of practice i; NONE if there is none.

    Where hubs are contiguous, that of a practice next to it instead, mostly.
    """
    p = practices(w)
    if w.hub_contiguous and uniform(w) < w.border_share:
        return hub_over_a_border(w, i)
    count = p[i].near_end - p[i].near_start
    if count == 0:
        return NONE
    # nearer sites more often
    site = sites(w)[lists(w)[p[i].near_start + int(uniform(w) * uniform(w) * count)]]
    if site.hub >= 0:
        return site.hub
    return p[site.practice].hub if site.practice >= 0 else NONE


@inner
def random_practice(w):
    if w.n_focus == 0:
        return below(w, w.n_practices)
    return integers(w.focus, w.size_focus)[below(w, w.n_focus)]


@inner
def relocate(w):
    """A practice to a neighbouring hub, to a hub of its own, or out of hubs, alone or with its whole hub."""
    i = random_practice(w)
    p = practices(w)[i]
    own, dice = p.hub, uniform(w)
    if dice < w.independence_share:
        if own < 0 and w.n_trusts > 0 and uniform(w) < w.runner_share:
            change_runner(w, i)
        elif own < 0:
            _found_hub(w, i)
        elif p.may_be_independent:
            if uniform(w) < w.dissolved_hub_share:
                _dissolve(w, own)
            else:
                move_practice(w, i, NONE)
    elif dice < w.independence_share + w.new_hub_share:
        _alone(w, i)
    else:
        hub = neighbour_hub(w, i)
        if hub >= 0 and hub != own:
            move_unit(w, i, hub)
            if w.hubs_whole and own >= 0:
                cut_off_follow(w, i, own, hub)


@inner
def _alone(w, i):
    """A hub of its own, with some of its neighbours where hubs are contiguous, in the network where it was."""
    p = practices(w)[i]
    own = p.hub
    if own >= 0 and hubs(w)[own].size == p.unit_end - p.unit_start:
        return
    hub = new_hub(w)
    move_unit(w, i, hub)
    if w.hub_contiguous:
        gather(w, hub)
    if own >= 0 and hubs(w)[own].network >= 0:
        move_hub(w, hub, hubs(w)[own].network)


@inner
def _dissolve(w, hub):
    """All members who may be independent become so."""
    i = hubs(w)[hub].first
    while i >= 0:
        following = practices(w)[i].next
        if practices(w)[i].may_be_independent:
            move_practice(w, i, NONE)
        i = following


@inner
def _found_hub(w, i):
    """A hub of practice i, independent, and of those near it that are so, too."""
    p, hub = practices(w), new_hub(w)
    move_unit(w, i, hub)
    for t in range(p[i].near_start, p[i].near_end):
        other = sites(w)[lists(w)[t]].practice
        if other >= 0 and p[other].hub < 0:
            move_unit(w, other, hub)


@inner
def swap(w):
    """Two practices of neighbouring hubs change places."""
    i = random_practice(w)
    own, hub = practices(w)[i].hub, neighbour_hub(w, i)
    if own < 0 or hub < 0 or hub == own:
        return
    other = member_beside(w, hub, own) if w.hubs_whole else random_member(w, hub)
    move_unit(w, i, hub)
    move_unit(w, other, own)
    if w.hubs_whole:
        cut_off_follow(w, i, own, hub)
        cut_off_follow(w, other, hub, own)


@inner
def move_block(w):
    """All members of one current group in a hub go to the hub that continues the group, or to a neighbour."""
    p, h = practices(w), hubs(w)
    i = random_practice(w)
    own, group = p[i].hub, p[i].group
    if own < 0 or group < 0:
        return
    hub = neighbour_hub(w, i)
    if hub < 0 or hub == own:
        return
    member = h[own].first
    while member >= 0:
        following = p[member].next
        if p[member].group == group and p[member].unit_end - p[member].unit_start == 1:
            move_practice(w, member, hub)
        member = following


# --- recombination ----------------------------------------------------------------------------------------------------


@inner
def recombine(w):
    """Pool one to three neighbouring hubs and deal them out again into one fewer, as many or one more."""
    first = practices(w)[random_practice(w)].hub
    if first < 0:
        return
    chosen = integers(w.chosen, w.n_chosen)
    chosen[0], chosen[1] = first, NONE
    count, wanted = 1, 1 + below(w, MOST_POOLED)
    for _ in range(3 * wanted):
        hub = neighbour_hub(w, random_member(w, chosen[below(w, count)]))
        if hub >= 0 and count < wanted and hub != chosen[0] and hub != chosen[1]:
            chosen[count] = hub
            count += 1
    target = count - 1 + below(w, 3)
    members = _pool(w, count)
    if target < 1 or members < target or members > w.most_dealt or (count == 1 and target == 1):
        return
    for t in range(count, target):
        chosen[t] = new_hub(w)
        if hubs(w)[first].network >= 0:
            move_hub(w, chosen[t], hubs(w)[first].network)
    deal(w, target, members)


@inner
def _pool(w, count):
    """All members of the chosen hubs into the pool; returns how many."""
    pool, chosen = integers(w.pool, w.n_pool), integers(w.chosen, w.n_chosen)
    members = 0
    for t in range(count):
        i = hubs(w)[chosen[t]].first
        while i >= 0:
            pool[members] = i
            members += 1
            i = practices(w)[i].next
    return members


# --- networks ---------------------------------------------------------------------------------------------------------


@inner
def random_hub(w):
    """The hub of a random practice, NONE if it is independent."""
    return practices(w)[random_practice(w)].hub


@inner
def neighbour_of_hub(w, hub):
    """A hub near a random member, another than this one; NONE if not found."""
    other = neighbour_hub(w, random_member(w, hub))
    return other if other != hub else NONE


@inner
def change_network(w):
    """A hub joins a neighbour's network, a new one, or none."""
    hub, dice = random_hub(w), uniform(w)
    if hub < 0:
        return
    own = hubs(w)[hub].network
    if dice < w.no_network_share:
        if own >= 0:
            move_hub(w, hub, NONE)
    elif dice < w.no_network_share + w.new_network_share:
        move_hub(w, hub, new_network(w, below(w, w.n_models)))
    else:
        other = neighbour_of_hub(w, hub)
        if other >= 0 and hubs(w)[other].network >= 0 and hubs(w)[other].network != own:
            move_hub(w, hub, hubs(w)[other].network)


@inner
def swap_networks(w):
    """Two neighbouring hubs change networks."""
    hub = random_hub(w)
    if hub < 0:
        return
    other = neighbour_of_hub(w, hub)
    if other < 0 or hubs(w)[other].network == hubs(w)[hub].network:
        return
    one, two = hubs(w)[hub].network, hubs(w)[other].network
    move_hub(w, hub, two)
    move_hub(w, other, one)


@inner
def random_hub_in(w, network):
    hub = networks(w)[network].first
    for _ in range(below(w, networks(w)[network].size)):
        hub = hubs(w)[hub].next
    return hub


@inner
def _neighbour_network(w, network):
    """The network of a hub near one of this network's; NONE if not found."""
    for _ in range(4):
        other = neighbour_of_hub(w, random_hub_in(w, network))
        if other >= 0 and hubs(w)[other].network >= 0 and hubs(w)[other].network != network:
            return hubs(w)[other].network
    return NONE


@inner
def merge_networks(w):
    """A network dissolves: its hubs join a neighbouring network, each its own neighbour's, or none."""
    hub = random_hub(w)
    if hub < 0 or hubs(w)[hub].network < 0:
        return
    network = hubs(w)[hub].network
    target = _neighbour_network(w, network)
    scatter, leave = uniform(w) < w.scattered_share, uniform(w) < w.dissolved_share
    if leave:
        target = NONE
    elif target < 0:
        return
    hub = networks(w)[network].first
    while hub >= 0:
        following, goal = hubs(w)[hub].next, target
        if scatter and not leave:
            other = neighbour_of_hub(w, hub)
            if other >= 0 and hubs(w)[other].network >= 0 and hubs(w)[other].network != network:
                goal = hubs(w)[other].network
        move_hub(w, hub, goal)
        hub = following


@inner
def split_network(w):
    """The hubs of a network nearer to a second seed form a network of their own, perhaps of another model."""
    h = hubs(w)
    seed = random_hub(w)
    if seed < 0 or h[seed].network < 0:
        return
    network = h[seed].network
    second = random_hub_in(w, network)
    if second == seed:
        return
    same = uniform(w) < w.same_model_share
    fresh = new_network(w, networks(w)[network].model if same else below(w, w.n_models))
    distance = travel(w)
    hub = networks(w)[network].first
    while hub >= 0:
        following, i = h[hub].next, h[hub].first
        if hub != seed and (hub == second or distance[h[second].site, i] < distance[h[seed].site, i]):
            move_hub(w, hub, fresh)
        hub = following


@inner
def found_network(w):
    """A new network of the hubs nearest to a random lead, up to a random size; perhaps taken from other networks."""
    h, candidate = hubs(w), below(w, w.n_candidates)
    c = candidates(w)[candidate]
    model = models(w)[c.model]
    if c.network >= 0 or (model.hub_led and sites(w)[c.site].hub < 0):
        return
    size = model.minimum + uniform(w) * (model.maximum - model.minimum)
    take, picky = uniform(w) < w.taking_share, uniform(w) < w.picky_share
    network, population = new_network(w, c.model), 0
    start = integers(w.around_start, w.n_around_start)
    around = integers(w.around, w.n_around)
    for t in range(start[candidate], start[candidate + 1]):
        hub = sites(w)[around[t]].hub
        if hub < 0 or (h[hub].network >= 0 and not take) or (picky and refused(w, hub, c.model)):
            continue
        if population + h[hub].population > model.maximum:
            continue
        population += h[hub].population
        move_hub(w, hub, network)
        if population >= size:
            return


@inner
def refused(w, hub, model):
    """Whether a member does not consent to the model."""
    refuses = whole_matrix(w.refuses, w.rows_refuses, w.columns_refuses)
    i = hubs(w)[hub].first
    while i >= 0:
        if refuses[i, model]:
            return True
        i = practices(w)[i].next
    return False


@inner
def change_model(w):
    """A network changes its care model."""
    hub = random_hub(w)
    if hub < 0 or hubs(w)[hub].network < 0:
        return
    network, model = hubs(w)[hub].network, below(w, w.n_models)
    if model != networks(w)[network].model:
        set_model(w, network, model)
