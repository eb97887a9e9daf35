"""frontier from the command line, on the hamlet."""

from __future__ import annotations

import csv
from pathlib import Path

from cli_support import HAMLET, run
from two_places import places

QUICK = ("--points", "3", "--threads", "1", "--time-limit", "12", "--seed", "1")


def test_plans_on_disk_can_be_compared_and_verified(tmp_path: Path) -> None:
    folder = tmp_path / "curve"
    result = run("frontier", HAMLET, *QUICK, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "no plan below" in result.output
    rows = list(csv.DictReader((folder / "frontier.csv").open(encoding="utf-8")))
    assert len(rows) >= 2
    plans = [folder / row["plan"] for row in rows]
    assert (folder / "frontier.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    compared = run("compare", HAMLET, *plans)
    assert compared.exit_code == 0, compared.output
    for plan in plans:
        assert run("verify", HAMLET, plan).exit_code == 0
    limited = run("verify", HAMLET, plans[-1], "--set", f"policy.max_disruption={float(rows[0]['disruption']) + 0.01}")
    assert limited.exit_code == 1
    assert "disruption" in limited.output


def test_no_plan_exists(tmp_path: Path) -> None:
    result = run("frontier", HAMLET, *QUICK, "--set", "hub.count_min=99", "--out", tmp_path / "curve")
    assert result.exit_code == 3
    assert "caregroup explain" in result.stderr
    assert not list(tmp_path.iterdir())


def test_usage(tmp_path: Path) -> None:
    assert run("frontier", HAMLET, "--points", "1").exit_code == 2
    assert run("frontier", HAMLET, "--solver", "nobody", "--out", tmp_path / "curve").exit_code == 2
    assert run("frontier", HAMLET, "--set", "policy.max_disruption=-1").exit_code == 2


def test_against_equity(tmp_path: Path) -> None:
    places().write(tmp_path / "two" / "instance.toml")
    folder = tmp_path / "curve"
    result = run("frontier", tmp_path / "two", "--against", "equity", *QUICK, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "deprived km" in result.output
    rows = list(csv.DictReader((folder / "frontier.csv").open(encoding="utf-8")))
    assert [float(row["deprived_km"]) for row in rows] == [2.0]  # nearer than its own practice X has no hub
    assert run("verify", tmp_path / "two", folder / "1", "--set", "policy.deprived_km_max=2").exit_code == 0
    refused = run("verify", tmp_path / "two", folder / "1", "--set", "policy.deprived_km_max=1.999")
    assert refused.exit_code == 1
    assert "most deprived fifth" in refused.output


def test_against_equity_takes_homes(tmp_path: Path) -> None:
    result = run("frontier", HAMLET, "--against", "equity", *QUICK, "--out", tmp_path / "curve")
    assert result.exit_code == 2
    assert "homes.csv" in result.stderr
    assert not list(tmp_path.iterdir())
