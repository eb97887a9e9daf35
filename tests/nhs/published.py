"""A small area in the forms that the NHS publishes: six practices, two boards, two networks, three hospitals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Rows = Sequence[Sequence[object]]

SHARED = Path(__file__).resolve().parents[3] / "shared/data"
RAW, CLEANED = SHARED / "nhs_raw", SHARED / "england"

MAP_HEADER = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,"
    "ONS_SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_CODE,SUB_ICB_LOCATION_NAME,ONS_ICB_CODE,ICB_CODE,ICB_NAME"
)
LIST_HEADER = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
STAFF_HEADER = "PRAC_CODE,PRAC_NAME,TOTAL_PATIENTS,TOTAL_GP_FTE,TOTAL_GP_EXTGL_FTE,TOTAL_NURSES_FTE"
IMD_HEADER = "PRACTICE_CODE,PRACTICE_NAME,IMD_YEAR,IMD_SCORE"
PAYMENTS_HEADER = (
    "Practice Code,Practice Name,Practice Postcode,Practice Close Date,Practice Rurality,"
    "Number of Registered Patients (Last Known Figure),Number of Weighted Patients (Last Known Figure)"
)
HOSPITAL_HEADER = (
    "OrganisationID,OrganisationCode,SubType,OrganisationStatus,OrganisationName,Postcode,Latitude,Longitude,"
    "ParentODSCode,ParentName"
)
PLACES_HEADER = "pcds,doterm,lat,long"

NORTH = ("E38000001", "01A", "NHS North Shire ICB - 01A", "E54000001", "QN1", "NHS North Shire Integrated Care Board")
SOUTH = ("E38000002", "02B", "NHS South Shire ICB - 02B", "E54000002", "QS1", "NHS South Shire Integrated Care Board")
RIVER, HILL, NONE = ("U10001", "RIVER PCN"), ("U10002", "HILL & DALE PCN"), ("U", "Unallocated")

PRACTICES: list[tuple[object, ...]] = [
    ("A00001", "THE MILL SURGERY", "AB1 1AA", *RIVER, *NORTH),
    ("A00002", "ST ANNE'S HEALTH CENTRE", "AB1 1AB", *RIVER, *NORTH),
    ("A00003", "DR O'NEIL & PARTNERS", "AB1 2AA", *HILL, *NORTH),
    ("A00004", "HARBOUR PRACTICE", "AB2 1AA", *NONE, *NORTH),
    ("B00001", "DOWNS SURGERY", "CD1 1AA", "U20001", "DOWNS PCN", *SOUTH),
    ("B00002", "VALE SURGERY", "CD1 1AB", "U20001", "DOWNS PCN", *SOUTH),
]
PATIENTS = {"A00001": 9_000, "A00002": 14_000, "A00003": 12_000, "A00004": 6_000, "B00001": 31_000, "B00002": 8_000}
STAFF: Rows = [
    ("A00001", "THE MILL SURGERY", "9,012.5", "5.0", "4.5", "2.0"),
    ("A00002", "ST ANNE'S HEALTH CENTRE", "14001", "8.0", "7.0", "ND"),
    ("A00003", "DR O'NEIL & PARTNERS", "12000", "ND", "ND", "0"),
    ("B00001", "DOWNS SURGERY", "31000", "20", "15", "8"),
]
DEPRIVATION: Rows = [("A00001", "x", 2025, 30.5), ("A00002", "x", 2025, 12), ("B00001", "x", 2025, 21.25)]
PAYMENTS: Rows = [
    ("A00001", "x", "AB1 1AA", "", "Urban", "9000", "9900"),
    ("A00002", "x", "AB1 1AB", "31/03/2023", "Rural", "14000", "14000"),
    ("A00002", "x", "AB1 1AB", "", "Urban", "14,000.00", "12600"),
    ("A00003", "x", "AB1 2AA", "", "Rural", "12000", "12000"),
]
ROYAL = ("1", "RXX01", "Hospital", "Visible", "Shire Royal Infirmary", "AB1 1AA", 53.5, -2.21)
SHIRE, FAR = ("RXX", "Shire Hospitals NHS Trust"), ("RYY", "Far Hospitals NHS Trust")
HOSPITALS: Rows = [
    (*ROYAL, *SHIRE),
    ("2", "RXX02", "Hospital", "Visible", "Dale Community Hospital", "AB2 1AA", 53.6, -2.3, *SHIRE),
    ("3", "RYY01", "Hospital", "Visible", "Far General Hospital", "ZZ1 1ZZ", 51.0, 0.5, *FAR),
]
PLACES: Rows = [
    ("AB1 1AA", "", 53.50, -2.20),
    ("AB1 1AB", "", 53.51, -2.21),
    ("AB1 2AA", "", 53.52, -2.22),
    ("AB2 1AA", "", 53.60, -2.30),
    ("CD1 1AA", "", 50.80, -1.10),
    ("CD1 1AB", "", 50.81, -1.11),
]


def text(header: str, rows: Rows, separator: str = ",") -> str:
    """A table; cells with a comma are quoted where commas separate."""

    def cell(value: object) -> str:
        written = str(value)
        return f'"{written}"' if separator == "," and "," in written else written

    return "\n".join([header.replace(",", separator), *(separator.join(map(cell, row)) for row in rows)]) + "\n"


def map_text(practices: Rows = PRACTICES, day: str = "01Jul2026") -> str:
    return text(MAP_HEADER, [("GP_PRAC_PAT_LIST", day, *row) for row in practices])


def list_rows(patients: dict[str, int] = PATIENTS, day: str = "2026-07-01") -> list[tuple[object, ...]]:
    """For each practice the total, and both sexes by age; a network's row stands among them."""
    head = ("GP_PRAC_PAT_LIST", day)
    rows: list[tuple[object, ...]] = [(*head, "PCN", "U10001", "", "", "ALL", "ALL", 23_000)]
    for code, count in patients.items():
        old = count // 4
        rows += [(*head, "GP", code, "", "", "ALL", "ALL", count)]
        rows += [(*head, "GP", code, "", "", "FEMALE", age, n) for age, n in (("0_4", count // 2 - old), ("5_9", old))]
        rows += [(*head, "GP", code, "", "", "MALE", age, n) for age, n in (("0_4", count - count // 2), ("5_9", 0))]
    return rows


def write_area(folder: Path, without: Sequence[str] = ()) -> Path:
    """All files under their published names, but those whose names begin with one of `without`."""
    folder.mkdir(exist_ok=True)
    files = {
        "gp-reg-pat-prac-map.csv": map_text().encode(),
        "gp-reg-pat-prac-quin-age.csv": text(LIST_HEADER, list_rows()).encode(),
        "gp-workforce.csv": text(STAFF_HEADER, STAFF).encode(),
        "fingertips.csv": text(IMD_HEADER, DEPRIVATION).encode(),
        "payments.csv": text(PAYMENTS_HEADER, PAYMENTS).encode(),
        "Hospital.csv": text(HOSPITAL_HEADER, HOSPITALS, "\N{NOT SIGN}").encode("latin-1"),
        "onspd.csv": text(PLACES_HEADER, PLACES).encode(),
    }
    for name, content in files.items():
        if not name.startswith(tuple(without)):
            (folder / name).write_bytes(content)
    return folder
