"""Days in every form that files and spreadsheets write; what can be read in two ways is settled or refused."""

from __future__ import annotations

import pandas as pd
import pytest

from instances.errors import InputError
from instances.nhs.days import days

FIRST_OF_JULY = (
    "01Jul2026",
    "01JUL26",
    "01JUL2026:00:00:00",
    "2026-07-01",
    "2026-07-01 00:00:00",
    "2026-07-01T00:00:00Z",
    "2026/07/01",
    "20260701",
    "01-Jul-26",
    "01-Jul-2026",
    "1 Jul 2026",
    "1 July 2026",
    "1st July 2026",
    "Wednesday, 1 July 2026",
    "July 1, 2026",
    "Jul 2026",
    "01/07/2026",
    "01/07/2026 00:00",
    "01-07-2026",
    "01.07.2026",
)


def read(*cells: str) -> tuple[list[str], list[str]]:
    notes: list[str] = []
    found = days(pd.Series(cells, index=range(2, 2 + len(cells)), dtype=str), "map.csv", "DAY", notes)
    return [f"{day:%Y-%m-%d}" for day in found], notes


@pytest.mark.parametrize("cell", FIRST_OF_JULY)
def test_forms(cell: str) -> None:
    assert read(cell) == (["2026-07-01"], [])


def test_an_empty_cell_is_no_day() -> None:
    assert days(pd.Series(["", "01Jul2026"]), "map.csv", "DAY", []).isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("cells", "expected", "said"),
    [
        (["7/1/2026", "01JUN2026"], ["2026-07-01", "2026-06-01"], "7/1/2026 is taken for 1 July 2026, month first"),
        (["7/1/2026 12:00:00 AM"], ["2026-07-01"], "7/1/2026 12:00:00 AM is taken for 1 July 2026, month first"),
        (["1/7/2026", "01JUN2026"], ["2026-07-01", "2026-06-01"], "1/7/2026 is taken for 1 July 2026, day first"),
        (["7/4/2026", "7/31/2026"], ["2026-07-04", "2026-07-31"], "7/4/2026 is taken for 4 July 2026, month first"),
        (["46204"], ["2026-07-01"], "46204 is taken for 1 July 2026, as spreadsheets count days"),
        (["46204.0"], ["2026-07-01"], "46204.0 is taken for 1 July 2026, as spreadsheets count days"),
        (["7/1/2026", "31/1/2026"], ["2026-01-07", "2026-01-31"], "7/1/2026 is taken for 7 January 2026, day first"),
    ],
)
def test_what_is_settled_is_said(cells: list[str], expected: list[str], said: str) -> None:
    assert read(*cells) == (expected, [f"DAY of map.csv: {said}"])


@pytest.mark.parametrize(
    "cells",
    [
        ["3/4/2026"],
        ["7/1/2026", "15Jun2026"],  # not of the first of a month: nothing tells
        ["7/1/2026", "31/1/2026", "1/31/2026"],  # both orders
        ["7/1/2026", "1/8/2026"],  # of the first of a month in two orders
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(cells: list[str]) -> None:
    with pytest.raises(InputError, match=f"row 2, DAY: found '{cells[0]}': a day that can be read in one way only"):
        read(*cells)


@pytest.mark.parametrize(
    "cell", ["soon", "462", "462040", "98765", "01JUL9999", "31Jun2026", "13/13/2026", "26-07-01", "2026711"]
)
def test_what_is_no_day_is_refused(cell: str) -> None:
    with pytest.raises(InputError, match=f"row 2, DAY: found '{cell}': a day such as 01Jul2026"):
        read(cell)
