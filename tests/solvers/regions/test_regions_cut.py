"""Regions: every practice in one, groups of today whole, other seams for another share."""

from __future__ import annotations

import numpy as np
import pytest
from regions_support import planned

from solvers.regions.cut import Cutter


@pytest.mark.parametrize("most", [5, 12, 30, 1_000])
def test_regions_are_a_partition_that_leaves_groups_whole(most: int) -> None:
    problem, _ = planned()
    regions = Cutter(problem).cut(most)
    assert sorted(np.concatenate(regions).tolist()) == list(range(problem.n_practices))
    group = problem.practices.group
    largest = int(np.bincount(group[group >= 0]).max())
    assert all(len(region) <= max(most, largest) for region in regions)
    for region in regions:
        inside = np.unique(group[region][group[region] >= 0])
        assert (np.isin(group, inside).sum()) == np.isin(group[region], inside).sum()


def test_another_share_makes_other_seams() -> None:
    problem, _ = planned()
    cutter = Cutter(problem)
    half, other = cutter.cut(20, 0.5), cutter.cut(20, 0.25)
    assert {tuple(region.tolist()) for region in half} != {tuple(region.tolist()) for region in other}


def test_regions_are_near_each_other() -> None:
    """Of two halves, practices are nearer to their own on average than to the other."""
    problem, _ = planned()
    one, other = Cutter(problem).cut(-(-problem.n_practices * 2 // 3))[:2]
    reach = problem.reach
    hosts = reach.column[reach.km == 0.0], reach.row[reach.km == 0.0]
    place = np.full(problem.n_sites, -1)
    place[hosts[0]] = hosts[1]
    for mine, others in ((one, other), (other, one)):
        pairs = np.isin(reach.row, mine) & (place[reach.column] >= 0)
        own = pairs & np.isin(place[reach.column], mine)
        across = pairs & np.isin(place[reach.column], others)
        assert reach.km[own].mean() < reach.km[across].mean()
