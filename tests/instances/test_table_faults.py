"""What is wrong with a cell, a row or a column of a table, in the exact words."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from instance_folder import PRACTICES, WHOLE, faults_of, hospitals_with, practices_with, write_folder

from instances import InputError, Instance
from instances.sheet_errors import SHEET_ERRORS

SHOWN = "a value; the spreadsheet shows an error here"
UTF_8 = "text in UTF-8 (in a spreadsheet: save as CSV UTF-8)"
UNICODE_TEXT = "this is UTF-16, which spreadsheets call Unicode text"
BOTH_KINDS = "latitude and longitude, or x_km and y_km"
TABLES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "words for patients": (practices_with("1000", "many"), [f"practices.csv, row 2, patients: found 'many': {WHOLE}"]),
    "comma in a number": (
        practices_with(",2000,", ',"12,345",'),
        [f"practices.csv, row 3, patients: found '12,345': {WHOLE}; write 12345"],
    ),
    "decimal comma": (
        practices_with("52.1,", '"52,485",'),
        [
            "practices.csv, row 2, latitude: found '52,485': a number of degrees north, -90 to 90; "
            "write 52.485, as the comma is a decimal one"
        ],
    ),
    "a comma of either kind": (
        practices_with(",,1.5", ',,"1,234"'),
        [
            "practices.csv, row 2, fte_gp: found '1,234': a number of full-time equivalents, 0 or more; "
            "write 1234, or 1.234 if the comma is a decimal one"
        ],
    ),
    "thousands as elsewhere": (
        practices_with(",2000,", ",12.000,"),
        [f"practices.csv, row 3, patients: found '12.000': {WHOLE}; write 12000"],
    ),
    "spaces between thousands": (
        practices_with(",2000,", ",12 345,"),
        [f"practices.csv, row 3, patients: found '12 345': {WHOLE}; write 12345"],
    ),
    "too far": (
        {"practices": "id,patients,x_km,y_km\nA,1,1e308,0\nB,1,0,-1e10\n", "hospitals": None, "instance": ""},
        [
            "practices.csv, row 2, x_km: found '1e308': a number of km; at most 1,000,000,000",
            "practices.csv, row 3, y_km: found '-1e10': a number of km; at least -1,000,000,000",
        ],
    ),
    "Python's numbers": (
        practices_with(",2000,", ",2_000,"),
        [f"practices.csv, row 3, patients: found '2_000': {WHOLE}"],
    ),
    "no patients": (practices_with(",2000,", ",,"), [f"practices.csv, row 3, patients: found '': {WHOLE}"]),
    "negative FTE": (
        practices_with(",,1.5", ",,-1.5"),
        ["practices.csv, row 2, fte_gp: found '-1.5': a number of full-time equivalents, 0 or more"],
    ),
    "latitude": (
        practices_with("52.1,", "95,"),
        ["practices.csv, row 2, latitude: found '95': a number of degrees north, -90 to 90"],
    ),
    "half coordinates": (
        practices_with("52.1,", ","),
        ["practices.csv, row 2, latitude: found '': a value, as longitude is given"],
    ),
    "no coordinates": (practices_with("52.1,-1.1", ","), [f"practices.csv, row 2, latitude: found '': {BOTH_KINDS}"]),
    "no columns of coordinates": (
        {"practices": "id,patients,fte_gp\nA,5,1\nB,6,1\nC,7,1\n"},
        [f"practices.csv: {BOTH_KINDS}, or a travel table"],
    ),
    "one column of coordinates": (
        practices_with("longitude", "long"),
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
        practices_with("patients", "patiens"),
        ["practices.csv, row 1, patiens: not a known column; did you mean 'patients'?"],
    ),
    "required column missing": (
        practices_with("id,name", "name,area"),
        ["practices.csv, row 1, id: a column of this name; it is missing"],
    ),
    "capital": (
        practices_with("refuses", "Refuses"),
        ["practices.csv, row 1, Refuses: not a known column; did you mean 'refuses'?"],
    ),
    "unknown column": (practices_with("refuses", "colour"), ["practices.csv, row 1, colour: not a known column"]),
    "column twice": (
        practices_with("id,name", "name,name"),
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
    "a title": (
        {"practices": f"Practices of North Shire,,\n\n{PRACTICES}"},
        [
            "practices.csv, row 1: found 'Practices of North Shire': "
            "a header with the names of the columns; if row 3 is it, remove what is above"
        ],
    ),
    "empty file": ({"practices": ""}, ["practices.csv, row 1: a header with the names of the columns"]),
    "no rows": ({"practices": "id,patients,latitude,longitude\n"}, ["practices.csv: at least one practice"]),
    "quote left open": (
        practices_with("Abbey Road", '"Abbey Road'),
        ["practices.csv, row 4: comma-separated text with quotes closed (unexpected end of data)"],
    ),
    "long row": (practices_with(",,1.5", ",,1.5,7"), ["practices.csv, row 2: found '7': 7 cells, as the header has"]),
    "id twice": (
        practices_with("C,Castle", "B,Castle"),
        ["practices.csv, row 4, id: found 'B': an id that no other practice or hospital has"],
    ),
    "id of a practice": (
        hospitals_with("H,", "A,"),
        ["hospitals.csv, row 2, id: found 'A': an id that no other practice or hospital has"],
    ),
    "refuses": (
        practices_with("MCP; PACS", "MPC; PACS"),
        ["practices.csv, row 4, refuses: found 'MPC': the id of a care model; did you mean 'MCP'?"],
    ),
    "leads": (
        hospitals_with("PACS", "PACT"),
        ["hospitals.csv, row 2, leads: found 'PACT': the id of a care model; did you mean 'PACS'?"],
    ),
    "kind": (
        hospitals_with("acute", "accute"),
        ["hospitals.csv, row 2, kind: found 'accute': one of acute, community, specialist, mental_health, other"],
    ),
    "semicolon in an id": (
        practices_with("C,Castle", "C;D,Castle"),
        ["practices.csv, row 4, id: found 'C;D': an id (text without ;)"],
    ),
    "booleans": (
        practices_with(
            "fte_gp\nA,Abbey Road,1000,52.1,-1.1,,1.5", "fte_gp,rural\nA,Abbey Road,1000,52.1,-1.1,,1.5,maybe"
        ),
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
    "neighbours": (
        {"neighbours": "a,b\nA,B\nA,Z\nB,B\n"},
        [
            "neighbours.csv, row 3, b: found 'Z': the id of a practice",
            "neighbours.csv, row 4, b: found 'B': another practice than a",
        ],
    ),
    "commissioners": (
        {
            "practices": "id,patients,x_km,y_km,area\nA,5,0,0,West\nB,6,1,1,East\nC,7,2,2,East\n",
            "hospitals": None,
            "instance": "",
            "commissioners": "area,delegated,management_cost\n"
            "West,perhaps,1\nEast,true,-5\nEaster,no,\nEast,no,\n,yes,\n",
        },
        [
            "commissioners.csv, row 2, delegated: found 'perhaps': true or false",
            "commissioners.csv, row 3, management_cost: found '-5': a number of pounds a year, 0 or more",
            "commissioners.csv, row 4, area: found 'Easter': the area of a practice; did you mean 'East'?",
            "commissioners.csv, row 5, area: found 'East': an area that no other row has",
            "commissioners.csv, row 6, area: found '': text, not empty",
        ],
    ),
    "commissioners that do not say": (
        {"commissioners": "area\nWest\n"},
        [
            "commissioners.csv, row 1, delegated: a column of this name; it is missing",
            "commissioners.csv, row 2, area: found 'West': the area of a practice",
        ],
    ),
    "whose commissioner is not known": (
        {
            "practices": "id,patients,x_km,y_km,area\nA,5,0,0,West\nB,6,1,1,East\nC,7,2,2,\n",
            "hospitals": None,
            "instance": '[[care_model]]\nid = "MCP"\nneeds_delegated = true\n',
            "commissioners": "area,delegated\nWest,yes\n",
        },
        [
            "practices.csv, row 3, area: found 'East': an area of commissioners.csv, "
            "as MCP needs a delegated commissioner",
            "practices.csv, row 4, area: found '': an area, as MCP needs a delegated commissioner",
        ],
    ),
    "core funding": (
        {
            "practices": "id,patients,x_km,y_km,core_funding_per_patient\nA,5,0,0,£95\n",
            "hospitals": None,
            "instance": "",
        },
        [
            "practices.csv, row 2, core_funding_per_patient: found '£95': "
            "a number of pounds a year per registered patient, 0 or more"
        ],
    ),
    "one end of a border": (
        {"neighbours": "a\nA\n"},
        ["neighbours.csv, row 1, b: a column of this name; it is missing"],
    ),
    "errors of a spreadsheet": (
        {
            "practices": "id,patients,latitude,longitude,current_group,name,refuses\n"
            "A,#N/A,52,-1,North,Mill,\nB,5,52,-1,#REF!,Err:502,\nC,6,#VALUE!,-1,#n/a,####,#NAME?\n",
            "instance": 'name = "x"\n',
            "misfit": None,
        },
        [
            f"practices.csv, row {row}, {column}: found '{value}': {SHOWN}"
            for row, column, value in (
                (2, "patients", "#N/A"),
                (3, "current_group", "#REF!"),
                (3, "name", "Err:502"),
                (4, "latitude", "#VALUE!"),
                (4, "current_group", "#n/a"),
                (4, "name", "####"),
                (4, "refuses", "#NAME?"),
            )
        ],
    ),
    "Excel's sep=": (
        {"practices": '"sep=;"\r\n' + PRACTICES.replace("MCP; PACS", "PACS").replace(",", ";").replace("1000", "many")},
        [f"practices.csv, row 2, patients: found 'many': {WHOLE}"],
    ),
    "sep= without a separator": (
        {"practices": "sep=\n" + PRACTICES},
        ["practices.csv, row 1: found '': one character after sep="],
    ),
    "UTF-16": ({"practices": PRACTICES.encode("utf-16")}, [f"practices.csv: {UTF_8}; {UNICODE_TEXT}"]),
    "UTF-16 without its mark": (
        {"practices": PRACTICES.encode("utf-16-be")},
        [f"practices.csv: {UTF_8}; {UNICODE_TEXT}"],
    ),
    "no text": ({"practices": b"id\0,patients\x81\n"}, [f"practices.csv: {UTF_8}"]),
}


@pytest.mark.parametrize("case", TABLES)
def test_faults_in_tables(tmp_path: Path, case: str) -> None:
    changed, messages = TABLES[case]
    assert faults_of(write_folder(tmp_path, **changed)) == messages


@pytest.mark.parametrize("error", sorted(SHEET_ERRORS))
@pytest.mark.parametrize("column", ["id", "name", "patients", "latitude", "refuses", "fte_gp"])
def test_no_column_takes_an_error_of_a_spreadsheet(tmp_path: Path, column: str, error: str) -> None:
    cells = {"id": "A", "name": "Mill", "patients": 5, "latitude": 52, "longitude": -1, "refuses": "", "fte_gp": 1}
    text = f"{','.join(cells)}\n{','.join(map(str, {**cells, column: error}.values()))}\n"
    faults = faults_of(write_folder(tmp_path, practices=text, hospitals=None, instance="[hub]\n"))
    assert faults == [f"practices.csv, row 2, {column}: found '{error}': {SHOWN}"]


def test_of_many_faults_alike_the_first_are_written_out(tmp_path: Path) -> None:
    rows = "".join(f"P{k},many,{k},0\n" for k in range(250))
    path = write_folder(
        tmp_path, practices=f"id,patients,x_km,y_km\n{rows}Q,1,far,0\n", hospitals=None, instance="hub.max = 'x'\n"
    )
    with pytest.raises(InputError) as refused:
        Instance.read(path)
    assert len(refused.value.faults) == 252
    said = str(refused.value).splitlines()
    assert said[0].startswith("instance.toml, hub.max: found 'x'")
    assert said[10].startswith("practices.csv, row 11, patients: found 'many'")
    assert said[11] == "practices.csv: and 240 more like these"
    assert said[12].startswith("practices.csv, row 252, x_km: found 'far'")
    assert len(said) == 13


def test_a_file_of_another_kind_is_refused_in_little_time(tmp_path: Path) -> None:
    rows = "".join(f"P{k},x,y,z\n" for k in range(30_000))
    begun = time.process_time()
    faults = faults_of(write_folder(tmp_path, practices=f"id,patients,x_km,y_km\n{rows}", hospitals=None, instance=""))
    assert time.process_time() - begun < 15
    assert len(faults) == 5_001
    assert "instance.toml: other values in many places; 85,000 more faults are not listed" in faults


def test_messages_are_short_whatever_is_in_a_file(tmp_path: Path) -> None:
    header = ",".join(f"column {k} \x1b[31m{'x' * 500}" for k in range(900))
    with pytest.raises(InputError) as refused:
        Instance.read(write_folder(tmp_path, practices=f"id,patients,{header}\nA,{'9' * 5_000}\n", instance="[hub]\n"))
    text = str(refused.value)
    assert len(text) < 5_000
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["\x1b[31mred.csv", "null\0.csv", "x" * 5_000, "x/" * 3_000])
def test_names_of_tables_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    path = write_folder(tmp_path, instance=f"practices = {json.dumps(name)}\n")
    (fault,) = faults_of(path)
    assert len(fault) < 1_500
    assert fault.isprintable()


def test_a_stated_separator_is_honoured(tmp_path: Path) -> None:
    plain = Instance.read(write_folder(tmp_path / "plain", practices=PRACTICES.replace("MCP; PACS", "PACS")))
    for name, separator in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
        text = f"sep={separator}\n" + PRACTICES.replace("MCP; PACS", "PACS").replace(",", separator)
        assert Instance.read(write_folder(tmp_path / name, practices=text)) == plain


def test_a_table_of_too_many_columns_is_one_fault(tmp_path: Path) -> None:
    header = ",".join(f"column_{k}" for k in range(16_000))
    assert faults_of(write_folder(tmp_path, practices=f"id,patients,{header}\nA,5\n")) == [
        "practices.csv, row 1: at most 1,000 columns"
    ]
