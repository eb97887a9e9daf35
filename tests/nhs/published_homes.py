"""Where the patients of the small area live, in the forms that NHS England and ONS publish: LSOAs of 2011 and 2021.

`E01000003` was split in 2021, `E01000004` and `E01000005` were merged; all others are the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from published import Rows, text, write_area

HOMES_HEADER = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"
HOMES: list[tuple[str, str, int]] = [
    ("A00001", "E01000001", 60),
    ("A00001", "E01000002", 30),
    ("A00001", "NO2011", 5),
    ("A00001", "E01000009", 3),  # 300 km away
    ("A00002", "E01000002", 70),
    ("A00002", "E01000003", 7),
    ("A00003", "E01000004", 20),
    ("A00003", "E01000005", 22),
    ("A00003", "W01000001", 4),  # without a centroid
    ("A00003", "E01000099", 2),  # that no table has
    ("B00001", "E01000006", 50),
]
HOMES_2021: list[tuple[str, str, int]] = [
    *((code, place.replace("NO2011", "NO2021"), count) for code, place, count in HOMES[:5]),
    ("A00002", "E01033801", 4),
    ("A00002", "E01033802", 3),
    ("A00003", "E01033803", 43),
    *HOMES[8:],
]
LSOA_2011_HEADER = "LSOA11CD,LSOA11NM,LAT,LONG,MSOA11CD,LAD22CD,LAD22NM,population"
LSOAS_2011: Rows = [
    ("E01000001", "North 001A", 53.501, -2.201, "E02000001", "E06000001", "North", 1500),
    ("E01000002", "North 001B", 53.511, -2.212, "E02000001", "E06000001", "North", 1600),
    ("E01000003", "North 002A", 53.52, -2.22, "E02000002", "E06000001", "North", 2000),
    ("E01000004", "Hill 001A", 53.53, -2.23, "E02000003", "E06000002", "Hill", 900),
    ("E01000005", "Hill 001B", 53.54, -2.24, "E02000003", "E06000002", "Hill", 300),
    ("E01000006", "South 001A", 50.801, -1.101, "E02000004", "E06000003", "South", 1000),
    ("E01000009", "Far 001A", 51.0, 0.5, "E02000005", "E06000009", "Far", 1000),
]
LSOA_2021_HEADER = "LSOA21CD,LSOA21NM,latitude,longitude,MSOA21CD,MSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM,RUC21CD"
_NORTH = ("E02000001", "North 001", "E05000001", "St Mary's", "E06000001", "North")
_HILL = ("E02000003", "Hill 001", "E05000002", "St Mary's", "E06000002", "Hill")
LSOAS_2021: Rows = [
    ("E01000001", "North 001A", 53.501, -2.201, *_NORTH, "UN1"),
    ("E01000002", "North 001B", 53.511, -2.212, *_NORTH, "UN1"),
    ("E01033801", "North 002B", 53.521, -2.221, *_NORTH, "RSN1"),
    ("E01033802", "North 002C", 53.519, -2.219, *_NORTH, "UF1"),
    ("E01033803", "Hill 001C", 53.535, -2.235, *_HILL, "RLF1"),
    (
        "E01000006",
        "South 001A",
        50.801,
        -1.101,
        "E02000004",
        "South 001",
        "E05000003",
        "Docks",
        "E06000003",
        "South",
        "",
    ),
    ("E01000009", "Far 001A", 51.0, 0.5, "E02000005", "Far 001", "E05000009", "Fen", "E06000009", "Far", "UN1"),
]
LOOKUP_HEADER = "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD"
LOOKUP: Rows = [
    *((code, "", code, "", "U", "") for code in ("E01000001", "E01000002", "E01000006", "E01000009")),
    ("E01000003", "", "E01033801", "", "S", ""),
    ("E01000003", "", "E01033802", "", "S", ""),
    ("E01000004", "", "E01033803", "", "M", ""),
    ("E01000005", "", "E01033803", "", "M", ""),
]
IMD_HEADER = "LSOA code (2021),LSOA name (2021),Index of Multiple Deprivation (IMD) Score"


def home_rows(
    homes: Sequence[tuple[str, str, object]] = HOMES, sex: str = "ALL", day: str = "01JUL2022"
) -> list[tuple[object, ...]]:
    return [("GP_PRAC_PAT_LIST", day, code, "X", place, sex, count) for code, place, count in homes]


def homes_text(homes: Sequence[tuple[str, str, object]] = HOMES, sex: str = "ALL", day: str = "01JUL2022") -> str:
    return text(HOMES_HEADER, home_rows(homes, sex, day))


def write_homes(
    folder: Path, homes: Sequence[tuple[str, str, object]] = HOMES, *, places: Sequence[int] = (2011,)
) -> Path:
    """The small area with its homes and the centroids of some vintages; with both, the lookup between them."""
    write_area(folder)
    (folder / "gp-reg-pat-prac-lsoa-all.csv").write_text(homes_text(homes))
    if 2011 in places:
        (folder / "lsoa11.csv").write_text(text(LSOA_2011_HEADER, LSOAS_2011))
    if 2021 in places:
        (folder / "lsoa21.csv").write_text(text(LSOA_2021_HEADER, LSOAS_2021))
    return folder


def add_lookup(folder: Path, rows: Rows = LOOKUP) -> None:
    (folder / "lookup.csv").write_text(text(LOOKUP_HEADER, rows))
