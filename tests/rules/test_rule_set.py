"""One rule set: what verification knows, what docs/model.md lists and what has a record here."""

from __future__ import annotations

import importlib
from pathlib import Path

import optimizer.rules
from optimizer.rules import RULES
from optimizer.verify.rules import RULE_NAMES

MODEL = Path(__file__).parents[2] / "docs" / "model.md"


def documented() -> list[str]:
    """The first column of the table of section 3."""
    section = MODEL.read_text(encoding="utf-8").split("\n## 3. Rules\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]
    return [row for row in rows if row != "rule"]


def test_documents_list_what_verification_knows_in_its_order() -> None:
    assert documented() == list(RULE_NAMES)


def test_every_rule_has_one_record() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.name for rule in RULES} == set(RULE_NAMES)


def test_every_record_is_in_the_file_of_its_name() -> None:
    package = Path(optimizer.rules.__file__).parent
    for rule in RULES:
        file = rule.name.replace("-", "_")
        assert (package / f"{file}.py").is_file()
        assert importlib.import_module(f"optimizer.rules.{file}").RULE is rule
