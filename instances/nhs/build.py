"""From the files of a download to an `Instance`: find them, join them, say what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from instances.errors import Fault, InputError
from instances.instance import Instance
from instances.nhs import (
    deprivation,
    hospitals,
    list_sizes,
    lsoas,
    payments,
    postcodes,
    practice_map,
    residents,
    workforce,
)
from instances.nhs.fitted import fitted_rules
from instances.nhs.homes import HOME_MAX_KM, FoundHomes, find_homes
from instances.nhs.names import shown
from instances.nhs.practices import (
    Wishes,
    open_practices,
    required,
    with_deprivation,
    with_payments,
    with_places,
    with_staff,
)
from instances.nhs.recognise import Found, find_tables
from instances.nhs.report import NhsImport, Report
from instances.nhs.select import Selection
from instances.validation import Origins, TableOrigin, build

# In the order of trial: a header may fit a later kind as well.
KINDS = (
    residents.KIND,
    payments.KIND,
    practice_map.KIND,
    list_sizes.KIND,
    workforce.KIND,
    deprivation.KIND,
    hospitals.KIND,
    hospitals.ESTATES_KIND,
    hospitals.OWN_KIND,
    postcodes.KIND,
    lsoas.LOOKUP_KIND,
    lsoas.TOUCHING_KIND,
    lsoas.KIND,
)
HOSPITALS_WITHIN_KM = 10.0  # straight line from a practice: beyond it is another area's hospital
_MODELS = {"MCP": None, "PACS": "acute", "CHN": "community"}  # care model -> the kind of hospital that leads it
_DECIMALS = 6  # of a degree: 0.1 m
TravelFrom = Literal["premises", "homes"]
# Pounds once per patient of a moved practice, and a year per patient and km: with these, and homes, plans are nearer
# than today's groups and have fewer patients out of band in 28 of 28 areas, and move a fifth (docs/calibration.md).
PRICES_FROM_HOMES = {"disruption": {"cost_per_patient": 100.0}, "travel": {"cost_per_patient_km": 3.0}}


def import_nhs(
    data: Iterable[Path],
    selection: Selection,
    *,
    wishes: Wishes | None = None,
    hospitals_within_km: float = HOSPITALS_WITHIN_KM,
    home_max_km: float = HOME_MAX_KM,
    travel_from: TravelFrom = "premises",
    name: str | None = None,
) -> NhsImport:
    """The instance of a selection, from files and folders recognised by their columns.

    Rules are the defaults, stated in full, with travel from homes at `PRICES_FROM_HOMES`; today's PCNs are the current
    groups. Who lives further than `home_max_km` (straight line) from the practice counts as living there. Raises
    `InputError` for files that are missing, unknown or damaged, and for a selection that fits nothing.
    """
    found, wishes, report = find_tables(data, KINDS), wishes or Wishes(), Report()
    required(found, practice_map.KIND)
    required(found, list_sizes.KIND)
    report.unused = found.unused
    report.notes += [f"{table.name} is in UTF-16" for table in found.of_any_kind if table.is_utf_16]
    practices = open_practices(found, selection, wishes, report)
    practices = with_payments(practices, found, wishes, report)
    sites = _all_sites(found, report)
    wanted = pd.concat([practices["postcode"], practices["other_postcode"], sites["postcode"][_unplaced(sites)]])
    places = postcodes.find_places(wanted, found.tables[postcodes.KIND.id], found.unknown)
    report.files.append((postcodes.KIND.title, places.source))
    practices = with_places(practices, places, found, report)
    practices = with_deprivation(with_staff(practices, found, report), found, report)
    sites = _near_sites(sites, practices, places, hospitals_within_km, report)
    homes = find_homes(practices, found, home_max_km, report)
    if homes is None and travel_from == "homes":
        expected = f"premises, or files of {residents.KIND.expected}, and of centroids of LSOAs{found.unknown}"
        raise InputError([Fault("--travel-from", expected, value=travel_from)])
    named = name or _name(practices, selection)
    return NhsImport(_instance(practices, sites, homes, travel_from, named, report), report)


def _all_sites(found: Found, report: Report) -> pd.DataFrame:
    tables = [*found.tables[hospitals.OWN_KIND.id], *found.tables[hospitals.KIND.id]]  # one's own goes first
    estates = found.tables[hospitals.ESTATES_KIND.id]
    if not tables:
        unused = f" ({estates[0].name} has kinds, but no places)" if estates else ""
        report.notes.append(f"No file of hospital sites{unused}: only networks led by a hub")
        return pd.DataFrame(
            columns=["code", "name", "kind", "trust", "latitude", "longitude", "postcode", "guessed", "file", "row"]
        )
    report.files += [(table.kind.title, table.name) for table in (*tables, *estates)]
    sites = hospitals.read_hospitals(tables, estates)
    if sites.repeated:
        report.notes.append(f"Rows of hospital sites whose code was there before are left out ({sites.repeated:,})")
    return sites.frame


def _unplaced(sites: pd.DataFrame) -> pd.Series[bool]:
    return sites["latitude"].isna() | sites["longitude"].isna()


def _near_sites(
    sites: pd.DataFrame, practices: pd.DataFrame, places: postcodes.Places, km: float, report: Report
) -> pd.DataFrame:
    """Sites near the practices, one per campus, each with a place."""
    if sites.empty:
        return sites
    lacking = _unplaced(sites)
    by_postcode = places.exact.reindex(sites["postcode"]).set_index(sites.index)
    sites = sites.assign(**{c: sites[c].where(~lacking, by_postcode[c]) for c in ("latitude", "longitude")})
    nowhere = _unplaced(sites)
    if nowhere.any():
        report.notes.append(f"Hospital sites without coordinates or known postcode are left out ({nowhere.sum():,})")
    near = hospitals.near(sites[~nowhere], practices, km)
    unknown = near["guessed"] & (near["kind"] == "other")
    kept = hospitals.one_per_campus(near[~unknown])
    report.notes.append(_about_sites(kept, km))
    if unknown.any():
        names = ", ".join(near["name"][unknown].head(3)) + (", ..." if unknown.sum() > 3 else "")
        report.notes.append(f"Sites whose names suggest no NHS hospital are left out ({unknown.sum():,}): {names}")
    return kept.sort_values("code")


def _about_sites(kept: pd.DataFrame, km: float) -> str:
    counts = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in Counter(kept["kind"]).most_common())
    if kept.empty:
        return f"No hospital within {km:g} km of a practice: only networks led by a hub"
    said = f"Hospitals: {len(kept):,} within {km:g} km of a practice, one a campus ({counts})"
    guessed = int(kept["guessed"].sum())
    return said + (f"; the kind of {guessed:,} is guessed from names: look at hospitals.csv" if guessed else "")


def _instance(
    practices: pd.DataFrame,
    sites: pd.DataFrame,
    homes: FoundHomes | None,
    travel_from: TravelFrom,
    name: str,
    report: Report,
) -> Instance:
    kinds = set(sites["kind"])
    models = [model for model, leads in _MODELS.items() if leads is None or leads in kinds]
    roles = [column.removeprefix("fte_") for column in practices.columns if column.startswith("fte_")]
    groups = _group_names(practices)
    without = practices["code"][practices["pcn"] == ""]
    report.joined("current group (PCN)", "the map of practices", without, "in no group today")
    rules = fitted_rules(practices, sites, roles, models, report)
    if travel_from == "homes":
        for section, prices in PRICES_FROM_HOMES.items():
            rules[section] = rules[section].model_copy(update=prices)
        rules["travel"] = rules["travel"].model_copy(update={"basis": "homes"})
        report.notes.append(
            "Travel from home: 100 pounds a patient of a moved practice and 3 pounds a patient and km, at which plans "
            "are nearer than today's groups; with travel from premises 25 and 1.50"
        )
    data = {
        "name": name,
        **rules,
        "practices": [_practice(row, roles, groups) for row in practices.to_dict("records")],
        "hospitals": [_hospital(row) for row in sites.to_dict("records")],
        **({} if homes is None else {"places": homes.places, "homes": homes.homes, "adjacency": homes.adjacency}),
    }
    return build(Instance, data, _origins(practices, sites, homes))


def _origins(practices: pd.DataFrame, sites: pd.DataFrame, homes: FoundHomes | None) -> Origins:
    """Where the schema's faults are: a practice's row of the map, a site's row of its file, a place by its code."""
    files = ", ".join(dict.fromkeys(sites["file"]))
    tables: dict[tuple[str | int, ...], TableOrigin] = {
        ("practices",): TableOrigin(practices["file"].iloc[0], list(practices["row"]), practice_map.COLUMNS),
        ("hospitals",): TableOrigin(files, list(sites["row"]), {"id": "code", "trust": "trust code"}),
    }
    if homes is not None:
        codes = [place["id"] for place in homes.places]
        tables["places",] = TableOrigin(homes.sources, codes)
        tables["homes",] = TableOrigin("homes", homes.homes["practice"])
    return Origins("--name", tables)


