"""caregroup solve --stay-close, and what verify and report make of such a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_support import HAMLET, OPTIMUM, document, run

SETTINGS = ("--set", "hub.max_km=5.5")
PRICE = 12_345


@pytest.fixture(scope="module")
def close(plan_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The hamlet's best plan changed for a new rule, departures at a price; the folder and what was said."""
    folder = tmp_path_factory.mktemp("close")
    limits = ("--time-limit", 60, "--threads", 1, "--solver", "columns", "--gap", 0.02)
    said = run("solve", HAMLET, *SETTINGS, "--start", plan_folder, "--stay-close", PRICE, *limits, "--out", folder)
    assert said.exit_code == 0, said.output
    return folder, said.output


def test_price_apart_from_the_cost(close: tuple[Path, str], plan_folder: Path) -> None:
    content, earlier = document(close[0]), document(plan_folder)
    departures = content["departures"]
    at = {member: hub["site"] for hub in earlier["hubs"] for member in hub["members"]}
    now = {member: hub["site"] for hub in content["hubs"] for member in hub["members"]}
    assert departures["hubs"] == at | dict.fromkeys(earlier["independents"])
    elsewhere = [practice for practice, hub in departures["hubs"].items() if now.get(practice) != hub]
    assert elsewhere
    assert departures["practices"] == len(elsewhere)
    assert departures["pounds"] == PRICE * len(elsewhere)
    assert content["objective"] == pytest.approx(sum(content["terms"].values()))  # both weights are 1
    assert content["objective"] > OPTIMUM
    priced = content["objective"] + departures["pounds"]
    assert (1 - 0.02) * priced <= content["bound"] <= priced
    assert content["gap"] == pytest.approx((priced - content["bound"]) / priced)
    assert content["trajectory"][-1]["objective"] == pytest.approx(priced)
    assert content["today"]["difference"] == pytest.approx(content["objective"] - content["today"]["objective"])


def test_both_are_said(close: tuple[Path, str]) -> None:
    folder, said = close
    number = document(folder)["departures"]["practices"]
    words = " ".join(said.split())
    assert f"£{PRICE * number:,} for {number} practice" in words
    assert "Against the start plan: " in words
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "was kept close to it by a price of £12,000 a year" in page


def test_verified_with_its_bound(close: tuple[Path, str]) -> None:
    said = run("verify", HAMLET, close[0], *SETTINGS, "--bound")
    assert said.exit_code == 0, said.output
    assert "elsewhere than in the earlier plan (£12,345 each)" in " ".join(said.stdout.split())
    assert "Both include £12,345 for each practice" in " ".join(said.stdout.split())


@pytest.mark.parametrize("file", ["plan.json", "bound.json"])
def test_a_price_that_is_not_true(close: tuple[Path, str], tmp_path: Path, file: str) -> None:
    for name in ("plan.json", "bound.json"):
        (tmp_path / name).write_bytes((close[0] / name).read_bytes())
    content = json.loads((tmp_path / file).read_text(encoding="utf-8"))
    content["departures"]["price_per_practice"] = 1.0
    (tmp_path / file).write_text(json.dumps(content), encoding="utf-8")
    said = run("verify", HAMLET, tmp_path, *SETTINGS, "--bound")
    assert said.exit_code == 1, said.output
    assert ("stated price of departures" if file == "plan.json" else "claimed bound") in said.stderr


def test_refused_without_a_plan_or_with_a_bad_price(plan_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = run("solve", HAMLET, "--stay-close", 5000, "--out", out)
    assert (said.exit_code, "name it with --start" in said.stderr) == (2, True)
    for price in ("-1", "nan", "inf"):
        said = run("solve", HAMLET, "--start", plan_folder, "--stay-close", price, "--out", out)
        assert (said.exit_code, "write pounds a year" in said.stderr) == (2, True)
    assert not out.exists()


def test_a_start_alone_has_no_price(plan_folder: Path) -> None:
    assert document(plan_folder)["departures"] is None
