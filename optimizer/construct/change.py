"""Trying a change: note what it touches, re-evaluate that in full, then keep or undo it.

A change is any number of `move_practice`, `move_hub` and `set_model` calls between `begin` and `settle`. `settle`
chooses sites, continued groups and leads again and returns the cost of the whole state; `undo` takes everything back.
"""

from __future__ import annotations

import numpy as np

from optimizer.construct.distances import add_alone, add_distances
from optimizer.construct.price import (
    choose_continued,
    price_hub,
    price_network,
)
from optimizer.construct.siting import choose_site
from optimizer.construct.trusts import best_runner, note_practice, put_outside, take_inside
from optimizer.construct.whole_plan import global_penalty
from optimizer.construct.world import (
    candidates,
    distances,
    entry,
    groups,
    hub_distances,
    hub_roles,
    hubs,
    inner,
    integers,
    link_hub,
    link_practice,
    lists,
    matrix,
    models,
    moved,
    moved_hubs,
    network_roles,
    networks,
    practices,
    restore,
    roles,
    save,
    sites,
    trusts,
    unlink_hub,
    unlink_practice,
    whole_matrix,
)
from optimizer.model.arrays import NONE


@entry
def begin(w):
    """Start a change."""
    w.n_moved = w.n_moved_hubs = w.n_touched_hubs = w.n_touched_networks = 0
    save(w)
    for r in range(w.n_roles):
        save(roles(w)[r])
    for k in range(w.n_models):
        save(models(w)[k])
    for t in range(w.n_trusts):
        save(trusts(w)[t])
    for limit in range(w.n_distances):
        save(distances(w)[limit])


@inner
def add_hires(w, row, sign):
    """Into the plan's totals."""
    role = roles(w)
    for r in range(w.n_roles):
        role[r].hires += sign * row[r].hires


@inner
def touch_hub(w, hub):
    """Remember a hub and take its contribution out of the totals."""
    h = hubs(w)[hub]
    if h.touched:
        return
    h.touched = 1
    integers(w.touched_hubs, w.size_touched_hubs)[w.n_touched_hubs] = hub
    w.n_touched_hubs += 1
    save(h)
    row = hub_roles(w)[hub]
    for r in range(w.n_roles):
        save(row[r])
    for limit in range(w.n_distances):
        save(hub_distances(w)[hub][limit])
    if h.continues >= 0:
        groups(w)[h.continues].hub = NONE
    if h.site >= 0:
        site = sites(w)[h.site]
        site.hub = NONE
        w.setup -= site.setup
        w.open_required -= site.must_open
        w.open_hubs -= 1
    w.cost -= h.cost
    w.faults -= h.faults
    w.moving -= h.moving
    w.far -= h.far
    add_hires(w, row, -1.0)
    add_distances(w, hub, -1)


@inner
def touch_network(w, network):
    """Remember a network and take its contribution out of the totals."""
    t = networks(w)[network]
    if t.touched:
        return
    t.touched = 1
    t.rearranged = 0
    integers(w.touched_networks, w.size_touched_networks)[w.n_touched_networks] = network
    w.n_touched_networks += 1
    save(t)
    row = network_roles(w)[network]
    for r in range(w.n_roles):
        save(row[r])
    if t.lead >= 0:
        candidates(w)[t.lead].network = NONE
    if t.size > 0:
        model = models(w)[t.model]
        model.population -= t.population
        model.count -= 1
        w.setup -= model.setup
    w.cost -= t.cost
    w.faults -= t.faults
    add_hires(w, row, -1.0)


@inner
def rearrange(w, network):
    """Touch a network whose lead is to be chosen again."""
    touch_network(w, network)
    networks(w)[network].rearranged = 1


@inner
def move_practice(w, i, hub):
    """Move a practice to a hub slot, or to NONE (on its own, or run by a trust that has room)."""
    p = practices(w)[i]
    was = p.hub
    if was == hub:
        return
    note_practice(w, i)
    if was >= 0:
        touch_hub(w, was)
        unlink_practice(w, i)
    else:
        take_inside(w, i)
        w.moving -= p.moving
        add_alone(w, i, -1)
    if hub >= 0:
        touch_hub(w, hub)
        link_practice(w, i, hub)
    else:
        put_outside(w, i, best_runner(w, i))
        w.moving += p.moving
        add_alone(w, i, 1)


@inner
def move_unit(w, i, hub):
    """Move a practice and all that are kept together with it."""
    p = practices(w)[i]
    if p.unit_end - p.unit_start == 1:
        move_practice(w, i, hub)
        return
    for t in range(p.unit_start, p.unit_end):
        move_practice(w, lists(w)[t], hub)


