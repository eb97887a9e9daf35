"""docs/models.md has every care model as the data has it, and something to say on every statement of the articles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from instances.presets import PRESETS
from instances.wording import keys_at

PAGE = (Path(__file__).parents[2] / "docs/models.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`: (.*?)(?=^#)", PAGE, re.MULTILINE | re.DOTALL))
STATEMENTS = [
    f"{article}.{number}" for article, most in enumerate((15, 17, 11, 14, 10)) for number in range(1, most + 1)
]
ROWS = re.findall(r"^\| (\d\.\d+) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)


def test_every_model_is_told_as_it_is() -> None:
    assert list(SECTIONS) == list(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_figures_on_the_page_are_those_of_the_data(name: str) -> None:
    preset, section = PRESETS[name], SECTIONS[name]
    figures = {key: figure.value for key, figure in {**preset.about, **preset.settings}.items()}
    assert section.startswith(preset.title)
    for key in ("led_by", "contract", "consent"):
        assert figures[key] in section
    sizes = ("min", "target_min", "target_max", "max", "running_cost", "setup_cost", "capitated_budget_per_patient")
    assert [key for key in sizes if figures.get(key) and f"{figures[key]:,.15g}" not in section] == []


def test_every_statement_has_an_answer() -> None:
    assert [number for number, _, _ in ROWS] == STATEMENTS
    assert [number for number, statement, where in ROWS if len(statement) < 5 or len(where) < 4] == []


def test_every_setting_that_is_named_exists() -> None:
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+|[a-z]+_[a-z_]+)`", "\n".join(where for *_, where in ROWS)))
    named = {name for name in named if not name.endswith((".csv", ".json"))}
    assert len(named) > 40
    assert {name for name in named if not _is_known(name)} == set()


def _is_known(name: str) -> bool:
    section, dot, key = name.partition(".")
    known = [*keys_at((section,)), *keys_at((section, 0))] if dot else keys_at(())
    return (key if dot else section) in known