def _group_names(practices: pd.DataFrame) -> dict[str, str]:
    """A name for each PCN code; networks of one name are told apart by their codes."""
    pcns = practices[practices["pcn"] != ""].drop_duplicates("pcn")
    names = {code: shown(name) or code for code, name in zip(pcns["pcn"], pcns["pcn_name"], strict=True)}
    often = Counter(names.values())
    labels = {code: name if often[name] == 1 else f"{name} ({code})" for code, name in names.items()}
    return {code: label.replace(";", ",") for code, label in labels.items()}


def _practice(row: dict[Any, Any], roles: Sequence[str], groups: dict[str, str]) -> dict[str, Any]:
    fte = {role: row[f"fte_{role}"] for role in roles if not pd.isna(row[f"fte_{role}"])}
    optional = {"deprivation": row["deprivation"], "rural": row["rural"]}
    return {
        "id": row["code"],
        "name": row["name"],
        "patients": int(row["patients"]),
        "latitude": round(row["latitude"], _DECIMALS),
        "longitude": round(row["longitude"], _DECIMALS),
        **({"current_group": groups[row["pcn"]]} if row["pcn"] else {}),
        **({"area": row["sub_icb"]} if row["sub_icb"] else {}),
        **{field: value for field, value in optional.items() if not pd.isna(value)},
        **({"fte": fte} if fte else {}),
    }


def _hospital(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "id": row["code"],
        "name": shown(row["name"]),
        "kind": row["kind"],
        **({"trust": row["trust"]} if row["trust"] else {}),
        "latitude": round(row["latitude"], _DECIMALS),
        "longitude": round(row["longitude"], _DECIMALS),
    }


def _name(practices: pd.DataFrame, selection: Selection) -> str:
    """That of the one board, sub-board or network that was asked for; else how many practices there are."""
    for words, column in (
        (selection.pcn, "pcn_name"),
        (selection.sub_icb, "sub_icb_name"),
        (selection.icb, "icb_name"),
    ):
        names = practices[column].unique()
        if words and len(names) == 1 and names[0]:
            return shown(str(names[0])).replace(" Integrated Care Board", "")
    return f"{len(practices):,} practices" if len(practices) > 1 else str(practices["name"].iloc[0])
