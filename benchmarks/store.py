"""Where rows are kept: a folder of JSON lines that a kill at any moment leaves usable.

Each process appends to a file of its own, a whole line at a time, on disk before the next run begins. A line without
its end was cut off in writing and is left out; its run is made again. A run that was made again has two rows: the
later one counts.
"""

from __future__ import annotations

import errno
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from benchmarks.row import Row
from instances import Fault, InputError
from instances.files import read_bytes


class Store:
    """A folder of rows, read at any time and appended to by `add`; any number of processes may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "rows"
        self._file: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def rows(self) -> list[Row]:
        """The latest row of each key, in the order of time; raise `InputError` for a whole line that is no row."""
        rows, _ = stored_rows(self.folder)
        found = {row.key: row for row in sorted(rows, key=lambda row: row.started)}
        return sorted(found.values(), key=lambda row: row.started)

    def begin(self) -> int:
        """The file that rows go to, made if it is not there: better now than after the first run."""
        if self._file is None:
            self._file = self._new_file()
        return self._file

    def add(self, row: Row) -> None:
        """Append a row; it is on disk when this returns."""
        file = self.begin()
        line = row.model_dump_json().encode() + b"\n"
        written = os.write(file, line)
        if written < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.folder))
        os.fsync(file)

    def _new_file(self) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        return os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)


def stored_rows(folder: Path) -> tuple[list[Row], int]:
    """Every row of every file below, and how many lines without their end; raise `InputError` for what is no row."""
    rows: list[Row] = []
    faults: list[Fault] = []
    torn = 0
    for file in sorted(folder.rglob("*.jsonl")):
        *lines, rest = read_bytes(file).split(b"\n")
        torn += bool(rest.strip())
        for number, line in enumerate(lines, start=1):
            try:
                rows.append(Row.model_validate_json(line))
            except ValidationError as error:
                faults += row_faults(str(file.relative_to(folder)), number, error)
    if faults:
        raise InputError(faults)
    return rows, torn


def row_faults(file: str, number: int, error: ValidationError) -> list[Fault]:
    """What is wrong with a line that is no row."""
    return [
        Fault(
            file,
            f"a row of this version ({detail['msg']})",
            row=number,
            column=".".join(map(str, detail["loc"])) or None,
            value=None if isinstance(detail["input"], dict | list) else str(detail["input"])[:60],
        )
        for detail in error.errors(include_url=False)
    ]
