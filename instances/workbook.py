"""An instance as one XLSX workbook: the tables as sheets, care models and roles a row each, settings as key and value.

Numbers are stored as numbers and ids as text, so that a spreadsheet shows and keeps both as they are.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter, range_boundaries

from instances.dotted import path_of
from instances.errors import Fault, InputError, InputWarning
from instances.inconsistency import Path
from instances.schema import InstanceData
from instances.sheet_errors import covered, missing_value
from instances.tables import (
    NONE,
    SECTION_TABLES,
    TABLES,
    TRAVEL,
    Cell,
    Layout,
    Table,
    as_text,
    column_rows,
    given,
    given_sections,
    kept_by_column,
    rows_of,
    split,
    tabulated,
)
from instances.wording import did_you_mean, node_at
from instances.workbook_parts import Unseen, calculates_first, refuse_oversize, unseen

SETTINGS = "settings"
# settings give some of what travel has a section for, and go before its table
SHEETS_BEFORE_SETTINGS: tuple[Layout, ...] = (*(of for of in TABLES if of is not TRAVEL), *SECTION_TABLES)
SHEETS = (*(layout.name for layout in SHEETS_BEFORE_SETTINGS), TRAVEL.name, SETTINGS)
MOST_SHEET_ROWS = 1_048_576  # of a sheet, by the file format
_MOST_CELLS = 20_000_000  # of a sheet, empty ones between others included
_MOST_COVERED = 100  # merged cells of a sheet and rows of each: as many faults are enough
_WIDEST, _ROWS_MEASURED = 40, 200
_LIKENESS = 0.75  # of a sheet's name that is meant for one of these: notes are not roles


def read_sheets(content: bytes, file: str) -> tuple[dict[str, Table], list[Fault]]:
    """The sheets that an instance has; others are a user's own and are left alone, unless the name is a near miss."""
    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    for sheet in _sheets(content, file, SHEETS):
        title = f"{file}, sheet {sheet.name}"
        if sheet.name not in SHEETS:
            hint = did_you_mean(sheet.name, SHEETS, _LIKENESS)
            faults += [Fault(title, f"not a known sheet{hint}")] if hint else []
            continue
        table, found = tabulated(sheet.lines, title)
        faults += found
        if table is not None:
            tables[sheet.name] = table
    return tables, faults


def read_sheet(content: bytes, file: str, name: str) -> tuple[Table | None, list[Fault]]:
    """One sheet of any workbook; a fault where it has none of that name."""
    for sheet in _sheets(content, file, (name,)):
        if sheet.name == name:
            return tabulated(sheet.lines, f"{file}, sheet {name}")
    return None, [Fault(file, f"a workbook with a sheet {name}")]


@dataclass(frozen=True)
class _Sheet:
    """A sheet as it stands in a workbook; `lines` is empty for one that was not asked for."""

    name: str
    lines: Sequence[Sequence[Cell]]


