"""Unions of areas: by hand on a line of boards, and of the real data where they are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.sources import ENGLAND, UnionSource
from benchmarks.unions import PRACTICES, Boards, union
from instances import InputError

DATA = ENGLAND.parent
LINE = [("C", "NHS Cornwall", -5.0, 3), ("D", "NHS Devon", -4.0, 2), ("S", "NHS Somerset", -3.0, 4)]


def boards(rows: list[tuple[str, str, float, int]] = LINE) -> Boards:
    practices = [
        {"icb_code": code, "icb_name": name, "latitude": 50.0, "longitude": longitude}
        for code, name, longitude, count in reversed(rows)
        for _ in range(count)
    ]
    return Boards.ordered(pd.DataFrame(practices))


def test_boards_from_lands_end_outwards() -> None:
    assert boards() == Boards(("C", "D", "S"), (3, 2, 4))


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude() -> None:
    north = {"icb_code": "N", "icb_name": "North", "latitude": 51.2, "longitude": -5.0}
    rows = [{"icb_code": c, "icb_name": n, "latitude": 50.0, "longitude": x} for c, n, x, _ in LINE] + [north]
    assert Boards.ordered(pd.DataFrame(rows)).codes == ("C", "D", "N", "S")


@pytest.mark.parametrize(
    ("asked", "codes", "practices"), [(1, "C", 3), (3, "C", 3), (4, "CD", 5), (5, "CD", 5), (6, "CDS", 9)]
)
def test_whole_boards_until_there_are_enough(asked: int, codes: str, practices: int) -> None:
    assert boards().reaching(asked) == (tuple(codes), practices)


def test_more_than_there_are() -> None:
    with pytest.raises(InputError, match="found '10': at most 9, which is all that the 3 boards of the data have"):
        boards().reaching(10)


def test_data_without_the_first_board() -> None:
    with pytest.raises(InputError, match="one board called Cornwall"):
        boards(LINE[1:])


def test_data_that_are_not_there(tmp_path: Path) -> None:
    source = UnionSource(source="union", practices=(100,), folder=str(tmp_path))
    with pytest.raises(InputError) as refused:
        list(source.cases(Path()))
    assert PRACTICES in str(refused.value)
    assert "the data of real areas; it is not there" in str(refused.value)


@pytest.mark.skipif(not ENGLAND.is_dir(), reason=f"the data of real areas are not at {ENGLAND}")
def test_the_real_order() -> None:
    """Cornwall 55, Devon 116, Somerset 58: unions hold each other, and those of up to 171 are one."""
    found = Boards.read(DATA)
    assert len(found.codes) == 28
    assert sum(found.practices) == 4089
    reached = {asked: found.reaching(asked)[1] for asked in (100, 171, 200, 400, 800, 1600, 3200)}
    assert reached == {100: 171, 171: 171, 200: 229, 400: 450, 800: 979, 1600: 1702, 3200: 3273}


@pytest.mark.skipif(not ENGLAND.is_dir(), reason=f"the data of real areas are not at {ENGLAND}")
def test_a_real_union_is_the_areas_together() -> None:
    codes, count = Boards.read(DATA).reaching(100)
    instance = union(DATA, codes, "two")
    published = pd.read_csv(DATA / PRACTICES)
    wanted = published[published["icb_code"].isin(codes)]
    assert len(instance.practices) == count == len(wanted)
    assert {p.id: p.patients for p in instance.practices} == dict(zip(wanted["code"], wanted["list_size"], strict=True))
    assert {model.id for model in instance.care_model} >= {"MCP", "PACS"}
