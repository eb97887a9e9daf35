"""Areas of several kinds and the boundaries between them: as files, as settings, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from instance_folder import HOSPITALS, TOML, faults_of, write_folder

from instances import Instance

PRACTICES = """id,name,patients,latitude,longitude,refuses,fte_gp,area,area_council
A,Abbey Road,1000,52.1,-1.1,,1.5,East,North
B,Brook Lane,2000,52.2,-1.2,PACS,,East,
C,Castle Street,3000,52.3,-1.3,MCP; PACS,2,West,12
"""
BOUNDARIES = """
[[boundary]]
tier = "hubs"
price_per_patient = 1.5

[[boundary]]
area = "council"
tier = "networks"
exceptions = ["B"]
"""


def folder(path: Path, boundaries: str, practices: str = PRACTICES) -> Path:
    return write_folder(path, instance=TOML + boundaries, practices=practices)


@pytest.mark.parametrize("suffix", ["toml", "json", "xlsx"])
def test_files_read_back(tmp_path: Path, suffix: str) -> None:
    instance = Instance.read(folder(tmp_path / "given", BOUNDARIES))
    assert [practice.areas for practice in instance.practices] == [{"council": "North"}, {}, {"council": "12"}]
    assert [(b.id, b.price_per_patient, b.exceptions) for b in instance.boundaries] == [
        ("hubs.area", 1.5, ()),
        ("networks.council", None, ("B",)),
    ]
    path = tmp_path / f"again.{suffix}"
    instance.write(path)
    again = Instance.read(path)
    assert again == instance
    assert again.sha256 == instance.sha256 != Instance.read(folder(tmp_path / "plain", "")).sha256


def test_frames_read_back(tmp_path: Path) -> None:
    instance = Instance.read(folder(tmp_path, BOUNDARIES))
    assert Instance.from_frames(**instance.frames()) == instance


def test_a_boundary_is_called_by_tier_and_area(tmp_path: Path) -> None:
    instance = Instance.read(folder(tmp_path, BOUNDARIES))
    changed = instance.with_settings(
        ["boundary.hubs.area.price_per_patient=2", "boundary.networks.council.exceptions=A;B"]
    )
    assert [b.price_per_patient for b in changed.boundary] == [2.0, None]
    assert changed.boundary[1].exceptions == ("A", "B")
    assert instance.with_settings({"boundary": [{"tier": "hubs", "price_per_patient": 3}]}).boundary[0].area == "area"


ONCE = "each kind of area once for hubs, policy.respect_areas counted"
PRICE = "a number of pounds a year per patient across, 0 or more"
FAULTS = {
    "an unknown kind": (
        BOUNDARIES.replace('"council"', '"counsil"'),
        PRACTICES,
        [
            "instance.toml, boundary[1].area: found 'counsil': area, or a kind that practices have a column "
            "area_counsil of; did you mean 'council'?"
        ],
    ),
    "nobody of that id": (
        BOUNDARIES.replace('["B"]', '["B", "Abbey Road"]'),
        PRACTICES,
        [
            "instance.toml, boundary[1].exceptions[1]: found 'Abbey Road': the id of a practice or hospital; "
            "did you mean 'A' (Abbey Road)?"
        ],
    ),
    "an area that is missing where none may be": (
        BOUNDARIES.replace('exceptions = ["B"]', ""),
        PRACTICES,
        ["practices.csv, row 3, area_council: found '': an area, as boundary networks.council has no price"],
    ),
    "the same twice": (
        BOUNDARIES + '\n[[boundary]]\narea = "area"\ntier = "hubs"\n',
        PRACTICES,
        [f"instance.toml, boundary[2].area: found 'area': {ONCE}"],
    ),
    "beside the short setting": (
        'respect_areas = "hubs"\n' + BOUNDARIES,
        PRACTICES,
        [f"instance.toml, boundary[0].area: found 'area': {ONCE}"],
    ),
    "no such tier": (
        BOUNDARIES.replace('"networks"', '"network"'),
        PRACTICES,
        ["instance.toml, boundary[1].tier: found 'network': one of hubs, networks"],
    ),
    "a price below 0": (
        BOUNDARIES.replace("1.5", "-1.5"),
        PRACTICES,
        [f"instance.toml, boundary[0].price_per_patient: found '-1.5': {PRICE}"],
    ),
    "a column of no kind": (
        "",
        PRACTICES.replace("area_council", "area_"),
        ["practices.csv, row 1, area_: a kind of area after area_"],
    ),
    "a second column of commissioners": (
        "",
        PRACTICES.replace("area_council", "area_area").replace(",12\n", ",\n"),
        ["practices.csv, row 2, area_area: found 'North': a column area, or another kind of area"],
    ),
    "an error of a spreadsheet": (
        BOUNDARIES,
        PRACTICES.replace("North", "#REF!"),
        ["practices.csv, row 2, area_council: found '#REF!': a value; the spreadsheet shows an error here"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_named(tmp_path: Path, name: str) -> None:
    boundaries, practices, expected = FAULTS[name]
    assert faults_of(folder(tmp_path, boundaries, practices)) == expected


def test_a_hospital_that_may_be_a_hub_needs_an_area_where_networks_do_not_cross(tmp_path: Path) -> None:
    path = folder(tmp_path, '\n[[boundary]]\ntier = "networks"\n')
    write_folder(
        tmp_path,
        instance=TOML + '\n[[boundary]]\ntier = "networks"\n',
        practices=PRACTICES,
        hospitals=HOSPITALS.replace("acute", "community"),
    )
    assert faults_of(path) == ["hospitals.csv, row 2, area: found '': an area, as boundary networks.area has no price"]
