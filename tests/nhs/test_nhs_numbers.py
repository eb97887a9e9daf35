"""Numbers with commas: thousands before whole groups of three digits, a decimal mark where nothing else fits."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from instances.errors import InputError
from instances.nhs.cells import AVERAGES, DEGREES, MEASURES, PEOPLE, Range, numbers


def read(cell: str, allowed: Range, *, comma_separated: bool = True) -> float:
    column = pd.Series([cell], index=[2], dtype=str)
    return float(numbers(column, "wf.csv", "FTE", allowed, comma_separated=comma_separated).iloc[0])


@given(st.integers(0, 10**9), st.booleans())
def test_thousands(number: int, comma_separated: bool) -> None:
    assert read(f"{number:,}", PEOPLE, comma_separated=comma_separated) == number
    assert read(f"{number:,}.00", PEOPLE, comma_separated=comma_separated) == number


@given(st.decimals(0, 999, places=3))
def test_decimal_commas_are_read_where_commas_do_not_separate(number: object) -> None:
    assert read(str(number).replace(".", ","), MEASURES, comma_separated=False) == float(str(number))


@pytest.mark.parametrize("cell", ["5,6", "0,125", "5,62", "1,23,456", "5,6,7", "1,2345", ",5", "1,234,5", "12,"])
@pytest.mark.parametrize("allowed", [AVERAGES, MEASURES, PEOPLE])
def test_other_commas_are_refused(cell: str, allowed: Range) -> None:
    with pytest.raises(InputError, match=f"wf.csv, row 2, FTE: found '{cell}': a "):
        read(cell, allowed)


@pytest.mark.parametrize(
    ("cell", "allowed"),
    [
        ("11.250", PEOPLE),  # thousands as on the continent
        ("1.234,5", MEASURES),
        ("5,625.5,1", MEASURES),
        ("52,485,1", DEGREES["latitude"]),
        ("1e24", DEGREES["longitude"]),
        ("1e999", AVERAGES),
        ("inf", AVERAGES),
        ("-1", MEASURES),
        ("5625", MEASURES),  # more staff than a practice has
        ("1_000", PEOPLE),
        ("0x10", PEOPLE),
    ],
)
@pytest.mark.parametrize("comma_separated", [True, False])
def test_what_is_no_such_number_is_refused(cell: str, allowed: Range, comma_separated: bool) -> None:
    with pytest.raises(InputError, match="row 2, FTE"):
        read(cell, allowed, comma_separated=comma_separated)


def test_a_measured_number_has_no_thousands() -> None:
    with pytest.raises(InputError, match="row 2, FTE: found '1,000': a number, 0 to 1,000, or ND"):
        read("1,000", MEASURES)  # more likely 1 with three decimals than the most that there can be


@pytest.mark.parametrize("cell", ["", "ND", "nd", "n/a", "*", "-"])
def test_not_reported(cell: str) -> None:
    assert pd.isna(read(cell, MEASURES))
