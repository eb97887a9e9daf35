"""Real areas with the homes of their patients, where the data is beside the repository."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from benchmarks.england import HOMES, PLACES, PRACTICES, TOUCHING, England
from instances import Instance

DATA = Path(__file__).resolve().parents[3] / "shared/data"
_files = [DATA / name for name in (PRACTICES, HOMES, PLACES, TOUCHING)]
needs_homes = pytest.mark.skipif(
    not all(file.is_file() for file in _files), reason=f"the homes of patients are not at {DATA}"
)


@lru_cache(maxsize=1)
def england() -> England:
    return England.read(DATA)


def area_with_homes(name: str) -> Instance:
    """By part of its name, today's PCNs as current groups; skips the test where the data does not have it."""
    if not any(name in area for area in england().areas):
        pytest.skip(f"{name} is not among the areas of {DATA / PRACTICES}")
    return england().instance(name)
