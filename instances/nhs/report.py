"""What an import did: which file gave what, what is missing or assumed, and who was left out for which reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from instances.instance import Instance


@dataclass(frozen=True)
class Join:
    """One property of the practices and the file that it came from."""

    what: str
    source: str
    lacking: tuple[str, ...]  # codes of practices that the file says nothing of
    then: str  # what holds for those


@dataclass(frozen=True)
class Dropped:
    """Practices of the selection that are not in the instance."""

    reason: str
    practices: tuple[str, ...]  # code, name and patients


@dataclass(frozen=True)
class Lodged:
    """Patients who live at a place, or count as living at their practice for a reason."""

    reason: str
    patients: int
    rows: int  # of the published file, or their parts
    practices: int


@dataclass(frozen=True)
class HomesReport:
    """Where the patients of the file live."""

    lived: Lodged  # at places
    lodged: tuple[Lodged, ...]  # at the practice, by reason
    places: int
    vintage: int  # of the places' LSOAs
    day: str  # of the extract, empty = not stated
    zones: tuple[str, ...]  # kinds of zone, and whether by name or code
    rows: int  # of homes.csv


@dataclass
class Report:
    """Filled in as the import goes."""

    files: list[tuple[str, str]] = field(default_factory=list)  # (kind of file, its name)
    joins: list[Join] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # sentences without their full stop
    warnings: list[str] = field(default_factory=list)  # what makes the instance wrong or useless as it is
    unused: tuple[str, ...] = ()
    in_map: int = 0  # practices of the map
    selected: int = 0  # of these, that the selection takes
    homes: HomesReport | None = None

    def joined(self, what: str, source: str, lacking: Iterable[object], then: str) -> None:
        self.joins.append(Join(what, source, tuple(str(code) for code in lacking), then))

    def drop(self, practices: pd.DataFrame, rows: pd.Series[bool], reason: str) -> pd.DataFrame:
        """The practices without `rows`, which are noted."""
        gone = practices[rows]
        if len(gone):
            self.dropped.append(Dropped(reason, tuple(map(_named, *(gone[c] for c in ("code", "name", "patients"))))))
        return practices[~rows]


def _named(code: str, name: str, patients: float) -> str:
    return f"{code} {name}" + ("" if pd.isna(patients) else f" ({patients:,.0f} patients)")


@dataclass(frozen=True)
class NhsImport:
    """The instance and how it came about."""

    instance: Instance
    report: Report
