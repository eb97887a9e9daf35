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

from optimizer.construct.tables import (
    CANDIDATE,
    DISTANCE,
    GROUP,
    HOSPITAL,
    HUB,
    HUB_DISTANCE,
    HUB_ROLE,
    LIMIT,
    MATRICES,
    MODEL,
    MOVED,
    NETWORK,
    NETWORK_ROLE,
    PRACTICE,
    ROLE,
    SCALARS,
    SHARE,
    SITE,
    TRUST,
    TWIN,
    UNCHANGING,
    WORLD,
    length_field,
)
from optimizer.model.arrays import NONE
from optimizer.model.compiling import entry_and_inner

entry, inner = entry_and_inner()


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
                self._memory[length_field(name)] = len(table)

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


def _copying(source: str, target: str) -> Any:
    """An intrinsic that copies the undoable fields of a record, from one ending of names to the other."""

    def copy(typingctx: Any, record: Any) -> Any:
        del typingctx
        undoable = [name for name in record.fields if name + TWIN in record.fields]

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            del signature
            first = builder.bitcast(args[0], context.get_value_type(types.int64).as_pointer())  # every field is a word

            def place(name: str) -> Any:
                return builder.gep(first, [context.get_constant(types.int64, record.offset(name) // 8)])

            for name in undoable:
                builder.store(builder.load(place(name + source)), place(name + target))
            return context.get_dummy_value()

        return types.void(record), generate

    return intrinsic(copy)


save = _copying("", TWIN)  # of what a change may alter, and back
restore = _copying(TWIN, "")


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
def limits(w):
    return carray(_pointer(w.limits), (w.n_limits,), LIMIT)


@inner
def shares(w):
    return carray(_pointer(w.shares), (w.n_shares,), SHARE)


@inner
def roles(w):
    return carray(_pointer(w.roles), (w.n_roles,), ROLE)


@inner
def candidates(w):
    return carray(_pointer(w.candidates), (w.n_candidates,), CANDIDATE)


@inner
def hospitals(w):
    return carray(_pointer(w.hospitals), (w.n_hospitals,), HOSPITAL)


@inner
def groups(w):
    return carray(_pointer(w.groups), (w.n_groups,), GROUP)


@inner
def trusts(w):
    return carray(_pointer(w.trusts), (w.n_trusts,), TRUST)


@inner
def run_cost(w):
    return matrix(w.run_cost, w.rows_run_cost, w.columns_run_cost)


@inner
def moved(w):
    return carray(_pointer(w.moved), (w.size_moved,), MOVED)


@inner
def moved_hubs(w):
    return carray(_pointer(w.moved_hubs), (w.size_moved_hubs,), MOVED)


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
def hub_roles(w):
    """Staff and hires of hubs."""
    return carray(_pointer(w.hub_roles), (w.rows_hub_roles, w.columns_hub_roles), HUB_ROLE)


@inner
def distances(w):
    """Limits on how far deprivation fifths live from their hubs."""
    return carray(_pointer(w.distances), (w.n_distances,), DISTANCE)


@inner
def hub_distances(w):
    return carray(_pointer(w.hub_distances), (w.rows_hub_distances, w.columns_hub_distances), HUB_DISTANCE)


@inner
def network_roles(w):
    return carray(_pointer(w.network_roles), (w.rows_network_roles, w.columns_network_roles), NETWORK_ROLE)


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
def random_member(w, hub):
    """A uniformly random member of a nonempty hub."""
    i = hubs(w)[hub].first
    for _ in range(below(w, hubs(w)[hub].size)):
        i = practices(w)[i].next
    return i


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
