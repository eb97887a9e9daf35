"""Into how many pieces the practices of a hub or a network fall in the neighbour graph."""

from __future__ import annotations

from optimizer.construct.world import hubs, inner, integers, networks, practices
from optimizer.model.arrays import NONE


@inner
def strays_of_hub(w, hub):
    """Pieces of its members that are too many: one on each island is right."""
    w.stamp += 1
    return _strays(w, hubs(w)[hub].first, hub, NONE)


@inner
def mark_piece(w, i, hub):
    """Stamp all that is connected with practice i inside the hub."""
    w.stamp += 1
    _mark_piece(w, i, hub, NONE)


@inner
def strays_of_network(w, network):
    """The same of the members of all its hubs."""
    w.stamp += 1
    strays, hub = 0, networks(w)[network].first
    while hub >= 0:
        strays += _strays(w, hubs(w)[hub].first, hub, network)
        hub = hubs(w)[hub].next
    return strays


@inner
def _strays(w, i, hub, network):
    """New pieces among a hub's members from practice i on, on islands that have one already."""
    p, strays = practices(w), 0
    marks, shores, island = integers(w.marks, w.n_marks), integers(w.shores, w.n_shores), integers(w.island, w.n_island)
    while i >= 0:
        if marks[i] != w.stamp:
            strays += shores[island[i]] == w.stamp
            shores[island[i]] = w.stamp
            _mark_piece(w, i, hub, network)
        i = p[i].next
    return strays


@inner
def _mark_piece(w, i, hub, network):
    """Mark all that is connected with a practice inside the hub, or inside the network where there is one."""
    p, h = practices(w), hubs(w)
    marks, stack = integers(w.marks, w.n_marks), integers(w.stack, w.n_stack)
    start, borders = integers(w.border_start, w.n_border_start), integers(w.borders, w.n_borders)
    marks[i], stack[0], height = w.stamp, i, 1
    while height > 0:
        height -= 1
        here = stack[height]
        for t in range(start[here], start[here + 1]):
            other = borders[t]
            home = p[other].hub
            inside = home == hub if network < 0 else home >= 0 and h[home].network == network
            if inside and marks[other] != w.stamp:
                marks[other] = w.stamp
                stack[height] = other
                height += 1
