"""The data and state of a search as one record that compiled functions take: plain tables of rows in raw memory.

Passing many arrays to many small compiled functions is slow to compile and to call; one record of addresses is not.
`practices(w)[i].patients` reads as it would in Python. A *hub* is a slot with members, a *network* a slot of hubs;
`World` owns the memory, `layout.py` fills it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from optimizer.model.compiling import entry_and_inner

NONE = -1

entry, inner = entry_and_inner()

PRACTICE = np.dtype(
    [
        ("patients", "i8"),
        ("group", "i8"),
        ("area", "i8"),
        ("premises", "i8"),  # site, NONE = cannot host
        ("move_cost", "f8"),
        ("moving", "f8"),  # pounds once
        ("independent_cost", "f8"),
        ("may_be_independent", "i8"),
        ("fixed_row", "i8"),  # row of `fixed`, NONE = free
        ("unit_start", "i8"),  # into `lists`: practices that move together, itself included
        ("unit_end", "i8"),
        ("apart_start", "i8"),  # into `lists`: practices to keep apart
        ("apart_end", "i8"),
        ("near_start", "i8"),  # into `lists`: nearest sites, nearest first
        ("near_end", "i8"),
        ("extra_start", "i8"),  # into `lists`: sites in reach that are nobody's premises
        ("extra_end", "i8"),
        ("hub", "i8"),  # state from here on; NONE = independent
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
        ("area", "i8"),
        ("must_open", "i8"),
        ("hub", "i8"),  # state: the hub there
    ]
)
HUB = np.dtype(
    [
        ("first", "i8"),
        ("size", "i8"),
        ("population", "i8"),
        ("site", "i8"),
        ("continues", "i8"),
        ("cost", "f8"),  # penalties included
        ("faults", "i8"),  # rules broken
        ("moving", "f8"),  # of its members, pounds once
        ("network", "i8"),
        ("next", "i8"),  # in the network's list of hubs
        ("before", "i8"),
        ("touched", "i8"),  # the change under way, from here on
        ("site_was", "i8"),
        ("continues_was", "i8"),
        ("cost_was", "f8"),
        ("faults_was", "i8"),
        ("moving_was", "f8"),
        ("best_group", "i8"),
        ("best_saving", "f8"),
    ]
)
NETWORK = np.dtype(
    [
        ("first", "i8"),
        ("size", "i8"),  # hubs
        ("model", "i8"),
        ("lead", "i8"),  # candidate
        ("population", "i8"),
        ("cost", "f8"),
        ("faults", "i8"),
        ("touched", "i8"),
        ("model_was", "i8"),
        ("lead_was", "i8"),
        ("population_was", "i8"),
        ("cost_was", "f8"),
        ("faults_was", "i8"),
    ]
)
MODEL = np.dtype(
    [
        ("hub_led", "i8"),
        ("minimum", "i8"),
        ("maximum", "i8"),
        ("target_min", "i8"),
        ("target_max", "i8"),
        ("price", "f8"),
        ("cost", "f8"),
        ("setup", "f8"),
        ("count_min", "i8"),
        ("count_max", "i8"),
        ("patients_min", "i8"),
        ("patients_max", "i8"),
        ("population", "i8"),  # state
        ("count", "i8"),
        ("population_was", "i8"),
        ("count_was", "i8"),
    ]
)
ROLE = np.dtype(
    [
        ("hub_ratio", "f8"),
        ("network_ratio", "f8"),
        ("hire_cost", "f8"),
        ("market", "f8"),
        ("hires", "f8"),  # state
        ("hires_was", "f8"),
    ]
)
CANDIDATE = np.dtype([("model", "i8"), ("site", "i8"), ("network", "i8")])
GROUP = np.dtype([("hub", "i8"), ("saved", "f8")])

ROW_TABLES = {
    "practices": PRACTICE,
    "sites": SITE,
    "hubs": HUB,
    "networks": NETWORK,
    "models": MODEL,
    "roles": ROLE,
    "candidates": CANDIDATE,
    "groups": GROUP,
    "lists": np.dtype("i8"),
    "lead_start": np.dtype("i8"),  # [m * K + 1] into `leads`
    "leads": np.dtype("i8"),  # nearest hospital candidates per (site, model)
    "around_start": np.dtype("i8"),  # [C + 1] into `around`
    "around": np.dtype("i8"),  # sites that a candidate can lead, nearest first
    "moved": np.dtype([("what", "i8"), ("was", "i8")]),
    "moved_hubs": np.dtype([("what", "i8"), ("was", "i8")]),
    "touched_hubs": np.dtype("i8"),
    "touched_networks": np.dtype("i8"),
    "free_hubs": np.dtype("i8"),
    "free_networks": np.dtype("i8"),
    "pool": np.dtype("i8"),  # scratch [n] of recombinations: practices to deal out, ...
    "chosen": np.dtype("i8"),  # ... the hubs that take them, ...
    "seeds": np.dtype("i8"),  # ... the practice that each hub starts from, ...
    "loads": np.dtype("i8"),  # ... and its patients so far
    "focus": np.dtype("i8"),  # [n] the practices that moves draw from
    "best_site_of": np.dtype("i8"),  # [n] the best state without a fault
    "best_network_of": np.dtype("i8"),  # [m]
    "best_is_open": np.dtype("i8"),  # [m]
}
MATRICES = {
    "travel": "f8",  # [m, n] pounds a year of practices at a site, inf out of reach
    "link": "f8",  # [m, C] coordination, inf out of reach
    "misfit": "f8",  # [n, K]
    "refuses": "i8",  # [n, K]
    "fte": "f8",  # [n, R]
    "lead_fte": "f8",  # [C, R]
    "candidate_at": "i8",  # [K, m] candidate whose lead is at the site
    "fixed": "i8",  # [rows, C] candidates allowed
    "hub_fte": "f8",  # [H, R] state
    "hub_hires": "f8",
    "hub_hires_was": "f8",
    "network_hires": "f8",  # [T, R]
    "network_hires_was": "f8",
}
# what no search writes to
UNCHANGING = frozenset(
    {"lists", "lead_start", "leads", "around_start", "around", "candidate_at", "fixed"}
    | {"travel", "link", "misfit", "refuses", "fte", "lead_fte"}
)
SCALARS = [
    ("host_is_member", "i8"),
    ("hub_maximum", "i8"),
    ("hub_target_min", "i8"),
    ("hub_target_max", "i8"),
    ("hub_price", "f8"),
    ("hub_same_area", "i8"),
    ("hubs_min", "i8"),
    ("hubs_max", "i8"),
    ("networked_min", "i8"),
    ("networked_max", "i8"),
    ("dividend", "f8"),
    ("network_same_area", "i8"),
    ("fund", "f8"),
    ("moving_limit", "f8"),  # pounds once
    ("moving_patients", "f8"),  # patients moved for a pound, usually
    ("must_open", "i8"),  # sites that must open
    ("scale", "f8"),  # half the cost of a typical hub: the unit of temperatures
    ("step", "f8"),  # penalty for breaking a rule at all
    ("consent", "f8"),  # penalty for a practice in a network of a model that it refuses
    ("per_patient", "f8"),  # penalty per patient of a violated bound
    ("cost", "f8"),  # state: of hubs, networks and independents with their penalties
    ("cost_was", "f8"),
    ("faults", "i8"),
    ("faults_was", "i8"),
    ("setup", "f8"),  # pounds once
    ("setup_was", "f8"),
    ("moving", "f8"),  # pounds once, of members and independents
    ("moving_was", "f8"),
    ("open_hubs", "i8"),
    ("open_hubs_was", "i8"),
    ("open_required", "i8"),  # sites that must open and are open
    ("open_required_was", "i8"),
    ("n_moved", "i8"),
    ("n_moved_hubs", "i8"),
    ("n_touched_hubs", "i8"),
    ("n_touched_networks", "i8"),
    ("n_free_hubs", "i8"),
    ("n_free_networks", "i8"),
    ("best_cost", "f8"),
    ("n_focus", "i8"),  # practices in `focus`; 0 = moves draw from all
    ("stop", "i8"),  # set from another thread: end at once
    ("random", "u8"),
]


def _length_field(name: str) -> str:
    """Where a table's length is; `n_` of a partly filled table is how much of it is in use."""
    return f"size_{name}" if name.startswith(("moved", "touched", "free", "focus")) else f"n_{name}"


