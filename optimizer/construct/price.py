"""What hubs and networks cost in a search, broken rules priced rather than forbidden (whole_plan.py: the whole plan).

A broken rule costs `w.step`, and `w.per_patient` per patient where it counts patients; see docs/model.md section 6.
Choosing a hub's continued group and a network's lead belongs here (siting.py: its site): the cheapest given the rest.
"""

from __future__ import annotations

import numpy as np

from optimizer.construct.distances import count_distances
from optimizer.construct.home_shares import far_patients, patients_beyond
from optimizer.construct.partners import beyond_lead, leads_another
from optimizer.construct.pieces import strays_of_hub, strays_of_network
from optimizer.construct.siting import link_cost
from optimizer.construct.world import (
    candidates,
    groups,
    hub_roles,
    hubs,
    inner,
    integers,
    link,
    lists,
    matrix,
    models,
    network_roles,
    networks,
    practices,
    roles,
    sites,
    travel,
    whole_matrix,
)
from optimizer.model.arrays import NO_LACK, NONE

# --- hubs -------------------------------------------------------------------------------------------------------------


@inner
def choose_continued(w):
    """Touched hubs take the free groups that save most, largest saving first."""
    h, g = hubs(w), groups(w)
    touched = integers(w.touched_hubs, w.size_touched_hubs)
    for t in range(w.n_touched_hubs):
        h[touched[t]].continues = NONE
        _best_group(w, touched[t])
    for _ in range(w.n_touched_hubs):
        best = NONE
        for t in range(w.n_touched_hubs):
            hub = h[touched[t]]
            if hub.continues < 0 and hub.best_saving > 0.0:
                if g[hub.best_group].hub >= 0:
                    _best_group(w, touched[t])
                if hub.best_saving > 0.0 and (best < 0 or hub.best_saving > h[best].best_saving):
                    best = touched[t]
        if best < 0:
            return
        h[best].continues = h[best].best_group
        g[h[best].best_group].hub = best


@inner
def _best_group(w, hub):
    """The free group whose continuation saves this hub most."""
    p, g = practices(w), groups(w)
    group, saving = NONE, 0.0
    i = hubs(w)[hub].first
    while i >= 0:
        own = p[i].group
        if own >= 0 and g[own].hub < 0:
            g[own].saved += p[i].moving
            if g[own].saved > saving:
                group, saving = own, g[own].saved
        i = p[i].next
    i = hubs(w)[hub].first
    while i >= 0:
        if p[i].group >= 0:
            g[p[i].group].saved = 0.0
        i = p[i].next
    hubs(w)[hub].best_group, hubs(w)[hub].best_saving = group, saving


@inner
def price_hub(w, hub):
    """Cost, faults and hires of a hub whose site, continued group and network are settled."""
    h = hubs(w)[hub]
    staff = hub_roles(w)[hub]
    for r in range(w.n_roles):
        staff[r].fte = staff[r].hires = 0.0
    h.cost, h.faults, h.moving, h.far = 0.0, 0, 0.0, 0
    if w.n_distances > 0:
        count_distances(w, hub)
    if h.size == 0:
        return
    model = networks(w)[h.network].model if h.network >= 0 else NONE
    _price_members(w, h, staff, model)
    if model >= 0:
        h.cost -= w.dividend * h.population
    role = roles(w)
    for r in range(w.n_roles):
        lacking = role[r].hub_ratio * h.population - staff[r].fte
        if role[r].hub_ratio > 0.0 and lacking > 0.0:
            staff[r].hires = _to_hire(role[r], lacking)
            h.cost += staff[r].hires * role[r].hire_cost
    _price_size(w, h)
    if w.n_shares > 0 and h.site >= 0:
        h.far = far_patients(w, hub)
        _price_shares(w, hub)
    if w.hub_contiguous:
        strays = strays_of_hub(w, hub)
        h.cost += w.stray_steps * w.step * strays
        h.faults += strays


@inner
def _to_hire(role, lacking):
    """FTE that make up for what is lacking, rounded up where the role is hired whole."""
    return np.ceil(lacking - NO_LACK) if role.whole_fte else lacking


