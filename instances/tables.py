"""Tables of an instance: CSV text or sheet cells to records for the schema, and records back to rows.

`read.py` and `workbook.py` read tables with `parse_csv` or as sheets; both go through `records` or, for the large ones
that an instance keeps by column, `columns_of`.
Cells stay as they are; the schema judges them, so that a table and a JSON file are held to the same rules.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from instances.errors import Fault
from instances.inconsistency import Path
from instances.rows import (
    Adjacency,
    Bid,
    Commissioner,
    HomePlace,
    HomesTable,
    Hospital,
    Misfit,
    Neighbours,
    Practice,
    TravelTable,
)
from instances.schema import Boundary, CareModel, InstanceData, Role, Wave
from instances.sheet_errors import missing_value
from instances.wording import did_you_mean, keys_at, node_at

Cell = Any  # str from CSV; str, int, float, bool, date or None from a workbook
FTE = "fte_"
# fields that have a column for each of their names
PREFIXES = {"fte": FTE, "areas": "area_", "features": "chain_", "zones": "zone_"}
# what such a name is
_NAMED = {FTE: "role's name", "area_": "kind of area", "chain_": "feature's name", "zone_": "kind of zone"}
MOST_COLUMNS = 1_000
_MOST_LINES, _MOST_CELLS = 5_000_000, 25_000_000  # of a CSV file: measured travel between all practices of England
_TITLES = 20  # rows above a header
_LINES_AT_ONCE = 500  # turned into columns, and gone before the collector of garbage goes through all there is
NONE = "none"  # in a cell or a setting: stated to be without a value, where leaving it out would mean the default


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file, kept by column: every row as wide as the header, blank rows left out."""

    file: str
    header: tuple[str, ...]
    columns: list[list[Cell]]
    numbers: Sequence[int]  # the row of each in its file; the header is row 1

    @property
    def rows(self) -> list[tuple[Cell, ...]]:
        return list(zip(*self.columns, strict=True))


_FIRST = ("id", "name", "patients", "kind", "trust")


@dataclass(frozen=True)
class Layout:
    """What a table is called and which columns it has; `path` is where its records stand in an instance."""

    name: str
    path: Path
    required: tuple[str, ...] = ("id",)
    columns: tuple[tuple[str, str], ...] = ()  # (field, column) where the names differ
    none_word: bool = False  # whether `none` in a cell states that there is no value
    values: tuple[str, ...] = ()  # columns of numbers of a table that is kept by column

    @property
    def by_column(self) -> bool:
        """Whether an instance keeps it by column: a table of hundreds of thousands of rows."""
        return bool(self.values)

    @property
    def fields(self) -> list[str]:
        """Fields that have a column of their own: what identifies a record first, then in the schema's order."""
        if self.by_column:
            return keys_at(self.path)
        fields = keys_at((*self.path, 0))
        return [*(field for field in _FIRST if field in fields), *(f for f in fields if f not in (*_FIRST, *PREFIXES))]

    @property
    def prefixes(self) -> dict[str, str]:
        """Those of `PREFIXES` that the table has."""
        fields = keys_at((*self.path, 0))
        return {field: prefix for field, prefix in PREFIXES.items() if field in fields}


PRACTICES = Layout("practices", ("practices",), ("id", "patients"))
HOSPITALS = Layout("hospitals", ("hospitals",), ("id", "kind"))
MISFIT = Layout("misfit", ("misfit",), ("practice", "care_model", "per_patient"))
NEIGHBOURS = Layout("neighbours", ("neighbours",), ("a", "b"))
BIDS = Layout("bids", ("bids",), ("id", "care_model", "members"))
COMMISSIONERS = Layout("commissioners", ("commissioners",), ("area", "delegated"))
PLACES = Layout("places", ("places",))
ADJACENCY = Layout("adjacency", ("adjacency",), ("a", "b"))
RECORD_TABLES = (PRACTICES, HOSPITALS, MISFIT, NEIGHBOURS, BIDS, COMMISSIONERS, PLACES, ADJACENCY)
CARE_MODELS = Layout("care_models", ("care_model",), none_word=True)
ROLES = Layout("roles", ("role",), none_word=True)
WAVES = Layout("waves", ("wave",), ("id", "start_year"), none_word=True)
BOUNDARIES = Layout("boundaries", ("boundary",), ("tier",), none_word=True)
SECTION_TABLES = (CARE_MODELS, ROLES, WAVES, BOUNDARIES)  # sections of the TOML, sheets of a workbook
HOMES = Layout("homes", ("homes",), ("practice", "place", "patients"), values=("patients",))
TRAVEL = Layout(
    "travel",
    ("travel", "table"),
    ("from", "to"),
    (("origin", "from"), ("destination", "to")),
    values=("km", "minutes", "cost"),
)
COLUMN_TABLES = (HOMES, TRAVEL)
TABLES = (*RECORD_TABLES, *COLUMN_TABLES)  # files beside the TOML, sheets of a workbook
_HALVES = (("latitude", "longitude"), ("x_km", "y_km"))
_STAND_INS = {"patients": 0, "kind": "other", "tier": "hubs", "per_patient": 0.0, "delegated": False}


