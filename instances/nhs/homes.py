"""Homes of the patients of an import: who lives at which LSOA, who counts as living at the practice, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs import lsoas, residents
from instances.nhs.days import written
from instances.nhs.fitted import sphere_km
from instances.nhs.lsoas import (
    LOOKUP_KIND,
    TOUCHING_KIND,
    VINTAGES,
    Lookup,
    Lsoas,
    read_lookup,
    read_lsoas,
    read_touching,
)
from instances.nhs.recognise import Found
from instances.nhs.report import HomesReport, Lodged, Report
from instances.nhs.residents import Residents, read_residents

# Further away nobody visits a surgery from home: they are students, use a service online or have moved. Of England's
# patients of July 2022 0.02 % live beyond it (0.14 % beyond 20 km), half of those on one list; in a mean each weighs
# as much as 25 who live where most do.
HOME_MAX_KM = 50.0
_DECIMALS = 6  # of a degree: 0.1 m
_ZONES = {"council": ("council", "council_code"), "msoa": ("msoa", "msoa_code"), "ward": ("ward", "ward_code")}
_ENGLISH = "E01"
_NOWHERE = "no fixed or known address (NO2011, NO2021)"
_ABROAD = "outside England, at a place that no table has"
_UNKNOWN = "an LSOA that no table has"


@dataclass(frozen=True)
class FoundHomes:
    """What goes into an instance, and where it came from."""

    homes: dict[str, list[Any]]  # columns of homes.csv
    places: list[dict[str, Any]]
    adjacency: list[dict[str, str]]  # rows of adjacency.csv; none without a file of it
    sources: str  # files of the places


def find_homes(practices: pd.DataFrame, found: Found, max_km: float, report: Report) -> FoundHomes | None:
    """Homes of these practices' patients; None where files are missing, which the report says.

    Raises `InputError` for registrations and places that do not fit each other.
    """
    tables = {kind.id: found.tables[kind.id] for kind in (residents.KIND, lsoas.KIND)}
    if not tables[residents.KIND.id]:
        given = tables[lsoas.KIND.id]
        unused = f" ({given[0].name} tells of places, but not who lives there)" if given else ""
        report.notes.append(f"No file of {residents.KIND.title}{unused}: patients live at their practice")
        return None
    facts = read_lsoas(tables[lsoas.KIND.id])
    if not any(len(facts.placed(year)) for year in VINTAGES):
        report.warnings.append(
            f"homes are left out, as there is no file of centroids of LSOAs{found.unknown}: patients live at their "
            "practice"
        )
        return None
    extract = read_residents(found, set(practices["code"]), report)
    lookup = read_lookup(found.tables[LOOKUP_KIND.id])
    report.files += [(LOOKUP_KIND.title, table.name) for table in found.tables[LOOKUP_KIND.id]]
    report.files += [(lsoas.KIND.title, name) for name in facts.sources]
    vintage = _vintage(extract, facts, lookup)
    where = vintage if len(facts.placed(vintage)) else next(year for year in VINTAGES if year != vintage)
    places = _with_facts_of_the_other(facts, where, lookup, report)
    rows = _at_places(extract, places, facts, vintage, where, lookup)
    rows = _lodged(rows, practices, places, max_km)
    _refuse_misplaced(rows, extract, facts, max(max_km, HOME_MAX_KM))
    found_homes = _made(rows, practices, places, where, extract, facts, report)
    codes = pd.Index([place["id"] for place in found_homes.places])
    touching, files = read_touching(found.tables[TOUCHING_KIND.id], codes, where)
    report.files += [(TOUCHING_KIND.title, name) for name in files]
    return replace(found_homes, adjacency=touching)


# --- vintages ---------------------------------------------------------------------------------------------------------


def _vintage(extract: Residents, facts: Lsoas, lookup: Lookup | None) -> int:
    """Of the registrations: by the header, by `NO2011` and by codes that only one of the two has.

    Where nothing tells, it is the one whose places have most of the codes.
    """
    codes = extract.frame["lsoa"]
    new = lsoas.first_used_in_2021(codes) | (codes == "NO2021")
    retired = set() if lookup is None else set(lookup.frame["old"]) - set(lookup.frame["new"])
    old = codes.isin(retired) | (codes == "NO2011")
    if extract.vintage is not None:
        old, new = old | (extract.vintage == 2011), new | (extract.vintage == 2021)
    if old.any() and new.any():
        fewer = new if new.sum() <= old.sum() else old
        expected = f"LSOAs of one vintage; rows of 2011 alone: {old.sum():,}, of 2021 alone: {new.sum():,}"
        raise _refusal(extract.frame[fewer], expected)
    if old.any() or new.any():
        return 2011 if old.any() else 2021
    return max(reversed(VINTAGES), key=lambda year: int(codes.isin(facts.placed(year).index).sum()))


def _at_places(
    extract: Residents, places: pd.DataFrame, facts: Lsoas, vintage: int, where: int, lookup: Lookup | None
) -> pd.DataFrame:
    """Rows with a `place`: their LSOA, or its parts of the other vintage; None for one that no table knows."""
    code = extract.frame["lsoa"]
    rows = extract.frame.assign(place=code.where(code.isin(places.index), None))
    lost = rows["place"].isna() & code.str.startswith(_ENGLISH)
    if vintage != where and lost.any():
        if lookup is None:
            expected = f"centroids of LSOA {vintage}, or a file of {LOOKUP_KIND.expected}; the places are LSOA {where}"
            raise _refusal(rows[lost], expected)
        parts = lookup.parts(vintage, facts.of[where]["population"])
        rows = pd.concat(
            [rows[~lost], _shared_out(rows[lost], parts[parts["part"].isin(places.index)])], ignore_index=True
        )
    english = rows["lsoa"].str.startswith(_ENGLISH)
    unknown = rows["place"].isna() & english
    if 2 * rows["patients"][unknown].sum() > rows["patients"][english].sum():
        expected = f"LSOAs of 2011 or 2021 that {', '.join(facts.sources)} have; most of the patients live in others"
        raise _refusal(rows[unknown], expected)
    return rows


def _refusal(rows: pd.DataFrame, expected: str) -> InputError:
    """Of these rows of the registrations, told by the first."""
    row = rows.iloc[0]
    return InputError([Fault(row["file"], expected, int(row["row"]), row["header"], row["lsoa"])])


def _shared_out(rows: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Each row once for every part of its LSOA, in whole patients by largest remainders."""
    split = (
        rows.drop(columns="place")
        .reset_index(names="of")
        .merge(parts.rename(columns={"code": "lsoa", "part": "place"}), how="left", on="lsoa")
    )
    exact = split["patients"] * split["share"].fillna(1.0)
    exact = exact * (split["patients"] / exact.groupby(split["of"]).transform("sum"))  # parts abroad have no place
    floor = np.floor(exact + 1e-9)
    left = split["patients"] - floor.groupby(split["of"]).transform("sum")
    rank = (floor - exact).groupby(split["of"]).rank(method="first")
    return split.assign(patients=floor + (rank <= left)).drop(columns=["of", "share"])