@inner
def _price_members(w, h, staff, model):
    """Travel, moving, misfit, consent and locks of the members; adds up their staff."""
    p, distance = practices(w), travel(w)
    misfit = matrix(w.misfit, w.rows_misfit, w.columns_misfit)
    refuses = whole_matrix(w.refuses, w.rows_refuses, w.columns_refuses)
    fte = matrix(w.fte, w.rows_fte, w.columns_fte)
    cost, faults, refusals = 0.0, _strangers(w, h), 0
    i = h.first
    while i >= 0:
        if h.site >= 0:
            if distance[h.site, i] < np.inf:
                cost += distance[h.site, i]
            else:
                cost += (w.far_steps - 1.0) * w.step
                faults += 1
        if p[i].group != h.continues:
            cost += p[i].move_cost
            h.moving += p[i].moving
        if model >= 0:
            cost += misfit[i, model]
            refusals += refuses[i, model]
        for r in range(w.n_roles):
            staff[r].fte += fte[i, r]
        faults += _broken_locks(w, i, h)
        i = p[i].next
    h.cost += cost + w.step * faults + w.consent * refusals
    h.faults += faults + refusals


@inner
def _broken_locks(w, i, h):
    """Locks that a member breaks."""
    p = practices(w)
    broken = 0
    for t in range(p[i].apart_start, p[i].apart_end):
        broken += p[lists(w)[t]].hub == p[i].hub
    if p[i].fixed_row >= 0 and h.network < 0:
        broken += 1
    return broken


@inner
def _strangers(w, h):
    """Members on the other side of a boundary than the first who is on one, boundary by boundary."""
    p = practices(w)
    areas = whole_matrix(w.areas, w.rows_areas, w.columns_areas)
    count = 0
    for boundary in range(w.columns_areas):
        home = NONE
        i = h.first
        while i >= 0:
            area = areas[i, boundary]
            if area >= 0:
                if home < 0:
                    home = area
                count += area != home
            i = p[i].next
    return count


@inner
def _price_size(w, h):
    """The site and the size of a hub."""
    if h.site < 0:
        h.cost += w.homeless_steps * w.step
        h.faults += 1
        return
    site, alone = sites(w)[h.site], h.size == 1
    h.cost += site.cost
    if h.population < w.hub_target_min:
        h.cost += w.hub_price * (w.hub_target_min - h.population)
    if h.population > w.hub_target_max and not alone:
        h.cost += w.hub_price * (h.population - w.hub_target_max)
    short, over = site.minimum - h.population, h.population - site.capacity
    if not alone:
        over = max(over, h.population - w.hub_maximum)
    for excess in (short, over):
        if excess > 0:
            h.cost += w.step + w.per_patient * excess
            h.faults += 1


@inner
def _price_shares(w, hub):
    """Patients beyond what may live far from the site or outside its zone."""
    h = hubs(w)[hub]
    for s in range(w.n_shares):
        beyond = patients_beyond(w, hub, h.site, s)
        if beyond > 0.0:
            h.cost += w.step + w.per_patient * beyond
            h.faults += 1


# --- networks ---------------------------------------------------------------------------------------------------------


@inner
def price_network(w, network):
    """Population, lead, hires, cost and faults of a network."""
    t, h = networks(w)[network], hubs(w)
    t.lead, t.cost, t.faults, t.population = NONE, 0.0, 0, 0
    hires = network_roles(w)[network]
    for r in range(w.n_roles):
        hires[r].hires = 0.0
    if t.size == 0:
        return
    hub = t.first
    while hub >= 0:
        t.population += h[hub].population
        hub = h[hub].next
    model = models(w)[t.model]
    t.cost = model.cost + _choose_lead(w, network)
    if t.lead < 0:
        t.cost += w.leaderless_steps * w.step
        t.faults += 1
    else:
        _price_lead(w, network)
    if t.population < model.target_min:
        t.cost += model.price * (model.target_min - t.population)
    if t.population > model.target_max:
        t.cost += model.price * (t.population - model.target_max)
    for excess in (model.minimum - t.population, t.population - model.maximum):
        if excess > 0:
            t.cost += w.step + w.network_patient_share * w.per_patient * excess
            t.faults += 1
    if model.contiguous:
        strays = strays_of_network(w, network)
        t.cost += w.stray_steps * w.step * strays
        t.faults += strays
    _hire_for_network(w, network)


@inner
def _choose_lead(w, network):
    """Claims a lead and returns its coordination: of least, or the one that it had, where its hubs stay as they are."""
    t = networks(w)[network]
    best, best_cost = NONE, np.inf
    if not t.rearranged:
        best, best_cost = _better_lead(w, network, t.lead_was, best, best_cost)
    if best < 0:
        best, best_cost = _cheapest_lead(w, network)
    if best < 0:
        return 0.0
    t.lead = best
    candidates(w)[best].network = network
    return best_cost