WORLD = np.dtype(
    SCALARS
    + [(name, "i8") for name in ROW_TABLES]
    + [(_length_field(name), "i8") for name in ROW_TABLES]
    + [(name, "i8") for name in MATRICES]
    + [(f"rows_{name}", "i8") for name in MATRICES]
    + [(f"columns_{name}", "i8") for name in MATRICES]
)


def random_state(seed: int) -> int:
    """A nonzero state for `uniform`."""
    return (seed * 2 + 1) * 0x9E3779B97F4A7C15 % 2**64


class World:
    """Owns the tables; `record` is what compiled functions take."""

    def __init__(self, tables: dict[str, np.ndarray], scalars: dict[str, float]) -> None:
        self.tables = {name: np.ascontiguousarray(table) for name, table in tables.items()}
        self._memory = np.zeros(1, dtype=WORLD)
        self.record: Any = self._memory.view(np.recarray)[0]
        for name, value in scalars.items():
            self._memory[name] = value
        for name, table in self.tables.items():
            self._memory[name] = table.ctypes.data
            if name in MATRICES:
                self._memory[f"rows_{name}"], self._memory[f"columns_{name}"] = table.shape
            else:
                self._memory[_length_field(name)] = len(table)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.tables[name]

    def twin(self, seed: int) -> World:
        """Another world in the same state, to be searched by another thread; shares what does not change."""
        tables = {name: table if name in UNCHANGING else table.copy() for name, table in self.tables.items()}
        scalars = {name: self._memory[name][0] for name, _ in SCALARS}
        return World(tables, scalars | {"random": random_state(seed)})


