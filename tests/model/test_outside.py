"""Which trust runs whom, against every choice that the trusts have room for."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest
from random_instances import random_instance
from random_trust_run import with_trust_run

from optimizer.model.arrays import NONE, IntArray
from optimizer.model.build import build_problem
from optimizer.model.outside import outside_cost, runners
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def nowhere(p: Problem, outside: IntArray) -> Solution:
    site_of = np.zeros(p.n_practices, dtype=np.int64)
    site_of[outside] = NONE
    return Solution(site_of, np.full(p.n_sites, NONE), np.zeros(p.n_sites, dtype=bool))


def least(p: Problem, outside: IntArray) -> tuple[int, float]:
    """(practices without a place, cost of all, these on their own) of the best choice, by trying all."""
    options: list[list[int]] = [[NONE, *np.flatnonzero(np.isfinite(p.trusts.cost[i]))] for i in outside]
    best: tuple[int, float] = (len(outside) + 1, np.inf)
    for choice in itertools.product(*options):
        practices = np.bincount([t for t in choice if t >= 0], minlength=len(p.trusts.ids))
        patients = np.zeros(len(p.trusts.ids))
        for i, t in zip(outside, choice, strict=True):
            if t >= 0:
                patients[t] += p.practices.patients[i]
        if (practices > p.trusts.practices_max).any() or (patients > p.trusts.patients_max).any():
            continue
        alone = [i for i, t in zip(outside, choice, strict=True) if t < 0]
        cost = p.practices.alone_cost[alone].sum()
        cost += sum(p.trusts.cost[i, t] for i, t in zip(outside, choice, strict=True) if t >= 0)
        best = min(best, (int((~p.practices.may_be_alone[alone]).sum()), float(cost)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_against_all_choices(seed: int) -> None:
    rng = random.Random(seed)
    settings: dict[str, Any] = {"policy.allow_independent": seed % 3 > 0}
    p = build_problem(with_trust_run(random_instance(seed, 8), rng).with_settings(settings))
    outside = np.array(sorted(rng.sample(range(8), 6)), dtype=np.int64)
    solution = nowhere(p, outside)
    without, cost = least(p, outside)
    alone = outside[runners(p, solution)[outside] < 0]
    assert (~p.practices.may_be_alone[alone]).sum() == without
    assert outside_cost(p, solution) == pytest.approx(cost)
