"""Places where people live, LSOAs of 2011 and 2021: where they are, their zones, and what became of them.

A table of LSOAs is anything with their codes and a fact about them: centroids, population, a lookup to councils or
wards, the rural-urban classification, the Index of Multiple Deprivation. Several are put together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import AVERAGES, DEGREES, MEASURES, METRES, refuse
from instances.nhs.postcodes import from_grid
from instances.nhs.recognise import FileKind, Table

VINTAGES = (2011, 2021)
_OF = {
    2011: ("lsoa11cd", "lsoa_code_2011", "lsoa_2011_code", "lsoa11"),
    2021: ("lsoa21cd", "lsoa_code_2021", "lsoa_2021_code", "lsoa21"),
}
CODE_COLUMNS = ("lsoa_code", "lsoacd", *_OF[2021], *_OF[2011], "lsoa")
_FIRST_NEW = {"E01": "E01033769", "W01": "W01001959"}  # of the codes that LSOAs first had in 2021
_YEARS = [f"{year:02}" for year in (*range(24, 8, -1), *range(25, 40))]  # of the names of columns


def _yearly(*names: str) -> tuple[str, ...]:
    """`lad{}cd` and the like, with each year."""
    return tuple(name.format(year) for year in _YEARS for name in names)


def _census(*names: str) -> tuple[str, ...]:
    return tuple(name.format(year) for year in ("21", "11") for name in names)


TEXTS = ("council", "council_code", "msoa", "msoa_code", "ward", "ward_code")
_FACTS = {
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "long", "lon"),
    "easting": ("easting", "eastings", "bng_e", "x"),
    "northing": ("northing", "northings", "bng_n", "y"),
    "population": (
        *("population", "total", "total_population", "pop", "all_ages"),
        *_yearly("total_population_mid_20{}_excluding_prisoners", "total_population_mid_20{}"),
    ),
    "deprivation": ("index_of_multiple_deprivation_imd_score", "imd_score", "imd_score_2025", "imd_score_2019"),
    "rural": (*_census("ruc{}cd", "ruc{}nm", "ruc{}"), "ruc", "rural_urban_classification"),
    "council": (*_yearly("lad{}nm", "local_authority_district_name_20{}", "lad_20{}_name"), "council", "ladnm"),
    "council_code": (*_yearly("lad{}cd", "local_authority_district_code_20{}", "lad_20{}_code"), "ladcd"),
    "msoa": (*_census("msoa{}nm"), "msoa_name"),
    "msoa_code": (*_census("msoa{}cd"), "msoa_code", "msoa"),
    "ward": (*_yearly("wd{}nm"), "ward", "ward_name"),
    "ward_code": (*_yearly("wd{}cd"), "ward_code"),
}
KIND = FileKind(
    "lsoas",
    "facts about LSOAs (centroids, council, MSOA, ward, rural class, population or IMD, by LSOA)",
    {
        "code": CODE_COLUMNS,
        "name": ("lsoa21nm", "lsoa11nm", "lsoa_name_2021", "lsoa_name_2011", "lsoanm", "lsoa_name"),
        **_FACTS,
    },
    required=("code",),
    one_of=tuple(_FACTS),
)
LOOKUP_KIND = FileKind(
    "lsoa_lookup",
    "LSOA 2011 to LSOA 2021 (exact fit lookup)",
    {"old": _OF[2011], "new": _OF[2021], "share": ("share_11_to_21", "share")},
    required=("old", "new"),
)
TOUCHING_KIND = FileKind(
    "lsoas_touching",
    "which LSOAs touch",
    {"a": ("lsoa21cd_a", "lsoa11cd_a", "lsoa_a"), "b": ("lsoa21cd_b", "lsoa11cd_b", "lsoa_b")},
    required=("a", "b"),
)
_RURAL = re.compile(r"(?!.*urban).*rural.*|r[ls][nf]1|[def][12]", re.IGNORECASE)  # of 2021 and of 2011
_URBAN = re.compile(r".*urban.*|u[nf]1|[abc][12]", re.IGNORECASE)
_SHARES = MEASURES
_DEGREES, _GRID = ("latitude", "longitude"), ("easting", "northing")
_PAIRS = (_DEGREES, _GRID)


def named_vintage(header: str) -> int | None:
    """The year that a column of codes is of by its name."""
    return next((year for year in VINTAGES if str(year) in header or f"lsoa{year % 100}" in header.lower()), None)


def first_used_in_2021(codes: pd.Series[str]) -> pd.Series[bool]:
    """Codes that no LSOA of 2011 has."""
    return codes.str.fullmatch(r"[EW]01\d{6}") & (codes >= codes.str[:3].map(_FIRST_NEW).fillna("~"))


@dataclass(frozen=True)
class Lsoas:
    """Facts by vintage, by code: `name, latitude, longitude, population, deprivation, rural` and `TEXTS`."""

    of: Mapping[int, pd.DataFrame]
    sources: tuple[str, ...]

    def placed(self, vintage: int) -> pd.DataFrame:
        """Those with coordinates."""
        frame = self.of[vintage]
        return frame[frame["latitude"].notna()]


def read_lsoas(tables: Sequence[Table]) -> Lsoas:
    """All facts of all tables; of two that state the same, the first one counts."""
    read = [(table, _vintage(table), _read(table)) for table in tables]
    of: dict[int, pd.DataFrame] = {}
    for year in VINTAGES:
        frame = pd.DataFrame(columns=_COLUMNS).rename_axis("code").astype(object)
        for _, vintage, facts in read:
            if vintage in (year, None):
                frame = frame.combine_first(facts)
        of[year] = frame[_COLUMNS]
    return Lsoas(of, tuple(table.name for table in tables))


_NUMBERS = ("latitude", "longitude", "population", "deprivation", "rural")
_COLUMNS = ["name", *_NUMBERS, *TEXTS]


def _vintage(table: Table) -> int | None:
    return named_vintage(table.headers["code"])


def _read(table: Table) -> pd.DataFrame:
    """Facts by code; None for what is not stated, `rural` as 0 or 1."""
    frame = table.frame()
    frame = frame[frame["code"] != ""].assign(code=lambda rows: rows["code"].str.upper())
    is_map = any(field in frame for pair in _PAIRS for field in pair)
    twice = frame["code"][frame["code"].duplicated()]
    if is_map:
        refuse(twice.head(1), table.name, table.headers["code"], "each LSOA once; this is a second row of it")
    frame = frame.drop_duplicates("code")  # lookups of smaller areas have many rows of each
    made = pd.DataFrame({"code": frame["code"]})
    for field, allowed in (("population", AVERAGES), ("deprivation", MEASURES)):
        if field in frame:
            made[field] = table.numbers(frame[field], field, allowed)
    if is_map:
        made[["latitude", "longitude"]] = _coordinates(table, frame)
    if "rural" in frame:
        made["rural"] = _rural(table, frame["rural"])
    for field in ("name", *TEXTS):
        if field in frame:
            made[field] = frame[field].where(frame[field] != "", None)
    facts = made.set_index("code").astype(object)
    return facts.where(facts.notna(), None)


def _coordinates(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Degrees, from the grid where there are none; nan for what is not stated."""
    pair = next((pair for pair in _PAIRS if set(pair) <= set(frame)), None)
    if pair is None:
        halves = " or ".join(map(" and ".join, _PAIRS))
        raise InputError([Fault(table.name, f"columns for both halves of a place: {halves}")])
    if pair is _GRID:
        eastings, northings = (table.numbers(frame[field], field, METRES).dropna() for field in pair)
        both = eastings.index.intersection(northings.index)
        return from_grid(eastings[both], northings[both])
    north, east = (pd.to_numeric(frame[field], errors="coerce").median() for field in pair)
    if _within(east, "latitude") and _within(north, "longitude"):
        expected = "degrees north; latitude and longitude seem to be exchanged"
        refuse(frame["latitude"].head(1), table.name, table.headers["latitude"], expected)
    return pd.DataFrame({field: table.numbers(frame[field], field, DEGREES[field]) for field in pair})


