"""What to change in the village so that one rule or price decides: its best plan is another then, or costs more."""

from __future__ import annotations

from typing import Any

Changes = dict[str, Any]

_BY_TABLE_KM = {
    (a, b): km
    for k, a in enumerate("abcdefghAC")
    for m, b in enumerate("abcdefghAC")
    if (km := float(abs(k - m) * 2 % 7)) or a != b
}
_TABLE = {
    "origin": [a for a, _ in _BY_TABLE_KM],
    "destination": [b for _, b in _BY_TABLE_KM],
    "km": list(_BY_TABLE_KM.values()),
    "minutes": [5 + 2 * km for km in _BY_TABLE_KM.values()],
}

_LARGE = {"practices.d.patients": 12_050, "practices.d.fte": {"gp": 5, "nurse": 3}}
_AREAS = {
    f"practices.{practice}.areas": {
        "council": "North" if practice in "abch" else "South",
        "county": "North" if practice in "acdf" else "South",
    }
    for practice in "abcdefgh"
}
_HOMES = {  # patients of d and e live apart, half of them in the middle
    "places": [
        {"id": "W", "x_km": 0.5, "y_km": 1, "zones": {"council": "North"}},
        {"id": "M", "x_km": 4, "y_km": 1, "zones": {"council": "South"}},
        {"id": "E", "x_km": 7, "y_km": 1, "zones": {"council": "South"}},
    ],
    "homes": {
        "practice": ["a", "b", "c", "c", "d", "d", "e", "e", "f", "g", "h"],
        "place": ["W", "W", "W", "M", "W", "M", "M", "E", "E", "E", "E"],
        "patients": [1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1],
    },
}
_FAR = {**_HOMES, "hub.far_km": 2.2}
_AWAY_FROM_HOME = {
    **{"policy.fixed_hub": {"d": "a"}, "policy.independent_max_patients": 4_000},
    "policy.independent_price_per_patient": 20,
}
_HUB_IN_THE_MIDDLE = {  # beside the acute hospital, or at it
    **{"hospitals.C.kind": "other", "hospitals.C.x_km": 4.5, "hospitals.C.y_km": 1.0},
    **{"policy.fixed_network": {"d": "P"}, "misfit": [{"practice": "e", "care_model": "P", "per_patient": 30}]},
}
HOMES = {  # half of e's patients live at E, the most deprived place, some of the west's at W
    "places": [
        {"id": "W", "x_km": 1.0, "y_km": 2.5, "deprivation": 25, "zones": {"council": "West"}},
        {"id": "E", "x_km": 6.5, "y_km": 0.5, "deprivation": 80, "zones": {"council": "East"}},
    ],
    "homes": {
        "practice": ["a", "a", "b", "d", "e", "e"],
        "place": ["W", "a", "W", "W", "E", "e"],
        "patients": [3, 1, 1, 1, 1, 1],
    },
}

