"""Limits on how far deprivation fifths live from their hubs, in a search: whole patient-millimetres, added up."""

from __future__ import annotations

from optimizer.construct.world import distances, hub_distances, hubs, inner, practices, whole_matrix
from optimizer.model.arrays import NONE


@inner
def add_distances(w, hub, sign):
    """Into the plan's totals."""
    of, own = distances(w), hub_distances(w)[hub]
    for limit in range(w.n_distances):
        of[limit].mm += sign * own[limit].mm


@inner
def add_alone(w, i, sign):
    """The way of a practice in no hub, into the plan's totals."""
    of, alone = distances(w), whole_matrix(w.alone_mm, w.rows_alone_mm, w.columns_alone_mm)
    for limit in range(w.n_distances):
        of[limit].mm += sign * alone[i, limit]


@inner
def count_distances(w, hub):
    """Patient-millimetres of the members, limit by limit; nothing of a hub without a site, which is no plan's."""
    own, mm = hub_distances(w)[hub], whole_matrix(w.home_mm, w.rows_home_mm, w.columns_home_mm)
    site = hubs(w)[hub].site
    for limit in range(w.n_distances):
        own[limit].mm = 0
        i = hubs(w)[hub].first if site >= 0 else NONE
        while i >= 0:
            own[limit].mm += mm[limit * w.n_sites + site, i]
            i = practices(w)[i].next


@inner
def nearness(w, i, site):
    """What a practice's patients travel there of limits that the plan exceeds, at the price of exceeding them."""
    of, mm, cost = distances(w), whole_matrix(w.home_mm, w.rows_home_mm, w.columns_home_mm), 0.0
    for limit in range(w.n_distances):
        if of[limit].exceeded:
            cost += _price_per_mm(w, limit) * mm[limit * w.n_sites + site, i]
    return cost


@inner
def _price_per_mm(w, limit):
    return w.network_patient_share * w.per_patient * distances(w)[limit].per_mm


@inner
def price_distance(w, limit):
    """Of a limit on how far a deprivation fifth lives from its hubs; notes whether it is exceeded."""
    of = distances(w)[limit]
    of.exceeded = of.mm > of.most
    return w.step + _price_per_mm(w, limit) * (of.mm - of.most) if of.exceeded else 0.0
