"""Which published file a table is, told by its columns alone: names of files change more often than those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import Range, normalised, numbers, refuse
from instances.nhs.days import days
from instances.nhs.sources import FormLayout, Source, read_columns, separator_of, sources_at, split_line
from instances.sheet_errors import SHOWN, is_sheet_error

_HEADER_WITHIN = 12  # lines, some of them titles above the header
_NAMED = 5  # files in a message
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? *[0-9][A-Z]{2}")
_CODE_POINT_COLUMNS = ("postcode", "quality", "eastings", "northings")


@dataclass(frozen=True)
class FileKind:
    """A published file: its fields, and the names that each one's column has had over the years."""

    id: str
    title: str
    columns: Mapping[str, tuple[str, ...]]  # field -> normalised names, the best first
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()  # at least one of these fields too

    def found_in(self, header: Iterable[str]) -> dict[str, int] | None:
        """Position of each field that is there; None if the header is not of this kind."""
        position: dict[str, int] = {}
        for number, name in enumerate(header):
            position.setdefault(normalised(name), number)
        found = {
            field: next(position[name] for name in names if name in position)
            for field, names in self.columns.items()
            if any(name in position for name in names)
        }
        has_one = not self.one_of or any(field in found for field in self.one_of)
        return found if has_one and all(field in found for field in self.required) else None

    @property
    def expected(self) -> str:
        """What its header has, in the newest names."""
        names = [self.columns[field][0].upper() for field in self.required]
        names += [" or ".join(self.columns[field][0].upper() for field in self.one_of)] * bool(self.one_of)
        return f"{self.title}: {', '.join(names)}"


@dataclass(frozen=True)
class Table:
    """A source of a known kind, and where its fields stand."""

    source: Source
    kind: FileKind
    layout: FormLayout
    positions: Mapping[str, int]
    headers: Mapping[str, str]  # field -> its column's name in the file

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def is_utf_16(self) -> bool:
        return self.layout.encodings[0].startswith("utf-16")

    def frame(self) -> pd.DataFrame:
        """All fields that the file has, as text; an error of a spreadsheet in one is a fault."""
        frame = pd.concat(self._read(whole_rows=True))
        for field, header in self.headers.items():
            wrong = frame[field].isin([cell for cell in frame[field].unique() if is_sheet_error(cell)])
            refuse(frame[field][wrong], self.name, header, SHOWN)
        return frame

    def chunks(self) -> Iterable[pd.DataFrame]:
        """The same in pieces and unchecked, for files as large as a directory of postcodes."""
        return self._read(whole_rows=False)

    def numbers(self, column: pd.Series[str], field: str, allowed: Range) -> pd.Series[float]:
        """A column of this table as numbers, nan where none is reported."""
        header, by_comma = self.headers.get(field, field), self.layout.separator == ","
        return numbers(column, self.name, header, allowed, comma_separated=by_comma)

    def days(self, column: pd.Series[str], field: str, notes: list[str]) -> pd.Series[pd.Timestamp]:
        """A column of this table as days, NaT for an empty cell; `notes` is told how unclear ones are read."""
        return days(column, self.name, self.headers[field], notes)

    def _read(self, *, whole_rows: bool) -> Iterable[pd.DataFrame]:
        return read_columns(self.source, self.layout, list(self.positions.items()), whole_rows=whole_rows)


def recognised(source: Source, kinds: Iterable[FileKind]) -> Table | None:
    """The table in a source, or None where no kind fits."""
    text, encodings = source.head()
    lines = text.splitlines()
    kinds = list(kinds)
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        separator = separator_of(line)
        header = _without_blank_end(split_line(line, separator))
        for kind in kinds:
            positions = kind.found_in(header)
            if positions is not None:
                headers = {field: header[position] for field, position in positions.items()}
                breadth = max(len(split_line(row, separator)) for row in lines)
                layout = FormLayout(separator, number + 1, len(header), breadth, encodings)
                return Table(source, kind, layout, positions, headers)
    return _code_point(source, lines, encodings, kinds)


def _without_blank_end(header: list[str]) -> list[str]:
    """A header without the nameless columns that spreadsheets leave at its end."""
    named = [number for number, name in enumerate(header, start=1) if name]
    return header[: max(named, default=0)]


def _code_point(source: Source, lines: list[str], encodings: tuple[str, ...], kinds: list[FileKind]) -> Table | None:
    """Code-Point Open has no header: postcode, quality, eastings, northings and codes of areas."""
    kind = next((kind for kind in kinds if kind.id == "postcodes"), None)
    cells = split_line(lines[0], ",") if lines else []
    is_row = len(cells) >= 4 and _POSTCODE.fullmatch(cells[0]) and all(cell.isdigit() for cell in cells[1:4])
    if kind is None or not is_row:
        return None
    positions = {field: number for number, field in enumerate(_CODE_POINT_COLUMNS)}
    layout = FormLayout(",", 0, len(cells), len(cells), encodings)
    return Table(source, kind, layout, positions, {field: field for field in positions})


@dataclass(frozen=True)
class Found:
    """Tables by kind, and what else was there."""

    tables: Mapping[str, list[Table]]
    unused: tuple[str, ...]

    @property
    def unknown(self) -> str:
        """For the end of a message that a file is missing: those that may have been meant."""
        more = f" and {len(self.unused) - _NAMED:,} more" if len(self.unused) > _NAMED else ""
        return f"; not known by their columns: {', '.join(self.unused[:_NAMED])}{more}" if self.unused else ""

    @property
    def of_any_kind(self) -> list[Table]:
        return [table for tables in self.tables.values() for table in tables]


def find_tables(paths: Iterable[Path], kinds: Iterable[FileKind]) -> Found:
    """Every table of a known kind at `paths`; a file named itself that holds none is refused."""
    kinds = list(kinds)
    tables: dict[str, list[Table]] = {kind.id: [] for kind in kinds}
    unused, faults = [], []
    for path in paths:
        sources = sources_at(path)
        made = {source: recognised(source, kinds) for source in sources}
        for source, table in made.items():
            if table is None:
                unused.append(source.name)
            elif table not in tables[table.kind.id]:
                tables[table.kind.id].append(table)
        if not any(made.values()):
            faults.append(_unknown(path, kinds))
    if faults:
        raise InputError(faults)
    return Found(tables, tuple(unused))


def _unknown(path: Path, kinds: list[FileKind]) -> Fault:
    expected = "".join(f"\n    {kind.expected}" for kind in kinds)
    advice = " (of a workbook: save the sheet as CSV)" if path.suffix.lower() in (".xlsx", ".xls", ".ods") else ""
    what = "a folder with" if path.is_dir() else "one of"
    return Fault(path.name, f"{what} the published files that have these columns{advice}:{expected}")
