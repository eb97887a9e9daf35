"""One list of terms: what verification prices, what docs/model.md lists and what the compact formulation has."""

from __future__ import annotations

from pathlib import Path

from optimizer.compact.terms import TERMS
from optimizer.rules import RULES
from optimizer.verify.costs import COST, DISRUPTION

MODEL = Path(__file__).parents[2] / "docs" / "model.md"
PRICED = [term.__name__ for term in (*COST, *DISRUPTION)]


def documented() -> list[str]:
    """The first column of the table of section 4."""
    section = MODEL.read_text(encoding="utf-8").split("\n## 4. Objective\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
    return [row.strip("`") for row in rows if row != "term"]


def test_documents_list_what_verification_prices_in_its_order() -> None:
    assert documented() == PRICED


def test_the_formulation_has_every_term_once() -> None:
    assert sorted(name for term in TERMS for name in term.names) == sorted(PRICED)


def test_rows_of_terms_follow_rules_that_there_are() -> None:
    assert {term.after for term in TERMS if term.after} <= {rule.name for rule in RULES}
