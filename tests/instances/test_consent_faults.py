"""What is wrong with columns and settings of consent and strain, in the exact words."""

from __future__ import annotations

from pathlib import Path

import pytest
from instance_folder import faults_of, toml_with, write_folder

from instances import Instance

HEADER = "id,name,patients,latitude,longitude,refuses,reluctant,readiness,gp_vacancies,rating,list_closed,strain,fte_gp"
OTHER = "\nB,Brook Lane,2000,52.2,-1.2,,,,,,,,2\n"
CELLS = {
    "reluctant and refusing": (
        "MCP;PACS,PACS,,,,,",
        "reluctant: found 'PACS': a care model that it does not refuse as well",
    ),
    "reluctant about nothing known": (
        ",PAC,,,,,",
        "reluctant: found 'PAC': the id of a care model; did you mean 'PACS'?",
    ),
    "more than ready": (",,1.5,,,,", "readiness: found '1.5': a number, 0 to 1"),
    "fewer than no vacancies": (
        ",,,-1,,,",
        "gp_vacancies: found '-1': a number of FTE of GPs that it looks for, 0 or more",
    ),
    "another scale": (
        ",,,,3,,",
        "rating: found '3': one of outstanding, good, requires_improvement, inadequate",
    ),
    "neither open nor closed": (",,,,,partly,", "list_closed: found 'partly': true or false"),
    "strain in percent": (",,,,,,93", "strain: found '93': a number, 0 to 1"),
}
POLICIES = {
    "no ground": (
        "last_resort = true",
        "policy.last_resort: found 'true': false, or a ground: unplaced_after_mediation, serious_problems or "
        "serious_strain",
    ),
    "a name": (
        'unplaced_after_mediation = ["Brook Lane"]',
        "policy.unplaced_after_mediation[0]: found 'Brook Lane': the id of a practice; did you mean 'B' (Brook Lane)?",
    ),
    "a hospital": ('serious_problems = ["H"]', "policy.serious_problems[0]: found 'H': the id of a practice"),
    "percent": ("serious_strain = 90", "policy.serious_strain: found '90': a number, 0 to 1"),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_cell(case: str, tmp_path: Path) -> None:
    cells, said = CELLS[case]
    path = write_folder(tmp_path, practices=f"{HEADER}\nA,Abbey Road,1000,52.1,-1.1,{cells},{OTHER}")
    assert faults_of(path) == [f"practices.csv, row 2, {said}"]


@pytest.mark.parametrize("case", POLICIES)
def test_a_setting(case: str, tmp_path: Path) -> None:
    line, said = POLICIES[case]
    faults = faults_of(write_folder(tmp_path, **toml_with("[policy]", f"[policy]\n{line}")))
    assert [text.partition("instance.toml, ")[2] for text in faults] == [said]


def test_what_is_right(tmp_path: Path) -> None:
    """Ratings as their regulator writes them; grounds without the switch; a page that says so reads back."""
    cells = "MCP,PACS,0.5,1.25,Requires improvement,yes,"
    table = f"{HEADER}\nA,Abbey Road,1000,52.1,-1.1,{cells},{OTHER}"
    path = write_folder(tmp_path, practices=table, **toml_with("[policy]", '[policy]\nserious_problems = ["A"]'))
    read = Instance.read(path)
    first = read.practices[0]
    assert (first.reluctant, first.readiness, first.gp_vacancies) == (("PACS",), 0.5, 1.25)
    assert (first.rating, first.list_closed, first.strain) == ("requires_improvement", True, None)
    on = read.with_settings(["policy.last_resort=true", "policy.serious_strain=0.9"])
    on.write(tmp_path / "written.xlsx")
    assert Instance.read(tmp_path / "written.xlsx") == on
