"""Tables are read many lines at a time, and mean what they mean line by line, whatever is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import instances.tables
from instances.sheet_errors import missing_value
from instances.tables import parse_csv

HEADER = ["id", "name", "patients"]
CELLS = st.sampled_from(["a", "b", "", " ", "#N/A", "12", "é, ü", 'say "hi"', "Err:502"])
LINES = st.lists(st.lists(CELLS, min_size=0, max_size=5), max_size=12)


@pytest.fixture(scope="module", autouse=True)
def few_at_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(instances.tables, "_LINES_AT_ONCE", 3)
        patched.setattr(instances.tables, "_TITLES", 2)
        yield


def line_by_line(lines: list[list[str]]) -> tuple[list[tuple[str | None, ...]], list[int], set[tuple[int, str]]]:
    """Rows, their numbers, and (row, column or what is beyond) of each fault; straight from what a table is."""
    rows, numbers, faults = [], [], set()
    for number, line in enumerate(lines, start=2):
        if not "".join(line).strip():
            continue
        row = [*line, None, None, None][:3]
        rows.append(tuple(row))
        numbers.append(number)
        if "".join(line[3:]).strip():
            faults.add((number, "beyond"))
        faults |= {(number, name) for name, cell in zip(HEADER, row, strict=True) if missing_value(cell)}
    return rows, numbers, faults


@given(LINES)
def test_as_line_by_line(lines: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *lines])
    table, faults = parse_csv(out.getvalue(), "t.csv")
    assert table is not None
    rows, numbers, wrong = line_by_line(lines)
    assert table.rows == rows
    assert list(table.numbers) == numbers
    assert {(fault.row, fault.column or "beyond") for fault in faults} == wrong


def test_what_is_wrong_far_below_has_its_row() -> None:
    lines = [f"A{k},,{k}" for k in range(2_000)]
    lines[700], lines[1_500], lines[1_900] = "", "A1500,,#REF!", 'A1900,"open,5'
    text = "\n".join(["id,name,patients", *lines])
    assert [str(fault) for fault in parse_csv(text, "t.csv")[1]] == [
        "t.csv, row 2001: comma-separated text with quotes closed (unexpected end of data)"
    ]
    table, faults = parse_csv(text.replace('"open', "open"), "t.csv")
    assert [(fault.row, fault.column) for fault in faults] == [(1_502, "patients")]
    assert table is not None
    assert len(table.numbers) == 1_999
    assert table.rows[1_899] == ("A1900", "open", "5")
