"""The instances that the benchmark makes."""

from __future__ import annotations

from benchmarks.generated import cases
from optimizer import solve


def test_the_hub_tier_alone_has_hubs_and_no_networks() -> None:
    (case,) = cases([14], "market-town", 3, only_hubs=True)
    result = solve(case.instance, "highs", time_limit=60)
    assert result.plan is not None
    assert len(result.plan.hubs) > 0
    assert len(result.plan.networks) == 0
    (whole,) = cases([14], "market-town", 3, only_hubs=False)
    assert [p.id for p in whole.instance.practices] == [p.id for p in case.instance.practices]
