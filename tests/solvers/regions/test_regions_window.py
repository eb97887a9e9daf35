"""A window: what its bound gains, that of the whole gains, whatever is frozen around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from regions_support import planned

from optimizer.model.objective import objective
from solvers.columns.lagrangian import Pricer
from solvers.columns.pool import columns_of
from solvers.regions.bound import WholeBound
from solvers.regions.climb import Raised, climb
from solvers.regions.cut import Cutter
from solvers.regions.params import DEFAULT, ClimbParams

EVERY_SITE = replace(DEFAULT, climb=ClimbParams(near_sites=10_000, clusters=4))


def whole() -> WholeBound:
    problem, plan = planned()
    bound = WholeBound(problem, 1, EVERY_SITE)
    bound.begin(columns_of(problem, plan))
    return bound


def value(bound: WholeBound) -> float:
    """Of the prices at hand, priced at every site."""
    pricer = Pricer(bound.node, bound.prices.clusters, 1)
    evaluation = pricer.evaluate(bound.prices, 1_000_000, lambda: False)
    assert evaluation is not None
    return evaluation.least(bound.node.slots)


def raised(bound: WholeBound, practices: np.ndarray) -> Raised:
    window, columns = bound.window(practices)
    found = climb(window, columns, 60.0, 1e-4, DEFAULT.columns)
    bound.take(window, found)
    return found


def test_windows_gain_what_the_whole_gains() -> None:
    """Before and after clusters are told apart, whose networks are then paid for whole."""
    problem, plan = planned()
    bound = whole()
    regions = Cutter(problem).cut(-(-problem.n_practices // 2))
    before = value(bound)
    for practices in regions:
        gain = raised(bound, practices).gain
        after = value(bound)
        assert after - before == pytest.approx(gain, abs=1.0)
        before = after
    everybody = [np.arange(problem.n_practices)]
    bound.tell_apart(everybody)
    assert bound.apart.any()
    assert value(bound) == pytest.approx(before, abs=1.0)  # clusters alone change nothing
    assert len(bound.prices.clusters) > len(bound.node.slots)
    gain = raised(bound, everybody[0]).gain
    assert gain > 0
    assert value(bound) == pytest.approx(before + gain, abs=1.0)
    assert value(bound) < objective(problem, plan)


def test_no_window_lowers_the_bound() -> None:
    """Also those that have only some of the practices near clusters that were told apart for other regions."""
    problem, _ = planned()
    bound = whole()
    cutter, most = Cutter(problem), -(-problem.n_practices * 2 // 3)
    for sweep, share in enumerate((0.5, 0.3, 0.6)):
        regions = cutter.cut(most, share)
        if sweep:
            bound.tell_apart(regions)
        for practices in regions:
            before = value(bound)
            gain = raised(bound, practices).gain
            assert value(bound) == pytest.approx(before + gain, abs=1.0)
    assert bound.apart.any()


def test_what_is_frozen_stays() -> None:
    problem, _ = planned()
    bound = whole()
    inside = Cutter(problem).cut(-(-problem.n_practices // 2))[0]
    before = bound.prices
    raised(bound, inside)
    outside = np.setdiff1d(np.arange(problem.n_practices), inside)
    assert (bound.prices.practice[outside] == before.practice[outside]).all()
    assert (bound.prices.practice[inside] != before.practice[inside]).any()
    assert (bound.prices.high == before.high).all()


def test_prices_stay_within_reason() -> None:
    """A practice that can be in one hub alone may have any price; certificates need one that can be written."""
    problem, _ = planned()
    bound = whole()
    everybody = np.arange(problem.n_practices)
    window, _ = bound.window(everybody)
    dear = replace(window.start, practice=np.full(problem.n_practices, 1e12))
    bound.take(window, Raised(dear, 1.0, [], None))
    assert bound.prices.practice.max() < 1e7
    assert (bound.prices.practice > 2 * problem.sites.cost.max()).all()


def test_evaluations_are_kept_only_if_they_prove_more() -> None:
    problem, _ = planned()
    bound = whole()
    raised(bound, np.arange(problem.n_practices))
    assert bound.evaluate(lambda: False)
    best = bound.value
    bound.prices = replace(bound.prices, practice=np.zeros(problem.n_practices))
    assert not bound.evaluate(lambda: False)
    assert bound.value == best == pytest.approx(value_of_best(bound))


def value_of_best(bound: WholeBound) -> float:
    assert bound.best is not None
    return bound.best.least(bound.node.slots)
