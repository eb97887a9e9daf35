"""A window: what its bound gains, that of the whole gains, whatever is frozen around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from regions_support import planned

from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from solvers.columns.lagrangian import Pricer
from solvers.columns.pool import columns_of
from solvers.regions.bound import WholeBound
from solvers.regions.climb import Raised, climb
from solvers.regions.cut import Cutter
from solvers.regions.params import DEFAULT, Climbing, ClimbParams

EVERY_SITE = replace(DEFAULT, climb=ClimbParams(near_sites=10_000))


def whole(problem: Problem | None = None) -> WholeBound:
    usual, plan = planned()
    problem = problem or usual
    bound = WholeBound(problem, 1, EVERY_SITE)
    bound.begin(columns_of(problem, plan))
    return bound


def value(bound: WholeBound) -> float:
    """Of the prices at hand, priced at every site."""
    pricer = Pricer(bound.node, bound.prices.clusters, 1)
    evaluation = pricer.evaluate(bound.prices, 1_000_000, lambda: False)
    assert evaluation is not None
    return evaluation.least(bound.node.slots)


def raised(bound: WholeBound, practices: np.ndarray, own: np.ndarray, cuts: float = 0.0) -> Raised:
    window, columns = bound.window(practices, own)
    found = climb(window, columns, 60.0, Climbing(1e-4, cuts), DEFAULT.auto.columns)
    bound.take(window, found)
    return found


def no_clusters(bound: WholeBound) -> np.ndarray:
    return np.zeros(len(bound.apart), dtype=bool)


def test_windows_gain_what_the_whole_gains() -> None:
    """Before and after leads are told apart, which pay for networks whole; with cuts and without."""
    problem, plan = planned()
    bound = whole()
    regions = Cutter(problem).cut(-(-problem.n_practices // 2))
    before = value(bound)
    for practices, own in zip(regions, bound.owned(regions), strict=True):
        assert not own.any()
        gain = raised(bound, practices, own).gain
        after = value(bound)
        assert after - before == pytest.approx(gain, abs=1.0)
        before = after
    everybody = [np.arange(problem.n_practices)]
    bound.tell_apart(everybody, 8.0)
    assert value(bound) == pytest.approx(before, abs=1.0)  # clusters alone change nothing
    assert len(bound.prices.clusters) > len(bound.node.slots)
    (every,) = bound.owned(everybody)
    assert every.any()
    for cuts in (0.0, 0.01):
        gain = raised(bound, everybody[0], every, cuts).gain
        assert gain > 0
        assert value(bound) == pytest.approx(before + gain, abs=1.0)
        assert (len(bound.prices.cuts) > 0) == (cuts > 0)
        before += gain
    assert value(bound) < objective(problem, plan)


def test_between_two_prices_the_bound_is_above_the_line() -> None:
    """Where hubs are priced on the way to a master's prices; later prices have more cuts."""
    problem, _ = planned()
    bound = whole()
    everybody = np.arange(problem.n_practices)
    bound.tell_apart([everybody], 8.0)
    (every,) = bound.owned([everybody])
    first, low = bound.prices, value(bound)
    raised(bound, everybody, every, cuts=0.01)
    last, high = bound.prices, value(bound)
    assert len(last.cuts) > len(first.cuts)
    assert high > low
    for share in (0.3, 0.8):
        bound.prices = first.towards(last, share)
        assert value(bound) >= (1 - share) * low + share * high - 1.0
    bound.prices = first.towards(last, 1.0)
    assert value(bound) == pytest.approx(high, abs=1.0)


