"""Certificates of instances with whole areas, bids and waves: rechecked by kinds of network of verification's own."""

from __future__ import annotations

import pytest
from random_kinds import with_kinds
from unrolled import best_objective
from village import village

from instances import Instance
from optimizer import solve
from optimizer.model.backend import Reason
from optimizer.verify import verify
from optimizer.verify.bound import recheck


@pytest.mark.parametrize("seed", [8, 46, 69, 76])
def test_bounds_hold_and_are_no_dearer_than_the_best_plan(seed: int) -> None:
    instance = with_kinds(seed, 6)
    result, best = solve(instance, solver="columns", time_limit=20.0), best_objective(instance)
    assert best is not None
    assert result.certificate is not None
    check = recheck(instance, result.certificate)
    assert check.holds
    assert check.certified is not None
    assert float(check.certified) <= best * (1 + 1e-9)
    assert float(check.certified) == pytest.approx(result.certificate.bound, rel=1e-6)


def test_a_bound_above_the_best_plan_is_refuted() -> None:
    instance = with_kinds(69, 6)
    result, best = solve(instance, solver="columns", time_limit=20.0), best_objective(instance)
    assert best is not None
    assert result.certificate is not None
    claimed = result.certificate.model_copy(update={"bound": best * 1.01})
    assert not recheck(instance, claimed).holds


def test_enumerations_keep_shares_of_a_model_over_its_waves() -> None:
    """Two waves, one network in the first, nearly all patients in networks of M."""
    waves = [{"id": "w0", "start_year": 0, "networks_max": 1}, {"id": "w1", "start_year": 1}]
    policy = {"policy.coverage_min": 0.0, "policy.dividend_per_patient": 2}
    whole = village({"care_model.M.share_min": 0.93, **policy}).model_dump(exclude_unset=True)
    only = [model for model in whole["care_model"] if model["id"] == "M"]
    instance = Instance.model_validate({**whole, "care_model": only, "wave": waves})
    result = solve(instance, solver="columns", time_limit=60.0)
    assert result.status == Reason.OPTIMAL
    assert result.certificate is not None
    check = recheck(instance, result.certificate)
    assert check.holds
    assert check.enumerations_hold


def test_an_area_is_whole_without_practices_that_have_no_patients() -> None:
    """As the rule has it: half of two areas is one, and z, of the west, may stay out of it."""
    data = village({"policy.coverage_min": 0.4}).model_dump(exclude_unset=True)
    data["practices"] = [*data["practices"], {"id": "z", "patients": 0, "x_km": 1, "y_km": 1, "area": "West"}]
    small = {"whole_area": True, "min": 0, "target_min": 0, "area_share_max": 0.5}
    data["care_model"] = [{**model, **small} for model in data["care_model"] if model["id"] == "P"]
    instance = Instance.model_validate(data).with_settings({"policy.fixed_network": {"a": "P"}})
    result = solve(instance, solver="highs", time_limit=20.0)
    assert result.plan is not None
    found = result.plan.plan
    hubs = tuple(hub.model_copy(update={"members": tuple(m for m in hub.members if m != "z")}) for hub in found.hubs)
    outside = tuple(dict.fromkeys((*found.independents, "z")))
    evaluation = verify(instance, found.model_copy(update={"hubs": hubs, "independents": outside}))
    assert evaluation.ok
    assert [network.areas for network in evaluation.networks] == [("West",)]
