"""The pairs that are measured hold every pair that the model looks up: nothing is out of reach for want of a row."""

from __future__ import annotations

import numpy as np
import pytest
from travel_support import river

from instances import InputError, Instance
from instances.travel.land_path import straight_lines
from optimizer.model.build import build_problem
from optimizer.model.pairs import Pairs
from optimizer.model.problem import Problem
from optimizer.travel.wanted import wanted_pairs


def _with_table(instance: Instance, slack: float = 0.0) -> Instance:
    """The same distances, in a travel table."""
    table = straight_lines(wanted_pairs(instance, slack), instance.travel.circuity).table
    return instance.model_copy(update={"travel": instance.travel.model_copy(update={"table": table})})


def _scattered(seed: int) -> Instance:
    """Practices, hospitals of all kinds, all rules that look at pairs; coordinates far enough apart to matter."""
    random = np.random.default_rng(seed)
    at = lambda: {"latitude": 52 + random.uniform(0, 0.6), "longitude": random.uniform(0, 0.9)}  # noqa: E731
    kinds = ("acute", "community", "specialist", "mental_health")
    models = [
        {"id": "MCP", "lead": "hub", "max_km": 25.0, "min": 1_000, "partner_kinds": ["acute"], "partner_max_km": 35.0},
        {"id": "PACS", "lead": "acute", "max_km": 30.0, "min": 1_000},
    ]
    return Instance.model_validate(
        {
            "hub": {"min": 1_000, "min_rural": 1_000, "max_km": 12.0},
            "care_model": models,
            "trust_run": {"max_km": 22.0},
            "policy": {"fixed_hub": {"p0": "h3"}} if seed % 2 else {},
            "practices": [{"id": f"p{k}", "patients": 5_000, "current_group": f"g{k % 4}", **at()} for k in range(14)],
            "hospitals": [
                {"id": f"h{k}", "kind": kinds[k % 4], "runs_practices_max": 2, "leads": ["MCP"] * (k == 1), **at()}
                for k in range(8)
            ],
        }
    )


def _pairs(pairs: Pairs) -> list[tuple[int, int, float]]:
    return list(zip(pairs.row.tolist(), pairs.column.tolist(), pairs.km.tolist(), strict=True))


def _same(a: Problem, b: Problem) -> None:
    assert _pairs(a.reach) == _pairs(b.reach)
    assert _pairs(a.links) == _pairs(b.links)
    assert (a.candidates.partner_km == b.candidates.partner_km).all()
    assert (a.trusts.cost == b.trusts.cost).all()
    assert (a.trusts.hospital == b.trusts.hospital).all()
    assert a.practices.locks == b.practices.locks


@pytest.mark.parametrize("seed", range(12))
def test_the_model_is_the_same_by_a_table_of_straight_lines(seed: int) -> None:
    instance = _scattered(seed)
    _same(build_problem(instance), build_problem(_with_table(instance)))


def test_slack_measures_what_wider_limits_reach() -> None:
    instance, wider = _scattered(1), {"hub.max_km": 15, "care_model.PACS.max_km": 37.5}
    table = _with_table(instance, 0.25)
    _same(build_problem(instance.with_settings(wider)), build_problem(table.with_settings(wider)))


def test_all_of_a_group_are_measured_however_far() -> None:
    instance = _scattered(0).model_copy(update={"care_model": ()})
    instance = instance.with_settings({"hub.max_km": 0.1, "trust_run.max_km": 0})
    wanted = wanted_pairs(instance, 0.0)
    ids = {(wanted.origins.ids[a], wanted.destinations.ids[b]) for a, b in zip(wanted.row, wanted.column, strict=True)}
    assert {("p0", "p4"), ("p4", "p0"), ("p1", "p13")} <= ids
    assert ("p0", "p1") not in ids


def test_no_place_to_itself() -> None:
    wanted = wanted_pairs(river(), 0.0)
    assert (wanted.row != wanted.column).all()
    assert len(wanted) == 3 * 3  # three practices, each to two others and the clinic


def test_a_plane_has_no_roads() -> None:
    practices = [{"id": f"p{k}", "patients": 9_000, "x_km": k, "y_km": 0} for k in range(7)]
    with pytest.raises(
        InputError, match=r"latitude and longitude of every place; there is none of p0, p1.* and 2 more"
    ):
        wanted_pairs(Instance.model_validate({"practices": practices}), 0.0)
