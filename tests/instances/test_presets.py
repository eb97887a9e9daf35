"""Published care models: what instances take over, what stays theirs, and that every figure says where it is from."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from instances import Instance
from instances.assumptions import assumptions
from instances.catalogue import SECTIONS, entries
from instances.policy import Policy
from instances.presets import CONFIDENCE, CONTRACT_CHANGE, PRESETS, ROLES
from instances.wording import keys_at

PRACTICES = [{"id": "p", "patients": 9_000, "x_km": 0, "y_km": 0}]
FIGURES = [(name, key, f) for name, p in PRESETS.items() for key, f in {**p.settings, **p.about}.items()]
FIGURES += [(name, key, figure) for name, figures in ROLES.items() for key, figure in figures.items()]


def instance(**sections: Any) -> Instance:
    return Instance.model_validate({"practices": PRACTICES, **sections})


def test_a_figure_has_a_source_or_is_an_assumption() -> None:
    assert {figure.confidence for _, _, figure in FIGURES} == set(CONFIDENCE)
    assert [(name, key) for name, key, f in FIGURES if f.assumed != ("assumption" in f.source) or not f.source] == []


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if keys_at(SECTIONS[preset.tier])])
def test_settings_are_those_of_the_section(name: str) -> None:
    assert set(PRESETS[name].settings) <= set(keys_at(SECTIONS[PRESETS[name].tier]))


def test_every_care_model_says_what_it_is() -> None:
    for preset in PRESETS.values():
        assert [entry.key for entry in entries(preset) if not entry.description] == []
        about = {**preset.settings, **preset.about}
        assert {"led_by", "consent", "floor", "ceiling", "contract"} <= set(about), preset.name
        if "contract_change" in about:
            assert about["contract_change"].value in range(len(CONTRACT_CHANGE))


def test_independent_practices_are_as_the_policy_has_them() -> None:
    for key, figure in PRESETS["INDEPENDENT"].settings.items():
        assert getattr(Policy(), key) == figure.value


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.tier == "network"])
def test_a_network_takes_figures_by_its_id_or_by_name(name: str) -> None:
    practices = [{**PRACTICES[0], "area": "A"}]
    by_id = instance(practices=practices, care_model=[{"id": name}]).care_model[0]
    by_name = instance(practices=practices, care_model=[{"id": "East", "preset": name, "max": 9_999_999}]).care_model[0]
    for key, figure in PRESETS[name].settings.items():
        assert getattr(by_id, key) == figure.value
        assert getattr(by_name, key) == (9_999_999 if key == "max" else figure.value)
    assert by_name.model_fields_set == {"id", "preset", "max"}


def test_a_preset_goes_before_the_id_and_can_be_set() -> None:
    given = instance(care_model=[{"id": "MCP", "preset": "PACS"}], hub={"preset": "PCN", "max": 80_000})
    assert given.care_model[0].lead == "acute"
    assert (given.hub.min, given.hub.max, given.hub.contiguous) == (30_000, 80_000, True)


def test_a_preset_that_is_set_goes_before_the_file_and_other_settings_before_it() -> None:
    given = instance(care_model=[{"id": "MCP", "running_cost": 1, "max_km": 9}], hub={"min": 1, "max": 60_000})
    changed = given.with_settings(["hub.max=75000", "care_model.MCP.preset=MCP_VIRTUAL", "hub.preset=SNP"])
    assert (changed.hub.min, changed.hub.max) == (20_000, 75_000)
    model = changed.care_model[0]
    assert (model.running_cost, model.contract_change, model.capitated_budget_per_patient) == (300_000, 1, None)
    assert given.with_settings({"hub": {"preset": "PCN"}}).hub.min == 30_000


def test_a_hub_preset_is_no_care_model_of_networks_by_its_id() -> None:
    assert instance(care_model=[{"id": "PCN", "lead": "hub"}]).care_model[0].min == 100_000


def test_a_preset_that_asks_for_neighbours_says_so() -> None:
    table = {"origin": ["p"], "destination": ["p"], "km": [0]}
    with pytest.raises(ValidationError, match="contiguous beside it, false, or neighbours"):
        Instance.model_validate(
            {"practices": [{"id": "p", "patients": 1}], "hub": {"preset": "PCN"}, "travel": {"table": table}}
        )


def test_a_blank_text_says_nothing() -> None:
    model = instance(care_model=[{"id": "MCP", "title": " ", "preset": None}]).care_model[0]
    assert (model.title, model.model_fields_set) == (PRESETS["MCP"].title, {"id"})


def test_assumptions_of_a_preset_name_its_sources() -> None:
    found = {a.key: a for a in assumptions(instance(hub={"preset": "PCN"}, care_model=[{"id": "X", "preset": "MNP"}]))}
    assert "Hansard" in found["hub.min"].description
    assert found["care_model.X.running_cost"].description == "pounds a year; assumption"
    assert "Management in Practice 2025" in found["care_model.X.target_min"].description
    assert "care_model.X.title" not in found


def test_the_first_presets_keep_their_hash() -> None:
    """Instances of before care models were described still have the hash that their plans name."""
    practices = [{**PRACTICES[0], "area": "A"}]
    first = instance(practices=practices, care_model=[{"id": name} for name in ("MCP", "PACS", "CHN", "ACS")])
    assert first.sha256 == "56eb878f651a7ffe3f5dee6f39faa483c034a284b53b91a5a8e1d6ede59fa8e4"


def test_the_hash_is_of_what_a_plan_depends_on() -> None:
    plain = instance(care_model=[{"id": "X", "lead": "hub"}])
    titled = instance(care_model=[{"id": "X", "lead": "hub", "title": "East", "contract_change": 2}])
    assert titled.sha256 == plain.sha256
    assert instance(care_model=[{"id": "X", "lead": "hub", "pools_assets": 0.5}]).sha256 != plain.sha256
    assert instance(care_model=[{"id": "X", "preset": "MCP_FULL"}]).sha256 != plain.sha256
