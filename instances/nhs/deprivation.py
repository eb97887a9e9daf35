"""Deprivation of each practice's patients (IMD score): Fingertips, OHID, as downloaded or cut down to its columns."""

from __future__ import annotations

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import numbers
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

_INDICATOR = r"deprivation|\bIMD\b"


def read_deprivation(table: Table) -> pd.DataFrame:
    """`code, deprivation` (higher = more deprived; nan = none), the newest year's."""
    frame = table.frame()
    if "indicator" in frame:
        frame = frame[frame["indicator"].str.contains(_INDICATOR, case=False, regex=True)]
        if frame.empty:
            expected = "rows of the indicator `Deprivation score (IMD)`"
            raise InputError([Fault(table.name, expected, column=table.headers["indicator"])])
    frame = frame.sort_values("year", ascending=False, kind="stable").assign(code=frame["code"].str.upper())
    score = numbers(frame["deprivation"], table.name, table.headers["deprivation"])
    return frame.assign(deprivation=score)[["code", "deprivation"]].drop_duplicates("code")
