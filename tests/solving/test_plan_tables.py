"""Tables of a plan: columns and types of the contract, missing values, CSV text."""

from __future__ import annotations

import csv
import io
import math

import pandas as pd
import pytest
from hamlet_plan import hamlet, verified

from instances import Instance
from optimizer.solving.result import VerifiedPlan
from optimizer.solving.tables import as_csv

INSTANCE = hamlet()


@pytest.fixture(scope="module")
def plan() -> VerifiedPlan:
    return verified(INSTANCE)


def test_assignments(plan: VerifiedPlan) -> None:
    table = plan.assignments
    added = ["name", "hub_name", "patients", "current_group", "x_km", "y_km"]
    assert list(table.columns) == ["practice", "hub", "network", "care_model", "moved", "km", *added]
    assert list(table["practice"]) == [practice.id for practice in INSTANCE.practices]
    rows = table.set_index("practice")
    named = {practice.id: practice for practice in INSTANCE.practices}
    three, hub = named["ZP03"], named["ZP12"]
    assert rows.loc["ZP03"].to_dict() == {
        "name": three.name,
        "hub_name": hub.name,
        "patients": three.patients,
        "current_group": three.current_group,
        "x_km": three.x_km,
        "y_km": three.y_km,
        "hub": "ZP12",
        "network": "MCP:ZP01",
        "care_model": "MCP",
        "moved": True,
        "km": 7.28,
    }
    assert table["moved"].dtype == bool
    assert table["moved"].sum() == 4


def test_independent_practice_has_no_hub(plan: VerifiedPlan) -> None:
    row = plan.assignments.set_index("practice").loc["ZP11"]
    assert row[["hub", "network", "care_model", "km"]].isna().all()


def test_hubs(plan: VerifiedPlan) -> None:
    table = plan.hubs
    expected = "hub name members patients in_band network care_model continues mean_km max_km fte_gp hires_gp"
    assert list(table.columns) == expected.split()
    row = table.set_index("hub").loc["ZP07"]
    assert (row["members"], row["patients"], row["continues"], row["hires_gp"]) == (2, 23_000, "ZG-EAST", 1.05)
    assert row["in_band"]
    assert table.set_index("hub")["continues"].isna()["ZP12"]
    assert table["patients"].sum() == sum(p.patients for p in INSTANCE.practices if p.id != "ZP11")


def test_in_band_is_within_the_targets() -> None:
    narrow = INSTANCE.with_settings({"hub.target_max": 18_000})
    in_band = verified(narrow).hubs.set_index("hub")["in_band"]
    assert in_band.to_dict() == {"ZP01": False, "ZP06": True, "ZP07": False, "ZP12": True}


def test_networks(plan: VerifiedPlan) -> None:
    table = plan.networks
    assert list(table.columns) == [
        "network",
        "care_model",
        "lead",
        "hubs",
        "practices",
        "patients",
        "mean_km",
        "max_km",
    ]
    assert table.set_index("network").loc["PACS:ZH01", ["lead", "hubs", "practices", "patients"]].to_list() == [
        "ZH01",
        2,
        5,
        41_000,
    ]


def test_staff_of_networks() -> None:
    """GPs that networks are to have as well, hired whole."""
    of = INSTANCE.with_settings(["role.gp.network_min_per_10k=4.2", "role.gp.whole_fte=true", "role.gp.market_fte=9"])
    table = verified(of).networks.set_index("network")
    kinds = ["fte_gp", "hub_hires_gp", "hospital_fte_gp", "needs_gp", "hires_gp"]
    assert list(table.columns)[-5:] == kinds
    members = {"MCP:ZP01": ("ZP01", "ZP12"), "PACS:ZH01": ("ZP06", "ZP07")}
    hubs = verified(of).hubs.set_index("hub")
    for network, (own, hub_hires, lead, needs, hires) in table[kinds].iterrows():
        assert own == pytest.approx(hubs.loc[list(members[network]), "fte_gp"].sum())
        assert hub_hires == hubs.loc[list(members[network]), "hires_gp"].sum()
        assert needs == pytest.approx(4.2 * table.loc[network, "patients"] / 10_000)
        assert hires == max(0, math.ceil(needs - own - hub_hires - lead))
    assert hubs.loc["ZP07", "hires_gp"] == 2
    assert table["hires_gp"].sum() > 0


def test_a_plan_without_networks_and_roles(plan: VerifiedPlan) -> None:
    bare = Instance.model_validate(
        {**INSTANCE.model_dump(exclude_unset=True), "role": (), "care_model": (), "policy": {"coverage_min": 0.0}}
    )
    alone = tuple(h.model_copy(update={"network": None, "hires": {}}) for h in plan.plan.hubs)
    tables = verified(bare, plan.plan.model_copy(update={"hubs": alone, "networks": ()}))
    assert tables.evaluation.ok
    assert tables.networks.empty
    assert list(tables.networks.columns) == list(plan.networks.columns)
    assert list(tables.hubs.columns)[-1] == "max_km"
    assert tables.hubs["network"].isna().all()


def test_csv_is_what_other_tools_expect(plan: VerifiedPlan) -> None:
    rows = {row["practice"]: row for row in csv.DictReader(io.StringIO(as_csv(plan.tables["assignments"])))}
    assert rows["ZP11"] == {"practice": "ZP11", "hub": "", "network": "", "care_model": "", "moved": "false", "km": ""}
    assert rows["ZP03"]["moved"] == "true"
    hubs = list(csv.DictReader(io.StringIO(as_csv(plan.hubs))))
    assert {row["in_band"] for row in hubs} <= {"true", "false"}
    assert [row["continues"] for row in hubs if row["hub"] == "ZP12"] == [""]


def test_csv_reads_back(plan: VerifiedPlan) -> None:
    read = pd.read_csv(io.StringIO(as_csv(plan.hubs)), dtype=plan.hubs.dtypes.to_dict())
    pd.testing.assert_frame_equal(read, plan.hubs)
