"""Reading: what planners' programs save, and the exact words for what is wrong with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from instance_folder import HOSPITALS, PRACTICES, TOML, faults_of, write_folder
from pydantic import ValidationError

from instances import HubRules, InputError, Instance, Practice


def _toml(old: str, new: str) -> dict[str, str]:
    assert old in TOML
    return {"instance": TOML.replace(old, new)}


def _practices(old: str, new: str) -> dict[str, str]:
    assert old in PRACTICES
    return {"practices": PRACTICES.replace(old, new)}


def _hospitals(old: str, new: str) -> dict[str, str]:
    assert old in HOSPITALS
    return {"hospitals": HOSPITALS.replace(old, new)}


WHOLE = "a whole number of registered patients, 0 or more"
KINDS = "one of hub, acute, community, specialist, mental_health, other"

SETTINGS: dict[str, tuple[dict[str, str], list[str]]] = {
    "not a number": (
        _toml("max = 4000", 'max = 4000\nmax_km = "far"'),
        ["hub.max_km: found 'far': a number of road km, 0 or more"],
    ),
    "typo": (_toml("target_min", "taget_min"), ["hub.taget_min: not a known name; did you mean 'target_min'?"]),
    "typo in a section": (_toml("[hub]", "[hubs]"), ["hubs: not a known name; did you mean 'hub'?"]),
    "unlike anything": (_toml("[hub]", "colour = 3\n[hub]"), ["colour: not a known name"]),
    "true is no number": (
        _toml("min = 1000", "min = true"),
        ["hub.min: found 'true': a whole number of patients, 0 or more"],
    ),
    "negative": (_toml("min = 1000", "min = -1"), ["hub.min: found '-1': a whole number of patients, 0 or more"]),
    "half a patient": (
        _toml("min = 1000", "min = 1000.5"),
        ["hub.min: found '1000.5': a whole number of patients, 0 or more"],
    ),
    "too many patients": (
        _toml("min = 1000", "min = 100000000000"),
        ["hub.min: found '100000000000': a whole number of patients, 0 or more; at most 1,000,000,000"],
    ),
    "not finite": (
        _toml("min_per_10k = 3.5", "min_per_10k = nan"),
        ["role.gp.min_per_10k: found 'nan': a number of FTE per 10,000 patients in every hub, 0 or more"],
    ),
    "share above 1": (
        _toml("max_km = 50.0", "share_max = 1.5"),
        ["care_model.PACS.share_max: found '1.5': a number, 0 to 1"],
    ),
    "min above max": (_toml("min = 1000", "min = 5000"), ["hub.min: found '5000': at most max, which is 4,000"]),
    "min above max by default": (
        _toml('id = "MCP"', 'id = "MCP"\nmin = 400000'),
        ["care_model.MCP.min: found '400000': at most max, which is 350,000 by default"],
    ),
    "target_max below target_min by default": (
        _toml("target_min = 2000\n", ""),
        ["hub.target_max: found '3000': at least target_min, which is 30,000 by default"],
    ),
    "shares and counts": (
        _toml("max_km = 50.0", "share_min = 0.5\nshare_max = 0.2\ncount_min = 3\ncount_max = 2"),
        [
            "care_model.PACS.count_min: found '3': at most count_max, which is 2",
            "care_model.PACS.share_min: found '0.5': at most share_max, which is 0.2",
        ],
    ),
    "coverage": (
        _toml("[policy]", "[policy]\ncoverage_min = 0.8\ncoverage_max = 0.7"),
        ["policy.coverage_min: found '0.8': at most coverage_max, which is 0.7"],
    ),
    "coverage below its default": (
        _toml("[policy]", "[policy]\ncoverage_max = 0.3"),
        ["policy.coverage_max: found '0.3': at least coverage_min, which is 0.5 by default"],
    ),
    "no such lead": (
        _toml('id = "PACS"', 'id = "PACS"\nlead = "cute"'),
        [f"care_model.PACS.lead: found 'cute': {KINDS}"],
    ),
    "a model nobody published": (_toml('id = "MCP"', 'id = "NEW"'), [f"care_model.NEW.lead: missing; {KINDS}"]),
    "no id": (_toml('id = "gp"\n', ""), ["role[0].id: missing; an id (text without ;)"]),
    "model twice": (
        _toml('id = "PACS"', 'id = "MCP"'),
        ["care_model.MCP.id: found 'MCP': an id that no other care model has"],
    ),
    "role twice": (
        _toml("[[role]]", '[[role]]\nid = "gp"\n[[role]]'),
        ["role.gp.id: found 'gp': an id that no other role has"],
    ),
    "colon in a model": (
        _toml('id = "MCP"', 'id = "M:P"\nlead = "hub"'),
        ["care_model.M:P.id: found 'M:P': an id (text without ; or :)"],
    ),
    "ratio without staff": (
        _toml('id = "gp"', 'id = "nurse"'),
        [
            "role.nurse.min_per_10k: found '3.5': FTE of at least one practice (column fte_nurse), "
            "or no min_per_10k for this role"
        ],
    ),
    "version": (
        _toml("schema_version = 1", "schema_version = 2"),
        ["schema_version: found '2': 1, the only version of instance files that this caregroup reads"],
    ),
    "minutes without minutes": (
        _toml("max = 4000", "max = 4000\nmax_minutes = 20"),
        ["hub.max_minutes: found '20': no limit in minutes, or a travel table with a column minutes"],
    ),
    "groups of practices": (
        _toml('[["A", "B"]]', '[["A", "Z"], ["A"]]\nkeep_apart = [["C", "C"]]'),
        [
            "policy.keep_together[0][1]: found 'Z': the id of a practice",
            "policy.keep_together[1]: found 'A': two or more practices, each once",
            "policy.keep_apart[0]: found 'C; C': two or more practices, each once",
        ],
    ),
    "together and apart": (
        _toml('[["A", "B"]]', '[["A", "B"], ["B", "C"]]\nkeep_apart = [["A", "C"]]'),
        ["policy.keep_apart[0]: found 'A; C': practices that keep_together does not put in one hub"],
    ),
    "a list in place of lists": (
        _toml('[["A", "B"]]', '["A"]'),
        ["policy.keep_together[0]: found 'A': a list, each entry an id (text without ;)"],
    ),
    "respect_areas": (
        _toml("[policy]", "[policy]\nrespect_areas = 7"),
        ["policy.respect_areas: found '7': true or false or one of hubs, networks"],
    ),
    "no hub where one must be": (
        {"instance": TOML + 'must_open = ["A", "H"]\n'},
        [
            "policy.must_open[1]: found 'H': a place where a hub can be: can_host_hub, and hub.hospital_sites if it is "
            "a hospital"
        ],
    ),
    "sites": (
        {"instance": TOML + 'must_open = ["A", "Q"]\nmust_not_open = ["R", "A"]\n'},
        [
            "policy.must_open[1]: found 'Q': the id of a practice or hospital",
            "policy.must_not_open[0]: found 'R': the id of a practice or hospital",
            "policy.must_open[0]: found 'A': a site that is not in must_not_open",
        ],
    ),
    "fixed and barred hubs": (
        {"instance": TOML + 'fixed_hub = {A = "Z", Y = "B", B = "H"}\nbarred_hub = {A = ["X"], B = ["H"]}\n'},
        [
            "policy.fixed_hub.Y: found 'Y': the id of a practice",
            "policy.fixed_hub.A: found 'Z': the id of a practice or hospital",
            "policy.barred_hub.A[0]: found 'X': the id of a practice or hospital",
            "policy.fixed_hub.B: found 'H': a site that barred_hub does not bar for it",
        ],
    ),
    "fixed networks": (
        {"instance": TOML + '[policy.fixed_network]\nA = "MCP:A"\nB = "MPC"\nC = "PACS:U"\nD = "PACS"\n'},
        [
            "policy.fixed_network.D: found 'D': the id of a practice",
            "policy.fixed_network.B: found 'MPC': MODEL:lead or MODEL, with a care model's id; did you mean 'MCP'?",
            "policy.fixed_network.C: found 'PACS:U': MODEL:lead, where the lead is the id of a practice or hospital",
        ],
    ),
    "file name": (_toml("[hub]", "hospitals = 3\n[hub]"), ["hospitals: found '3': the name of a CSV file"]),
    "not TOML": ({"instance": "hub min = 3\n"}, ["row 1: valid TOML (Expected '=' after a key in a key/value pair)"]),
    "key twice": (_toml("min = 1000", "min = 1\nmin = 2"), ["row 6: valid TOML (a key is given twice)"]),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_faults_in_settings(tmp_path: Path, case: str) -> None:
    changed, messages = SETTINGS[case]
    found = faults_of(write_folder(tmp_path, **changed))
    assert found == [f"instance.toml, {message}" for message in messages]


def test_areas_that_are_to_be_respected(tmp_path: Path) -> None:
    rules = TOML.replace("[hub]", '[hub]\nhospital_sites = ["acute"]') + "respect_areas = true\n"
    without = faults_of(write_folder(tmp_path / "none", instance=rules))
    assert without == [
        "practices.csv: a column area, as policy.respect_areas is on",
        "hospitals.csv, row 2, area: found '': an area, as policy.respect_areas is on",
    ]
    some = PRACTICES.replace("fte_gp", "fte_gp,area").replace(",1.5", ",1.5,East").replace("PACS,\n", "PACS,,\n")
    assert faults_of(write_folder(tmp_path / "some", instance=rules, practices=some)) == [
        "practices.csv, row 3, area: found '': an area, as policy.respect_areas is on",
        "practices.csv, row 4, area: found '': an area, as policy.respect_areas is on",
        "hospitals.csv, row 2, area: found '': an area, as policy.respect_areas is on",
    ]


BOTH_KINDS = "latitude and longitude, or x_km and y_km"
TABLES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "words for patients": (_practices("1000", "many"), [f"practices.csv, row 2, patients: found 'many': {WHOLE}"]),
    "comma in a number": (
        _practices(",2000,", ',"12,345",'),
        [f"practices.csv, row 3, patients: found '12,345': {WHOLE}; write 12345"],
    ),
    "Python's numbers": (_practices(",2000,", ",2_000,"), [f"practices.csv, row 3, patients: found '2_000': {WHOLE}"]),
    "no patients": (_practices(",2000,", ",,"), [f"practices.csv, row 3, patients: found '': {WHOLE}"]),
    "negative FTE": (
        _practices(",,1.5", ",,-1.5"),
        ["practices.csv, row 2, fte_gp: found '-1.5': a number of full-time equivalents, 0 or more"],
    ),
    "latitude": (
        _practices("52.1,", "95,"),
        ["practices.csv, row 2, latitude: found '95': a number of degrees north, -90 to 90"],
    ),
    "half coordinates": (
        _practices("52.1,", ","),
        ["practices.csv, row 2, latitude: found '': a value, as longitude is given"],
    ),
    "no coordinates": (_practices("52.1,-1.1", ","), [f"practices.csv, row 2, latitude: found '': {BOTH_KINDS}"]),
    "no columns of coordinates": (
        {"practices": "id,patients,fte_gp\nA,5,1\nB,6,1\nC,7,1\n"},
        [f"practices.csv: {BOTH_KINDS}, or a travel table"],
    ),
    "one column of coordinates": (
        _practices("longitude", "long"),
        ["practices.csv, row 1, long: not a known column; did you mean 'longitude'?"],
    ),
    "two maps": (
        {"hospitals": "id,kind,x_km,y_km\nH,acute,1,2\n"},
        ["hospitals.csv, row 2, x_km: found '1': latitude and longitude, as the other places have"],
    ),
    "both coordinates": (
        {"hospitals": "id,kind,x_km,y_km,latitude,longitude\nH,acute,1,2,52,-1\n"},
        ["hospitals.csv, row 2, x_km: found '1': either latitude and longitude or x_km and y_km"],
    ),
    "typo in a required column": (
        _practices("patients", "patiens"),
        ["practices.csv, row 1, patiens: not a known column; did you mean 'patients'?"],
    ),
    "required column missing": (
        _practices("id,name", "name,area"),
        ["practices.csv, row 1, id: a column of this name; it is missing"],
    ),
    "capital": (
        _practices("refuses", "Refuses"),
        ["practices.csv, row 1, Refuses: not a known column; did you mean 'refuses'?"],
    ),
    "unknown column": (_practices("refuses", "colour"), ["practices.csv, row 1, colour: not a known column"]),
    "column twice": (
        _practices("id,name", "name,name"),
        [
            "practices.csv, row 1, name: each column once",
            "practices.csv, row 1, id: a column of this name; it is missing",
        ],
    ),
    "semicolons": (
        {"practices": PRACTICES.replace(",", ";")},
        [
            "practices.csv, row 1: found 'id;name;patients;latitude;longitude;refuses;fte_gp': "
            "columns separated by commas"
        ],
    ),
    "empty file": ({"practices": ""}, ["practices.csv, row 1: a header with the names of the columns"]),
    "no rows": ({"practices": "id,patients,latitude,longitude\n"}, ["practices.csv: at least one practice"]),
    "quote left open": (
        _practices("Abbey Road", '"Abbey Road'),
        ["practices.csv, row 4: comma-separated text with quotes closed (unexpected end of data)"],
    ),
    "long row": (_practices(",,1.5", ",,1.5,7"), ["practices.csv, row 2: found '7': 7 cells, as the header has"]),
    "id twice": (
        _practices("C,Castle", "B,Castle"),
        ["practices.csv, row 4, id: found 'B': an id that no other practice or hospital has"],
    ),
    "id of a practice": (
        _hospitals("H,", "A,"),
        ["hospitals.csv, row 2, id: found 'A': an id that no other practice or hospital has"],
    ),
    "refuses": (
        _practices("MCP; PACS", "MPC; PACS"),
        ["practices.csv, row 4, refuses: found 'MPC': the id of a care model; did you mean 'MCP'?"],
    ),
    "leads": (
        _hospitals("PACS", "PACT"),
        ["hospitals.csv, row 2, leads: found 'PACT': the id of a care model; did you mean 'PACS'?"],
    ),
    "kind": (
        _hospitals("acute", "accute"),
        ["hospitals.csv, row 2, kind: found 'accute': one of acute, community, specialist, mental_health, other"],
    ),
    "semicolon in an id": (
        _practices("C,Castle", "C;D,Castle"),
        ["practices.csv, row 4, id: found 'C;D': an id (text without ;)"],
    ),
    "booleans": (
        _practices("fte_gp\nA,Abbey Road,1000,52.1,-1.1,,1.5", "fte_gp,rural\nA,Abbey Road,1000,52.1,-1.1,,1.5,maybe"),
        ["practices.csv, row 2, rural: found 'maybe': true or false"],
    ),
    "pairs": (
        {"travel": "from,to,km\nA,B,3\nA,B,4\nA,Z,1\nB,C,x\nB,A,\n"},
        [
            "travel.csv, row 3, to: found 'B': each pair once; A to it stands above",
            "travel.csv, row 4, to: found 'Z': the id of a practice or hospital",
            "travel.csv, row 5, km: found 'x': a number of road km, 0 or more",
            "travel.csv, row 6, km: found '': a number of road km, 0 or more",
        ],
    ),
    "nothing measured": ({"travel": "from,to\nA,B\n"}, ["travel.csv, row 1: a column km, minutes or cost"]),
    "typo in travel": (
        {"travel": "from,to,kms\nA,B,3\n"},
        ["travel.csv, row 1, kms: not a known column; did you mean 'km'?"],
    ),
    "one end": ({"travel": "from,km\nA,3\n"}, ["travel.csv, row 1, to: a column of this name; it is missing"]),
    "misfit": (
        {"misfit": "practice,care_model,per_patient\nA,MCP,1\nA,MCP,2\nZ,MCP,1\nB,CHN,1\nB,PACS,-3\n"},
        [
            "misfit.csv, row 3, care_model: found 'MCP': each care model once for A",
            "misfit.csv, row 4, practice: found 'Z': the id of a practice",
            "misfit.csv, row 5, care_model: found 'CHN': the id of a care model",
            "misfit.csv, row 6, per_patient: found '-3': a number of pounds per patient a year, 0 or more",
        ],
    ),
    "UTF-16": (
        {"practices": PRACTICES.encode("utf-16")},
        ["practices.csv: text in UTF-8 (in a spreadsheet: save as CSV UTF-8)"],
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_faults_in_tables(tmp_path: Path, case: str) -> None:
    changed, messages = TABLES[case]
    assert faults_of(write_folder(tmp_path, **changed)) == messages


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
        (_toml("[hub]", 'hospitals = "h.csv"\n[hub]'), "h.csv: a file; there is none at {folder}/h.csv"),
        (_toml("[hub]", 'practices = "."\n[hub]'), ".: a file that can be read (Is a directory)"),
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
        ("x.json", "{}", "x.json, practices: missing; a list, each entry a table of names and values"),
        ("x.json", '{"practices": 3}', "x.json, practices: found '3': a list, each entry a table of names and values"),
        ("x.xlsx", "no zip", "x.xlsx: an XLSX workbook that is not damaged or locked by a password"),
        ("x.ods", "", "x.ods: a file whose name ends in .toml, .json or .xlsx"),
        ("x.toml", "a = " + "[" * 100_000, "x.toml: valid TOML (nested less deeply)"),
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


@pytest.fixture
def small(tmp_path: Path) -> Instance:
    return Instance.read(write_folder(tmp_path / "small"))


@pytest.mark.parametrize(
    "practices",
    [
        PRACTICES.encode("utf-8-sig"),
        PRACTICES.replace("\n", "\r\n").encode(),
        (PRACTICES + "\n\n , ,,\n").encode(),
        PRACTICES.replace("Abbey Road", '"Abbey Road"').encode(),
        PRACTICES.replace(",1000,", ", 1000.0 ,").encode(),
        PRACTICES.replace(",PACS,\n", ",PACS\n").encode(),
        PRACTICES.replace("id,", " id ,").encode(),
    ],
    ids=["byte order mark", "CRLF", "blank lines", "quotes", "1000.0", "short row", "spaces"],
)
def test_what_spreadsheets_save(tmp_path: Path, small: Instance, practices: bytes) -> None:
    again = Instance.read(write_folder(tmp_path / "again", practices=practices))
    assert again == small
    assert again.sha256 == small.sha256


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    spoilt = {
        "practices": PRACTICES.replace("Abbey", "Abbé\u2019s").encode(encoding),
        "instance": TOML.replace("Small", "Smäll").encode(encoding),
    }
    instance = Instance.read(write_folder(tmp_path, **spoilt))
    assert (instance.name, instance.practices[0].name) == ("Smäll", "Abbé\u2019s Road")


def test_booleans_of_all_kinds(tmp_path: Path) -> None:
    words = ["true", "FALSE", "Yes", "no", "1", "0", ""]
    rows = "".join(f"P{k},1,{k},0,{word}\n" for k, word in enumerate(words))
    path = write_folder(tmp_path, practices="id,patients,x_km,y_km,rural\n" + rows, hospitals=None, instance="")
    assert [p.rural for p in Instance.read(path).practices] == [True, False, True, False, True, False, None]


def test_ids_stay_text(tmp_path: Path) -> None:
    path = write_folder(tmp_path, practices="id,patients,x_km,y_km\n001,1,0,0\n1,1,0,0\n", hospitals=None, instance="")
    assert [p.id for p in Instance.read(path).practices] == ["001", "1"]


def test_fte_that_is_not_reported_is_not_zero(small: Instance) -> None:
    assert [p.fte for p in small.practices] == [{"gp": 1.5}, {}, {"gp": 2.0}]


def test_staff_of_undeclared_roles_is_data(tmp_path: Path) -> None:
    instance = Instance.read(
        write_folder(
            tmp_path, practices=PRACTICES.replace("refuses", "fte_dentist").replace("PACS", "2").replace("MCP; ", "")
        )
    )
    assert instance.practices[1].fte == {"dentist": 2.0}


def test_a_published_model_that_is_not_offered_may_be_refused(tmp_path: Path) -> None:
    instance = Instance.read(write_folder(tmp_path, practices=PRACTICES.replace("MCP; PACS", "MCP; CHN")))
    assert instance.practices[2].refuses == ("MCP", "CHN")


def test_defaults_are_not_filled_in(small: Instance) -> None:
    assert small.hub.model_fields_set == {"min", "target_min", "target_max", "max"}
    assert small.practices[0].model_fields_set == {"id", "name", "patients", "latitude", "longitude", "fte"}
    assert small.care_model[1].model_fields_set == {"id", "max_km"}


def test_a_folder_is_its_instance_toml(tmp_path: Path, small: Instance) -> None:
    assert Instance.read(tmp_path / "small") == small


def test_files_of_other_names(tmp_path: Path, small: Instance) -> None:
    path = write_folder(tmp_path / "other", instance='practices = "p/list.csv"\n' + TOML, practices=None)
    (tmp_path / "other/p").mkdir()
    (tmp_path / "other/p/list.csv").write_text(PRACTICES)
    assert Instance.read(path) == small


def test_an_empty_name_means_no_table(tmp_path: Path) -> None:
    assert Instance.read(write_folder(tmp_path, instance='hospitals = ""\n' + TOML)).hospitals == ()


def test_travel_replaces_coordinates(tmp_path: Path) -> None:
    practices = "id,patients,fte_gp\nA,1000,1\nB,1000,1\n"
    path = write_folder(tmp_path, practices=practices, hospitals=None, travel="from,to,km,minutes\nA,B,1.5,3\n")
    table = Instance.read(path).travel.table
    assert table is not None
    assert (table.origin, table.destination, table.km, table.minutes, table.cost) == (
        ("A",),
        ("B",),
        (1.5,),
        (3.0,),
        None,
    )


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


SHARED = Path(__file__).resolve().parents[3] / "shared"
AREAS = SHARED / "data/england/practices.csv"


def _areas() -> list[str]:
    if not AREAS.exists():
        return []
    import csv

    with AREAS.open(encoding="utf-8", newline="") as file:
        return sorted({row["icb_name"] for row in csv.DictReader(file)})


@pytest.mark.skipif(not AREAS.exists(), reason="needs the folder shared beside the repository")
@pytest.mark.parametrize("area", _areas())
def test_real_areas(tmp_path: Path, area: str) -> None:
    tool = [sys.executable, SHARED / "tools/make_instance.py", area, tmp_path / "area"]
    subprocess.run(tool, check=True, capture_output=True)
    instance = Instance.read(tmp_path / "area/instance.toml")
    assert len(instance.practices) > 10
    for name in ("out/instance.toml", "plain.json"):
        instance.write(tmp_path / name)
        assert Instance.read(tmp_path / name).sha256 == instance.sha256