def _with_facts_of_the_other(facts: Lsoas, where: int, lookup: Lookup | None, report: Report) -> pd.DataFrame:
    """Places of a vintage; what is not known of them as it is known of their parts in the other one.

    Deprivation is the mean over a place's people, zones and rurality those of its largest part; where a place is the
    same in both, it has the other's population too.
    """
    vintage = next(year for year in VINTAGES if year != where)
    places, other = facts.placed(where), facts.of[vintage]
    if other.empty:
        return places
    gained = [kind for kind in ("deprivation", "rural", *_ZONES) if _known(other, kind) and not _known(places, kind)]
    if gained:
        report.notes.append(f"{', '.join(gained)} of places is known of LSOA {vintage} only, and taken from there")
    places = _filled(places, other, ("population", "deprivation", "rural"))
    if lookup is None:
        return places
    parts = lookup.parts(where, other["population"])
    parts = parts[parts["code"].isin(places.index) & parts["part"].isin(other.index)]
    largest = parts.sort_values("share", ascending=False, kind="stable").drop_duplicates("code").set_index("code")
    of_parts = other.reindex(largest["part"]).set_axis(largest.index)
    scores = parts["part"].map(other["deprivation"]).astype(float)
    known = parts[scores.notna()].assign(score=scores * parts["share"])
    sums = known.groupby("code")[["score", "share"]].sum()
    of_parts["deprivation"] = (sums["score"] / sums["share"]).reindex(of_parts.index).round(3)
    return _filled(places, of_parts, ("deprivation", "rural"))


def _filled(places: pd.DataFrame, other: pd.DataFrame, fields: tuple[str, ...]) -> pd.DataFrame:
    """What is not known of places, by code; of a zone name and code together, as those of two vintages differ."""
    other = other.reindex(places.index)
    made = {field: places[field].where(places[field].notna(), other[field]) for field in fields}
    for pair in _ZONES.values():
        unknown = places[pair[0]].isna() & places[pair[1]].isna()
        made |= {field: places[field].where(~unknown, other[field]) for field in pair}
    return places.assign(**made)


def _known(places: pd.DataFrame, kind: str) -> bool:
    return bool(places[[*_ZONES.get(kind, (kind,))]].notna().any(axis=None))


# --- at the practice --------------------------------------------------------------------------------------------------


