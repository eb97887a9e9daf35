"""adjacency.csv and hub.neighbours_from: what is refused, and that both come back from every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from instances import InputError, Instance

TOML = """schema_version = 1
[hub]
neighbours_from = "catchments"
"""
TABLES = {
    "practices.csv": "id,patients,x_km,y_km\na,5000,0,0\nb,5000,1,0\n",
    "places.csv": "id,x_km,y_km\nnorth,0,1\nsouth,0,-1\n",
    "homes.csv": "practice,place,patients\na,north,10\nb,south,10\n",
    "adjacency.csv": "a,b\nnorth,south\n",
}


def folder(path: Path, **tables: str) -> Path:
    (path / "instance.toml").write_text(TOML)
    for name, text in {**TABLES, **{f"{name}.csv": text for name, text in tables.items()}}.items():
        if text:
            (path / name).write_text(text)
    return path


@pytest.mark.parametrize("name", ["out/instance.toml", "one.json", "one.xlsx"])
def test_written_and_read_again_it_is_the_same(tmp_path: Path, name: str) -> None:
    instance = Instance.read(folder(tmp_path))
    assert [(row.a, row.b) for row in instance.adjacency] == [("north", "south")]
    instance.write(tmp_path / name)
    again = Instance.read(tmp_path / name)
    assert again == instance
    assert again.sha256 == instance.sha256
    assert Instance.from_frames(**instance.frames()) == instance


def faults(path: Path, **tables: str) -> list[str]:
    with pytest.raises(InputError) as error:
        Instance.read(folder(path, **tables))
    return [str(fault) for fault in error.value.faults]


def test_places_that_nobody_has(tmp_path: Path) -> None:
    assert faults(tmp_path, adjacency="a,b\nnorth,south\nnorth,east\nsouth,south\n") == [
        "adjacency.csv, row 3, b: found 'east': the id of a place of places.csv",
        "adjacency.csv, row 4, b: found 'south': another place than a",
    ]


def test_catchments_need_homes(tmp_path: Path) -> None:
    assert faults(tmp_path, homes="", adjacency="", places="") == [
        "instance.toml, hub.neighbours_from: found 'catchments': coordinates, or homes.csv, which says who lives where"
    ]
