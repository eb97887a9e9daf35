"""Round trips: whatever is written reads back equal, with the same hash, in every format."""

from __future__ import annotations

import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instance_folder import faults_of, write_folder
from instance_strategies import instances
from openpyxl import load_workbook

from instances import InputError, Instance

NAMES = ("instance.toml", "north.toml", "plain.json", "book.xlsx")


@given(instances())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_format_reads_back_equal(instance: Instance) -> None:
    with TemporaryDirectory() as folder:
        for name in NAMES:
            path = Path(folder) / name
            instance.write(path)
            again = Instance.read(path)
            assert again == instance, name
            assert again.sha256 == instance.sha256, name
            assert again.hub.model_fields_set == instance.hub.model_fields_set, name
            assert again.policy.model_fields_set == instance.policy.model_fields_set, name


@given(st.floats(0, 1e15))
@settings(max_examples=40, deadline=None)
def test_floats_are_bit_exact(cost: float) -> None:
    with TemporaryDirectory() as folder:
        base = Instance.read(write_folder(Path(folder) / "small"))
        instance = base.with_settings({"hub.running_cost": cost})
        for name in NAMES:
            instance.write(Path(folder) / name)
            again = Instance.read(Path(folder) / name).hub.running_cost
            assert struct.pack("d", again) == struct.pack("d", cost + 0.0), name


@pytest.fixture
def small(tmp_path: Path) -> Instance:
    return Instance.read(write_folder(tmp_path / "small"))


def test_hash_ignores_the_order_of_columns_and_keys(tmp_path: Path, small: Instance) -> None:
    lines = (tmp_path / "small/practices.csv").read_text().splitlines()
    turned = "\n".join(",".join(reversed(line.split(","))) for line in lines)
    again = Instance.read(write_folder(tmp_path / "turned", practices=turned))
    assert again == small
    assert again.sha256 == small.sha256


def test_hash_changes_with_content(small: Instance) -> None:
    assert small.with_settings(["hub.min=1001"]).sha256 != small.sha256


def test_minus_zero_is_zero(small: Instance) -> None:
    zeros = [small.with_settings({"hub.max_km": zero}).sha256 for zero in (0.0, -0.0)]
    assert zeros[0] == zeros[1]


def test_toml_is_for_people(tmp_path: Path, small: Instance) -> None:
    small.write(tmp_path / "out/instance.toml")
    lines = (tmp_path / "out/instance.toml").read_text().splitlines()
    assert lines[:4] == [
        "schema_version = 1",
        'name = "Small"',
        'practices = "practices.csv"',
        'hospitals = "hospitals.csv"',
    ]
    assert lines[5:7] == ["[hub]", "min = 1000"]
    assert (tmp_path / "out/practices.csv").read_text() == (
        "id,name,patients,latitude,longitude,refuses,fte_gp\n"
        "A,Abbey Road,1000,52.1,-1.1,,1.5\n"
        "B,Brook Lane,2000,52.2,-1.2,PACS,\n"
        "C,Castle Street,3000,52.3,-1.3,MCP;PACS,2.0\n"
    )


def test_variants_share_a_folder(tmp_path: Path, small: Instance) -> None:
    small.write(tmp_path / "instance.toml")
    other = small.model_copy(update={"hospitals": ()})
    other.write(tmp_path / "other.toml")
    assert Instance.read(tmp_path / "instance.toml") == small
    assert Instance.read(tmp_path / "other.toml") == other


def test_no_rule_survives_where_a_rule_is_the_default(tmp_path: Path, small: Instance) -> None:
    free = small.with_settings(["role.gp.min_per_10k=none"])
    for name in NAMES:
        free.write(tmp_path / name)
        assert Instance.read(tmp_path / name).role[0].min_per_10k is None


def test_workbook_keeps_ids_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    practices = "id,name,patients,x_km,y_km,fte_gp\n001,=SUM(A1),5,0.1,2,1\n+2,-x,7,0,0,\n"
    path = write_folder(tmp_path, practices=practices, hospitals=None, instance='name = "@home"\n')
    instance = Instance.read(path)
    instance.write(tmp_path / "book.xlsx")
    sheet = load_workbook(tmp_path / "book.xlsx")["practices"]
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.b
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [
        ("001", "s"), ("=SUM(A1)", "s"), (5, "n"), (0.1, "n"), (2, "n"), (1, "n"),
    ]  # fmt: skip
    assert sheet["A2"].number_format == "@"
    assert Instance.read(tmp_path / "book.xlsx") == instance


def test_an_edited_cell_is_read(tmp_path: Path, small: Instance) -> None:
    small.write(tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    book["practices"]["C3"] = 2222
    book["practices"].append([12, "New practice", 900, 52.4, -1.4])  # a number where an id is expected
    for row in book["settings"].iter_rows():
        if row[0].value == "hub.max":
            row[1].value = 5000
    book["settings"].append(["policy.keep_apart", "A; C"])
    book["settings"].append(["policy.keep_apart", "B; 12"])
    book["settings"].append(["policy.fixed_hub.A", "B"])
    book["settings"].append(["policy.must_not_open", "C;H"])
    book.create_sheet("My own sums")["A1"] = 3
    book.create_sheet("Notes")["A1"] = "ask the board"
    book.save(tmp_path / "book.xlsx")
    edited = Instance.read(tmp_path / "book.xlsx")
    assert edited.practices[1].patients == 2222
    assert edited.practices[3].id == "12"
    assert edited.hub.max == 5000
    assert edited.policy.keep_apart == (("A", "C"), ("B", "12"))
    assert edited.policy.fixed_hub == {"A": "B"}
    assert edited.policy.must_not_open == ("C", "H")


def test_faults_of_a_workbook_name_sheet_row_and_column(tmp_path: Path, small: Instance) -> None:
    small.write(tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx")
    book["practices"]["C3"] = "many"
    book["care_models"]["B3"] = "far"
    book["settings"].append(["hub.mx", 3])
    book["settings"].append(["policy.must_open", "A;Q"])
    book["settings"].append(["hub.max", 5])
    book["settings"].append(["policy.keep_together", "A;Z"])
    book.create_sheet("hospital")
    book.save(tmp_path / "book.xlsx")
    assert faults_of(tmp_path / "book.xlsx") == [
        "book.xlsx, sheet settings, row 9, hub.mx: not a known name; did you mean 'max'?",
        "book.xlsx, sheet settings, row 10, policy.must_open[1]: found 'Q': the id of a practice or hospital",
        "book.xlsx, sheet settings, row 11, key: found 'hub.max': a key such as hub.min, each once",
        "book.xlsx, sheet settings, row 12, policy.keep_together[1][1]: found 'Z': the id of a practice",
        "book.xlsx, sheet hospital: not a known sheet; did you mean 'hospitals'?",
        "book.xlsx, sheet care_models, row 3, max_km: found 'far': a number of road km, 0 or more",
        "book.xlsx, sheet practices, row 3, patients: found 'many': a whole number of registered patients, 0 or more",
    ]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, small: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "instance.toml"
    small.write(path)
    before = path.read_text()

    def full(_path: Path, _content: bytes) -> int:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        small.with_settings(["hub.min=5"]).write(path)
    assert path.read_text() == before
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "hospitals.csv",
        "instance.toml",
        "practices.csv",
        "small",
    ]


def test_unknown_suffix(tmp_path: Path, small: Instance) -> None:
    with pytest.raises(InputError, match=r"x\.csv: a file name that ends in \.toml, \.json or \.xlsx"):
        small.write(tmp_path / "x.csv")
