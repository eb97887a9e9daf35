"""plan.xlsx, plan.geojson and text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hamlet_plan import BEST, funded_hamlet, hamlet, on_the_globe, result
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from instances import Instance
from optimizer.analysis.money import COMPARISON, NAMES
from optimizer.model.plan import Hub, Network, Plan
from optimizer.output.document import PlanDocument
from optimizer.output.files import write_outputs
from optimizer.output.geojson import as_geojson
from optimizer.output.plan_workbook import workbook_bytes
from optimizer.output.read_plan import read_plan
from optimizer.solving.formulas import as_text_cell, from_text_cell
from optimizer.solving.result import VerifiedPlan
from optimizer.verify import verify

HAMLET = hamlet()
EVIL = "=cmd|' /C calc'!A0"


def evil() -> tuple[Instance, Plan]:
    """The hamlet with ids and names that a spreadsheet would run."""
    text = HAMLET.model_dump_json(exclude_unset=True)
    renames = {"ZP01": "=1+1", "ZP02": "@SUM(A1)", "ZP03": "-3", "ZP04": "'=4", "ZG-WEST": "+West"}
    data, plan = json.loads(text), json.loads(BEST.model_dump_json())

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {renames.get(k, k): changed(v) for k, v in value.items()}
        if isinstance(value, list):
            return [changed(v) for v in value]
        return value.replace("MCP:ZP01", "MCP:=1+1") if value == "MCP:ZP01" else renames.get(value, value)

    for place in data["practices"]:
        place["name"] = EVIL
    return Instance.model_validate(changed(data)), Plan.model_validate(changed(plan))


@given(st.text())
def test_a_cell_gives_back_its_text(text: str) -> None:
    assert from_text_cell(as_text_cell(text)) == text


@given(st.sampled_from("=+-@\t\r"), st.text())
def test_no_cell_begins_like_a_formula(first: str, rest: str) -> None:
    assert as_text_cell(first + rest)[0] == "'"


def test_plain_ids_stay_as_they_are() -> None:
    assert as_text_cell("L82016") == "L82016"
    assert as_text_cell("'quoted'") == "'quoted'"


def test_csv_runs_nothing_and_reads_back(tmp_path: Path) -> None:
    instance, plan = evil()
    assert verify(instance, plan).ok
    write_outputs(result(instance, plan), tmp_path)
    for name in ("assignments", "hubs", "networks"):
        for row in csv.reader(io.StringIO((tmp_path / f"{name}.csv").read_text())):
            assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r")]
    read = read_plan(tmp_path / "assignments.csv", instance)
    assert {hub.site: set(hub.members) for hub in read.hubs} == {hub.site: set(hub.members) for hub in plan.hubs}
    assert {network.id for network in read.networks} == {network.id for network in plan.networks}


def book(instance: Instance, plan: Plan) -> Any:
    ended = result(instance, plan)
    assert ended.plan is not None
    return workbook_bytes(ended.plan, PlanDocument.of(ended))


def test_workbook_tells_real_money_apart() -> None:
    sheets = load_workbook(io.BytesIO(book(HAMLET, BEST)))
    summary = {row[0].value: row[1].value for row in sheets["summary"].iter_rows(min_row=2)}
    parts = [summary[f"{kind} more than today's groups, pounds a year"] for kind in NAMES.values()]
    assert sum(parts) == pytest.approx(summary["objective more than today's groups, pounds a year"], abs=0.02)
    assert summary["what the comparison is"] == COMPARISON
    header, *rows = ([cell.value for cell in row] for row in sheets["cost"].iter_rows())
    assert header == ["term", "kind", "pounds_a_year", "today_pounds_a_year", "today_kind"]
    assert {row[0]: (row[1], row[4]) for row in rows}["hires"] == ("real money", "assumed money")


def test_workbook_has_names_beside_codes() -> None:
    sheets = load_workbook(io.BytesIO(book(HAMLET, BEST)))
    names = {place.id: place.name for place in (*HAMLET.practices, *HAMLET.hospitals)}

    def column(sheet: str, name: str) -> list[Any]:
        header, *rows = ([cell.value for cell in row] for row in sheets[sheet].iter_rows())
        return [row[header.index(name)] for row in rows]

    assert column("assignments", "hub_name") == [hub and names[hub] for hub in column("assignments", "hub")]
    leads = [network and names[network.partition(":")[2]] for network in column("hubs", "network")]
    assert column("hubs", "lead_name") == leads
    assert column("networks", "lead_name") == [names[lead] for lead in column("networks", "lead")]


def test_workbook_holds_the_tables() -> None:
    sheets = load_workbook(io.BytesIO(book(HAMLET, BEST)))
    assert sheets.sheetnames == [
        *("summary", "assignments", "hubs", "networks", "mix", "care_models"),
        *("staff", "cost", "rules", "equity", "assumptions"),
    ]
    for sheet in sheets.worksheets:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
    hubs = [[cell.value for cell in row] for row in sheets["hubs"].iter_rows()]
    assert hubs[0][:4] == ["hub", "name", "members", "patients"]
    assert [row[0] for row in hubs[1:]] == [hub.site for hub in BEST.hubs]
    assert sheets["hubs"]["D2"].number_format == "#,##0"
    assert sheets["hubs"]["D2"].value == 24_000
    assert sheets["assignments"]["G2"].value is False
    staff = [[cell.value for cell in row] for row in sheets["staff"].iter_rows()]
    assert staff[0] == ["tier", "subject", "role", "has", "needs", "lacks", "hires", "market_left"]
    assert [row[1] for row in staff[1:]] == [*(hub.site for hub in BEST.hubs), "plan"]
    assert staff[3] == ["hub", "ZP07", "gp", 7, 8.05, 1.05, 1.05, None]
    assert sheets["staff"]["D2"].number_format == "0.00"


def test_workbook_says_what_the_care_models_are() -> None:
    own = HAMLET.with_settings({"care_model.MCP.preset": "MCP_FULL", "care_model.MCP.title": "East"})
    header, *rows = load_workbook(io.BytesIO(book(own, BEST)))["care_models"].iter_rows(values_only=True)
    row = dict(zip(header, next(row for row in rows if row[0] == "MCP"), strict=True))
    assert (row["title"], row["contract_change"]) == ("East", "3: a full merger of contracts")
    assert row["budget_scope"].startswith("primary medical services, ")
    assert row["pooled"] == "assets 50%, employment 100%, contract 100%"


def test_money_has_tables_where_it_is_stated(tmp_path: Path) -> None:
    funded = funded_hamlet()
    sheets = load_workbook(io.BytesIO(book(funded, BEST)))
    assert sheets.sheetnames[2:8] == [
        *("hubs", "networks", "mix", "care_models", "network_money", "commissioner_money"),
    ]
    write_outputs(result(funded), tmp_path)
    for name in ("network_money", "commissioner_money"):
        header, *rows = ([cell.value for cell in row] for row in sheets[name].iter_rows())
        written = list(csv.reader(io.StringIO((tmp_path / f"{name}.csv").read_text())))
        assert written[0] == header
        assert len(written) - 1 == len(rows) == 2
    assert written[1] == ["West", "true", "1000000.0", "6", "38000", "5", "35000", written[1][-1]]
    assert written[2][:3] == ["East", "false", ""]
    paid = float(verify(funded, BEST).terms["guarantee"])
    assert paid > 0
    header, *rows = ([cell.value for cell in row] for row in sheets["assignments"].iter_rows())
    top_ups = {row[0]: row[header.index("top_up")] for row in rows}
    assert sum(amount or 0 for amount in top_ups.values()) == pytest.approx(paid)
    assert (top_ups["ZP01"], top_ups["ZP03"], top_ups["ZP11"]) == (5 * HAMLET.practices[0].patients, 0, None)
    write_outputs(result(HAMLET), tmp_path)  # in place of it
    assert not list(tmp_path.glob("*money.csv"))


def test_workbook_runs_nothing() -> None:
    content = book(*evil())
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet]
    cell = load_workbook(io.BytesIO(content))["assignments"]["B2"]
    assert (cell.value, cell.data_type, cell.number_format) == (EVIL, "s", "@")


def test_map_for_information_systems() -> None:
    given = on_the_globe(HAMLET)
    text = as_geojson(VerifiedPlan(given, BEST, verify(given, BEST)))
    assert text is not None
    content = json.loads(text)
    assert content["type"] == "FeatureCollection"
    kinds = [feature["properties"]["kind"] for feature in content["features"]]
    assert [kinds.count(kind) for kind in ("hub", "site", "practice", "lead")] == [4, 4, 12, 2]
    at = {p.id: (p.longitude, p.latitude) for p in given.practices}
    for feature in content["features"]:
        properties, geometry = feature["properties"], feature["geometry"]
        if properties["kind"] == "practice":
            assert geometry["coordinates"] == pytest.approx(at[properties["id"]], abs=1e-6)
        elif properties["kind"] == "hub":
            (ring,) = geometry["coordinates"]
            assert ring[0] == ring[-1]
            assert _area(ring) > 0  # counterclockwise, as RFC 7946 asks
            members = next(hub.members for hub in BEST.hubs if hub.site == properties["id"])
            assert all(_inside(at[member], ring) for member in members)
    moved = {f["properties"]["id"] for f in content["features"] if f["properties"].get("moved")}
    assert moved == {"ZP03", "ZP05", "ZP10", "ZP12"}


def test_a_hub_at_a_hospital_has_a_point() -> None:
    given = on_the_globe(HAMLET)
    hospital = given.hospitals[0]
    plan = Plan(hubs=(Hub(site=hospital.id, members=("ZP01", "ZP02"), network=None, continues=None),))
    content = json.loads(as_geojson(VerifiedPlan(given, plan, verify(given, plan))) or "")
    (site,) = [feature for feature in content["features"] if feature["properties"]["kind"] == "site"]
    assert site["geometry"]["coordinates"] == pytest.approx([hospital.longitude, hospital.latitude], abs=1e-6)
    assert (site["properties"]["name"], site["properties"]["members"]) == (hospital.name, 2)


def test_no_map_on_a_plane(tmp_path: Path) -> None:
    (tmp_path / "plan.geojson").write_text("of an older plan")
    write_outputs(result(HAMLET), tmp_path)
    assert not (tmp_path / "plan.geojson").exists()


def test_an_older_report_is_removed(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("of an older plan")
    write_outputs(result(HAMLET), tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_one_practice_has_an_area() -> None:
    given = on_the_globe(HAMLET)
    plan = Plan(
        hubs=(Hub(site="ZP01", members=("ZP01",), network="MCP:ZP01", continues=None),),
        networks=(Network(care_model="MCP", lead="ZP01"),),
    )
    content = json.loads(as_geojson(VerifiedPlan(given, plan, verify(given, plan))) or "")
    (hub,) = [feature for feature in content["features"] if feature["properties"]["kind"] == "hub"]
    assert _area(hub["geometry"]["coordinates"][0]) > 0


def _area(ring: list[list[float]]) -> float:
    """Twice the signed area."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))


def _inside(point: tuple[float | None, float | None], ring: list[list[float]]) -> bool:
    """Left of every edge of a counterclockwise convex ring."""
    x, y = float(point[0] or 0), float(point[1] or 0)
    return all((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) >= 0 for a, b in itertools.pairwise(ring))