@inner
def _cheapest_lead(w, network):
    """(candidate, cost) of the free lead of least coordination."""
    t, h = networks(w)[network], hubs(w)
    best, best_cost = NONE, np.inf
    if models(w)[t.model].hub_led:
        at = whole_matrix(w.candidate_at, w.rows_candidate_at, w.columns_candidate_at)
        hub = t.first
        while hub >= 0:
            if h[hub].site >= 0:
                best, best_cost = _better_lead(w, network, at[t.model, h[hub].site], best, best_cost)
            hub = h[hub].next
    elif h[t.first].site >= 0:
        start = integers(w.lead_start, w.n_lead_start)
        row = h[t.first].site * w.n_models + t.model
        for k in range(start[row], start[row + 1]):
            best, best_cost = _better_lead(w, network, integers(w.leads, w.n_leads)[k], best, best_cost)
    return best, best_cost


@inner
def _better_lead(w, network, candidate, best, best_cost):
    """(candidate, cost) if it is free and cheaper than the best so far, else the best so far."""
    if candidate < 0 or candidates(w)[candidate].network >= 0:
        return best, best_cost
    if w.leads_several and leads_another(w, candidate):
        return best, best_cost
    h = hubs(w)
    cost = w.step * _lead_elsewhere(w, network, candidate)
    if w.leads_limited:
        cost += beyond_lead(w, network, candidate)
    hub = networks(w)[network].first
    while hub >= 0:
        cost += link_cost(w, hub, h[hub].site, candidate) if h[hub].site >= 0 else w.step
        if cost >= best_cost:
            return best, best_cost
        hub = h[hub].next
    return candidate, cost


@inner
def _lead_elsewhere(w, network, candidate):
    """Whether the lead's site is an open hub that is not in its network."""
    site = candidates(w)[candidate].site
    if site < 0 or sites(w)[site].hub < 0:
        return 0
    return int(hubs(w)[sites(w)[site].hub].network != network)


@inner
def _price_lead(w, network):
    """Faults against the lead (their price is in the coordination) and the locks on networks."""
    t, h, p = networks(w)[network], hubs(w), practices(w)
    t.faults += _lead_elsewhere(w, network, t.lead)
    if w.leads_limited:
        t.faults += beyond_lead(w, network, t.lead) > 0.0
    allowed = whole_matrix(w.fixed, w.rows_fixed, w.columns_fixed)
    broken = _strange_hubs(w, network)
    hub = t.first
    while hub >= 0:
        site = h[hub].site
        if site < 0 or link(w)[site, t.lead] == np.inf:
            t.faults += 1
        if w.rows_fixed > 0:
            i = h[hub].first
            while i >= 0:
                if p[i].fixed_row >= 0:
                    broken += 1 - allowed[p[i].fixed_row, t.lead]
                i = p[i].next
        hub = h[hub].next
    t.faults += broken
    t.cost += w.step * broken


@inner
def _strange_hubs(w, network):
    """Hubs within reach of the lead on the other side of a boundary than the first, boundary by boundary."""
    t, h = networks(w)[network], hubs(w)
    areas = whole_matrix(w.site_areas, w.rows_site_areas, w.columns_site_areas)
    count = 0
    if h[t.first].site < 0:
        return count
    for boundary in range(w.columns_site_areas):
        home = NONE
        hub = t.first
        while hub >= 0:
            site = h[hub].site
            area = areas[site, boundary] if site >= 0 else NONE
            if area >= 0:
                if home < 0:
                    home = area
                count += area != home and link(w)[site, t.lead] < np.inf
            hub = h[hub].next
    return count


@inner
def _hire_for_network(w, network):
    """Hires of a network beyond its hubs' own."""
    t, h, role = networks(w)[network], hubs(w), roles(w)
    staff, own = hub_roles(w), network_roles(w)[network]
    for r in range(w.n_roles):
        if role[r].network_ratio > 0.0:
            need = role[r].network_ratio * t.population
            if t.lead >= 0:
                need -= matrix(w.lead_fte, w.rows_lead_fte, w.columns_lead_fte)[t.lead, r]
            hub = t.first
            while hub >= 0:
                need -= staff[hub, r].fte + staff[hub, r].hires
                hub = h[hub].next
            if need > 0.0:
                own[r].hires = _to_hire(role[r], need)
                t.cost += own[r].hires * role[r].hire_cost
