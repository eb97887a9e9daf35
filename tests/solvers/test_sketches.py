"""The bundled sketches of 2014: their plans have that shape because of prices, and lose it at others."""

from __future__ import annotations

from pathlib import Path

import pytest

import instances
from instances import Instance
from optimizer import Result, solve

DATA = Path(instances.__file__).parent / "data"
GAP = 0.01


def solved(name: str, **settings: float) -> Result:
    """Stopped within 0.5 %, or after what the examples may take."""
    changed = {key.replace("__", "."): value for key, value in settings.items()}
    result = solve(
        Instance.read(DATA / name / "instance.toml").with_settings(changed), gap=GAP / 2, time_limit=110, threads=1
    )
    assert result.plan is not None
    assert result.gap is not None
    assert result.gap < GAP
    return result


@pytest.mark.slow
def test_birmingham_has_every_form_side_by_side() -> None:
    plan = solved("birmingham_2014").plan
    assert plan is not None
    assert list(plan.networks["care_model"]) == ["GROUP", "GROUP"]
    assert plan.plan.trust_run
    assert len(plan.plan.independents) >= 4


@pytest.mark.slow
def test_trusts_that_cost_more_run_nobody_in_birmingham() -> None:
    plan = solved("birmingham_2014", trust_run__cost_per_practice=80_000).plan
    assert plan is not None
    assert not plan.plan.trust_run


@pytest.mark.slow
@pytest.mark.parametrize(("running_cost", "is_one_provider"), [(1_700_000, True), (1_900_000, False)])
def test_northumbria_has_one_provider_until_it_costs_too_much(running_cost: int, is_one_provider: bool) -> None:
    """It tips at 1,794,955."""
    instance = Instance.read(DATA / "northumbria_2014" / "instance.toml")
    found = solve(
        instance.with_settings({"care_model.ACS.running_cost": running_cost}), gap=0.002, time_limit=110, threads=1
    )
    plan = found.plan
    assert plan is not None
    assert (list(plan.networks["care_model"]) == ["ACS"]) == is_one_provider
    if is_one_provider:
        [network] = plan.plan.networks
        assert len(network.hospitals) == len(instance.hospitals) - 1
        assert not plan.plan.independents
