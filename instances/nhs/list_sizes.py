"""Registered patients of each practice: `gp-reg-pat-prac-all.csv`, `...-quin-age.csv` or `...-sing-age-*.csv`.

All three hold the same totals, by sex and age or not, once a month.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import PEOPLE
from instances.nhs.recognise import FileKind, Table

KIND = FileKind(
    "lists",
    "registered patients (gp-reg-pat-prac-all, -quin-age or -sing-age)",
    {
        "code": ("org_code", "practice_code", "code"),
        "sex": ("sex",),
        "age": ("age_group_5", "age"),
        "patients": ("number_of_patients",),
        "extract_date": ("extract_date",),
        "type": ("org_type", "type"),
    },
    required=("code", "sex", "age", "patients", "extract_date"),
)

_ALL = "ALL"
_SEXES = {"MALE": "MALE", "M": "MALE", "FEMALE": "FEMALE", "F": "FEMALE"}


def read_lists(table: Table, notes: list[str]) -> pd.DataFrame:
    """`code, sex, patients, day`: one row per practice and sex (ALL, MALE or FEMALE) and extract.

    Empty for a file of other bodies than practices; `notes` is told how an unclear day is read. Raises `InputError` for
    two figures of one practice, sex and age.
    """
    frame = table.frame()
    if "type" in frame:
        frame = frame[frame["type"].str.upper().isin(("GP", "GP PRACTICE", "PRACTICE"))]
    frame = frame.assign(
        code=frame["code"].str.upper(),
        sex=frame["sex"].str.upper().replace(_SEXES),
        age=frame["age"].str.upper(),
        patients=table.numbers(frame["patients"], "patients", PEOPLE),
        day=table.days(frame["extract_date"], "extract_date", notes),
    )
    keys = ["code", "sex", "day"]
    frame = frame.drop_duplicates([*keys, "age", "patients"])
    twice = frame[frame.duplicated([*keys, "age"])].head(1)
    for row, code in twice["code"].items():
        expected = "one figure of a practice, sex and age; this is a second one"
        raise InputError([Fault(table.name, expected, int(str(row)), table.headers["code"], code)])
    whole = frame[frame["age"] == _ALL].set_index(keys)["patients"]
    by_age = frame[frame["age"] != _ALL].groupby(keys, dropna=False)["patients"].sum(min_count=1)
    return whole.combine_first(by_age).rename("patients").reset_index()


def totals(parts: Sequence[pd.DataFrame], files: str) -> pd.Series[float]:
    """Patients by code, of one extract: the total where it is given, else both sexes together."""
    rows = pd.concat(parts).drop_duplicates(["code", "sex"])
    stated = rows[rows["sex"] == _ALL].set_index("code")["patients"]
    by_sex = rows[rows["sex"].isin(set(_SEXES.values()))]
    missing = {"MALE", "FEMALE"} - set(by_sex["sex"])
    if stated.empty and missing:
        word = " and ".join(sorted(missing)).lower()
        raise InputError([Fault(files, f"patients of both sexes; those that are {word} are in a file of their own")])
    return stated.combine_first(by_sex.groupby("code")["patients"].sum(min_count=1))
