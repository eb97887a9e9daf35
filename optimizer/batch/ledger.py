"""What is done: a line of JSON a run, on disk before the next begins, and a folder a plan.

A kill at any moment costs the runs that were under way. The entry lies in the plan's folder too, which appears whole:
where a kill came between folder and line, the folder is as good.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from instances import Fault, InputError
from optimizer.batch.runs import Run
from optimizer.model.backend import Limit, Reason
from optimizer.output.files import write_outputs
from optimizer.output.read_plan import PLAN_FILE
from optimizer.solving.result import Result

LEDGER_FILE, RUN_FILE, RUNS = "ledger.jsonl", "run.json", "runs"


class Entry(BaseModel):
    """How a run ended."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    key: str
    instance: str
    scenario: str
    seed: int | None
    folder: str | None  # of its plan, below `RUNS`; None without one
    status: Reason
    limit: Limit | None
    message: str
    objective: float | None = None  # pounds a year, as verified then
    seconds: float
    memory_mb: float | None  # at most, of the solver's processes
    ended: AwareDatetime
    begun: bool = True  # False: what it was to start from has no plan

    @property
    def is_final(self) -> bool:
        """Whether making it again would say nothing new: not of what failed."""
        return self.folder is not None or self.status is not Reason.ERROR


class Ledger:
    """The folder of a batch; one process at a time may write to it."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self.folder = folder
        self.path = folder / LEDGER_FILE
        self._warn = warn
        self._file: int | None = None
        self.entries: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        """Reads what is there; raise `InputError` where another batch is at work in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.__exit__()
            expected = "a folder in which no other batch is at work"
            raise InputError([Fault("--out", expected, value=str(self.folder))]) from None
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)  # with its lock
            self._file = None

    def _read(self) -> None:
        content = self.path.read_bytes()
        *lines, torn = content.split(b"\n")
        for number, line in enumerate(lines, 1):
            try:
                entry = Entry.model_validate_json(line)
            except ValidationError:
                self._warn(f"{LEDGER_FILE}, row {number}: not a whole entry; it is ignored")
                continue
            self.entries[entry.key] = entry
        if torn:  # of a kill in mid-write: the next line is to begin on one of its own
            assert self._file is not None
            os.ftruncate(self._file, len(content) - len(torn))

    def entry_of(self, run: Run) -> Entry | None:
        """Of a run that need not be made again, as what it left is all there."""
        entry = self.entries.get(run.key) or self._adopted(run)
        if entry is None or not entry.is_final:
            return None
        there = entry.folder is None or (self.place(entry.folder) / PLAN_FILE).is_file()
        return entry if there else None

    def _adopted(self, run: Run) -> Entry | None:
        """From the folder of a run whose line was not written any more."""
        file = self.place(run.folder) / RUN_FILE
        if not file.is_file():
            return None
        try:
            entry = Entry.model_validate_json(file.read_bytes())
        except ValidationError:
            return None
        if entry.key != run.key:
            return None
        self.add(entry)
        return entry

    def forget(self, runs: Iterable[Run]) -> None:
        """So that all of these are made again; the plans of others stay."""
        assert self._file is not None
        os.ftruncate(self._file, 0)
        self.entries.clear()
        for run in runs:
            shutil.rmtree(self.place(run.folder), ignore_errors=True)

    def place(self, folder: str) -> Path:
        return self.folder / RUNS / folder

    def keep(self, run: Run, entry: Entry, result: Result | None) -> Entry:
        """Write the folder of a result that has a plan, aside first, then the line."""
        if result is not None and result.plan is not None:
            entry = entry.model_copy(update={"folder": run.folder})
            final, aside = self.place(run.folder), self.place(f".{run.folder}.part")
            shutil.rmtree(aside, ignore_errors=True)
            write_outputs(result, aside, run.settings, run.instance_file)
            (aside / RUN_FILE).write_text(entry.model_dump_json() + "\n", encoding="utf-8")
            shutil.rmtree(final, ignore_errors=True)  # of a plan that was damaged
            aside.rename(final)
        self.add(entry)
        return entry

    def add(self, entry: Entry) -> None:
        """On disk when this returns."""
        assert self._file is not None
        line = entry.model_dump_json().encode() + b"\n"
        written = os.write(self._file, line)
        if written < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        os.fsync(self._file)
        self.entries[entry.key] = entry
