"""What cannot be used is refused with file, row, column and what was expected."""

from __future__ import annotations

import gzip
import random
import re
import zipfile
from pathlib import Path

import pytest
from published import (
    DEPRIVATION,
    HOSPITAL_HEADER,
    HOSPITALS,
    IMD_HEADER,
    LIST_HEADER,
    PLACES,
    PLACES_HEADER,
    STAFF,
    STAFF_HEADER,
    list_rows,
    text,
    write_area,
)

from instances.errors import InputError
from instances.nhs import Selection, import_nhs


@pytest.fixture
def area(tmp_path: Path) -> Path:
    return write_area(tmp_path / "area")


def refused(*paths: Path, selection: Selection | None = None) -> str:
    with pytest.raises(InputError) as refusal:
        import_nhs(paths, selection or Selection())
    return str(refusal.value)


def test_unknown_file(area: Path, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("a,b\n1,2\n")
    said = refused(area, strange)
    assert said.startswith("strange.csv: one of the published files that have these columns:")
    assert "gp-reg-pat-prac-map.csv): PRACTICE_CODE, PRACTICE_NAME, PRACTICE_POSTCODE, EXTRACT_DATE" in said
    assert "ONSPD, NSPL or Code-Point Open): PCDS, LAT or EAST1M" in said


def test_workbook(area: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    Workbook().save(tmp_path / "payments.xlsx")
    assert "(of a workbook: save the sheet as CSV)" in refused(area, tmp_path / "payments.xlsx")


def test_folder_without_any(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("Nothing here.\n")
    assert ": a folder with the published files" in refused(tmp_path)
    assert "none.csv: a file or folder; there is none at" in refused(tmp_path / "none.csv")


def test_unused_files_of_a_folder_are_named(area: Path) -> None:
    (area / "notes.txt").write_text("Downloaded on a Friday.\n")
    assert import_nhs([area], Selection()).report.unused == ("notes.txt",)


def test_missing_files(tmp_path: Path) -> None:
    for part, said in (
        ("gp-reg-pat-prac-map", "practices and their areas"),
        ("gp-reg-pat-prac-quin", "registered pat"),
    ):
        folder = write_area(tmp_path / part, without=[part])
        assert refused(folder).startswith(f"--data: a file of {said}")


def test_no_postcodes_and_no_package(area: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("instances.nhs.postcodes.find_spec", lambda _: None)
    (area / "onspd.csv").unlink()
    said = refused(area)
    assert said.startswith("postcodes: with the data a file of coordinates of postcodes")
    assert 'pip install "caregroup[postcodes]"' in said


def test_two_files_of_a_kind_without_a_date(area: Path) -> None:
    (area / "gp-workforce-2024.csv").write_text(text(STAFF_HEADER, STAFF))
    said = refused(area)
    assert "one file of practice workforce" in said
    assert "gp-workforce-2024.csv, gp-workforce.csv" in said


def test_one_sex(area: Path) -> None:
    rows = [row for row in list_rows() if row[6] == "FEMALE"]
    (area / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, rows))
    assert "patients of both sexes; those that are male are in a file of their own" in refused(area)


def test_numbers(area: Path) -> None:
    rows = [*STAFF[:2], (*STAFF[2][:4], "four", "-1"), STAFF[3]]
    (area / "gp-workforce.csv").write_text(text(STAFF_HEADER, rows))
    assert refused(area) == "gp-workforce.csv, row 4, TOTAL_GP_EXTGL_FTE: found 'four': a number, 0 to 1,000, or ND"
    (area / "gp-workforce.csv").write_text(text(STAFF_HEADER, [(*STAFF[0][:4], "1", "-1"), *STAFF[1:]]))
    assert refused(area) == "gp-workforce.csv, row 2, TOTAL_NURSES_FTE: found '-1': a number, 0 to 1,000, or ND"


@pytest.mark.parametrize("surplus", ["surplus", "surplus,surplus"])
def test_a_row_that_is_too_wide(area: Path, surplus: str) -> None:
    file = area / "payments.csv"
    file.write_text(file.read_text() + f"A00004,x,AB2 1AA,,Urban,6000,6000,{surplus}\n")
    said = refused(area)
    assert said.startswith("payments.csv, row 6: ")
    assert ": 7 cells, as the header has (is a ',' within a cell not quoted?)" in said


def test_a_quote_that_nothing_closes(area: Path) -> None:
    file = area / "payments.csv"
    file.write_text(file.read_text() + '"A00004,x,AB2 1AA,,Urban,6000,6000\nA00005,x,AB2 1AA,,Urban,6000,6000\n')
    assert refused(area) == "payments.csv, row 6: a quote that begins in this row to be closed"


def test_kinds_of_hospital(area: Path) -> None:
    (area / "own.csv").write_text("code,name,kind,latitude,longitude\nH1,Shire,hospital,53.5,-2.2\n")
    assert "own.csv, row 2, kind: found 'hospital': acute, community, specialist, mental health or other" in refused(
        area
    )


def test_dates_and_two_figures_of_one_practice(area: Path) -> None:
    lists = area / "gp-reg-pat-prac-quin-age.csv"
    rows = list_rows()
    lists.write_text(text(LIST_HEADER, [*rows, (*rows[1][:-1], 9_001)]))
    assert ", ORG_CODE: found 'A00001': one figure of a practice, sex and age" in refused(area)
    lists.write_text(text(LIST_HEADER, [("X", "soon", *row[2:]) for row in rows[:2]]))
    assert "row 3, EXTRACT_DATE: found 'soon': a day such as 01Jul2026 or 2026-07-01" in refused(area)


def test_lists_of_other_bodies_only(area: Path) -> None:
    rows = [(*row[:2], "ICB", *row[3:]) for row in list_rows()]
    (area / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, rows))
    assert refused(area).startswith("--data: rows of practices in a file of registered patients")


def test_half_a_place(area: Path) -> None:
    (area / "onspd.csv").write_text("pcds,lat\n" + "".join(f"{row[0]},{row[2]}\n" for row in PLACES))
    assert refused(area).startswith("onspd.csv: a column for the other half of a place")


def test_not_an_archive(area: Path) -> None:
    (area / "lists.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert refused(area).startswith("lists.zip: an archive that can be unpacked")


def test_truncated_gzip(area: Path) -> None:
    whole = gzip.compress((area / "onspd.csv").read_bytes() * 50_000)
    (area / "onspd.csv").write_bytes(whole[: len(whole) // 2])
    assert refused(area).startswith("onspd.csv: an archive that can be unpacked")


def damaged(content: bytes) -> bytes:
    """Noise in its body, which is no code of the packer: its beginning can still be read."""
    middle = len(content) // 2
    noise = random.Random(2).randbytes(len(content) - 200 - middle)
    return content[:middle] + noise + content[-200:]


def test_damaged_archives(area: Path) -> None:
    rows = "".join(f"ZZ{k % 97} {k % 9}AA,,52.{k * 7919 % 99991},-1.{k * 104729 % 99991}\n" for k in range(60_000))
    whole = (area / "onspd.csv").read_bytes() + rows.encode()
    (area / "onspd.csv").write_bytes(damaged(gzip.compress(whole)))
    assert refused(area).startswith("onspd.csv: an archive that can be unpacked (Error -3 while decompressing")
    (area / "onspd.csv").unlink()
    with zipfile.ZipFile(area / "places.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("onspd.csv", whole)
    (area / "places.zip").write_bytes(damaged((area / "places.zip").read_bytes()))
    assert refused(area).startswith(
        "places.zip/onspd.csv: an archive that can be unpacked (Error -3 while decompressing"
    )
    packed = (area / "places.zip").read_bytes()
    (area / "places.zip").write_bytes(packed[:1_000] + packed[-200:])  # what is cut out moves all places in it
    assert re.match(r"places.zip(/onspd.csv)?: an archive that can be unpacked", refused(area))


@pytest.mark.parametrize("packed", ["gz", "zip"])
def test_an_archive_that_swells_without_bound(area: Path, packed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("instances.nhs.unpacked._ANYHOW", 1 << 20)
    lists = area / "gp-reg-pat-prac-quin-age.csv"
    whole = lists.read_bytes() + lists.read_bytes().splitlines(keepends=True)[1] * 400_000
    lists.unlink()
    if packed == "gz":
        (area / "lists.gz").write_bytes(gzip.compress(whole))
    else:
        with zipfile.ZipFile(area / "lists.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("lists.csv", whole)
    assert "a table that unpacks to 4 GB at most and 100 times its size" in refused(area)


@pytest.mark.parametrize(
    "content",
    [
        b"pcds,lat,long\n" + bytes(range(1, 256)) * 400,
        b"pcds,lat,long\nAB1 1AA,\0\0\0",
        b'pcds,lat,long\n"' + b"\x81" * 99,
    ],
    ids=["bytes", "nul", "quote"],
)
def test_postcodes_that_are_no_text(area: Path, content: bytes) -> None:
    (area / "onspd.csv").write_bytes(content)
    assert "onspd.csv" in refused(area)


@pytest.mark.parametrize("name", ["gp-workforce.csv", "fingertips.csv", "payments.csv", "Hospital.csv", "onspd.csv"])
def test_no_rows(area: Path, name: str) -> None:
    file = area / name
    file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    if name == "onspd.csv":
        assert refused(area).startswith("onspd.csv: found 'AB11AA, ")
    else:
        assert len(import_nhs([area], Selection()).instance.practices) == 6


@pytest.mark.parametrize(("column", "cell"), [("lat", "91"), ("long", "1e24"), ("lat", "-2.2"), ("long", "inf")])
@pytest.mark.parametrize("name", ["onspd.csv", "Hospital.csv"])
def test_places_outside_the_british_isles(area: Path, name: str, column: str, cell: str) -> None:
    if name == "onspd.csv":
        (area / name).write_text(text(PLACES_HEADER, [(*PLACES[0][:2], *_place(column, cell)), *PLACES[1:]]))
        expected = f"onspd.csv, row 2, {column}: found '{cell}': a number of degrees "
    else:
        rows = [(*HOSPITALS[0][:6], *_place(column, cell), *HOSPITALS[0][8:])]
        (area / name).write_text(text(HOSPITAL_HEADER, rows))
        header = {"lat": "Latitude", "long": "Longitude"}[column]
        expected = f"Hospital.csv, row 2, {header}: found '{cell}': a number of degrees "
    assert refused(area).startswith(expected)


def _place(column: str, cell: str) -> tuple[object, object]:
    return (cell, -2.2) if column == "lat" else (53.5, cell)


def test_places_of_another_region(area: Path) -> None:
    (area / "onspd.csv").write_text(text(PLACES_HEADER, [("ZZ1 1ZZ", "", 51.0, 0.5)]))
    assert refused(area).startswith("onspd.csv: found 'AB11AA, ")


@pytest.mark.parametrize("cell", ["A0;01", "A\x0101"])
def test_what_the_schema_refuses_has_its_row(area: Path, cell: str) -> None:
    for name in ("gp-reg-pat-prac-map.csv", "gp-reg-pat-prac-quin-age.csv"):
        (area / name).write_text((area / name).read_text().replace("A00002", cell))
    assert refused(area).startswith(f"gp-reg-pat-prac-map.csv, row 3, practice code: found {cell!r}: an id")


def test_a_site_with_the_code_of_a_practice(area: Path) -> None:
    (area / "Hospital.csv").write_text(text(HOSPITAL_HEADER, [("1", "A00001", *HOSPITALS[0][2:])]))
    assert "Hospital.csv, row 2" in refused(area)


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("gp-reg-pat-prac-map.csv", "HARBOUR PRACTICE"),
        ("gp-reg-pat-prac-map.csv", "A00001"),
        ("gp-reg-pat-prac-quin-age.csv", "9000"),
        ("gp-workforce.csv", "4.5"),
        ("fingertips.csv", "30.5"),
        ("payments.csv", "Urban"),
        ("onspd.csv", "53.51"),
    ],
)
@pytest.mark.parametrize("error", ["#N/A", "#REF!"])
def test_errors_of_a_spreadsheet(area: Path, name: str, old: str, error: str) -> None:
    file = area / name
    file.write_text(file.read_text().replace(old, error, 1))
    said = refused(area)
    assert re.match(rf"{re.escape(name)}, row \d, [^:]+: found '{error}': a ", said), said


def test_two_scores_of_one_practice(area: Path) -> None:
    (area / "fingertips.csv").write_text(text(IMD_HEADER, [*DEPRIVATION, ("A00001", "x", 2025, 31)]))
    assert refused(area).startswith("fingertips.csv, row 5, PRACTICE_CODE: found 'A00001': one score of a practice")


def test_no_overall_score(area: Path) -> None:
    income = "Income deprivation affecting older people (IDAOPI)"
    (area / "fingertips.csv").write_text(f"Area Code,Indicator Name,Time period,Value\nA00001,{income},2025,0.1\n")
    assert refused(area) == (
        f"fingertips.csv, Indicator Name: found '{income}': rows of the indicator `Deprivation score (IMD)`"
    )


def test_files_that_may_have_been_meant_are_named(area: Path) -> None:
    (area / "gp-reg-pat-prac-map.csv").write_bytes(b"\0\1\2")
    assert refused(area).endswith("; not known by their columns: gp-reg-pat-prac-map.csv")


def test_an_archive_of_nothing_known(area: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.jpg", b"\xff\xd8\0")
    assert refused(area, tmp_path / "photos.zip").startswith("photos.zip: one of the published files")
