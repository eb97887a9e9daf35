"""Hospitals in networks: who leads what, and whether every network finds its fewest partners.

Partners are no state of their own: who is a partner where is found anew from the networks that there are, nearest first
and by augmenting paths where a hospital is wanted twice (Kuhn, Naval Research Logistics Quarterly 2, 1955).
"""

from __future__ import annotations

from optimizer.construct.world import (
    candidates,
    hospitals,
    hubs,
    inner,
    integers,
    matrix,
    models,
    network_roles,
    networks,
    roles,
    whole_matrix,
)
from optimizer.model.arrays import NONE


@inner
def leads_another(w, candidate):
    """Whether the hospital that would lead there leads a network of another hospital-led model."""
    hospital = candidates(w)[candidate].hospital
    if hospital < 0:
        return False
    of = whole_matrix(w.candidate_of, w.rows_candidate_of, w.columns_candidate_of)
    for k in range(w.n_models):
        other = of[hospital, k]
        if other >= 0 and other != candidate and candidates(w)[other].network >= 0:
            return True
    return False


@inner
def beyond_lead(w, network, candidate):
    """Price of what a network has beyond what the lead takes on."""
    t, c = networks(w)[network], candidates(w)[candidate]
    cost, members = 0.0, 0
    if t.population > c.maximum:
        cost += w.step + w.network_patient_share * w.per_patient * (t.population - c.maximum)
    hub = t.first
    while hub >= 0:
        members += hubs(w)[hub].size
        hub = hubs(w)[hub].next
    if members > c.practices_max:
        cost += w.step * (1 + members - c.practices_max)
    return cost


@inner
def missing_partners(w):
    """How many partners networks lack of their fewest; notes what the others save in hires."""
    h, c, t = hospitals(w), candidates(w), networks(w)
    for k in range(w.n_hospitals):
        h[k].candidate = NONE
    for k in range(w.n_candidates):
        if c[k].network >= 0 and c[k].hospital >= 0:
            h[c[k].hospital].candidate = k
    missing = 0
    for k in range(w.n_networks):
        if t[k].size > 0 and t[k].lead >= 0:
            for _ in range(models(w)[t[k].model].partners_min):
                missing += 1 - _find_partner(w, t[k].lead)
    _note_saving(w)
    return missing


@inner
def _find_partner(w, start):
    """One more partner for the candidate's network, others changing theirs if need be; 1 if there is one, else 0."""
    h, c, partners = hospitals(w), candidates(w), integers(w.partners, w.n_partners)
    queue = integers(w.wanting, w.n_wanting)
    w.stamp += 1
    queue[0], c[start].reached_by, c[start].stamp = start, NONE, w.stamp
    first, last = 0, 1
    while first < last:
        who = queue[first]
        first += 1
        for k in range(c[who].partner_start, c[who].partner_end):
            hospital = partners[k]
            owner = h[hospital].candidate
            if h[hospital].stamp == w.stamp or (owner >= 0 and c[owner].hospital == hospital):
                continue
            h[hospital].stamp, h[hospital].wanted_by = w.stamp, who
            if owner < 0:
                _hand_over(w, hospital)
                return 1
            if c[owner].stamp != w.stamp:
                c[owner].stamp, c[owner].reached_by = w.stamp, hospital
                queue[last] = owner
                last += 1
    return 0


@inner
def _hand_over(w, hospital):
    """The hospital to who wants it, what that gives up to who wants that, and so on."""
    h, c = hospitals(w), candidates(w)
    while hospital >= 0:
        who = h[hospital].wanted_by
        h[hospital].candidate = who
        hospital = c[who].reached_by


@inner
def _note_saving(w):
    """What partners bring of the staff that their networks would hire."""
    h, c, t, role = hospitals(w), candidates(w), networks(w), roles(w)
    own, fte = network_roles(w), matrix(w.hospital_fte, w.rows_hospital_fte, w.columns_hospital_fte)
    w.partner_saving = 0.0
    for r in range(w.n_roles):
        role[r].brought = 0.0
        for k in range(w.n_networks):
            own[k, r].brought = 0.0
        for k in range(w.n_hospitals):
            owner = h[k].candidate
            if owner >= 0 and c[owner].hospital != k:
                own[c[owner].network, r].brought += fte[k, r]
        for k in range(w.n_networks):
            if t[k].size > 0:
                role[r].brought += min(own[k, r].brought, own[k, r].hires)
        w.partner_saving += role[r].brought * role[r].hire_cost
