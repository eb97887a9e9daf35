"""Published files as text: plain, gzipped or zipped, in a usual encoding, whatever separates their columns.

A `Source` is one table of text, a file or a member of an archive; which kind of file it is `recognise.py` says.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.unpacked import DAMAGE, MOST_BYTES, damaged, unpacked

_SEPARATORS = (",", "\N{NOT SIGN}", "\t", ";", "|")  # the second is that of NHS Choices
_QUOTING = (",", ";")  # separators of programs that quote cells; stray quotes are common with the others
_HEAD_BYTES = 65_536  # enough for any header
_LINE = re.compile(r"\bfields in line (\d+)")  # of what pandas says of a row that is too wide
_OPEN = re.compile(r"inside string starting at row (\d+)")  # of a quote that nothing closes, rows counted from 0
_CHUNK_ROWS = 500_000
_MOST_FAULTS = 10  # listed of one file
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_ENCRYPTED = 0x1  # flag of an archive's member
_TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".gz")


@dataclass(frozen=True)
class Source:
    """A text table: a file, or a member of a zip archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """As messages say it."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Its bytes, uncompressed."""
        with self.path.open("rb") as file:
            if self.path.stat().st_size > MOST_BYTES:
                raise InputError([Fault(self.name, f"a file of {MOST_BYTES >> 30} GB at most")])
            if self.member is not None:
                with self._archive(file) as archive, archive.open(self.member) as member:
                    yield unpacked(member, file, self.name)
            elif file.peek(2)[:2] == _GZIP:
                with gzip.open(file) as stream:
                    yield unpacked(stream, file, self.name)  # type: ignore[arg-type]  # a GzipFile reads bytes
            else:
                yield file

    @contextmanager
    def _archive(self, file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
        try:
            archive = zipfile.ZipFile(file)
            if archive.getinfo(self.member or "").flag_bits & _ENCRYPTED:
                raise NotImplementedError("it asks for a password")
            archive.open(self.member or "").close()
        except DAMAGE as error:
            raise damaged(self.name, error) from None
        with archive:
            yield archive

    def head(self) -> tuple[str, tuple[str, ...]]:
        """The beginning as text, empty for what is none, and the encodings that the whole may have."""
        with self.opened() as stream:
            content = stream.read(_HEAD_BYTES)
        encodings = _encodings(content)
        try:
            text = codecs.getincrementaldecoder(encodings[0])().decode(content)
        except UnicodeDecodeError:
            text = content.decode(encodings[-1], errors="replace")
        return "" if "\0" in text else text, encodings


def _encodings(content: bytes) -> tuple[str, ...]:
    """In the order of trial."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if content[:1] and content[1:2] == b"\0":  # a letter, and UTF-16 without its mark
        return ("utf-16-le",)
    return ("utf-16-be",) if content[:1] == b"\0" else ("utf-8-sig", "cp1252")


def sources_at(path: Path) -> list[Source]:
    """All that may be a table at `path`: a file, the members of an archive, or the files of a folder and below."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        return [source for file in files for source in sources_at(file)]
    if not path.is_file():
        raise InputError([Fault(path.name, f"a file or folder; there is none at {path}")])
    with path.open("rb") as file:
        if file.read(4) != _ZIP:
            return [Source(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except DAMAGE as error:
        raise damaged(path.name, error) from None
    tables = [Source(path, member) for member in sorted(members) if member.lower().endswith(_TABLE_SUFFIXES[:3])]
    return tables or [Source(path)]


def split_line(line: str, separator: str) -> list[str]:
    """The cells of one line."""
    cells = next(csv.reader([line], delimiter=separator)) if separator in _QUOTING else line.split(separator)
    return [cell.strip().strip('"') for cell in cells]


def separator_of(line: str) -> str:
    """The separator that a header uses: the one that occurs most."""
    return max(_SEPARATORS, key=line.count)


@dataclass(frozen=True)
class FormLayout:
    """How a source is to be read."""

    separator: str
    skipped: int  # lines before the first row
    width: int  # columns of the header
    breadth: int  # cells of the widest row at the beginning, blank ones after the last column included
    encodings: tuple[str, ...]  # in the order of trial


def read_columns(
    source: Source, layout: FormLayout, columns: Sequence[tuple[str, int]], *, whole_rows: bool
) -> Iterator[pd.DataFrame]:
    """Columns by (name, position) as text without spaces around, blank rows left out.

    Large files come in chunks. The index is each row's line in the file, where no cell has a line break.
    With `whole_rows`, those wider than the header, whose cells may have shifted, are faults; that takes longer.
    """
    for encoding in layout.encodings:
        read = 0
        try:
            for chunk in _chunks(source, layout, columns, encoding, whole_rows=whole_rows):
                read += 1
                yield chunk
        except UnicodeDecodeError as error:
            if read == 0 and encoding != layout.encodings[-1]:
                continue
            raise InputError([Fault(source.name, f"text in UTF-8, UTF-16 or Windows-1252 ({error.reason})")]) from None
        except InputError:
            raise
        except (ValueError, csv.Error) as error:  # of what is no table, in any of a parser's words
            raise InputError([_unread(source, layout, str(error))]) from None
        return


def _unread(source: Source, layout: FormLayout, said: str) -> Fault:
    """What a parser says of a table, with the row where it names one."""
    if wide := _LINE.search(said):
        return Fault(source.name, _cells(layout), row=int(wide[1]))
    if unclosed := _OPEN.search(said):
        return Fault(source.name, "a quote that begins in this row to be closed", row=int(unclosed[1]) + 1)
    return Fault(source.name, f"a table ({said})")


def _chunks(
    source: Source, layout: FormLayout, columns: Sequence[tuple[str, int]], encoding: str, *, whole_rows: bool
) -> Iterator[pd.DataFrame]:
    names = {position: name for name, position in columns}
    cells = max(layout.width, layout.breadth) + 1 if whole_rows else max(names) + 1
    plain = len(layout.separator.encode()) == 1
    with source.opened() as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        reader = pd.read_csv(
            text,
            sep=layout.separator,
            header=None,
            names=list(range(cells)),
            usecols=None if whole_rows else sorted(names),
            index_col=False,
            skiprows=layout.skipped,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            quoting=csv.QUOTE_MINIMAL if layout.separator in _QUOTING else csv.QUOTE_NONE,
            engine="c" if plain else "python",
            chunksize=_CHUNK_ROWS,
        )
        for chunk in reader:
            chunk.index = chunk.index + layout.skipped + 1
            for beyond in range(layout.width, cells):  # columns that only rows too wide have
                _refuse_wide(chunk[beyond].fillna("").astype(str).str.strip(), source, layout)
            frame = chunk.rename(columns=names)[[name for name, _ in columns]]
            frame = frame.fillna("").apply(lambda column: column.str.strip())
            yield frame[(frame != "").any(axis=1)]


def _refuse_wide(beyond: pd.Series[str], source: Source, layout: FormLayout) -> None:
    wide = beyond[beyond != ""].head(_MOST_FAULTS)
    if len(wide):
        raise InputError(Fault(source.name, _cells(layout), int(str(row)), None, cell) for row, cell in wide.items())


def _cells(layout: FormLayout) -> str:
    return f"{layout.width} cells, as the header has (is a {layout.separator!r} within a cell not quoted?)"