# rule of docs/model.md, section 3: (without it, with it)
RULES: dict[str, tuple[Changes, Changes]] = {
    "nobody may be independent": ({}, {"policy.allow_independent": False}),
    "this one may not be independent": ({}, {"practices.c.independent_allowed": False}),
    "too large to be independent": ({}, {"policy.independent_max_patients": 2_900}),
    "practice to site": ({}, {"hub.max_km": 3.5}),
    "practice to site, minutes": ({"travel.table": _TABLE}, {"travel.table": _TABLE, "hub.max_minutes": 8}),
    "site to lead": ({}, {"care_model.P.max_km": 2.5}),
    "site to lead, minutes": ({"travel.table": _TABLE}, {"travel.table": _TABLE, "care_model.P.max_minutes": 9}),
    "hired whole, by hubs": ({"role.gp.market_fte": 9}, {"role.gp.market_fte": 9, "role.gp.whole_fte": True}),
    "hired whole, by networks": (
        {"role.nurse.network_min_per_10k": 3.3, "role.nurse.market_fte": 9},
        {"role.nurse.network_min_per_10k": 3.3, "role.nurse.market_fte": 9, "role.nurse.whole_fte": True},
    ),
    "labour market, stated": ({"role.gp.market_fte": 9}, {"role.gp.market_fte": 0.2}),
    "hub minimum": ({}, {"hub.min": 9_500}),
    "rural minimum, marked": ({"hub.min": 9_500}, {"hub.min": 9_500, "practices.a.rural": True}),
    "rural minimum, few in reach": ({"hub.min": 9_500}, {"hub.min": 9_500, "hub.rural_reach_patients": 20_000}),
    "hub maximum": ({}, {"hub.max": 10_900}),
    "oversize": ({**_LARGE, "hub.max": 20_000}, _LARGE),
    "capacity": ({}, {"practices.g.hub_capacity": 9_000}),
    "host": ({**_AWAY_FROM_HOME, "hub.host_is_member": False}, _AWAY_FROM_HOME),
    "hospital hub sites": (
        {"practices.a.hub_setup_cost": 200_000},
        {"practices.a.hub_setup_cost": 200_000, "hub.hospital_sites": ["community"]},
    ),
    "lead is large enough": (
        {"care_model.P.count_max": 0, "policy.coverage_min": 0},
        {"care_model.P.count_max": 0, "policy.coverage_min": 0, "care_model.M.lead_min_patients": 6_001},
    ),
    "lead is named": ({}, {"hospitals.A.leads": ["M"]}),
    "hub at a hospital that leads": (
        {**_HUB_IN_THE_MIDDLE, "hub.hospital_sites": ["other"], "policy.fixed_hub": {"e": "C"}},
        {**_HUB_IN_THE_MIDDLE, "hub.hospital_sites": ["acute"], "policy.fixed_hub": {"e": "A"}},
    ),
    "network minimum": ({}, {"care_model.P.min": 22_500}),
    "network maximum": ({}, {"care_model.P.max": 21_000}),
    "hub workforce": (
        {"role": []},
        {"role": [{"id": "gp", "min_per_10k": 3.9, "cost_per_fte": 50_000, "market_fte_share": 1}]},
    ),
    "network workforce": (
        {"role": []},
        {"role": [{"id": "nurse", "network_min_per_10k": 3, "cost_per_fte": 50_000, "market_fte_share": 1}]},
    ),
    "staff of the lead hospital": ({}, {"hospitals.A.fte": {"nurse": 3}}),
    "labour market": ({}, {"role.gp.market_fte_share": 0.02}),
    "labour market of networks": ({}, {"role.nurse.market_fte_share": 0.05}),
    "coverage at least": ({}, {"policy.coverage_min": 0.95}),
    "coverage at most": ({}, {"policy.coverage_max": 0.6}),
    "share at least": ({}, {"care_model.M.share_min": 0.3}),
    "share at most": ({}, {"care_model.P.share_max": 0.6}),
    "networks at least": ({}, {"care_model.M.count_min": 1}),
    "networks at most": ({}, {"care_model.P.count_max": 0}),
    "consent": ({}, {"practices.d.refuses": ["P"]}),
    "a last resort": (
        {"practices.e.refuses": ["P"]},
        {
            **{"practices.e.refuses": ["P"], "policy.last_resort": True, "policy.serious_problems": ["e"]},
            "policy.imposed_price_per_patient": 0.1,
        },
    ),
    "delegation": (
        {},
        {
            "commissioners": [{"area": "West", "delegated": False}, {"area": "East", "delegated": True}],
            "care_model.P.needs_delegated": True,
        },
    ),
    "far from the hub": ({**_FAR, "hub.far_share_max": 1.0}, {**_FAR, "hub.far_share_max": 0.35}),
    "far in the whole plan": ({**_FAR, "policy.far_share_max": 1.0}, {**_FAR, "policy.far_share_max": 0.25}),
    "outside the zone": (
        {**_HOMES, "hub.zone": "council", "hub.zone_share_max": 1.0},
        {**_HOMES, "hub.zone": "council", "hub.zone_share_max": 0.4},
    ),
    "fund": ({}, {"policy.transformation_fund": 90_000}),
    "fund, site of its own price": ({"practices.a.hub_setup_cost": 0}, {"practices.a.hub_setup_cost": 90_000}),
    "disruption": ({"weights.disruption": 0.1}, {"weights.disruption": 0.1, "policy.max_disruption": 13_249}),
    "disruption, free of charge": (
        {"weights.disruption": 0},
        {"weights.disruption": 0, "policy.max_disruption": 13_249},
    ),
    "hubs within areas": ({}, {"policy.respect_areas": "hubs"}),
    "hubs of hospital sites within areas": (
        {"hub.host_is_member": False},
        {"hub.host_is_member": False, "policy.respect_areas": "hubs"},
    ),
    "networks within areas": ({}, {"policy.respect_areas": "networks"}),
    "hubs within areas of another kind": (_AREAS, {**_AREAS, "boundary": [{"area": "council", "tier": "hubs"}]}),
    "an exception of hubs": (
        {**_AREAS, "boundary": [{"area": "council", "tier": "hubs"}]},
        {**_AREAS, "boundary": [{"area": "council", "tier": "hubs", "exceptions": ["h"]}]},
    ),
    "networks within areas of another kind": (_AREAS, {**_AREAS, "boundary": [{"area": "county", "tier": "networks"}]}),
    "an exception of networks": (
        {**_AREAS, "boundary": [{"area": "county", "tier": "networks"}]},
        {**_AREAS, "boundary": [{"area": "county", "tier": "networks", "exceptions": ["g"]}]},
    ),
    "keep together": ({}, {"policy.keep_together": [["c", "d"]]}),
    "keep together, lists that share a practice": ({}, {"policy.keep_together": [["b", "c"], ["c", "a"]]}),
    "keep apart": ({}, {"policy.keep_apart": [["f", "g", "h"]]}),
    "fixed hub": ({}, {"policy.fixed_hub": {"h": "f"}}),
    "barred hub": ({}, {"policy.barred_hub": {"h": ["g"]}}),
    "fixed network": ({}, {"policy.fixed_network": {"b": "M"}}),
    "fixed network and lead": ({}, {"policy.fixed_network": {"b": "M:g"}}),
    "must open": ({}, {"policy.must_open": ["f"]}),
    "must not open": ({}, {"policy.must_not_open": ["g"]}),
    "hubs at least": ({}, {"hub.count_min": 4}),
    "hubs at most": ({"hub.running_cost": 0}, {"hub.running_cost": 0, "hub.count_max": 3}),
    "a hub continues one group": ({}, {"practices.b.current_group": "G4"}),
    "patients to site, on average": (HOMES, {**HOMES, "hub.max_home_km": 2.4}),
    "the most deprived fifth": (HOMES, {**HOMES, "policy.deprived_km_max": 3}),
    "the most deprived fifth, nearer still": (HOMES, {**HOMES, "policy.deprived_km_max": 1}),
    "no fifth worse than today": (HOMES, {**HOMES, "policy.no_fifth_worse": True}),
    "travel from home": (HOMES, {**HOMES, "travel.basis": "homes"}),
    "a group is continued once": ({}, {"practices.g.current_group": "G1", "practices.f.current_group": "G1"}),
}

# term of docs/model.md, section 4: a change with which the best plan pays it
TERMS: dict[str, Changes] = {
    "hub_running": {},
    "hub_setup": {},
    "network_running": {},
    "network_setup": {},
    "travel": {},
    "coordination": {},
    "across": {"boundary": [{"tier": "networks", "price_per_patient": 0.25}]},
    "hires": {},
    "hub_size": {"hub.target_max": 9_500},
    "network_size": {},
    "misfit": {},
    "reluctance": {"practices.e.reluctant": ["P"], "policy.reluctant_price_per_patient": 0.1},
    "autonomy": {"care_model.P.autonomy_price_per_patient": 0.1, "care_model.M.autonomy_price_per_patient": 0.1},
    "guarantee": {"policy.guarantee_per_patient": 95, "practices.e.core_funding_per_patient": 94.5},
    "forgone_dividend": {},
    "independents": {},
    "moved_practices": {},
    "moved_patients": {},
}
