"""The time left, as the bar shows it."""

from __future__ import annotations

import pytest

from optimizer.cli import runs_progress
from optimizer.cli.runs_progress import TimeLeft


def test_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(runs_progress.time, "monotonic", lambda: now)
    left = TimeLeft(8, longest_s=240.0)
    now = 110.0
    assert left.left_s() == 230.0
    now = 140.0
    left.made(1)
    left.made(2)  # two in 40 s, six to come
    assert left.left_s() == 120.0
    now = 150.0
    assert left.left_s() == 110.0
    now = 500.0
    assert left.left_s() == 0.0
