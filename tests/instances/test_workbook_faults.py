"""Workbooks whose cells hold no values, hide rows, or unpack to more than anybody can read."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from instance_folder import faults_of
from openpyxl import Workbook, load_workbook

from instances import InputWarning, Instance

SHOWN = "a value; the spreadsheet shows an error here"
SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["id", "patients", "x_km", "y_km", "current_group"]


def _book(folder: Path, *rows: list[object], settings: tuple[list[object], ...] = ()) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "practices"
    for row in (HEADER, *rows):
        sheet.append(row)
    page = book.create_sheet("settings")
    for row in (["key", "value"], *settings):
        page.append(row)
    for cell in (cell for sheet in book.worksheets for line in sheet.rows for cell in line):
        cell.data_type = "e" if str(cell.value).startswith("#") else cell.data_type
    book.save(folder / "x.xlsx")
    return folder / "x.xlsx"


def _rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one part of its XML changed."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts[part] != change(parts[part])
    parts[part] = change(parts[part])
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_errors_of_a_spreadsheet(tmp_path: Path) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0, "North"], ["B", 6, 1, 1, "#N/A"], settings=(["name", "#REF!"],))
    assert faults_of(path) == [
        f"x.xlsx, sheet settings, row 2, value: found '#REF!': {SHOWN}",
        f"x.xlsx, sheet practices, row 3, current_group: found '#N/A': {SHOWN}",
    ]


def test_formulas_that_were_never_calculated(tmp_path: Path) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0], ["B", "=2+4", 1, 1, "=A2"], settings=(["hub.max_km", "=0.1"],))
    said = "a value; the formula in {} was never calculated: open and save the workbook in a spreadsheet"
    assert faults_of(path) == [
        f"x.xlsx, sheet settings, row 2, value: found '=0.1': {said.format('B2')}",
        f"x.xlsx, sheet practices, row 3, patients: found '=2+4': {said.format('B3')}",
        f"x.xlsx, sheet practices, row 3, current_group: found '=A2': {said.format('E3')}",
    ]


@pytest.mark.parametrize(
    ("first", "stored", "patients"), [(True, "6", 6), (False, "0", 0), (True, "0", None), (False, "", None)]
)
def test_formulas_are_read_as_their_values(tmp_path: Path, first: bool, stored: str, patients: int | None) -> None:
    """A program that leaves the calculation to the spreadsheet may write 0 for a value that it does not know."""
    path = _book(tmp_path, ["A", "=2+4", 0, 0], ["B", 5, 1, 1])
    _rewritten(path, SHEET, lambda xml: xml.replace(b"<v />", f"<v>{stored}</v>".encode()))
    if not first:
        _rewritten(path, "xl/workbook.xml", lambda xml: xml.replace(b'fullCalcOnLoad="1"', b""))
    if patients is None:
        assert len(faults_of(path)) == 1
    else:
        assert Instance.read(path).practices[0].patients == patients


def test_a_formula_may_give_an_empty_text(tmp_path: Path) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0, '=""'], ["B", 5, 1, 1])
    _rewritten(path, SHEET, lambda xml: xml.replace(b'<c r="E2"', b'<c r="E2" t="str"'))
    assert Instance.read(path).practices[0].current_group is None


def test_merged_cells_hold_one_value(tmp_path: Path) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0, "North"], ["B", 6, 1, 1], ["C", 7, 2, 2], settings=(["hub.max_km", 9],))
    book = load_workbook(path)
    for cells in ("E2:E3", "B6:D9"):  # the other has no value
        book["practices"].merge_cells(cells)
    book["settings"].merge_cells("B1:C1")
    book.save(path)
    said = "a value in every cell; E2:E3 are merged, and only the first of them has one: unmerge them"
    assert faults_of(path) == [f"x.xlsx, sheet practices, row 3, current_group: found 'North': {said}"]


def test_a_key_without_a_value_is_one_fault(tmp_path: Path) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0], settings=(["#REF!", 1],))
    assert faults_of(path) == [f"x.xlsx, sheet settings, row 2, key: found '#REF!': {SHOWN}"]


def test_hidden_rows_are_read_with_a_warning(tmp_path: Path) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0], ["B", 5, 1, 1], ["C", 5, 1, 2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(Instance.read(path).practices) == 3
    _rewritten(path, SHEET, lambda xml: xml.replace(b'<row r="3"', b'<row r="3" hidden="1"'))
    with pytest.warns(InputWarning, match="sheet practices: 1 row is hidden, by a filter perhaps, and read all the"):
        assert len(Instance.read(path).practices) == 3


@pytest.mark.parametrize(
    "inserted",
    [
        b"<row/>" * 3_000_000,
        b'<row r="900000000"><c r="A900000000"><v>1</v></c></row>',
        b"<row>" + b"<c/>" * 3_000_000 + b"</row>",
        b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (k, k) for k in range(3, 3_000)),
    ],
    ids=["rows", "a far row", "a long row", "far columns"],
)
def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, inserted: bytes) -> None:
    path = _book(tmp_path, ["A", 5, 0, 0])
    _rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", inserted + b"</sheetData>"))
    begun = time.process_time()
    (fault,) = faults_of(path)
    assert " rows and " in fault
    assert time.process_time() - begun < 10