def _lodged(rows: pd.DataFrame, practices: pd.DataFrame, places: pd.DataFrame, max_km: float) -> pd.DataFrame:
    """A column `reason` for those who count as living at the practice, empty for others, and `km` from home to it."""
    code = rows["lsoa"]
    reasons = [code.str.startswith("NO20"), rows["place"].isna() & ~code.str.startswith(_ENGLISH), rows["place"].isna()]
    rows = rows.assign(reason=np.select(reasons, [_NOWHERE, _ABROAD, _UNKNOWN], ""))
    home = rows["reason"] == ""
    from_ = sphere_km(places.loc[rows["place"][home]])
    to = sphere_km(practices.set_index("code").loc[rows["code"][home]])
    rows.loc[home, "km"] = np.linalg.norm(from_ - to, axis=1)
    far = home & (rows["km"] > max_km)
    return rows.assign(reason=rows["reason"].where(~far, f"more than {max_km:g} km from the practice (--home-max-km)"))


def _refuse_misplaced(rows: pd.DataFrame, extract: Residents, facts: Lsoas, max_km: float) -> None:
    """Places none of which can be where most patients live."""
    there, near = rows["patients"][rows["km"].notna()].sum(), rows["patients"][rows["km"] <= max_km].sum()
    if 2 * near < there:
        expected = (
            f"places around the practices; {there - near:,.0f} of {there:,.0f} patients in {extract.files} would live "
            f"more than {max_km:g} km away (are eastings and northings exchanged?)"
        )
        raise InputError([Fault(", ".join(facts.sources), expected)])


# --- out --------------------------------------------------------------------------------------------------------------


def _made(
    rows: pd.DataFrame,
    practices: pd.DataFrame,
    places: pd.DataFrame,
    vintage: int,
    extract: Residents,
    facts: Lsoas,
    report: Report,
) -> FoundHomes:
    sources = ", ".join(facts.sources)
    home = rows["reason"] == ""
    lacking = practices["code"][~practices["code"].isin(rows["code"])]
    report.joined("homes", extract.files, lacking, "living at their premises")
    at = rows["place"].where(home, rows["code"])
    table = rows.assign(place=at).groupby(["code", "place"], as_index=False)["patients"].sum()
    used = places.loc[sorted(set(rows["place"][home]))]
    zones, said = _zones(used)
    report.homes = HomesReport(
        lived=_lodgings("at a place", rows[home]),
        lodged=tuple(_lodgings(str(reason), part) for reason, part in rows[~home].groupby("reason", sort=False)),
        places=len(used),
        vintage=vintage,
        day="" if pd.isna(extract.day) else written(extract.day),
        zones=said,
        rows=len(table),
    )
    columns = {"practice": list(table["code"]), "place": list(table["place"]), "patients": table["patients"]}
    homes = {**columns, "patients": [int(count) for count in table["patients"]]}
    return FoundHomes(homes, _places(used, zones), [], sources)


def _lodgings(reason: str, rows: pd.DataFrame) -> Lodged:
    return Lodged(reason, int(rows["patients"].sum()), len(rows), rows["code"].nunique())


def _places(used: pd.DataFrame, zones: dict[str, pd.Series[str]]) -> list[dict[str, Any]]:
    made = []
    for code, row in zip(used.index, used.to_dict("records"), strict=True):
        known = {kind: labels[code] for kind, labels in zones.items() if labels[code]}
        optional = {
            "name": row["name"],
            "population": row["population"],
            "deprivation": row["deprivation"],
            "rural": None if pd.isna(row["rural"]) else bool(row["rural"]),
            "zones": known or None,
        }
        made.append(
            {
                "id": code,
                "latitude": round(float(row["latitude"]), _DECIMALS),
                "longitude": round(float(row["longitude"]), _DECIMALS),
                **{field: value for field, value in optional.items() if value is not None and value == value},
            }
        )
    return made


def _zones(used: pd.DataFrame) -> tuple[dict[str, pd.Series[str]], tuple[str, ...]]:
    """Zones by kind, and which was used: names where every zone has one (with the code if two share it), else codes."""
    made, said = {}, []
    for kind, (name, code) in _ZONES.items():
        names, codes = (used[field].astype(object).where(used[field].notna(), "") for field in (name, code))
        by_name = bool((names != "").any()) and bool((names[codes != ""] != "").all())
        labels = _told_apart(names, codes) if by_name else codes
        if (labels != "").any():
            made[kind] = labels
            said.append(f"{kind} ({'names' if by_name else 'codes'})")
    return made, tuple(said)


def _told_apart(names: pd.Series[str], codes: pd.Series[str]) -> pd.Series[str]:
    pairs = sorted(set(zip(names, codes, strict=True)))
    often = Counter(name for name, _ in pairs)
    labels = {(name, code): f"{name} ({code})" if often[name] > 1 and code else name for name, code in pairs}
    return pd.Series([labels[pair] for pair in zip(names, codes, strict=True)], index=names.index)