def parse_csv(text: str, file: str) -> tuple[Table | None, list[Fault]]:
    """The table in `text`, or why there is none; a first line `sep=;`, Excel's own, names what is between columns."""
    separator, text = _stated_separator(text)
    if len(separator) != 1 or separator in '"\r\n':
        return None, [Fault(file, "one character after sep=", row=1, value=separator)]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
    try:
        return tabulated(_limited(reader), file)
    except csv.Error as error:
        return None, [Fault(file, f"comma-separated text with quotes closed ({error})", row=reader.line_num)]
    except OverflowError:
        return None, [Fault(file, f"at most {_MOST_LINES:,} rows and {_MOST_CELLS:,} cells")]


def _limited(lines: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """The same lines; raises `OverflowError` where there are too many."""
    cells = 0
    for number, line in enumerate(lines, start=1):
        cells += len(line)
        if number > _MOST_LINES or cells > _MOST_CELLS:
            raise OverflowError
        yield line


def _stated_separator(text: str) -> tuple[str, str]:
    """What separates columns, and the text from its header on: rows are counted as the spreadsheet shows them."""
    first, _, rest = text.partition("\n")
    stated = re.fullmatch(r'"?sep=(.[^,"]*)?"?,*', first.rstrip("\r"), re.IGNORECASE)
    return (stated[1] or "", rest) if stated else (",", text)


def tabulated(lines: Iterable[Sequence[Cell]], file: str) -> tuple[Table | None, list[Fault]]:
    """The first line as header, the rest as rows; a row that is wider than the header is a fault."""
    lines = iter(lines)
    top = list(islice(lines, _TITLES))
    if not top or not any(_filled(cell) for cell in top[0]):
        return None, [Fault(file, "a header with the names of the columns", row=1)]
    header = [str(cell).strip() if cell is not None else "" for cell in top[0]]
    while not header[-1]:
        header.pop()
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        return None, [Fault(file, "columns separated by commas", row=1, value=header[0])]
    if len(header) == 1 and (below := _first_of_several(top)):
        header_below = f"a header with the names of the columns; if row {below} is it, remove what is above"
        return None, [Fault(file, header_below, row=1, value=header[0])]
    if len(header) > MOST_COLUMNS:
        return None, [Fault(file, f"at most {MOST_COLUMNS:,} columns", row=1)]
    body = _Body(file, header)
    body.add(top[1:])
    while some := list(islice(lines, _LINES_AT_ONCE)):
        body.add(some)
    return Table(file, tuple(header), body.columns, body.numbers), [*_header_faults(header, file), *body.faults]


class _Body:
    """Rows below a header, by column: lists of hundreds of thousands of rows cost more than all that is in them."""

    def __init__(self, file: str, header: Sequence[str]) -> None:
        self._file, self._header = file, header
        self._next = 2
        self.columns: list[list[Cell]] = [[] for _ in header]
        self.numbers: list[int] = []
        self.faults: list[Fault] = []
        self._seen: list[set[Cell]] = [set() for _ in header]  # cells that hold a value: most come again and again

    def add(self, lines: Sequence[Sequence[Cell]]) -> None:
        numbers = range(self._next, self._next + len(lines))
        self._next = numbers.stop
        columns = self._regular(lines)
        if columns is None:
            rows = [
                (number, self._row(line, number))
                for number, line in zip(numbers, lines, strict=True)
                if _any_filled(line)
            ]
            self.numbers += [number for number, _ in rows]
            columns = list(zip(*(row for _, row in rows), strict=True))
        else:
            self.numbers += numbers
        for column, cells in zip(self.columns, columns, strict=False):  # of no rows there are none
            column += cells

    def _regular(self, lines: Sequence[Sequence[Cell]]) -> list[tuple[Cell, ...]] | None:
        """The lines by column if they are plain text, as wide as the header, none blank and without errors in them."""
        if set(map(len, lines)) != {len(self._header)}:
            return None
        columns = list(zip(*lines, strict=True))
        if any(set(map(type, column)) != {str} for column in columns) or not all(map(str.strip, columns[0])):
            return None
        for column, seen in zip(columns, self._seen, strict=True):
            new = set(column) - seen
            if any(map(missing_value, new)):
                return None
            seen |= new
        return columns

    def _row(self, line: Sequence[Cell], number: int) -> Sequence[Cell]:
        """A row as wide as the header; what is wrong with it goes to the faults."""
        width = len(self._header)
        if len(line) != width:
            if any(_filled(cell) for cell in line[width:]):
                value = next(str(cell) for cell in line[width:] if _filled(cell))
                self.faults.append(Fault(self._file, f"{width} cells, as the header has", row=number, value=value))
            line = [*line, *[None] * (width - len(line))][:width]
        self.faults += [
            Fault(self._file, expected, row=number, column=column, value=cell.strip())
            for column, cell in zip(self._header, line, strict=True)
            if (expected := missing_value(cell))
        ]
        return line


def _first_of_several(lines: Sequence[Sequence[Cell]]) -> int:
    """The first row near the top with more than one cell, which titles do not have; 0 if there is none."""
    near = enumerate(lines[:_TITLES], start=1)
    return next((number for number, line in near if sum(map(_filled, line)) > 1), 0)


def _any_filled(line: Sequence[Cell]) -> bool:
    return bool(line) and (_filled(line[0]) or any(map(_filled, line)))


def _filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _header_faults(header: Sequence[str], file: str) -> list[Fault]:
    faults = [Fault(file, "a name for every column", row=1, value="") for name in header if not name]
    repeated = dict.fromkeys(name for k, name in enumerate(header) if name and name in header[:k])
    return faults + [Fault(file, "each column once", row=1, column=name) for name in repeated]


def column_faults(table: Table, layout: Layout) -> list[Fault]:
    """Columns that are missing or that nobody knows; a near miss of a missing column is reported once."""
    names = dict(layout.columns)
    known = [names.get(field, field) for field in layout.fields]
    prefixes = tuple(layout.prefixes.values())
    unknown = [c for c in table.header if c and c not in known and not c.startswith(prefixes)]
    hints = {column: did_you_mean(column, known) for column in unknown}
    faults = [Fault(table.file, "not a known column" + hints[c], row=1, column=c) for c in dict.fromkeys(unknown)]
    faults += [Fault(table.file, f"a {_NAMED[c]} after {c}", row=1, column=c) for c in table.header if c in prefixes]
    missing = [column for column in layout.required if column not in table.header]
    missing += [] if layout.name not in ("practices", "hospitals") else _missing_halves(table.header)
    guessed = " ".join(hints.values())
    faults += [
        Fault(table.file, "a column of this name; it is missing", row=1, column=c)
        for c in missing
        if repr(c) not in guessed
    ]
    if layout is TRAVEL and not unknown and not _values(table, layout):
        faults.append(Fault(table.file, "a column km, minutes or cost", row=1))
    return faults


def _values(table: Table, layout: Layout) -> list[str]:
    return [column for column in layout.values if column in table.header]


def _missing_halves(header: Collection[str]) -> list[str]:
    return [half for pair in _HALVES for half in pair if half not in header and any(h in header for h in pair)]


def has_ids(table: Table, layout: Layout) -> bool:
    """Whether the records can be told apart, so that references to them can be judged."""
    names = ("id", "practice", "from", "to", "a", "b", "area")
    return all(column in table.header for column in layout.required if column in names)


def records(table: Table, layout: Layout) -> list[dict[str, Any]]:
    """A dict per row for the schema; empty cells are left out, missing columns (already a fault) filled in."""
    fields, named, columns = [], [], []
    cells_of = dict(zip(table.header, table.columns, strict=True)) if table.numbers else {}
    for field in layout.fields:
        if field in cells_of:
            fields.append(field)
            columns.append(converted(cells_of[field], (*layout.path, 0, field), none_word=layout.none_word))
    for field, prefix in layout.prefixes.items():
        for column in (c for c in cells_of if c not in fields and c.startswith(prefix) and c != prefix):
            named.append((field, column.removeprefix(prefix)))
            columns.append(converted(cells_of[column], (*layout.path, 0, field, "any")))
    filled = _fill_ins(table, layout)
    made = []
    for number, row in enumerate(zip(*columns, strict=True)):
        record = {name: cell for name, cell in zip(fields, row, strict=False) if cell is not _EMPTY}
        for (field, name), cell in zip(named, row[len(fields) :], strict=True):
            if cell is not _EMPTY:
                record.setdefault(field, {})[name] = cell
        made.append({**{name: f"row {number}" if cell is None else cell for name, cell in filled.items()}, **record})
    return made


_EMPTY: Any = object()


def _fill_ins(table: Table, layout: Layout) -> dict[str, Any]:
    """Stand-ins for columns whose absence is a fault already (None = a made-up id), so that rows are not blamed."""
    filled = {column: _STAND_INS.get(column) for column in layout.required if column not in table.header}
    halves = _missing_halves(table.header) if layout.name in ("practices", "hospitals") else ()
    return {**filled, **dict.fromkeys(halves, 0.0)}


def converted(cells: Sequence[Cell], path: Path, *, none_word: bool = False) -> list[Any]:
    """Cells of one column as the schema takes them; `_EMPTY` for those that say nothing."""
    node = node_at(path) or {}
    kind, nullable = node.get("type"), node.get("nullable") and none_word and node.get("type") != "string"
    made: list[Any] = []
    for cell in cells:
        value = cell.strip() if isinstance(cell, str) else cell
        if value is None or value == "":
            made.append(_EMPTY)
        elif kind == "array":
            made.append(split(value))
        elif kind == "string":
            made.append(as_text(value))
        else:
            made.append(None if nullable and value == NONE else value)
    return made


def split(cell: Cell) -> list[str]:
    """Ids of one cell, `;` between them."""
    return [part.strip() for part in str(as_text(cell)).split(";") if part.strip()]


def as_text(cell: Cell) -> Cell:
    """A workbook keeps what looks like a number as one: the id 12 comes as 12 or 12.0."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def columns_of(table: Table, layout: Layout) -> dict[str, list[Any]]:
    """A table that is kept by column, by field, a whole column at a time: it may have hundreds of thousands of rows."""
    cells_of = dict(zip(table.header, table.columns, strict=True))
    names, made = dict(layout.columns), {}
    for field in layout.fields:
        column = names.get(field, field)
        if field in layout.values:
            if column in cells_of:
                made[field] = ["" if cell is None else cell for cell in cells_of[column]]
            continue
        cells = cells_of[column] if column in cells_of else [f"row {number}" for number in table.numbers]
        only_text = set(map(type, cells)) <= {str}
        made[field] = list(cells) if only_text else ["" if cell is None else as_text(cell) for cell in cells]
    if not _values(table, layout):  # a fault already
        made[layout.values[0]] = [0] * len(table.numbers)
    return made


_Row = Practice | Hospital | Misfit | Neighbours | Bid | Commissioner | HomePlace | Adjacency
Record = _Row | Role | CareModel | Wave | Boundary
ColumnTable = HomesTable | TravelTable


def rows_of(items: Sequence[Record], layout: Layout) -> tuple[list[str], Iterator[Sequence[Cell]]]:
    """Header and rows: the columns that some record states, and those that every table has."""
    stated = {field for item in items for field in item.model_fields_set}
    always = {*layout.required, "name"} if layout in (PRACTICES, HOSPITALS) else set(layout.required)
    fields = [field for field in layout.fields if field in stated | always]
    named = [
        (field, name)
        for field in layout.prefixes
        for name in dict.fromkeys(name for item in items for name in getattr(item, field))
    ]

    def cells(item: Record) -> list[Cell]:
        row = [_cell(item, field, layout) for field in fields]
        return row + [getattr(item, field).get(name) for field, name in named]

    return fields + [PREFIXES[field] + name for field, name in named], map(cells, items)


def _cell(item: Record, field: str, layout: Layout) -> Cell:
    if field not in item.model_fields_set:
        return None
    value = getattr(item, field)
    if value is None:
        return NONE if layout.none_word else None
    if value == () and layout.none_word:
        return ";"  # a list that is stated to be empty, where an empty cell would mean the default
    return ";".join(value) if isinstance(value, tuple) else value


def given(instance: InstanceData) -> dict[Layout, Sequence[Record]]:
    """The tables of records that there is something to write of; practices always, stated neighbours though none."""
    found = {layout: getattr(instance, layout.name) for layout in RECORD_TABLES}
    always = (PRACTICES, NEIGHBOURS)
    return {layout: items for layout, items in found.items() if items or (layout in always and items is not None)}


def given_sections(instance: InstanceData) -> dict[Layout, Sequence[Record]]:
    """The sections that are lists of records, by the table that they make; care models and roles though none."""
    found = {layout: getattr(instance, str(layout.path[0])) for layout in SECTION_TABLES}
    return {layout: items for layout, items in found.items() if items or layout in (CARE_MODELS, ROLES)}


def kept_by_column(instance: InstanceData) -> dict[Layout, ColumnTable]:
    """The tables kept by column that an instance has."""
    found = {HOMES: instance.homes, TRAVEL: instance.travel.table}
    return {layout: table for layout, table in found.items() if table is not None}


def column_rows(table: ColumnTable, layout: Layout) -> tuple[list[str], Iterator[Sequence[Cell]]]:
    """Header and rows of a table that is kept by column."""
    names = dict(layout.columns)
    fields = [field for field in layout.fields if getattr(table, field) is not None]
    header = [names.get(field, field) for field in fields]
    return header, zip(*(getattr(table, field) for field in fields), strict=True)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV text: UTF-8 without a byte order mark, so that any tool reads the first column's name."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    return str(cell).lower() if isinstance(cell, bool) else cell
