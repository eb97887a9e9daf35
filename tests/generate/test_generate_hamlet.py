"""The hamlet is small enough to be solved by trying everything, and worth solving."""

from __future__ import annotations

from pathlib import Path

import pytest
from hamlet_brute_force import BestPlan, best_plan

from instances import Instance
from instances.generate.bundled import DATA
from instances.generate.hamlet import hamlet
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import verify

OPTIMUM = 1_022_998.5213  # pounds a year


@pytest.fixture(scope="module")
def best() -> BestPlan:
    return best_plan(hamlet())


def test_optimum(best: BestPlan) -> None:
    assert best.objective == pytest.approx(OPTIMUM, abs=1e-3)
    assert best.partitions < 20_000
    assert best.hubs == {
        "ZP01": ("ZP01", "ZP02", "ZP04"),
        "ZP06": ("ZP05", "ZP06", "ZP09"),
        "ZP07": ("ZP07", "ZP08"),
        "ZP12": ("ZP03", "ZP10", "ZP12"),
    }
    assert best.networks == {"ZP01": "MCP:ZP01", "ZP12": "MCP:ZP01", "ZP06": "PACS:ZH01", "ZP07": "PACS:ZH01"}


def test_optimum_holds_every_kind_of_decision(best: BestPlan) -> None:
    assert best.independents == ("ZP11",)
    assert set(best.moved) == {"ZP03", "ZP05", "ZP10", "ZP12"}
    assert best.continues == {"ZP01": "ZG-WEST", "ZP06": "ZG-MID", "ZP07": "ZG-EAST"}
    assert sum(best.hires.values()) == pytest.approx(1.05)


def test_the_verifier_finds_the_same_price_and_no_broken_rule(best: BestPlan) -> None:
    hubs = tuple(
        Hub(
            site=site,
            members=members,
            network=best.networks.get(site),
            continues=best.continues.get(site),
            hires={"gp": round(best.hires[site], 6)} if best.hires[site] > 0 else {},
        )
        for site, members in best.hubs.items()
    )
    networks = tuple(
        Network(care_model=n.split(":")[0], lead=n.split(":")[1]) for n in sorted({*best.networks.values()})
    )
    evaluation = verify(hamlet(), Plan(hubs=hubs, networks=networks, independents=best.independents))
    assert evaluation.violations == ()
    assert float(evaluation.objective) == pytest.approx(best.objective, abs=1e-3)


def test_the_file_is_the_hamlet() -> None:
    path: Path = DATA / "hamlet" / "instance.toml"
    assert Instance.read(path).sha256 == hamlet().sha256
