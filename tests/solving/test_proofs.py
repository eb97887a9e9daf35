"""Whose proofs count, and what is written and said of a bound that is proven, claimed or certified."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import EntryPoint
from io import BytesIO
from pathlib import Path
from typing import Any

import boastful
import pytest
from hamlet_plan import OPTIMUM, hamlet, result
from openpyxl import load_workbook

from optimizer import solve
from optimizer.analysis.alternatives import Alternatives
from optimizer.analysis.frontier import find_frontier
from optimizer.cli.alternatives import _said
from optimizer.explain.standing import stand
from optimizer.model.backend import Reason
from optimizer.model.certificate import Certificate, Leaf
from optimizer.output.claims import check_certified, check_statements
from optimizer.output.display import quality
from optimizer.output.document import PlanDocument
from optimizer.output.files import write_outputs
from optimizer.output.plan_workbook import workbook_bytes
from optimizer.solving import registry
from optimizer.solving.assurance import Assurance
from optimizer.solving.registry import is_vouched_for, proof_by, solver_ids
from optimizer.solving.result import Progress, Result

INSTANCE = hamlet()
NEW_KEYS = ("proof", "certified_bound")


@pytest.fixture
def foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a backend of another package."""
    monkeypatch.syspath_prepend(str(boastful.install(tmp_path / "installed")))
    return boastful.ID


def certificate(bound: float) -> Certificate:
    return Certificate(
        schema_version=1, bound=bound, root_bound=0.0, root=(), prices=(), tree=Leaf(prices=(), bound=bound)
    )


def certified(at: float, **changes: Any) -> Result:
    """With a certificate of that bound, pounds a year."""
    ended = result(INSTANCE)
    return replace(ended, outcome=replace(ended.outcome, certificate=certificate(at)), **changes)


def statements(document: PlanDocument) -> tuple[str, ...]:
    plan = result(INSTANCE).plan
    assert plan is not None
    return check_statements(document, INSTANCE, plan.evaluation).wrong


# --- whose proofs count -----------------------------------------------------------------------------------------------


def test_exact_backends_of_caregroup_are_vouched_for_and_nobody_else(foreign: str) -> None:
    assert foreign in solver_ids()
    assert {solver_id for solver_id in solver_ids() if not is_vouched_for(solver_id)} == {"search", foreign}
    assert not is_vouched_for("nosuch")
    assert (proof_by("auto"), proof_by(foreign)) == ("proven", "claimed")


def test_taking_the_name_of_one_does_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = EntryPoint("highs", "boastful:solver", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [taken])
    assert not is_vouched_for("highs")


def test_a_foreign_backend_claims(foreign: str) -> None:
    told: list[Progress] = []
    ended = solve(INSTANCE, foreign, time_limit=10, seed=1, on_progress=told.append)
    assert (ended.reason, ended.proof, ended.limit) == (Reason.FEASIBLE, "claimed", None)
    assert ended.gap == pytest.approx(0.0, abs=1e-9)
    assert ended.objective is not None
    assert quality(ended) == f"£{ended.objective:,.0f} a year: claimed by boastful to be the least possible."
    assert str(told[-1]).endswith("gap 0.00%  (claimed)")


def test_its_claims_are_no_bound_of_a_frontier(foreign: str) -> None:
    options = result(INSTANCE).options.model_copy(update={"time_limit": 4.0, "native": {}})
    found = find_frontier(INSTANCE, points=2, options=options, solver=foreign)
    assert found.proofs == ()
    assert found.least is None
    assert {point.bound for point in found.points} == {None}
    assert "what boastful claims to have proven is left out, as nothing here vouches for it" in found.warnings


def test_nothing_is_explained_by_its_claims(foreign: str) -> None:
    options = result(INSTANCE).options.model_copy(update={"native": {}})
    here = stand(INSTANCE, options=options, solver=foreign)
    assert here is not None
    assert (here.bound, here.is_proven) == (0.0, False)


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        ("proven", " Plan 1 is within 1.00% of the best possible."),
        ("claimed", " Claimed by other, not proven: plan 1 is within 1.00% of the best possible."),
    ],
)
def test_alternatives_say_whose_the_bound_is(proof: str, words: str) -> None:
    best = replace(result(INSTANCE), proof=proof, solver="auto" if proof == "proven" else "other")
    assert _said(Alternatives((best,), (0.0,), 1), number=1, within=2.0).endswith(words)


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "proof", "certified_bound", "words"),
    [
        (0.99 * OPTIMUM, "proven", 1_000_000.0, "Certified by bound.json: £1,000,000 a year (gap 2.25%); the solver's"),
        (OPTIMUM, "proven", 1_022_000.0, "least possible. Certified by bound.json: £1,022,000 a year (gap 0.10%)"),
        (0.99 * OPTIMUM, "claimed", 1_000_000.0, "Claimed in bound.json, which nothing has rechecked: £1,000,000 a"),
    ],
)
def test_the_certified_bound_stands_beside_the_solvers(
    bound: float, proof: str, certified_bound: float, words: str
) -> None:
    assert words in quality(certified(certified_bound, bound=bound, proof=proof))