@intrinsic
def _pointer(typingctx: Any, address: Any) -> Any:
    """An integer as an address."""
    del typingctx, address

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        del signature
        return builder.inttoptr(args[0], context.get_value_type(types.voidptr))

    return types.voidptr(types.int64), generate


@inner
def practices(w):
    return carray(_pointer(w.practices), (w.n_practices,), PRACTICE)


@inner
def sites(w):
    return carray(_pointer(w.sites), (w.n_sites,), SITE)


@inner
def hubs(w):
    return carray(_pointer(w.hubs), (w.n_hubs,), HUB)


@inner
def networks(w):
    return carray(_pointer(w.networks), (w.n_networks,), NETWORK)


@inner
def models(w):
    return carray(_pointer(w.models), (w.n_models,), MODEL)


@inner
def roles(w):
    return carray(_pointer(w.roles), (w.n_roles,), ROLE)


@inner
def candidates(w):
    return carray(_pointer(w.candidates), (w.n_candidates,), CANDIDATE)


@inner
def groups(w):
    return carray(_pointer(w.groups), (w.n_groups,), GROUP)


_MOVED = ROW_TABLES["moved"]


@inner
def moved(w):
    return carray(_pointer(w.moved), (w.size_moved,), _MOVED)


@inner
def moved_hubs(w):
    return carray(_pointer(w.moved_hubs), (w.size_moved_hubs,), _MOVED)


@inner
def integers(address, count):
    """A table of whole numbers."""
    return carray(_pointer(address), (count,), np.int64)


@inner
def matrix(address, rows, columns):
    """A matrix of floats."""
    return carray(_pointer(address), (rows, columns), np.float64)


@inner
def whole_matrix(address, rows, columns):
    """A matrix of whole numbers."""
    return carray(_pointer(address), (rows, columns), np.int64)


@inner
def travel(w):
    return matrix(w.travel, w.rows_travel, w.columns_travel)


@inner
def link(w):
    return matrix(w.link, w.rows_link, w.columns_link)


@inner
def lists(w):
    return integers(w.lists, w.n_lists)


# --- slots, members and chance ----------------------------------------------------------------------------------------


@inner
def uniform(w):
    """[0, 1) by xorshift64* (Vigna, ACM TOMS 42(4), 2016)."""
    x = w.random
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    w.random = x
    return float((x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def below(w, n):
    """A random whole number in 0 .. n - 1."""
    return int(uniform(w) * n)


@inner
def link_practice(w, i, hub):
    """Put an unattached practice into a hub."""
    p, h = practices(w), hubs(w)
    first = h[hub].first
    p[i].hub = hub
    p[i].next = first
    p[i].before = NONE
    if first >= 0:
        p[first].before = i
    h[hub].first = i
    h[hub].size += 1
    h[hub].population += p[i].patients


@inner
def unlink_practice(w, i):
    p, h = practices(w), hubs(w)
    hub, before, after = p[i].hub, p[i].before, p[i].next
    if before >= 0:
        p[before].next = after
    else:
        h[hub].first = after
    if after >= 0:
        p[after].before = before
    p[i].hub = NONE
    h[hub].size -= 1
    h[hub].population -= p[i].patients


@inner
def link_hub(w, hub, network):
    """Put a hub without a network into one."""
    h, t = hubs(w), networks(w)
    first = t[network].first
    h[hub].network = network
    h[hub].next = first
    h[hub].before = NONE
    if first >= 0:
        h[first].before = hub
    t[network].first = hub
    t[network].size += 1


@inner
def unlink_hub(w, hub):
    h, t = hubs(w), networks(w)
    network, before, after = h[hub].network, h[hub].before, h[hub].next
    if before >= 0:
        h[before].next = after
    else:
        t[network].first = after
    if after >= 0:
        h[after].before = before
    h[hub].network = NONE
    t[network].size -= 1
