"""Neighbourhoods as a user meets them: checked, solved, compared, verified after an edit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_support import document, run
from town_with_homes import town


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with contiguous hubs: c and d share a place, as do a, b and c, and nobody else does."""
    folder = tmp_path_factory.mktemp("town")
    contiguous = {"contiguous": True, "neighbours_from": "catchments"}
    town(hub=contiguous, adjacency=[{"a": "N", "b": "M"}]).write(folder / "instance.toml")
    done = run("solve", folder, "--solver", "highs", "--time-limit", 20, "--out", folder / "out", "--no-report")
    assert done.exit_code == 0, done.output
    return folder


def test_check_tells_what_makes_neighbours(solved: Path) -> None:
    assert "4 pairs of practices, by catchments" in run("check", solved).output


def test_the_plan_keeps_together_who_shares_a_place(solved: Path) -> None:
    members = [set(hub["members"]) for hub in document(solved / "out")["hubs"]]
    assert [inside for inside in members if "d" in inside and len(inside) > 1 and "c" not in inside] == []
    assert document(solved / "out")["neighbourhoods"]["unknown_homes"] == 125


def test_compare(solved: Path) -> None:
    figures = json.loads(run("compare", solved, "today", solved / "out", "--json").stdout)["result"]["figures"]
    shares = [row for row in figures if row["item"] == "patients who live in their hub's patch"]
    assert [row["unit"] for row in shares] == ["share"]
    assert shares[0]["values"][0] == pytest.approx(3_400 / 4_375)
    assert shares[0]["values"][1] == pytest.approx(document(solved / "out")["neighbourhoods"]["in_patch"], abs=1e-6)


def test_verify_finds_an_edited_share(solved: Path, tmp_path: Path) -> None:
    assert run("verify", solved, solved / "out").exit_code == 0
    edited = document(solved / "out")
    edited["neighbourhoods"]["in_patch"] = 0.123
    (tmp_path / "plan.json").write_text(json.dumps(edited))
    done = run("verify", solved, tmp_path)
    assert done.exit_code == 1
    assert "stated share of patients who live in the patch of their hub: 12.3000%" in " ".join(done.output.split())
