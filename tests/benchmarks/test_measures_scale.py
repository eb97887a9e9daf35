"""Exponents of growth against known power laws; batches on more workers by hand and by what must hold of any."""

from __future__ import annotations

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measures.growth import FEWEST, exponent
from benchmarks.measures.scaling import BatchTimes, makespan

SIZES = (100, 200, 400, 800, 1600)
SECONDS = st.lists(st.floats(0.0, 1e4), min_size=1, max_size=40)


@given(power=st.floats(-3, 5), factor=st.floats(1e-6, 1e3))
def test_a_power_law_has_its_power(power: float, factor: float) -> None:
    found = exponent(SIZES, [factor * size**power for size in SIZES])
    assert found.value == pytest.approx(power, abs=1e-9)
    assert found.points == 5


def test_of_noise_on_both_sides_nothing_is_left() -> None:
    """Least squares on logarithms: the ends of a quadratic off by the same factor, and one in the middle."""
    assert exponent([10, 100, 1000], [2 * 1e2, 1e4, 2 * 1e6]).value == pytest.approx(2)
    assert exponent([10, 100, 1000], [1e2, 1e4, 1e7]).value == pytest.approx(2.5)


def test_sizes_that_were_not_reached_do_not_count() -> None:
    found = exponent(SIZES, [1.0, 2.0, 4.0, nan, nan])
    assert (found.value, found.points) == (pytest.approx(1), 3)


@pytest.mark.parametrize("figures", [[nan] * 5, [1.0, nan, nan, nan, nan], [1.0, 2.0, nan, nan, nan]])
def test_too_few_sizes_tell_nothing(figures: list[float]) -> None:
    found = exponent(SIZES, figures)
    assert found.value is None
    assert found.points == sum(figure == figure for figure in figures) < FEWEST


def test_a_size_that_was_run_twice_is_one_point() -> None:
    assert exponent([100, 100, 200], [1.0, 1.1, 2.0]).points == 2
    assert exponent([100, 100, 200], [1.0, 1.1, 2.0]).value is None


@pytest.mark.parametrize(("size", "figure"), [(0, 1.0), (100, 0.0), (100, -1.0)])
def test_what_has_no_logarithm_is_refused(size: float, figure: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        exponent([size, 200, 400], [figure, 2.0, 3.0])


def test_list_scheduling_by_hand() -> None:
    """3 and 5 begin; 4 follows 3 and ends at 7; 2 follows 5 and ends at 7; the last 6 ends at 13."""
    assert makespan([3, 5, 4, 2, 6], 2) == 13
    assert makespan([3, 5, 4, 2, 6], 1) == 20
    assert makespan([3, 5, 4, 2, 6], 64) == 6
    assert makespan([], 3) == 0


@given(seconds=SECONDS, workers=st.integers(1, 50))
def test_list_scheduling_is_between_its_bounds(seconds: list[float], workers: int) -> None:
    """At least the work shared out and the longest; at most Graham's 2 - 1/w times the best."""
    least = max(sum(seconds) / workers, *seconds, 0.0)
    found = makespan(seconds, workers)
    assert least * (1 - 1e-9) <= found <= least * (2 - 1 / workers) * (1 + 1e-9)


@given(seconds=SECONDS, workers=st.integers(1, 50))
def test_nobody_waits_while_a_worker_is_free(seconds: list[float], workers: int) -> None:
    """Simulated otherwise: each begins when the fewest of those before it are still under way."""
    ends: list[float] = []
    for each in seconds:
        begin = 0.0 if len(ends) < workers else sorted(ends)[-workers]
        ends.append(begin + each)
    assert makespan(seconds, workers) == pytest.approx(max(ends))


def test_a_batch_by_hand() -> None:
    """Four solves of 5 s, 30 s with one worker, 2 s of them serial: 2 s beside each solve."""
    times = BatchTimes.of([5, 5, 5, 5], one_worker_s=30, serial_s=2)
    assert times.overhead_s == 2
    assert [times.wall_s(workers) for workers in (1, 2, 3, 4, 64)] == [30, 16, 16, 9, 9]
    assert times.speed_up(4) == pytest.approx(30 / 9)


def test_no_overhead_is_below_nothing() -> None:
    assert BatchTimes.of([5, 5], one_worker_s=9, serial_s=0).overhead_s == 0


@given(runs=st.lists(st.floats(0.1, 100), min_size=1, max_size=30), overhead=st.floats(0, 5), serial=st.floats(0.1, 5))
def test_speed_up_stays_below_workers_and_amdahl(runs: list[float], overhead: float, serial: float) -> None:
    times = BatchTimes(tuple(runs), overhead, serial)
    for workers in (1, 2, 16, 64):
        assert 1 - 1e-9 <= times.speed_up(workers) <= min(workers, times.wall_s(1) / serial, inf) + 1e-9
