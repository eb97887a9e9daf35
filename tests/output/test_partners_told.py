"""Partners in the files of a plan: written where there are some, read and worked out again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from two_hospitals import HOSPITALS, instance, plan

from optimizer import solve
from optimizer.model.plan import Network
from optimizer.output.read_plan import read_plan
from optimizer.output.report.subject import Subject
from optimizer.output.report.tables import networks
from optimizer.solving.completed import with_partners
from optimizer.solving.tables import networks_table
from optimizer.verify import verify

BUDGETS = {"mid": {**HOSPITALS["mid"], "budget": 2e6}, "ward": HOSPITALS["ward"]}


def test_files_of_a_plan_and_back(tmp_path: Path) -> None:
    of = instance(hospitals=BUDGETS)
    result = solve(of, "highs", time_limit=20.0)
    assert result.plan is not None
    result.save(tmp_path)
    assert read_plan(tmp_path, of) == result.plan.plan
    assert read_plan(tmp_path / "assignments.csv", of).networks == result.plan.plan.networks
    assert read_plan(tmp_path / "plan.xlsx", of).networks == result.plan.plan.networks
    table = pd.read_csv(tmp_path / "networks.csv").set_index("lead")
    assert table["partners"].to_dict() == {"w1": "ward", "e1": "mid"}
    assert table["hospital_budget"].fillna(0).to_dict() == {"w1": 0, "e1": 2e6}
    shown = networks(Subject.of(result.plan, None, None))
    assert [row.cells[-1].text for row in shown.rows] == ["ward", "mid"]


def test_nothing_of_them_where_there_can_be_none() -> None:
    bare = instance({"partner_kinds": [], "partners_min": 0})
    assert not {"partners", "hospital_budget"} & set(networks_table(bare, verify(bare, plan((), ()))))
    assert "hospitals" not in Network(care_model="M", lead="w1").model_dump(mode="json")


def test_stated_partners_give_way_to_better_ones() -> None:
    assert with_partners(instance(), plan((), ("ward",))) == plan()


def test_the_hash_of_an_instance_that_states_nothing_of_them_is_as_it_was() -> None:
    bare = instance({"partner_kinds": [], "partners_min": 0, "partner_max_km": 40})
    stated = bare.model_copy(
        update={"hospitals": tuple(h.model_copy(update={"can_lead": True}) for h in bare.hospitals)}
    )
    assert stated.sha256 == bare.sha256
    changed = tuple(h.model_copy(update={"can_lead": False}) for h in bare.hospitals)
    assert bare.model_copy(update={"hospitals": changed}).sha256 != bare.sha256


def test_every_column_of_a_network_has_its_own_figures() -> None:
    """Partners, budgets and staff in one table."""
    of = instance(hospitals=BUDGETS, role=[{"id": "gp", "network_min_per_10k": 1.0}])
    table = networks_table(of, verify(of, plan())).set_index("lead")
    assert table["partners"].to_dict() == {"w1": "ward", "e1": "mid"}
    assert table["hospital_budget"].fillna(0).to_dict() == {"w1": 0, "e1": 2e6}
    assert table["hospital_fte_gp"].to_dict() == {"w1": 3.0, "e1": 1.0}
    assert table["needs_gp"].to_dict() == {"w1": 2.0, "e1": 2.0}
