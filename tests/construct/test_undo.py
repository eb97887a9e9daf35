"""What a change alters, an undo brings back: every field listed as undoable, in rows of every kind.

No change is given up early that is not too dear.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from random_borders import with_borders
from random_far import with_far
from random_homes import with_homes
from random_instances import random_instance
from random_trust_run import with_trust_run

from optimizer.construct import SearchState
from optimizer.construct.change import begin, settle_within, undo
from optimizer.construct.moves import propose
from optimizer.construct.tables import MATRICES, ROW_TABLES, SCALARS, TWIN, WORLD
from optimizer.construct.world import World, entry
from optimizer.model.build import build_problem

ROWS = {name: dtype for name, dtype in {**ROW_TABLES, **MATRICES}.items() if dtype.names}
WITH_TWINS = {name: dtype for name, dtype in ROWS.items() if any(f.endswith(TWIN) for f in dtype.names)}


@entry
def try_and_undo(w, network_share, evaluated):
    """How many practices, hubs and networks a random change touched that was taken back: not evaluated at all (0), its
    hubs alone (1), in full (2)."""
    begin(w)
    propose(w, network_share)
    touched = w.n_moved + w.n_touched_hubs + w.n_touched_networks
    if touched == 0:
        return 0
    if evaluated > 0:
        settle_within(w, -np.inf if evaluated == 1 else np.inf)
    undo(w)
    return touched


@entry
def change(w, network_share, limit):
    """What a random change costs where it may cost so much; nan if there was none."""
    begin(w)
    propose(w, network_share)
    if w.n_moved + w.n_touched_hubs + w.n_touched_networks == 0:
        return np.nan
    return settle_within(w, limit)


def costs(world: World, limit: float) -> float:
    """Of the change that the world's chance proposes; it owns the memory, and so lives as long."""
    return float(change(world.record, 0.4, limit))


def undoable(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name + TWIN in names]


def snapshot(state: SearchState) -> dict[str, np.ndarray]:
    """Every undoable field of the state, by `table.field`."""
    world = state.world
    rows = {f"{name}.{f}": world[name][f].copy() for name, d in WITH_TWINS.items() for f in undoable(d.names)}
    scalars = {f: np.array(getattr(world.record, f)) for f in undoable(WORLD.names)}
    return rows | scalars | {"practices.run_by": world["practices"]["run_by"].copy()}


def searched_states(seed: int) -> Iterator[SearchState]:
    instance = random_instance(seed, 20)
    others = (with_borders, with_trust_run, with_far, with_homes, lambda given, _: given)
    further = others[seed % len(others)]
    problem = build_problem(further(instance, random.Random(seed)))
    state = SearchState.empty(problem, seed)
    state.fill()
    yield state
    state.anneal(500, 0.1 * state.scale, 0.05 * state.scale, 0.3)
    yield state


def test_rows_of_all_kinds_have_undoable_fields() -> None:
    assert set(WITH_TWINS) == {
        *("hubs", "networks", "models", "roles", "trusts", "distances"),
        *("hub_roles", "hub_distances", "network_roles"),
    }
    assert {"cost", "faults"} <= set(undoable(tuple(name for name, _ in SCALARS)))


@pytest.mark.parametrize("name", ROWS)
def test_fields_are_words(name: str) -> None:
    """`save` and `restore` copy words of eight bytes."""
    assert {ROWS[name][f].itemsize for f in ROWS[name].names} == {8}
    assert {WORLD[f].itemsize for f in WORLD.names} == {8}


@pytest.mark.parametrize("seed", range(8))
def test_an_undone_change_leaves_no_trace(seed: int) -> None:
    for state in searched_states(seed):
        before, tried = snapshot(state), 0
        for k in range(300):
            tried += try_and_undo(state.world.record, 0.4, k % 3) > 0
            for name, value in snapshot(state).items():
                np.testing.assert_array_equal(value, before[name], err_msg=name)
        assert tried > 0


@pytest.mark.parametrize("seed", range(8))
def test_a_change_is_given_up_only_where_it_costs_more_than_it_may(seed: int) -> None:
    for state in searched_states(seed):
        tried = 0
        for k in range(100):
            cost = costs(state.world.twin(k), np.inf)
            if not np.isnan(cost):
                assert costs(state.world.twin(k), cost) == cost
                assert costs(state.world.twin(k), cost - 0.01) > cost - 0.01
                tried += 1
        assert tried > 0
