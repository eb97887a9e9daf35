"""Steps over borders of the neighbour graph, which leave contiguous hubs in one piece."""

from __future__ import annotations

from optimizer.construct.change import move_unit
from optimizer.construct.pieces import mark_piece
from optimizer.construct.world import below, hubs, inner, integers, practices, random_member
from optimizer.model.arrays import NONE


@inner
def hub_over_a_border(w, i):
    """The hub of a random practice next to i; of one not in its hub, as `hubs_whole` asks. NONE if there is none."""
    start, borders = integers(w.border_start, w.n_border_start), integers(w.borders, w.n_borders)
    p, count = practices(w), start[i + 1] - start[i]
    if count == 0:
        return NONE
    first = below(w, count)
    for t in range(count if w.hubs_whole else 1):
        hub = p[borders[start[i] + (first + t) % count]].hub
        if hub >= 0 and hub != p[i].hub:
            return hub
    return NONE


@inner
def cut_off_follow(w, i, own, hub):
    """Who has lost touch with a random member of its old hub, now that practice i is gone, goes with it."""
    if hubs(w)[own].size == 0:
        return
    p, pool = practices(w), integers(w.pool, w.n_pool)
    kept = random_member(w, own)
    island = integers(w.island, w.n_island)
    if island[kept] != island[i]:
        return
    mark_piece(w, kept, own)
    marks = integers(w.marks, w.n_marks)
    cut_off, member = 0, hubs(w)[own].first
    while member >= 0:
        if marks[member] != w.stamp and island[member] == island[i]:
            pool[cut_off] = member
            cut_off += 1
        member = p[member].next
    for t in range(cut_off):
        move_unit(w, pool[t], hub)


@inner
def gather(w, hub):
    """Up to as many practices next to a hub as `most_gathered` into it, one by one."""
    start, borders = integers(w.border_start, w.n_border_start), integers(w.borders, w.n_borders)
    for _ in range(below(w, w.most_gathered + 1)):
        i = random_member(w, hub)
        if start[i + 1] > start[i]:
            move_unit(w, borders[start[i] + below(w, start[i + 1] - start[i])], hub)


@inner
def member_beside(w, hub, other):
    """A member of a hub next to one of another hub, if a few draws find one, else any."""
    for _ in range(4):
        i = random_member(w, hub)
        if hub_over_a_border(w, i) == other:
            return i
    return i
