"""Where each practice's patients live: `gp-reg-pat-prac-lsoa-all.csv`, or `-male` and `-female` together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import PEOPLE, refuse
from instances.nhs.days import written
from instances.nhs.lsoas import CODE_COLUMNS, named_vintage
from instances.nhs.practices import newest, of_day, required
from instances.nhs.recognise import FileKind, Found, Table
from instances.nhs.report import Report
from instances.sheet_errors import SHOWN, is_sheet_error

KIND = FileKind(
    "residents",
    "patients by practice and LSOA (gp-reg-pat-prac-lsoa-all, or -male and -female)",
    {
        "code": ("practice_code", "prac_code", "org_code"),
        "lsoa": CODE_COLUMNS,
        "sex": ("sex",),
        "patients": ("number_of_patients", "all_patients", "patients", "count"),
        "extract_date": ("extract_date",),
    },
    required=("code", "lsoa", "patients"),
)

_ALL = "ALL"
_UNDATED = pd.Timestamp("NaT")
_SEXES = {"M": "MALE", "F": "FEMALE"}


@dataclass(frozen=True)
class Residents:
    """One extract: `code, lsoa, patients, file, row, header` of each row of these practices that has patients."""

    frame: pd.DataFrame
    vintage: int | None  # 2011 or 2021, where the header of a file says it
    files: str
    day: pd.Timestamp


def read_residents(found: Found, practices: Collection[str], report: Report) -> Residents:
    """Rows of the practices (codes in capitals) in the newest extract, both sexes together.

    Raises `InputError` for counts that are suppressed or negative, rows that are there twice, one sex alone, and where
    no practice is there.
    """
    tables = required(found, KIND)
    frames = [_read(table, practices, report.notes) for table in tables]
    read = [(table, frame) for table, frame in zip(tables, frames, strict=True) if len(frame)]
    if not read:
        expected = f"rows of the {len(practices):,} practices of the selection; it has none of theirs"
        raise InputError([Fault(_names(tables), expected)])
    tables, frames = [table for table, _ in read], [frame for _, frame in read]
    days = [frame["day"].max() for frame in frames]
    at = newest(days, tables, report)
    rows = pd.concat([of_day(frames[k], days[k], tables[k], report) for k in at], ignore_index=True)
    files, day = _names([tables[k] for k in at]), days[at[0]]
    _refuse_twice(rows)
    vintages = {named_vintage(tables[k].headers["lsoa"]) for k in at} - {None}
    if len(vintages) > 1:
        raise InputError([Fault(files, "LSOAs of one vintage; these files have those of 2011 and of 2021")])
    report.files.append((KIND.title, files + ("" if pd.isna(day) else f" ({written(day)})")))
    return Residents(_both_sexes(rows, files), next(iter(vintages), None), files, day)


def _names(tables: Sequence[Table]) -> str:
    return ", ".join(table.name for table in tables)


def _read(table: Table, practices: Collection[str], notes: list[str]) -> pd.DataFrame:
    """`code, lsoa, sex, patients, day, file, row, header`; of a country only what is asked for is looked at closely."""
    kept = []
    for chunk in table.chunks():
        codes = chunk["code"].str.upper()
        kept.append(chunk.assign(code=codes)[codes.isin(practices)])
    frame = pd.concat(kept)
    header = table.headers
    wrong = frame["lsoa"].isin([cell for cell in frame["lsoa"].unique() if not cell or is_sheet_error(cell)])
    refuse(frame["lsoa"][wrong].head(1), table.name, header["lsoa"], f"the code of an LSOA, or NO2021; {SHOWN}")
    sex = frame["sex"].str.upper().replace(_SEXES) if "sex" in frame else _ALL
    made = frame.assign(
        lsoa=frame["lsoa"].str.upper(),
        sex=sex,
        patients=_counts(table, frame["patients"]),
        day=table.days(frame["extract_date"], "extract_date", notes) if "extract_date" in frame else _UNDATED,
        file=table.name,
        row=frame.index,
        header=header["lsoa"],
    )
    other = ~made["sex"].isin((_ALL, *_SEXES.values()))
    refuse(made["sex"][other].head(1), table.name, header.get("sex", "sex"), "ALL, MALE or FEMALE")
    return made


def _counts(table: Table, cells: pd.Series[str]) -> pd.Series[float]:
    """Patients; one fault for all counts that are none, with how many there are."""
    header = table.headers["patients"]
    below = cells[cells.str.startswith("-") & (cells.str.len() > 1)]
    refuse(below.head(1), table.name, header, f"0 patients or more{_so_many(len(below))}")
    counts = table.numbers(cells, "patients", PEOPLE)
    none = cells[counts.isna()]
    refuse(none.head(1), table.name, header, f"how many patients live there; it is suppressed{_so_many(len(none))}")
    return counts


def _so_many(rows: int) -> str:
    return f" ({rows:,} rows like it)" if rows > 1 else ""


def _refuse_twice(rows: pd.DataFrame) -> None:
    twice = rows[rows.duplicated(["code", "lsoa", "sex"])]
    for _, row in twice.head(1).iterrows():
        expected = f"one row of a practice, LSOA and sex; this is a second one of {row['code']}, {row['sex']}"
        raise InputError(
            [Fault(row["file"], expected + _so_many(len(twice)), int(row["row"]), row["header"], row["lsoa"])]
        )


def _both_sexes(rows: pd.DataFrame, files: str) -> pd.DataFrame:
    """The total where a practice has one, else the sum of both sexes; rows without patients say nothing."""
    stated = rows["sex"] == _ALL
    apart = rows[~stated & ~rows["code"].isin(rows["code"][stated])]
    missing = set(_SEXES.values()) - set(apart["sex"])
    if len(apart) and missing:
        words = " and ".join(sorted(missing)).lower()
        raise InputError([Fault(files, f"patients of both sexes; those that are {words} are in a file of their own")])
    first = dict.fromkeys(("file", "row", "header"), "first")
    summed = apart.groupby(["code", "lsoa"], as_index=False).agg({"patients": "sum", **first})
    both = pd.concat([rows[stated], summed], ignore_index=True)
    return both.loc[both["patients"] > 0, ["code", "lsoa", "patients", *first]]