@inner
def move_hub(w, hub, network):
    """Move a hub to a network slot, or to NONE."""
    was = hubs(w)[hub].network
    if was == network:
        return
    touch_hub(w, hub)
    note = moved_hubs(w)[w.n_moved_hubs]
    note.what, note.was = hub, was
    w.n_moved_hubs += 1
    if was >= 0:
        rearrange(w, was)
        unlink_hub(w, hub)
    if network >= 0:
        rearrange(w, network)
        link_hub(w, hub, network)


@inner
def set_model(w, network, model):
    """Give a network another care model."""
    rearrange(w, network)
    networks(w)[network].model = model
    hub = networks(w)[network].first
    while hub >= 0:
        touch_hub(w, hub)
        hub = hubs(w)[hub].next


@inner
def new_hub(w):
    """A free hub slot, empty."""
    w.n_free_hubs -= 1
    hub = integers(w.free_hubs, w.size_free_hubs)[w.n_free_hubs]
    touch_hub(w, hub)
    return hub


@inner
def new_network(w, model):
    """A free network slot of that model, empty."""
    w.n_free_networks -= 1
    network = integers(w.free_networks, w.size_free_networks)[w.n_free_networks]
    touch_network(w, network)
    networks(w)[network].model = model
    return network


@inner
def state_cost(w):
    """Cost of the state, penalties included."""
    penalty = np.float64(global_penalty(w))
    return w.cost + penalty - w.partner_saving


@entry
def settle(w):
    """Evaluate everything touched; returns the cost of the state, penalties included."""
    return settle_within(w, np.inf)


@inner
def settle_within(w, limit):
    """The same, or inf as soon as the cost is known to be beyond the limit: then nothing but `undo` may follow."""
    h = hubs(w)
    touched = integers(w.touched_hubs, w.size_touched_hubs)
    for t in range(w.n_touched_hubs):
        hub = touched[t]
        if h[hub].network >= 0:
            if h[hub].size == 0:
                move_hub(w, hub, NONE)
            else:
                touch_network(w, h[hub].network)
    for t in range(w.n_touched_hubs):
        choose_site(w, touched[t])
    for t in range(w.n_touched_hubs):
        hub = h[touched[t]]
        if hub.site != hub.site_was and hub.network >= 0:
            rearrange(w, hub.network)
        _touch_led(w, hub.site_was)
        _touch_led(w, hub.site)
    settle_hubs(w)
    if not w.has_partners and _least_cost(w) > limit:  # what partners save is known at the end alone
        return np.inf
    touched = integers(w.touched_networks, w.size_touched_networks)
    for t in range(w.n_touched_networks):
        settle_network(w, touched[t])
    return state_cost(w)


@inner
def _least_cost(w):
    """Of the state whose hubs are settled: networks cost what they do without coordination, staff and faults."""
    least, touched = w.cost, integers(w.touched_networks, w.size_touched_networks)
    for t in range(w.n_touched_networks):
        network = networks(w)[touched[t]]
        if network.size > 0:
            least += models(w)[network.model].cost
    return least


@inner
def settle_hubs(w):
    """Groups continued and prices of touched hubs, given their sites."""
    h, touched = hubs(w), integers(w.touched_hubs, w.size_touched_hubs)
    choose_continued(w)
    for t in range(w.n_touched_hubs):
        hub = touched[t]
        price_hub(w, hub)
        w.cost += h[hub].cost
        w.faults += h[hub].faults
        w.moving += h[hub].moving
        w.far += h[hub].far
        add_hires(w, hub_roles(w)[hub], 1.0)
        add_distances(w, hub, 1)


@inner
def _touch_led(w, site):
    """Networks led from a hospital where a hub opens, closes or changes network must look at it again."""
    if site < 0 or sites(w)[site].practice >= 0:
        return
    at = whole_matrix(w.candidate_at, w.rows_candidate_at, w.columns_candidate_at)
    for k in range(w.n_models):
        if at[k, site] >= 0 and candidates(w)[at[k, site]].network >= 0:
            rearrange(w, candidates(w)[at[k, site]].network)


@inner
def settle_network(w, network):
    """Lead, price and totals of a touched network."""
    price_network(w, network)
    t = networks(w)[network]
    if t.size == 0:
        return
    model = models(w)[t.model]
    model.population += t.population
    model.count += 1
    w.setup += model.setup
    w.cost += t.cost
    w.faults += t.faults
    add_hires(w, network_roles(w)[network], 1.0)


@entry
def keep(w):
    """Accept the change."""
    _release_slots(w)


