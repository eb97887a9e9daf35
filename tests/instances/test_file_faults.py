"""Files that are missing, damaged or no instance at all, and faults in several files at once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from instance_folder import HOSPITALS, PRACTICES, TOML, WHOLE, faults_of, toml_with, write_folder
from pydantic import ValidationError

from instances import HubRules, InputError, Instance, Practice
from instances.files import MOST_BYTES


def test_everything_wrong_in_all_files_is_said_at_once(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path,
        instance=TOML.replace("min = 1000", "min = 'x'").replace('["A", "B"]', '["A", "Q"]'),
        practices=PRACTICES.replace("1000", "x").replace("MCP; PACS", "MPX"),
        hospitals=HOSPITALS.replace("acute", "accute").replace("H,G", "A,G"),
        travel="from,to,km\nA,B,x\nA,U,3\n",
        misfit="practice,care_model,per_patient\nA,XYZ,1\nB,MCP,x\n",
    )
    places = [fault.partition(": ")[0] for fault in faults_of(path)]
    assert places == [
        "instance.toml, hub.min",
        "instance.toml, policy.keep_together[0][1]",
        "travel.csv, row 2, km",
        "travel.csv, row 3, to",
        "practices.csv, row 2, patients",
        "practices.csv, row 4, refuses",
        "hospitals.csv, row 2, kind",
        "hospitals.csv, row 2, id",
        "misfit.csv, row 2, care_model",
        "misfit.csv, row 3, per_patient",
    ]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"practices": None}, "practices.csv: a file; there is none at {folder}/practices.csv"),
        (toml_with("[hub]", 'hospitals = "h.csv"\n[hub]'), "h.csv: a file; there is none at {folder}/h.csv"),
        (toml_with("[hub]", 'practices = "."\n[hub]'), ".: a file that can be read (Is a directory)"),
    ],
)
def test_missing_files(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    assert faults_of(write_folder(tmp_path, **changed)) == [message.format(folder=tmp_path)]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.json", "{", "x.json, row 1: valid JSON (Expecting property name enclosed in double quotes)"),
        ("x.json", '{"hub": {"min": 1, "min": 2}}', "x.json, min: valid JSON (a key is given twice)"),
        ("x.json", "[]", "x.json: a JSON object with the keys of an instance"),
        ("x.json", "[" * 100_000, "x.json: JSON with numbers and nesting of a usual size"),
        (
            "x.json",
            '{"hub": ' + '{"a":' * 500 + "1" + "}" * 501,
            "x.json: JSON with numbers and nesting of a usual size",
        ),
        ("x.json", '{"hub": 1' + "0" * 4_400 + "}", "x.json: JSON with numbers and nesting of a usual size"),
        ("x.json", "{}", "x.json, practices: missing; a list, each entry a table of names and values"),
        ("x.json", '{"practices": 3}', "x.json, practices: found '3': a list, each entry a table of names and values"),
        ("x.xlsx", "no zip", "x.xlsx: an XLSX workbook that is not damaged or locked by a password"),
        ("x.ods", "", "x.ods: a file whose name ends in .toml, .json or .xlsx"),
        ("x.toml", "a = " + "[" * 100_000, "x.toml: valid TOML (nested less deeply)"),
        ("x.toml", f"{'a.' * 1_000}a = 1", "x.toml: valid TOML (nested less deeply)"),
        ("x.toml", f"{'a.' * 40}a = 1", "x.toml: valid TOML (nested less deeply)"),
        ("x.toml", f"hub.min = {'9' * 4_400}", "x.toml: valid TOML (numbers of a usual size)"),
        ("x.toml", f"hub.min = 0x{'f' * 4_400}", "x.toml: valid TOML (numbers of a usual size)"),
        ("x.toml", "", "practices.csv: a file; there is none at {folder}/practices.csv"),
    ],
)
def test_not_an_instance_at_all(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content)
    assert faults_of(tmp_path / name) == [message.format(folder=tmp_path)]


def test_no_such_file(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "x.toml") == [f"x.toml: a file; there is none at {tmp_path}/x.toml"]
    assert faults_of(tmp_path / "x") == [f"x: an instance; there is nothing at {tmp_path}/x"]


def test_json_names_records_by_id(tmp_path: Path) -> None:
    data = {
        "practices": [
            {"id": "A", "patients": "x", "x_km": 1, "y_km": 2, "refuses": ["Q"], "ftee": {}},
            {"patients": 3},
        ],
        "travel": {"table": {"origin": ["A"], "destination": ["A"], "km": [1, 2]}},
    }
    (tmp_path / "x.json").write_text(json.dumps(data))
    assert faults_of(tmp_path / "x.json") == [
        "x.json, travel.table: columns of one length",
        f"x.json, practices.A.patients: found 'x': {WHOLE}",
        "x.json, practices.A.ftee: not a known name; did you mean 'fte'?",
        "x.json, practices[1].id: missing; an id (text without ;)",
    ]


def test_python_callers_get_the_same_checks() -> None:
    places = (Practice(id="A", patients=5, x_km=0, y_km=0), Practice(id="A", patients=5, x_km=0, y_km=0))
    with pytest.raises(ValidationError) as raised:
        Instance(practices=places, hub=HubRules(min=80_000))
    assert [(error["loc"], error["msg"]) for error in raised.value.errors()] == [
        (("hub", "min"), "at most max, which is 70,000 by default"),
        (("practices", 1, "id"), "an id that no other practice or hospital has"),
    ]


def test_messages_are_plain_words(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        Instance.read(write_folder(tmp_path, instance="hub = 3\nrole = 4\ncare_model = [3]\n", practices="id\n"))
    text = str(raised.value)
    assert not any(word in text.lower() for word in ("pydantic", "traceback", "input should", "dict", "tuple"))


@pytest.mark.parametrize("name", ["/dev/zero", "/etc/passwd", "../other.csv", "below/../../other.csv", "link.csv"])
def test_tables_lie_with_their_instance(tmp_path: Path, name: str) -> None:
    (tmp_path / "other.csv").write_text(PRACTICES)
    path = write_folder(tmp_path / "small", practices=None, instance=f'practices = "{name}"\n{TOML}')
    (path.parent / "below").mkdir()
    (path.parent / "link.csv").symlink_to(tmp_path / "other.csv")
    expected = "a file beside the instance or below its folder; --tables-anywhere allows others"
    assert faults_of(path) == [f"instance.toml, practices: found '{name}': {expected}"]


def test_tables_may_lie_anywhere_if_asked_for(tmp_path: Path) -> None:
    small = Instance.read(write_folder(tmp_path / "small"))
    path = write_folder(tmp_path / "other", practices=None, instance=f'practices = "../small/practices.csv"\n{TOML}')
    assert Instance.read(path, tables_anywhere=True) == small
    (path.parent / "below").mkdir()
    (path.parent / "below/p.csv").write_text(PRACTICES)
    path.write_text(f'practices = "below/p.csv"\n{TOML}')
    assert Instance.read(path) == small
    link = tmp_path / "link.toml"
    link.symlink_to(path)
    path.write_text(f'practices = "other/below/p.csv"\nhospitals = "other/hospitals.csv"\n{TOML}')
    assert Instance.read(link) == small  # by where the link is, as before


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    path = write_folder(tmp_path, practices=None)
    os.mkfifo(tmp_path / "practices.csv")
    assert faults_of(path) == ["practices.csv: a file; this is a device or a pipe, which may never end"]
    path.write_text(f'practices = "/dev/zero"\n{TOML}')
    with pytest.raises(InputError, match="zero: a file; this is a device or a pipe"):
        Instance.read(path, tables_anywhere=True)


def test_files_have_a_largest_size(tmp_path: Path) -> None:
    path = write_folder(tmp_path)
    with path.open("ab") as file:
        file.truncate(8_000_001)
    assert faults_of(path) == ["instance.toml: a file of at most 8,000,000 bytes"]
    with (tmp_path / "practices.csv").open("ab") as table:
        table.truncate(MOST_BYTES + 1)
    path.write_text(TOML)
    assert faults_of(path) == ["practices.csv: a file of at most 256,000,000 bytes"]