def _within(degrees: float, field: str) -> bool:
    return DEGREES[field].least <= degrees <= DEGREES[field].most


def _rural(table: Table, classes: pd.Series[str]) -> pd.Series[float]:
    rural, urban = classes.str.fullmatch(_RURAL), classes.str.fullmatch(_URBAN)
    unknown = classes[~rural & ~urban & (classes != "")]
    expected = "a class of the rural-urban classification of 2011 or 2021, by code or name"
    refuse(unknown.head(1), table.name, table.headers["rural"], expected)
    return rural.astype(float).where(rural | urban)


def read_touching(tables: Sequence[Table], codes: pd.Index, vintage: int) -> tuple[list[dict[str, str]], list[str]]:
    """(rows of adjacency.csv between these LSOAs, names of the files that have some)."""
    rows: list[dict[str, str]] = []
    sources = []
    for table in tables:
        if named_vintage(table.headers["a"]) not in (vintage, None):
            continue
        frame = table.frame()[["a", "b"]].apply(lambda column: column.str.upper())
        frame = frame[frame.isin(codes).all(axis=1) & (frame["a"] != frame["b"])]
        ordered = pd.DataFrame(np.sort(frame.to_numpy(str), axis=1), columns=["a", "b"]).drop_duplicates()
        rows += [{"a": str(a), "b": str(b)} for a, b in ordered.itertuples(index=False)]
        sources += [table.name] if len(ordered) else []
    return rows, sources


@dataclass(frozen=True)
class Lookup:
    """What became of each LSOA: a row for each pair of one of 2011 and one of 2021 that have land in common."""

    frame: pd.DataFrame  # old, new, share: of the old one's people, nan = not stated

    def parts(self, of: int, population: pd.Series[float]) -> pd.DataFrame:
        """`code, part, share`: for each LSOA of a vintage its parts of the other one.

        Shares go by the population of the parts where all are known, else as the file states them, else equally.
        """
        code, part = ("old", "new") if of == 2011 else ("new", "old")
        made = self.frame.rename(columns={code: "code", part: "part"}).drop_duplicates(["code", "part"])
        people = made["part"].map(population).astype(float)
        all_known = people.notna().groupby(made["code"]).transform("all")
        total = people.groupby(made["code"]).transform("sum").where(lambda sums: all_known & (sums > 0))
        equal = 1.0 / made.groupby("code")["part"].transform("size")
        stated = made["share"] / made.groupby("code")["share"].transform("sum").where(lambda sums: sums > 0)
        by_file = stated.fillna(equal) if of == 2011 else equal
        return made.assign(share=(people / total).fillna(by_file))[["code", "part", "share"]]


def read_lookup(tables: Sequence[Table]) -> Lookup | None:
    """None where there is no such file."""
    frames = []
    for table in tables:
        frame = table.frame()
        frame = frame[(frame["old"] != "") & (frame["new"] != "")]
        share = table.numbers(frame["share"], "share", _SHARES) if "share" in frame else np.nan
        frames.append(frame.assign(old=frame["old"].str.upper(), new=frame["new"].str.upper(), share=share))
    return Lookup(pd.concat(frames, ignore_index=True)) if frames else None
