"""The glossary explains every rule, term and care model that people meet, on the page and in the docs alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from instances.presets import CARE_MODELS
from optimizer.output.glossary import GLOSSARY, RULES, as_markdown
from optimizer.output.report.wording import TERMS
from optimizer.verify import CHAIN_RULE_NAMES, RULE_NAMES

STANDS_FOR = {
    **dict.fromkeys(("hub running", "hub setup", "network running", "network setup"), "running and set-up"),
    **dict.fromkeys(("partners running", "partners setup"), "their partners cost"),
    **dict.fromkeys(("moved practices", "moved patients"), "disruption"),
}
WORDS = {word for part in GLOSSARY for entry, _ in part.words for word in re.split(r", | and ", entry.lower())}
TEXT = " ".join(f"{word} {meaning}" for part in GLOSSARY for word, meaning in part.words).lower()


def test_docs_are_the_glossary() -> None:
    page = Path(__file__).parents[2] / "docs" / "glossary.md"
    assert page.read_text(encoding="utf-8") == as_markdown()


def test_every_rule_is_explained() -> None:
    assert [word for word, _ in RULES.words] == [rule.replace("-", " ") for rule in (*RULE_NAMES, *CHAIN_RULE_NAMES)]


@pytest.mark.parametrize("model", CARE_MODELS)
def test_every_care_model_is_explained(model: str) -> None:
    assert model.lower() in WORDS


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_explained(term: str) -> None:
    word = term.replace("_", " ")
    assert STANDS_FOR.get(word, word) in TEXT


@pytest.mark.parametrize(
    "word", ["room", "objective", "misfit", "forgone dividend", "coverage", "real money", "gap", "lead"]
)
def test_words_of_the_screen_are_explained(word: str) -> None:
    assert word in WORDS
