"""Homes of an import: who lives where, who counts as living at the practice, in either vintage of LSOAs."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from published import RAW, SHARED, text, write_area
from published_homes import (
    HOMES,
    HOMES_2021,
    IMD_HEADER,
    LSOAS_2011,
    add_lookup,
    home_rows,
    homes_text,
    write_homes,
)

from instances import Instance
from instances.nhs import NhsImport, Selection, import_nhs
from instances.rows import HomePlace

NORTH = Selection(icb=("QN1",))
FILE = "gp-reg-pat-prac-lsoa-all.csv"


def homes_of(made: NhsImport | Instance) -> list[tuple[str, str, int]]:
    table = (made.instance if isinstance(made, NhsImport) else made).homes
    assert table is not None
    return list(zip(table.practice, table.place, table.patients, strict=True))


def reasons(made: NhsImport) -> dict[str, tuple[int, int, int]]:
    homes = made.report.homes
    assert homes is not None
    return {part.reason: (part.patients, part.rows, part.practices) for part in (homes.lived, *homes.lodged)}


IN_2011 = [
    ("A00001", "A00001", 8),
    ("A00001", "E01000001", 60),
    ("A00001", "E01000002", 30),
    ("A00002", "E01000002", 70),
    ("A00002", "E01000003", 7),
    ("A00003", "A00003", 6),
    ("A00003", "E01000004", 20),
    ("A00003", "E01000005", 22),
]


def test_homes_and_places_of_a_board(tmp_path: Path) -> None:
    made = import_nhs([write_homes(tmp_path / "area")], NORTH)
    assert homes_of(made) == IN_2011
    assert [place.id for place in made.instance.places] == [f"E0100000{k}" for k in range(1, 6)]  # with patients only
    assert made.instance.places[0] == HomePlace(
        id="E01000001",
        name="North 001A",
        latitude=53.501,
        longitude=-2.201,
        population=1_500.0,
        zones={"council": "North", "msoa": "E02000001"},
    )
    assert made.instance.travel.basis == "premises"


def test_places_that_touch_are_kept_once_each_and_of_the_vintage_of_the_places(tmp_path: Path) -> None:
    area = write_homes(tmp_path / "area")
    rows = ["E01000002,E01000001,5", "E01000001,E01000002,5", "E01000003,E01000009,7", "E01000004,E01000004,1"]
    for year, more in (("11", []), ("21", ["E01000001,E01000005,3"])):
        header = f"lsoa{year}cd_a,lsoa{year}cd_b,shared_boundary_m"
        (area / f"touching{year}.csv").write_text("\n".join([header, *rows, *more]) + "\n")
    made = import_nhs([area], NORTH)
    assert [(row.a, row.b) for row in made.instance.adjacency] == [("E01000001", "E01000002")]


def test_who_counts_as_living_at_the_practice_is_reported(tmp_path: Path) -> None:
    made = import_nhs([write_homes(tmp_path / "area")], NORTH)
    assert reasons(made) == {
        "at a place": (209, 6, 3),
        "no fixed or known address (NO2011, NO2021)": (5, 1, 1),
        "more than 50 km from the practice (--home-max-km)": (3, 1, 1),
        "outside England, at a place that no table has": (4, 1, 1),
        "an LSOA that no table has": (2, 1, 1),
    }
    homes = made.report.homes
    assert homes is not None
    assert (homes.places, homes.vintage, homes.day, homes.rows) == (5, 2011, "1 July 2022", 8)
    assert homes.zones == ("council (names)", "msoa (codes)")
    assert {join.what: join.lacking for join in made.report.joins}["homes"] == ("A00004",)  # not in the file


def test_how_far_a_home_may_be(tmp_path: Path) -> None:
    """E01000002 is 1.5 km from A00001 and 0.2 km from A00002; only the first counts as too far beyond 1 km."""
    folder = write_homes(tmp_path / "area")
    near = homes_of(import_nhs([folder], NORTH, home_max_km=1.0))
    assert near[:2] == [("A00001", "A00001", 38), ("A00001", "E01000001", 60)]
    assert ("A00002", "E01000002", 70) in near
    assert ("A00001", "E01000009", 3) in homes_of(import_nhs([folder], NORTH, home_max_km=1_000.0))
    nobody = import_nhs([folder], NORTH, home_max_km=0.0)
    assert homes_of(nobody) == [("A00001", "A00001", 98), ("A00002", "A00002", 77), ("A00003", "A00003", 48)]
    assert nobody.instance.places == ()


def test_travel_from_homes(tmp_path: Path) -> None:
    made = import_nhs([write_homes(tmp_path / "area")], NORTH, travel_from="homes").instance
    assert made.travel.basis == "homes"


# --- forms of the files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA11CD,SEX,NUMBER OF PATIENTS",
        "Publication,Extract Date,Practice Code,Practice Name,LSOA Code,Sex,Number of Patients",
        "PUBLICATION,EXTRACT_DATE,ORG_CODE,NAME,LSOA_2011_CODE,SEX,PATIENTS",
    ],
)
def test_names_of_columns(tmp_path: Path, header: str) -> None:
    folder = write_homes(tmp_path / "area")
    (folder / FILE).write_text(text(header, home_rows()))
    assert homes_of(import_nhs([folder], NORTH)) == IN_2011


def test_three_columns_are_enough(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area")
    (folder / FILE).write_text(text("practice_code,lsoa11cd,patients", HOMES))
    made = import_nhs([folder], NORTH)
    assert homes_of(made) == IN_2011
    assert made.report.homes is not None
    assert made.report.homes.day == ""


def halves() -> tuple[list[tuple[str, str, int]], list[tuple[str, str, int]]]:
    """Men and women who add up to `HOMES`; some places have one sex alone."""
    men = [(code, place, count // 3) for code, place, count in HOMES if count // 3]
    women = [(code, place, count - count // 3) for code, place, count in HOMES]
    return men, women


def test_both_sexes_are_added(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area")
    (folder / FILE).unlink()
    for sex, part in zip(("MALE", "FEMALE"), halves(), strict=True):
        (folder / f"gp-reg-pat-prac-lsoa-{sex.lower()}.csv").write_text(homes_text(part, sex))
    assert homes_of(import_nhs([folder], NORTH)) == IN_2011


def test_the_published_archive_counts_nobody_twice(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area")
    (folder / FILE).unlink()
    with zipfile.ZipFile(folder / "gp-reg-pat-prac-lsoa.zip", "w") as archive:
        for sex, part in zip(("MALE", "FEMALE", "ALL"), (*halves(), HOMES), strict=True):
            archive.writestr(f"gp-reg-pat-prac-lsoa-{sex.lower()}.csv", homes_text(part, sex))
    assert homes_of(import_nhs([folder], NORTH)) == IN_2011


def test_gzip_and_a_newer_extract(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area", [("A00001", "E01000001", 1)])
    newer = homes_text(HOMES, day="01OCT2022").encode()
    (folder / "newer.csv.gz").write_bytes(gzip.compress(newer))
    made = import_nhs([folder], NORTH)
    assert homes_of(made) == IN_2011
    assert f"{FILE}: not used, as there is a newer extract" in made.report.notes


def test_files_of_two_areas_go_together(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area", HOMES[:4])
    (folder / "other.csv").write_text(homes_text(HOMES[4:]))
    assert homes_of(import_nhs([folder], NORTH)) == IN_2011


def test_national_grid(tmp_path: Path) -> None:
    """The centroid of City of London 001A in metres is where ONS has it in degrees, but for a metre."""
    pytest.importorskip("pyproj")
    folder = write_homes(tmp_path / "area", [("B00001", "E01000001", 5)])
    (folder / "lsoa11.csv").write_text("X,Y,lsoa11cd,lsoa11nm\n532179,181798,E01000001,City of London 001A\n")
    place = import_nhs([folder], Selection(icb=("QS1",)), home_max_km=200.0).instance.places[0]
    assert place.latitude == pytest.approx(51.519641, abs=1e-5)
    assert place.longitude == pytest.approx(-0.096302, abs=1e-5)
    assert place.zones == {}


# --- vintages ---------------------------------------------------------------------------------------------------------


def test_splits_are_shared_equally_and_merges_added(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area", places=(2021,))
    add_lookup(folder)
    made = import_nhs([folder], NORTH)
    assert homes_of(made)[3:] == [
        ("A00002", "E01000002", 70),
        ("A00002", "E01033801", 4),  # 7 patients in two halves
        ("A00002", "E01033802", 3),
        ("A00003", "A00003", 6),
        ("A00003", "E01033803", 42),
    ]
    assert sum(count for *_, count in homes_of(made)) == sum(count for *_, count in HOMES if count != 50)


def test_splits_go_by_population_where_it_is_known(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area", places=(2021,))
    add_lookup(folder)
    (folder / "people.csv").write_text("LSOA 2021 Code,Total\nE01033801,300\nE01033802,1100\n")
    assert homes_of(import_nhs([folder], NORTH))[4:6] == [
        (
            "A00002",
            "E01033801",
            2,
        ),  # 7 x 3 / 14 = 1.5, 7 x 11 / 14 = 5.5: of remainders alike the first's counts
        ("A00002", "E01033802", 5),
    ]


def test_newer_registrations_at_older_places(tmp_path: Path) -> None:
    """The two parts of a split go back together; 43 patients of a merger are 3 : 1, as the people of 2011."""
    folder = write_homes(tmp_path / "area", HOMES_2021)
    add_lookup(folder)
    assert homes_of(import_nhs([folder], NORTH))[3:] == [
        ("A00002", "E01000002", 70),
        ("A00002", "E01000003", 7),
        ("A00003", "A00003", 6),
        ("A00003", "E01000004", 32),
        ("A00003", "E01000005", 11),
    ]


def test_what_one_vintage_lacks_is_taken_from_the_other(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area", places=(2011, 2021))
    add_lookup(folder)
    scores = [("E01000001", "", 10.5), ("E01033801", "", 20), ("E01033802", "", 31), ("E01033803", "", 40)]
    (folder / "imd.csv").write_text(text(IMD_HEADER, scores))
    made = import_nhs([folder], NORTH)
    assert homes_of(made) == IN_2011
    of = {place.id: place for place in made.instance.places}
    assert {code: place.deprivation for code, place in of.items()} == {
        "E01000001": 10.5,
        "E01000002": None,
        "E01000003": 25.5,  # the mean of its halves
        "E01000004": 40.0,
        "E01000005": 40.0,
    }
    assert {code: place.rural for code, place in of.items()} == {
        "E01000001": False,
        "E01000002": False,
        "E01000003": True,
        "E01000004": True,
        "E01000005": True,
    }
    assert of["E01000003"].zones == {"council": "North", "msoa": "E02000002", "ward": "St Mary's (E05000001)"}
    assert of["E01000005"].zones["ward"] == "St Mary's (E05000002)"  # two wards have the name
    assert of["E01000003"].population == 2_000.0
    note = "deprivation, rural, ward of places is known of LSOA 2021 only, and taken from there"
    assert note in made.report.notes


def test_deprivation_of_2019(tmp_path: Path) -> None:
    """The table of scores as the ministry published it, on LSOAs of 2011; its people are used where nothing else is."""
    folder = write_homes(tmp_path / "area")
    (folder / "lsoa11.csv").write_text(text("LSOA11CD,LAT,LONG", [(row[0], *row[2:4]) for row in LSOAS_2011]))
    (folder / "File_7_-_All_IoD2019_Scores.csv").write_text(
        "LSOA code (2011),LSOA name (2011),Local Authority District code (2019),Local Authority District name (2019),"
        "Index of Multiple Deprivation (IMD) Score,Income Score (rate),"
        "Total population: mid 2015 (excluding prisoners)\n"
        'E01000001,North 001A,E06000001,North,6.208,0.007,"1,296"\n'
    )
    place = import_nhs([folder], NORTH).instance.places[0]
    assert (place.name, place.deprivation, place.population) == ("North 001A", 6.208, 1_296.0)
    assert place.zones == {"council": "North"}


def test_codes_that_did_not_change_need_no_lookup(tmp_path: Path) -> None:
    folder = write_homes(tmp_path / "area", [("A00001", "E01000001", 60), ("A00001", "NO2011", 1)], places=(2021,))
    assert homes_of(import_nhs([folder], Selection(practice=("A00001",)))) == [
        ("A00001", "A00001", 1),
        ("A00001", "E01000001", 60),
    ]


@pytest.mark.parametrize(
    ("label", "rural"),
    [
        ("C1", False),
        ("D2", True),
        ("Urban city and town", False),
        ("Rural village", True),
        ("UF1", False),
        ("RLF1", True),
        ("Larger rural: Nearer to a major town or city", True),
        ("", None),
    ],
)
def test_rural_classes(tmp_path: Path, label: str, rural: bool | None) -> None:
    folder = write_homes(tmp_path / "area", [("A00001", "E01000001", 60)])
    (folder / "ruc.csv").write_text(f"LSOA11CD,RUC11CD\nE01000001,{label}\n")
    assert import_nhs([folder], Selection(practice=("A00001",))).instance.places[0].rural is rural


# --- what is missing --------------------------------------------------------------------------------------------------


def test_without_files_patients_live_at_their_practice(tmp_path: Path) -> None:
    made = import_nhs([write_area(tmp_path / "area")], NORTH)
    assert (made.instance.homes, made.instance.places, made.report.homes) == (None, (), None)
    assert any("patients live at their practice" in note for note in made.report.notes)


def test_without_centroids_homes_are_left_out_with_a_warning(tmp_path: Path) -> None:
    made = import_nhs([write_homes(tmp_path / "area", places=())], NORTH)
    assert made.instance.homes is None
    assert any(warning.startswith("homes are left out, as there is no file") for warning in made.report.warnings)


# --- real files -------------------------------------------------------------------------------------------------------

GEOGRAPHY, RESIDENTS = SHARED / "geography", SHARED / "residents"
PLACES_2011 = [GEOGRAPHY / "lsoa11.csv.gz"]
PLACES_2021 = [GEOGRAPHY / "lsoa21.csv.gz", GEOGRAPHY / "lsoa11_to_lsoa21.csv.gz"]


@pytest.mark.skipif(not RESIDENTS.is_dir(), reason="needs ../shared/data/residents")
@pytest.mark.parametrize(("places", "count"), [(PLACES_2011, 507), (PLACES_2021, 530)])
def test_somerset(places: Sequence[Path], count: int) -> None:
    made = import_nhs([RAW, RESIDENTS / f"{FILE[:-4]}_somerset.csv.gz", *places], Selection(icb=("Somerset",)))
    assert len(made.instance.places) == count
    assert {reason: part[0] for reason, part in reasons(made).items()} == {
        "at a place": 540_132,
        "no fixed or known address (NO2011, NO2021)": 937,
        "more than 50 km from the practice (--home-max-km)": 24,
    }
    assert sum(count for practice, place, count in homes_of(made) if practice == place) == 937 + 24


def test_places_of_ones_own_without_a_year(tmp_path: Path) -> None:
    """A table whose column of codes names no year is of either vintage."""
    folder = write_homes(tmp_path / "area")
    rows = [row[:4] for row in LSOAS_2011]
    (folder / "lsoa11.csv").write_text(text("LSOA_CODE,LSOA_NAME,LAT,LONG", rows))
    assert homes_of(import_nhs([folder], NORTH)) == IN_2011