def _sheets(content: bytes, file: str, wanted: Collection[str]) -> list[_Sheet]:
    """All sheets of a workbook; the lines of those that are wanted."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl names features of a sheet that it will not keep
            warnings.simplefilter("always", InputWarning)
            return _loaded(content, file, wanted)
    except InputError:
        raise
    except Exception:  # a damaged file fails in many ways, none of which a user can act on
        raise InputError([Fault(file, "an XLSX workbook that is not damaged or locked by a password")]) from None


def _loaded(content: bytes, file: str, wanted: Collection[str]) -> list[_Sheet]:
    with ZipFile(io.BytesIO(content)) as archive:
        refuse_oversize(archive, file)
        book: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        calculate_first = calculates_first(archive)
        sheets = []
        for sheet in book.worksheets:
            name, lines = sheet.title.strip(), []
            if name in wanted:
                hidden = unseen(archive, sheet._worksheet_path, calculate_first=calculate_first)
                lines = _lines(sheet, f"{file}, sheet {name}", hidden)
            sheets.append(_Sheet(name, lines))
    return sheets


def _lines(sheet: Any, title: str, hidden: Unseen) -> list[Sequence[Cell]]:
    """The rows of a sheet, with formulas that have no value in their places, and what covers cells in theirs."""
    sheet.reset_dimensions()  # some programs store a wrong size
    lines: list[Sequence[Cell]] = []
    cells = 0
    for line in sheet.iter_rows(values_only=True):
        cells += len(line)
        if len(lines) == MOST_SHEET_ROWS or cells > _MOST_CELLS:
            raise InputError([Fault(title, f"at most {MOST_SHEET_ROWS:,} rows and {_MOST_CELLS:,} cells")])
        lines.append(line)
    for (row, column), formula in hidden.formulas.items():
        if row < len(lines):
            line = [*lines[row], *[None] * (column + 1 - len(lines[row]))]
            lines[row] = [*line[:column], formula, *line[column + 1 :]]
    _cover(lines, hidden.merged)
    if hidden.hidden_rows:
        count = f"{hidden.hidden_rows:,} row" + ("s are" if hidden.hidden_rows > 1 else " is")
        warnings.warn(
            f"{title}: {count} hidden, by a filter perhaps, and read all the same", InputWarning, stacklevel=2
        )
    return lines


def _cover(lines: list[Sequence[Cell]], merged: Iterable[str]) -> None:
    """Put what merged cells show below the header into the empty cells that they cover, as `covered`."""
    places: Iterator[tuple[str, Any]] = ((cells, range_boundaries(cells)) for cells in merged)
    holding = ((cells, place) for cells, place in places if place[1] > 1 and not _blank(_at(lines, *place[:2])))
    for cells, (left, top, right, bottom) in islice(holding, _MOST_COVERED):
        shown, width = str(_at(lines, left, top)), len(lines[0])
        for row in range(top - 1, min(bottom, len(lines), top + _MOST_COVERED)):
            line = [*lines[row], *[None] * (width - len(lines[row]))]
            for column in range(left - 1, min(right, width)):
                line[column] = covered(shown, cells) if _blank(line[column]) else line[column]
            lines[row] = line


def _at(lines: Sequence[Sequence[Cell]], column: int, row: int) -> Cell:
    """The cell, counted from 1; None outside the sheet."""
    return lines[row - 1][column - 1] if row <= len(lines) and column <= len(lines[row - 1]) else None


def settings_of(table: Table, data: dict[str, Any]) -> tuple[dict[Path, int], list[Fault]]:
    """Put the rows of the sheet `settings` into `data`; the row of each setting, for messages."""
    rows: dict[Path, int] = {}
    faults: list[Fault] = []
    if tuple(table.header[:2]) != ("key", "value"):
        return rows, [Fault(table.file, "the columns key and value", row=1, value=", ".join(table.header))]
    for number, line in zip(table.numbers, table.rows, strict=True):
        key, cell = str(line[0] or "").strip(), line[1] if len(line) > 1 else None
        if missing_value(line[0]) or missing_value(cell):
            continue  # a fault already
        path = path_of(key, data)
        node = node_at(path) or {}
        holder = _holder(data, path)
        if not key or path in rows or not isinstance(holder, dict):
            faults.append(Fault(table.file, "a key such as hub.min, each once", row=number, column="key", value=key))
            continue
        if node.get("type") == "array" and node["items"].get("type") == "array":
            entries = holder.setdefault(str(path[-1]), [])
            if _blank(cell):
                continue
            path = (*path, len(entries))
            entries.append(split(cell))
        elif (value := _setting(cell, node)) is not None or cell == NONE:
            holder[str(path[-1])] = value
        rows[path] = number
    return rows, faults


def _holder(data: Any, path: Path) -> Any:
    """The dict that has the last step of `path`; made where it is not there yet."""
    for step in path[:-1]:
        if isinstance(step, int):
            data = data[step]
        elif isinstance(data, dict):
            data = data.setdefault(step, {})
        else:
            return None
    return data


def _setting(cell: Cell, node: dict[str, Any]) -> Any:
    """The value of a settings cell; None where it says nothing, or says that there is no value."""
    kind = node.get("type")
    if kind == "array":
        return [] if _blank(cell) else split(cell)
    if kind == "object" and "properties" not in node and _blank(cell):
        return {}
    if _blank(cell) or (node.get("nullable") and cell == NONE):
        return None
    return as_text(cell) if kind == "string" else cell


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def workbook_bytes(instance: InstanceData, settings: dict[str, Any], file: str) -> bytes:
    """The workbook of an instance; `settings` as they are stated, without the tables."""
    book = Workbook(write_only=True)
    _write_sheet(book, SETTINGS, ["key", "value"], setting_rows(settings))
    for layout, items in given_sections(instance).items():
        _write_sheet(book, layout.name, *rows_of(items, layout))
    for layout, items in given(instance).items():
        _write_sheet(book, layout.name, *rows_of(items, layout))
    for layout, table in kept_by_column(instance).items():
        if len(getattr(table, layout.fields[0])) >= MOST_SHEET_ROWS:
            expected = f"at most {MOST_SHEET_ROWS - 1:,} rows of {layout.name} in a workbook; write .toml or .json"
            raise InputError([Fault(file, expected)])
        _write_sheet(book, layout.name, *column_rows(table, layout))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def setting_rows(settings: dict[str, Any]) -> Iterator[list[Cell]]:
    """Rows of key and value of the settings that are in no table."""
    for key, value in settings.items():
        if key in {layout.path[0] for layout in SECTION_TABLES}:
            continue
        yield from _flat(key, value)


def _flat(key: str, value: Any) -> Iterator[list[Cell]]:
    """A row for a value, `;` between ids; a row per entry for a table, a row per list for a list of lists."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}", inner)
    elif isinstance(value, list | tuple) and value and not isinstance(value[0], str):
        for inner in value:
            yield [key, ";".join(inner)]
    elif isinstance(value, list | tuple):
        yield [key, ";".join(value)]
    else:
        yield [key, None if value == {} else value]


