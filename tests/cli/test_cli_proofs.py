"""What is told of a plan by a backend of another package, which claims that it is the best; and of an own one's."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import boastful
import pytest
from cli_support import HAMLET, document, run
from typer.testing import Result

SAID = "claimed by boastful"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(boastful.install(tmp_path / "installed")))


def solve(out: Path, *options: object) -> Result:
    return run("solve", HAMLET, "--solver", boastful.ID, "--time-limit", 10, "--seed", 1, *options, "--out", out)


def page(folder: Path) -> str:
    """What is read on it."""
    text = (folder / "report.html").read_text(encoding="utf-8")
    plain = re.sub(r"<(script|style).*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def test_a_claim_is_told_as_one_everywhere(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    said = solve(folder)
    assert said.exit_code == 0, said.stderr
    assert f"{SAID} to be the least possible." in said.stdout
    assert "(claimed)" in said.stderr
    assert not re.search("proven|optimal", said.output)
    content = document(folder)
    assert (content["reason"], content["proof"], content["solver"]) == ("feasible", "claimed", "boastful")
    assert content["bound"] == pytest.approx(content["objective"])
    first = page(folder)
    assert f"{SAID} to be the cheapest" in first
    assert f"Not proven, but {SAID}: no plan that keeps these rules costs less." in first
    assert not re.search("optimal|(?<!Not )proven", first, flags=re.IGNORECASE)
    assert run("report", folder).exit_code == 0
    assert page(folder) == first
    assert run("verify", HAMLET, folder).exit_code == 0


def test_a_claimed_gap_is_no_reason_to_call_it_optimal(tmp_path: Path) -> None:
    solve(tmp_path / "out", "--gap", 0.5)
    assert document(tmp_path / "out")["reason"] == "feasible"


def test_a_claim_that_no_plan_exists_is_not_exit_code_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solving.solve.construct", lambda *_, **__: None)
    said = solve(tmp_path / "out")
    assert said.exit_code == 4
    assert "boastful claims that no plan exists; nothing here has proven it" in said.stderr
    assert "the model is infeasible" in said.stderr
    assert "this is proven" not in said.stderr
    curve = run("frontier", HAMLET, "--solver", boastful.ID, "--time-limit", 5, "--out", tmp_path / "curve")
    assert curve.exit_code == 4
    assert "boastful claims that no plan exists" in curve.stderr


def test_what_a_document_says_of_its_proof_is_checked(tmp_path: Path) -> None:
    solve(tmp_path / "out")
    file = tmp_path / "out" / "plan.json"
    file.write_text(file.read_text().replace('"proof": "claimed"', '"proof": "proven"'))
    said = run("verify", HAMLET, file)
    assert said.exit_code == 1
    assert "stated proof: proven, but the bound is claimed by boastful" in said.stderr


def test_backends_are_listed_with_what_their_bounds_are() -> None:
    shown = run("solvers", env={"COLUMNS": "200"}).stdout
    rows = [re.split(r"\s*│\s*", line.strip("│ ")) for line in shown.splitlines()]
    bounds = {row[0]: row[3] for row in rows if len(row) > 3}
    assert bounds["highs"] == "proven"
    assert bounds["search"] == "-"
    assert bounds["boastful"] == "claimed"


def test_an_own_proof_is_one(solved: tuple[Path, Result]) -> None:
    folder, said = solved
    assert "proven to be the least possible." in said.stdout
    assert (document(folder)["reason"], document(folder)["proof"]) == ("optimal", "proven")
    assert "Proven: no plan that keeps these rules costs less." in page(folder)


def test_the_certified_bound_is_on_screen_on_the_page_and_on_a_page_made_again(tmp_path: Path) -> None:
    """What the search among enumerated hubs has proven is in no certificate."""
    contiguous = ("--set", "hub.contiguous=true")  # which prices alone do not prove
    options = ("--solver", "columns", "--time-limit", 20, "--threads", 1, "--out", tmp_path)
    said = run("solve", HAMLET, *contiguous, *options)
    assert said.exit_code == 0, said.stderr
    content = document(tmp_path)
    assert content["certified_bound"] < content["bound"] * (1 - 1e-6)
    told = f"Certified by bound.json: £{content['certified_bound']:,.1f} a year"
    assert told in " ".join(said.stdout.split())
    first = page(tmp_path)
    assert told in first
    assert run("report", tmp_path).exit_code == 0
    assert page(tmp_path) == first
