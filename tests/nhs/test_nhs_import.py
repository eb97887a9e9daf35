"""What an import makes of the files, figure by figure."""

from __future__ import annotations

from pathlib import Path

import pytest
from published import (
    CLEANED,
    LIST_HEADER,
    PATIENTS,
    PAYMENTS_HEADER,
    PLACES,
    PLACES_HEADER,
    PRACTICES,
    RAW,
    STAFF,
    STAFF_HEADER,
    list_rows,
    map_text,
    text,
    write_area,
)

from instances import Instance
from instances.errors import InputError
from instances.nhs import NhsImport, Selection, Wishes, import_nhs
from instances.rows import Hospital, Practice


@pytest.fixture
def area(tmp_path: Path) -> Path:
    return write_area(tmp_path / "area")


def of(made: NhsImport) -> dict[str, Practice]:
    return {practice.id: practice for practice in made.instance.practices}


def lacking(made: NhsImport) -> dict[str, tuple[str, ...]]:
    return {join.what: join.lacking for join in made.report.joins}


def test_a_board(area: Path) -> None:
    made = import_nhs([area], Selection(icb=("NHS North Shire",)))
    practices = of(made)
    assert made.instance.name == "NHS North Shire"
    assert practices["A00001"] == Practice(
        id="A00001",
        name="The Mill Surgery",
        patients=9_000,
        latitude=53.5,
        longitude=-2.2,
        area="01A",
        current_group="River PCN",
        deprivation=30.5,
        rural=False,
        fte={"gp": 4.5, "nurse": 2.0},
    )
    assert practices["A00003"] == Practice(
        id="A00003",
        name="Dr O'Neil & Partners",
        patients=12_000,
        latitude=53.52,
        longitude=-2.22,
        area="01A",
        current_group="Hill & Dale PCN",
        rural=True,
        fte={"nurse": 0.0},  # ND is not 0
    )
    assert practices["A00002"].rural is False  # of two contracts in the year, the one that is open
    assert practices["A00004"].current_group is None
    assert practices["A00004"].rural is None
    assert list(practices) == ["A00001", "A00002", "A00003", "A00004"]


def test_hospitals_near_and_models_that_they_can_lead(area: Path) -> None:
    made = import_nhs([area], Selection(icb=("QN1",))).instance
    royal, dale = made.hospitals
    assert royal == Hospital(
        id="RXX01", name="Shire Royal Infirmary", kind="acute", trust="RXX", latitude=53.5, longitude=-2.21
    )
    assert (dale.id, dale.kind) == ("RXX02", "community")
    assert [model.id for model in made.care_model] == ["MCP", "PACS", "CHN"]
    assert [role.id for role in made.role] == ["gp", "nurse"]
    south = import_nhs([area], Selection(icb=("QS1",))).instance
    assert (south.hospitals, [model.id for model in south.care_model]) == ((), ["MCP"])


def test_report(area: Path) -> None:
    made = import_nhs([area], Selection(icb=("QN1",)))
    assert (made.report.in_map, made.report.selected, made.report.unused) == (6, 4, ())
    assert lacking(made) == {
        "list size": (),
        "rural or urban": ("A00004",),
        "coordinates": (),
        "FTE of gp": ("A00003", "A00004"),
        "FTE of nurse": ("A00002", "A00004"),
        "deprivation": ("A00003", "A00004"),
        "current group (PCN)": ("A00004",),
    }
    assert len(made.report.files) == 7


@pytest.mark.parametrize(("fte", "least"), [("8", 2.5), ("10.5", 3.5)])
def test_a_rule_on_staff_that_a_part_of_the_area_cannot_keep(area: Path, fte: str, least: float) -> None:
    """The two practices have 7 GPs and more per 10,000 patients, but no hub takes both, and 1.4 may be hired."""
    staff = [("A00001", "x", "9000", "20", "20", "2"), ("B00001", "x", "31000", fte, fte, "8")]
    (area / "gp-workforce.csv").write_text(text(STAFF_HEADER, staff))
    made = import_nhs([area], Selection(practice=("A00001", "B00001")))
    assert {role.id: role.min_per_10k for role in made.instance.role} == {"gp": least, "nurse": None}
    said = "the practices lack 2.8 FTE of gp for 3.5 per 10,000 patients in every hub and may hire 1.4"
    assert any(said in warning for warning in made.report.warnings) == (least < 3.5)


def test_a_practice_that_no_hub_can_take(area: Path) -> None:
    (area / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, list_rows({**PATIENTS, "B00001": 71_000})))
    warnings = import_nhs([area], Selection(icb=("QS1",))).report.warnings
    assert any(warning.startswith("B00001 Downs Surgery has 71,000 patients, more than a hub") for warning in warnings)
    assert not any(
        "more than a hub" in warning for warning in import_nhs([area], Selection(icb=("QN1",))).report.warnings
    )


