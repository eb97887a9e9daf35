"""The section trust_run and what tables say for it: read back as written, refused in words, no part of older hashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hamlet_plan import hamlet
from pydantic import ValidationError

from instances import InputError, Instance
from instances.assumptions import assumptions

SETTINGS = ["trust_run.cost_per_practice=20000", "trust_run.max_km=6"]


def with_room(instance: Instance) -> Instance:
    """The acute hospital's trust can run two practices, and ZP11 refuses."""
    acute, cottage = instance.hospitals
    hospitals = (acute.model_copy(update={"runs_practices_max": 2}), cottage)
    practices = tuple(
        p.model_copy(update={"refuses": ("TRUST_RUN",)}) if p.id == "ZP11" else p for p in instance.practices
    )
    return instance.with_settings(SETTINGS).model_copy(update={"hospitals": hospitals, "practices": practices})


@pytest.mark.parametrize("name", ["instance.toml", "instance.json", "instance.xlsx"])
def test_it_reads_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    instance = with_room(hamlet())
    instance.write(tmp_path / name)
    again = Instance.read(tmp_path / name)
    assert again == instance
    assert again.sha256 == instance.sha256
    assert again.hospitals[0].runs_practices_max == 2


def test_what_leaves_it_out_keeps_its_hash() -> None:
    before = "661f700ad4a8740f0cf8397a132b26684b683bd9099265b5b26e1c65829400f3"
    assert hamlet().sha256 == before
    assert with_room(hamlet()).sha256 != before
    assert hamlet().with_settings(SETTINGS).sha256 != before


def test_its_defaults_are_assumptions_where_it_is_given() -> None:
    assert not [each for each in assumptions(hamlet()) if each.key.startswith("trust_run")]
    found = {each.key: each.value for each in assumptions(hamlet().with_settings(SETTINGS))}
    assert found["trust_run.price_per_patient"] == 15.0
    assert "trust_run.max_km" not in found


def test_room_without_the_section_is_data_that_nothing_uses() -> None:
    hospitals = tuple(h.model_copy(update={"runs_patients_max": 1}) for h in hamlet().hospitals)
    Instance.model_validate(hamlet().model_copy(update={"hospitals": hospitals}).model_dump(exclude_unset=True))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("trust_run.max_km=far", "trust_run.max_km: found 'far': a number of road km, 0 or more"),
        ("trust_run.max_miles=3", "trust_run.max_miles: not a known name; did you mean 'max_km'?"),
        (
            "trust_run.cost_per_practice=-1",
            "trust_run.cost_per_practice: found '-1': a number of pounds a year, 0 or more",
        ),
    ],
)
def test_settings_that_are_refused(setting: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        hamlet().with_settings([setting])
    assert words in str(refused.value)


def test_cells_that_are_refused(tmp_path: Path) -> None:
    with_room(hamlet()).write(tmp_path / "instance.toml")
    for table, old, new in (("hospitals", ",2", ",two"), ("practices", "TRUST_RUN", "TRUSTRUN")):
        path = tmp_path / f"{table}.csv"
        path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError) as refused:
        Instance.read(tmp_path)
    assert "hospitals.csv, row 2, runs_practices_max: found 'two': a whole number" in str(refused.value)
    assert "refuses: found 'TRUSTRUN': the id of a care model; did you mean 'TRUST_RUN'?" in str(refused.value)


def test_no_care_model_has_its_name() -> None:
    data = hamlet().with_settings(SETTINGS).model_dump(exclude_unset=True)
    data["care_model"] = [{"id": "TRUST_RUN", "lead": "hub"}]
    with pytest.raises(ValidationError, match="another id"):
        Instance.model_validate(data)
