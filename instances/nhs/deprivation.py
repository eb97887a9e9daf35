"""Deprivation of each practice's patients (IMD score): Fingertips, OHID, as downloaded or cut down to its columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import MEASURES, refuse
from instances.nhs.recognise import FileKind, Table

KIND = FileKind(
    "deprivation",
    "deprivation by practice (Fingertips, IMD score)",
    {
        "code": ("practice_code", "area_code", "areacode"),
        "deprivation": ("imd_score", "value"),
        "year": ("imd_year", "time_period"),
        "indicator": ("indicator_name",),
    },
    required=("code", "deprivation", "year"),
)

_OVERALL = r"deprivation score|multiple deprivation|\bIMD\b"
_PART = (  # a domain, some of the people, or a place among others
    r"IDAOPI|IDACI|\b(?:income|employment|education|skills|disability|crime|housing|services|environment|domain)\b"
    r"|health deprivation|children|older people|\b(?:rank|decile|quintile|quartile|share|proportion|percentage|gap)\b"
    r"|%|(?:most|least) deprived"
)
_LAST_YEAR = r"(\d{4})(?!.*\d{4})"
_LISTED = 5


@dataclass(frozen=True)
class Scores:
    """One indicator of one year."""

    by_code: pd.Series[float]  # higher = more deprived
    indicator: str  # with its year, as the file has them


def read_deprivation(table: Table, practices: Collection[str]) -> Scores:
    """The overall score of the newest year that the file has for any of the practices (codes in capitals)."""
    frame = table.frame()
    frame = frame.assign(code=frame["code"].str.upper())
    frame = _overall(frame, table) if "indicator" in frame else frame.assign(indicator=table.headers["deprivation"])
    frame = frame[frame["code"].isin(practices)]
    frame = frame.assign(score=table.numbers(frame["deprivation"], "deprivation", MEASURES)).dropna(subset="score")
    if frame.empty:
        return Scores(frame.set_index("code")["score"], "none of these practices")
    newest = _newest(frame).drop_duplicates(["code", "indicator", "score"])
    names = list(newest["indicator"].unique())
    if len(names) > 1:
        expected = "one overall score of a year; keep the rows of one"
        raise InputError([Fault(table.name, expected, column=table.headers["indicator"], value=", ".join(names))])
    twice = newest["code"][newest["code"].duplicated()]
    refuse(twice, table.name, table.headers["code"], "one score of a practice and year; this is a second one")
    return Scores(newest.set_index("code")["score"], f"{names[0]}, {newest['year'].iloc[0] or 'no year'}")


def _overall(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The rows of overall scores."""
    named = frame["indicator"]
    rows = named.str.contains(_OVERALL, case=False, regex=True) & ~named.str.contains(_PART, case=False, regex=True)
    if not rows.any():
        others = ", ".join(named.unique()[:_LISTED])
        expected = "rows of the indicator `Deprivation score (IMD)`"
        raise InputError([Fault(table.name, expected, column=table.headers["indicator"], value=others)])
    return frame[rows]


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the last year; of several editions in a year, of the one whose name has the last year."""
    for field in ("year", "indicator"):
        year = frame[field].str.extract(_LAST_YEAR, expand=False).fillna("")
        frame = frame[year == year.max()]
    return frame
