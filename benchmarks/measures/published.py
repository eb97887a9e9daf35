"""Objectives of the literature: a CSV file with the columns set, instance, best_known, source, status and
solution_checked_here; others are left alone."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from instances import Fault, InputError
from instances.files import read_text

COLUMNS = ("set", "instance", "best_known", "source", "status", "solution_checked_here")
PROVEN = "proven optimal"
CHECKED = "Y"


@dataclass(frozen=True)
class Published:
    """What others reached. Only a `checked` objective is held against runs: some published ones are of no plan."""

    family: str
    instance: str
    objective: float
    status: str
    source: str
    checked: bool

    @property
    def proven(self) -> bool:
        return self.status.startswith(PROVEN)


@dataclass(frozen=True)
class Literature:
    """All published objectives, found by family and instance."""

    entries: tuple[Published, ...] = ()

    def find(self, family: str, instance: str) -> Published | None:
        """The entry whose set is the family and whose instance is the name, or the name up to a remark in brackets,
        as `caregroup import` names "cpmp01 (floor)"."""
        for entry in self.entries:
            if entry.family == family and (instance == entry.instance or instance.startswith(f"{entry.instance} (")):
                return entry
        return None

    def of(self, named: Iterable[tuple[str, str]]) -> Published | None:
        """The first entry of any of the families and names that an instance goes by."""
        return next((entry for names in named if (entry := self.find(*names)) is not None), None)

    @classmethod
    def read(cls, path: Path) -> Literature:
        """Raise `InputError` with every fault of the file."""
        reader = csv.DictReader(io.StringIO(read_text(path)))
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError([Fault(path.name, f"the columns {', '.join(COLUMNS)}; without {', '.join(missing)}")])
        rows = list(reader)
        faults = list(_faults(path.name, rows))
        if faults:
            raise InputError(faults)
        return cls(
            tuple(
                Published(
                    family=row["set"],
                    instance=row["instance"],
                    objective=float(row["best_known"]),
                    status=row["status"],
                    source=row["source"],
                    checked=row["solution_checked_here"] == CHECKED,
                )
                for row in rows
            )
        )


def _faults(file: str, rows: list[dict[str, str]]) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, start=2):
        if any(row[column] is None for column in COLUMNS):
            yield Fault(file, "as many cells as the header has", row=number)
            continue
        if not _is_number(row["best_known"]):
            yield Fault(file, "a number", row=number, column="best_known", value=row["best_known"])
        before = first.setdefault((row["set"], row["instance"]), number)
        if before != number:
            yield Fault(file, f"each instance of a set once; row {before} has it too", row=number, column="instance")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