@inner
def undo(w):
    """Take the change back."""
    h, t = hubs(w), networks(w)
    touched = integers(w.touched_hubs, w.size_touched_hubs)
    touched_networks = integers(w.touched_networks, w.size_touched_networks)
    for k in range(w.n_touched_hubs):
        hub = h[touched[k]]
        if hub.site >= 0:
            sites(w)[hub.site].hub = NONE
        if hub.continues >= 0:
            groups(w)[hub.continues].hub = NONE
    for k in range(w.n_touched_networks):
        if t[touched_networks[k]].lead >= 0:
            candidates(w)[t[touched_networks[k]].lead].network = NONE
    _undo_moves(w)
    for k in range(w.n_touched_hubs):
        _restore_hub(w, touched[k])
    for k in range(w.n_touched_networks):
        _restore_network(w, touched_networks[k])
    _restore_totals(w)
    _release_slots(w)


@inner
def _undo_moves(w):
    h, p = hubs(w), practices(w)
    for k in range(w.n_moved_hubs - 1, -1, -1):
        note = moved_hubs(w)[k]
        if h[note.what].network >= 0:
            unlink_hub(w, note.what)
        if note.was >= 0:
            link_hub(w, note.what, note.was)
    for k in range(w.n_moved - 1, -1, -1):
        note = moved(w)[k]
        if p[note.what].hub >= 0:
            unlink_practice(w, note.what)
        if note.was >= 0:
            link_practice(w, note.what, note.was)
        p[note.what].run_by = note.run_by


@inner
def _restore_hub(w, hub):
    h = hubs(w)[hub]
    restore(h)
    row = hub_roles(w)[hub]
    for r in range(w.n_roles):
        restore(row[r])
    for limit in range(w.n_distances):
        restore(hub_distances(w)[hub][limit])
    if h.site >= 0:
        sites(w)[h.site].hub = hub
    if h.continues >= 0:
        groups(w)[h.continues].hub = hub
    if w.n_touched_networks > 0:
        _refresh_fte(w, hub)


@inner
def _refresh_fte(w, hub):
    """FTE in post, which networks read without touching the hub."""
    row = hub_roles(w)[hub]
    for r in range(w.n_roles):
        row[r].fte = 0.0
    fte = matrix(w.fte, w.rows_fte, w.columns_fte)
    i = hubs(w)[hub].first
    while i >= 0:
        for r in range(w.n_roles):
            row[r].fte += fte[i, r]
        i = practices(w)[i].next


@inner
def _restore_network(w, network):
    t = networks(w)[network]
    restore(t)
    row = network_roles(w)[network]
    for r in range(w.n_roles):
        restore(row[r])
    if t.lead >= 0:
        candidates(w)[t.lead].network = network


@inner
def _restore_totals(w):
    restore(w)
    for r in range(w.n_roles):
        restore(roles(w)[r])
    for k in range(w.n_models):
        restore(models(w)[k])
    for t in range(w.n_trusts):
        restore(trusts(w)[t])
    for limit in range(w.n_distances):
        restore(distances(w)[limit])


@inner
def _release_slots(w):
    """Touched slots that ended up empty are free again."""
    h, t = hubs(w), networks(w)
    touched = integers(w.touched_hubs, w.size_touched_hubs)
    for k in range(w.n_touched_hubs):
        hub = touched[k]
        h[hub].touched = 0
        if h[hub].size == 0:
            h[hub].site = h[hub].continues = NONE
            integers(w.free_hubs, w.size_free_hubs)[w.n_free_hubs] = hub
            w.n_free_hubs += 1
    touched = integers(w.touched_networks, w.size_touched_networks)
    for k in range(w.n_touched_networks):
        network = touched[k]
        t[network].touched = 0
        if t[network].size == 0:
            t[network].lead = NONE
            integers(w.free_networks, w.size_free_networks)[w.n_free_networks] = network
            w.n_free_networks += 1


@inner
def record_best(w, cost):
    """Copy the choices of a state without a fault."""
    p, h, t = practices(w), hubs(w), networks(w)
    site_of = integers(w.best_site_of, w.n_best_site_of)
    network_of = integers(w.best_network_of, w.n_best_network_of)
    is_open = integers(w.best_is_open, w.n_best_is_open)
    w.best_cost = cost
    for j in range(w.n_sites):
        network_of[j] = NONE
        is_open[j] = 0
    for i in range(w.n_practices):
        hub = p[i].hub
        site_of[i] = h[hub].site if hub >= 0 else NONE
        if hub >= 0:
            is_open[h[hub].site] = 1
            if h[hub].network >= 0:
                network_of[h[hub].site] = t[h[hub].network].lead


@entry
def is_feasible(w):
    """Whether no rule is broken."""
    return w.faults == 0 and global_penalty(w) == 0.0