@pytest.mark.parametrize("share", [1.0, 1 - 5e-7, 1 + 5e-7])
def test_it_is_not_told_where_it_is_the_solvers(share: float) -> None:
    ended = certified(share * 0.99 * OPTIMUM)
    assert ended.certified_bound == share * 0.99 * OPTIMUM
    assert "bound.json" not in quality(ended)


def test_nothing_is_said_of_a_certificate_without_a_bound(tmp_path: Path) -> None:
    ended = certified(1_000_000.0, bound=None, proof=None)
    assert ended.certified_bound is None
    assert "bound.json" not in quality(ended)
    assert not [file for file in write_outputs(ended, tmp_path) if file.name == "bound.json"]


def test_a_bound_of_nothing_is_not_known() -> None:
    assert Assurance(5.0, 0.0, "proven", "auto").gap is None
    assert not Assurance(5.0, None, None, "").is_least


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_document_keeps_both(tmp_path: Path) -> None:
    write_outputs(certified(1_000_000.0), tmp_path)
    content = json.loads((tmp_path / "plan.json").read_text())
    assert [content[key] for key in NEW_KEYS] == ["proven", 1_000_000.0]
    assert json.loads((tmp_path / "bound.json").read_text())["bound"] == content["certified_bound"]
    document = PlanDocument.read(tmp_path / "plan.json")
    assert (document.proof, document.proof_here, document.certified_bound) == ("proven", "proven", 1_000_000.0)
    assert document == PlanDocument.model_validate(json.loads(document.to_json()))


@pytest.mark.parametrize(("solver", "counts"), [("auto", "proven"), ("made-up", "claimed"), ("", "claimed")])
def test_an_older_document_is_told_by_its_solver(solver: str, counts: str) -> None:
    content = json.loads(PlanDocument.of(certified(1_000_000.0)).to_json())
    older = PlanDocument.model_validate({key: content[key] for key in content if key not in NEW_KEYS})
    assert (older.proof, older.certified_bound) == (None, None)
    assert older.model_copy(update={"solver": solver}).proof_here == counts
    assert older.model_copy(update={"bound": None}).proof_here is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"solver": "made-up"}, ["stated proof: proven, but the bound is claimed by made-up"]),
        (
            {"solver": "made-up", "proof": "claimed", "reason": Reason.OPTIMAL},
            ["stated to be optimal, but the bound is claimed by made-up"],
        ),
        ({"solver": "made-up", "proof": "claimed"}, []),
        ({"bound": None, "gap": None, "certified_bound": None}, ["stated to be proven without a bound"]),
        ({"bound": None, "gap": None, "proof": None}, ["stated certified bound £1,000,000.00 a year without a bound"]),
        (
            {"certified_bound": 1_023_100.0},
            ["stated certified bound £1,023,100 a year: above this plan, which costs £1,022,998.5"],
        ),
        ({}, []),
    ],
)
def test_what_a_document_states_is_judged(changes: dict[str, Any], words: list[str]) -> None:
    document = PlanDocument.of(certified(1_000_000.0))
    assert list(statements(document.model_copy(update=changes))) == words


def test_the_certified_bound_is_that_of_the_certificate() -> None:
    document = PlanDocument.of(certified(1_000_000.0))
    assert check_certified(document, certificate(1_000_000.4)) == []
    (wrong,) = check_certified(document, certificate(999_000.0))
    assert wrong == "stated certified bound: £1,000,000 a year, £999,000 in bound.json"
    assert check_certified(document.model_copy(update={"certified_bound": None}), certificate(1.0)) == []


@pytest.mark.parametrize(
    ("solver", "labels"),
    [
        ("auto", ("proven: no plan costs less", "certified by bound.json: no plan costs less")),
        ("made-up", ("claimed by made-up: no plan costs less", "claimed in bound.json: no plan costs less")),
    ],
)
def test_the_workbook_says_whose_the_bound_is(solver: str, labels: tuple[str, str]) -> None:
    ended = certified(1_000_000.0, solver=solver)
    assert ended.plan is not None
    book = load_workbook(BytesIO(workbook_bytes(ended.plan, PlanDocument.of(ended))))
    figures = {row[0]: row[1] for row in book["summary"].iter_rows(values_only=True)}
    found = [figures[f"{label} than, pounds a year"] for label in labels]
    assert found == [pytest.approx(0.99 * OPTIMUM), 1_000_000.0]
