"""compare and explain from the command line, on the hamlet."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_support import HAMLET, document, run


def test_compare_today_with_a_plan(plan_folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "plans.html"
    result = run("compare", HAMLET, "today", plan_folder, "--out", page)
    assert result.exit_code == 0, result.output
    for words in ("Cost by term", "Rules broken", "Against today", "practices that sit differently", "more than today"):
        assert words in result.output
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [file.name for file in tmp_path.iterdir()] == ["plans.html"]


def test_solve_tells_the_difference_to_today(plan_folder: Path) -> None:
    stated = document(plan_folder)
    today = stated["today"]
    assert today["difference"] == pytest.approx(stated["objective"] - today["objective"])
    assert today["hubs"] == 3
    assert "coverage" in today["broken"]
    assert sum(today["terms"].values()) > 0
    unpaid = today["terms"]["hub_setup"] + today["terms"]["hires"]
    paid_today = today["terms"]["hub_running"]
    assert unpaid > 0
    assert stated["money"]["paid"] - today["money_difference"]["paid"] == pytest.approx(paid_today)
    assert sum(today["money_difference"].values()) == pytest.approx(today["difference"])
    assert "not a saving in any budget" in today["comparison"]


def test_compare_needs_plans_and_a_suffix(plan_folder: Path, tmp_path: Path) -> None:
    assert run("compare", HAMLET, "tomorrow").exit_code == 2
    assert run("compare", HAMLET).exit_code == 2
    assert run("compare", HAMLET, plan_folder, "--out", tmp_path / "plans.docx").exit_code == 2
    assert not list(tmp_path.iterdir())


def test_compare_warns_of_another_state(plan_folder: Path) -> None:
    result = run("compare", HAMLET, plan_folder, "--set", "hub.max_km=9")
    assert result.exit_code == 0
    assert "another state of the instance" in result.stderr


def test_explain_names_what_would_make_a_plan() -> None:
    arguments = ("--set", "policy.coverage_min=0.99", "--set", "policy.consent=true", "--set", "hub.count_max=2")
    result = run("explain", HAMLET, *arguments, "--time-limit", 120, "--threads", 1)
    assert result.exit_code == 0, result.output
    assert "found before any solver ran" in result.output
    assert "A plan exists with" in result.output
    assert "--set hub." in result.output


def test_explain_refuses_questions_that_ask_nothing() -> None:
    result = run("explain", HAMLET, "--why-not", "merge ZP01 ZP02")
    assert result.exit_code == 2
    assert "together PRACTICE PRACTICE" in result.stderr
    unknown = run("explain", HAMLET, "--why-not", "together ZP01 ZP99")
    assert unknown.exit_code == 2
    assert "ZP99" in unknown.stderr
