"""Files that are missing, damaged or no instance at all, and faults in several files at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from instance_folder import HOSPITALS, PRACTICES, TOML, WHOLE, faults_of, toml_with, write_folder
from pydantic import ValidationError

from instances import HubRules, InputError, Instance, Practice


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
