"""The tables of a world: rows of practices, sites, hubs, networks, ..., dense matrices, and the record that has it all.

State that a change may alter and an undo must bring back is listed as *undoable*: each such field has a twin named
`..._was` in the same row, which `save` and `restore` in `world.py` copy. Nothing else knows which fields those are.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from optimizer.construct.params import MoveParams, PriceParams

TWIN = "_was"
Fields = list[tuple[str, str]]


def _with_twins(plain: Fields, undoable: Fields) -> Fields:
    """What is read most comes first, and so into few cache lines; the twins come last."""
    return [*undoable, *plain, *((name + TWIN, kind) for name, kind in undoable)]


def _row(plain: Fields, undoable: Fields) -> np.dtype[Any]:
    return np.dtype(_with_twins(plain, undoable))


PRACTICE = np.dtype(
    [
        ("patients", "i8"),
        ("group", "i8"),
        ("premises", "i8"),  # site, NONE = cannot host
        ("move_cost", "f8"),
        ("moving", "f8"),  # pounds once
        ("far_alone", "i8"),  # patients who live far from it, where the whole plan asks
        ("alone_cost", "f8"),
        ("may_be_alone", "i8"),
        ("may_be_independent", "i8"),  # alone or run by a trust
        ("fixed_row", "i8"),  # row of `fixed`, NONE = free
        ("unit_start", "i8"),  # into `lists`: practices that move together, itself included
        ("unit_end", "i8"),
        ("apart_start", "i8"),  # into `lists`: practices to keep apart
        ("apart_end", "i8"),
        ("near_start", "i8"),  # into `lists`: nearest sites, nearest first
        ("near_end", "i8"),
        ("extra_start", "i8"),  # into `lists`: sites in reach that are nobody's premises
        ("extra_end", "i8"),
        ("hub", "i8"),  # state from here on; NONE = in none
        ("run_by", "i8"),  # trust, NONE = none; of practices in no hub
        ("next", "i8"),  # in the hub's list of members
        ("before", "i8"),
    ]
)
SITE = np.dtype(
    [
        ("practice", "i8"),  # NONE = a hospital
        ("minimum", "i8"),
        ("capacity", "i8"),
        ("cost", "f8"),
        ("setup", "f8"),
        ("must_open", "i8"),
        ("hub", "i8"),  # state: the hub there
    ]
)
HUB = _row(
    [
        ("first", "i8"),
        ("size", "i8"),
        ("population", "i8"),
        ("network", "i8"),
        ("next", "i8"),  # in the network's list of hubs
        ("before", "i8"),
        ("touched", "i8"),  # by the change under way
        ("best_group", "i8"),
        ("best_saving", "f8"),
    ],
    undoable=[
        ("site", "i8"),
        ("continues", "i8"),
        ("cost", "f8"),  # penalties included
        ("faults", "i8"),  # rules broken
        ("moving", "f8"),  # of its members, pounds once
        ("far", "i8"),  # patients who live far from the site, where the whole plan asks
    ],
)
HUB_ROLE = _row([("fte", "f8")], undoable=[("hires", "f8")])
NETWORK = _row(
    [
        ("first", "i8"),
        ("size", "i8"),  # hubs
        ("touched", "i8"),
        ("rearranged", "i8"),  # by the change under way: other hubs, or one of them elsewhere
    ],
    undoable=[
        ("model", "i8"),
        ("lead", "i8"),  # candidate
        ("population", "i8"),
        ("cost", "f8"),
        ("faults", "i8"),
    ],
)
HUB_DISTANCE = _row([], undoable=[("mm", "i8")])  # patient-millimetres of its members, of a limit
NETWORK_ROLE = _row([("brought", "f8")], undoable=[("hires", "f8")])  # FTE that partners bring
MODEL = _row(
    [
        ("hub_led", "i8"),
        ("minimum", "i8"),
        ("maximum", "i8"),
        ("target_min", "i8"),
        ("target_max", "i8"),
        ("price", "f8"),
        ("cost", "f8"),
        ("setup", "f8"),
        ("contiguous", "i8"),
        ("partners_min", "i8"),
        ("count_min", "i8"),
        ("count_max", "i8"),
        ("patients_min", "i8"),
        ("patients_max", "i8"),
    ],
    undoable=[("population", "i8"), ("count", "i8")],
)
ROLE = _row(
    [
        ("hub_ratio", "f8"),
        ("network_ratio", "f8"),
        ("hire_cost", "f8"),
        ("market", "f8"),
        ("whole_fte", "i8"),
        ("brought", "f8"),  # of the hires, what partners bring
    ],
    undoable=[("hires", "f8")],
)
LIMIT = np.dtype([("low", "f8"), ("high", "f8"), ("unit", "i8")])
SHARE = np.dtype([("part", "i8"), ("whole", "i8")])  # of `whole` patients of a hub at most `part` count
# what a limit over kinds of network is in
COUNTED, IN_PATIENTS, IN_POUNDS = 0, 1, 2
CANDIDATE = np.dtype(
    [
        ("model", "i8"),
        ("site", "i8"),
        ("hospital", "i8"),  # NONE = a practice leads
        ("maximum", "i8"),  # patients that a hospital takes on
        ("practices_max", "i8"),
        ("partner_start", "i8"),  # into `partners`: hospitals that can be, nearest first
        ("partner_end", "i8"),
        ("network", "i8"),  # state
        ("reached_by", "i8"),  # scratch of finding partners: the partner that it would give up ...
        ("stamp", "i8"),  # ... in this search
    ]
)
HOSPITAL = np.dtype(
    [
        ("candidate", "i8"),  # scratch of finding partners: whose network it is in, ...
        ("wanted_by", "i8"),  # ... who would have it instead ...
        ("stamp", "i8"),  # ... in this search
    ]
)
TRUST = _row(
    [("practices_max", "i8"), ("patients_max", "i8")],
    undoable=[("practices", "i8"), ("patients", "i8")],  # that it runs
)
DISTANCE = _row(
    [
        ("most", "i8"),  # patient-millimetres
        ("per_mm", "f8"),  # patients whose mean way is a patient-millimetre at the limit
        ("exceeded", "i8"),  # by the state as it was priced last: whether hubs look for nearer sites
    ],
    undoable=[("mm", "i8")],
)
GROUP = np.dtype([("hub", "i8"), ("saved", "f8")])
MOVED = np.dtype([("what", "i8"), ("was", "i8"), ("run_by", "i8")])  # `run_by`: of practices, before

ROW_TABLES = {
    "practices": PRACTICE,
    "sites": SITE,
    "hubs": HUB,
    "networks": NETWORK,
    "models": MODEL,
    "limits": LIMIT,  # over kinds of network
    "shares": SHARE,  # of a hub's patients
    "roles": ROLE,
    "candidates": CANDIDATE,
    "hospitals": HOSPITAL,
    "partners": np.dtype("i8"),
    "wanting": np.dtype("i8"),  # scratch [C] of finding partners: candidates to go on from
    "groups": GROUP,
    "trusts": TRUST,
    "distances": DISTANCE,  # limits on how far deprivation fifths live from their hubs
    "lists": np.dtype("i8"),
    "lead_start": np.dtype("i8"),  # [m * K + 1] into `leads`
    "leads": np.dtype("i8"),  # nearest hospital candidates per (site, model)
    "around_start": np.dtype("i8"),  # [C + 1] into `around`
    "around": np.dtype("i8"),  # sites that a candidate can lead, nearest first
    "moved": MOVED,
    "moved_hubs": MOVED,
    "touched_hubs": np.dtype("i8"),
    "touched_networks": np.dtype("i8"),
    "free_hubs": np.dtype("i8"),
    "free_networks": np.dtype("i8"),
    "pool": np.dtype("i8"),  # scratch [n] of recombinations: practices to deal out, ...
    "chosen": np.dtype("i8"),  # ... the hubs that take them, ...
    "seeds": np.dtype("i8"),  # ... the practice that each hub starts from, ...
    "loads": np.dtype("i8"),  # ... and its patients so far
    "focus": np.dtype("i8"),  # [n] the practices that moves draw from
    "border_start": np.dtype("i8"),  # [n + 1] into `borders`
    "borders": np.dtype("i8"),  # practices next to each one
    "island": np.dtype("i8"),  # [n] component of the neighbour graph
    "marks": np.dtype("i8"),  # scratch [n] of counting pieces: practices met, ...
    "shores": np.dtype("i8"),  # ... islands met, ...
    "stack": np.dtype("i8"),  # ... and practices to go on from
    "best_site_of": np.dtype("i8"),  # [n] the best state without a fault
    "best_network_of": np.dtype("i8"),  # [m]
    "best_is_open": np.dtype("i8"),  # [m]
}
MATRICES = {
    "travel": np.dtype("f8"),  # [m, n] pounds a year of practices at a site, inf out of reach
    "link": np.dtype("f8"),  # [m, C] coordination, inf out of reach
    "crossing": np.dtype("f8"),  # [m, C] pounds a year per patient across boundaries; [0, 0] where none has a price
    "counted": np.dtype("i8"),  # [shares * m, n] patients of practices at a site who count, share by share; far first
    "areas": np.dtype("i8"),  # [n, boundaries that hubs do not cross] NONE = in every area
    "site_areas": np.dtype("i8"),  # [m, boundaries that networks do not cross]
    "misfit": np.dtype("f8"),  # [n, K]
    "run_cost": np.dtype("f8"),  # [n, trusts] of being run by each, inf where it cannot
    "refuses": np.dtype("i8"),  # [n, K] consent or not: it is in no network of the kind
    "limit_networks": np.dtype("f8"),  # [limits, K] what a network counts for
    "limit_patients": np.dtype("f8"),  # [limits, K] what a patient in a network counts for
    "fte": np.dtype("f8"),  # [n, R]
    "lead_fte": np.dtype("f8"),  # [C, R]
    "candidate_at": np.dtype("i8"),  # [K, m] candidate whose lead is at the site
    "candidate_of": np.dtype("i8"),  # [H, K] hospital-led candidate, NONE = cannot
    "hospital_fte": np.dtype("f8"),  # [H, R]
    "fixed": np.dtype("i8"),  # [rows, C] candidates allowed
    "home_mm": np.dtype("i8"),  # [limits on distances x m, n] patient-millimetres of a practice at a site
    "alone_mm": np.dtype("i8"),  # [n, limits on distances] the same in no hub
    "hub_roles": HUB_ROLE,  # [H, R] state
    "hub_distances": HUB_DISTANCE,  # [H, limits on distances] state
    "network_roles": NETWORK_ROLE,  # [T, R] state
}
# what no search writes to
UNCHANGING = frozenset(
    {"lists", "lead_start", "leads", "around_start", "around", "candidate_at", "candidate_of", "fixed", "partners"}
    | {"border_start", "borders", "island"}
    | {"limits", "limit_networks", "limit_patients", "shares", "counted", "home_mm", "alone_mm"}
    | {
        "travel",
        "link",
        "crossing",
        "areas",
        "site_areas",
        "misfit",
        "run_cost",
        "refuses",
        "fte",
        "lead_fte",
        "hospital_fte",
    }
)
TUNING: Fields = [
    (field.name, "i8" if field.type == "int" else "f8") for part in (PriceParams, MoveParams) for field in fields(part)
]
SCALARS = _with_twins(
    [
        ("host_is_member", "i8"),
        ("hub_contiguous", "i8"),
        ("stamp", "i8"),  # of the last count of pieces
        ("hub_maximum", "i8"),
        ("hub_target_min", "i8"),
        ("hub_target_max", "i8"),
        ("hub_price", "f8"),
        ("hubs_min", "i8"),
        ("hubs_max", "i8"),
        ("networked_min", "i8"),
        ("networked_max", "i8"),
        ("dividend", "f8"),
        ("leads_several", "i8"),  # whether a hospital may lead networks of several models, one at a time
        ("leads_limited", "i8"),  # whether hospitals take on less than a network can have
        ("has_partners", "i8"),
        ("fund", "f8"),
        ("far_max", "i8"),  # patients of the whole plan
        ("moving_limit", "f8"),  # pounds once
        ("moving_patients", "f8"),  # patients moved for a pound, usually
        ("must_open", "i8"),  # sites that must open
        ("scale", "f8"),  # half the cost of a typical hub: the unit of temperatures
        ("step", "f8"),  # penalty for breaking a rule at all
        ("consent", "f8"),  # penalty for a practice in a network of a model that it refuses
        ("per_patient", "f8"),  # penalty per patient of a violated bound
        *TUNING,
        ("n_moved", "i8"),  # state from here on
        ("n_moved_hubs", "i8"),
        ("n_touched_hubs", "i8"),
        ("n_touched_networks", "i8"),
        ("n_free_hubs", "i8"),
        ("n_free_networks", "i8"),
        ("partner_saving", "f8"),  # pounds a year of hires that partners make needless
        ("best_cost", "f8"),
        ("n_focus", "i8"),  # practices in `focus`; 0 = moves draw from all
        ("stop", "i8"),  # set from another thread: end at once
        ("random", "u8"),
    ],
    undoable=[
        ("cost", "f8"),  # of hubs, networks and independents with their penalties
        ("faults", "i8"),
        ("setup", "f8"),  # pounds once
        ("moving", "f8"),  # pounds once, of members and independents
        ("far", "i8"),  # patients, of members and independents
        ("open_hubs", "i8"),
        ("open_required", "i8"),  # sites that must open and are open
    ],
)


def length_field(name: str) -> str:
    """Where a table's length is; `n_` of a partly filled table is how much of it is in use."""
    return f"size_{name}" if name.startswith(("moved", "touched", "free", "focus")) else f"n_{name}"


WORLD = np.dtype(
    SCALARS
    + [(name, "i8") for name in ROW_TABLES]
    + [(length_field(name), "i8") for name in ROW_TABLES]
    + [(name, "i8") for name in MATRICES]
    + [(f"rows_{name}", "i8") for name in MATRICES]
    + [(f"columns_{name}", "i8") for name in MATRICES]
)
