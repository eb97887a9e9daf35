"""Cells of plan.xlsx read back as what they were."""

from __future__ import annotations

import io
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from optimizer.model.plain_text import printable
from optimizer.output.plan_workbook import sheets_bytes
from optimizer.output.sheet_rows import rows_xml

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_infinity=False),
    st.text(max_size=30),
    st.sampled_from(["=1+1", "@a", "-1", " a ", "<b>&amp;", '"', "a\nb", "]]>", "\x07", "1e5", "TRUE", "ümlaut"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_cells_read_back_as_they_were(rows: list[tuple[object, object]]) -> None:
    table = pd.DataFrame(rows, columns=["figure", "km"], dtype=object)
    sheet = load_workbook(
        io.BytesIO(sheets_bytes([("all", table)], lambda name: "0.00" if name == "km" else "General"))
    )
    header, *found = sheet["all"].iter_rows()
    assert [cell.value for cell in header] == ["figure", "km"]
    read = [[cell.value for cell in row] for row in found]
    assert read + [[None, None]] * (len(rows) - len(read)) == [[_kept(cell) for cell in row] for row in rows]
    assert all(cell.data_type in "nsb" for row in found for cell in row)
    assert {row[1].number_format for row in found if type(row[1].value) in (int, float)} <= {"0.00"}


def _kept(cell: object) -> object:
    if isinstance(cell, float):
        return None if math.isnan(cell) else cell
    return (printable(cell) or None) if isinstance(cell, str) else cell


def test_numbers_of_pandas_are_numbers() -> None:
    table = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": np.array([0.1, np.nan]), "c": [True, False]})
    sheet = load_workbook(io.BytesIO(sheets_bytes([("t", table)], lambda _: "General")))["t"]
    assert list(sheet.iter_rows(min_row=2, values_only=True)) == [(1, 0.1, True), (None, None, False)]


def test_what_no_cell_holds_is_refused() -> None:
    with pytest.raises(TypeError, match="A2"):
        rows_xml([(Fraction(1, 3),)], 2, [0], 0)
