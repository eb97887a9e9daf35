"""What openpyxl does not tell of a workbook: its size unpacked, formulas without a value, hidden rows, merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.xml.functions import iterparse

from instances.errors import Fault, InputError
from instances.sheet_errors import NoValue, uncalculated

# a full sheet of travel unpacks to 270 MB and 27 million tags; openpyxl keeps a trace of every row and string
MOST_BYTES = 400_000_000
MOST_SHARED_BYTES = 64_000_000  # of a part that openpyxl reads whole: strings, styles
MOST_ROWS = 2_000_000  # of all sheets together
MOST_TAGS = 36_000_000
MOST_SHARED_TAGS = 5_000_000
MOST_ROW_TAGS = 400_000  # a row has 16,384 cells at most, of six tags each
_CHUNK = 1 << 20
_SMALL = 1_000_000  # bytes of a part that can hold nothing to speak of
_SHEET = re.compile(r"(^|/)worksheets/[^/]+$")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_WORTH_A_LOOK = re.compile(rb"""<(?:\w+:)?(?:f|mergeCell)[\s/>]|\shidden=["'](?:1|true)["']""")
_CALCULATE_FIRST = re.compile(rb"""fullCalcOnLoad=["'](?:1|true)["']""")


def refuse_oversize(archive: ZipFile, file: str) -> None:
    """Raise `InputError` for what would take minutes and gigabytes to unpack and parse."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_BYTES:
        raise InputError([Fault(file, f"a workbook that unpacks to at most {MOST_BYTES:,} bytes")])
    size = _Size()
    for part in parts:
        if part.file_size <= _SMALL or not part.filename.endswith((".xml", ".rels")):
            continue
        is_sheet = _SHEET.search(part.filename) is not None
        if part.file_size > MOST_SHARED_BYTES and not is_sheet:
            expected = f"a workbook whose strings and styles take at most {MOST_SHARED_BYTES:,} bytes"
            raise InputError([Fault(file, expected)])
        with archive.open(part) as source:
            for chunk in _chunks(source):
                size.add(chunk)
                if not size.is_usual(in_sheet=is_sheet):
                    expected = f"a workbook of at most {MOST_ROWS:,} rows and {MOST_TAGS // 4:,} cells"
                    raise InputError([Fault(file, expected)])
        size.since_row = 0


@dataclass
class _Size:
    """What has been counted of a workbook's XML."""

    rows: int = 0
    tags: int = 0
    since_row: int = 0  # tags since a row last began

    def add(self, chunk: bytes) -> None:
        end = -1
        for row in _ROW.finditer(chunk):
            self.rows += 1
            end = row.end()
        self.tags += chunk.count(b"<")
        self.since_row = chunk.count(b"<", end) if end >= 0 else self.since_row + chunk.count(b"<")

    def is_usual(self, *, in_sheet: bool) -> bool:
        most_at_once = MOST_ROW_TAGS if in_sheet else MOST_SHARED_TAGS
        return self.rows <= MOST_ROWS and self.tags <= MOST_TAGS and self.since_row <= most_at_once


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


def calculates_first(archive: ZipFile) -> bool:
    """Whether the program that wrote the workbook left the values of its formulas to the next one."""
    named = (name for name in archive.namelist() if name.endswith("workbook.xml"))
    return any(_CALCULATE_FIRST.search(archive.read(name)) for name in named)


@dataclass
class Unseen:
    """What the values of a sheet do not show; rows and columns count from 0."""

    formulas: dict[tuple[int, int], NoValue] = field(default_factory=dict)  # without a value
    hidden_rows: int = 0  # that hold something
    merged: list[str] = field(default_factory=list)  # cells shown as one, such as B2:B7


def unseen(archive: ZipFile, part: str, *, calculate_first: bool) -> Unseen:
    """Read a sheet's XML again, if there is any formula, hidden row or merged cell in it."""
    found = Unseen()
    if not _WORTH_A_LOOK.search(archive.read(part)):
        return found
    number = 0
    with archive.open(part) as source:
        for _, element in iterparse(source):
            if _name(element) == "mergeCell":
                found.merged.append(element.get("ref") or "")
            if _name(element) != "row":
                continue
            number = int(element.get("r") or number + 1)
            cells = [child for child in element if _name(child) == "c"]
            found.hidden_rows += element.get("hidden") in ("1", "true") and any(len(cell) for cell in cells)
            column = 0
            for cell in cells:
                reference = cell.get("r")
                column = column_index_from_string(coordinate_from_string(reference)[0]) if reference else column + 1
                parts = {_name(child): child.text or "" for child in cell}
                if "f" in parts and _is_without_value(cell, parts, calculate_first=calculate_first):
                    at = reference or f"row {number}"
                    found.formulas[number - 1, column - 1] = uncalculated("=" + parts["f"], at)
            element.clear()
    return found


def _is_without_value(cell: Any, parts: dict[str, str], *, calculate_first: bool) -> bool:
    """An empty text is a value; a zero is none from a program that has it stand for `not calculated yet`."""
    if "v" not in parts or (not parts["v"] and cell.get("t") != "str"):
        return True
    return calculate_first and parts["v"] == "0" and cell.get("t", "n") == "n"


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
