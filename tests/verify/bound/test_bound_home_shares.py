"""Bounds that rest on hubs left out for shares of patients who live far or outside a zone: redone with these rules."""

from __future__ import annotations

import random

import pytest
from enumerated_support import Enumerator
from partitioning import best_plan
from random_far import with_far
from random_instances import random_instance

from instances import Instance
from optimizer.verify.bound import recheck

POUND = 1.0


def far(seed: int) -> Instance:
    return with_far(random_instance(seed, 6 + seed % 4), random.Random(seed))


@pytest.mark.parametrize("seed", [11, 22, 27, 28, 31, 37, 54, 57, 59])
def test_bounds_are_redone_with_the_rules(seed: int) -> None:
    """Up to the best plan they hold, and none above it does."""
    instance = far(seed)
    best = best_plan(instance)
    assert best is not None
    made = Enumerator(instance)
    assert recheck(instance, made.certificate(best[0] - POUND)).enumerations_hold
    over = recheck(instance, made.certificate(1.01 * best[0]))
    assert any(redone.cheaper is not None for redone in over.enumerations)
    assert over.enumerated is not None
    assert over.enumerated <= best[0]
