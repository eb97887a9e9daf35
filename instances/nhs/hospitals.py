"""Hospital sites: the list of NHS Choices (`Hospital.csv`) or a table of one's own, with ERIC's site types if given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import DEGREES, postcodes
from instances.nhs.hospital_kinds import guessed_kind, stated_kind
from instances.nhs.recognise import FileKind, Table

KIND = FileKind(
    "hospitals",
    "hospital sites (NHS Choices, Hospital.csv)",
    {
        "code": ("organisationcode",),
        "name": ("organisationname",),
        "type": ("subtype",),
        "provider_code": ("parentodscode",),
        "provider": ("parentname",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "postcode": ("postcode",),
        "status": ("organisationstatus",),
    },
    required=("code", "name", "provider_code", "provider"),
    one_of=("latitude", "postcode"),
)
OWN_KIND = FileKind(
    "own_hospitals",
    "hospital sites of your own",
    {
        "code": ("code", "id", "site_code"),
        "name": ("name", "site_name"),
        "type": ("kind", "type", "site_type"),
        "provider_code": ("trust_code", "trust"),
        "latitude": ("latitude", "lat"),
        "longitude": ("longitude", "long", "lon"),
        "postcode": ("postcode",),
    },
    required=("code", "name", "type"),
    one_of=("latitude", "postcode"),
)
ESTATES_KIND = FileKind(
    "estates",
    "types of hospital sites (ERIC, site data)",
    {"code": ("site_code",), "type": ("site_type",), "trust": ("trust_code", "organisation_code")},
    required=("code", "type", "trust"),
)

_CAMPUS_KM = 0.4  # sites of one kind within it are one hospital
_KM_PER_DEGREE = 111.195
_RANK = {"acute": 0, "specialist": 1, "community": 2, "mental_health": 3, "other": 4}


@dataclass(frozen=True)
class Sites:
    """`code, name, kind, guessed, trust, latitude, longitude, postcode, file, row` of each site."""

    frame: pd.DataFrame  # `guessed`: names alone suggest the kind
    repeated: int  # rows of a code that was there before


def read_hospitals(tables: Sequence[Table], estates: Sequence[Table]) -> Sites:
    """Every site; coordinates are nan where the file has none."""
    raw = pd.concat([_read(table) for table in tables]).reset_index(drop=True)
    frame = raw.drop_duplicates("code").reset_index(drop=True)
    eric = {code: kind for table in estates for code, kind in _site_types(table)}
    types = pd.Series(
        [eric.get(code, kind) for code, kind in zip(frame["code"], frame["type"], strict=True)], dtype=str
    )
    stated = types.map(stated_kind)
    guesses = [guessed_kind(*row) for row in zip(frame["name"], frame["provider"], frame["provider_code"], strict=True)]
    kinds = stated.where(stated.notna(), pd.Series(guesses, index=frame.index))
    made = frame.assign(kind=kinds, guessed=stated.isna(), trust=frame["provider_code"])
    return Sites(made.drop(columns="type"), len(raw) - len(frame))


def _read(table: Table) -> pd.DataFrame:
    fields = list(dict.fromkeys((*KIND.columns, *OWN_KIND.columns)))
    frame: pd.DataFrame = table.frame().reindex(columns=fields, fill_value="")
    frame = frame[frame["code"] != ""]
    if table.kind is OWN_KIND:
        _refuse_unknown_types(frame, table)
    for field, degrees in DEGREES.items():
        frame[field] = table.numbers(frame[field], field, degrees)
    frame["postcode"] = postcodes(frame["postcode"])
    frame = frame.assign(file=table.name, row=frame.index)
    hidden = frame["status"].str.lower().isin(("hidden", "closed", "deleted"))
    return frame.loc[~hidden]


def _refuse_unknown_types(frame: pd.DataFrame, table: Table) -> None:
    unknown = frame[frame["type"].map(stated_kind).isna()]
    if len(unknown):
        expected = "acute, community, specialist, mental health or other"
        cells = unknown["type"].head(10).items()
        raise InputError(Fault(table.name, expected, int(str(row)), table.headers["type"], cell) for row, cell in cells)


def _site_types(table: Table) -> Iterator[tuple[str, str]]:
    frame = table.frame()
    return zip(frame["code"], frame["type"], strict=True)


def near(sites: pd.DataFrame, practices: pd.DataFrame, km: float) -> pd.DataFrame:
    """Sites within `km` in a straight line of a practice."""
    if sites.empty:
        return sites
    within: pd.DataFrame = sites[_distances_km(sites, practices).min(axis=1) <= km]
    return within


def one_per_campus(sites: pd.DataFrame) -> pd.DataFrame:
    """Sites that have none of a more telling kind, or of their own kind and earlier code, on their campus."""
    order = sites.assign(rank=sites["kind"].map(_RANK)).sort_values(["rank", "code"]).reset_index(drop=True)
    if order.empty:
        return sites
    apart = _distances_km(order, order) > _CAMPUS_KM
    kept: list[int] = []
    for row in range(len(order)):
        if apart[row, kept].all():
            kept.append(row)
    return order.iloc[kept].drop(columns="rank")


def _distances_km(some: pd.DataFrame, others: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """[len(some), len(others)], straight line on a local plane: exact enough to tell near from far."""
    north = some["latitude"].to_numpy(float)[:, None] - others["latitude"].to_numpy(float)[None, :]
    east = some["longitude"].to_numpy(float)[:, None] - others["longitude"].to_numpy(float)[None, :]
    shrunk = np.cos(np.radians(some["latitude"].to_numpy(float)))[:, None]
    return np.asarray(np.hypot(north, east * shrunk) * _KM_PER_DEGREE)
