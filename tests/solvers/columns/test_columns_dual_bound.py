"""What duals prove of a linear program, whoever proposes them; and that a division trusts nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from solvers.columns.division import Division, NoBranch
from solvers.columns.dual_bound import LinearProgram
from solvers.columns.relaxed import Relaxed

POUND = 1e-6
FOREVER = np.inf


def program(rng: np.random.Generator) -> LinearProgram:
    """Four practices, ten hubs, an independent each, and a payer for a row that hubs may miss."""
    hubs = (rng.random((4, 10)) < 0.5).astype(float)
    hubs[rng.integers(0, 4, 10), np.arange(10)] = 1.0
    size = rng.uniform(1, 5, 10)
    rows = np.vstack([np.hstack([hubs, np.eye(4)]), np.append(size, np.zeros(4))])
    payer = np.append(np.zeros(4), 1.0)[:, None]
    cost = np.concatenate([rng.uniform(10, 40, 10), rng.uniform(20, 60, 4), [rng.uniform(1, 5)]])
    return LinearProgram(
        matrix=sparse.csc_array(np.hstack([rows, payer])),
        cost=cost,
        lower=np.append(np.ones(4), 12.0),
        upper=np.append(np.ones(4), np.inf),
        own_row=np.array([4]),
        own=np.array([1.0]),
    )


def optimum(p: LinearProgram, left_out: BoolArray) -> float:
    """By SciPy; inf where there is no point."""
    most = np.append(np.where(left_out, 0.0, 1.0), np.full(len(p.own_row), np.inf))
    rows = p.matrix.toarray()
    same, least = p.lower == p.upper, (p.lower < p.upper) & np.isfinite(p.lower)
    found = linprog(
        p.cost,
        A_eq=rows[same],
        b_eq=p.lower[same],
        A_ub=-rows[least],
        b_ub=-p.lower[least],
        bounds=np.column_stack([np.zeros(len(most)), most]),
    )
    assert found.status in (0, 2), found.message
    return float(found.fun) if found.status == 0 else np.inf


@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.1, 1.0, 30.0, 1e6]))
def test_no_duals_prove_more_than_the_optimum(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    p = program(rng)
    left_out = rng.random(p.n_binaries) < 0.3
    bound, _ = p.bound(rng.normal(0.0, scale, 5), left_out)
    assert bound <= optimum(p, left_out) + POUND
    if p.has_no_point(rng.normal(0.0, scale, 5), left_out):
        assert optimum(p, left_out) == np.inf


@given(seed=st.integers(0, 10_000))
def test_reduced_costs_leave_out_nothing_that_the_cutoff_allows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = program(rng)
    everything = np.zeros(p.n_binaries, dtype=bool)
    bound, reduced = p.bound(rng.normal(8.0, 5.0, 5), everything)
    cutoff = optimum(p, everything) * rng.uniform(0.9, 1.3)
    gone = Relaxed(bound, np.zeros(p.n_binaries), reduced).too_dear(cutoff)
    with_one = [optimum(_required(p, c), everything) for c in np.flatnonzero(gone)]
    assert min(with_one, default=np.inf) >= cutoff - POUND


def _required(p: LinearProgram, binary: int) -> LinearProgram:
    row = sparse.csr_array(([1.0], ([0], [binary])), shape=(1, p.n_binaries))
    more = p.with_rows(row, np.ones(1))
    return LinearProgram(more.matrix, more.cost, np.append(p.lower, 1.0), more.upper, more.own_row, more.own)


def test_a_ray_shows_that_nobody_covers_a_practice() -> None:
    p = program(np.random.default_rng(1))
    covers_first = p.matrix.toarray()[0, : p.n_binaries] > 0
    ray = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    assert p.has_no_point(ray, covers_first)
    assert not p.has_no_point(ray, np.zeros(p.n_binaries, dtype=bool))


# --- division ---------------------------------------------------------------------------------------------------------


class Scripted:
    """A program whose relaxations are written down, in turn: two hubs for each of two practices."""

    n_practices = 2
    labels: tuple[IntArray, ...] = ()

    def __init__(self, *answers: Relaxed) -> None:
        self.n_binaries = 4
        self.packing = sparse.csr_array(np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]))
        self._answers = list(answers)

    def relax(self, left_out: BoolArray, until: float) -> Relaxed | None:
        del left_out, until
        return self._answers.pop(0)

    def cut(self, x: FloatArray) -> bool:
        del x
        return False

    def forbid(self, x: FloatArray) -> bool:
        del x
        return False

    def drop(self, gone: BoolArray) -> None:
        self.packing = sparse.csr_array(self.packing[:, ~gone])
        self.n_binaries = int((~gone).sum())


HALF, WHOLE = np.full(4, 0.5), np.array([1.0, 0.0, 1.0, 0.0])


def test_a_choice_that_is_whole_after_columns_were_dropped_is_taken() -> None:
    """A second optimum of the same program; it was once closed as a division without children."""
    program = Scripted(Relaxed(10.0, HALF, np.zeros(4)), Relaxed(10.0, WHOLE, np.zeros(4)))
    division = Division(program, cutoff=20.0)
    division.run(FOREVER, FOREVER)
    assert division.best is not None
    np.testing.assert_array_equal(division.best, WHOLE)
    assert (division.bound, division.finished) == (10.0, True)


def test_a_fractional_choice_that_nothing_divides_is_an_error() -> None:
    program = Scripted(Relaxed(10.0, HALF, np.zeros(4)), Relaxed(10.0, HALF, np.zeros(4)))
    with pytest.raises(NoBranch):
        Division(program, cutoff=20.0).run(FOREVER, FOREVER)


def test_what_the_solver_proves_nothing_of_is_not_closed() -> None:
    nothing = Relaxed(-np.inf, np.zeros(0), np.zeros(0))
    division = Division(Scripted(Relaxed(10.0, HALF, np.zeros(4)), nothing), cutoff=20.0)
    division.run(FOREVER, FOREVER)
    assert (division.bound, division.finished, division.best) == (10.0, True, None)