def test_weighted_patients(area: Path) -> None:
    made = import_nhs([area], Selection(icb=("QN1",)), wishes=Wishes(weighted=True))
    patients = {code: practice.patients for code, practice in of(made).items()}
    assert patients == {"A00001": 9_900, "A00002": 12_600, "A00003": 12_000, "A00004": 6_000}
    assert lacking(made)["weight of a patient"] == ("A00004",)


def test_only_map_lists_and_places(tmp_path: Path) -> None:
    folder = write_area(tmp_path / "few", without=("gp-work", "finger", "pay", "Hosp"))
    made = import_nhs([folder], Selection())
    assert made.instance.role == ()
    assert [model.id for model in made.instance.care_model] == ["MCP"]
    assert made.instance.name == "6 practices"
    assert sum("No file of" in note for note in made.report.notes) == 5
    with pytest.raises(InputError, match="--weighted: a file of NHS Payments"):
        import_nhs([folder], Selection(), wishes=Wishes(weighted=True))


def test_practices_that_are_no_practices(area: Path) -> None:
    strange = [
        ("A00005", "HMP SHIRE", "AB1 1AA", "U", "Unallocated", *PRACTICES[0][5:]),
        ("A00006", "SHIRE SPECIAL ALLOCATION SCHEME", "AB1 1AA", "U", "", *PRACTICES[0][5:]),
        ("A00007", "EMPTY SURGERY", "AB1 1AA", "U", "", *PRACTICES[0][5:]),
        ("A00008", "UNLISTED SURGERY", "AB1 1AA", "U", "", *PRACTICES[0][5:]),
        ("A00009", "TINY SURGERY", "AB1 1AA", "U", "", *PRACTICES[0][5:]),
    ]
    sizes = {**PATIENTS, "A00005": 900, "A00006": 700, "A00007": 0, "A00009": 499}
    (area / "gp-reg-pat-prac-map.csv").write_text(map_text([*PRACTICES, *strange]))
    (area / "gp-reg-pat-prac-quin-age.csv").write_text(text(LIST_HEADER, list_rows(sizes)))
    made = import_nhs([area], Selection(icb=("QN1",)))
    assert list(of(made)) == ["A00001", "A00002", "A00003", "A00004"]
    reasons = {dropped.reason.split(",")[0].split(":")[0]: dropped.practices for dropped in made.report.dropped}
    assert reasons == {
        "not in gp-reg-pat-prac-quin-age.csv": ("A00008 Unlisted Surgery",),
        "no patients": ("A00007 Empty Surgery (0 patients)",),
        "prison or special allocation scheme": (
            "A00005 HMP Shire (900 patients)",
            "A00006 Shire Special Allocation Scheme (700 patients)",
        ),
        "fewer than 500 patients (--least-patients)": ("A00009 Tiny Surgery (499 patients)",),
    }
    kept = import_nhs([area], Selection(icb=("QN1",)), wishes=Wishes(least_patients=0, keep_special=True))
    assert set(of(kept)) - set(of(made)) == {"A00005", "A00006", "A00009"}


def test_a_code_twice(area: Path) -> None:
    again = (PRACTICES[0][0], "ANOTHER NAME", *PRACTICES[0][2:])
    (area / "gp-reg-pat-prac-map.csv").write_text(map_text([*PRACTICES, again]))
    made = import_nhs([area], Selection(icb=("QN1",)))
    assert of(made)["A00001"].name == "The Mill Surgery"
    assert any("has A00001 more than once" in note for note in made.report.notes)


def test_the_newest_extract_counts(area: Path) -> None:
    gone = ("A00009", "CLOSED SURGERY", "AB1 1AA", "U", "", *PRACTICES[0][5:])
    (area / "old-map.csv").write_text(map_text([*PRACTICES, gone], day="01-Apr-26"))
    (area / "old-lists.csv").write_text(text(LIST_HEADER, list_rows({**PATIENTS, "A00001": 1}, day="2026-04-01")))
    made = import_nhs([area], Selection(icb=("QN1",)))
    assert {code: practice.patients for code, practice in of(made).items()} == {
        code: count for code, count in PATIENTS.items() if code.startswith("A")
    }
    assert "old-map.csv: not used, as there is a newer extract" in made.report.notes
    assert "old-lists.csv: not used, as there is a newer extract" in made.report.notes


