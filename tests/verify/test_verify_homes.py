"""What asks where patients live, by hand: four people of one practice, two places, two hubs."""

from __future__ import annotations

import pytest
from two_places import APART, NOBODY, TOGETHER, places

from instances import Instance
from optimizer.verify import Evaluation, verify


def broken(evaluation: Evaluation) -> list[str]:
    return [violation.message for violation in evaluation.violations if violation.rule == "distance"]


def test_travel_is_counted_from_home() -> None:
    """To b: 10, 8 and 2 km for 1,000, 1,000 and 2,000; in no hub, to their own practice: 0, 2 and 8 km."""
    instance = places(**{"travel.basis": "homes"})
    assert verify(instance, TOGETHER).terms["travel"] == 1.5 * (10_000 + 8_000 + 4_000)
    assert verify(instance, APART).terms["travel"] == 1.5 * (2_000 + 16_000)
    assert verify(instance, NOBODY).terms["travel"] == 1.5 * (2_000 + 16_000)
    assert verify(places(), TOGETHER).terms["travel"] == 1.5 * 40_000
    assert verify(places(), NOBODY).terms["travel"] == 0


def test_a_km_of_the_most_deprived_counts_more() -> None:
    """X scores most: its 1,000 of 5,000 are the first fifth, the others are not in it."""
    instance = places(**{"travel.basis": "homes", "travel.deprived_weight": 3.0})
    assert verify(instance, TOGETHER).terms["travel"] == 1.5 * (10_000 + 3 * 8_000 + 4_000)
    assert verify(instance, NOBODY).terms["travel"] == 1.5 * (3 * 2_000 + 16_000)


def test_measured_ways_go_before_coordinates() -> None:
    table = {"origin": ["X", "a"], "destination": ["b", "b"], "km": [3.0, 4.0]}
    data = places(**{"travel.basis": "homes"}).model_dump(exclude_unset=True)
    measured = Instance.model_validate({**data, "travel": {**data["travel"], "table": table}})
    assert verify(measured, TOGETHER).terms["travel"] == 1.5 * (4_000 + 3_000 + 4_000)


@pytest.mark.parametrize(("most", "message"), [(5.5, None), (5.49, "5.5 km"), (4.0, "5.5 km")])
def test_how_far_patients_live_on_average(most: float, message: str | None) -> None:
    """a's patients live (10 + 8 + 2 + 2) / 4 = 5.5 km from b."""
    said = broken(verify(places(**{"hub.max_home_km": most}), TOGETHER))
    if message is None:
        assert not said
    else:
        assert len(said) == 1
        assert said[0].startswith(f"patients of practice a live {message} from hub b on average, more than the limit")


def test_living_outside_the_zone_of_the_hub() -> None:
    """Hub b is nearest to Y, in the east: a's quarters at a (nearest X) and X are outside; of its own hub Y is."""
    instance = places(**{"hub.zone": "council", "hub.zone_price_per_patient": 2.0})
    assert verify(instance, TOGETHER).terms["outside_zone"] == 2 * 2_000
    assert verify(instance, APART).terms["outside_zone"] == 2 * 2_000
    assert verify(instance, NOBODY).terms["outside_zone"] == 0
    assert "outside_zone" not in verify(places(), TOGETHER).terms


def test_living_where_the_practices_around_the_hub_have_few() -> None:
    """Targets of 1,000: around each site is its own practice alone. All of X and Y are with a, all of b with b."""
    changes = {"hub.neighbourhood_price_per_patient": 1.0, "hub.target_min": 500, "hub.target_max": 1_500}
    assert verify(places(**changes), APART).terms["neighbourhood"] == 0
    assert verify(places(**changes), TOGETHER).terms["neighbourhood"] == 4_000
    wide = {**changes, "hub.target_min": 3_000, "hub.target_max": 5_000}  # b has 1,000: a is around it, too
    assert verify(places(**wide), TOGETHER).terms["neighbourhood"] == 0
