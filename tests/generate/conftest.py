"""Shared by the generator's tests: the large mixed sample, measured once."""

from __future__ import annotations

import pytest

from instances.generate import generate
from instances.generate.figures import SAMPLE, SEEDS, measure


@pytest.fixture(scope="session")
def measured() -> list[dict[str, float]]:
    """Figures of the sample, one dict per seed."""
    return [measure(generate(SAMPLE, seed)) for seed in SEEDS]