def _write_sheet(book: Workbook, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet: Any = book.create_sheet(name)  # the stubs do not know what a write-only sheet can do
    sheet.freeze_panes = "A2"
    first: list[Sequence[Cell]] = []
    rows = iter(rows)
    for row in rows:
        first.append(row)
        if len(first) == _ROWS_MEASURED:
            break
    for k, column in enumerate(header):
        widest = max([len(column), *(len(str(row[k])) for row in first if row[k] is not None)])
        sheet.column_dimensions[get_column_letter(k + 1)].width = min(widest + 2, _WIDEST)
    sheet.append([_styled(sheet, column) for column in header])
    for row in first:
        sheet.append([stored_cell(sheet, cell) for cell in row])
    for row in rows:
        sheet.append([stored_cell(sheet, cell) for cell in row])


def _styled(sheet: Any, text: str) -> Any:
    cell = stored_cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


_TEXT_STYLE = StyleArray()
_TEXT_STYLE.numFmtId = 49  # "@": what a user types over it stays text as well


def stored_cell(sheet: Any, value: Cell) -> Any:
    """A cell that reads back the same: text never becomes a formula or a number, a float keeps every digit."""
    if isinstance(value, str):
        cell = SheetCell(sheet, row=1, column=1, value=value, style_array=_TEXT_STYLE)
        cell.data_type = "s"
        return cell
    if isinstance(value, float) and float(f"{value:.16g}") != value:  # 16 digits are what openpyxl would write
        cell = SheetCell(sheet, row=1, column=1, value=repr(value))
        cell.data_type = "n"
        return cell
    return value