def test_no_window_lowers_the_bound() -> None:
    """Also those whose leads are joined from sites far from their practices, among cuts that others have made."""
    problem, _ = planned()
    bound = whole()
    cutter, most = Cutter(problem), -(-problem.n_practices // 2)
    far = 0
    for sweep, share in enumerate((0.5, 0.4, 0.6)):
        regions = cutter.cut(most, share)
        if sweep:
            bound.tell_apart(regions, 8.0)
        for practices, own in zip(regions, bound.owned(regions), strict=True):
            before = value(bound)
            far += int((~bound.window(practices, own)[0].others.closed).sum())
            gain = raised(bound, practices, own, 0.01 if sweep else 0.0).gain
            assert value(bound) == pytest.approx(before + gain, abs=1.0)
        bound.begin_sweep()
        bound.end_sweep()
    assert bound.apart.any()
    assert far > 0
    assert len(bound.prices.cuts)


def test_a_site_that_must_open_is_paid_for_from_the_start() -> None:
    """What its cheapest hub costs counts before prices rise as it does after."""
    problem, plan = planned()
    must = np.zeros(problem.n_sites, dtype=bool)
    must[np.flatnonzero(~plan.is_open)[:3]] = True
    bound = whole(replace(problem, sites=replace(problem.sites, must_open=must)))
    everybody = np.arange(problem.n_practices)
    before = value(bound)
    gain = raised(bound, everybody, no_clusters(bound)).gain
    assert value(bound) == pytest.approx(before + gain, abs=1.0)


def test_every_lead_is_told_apart_once_and_then_more_finely() -> None:
    problem, _ = planned()
    bound = whole()
    regions = Cutter(problem).cut(-(-problem.n_practices // 2))
    for most_km in (8.0, 2.0):
        before = [set(of) for of in bound.prices.clusters.leads]
        bound.tell_apart(regions, most_km)
        owned = np.sum(bound.owned(regions), axis=0)
        assert (owned[bound.apart] == 1).all()
        assert len(bound.prices.clusters) > len(before)
        assert all(any(set(of) <= whole for whole in before) for of in bound.prices.clusters.leads)
        leads = [n for of, apart in zip(bound.prices.clusters.leads, bound.apart, strict=True) if apart for n in of]
        assert sorted(leads) == np.unique(problem.links.column).tolist()
        sites = [problem.candidates.site[list(of)] for of in bound.prices.clusters.leads]
        for of in (of for of in sites if len(of) > 1 and (of >= 0).all()):
            assert km_apart(problem, of) <= most_km


def km_apart(problem: Problem, sites: np.ndarray) -> float:
    """The furthest of these sites from another, as links tell."""
    links = problem.links
    leads = np.flatnonzero(np.isin(problem.candidates.site, sites))
    between = links.where(np.isin(links.column, leads) & np.isin(links.row, sites))
    return float(between.km.max(initial=0.0))


def test_what_is_frozen_stays() -> None:
    problem, _ = planned()
    bound = whole()
    inside = Cutter(problem).cut(-(-problem.n_practices // 2))[0]
    before = bound.prices
    raised(bound, inside, no_clusters(bound))
    outside = np.setdiff1d(np.arange(problem.n_practices), inside)
    assert (bound.prices.practice[outside] == before.practice[outside]).all()
    assert (bound.prices.practice[inside] != before.practice[inside]).any()
    assert (bound.prices.high == before.high).all()


def test_prices_stay_within_reason() -> None:
    """A practice that can be in one hub alone may have any price; certificates need one that can be written."""
    problem, _ = planned()
    bound = whole()
    everybody = np.arange(problem.n_practices)
    window, _ = bound.window(everybody, no_clusters(bound))
    dear = replace(window.start, practice=np.full(problem.n_practices, 1e12))
    bound.take(window, Raised(dear, 1.0, [], None, None))
    assert bound.prices.practice.max() < 1e7
    assert (bound.prices.practice > 2 * problem.sites.cost.max()).all()


def test_evaluations_are_kept_only_if_they_prove_more() -> None:
    problem, _ = planned()
    bound = whole()
    raised(bound, np.arange(problem.n_practices), no_clusters(bound))
    assert bound.evaluate(lambda: False)
    best = bound.value
    bound.prices = replace(bound.prices, practice=np.zeros(problem.n_practices))
    assert not bound.evaluate(lambda: False)
    assert bound.value == best == pytest.approx(value_of_best(bound))


def value_of_best(bound: WholeBound) -> float:
    assert bound.best is not None
    return bound.best.least(bound.node.slots)