def test_postcodes_that_are_not_known(area: Path) -> None:
    places = [row for row in PLACES if row[0] not in ("AB1 1AB", "AB2 1AA", "CD1 1AA", "CD1 1AB")]
    places += [("AB1 1AC", "", 53.40, -2.40), ("AB1 1AD", "", 99.999999, 0.0)]
    (area / "onspd.csv").write_text(text(PLACES_HEADER, places))
    payments = [("A00001", "x", "", "", "Urban", "9000", "9900"), ("A00004", "x", "AB1 2AA", "", "Urban", "1", "1")]
    (area / "payments.csv").write_text(text(PAYMENTS_HEADER, payments))
    made = import_nhs([area], Selection())
    practices = of(made)
    assert (practices["A00002"].latitude, practices["A00002"].longitude) == (53.45, -2.3)  # the middle of AB1 1
    assert (practices["A00004"].latitude, practices["A00004"].longitude) == (53.52, -2.22)  # its other postcode
    assert "B00001" not in practices
    assert lacking(made)["coordinates"] == ("A00002", "A00004", "B00001", "B00002")
    assert [len(dropped.practices) for dropped in made.report.dropped] == [2]
    notes = "\n".join(made.report.notes)
    assert "the middle of its postcode sector, as the postcode is not in onspd.csv: A00002 (AB11AB)" in notes
    assert "its postcode in the payments, as the postcode is not in onspd.csv: A00004 (AB21AA)" in notes


def test_a_postcode_in_use_goes_before_one_that_has_ended(area: Path) -> None:
    (area / "onspd.csv").write_text(text(PLACES_HEADER, [("AB1 1AA", "202001", 50.0, 0.0), *PLACES]))
    assert of(import_nhs([area], Selection(icb=("QN1",))))["A00001"].latitude == 53.5


def test_networks_of_one_name(area: Path) -> None:
    rows = [(*row[:4], "CENTRAL PCN", *row[5:]) if row[3] != "U" else row for row in PRACTICES]
    (area / "gp-reg-pat-prac-map.csv").write_text(map_text(rows))
    made = of(import_nhs([area], Selection()))
    assert {made[code].current_group for code in ("A00001", "A00002")} == {"Central PCN (U10001)"}
    assert made["A00003"].current_group == "Central PCN (U10002)"


def test_a_role_that_nobody_reports(area: Path) -> None:
    staff = [(*row[:5], "ND") for row in STAFF]
    (area / "gp-workforce.csv").write_text(text(STAFF_HEADER, staff))
    made = import_nhs([area], Selection(icb=("QN1",)))
    assert [role.id for role in made.instance.role] == ["gp"]
    assert any("no practice reports FTE of nurse" in note for note in made.report.notes)


@pytest.mark.skipif(not RAW.is_dir(), reason=f"there are no published files in {RAW}")
def test_real_files_agree_with_cleaned_tables() -> None:
    """Practices, lists, networks, staff, deprivation, rurality and places of 28 boards, cleaned by somebody else."""
    import csv

    from optimizer.verify.exact import Point, straight_line_km

    made = import_nhs([RAW], Selection(), wishes=Wishes(least_patients=0, keep_special=True))
    with (CLEANED / "practices.csv").open(encoding="utf-8", newline="") as file:
        cleaned = {row["code"]: row for row in csv.DictReader(file)}
    practices = of(made)
    assert practices.keys() == cleaned.keys()
    groups: dict[str, set[str]] = {}
    for code, practice in practices.items():
        row = cleaned[code]
        assert practice.patients == int(row["list_size"])
        assert practice.area == row["sub_icb_code"]
        assert practice.deprivation == _number(row["imd_2025"])
        assert practice.rural == {"Rural": True, "Urban": False}.get(row["rurality_2223"])
        assert practice.fte == {r: n for r in ("gp", "nurse") if (n := _number(row[f"{r}_fte"])) is not None}
        assert (practice.current_group is not None) == (row["pcn_allocated"] == "True")
        groups.setdefault(practice.current_group or "", set()).add(row["pcn_code"])
        assert practice.latitude is not None
        assert practice.longitude is not None
        here = Point(planar=False, north=practice.latitude, east=practice.longitude)
        there = Point(planar=False, north=float(row["latitude"]), east=float(row["longitude"]))
        assert straight_line_km(here, there) < 0.001
    assert all(len(codes) == 1 for codes in groups.values())
    assert len(groups) == len({row["pcn_code"] for row in cleaned.values()})


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


@pytest.mark.skipif(not RAW.is_dir(), reason=f"there are no published files in {RAW}")
def test_greater_manchester_reads_back_and_is_checked(tmp_path: Path) -> None:
    from instances.annotate import write_annotated
    from optimizer.model.build import build_problem
    from optimizer.solving.check import impossibilities

    made = import_nhs([RAW], Selection(icb=("NHS Greater Manchester",))).instance
    write_annotated(made, tmp_path / "instance.toml")
    read = Instance.read(tmp_path / "instance.toml")
    assert read.sha256 == made.sha256
    assert len(read.practices) == 405
    assert impossibilities(build_problem(read)) == []
