"""Certificates of instances whose networks have hospitals in them: the recheck knows what the proof left out."""

from __future__ import annotations

import random

import pytest
from partitioning_partners import best_plan_with_partners
from random_instances import random_instance
from random_partners import with_partners
from two_hospitals import HOSPITALS, instance

from optimizer import solve
from optimizer.verify.bound import recheck
from optimizer.verify.bound.hospitals import hospitals_suffice
from optimizer.verify.prepared import Prepared

BOTH = (("M", "w1"), ("M", "e1"))


@pytest.mark.parametrize("seed", [36, 57])
def test_proofs_hold_and_are_no_dearer_than_the_best_plan(seed: int) -> None:
    of = with_partners(random_instance(seed, 6), random.Random(seed))
    best = best_plan_with_partners(of)
    result = solve(of, solver="columns", time_limit=20.0)
    assert best is not None
    assert result.certificate is not None
    check = recheck(of, result.certificate)
    assert check.holds
    assert check.certified is not None
    assert float(check.certified) <= best[0] + 0.01
    assert float(check.certified) == pytest.approx(result.certificate.bound, rel=1e-6)


def test_two_hospitals_are_enough_for_two_networks_and_one_is_not() -> None:
    assert hospitals_suffice(Prepared(instance()), BOTH)
    assert not hospitals_suffice(Prepared(instance(hospitals={"mid": HOSPITALS["mid"]})), BOTH)


def test_a_hospital_that_leads_two_networks_is_not_enough() -> None:
    assert not hospitals_suffice(Prepared(instance()), (("M", "mid"), ("M", "mid")))
