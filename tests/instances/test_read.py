"""Reading what planners' programs save."""

from __future__ import annotations

from pathlib import Path

import pytest
from instance_folder import PRACTICES, TOML, write_folder

from instances import Instance


@pytest.fixture
def small(tmp_path: Path) -> Instance:
    return Instance.read(write_folder(tmp_path / "small"))


@pytest.mark.parametrize(
    "practices",
    [
        PRACTICES.encode("utf-8-sig"),
        PRACTICES.replace("\n", "\r\n").encode(),
        (PRACTICES + "\n\n , ,,\n").encode(),
        PRACTICES.replace("Abbey Road", '"Abbey Road"').encode(),
        PRACTICES.replace(",1000,", ", 1000.0 ,").encode(),
        PRACTICES.replace(",PACS,\n", ",PACS\n").encode(),
        PRACTICES.replace("id,", " id ,").encode(),
    ],
    ids=["byte order mark", "CRLF", "blank lines", "quotes", "1000.0", "short row", "spaces"],
)
def test_what_spreadsheets_save(tmp_path: Path, small: Instance, practices: bytes) -> None:
    again = Instance.read(write_folder(tmp_path / "again", practices=practices))
    assert again == small
    assert again.sha256 == small.sha256


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    spoilt = {
        "practices": PRACTICES.replace("Abbey", "Abbé\u2019s").encode(encoding),
        "instance": TOML.replace("Small", "Smäll").encode(encoding),
    }
    instance = Instance.read(write_folder(tmp_path, **spoilt))
    assert (instance.name, instance.practices[0].name) == ("Smäll", "Abbé\u2019s Road")


def test_booleans_of_all_kinds(tmp_path: Path) -> None:
    words = ["true", "FALSE", "Yes", "no", "1", "0", ""]
    rows = "".join(f"P{k},1,{k},0,{word}\n" for k, word in enumerate(words))
    path = write_folder(tmp_path, practices="id,patients,x_km,y_km,rural\n" + rows, hospitals=None, instance="")
    assert [p.rural for p in Instance.read(path).practices] == [True, False, True, False, True, False, None]


def test_ids_stay_text(tmp_path: Path) -> None:
    path = write_folder(tmp_path, practices="id,patients,x_km,y_km\n001,1,0,0\n1,1,0,0\n", hospitals=None, instance="")
    assert [p.id for p in Instance.read(path).practices] == ["001", "1"]


def test_fte_that_is_not_reported_is_not_zero(small: Instance) -> None:
    assert [p.fte for p in small.practices] == [{"gp": 1.5}, {}, {"gp": 2.0}]


def test_staff_of_undeclared_roles_is_data(tmp_path: Path) -> None:
    instance = Instance.read(
        write_folder(
            tmp_path, practices=PRACTICES.replace("refuses", "fte_dentist").replace("PACS", "2").replace("MCP; ", "")
        )
    )
    assert instance.practices[1].fte == {"dentist": 2.0}


def test_a_published_model_that_is_not_offered_may_be_refused(tmp_path: Path) -> None:
    instance = Instance.read(write_folder(tmp_path, practices=PRACTICES.replace("MCP; PACS", "MCP; CHN")))
    assert instance.practices[2].refuses == ("MCP", "CHN")


def test_defaults_are_not_filled_in(small: Instance) -> None:
    assert small.hub.model_fields_set == {"min", "target_min", "target_max", "max"}
    assert small.practices[0].model_fields_set == {"id", "name", "patients", "latitude", "longitude", "fte"}
    assert small.care_model[1].model_fields_set == {"id", "max_km"}


def test_a_folder_is_its_instance_toml(tmp_path: Path, small: Instance) -> None:
    assert Instance.read(tmp_path / "small") == small


def test_files_of_other_names(tmp_path: Path, small: Instance) -> None:
    path = write_folder(tmp_path / "other", instance='practices = "p/list.csv"\n' + TOML, practices=None)
    (tmp_path / "other/p").mkdir()
    (tmp_path / "other/p/list.csv").write_text(PRACTICES)
    assert Instance.read(path) == small


def test_an_empty_name_means_no_table(tmp_path: Path) -> None:
    assert Instance.read(write_folder(tmp_path, instance='hospitals = ""\n' + TOML)).hospitals == ()


def test_travel_replaces_coordinates(tmp_path: Path) -> None:
    practices = "id,patients,fte_gp\nA,1000,1\nB,1000,1\n"
    path = write_folder(tmp_path, practices=practices, hospitals=None, travel="from,to,km,minutes\nA,B,1.5,3\n")
    table = Instance.read(path).travel.table
    assert table is not None
    assert (table.origin, table.destination, table.km, table.minutes, table.cost) == (
        ("A",),
        ("B",),
        (1.5,),
        (3.0,),
        None,
    )
