"""docs/formats.md names every setting and column that the schema has."""

from __future__ import annotations

from pathlib import Path

from instances.tables import HOMES, HOSPITALS, MISFIT, PLACES, PRACTICES
from instances.wording import keys_at

PAGE = (Path(__file__).resolve().parents[2] / "docs/formats.md").read_text(encoding="utf-8")


def _row_of(start: str) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith(f"| {start} |"))


def test_every_setting_is_on_the_page() -> None:
    for section in ("travel", "hub", "trust_run", "policy", "disruption", "weights", "chain"):
        row = _row_of(f"`[{section}]`")
        assert [key for key in keys_at((section,)) if f"`{key}`" not in row] == []
    for section in ("role", "care_model"):
        row = _row_of(f"`[[{section}]]`")
        assert [key for key in keys_at((section, 0)) if f"`{key}`" not in row] == []


def test_every_column_is_on_the_page() -> None:
    columns = {field for layout in (PRACTICES, HOSPITALS, MISFIT, HOMES, PLACES) for field in layout.fields}
    assert [column for column in sorted(columns) if f"`{column}`" not in PAGE] == []
