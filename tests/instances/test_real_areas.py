"""Every area of England: it reads, and written and read again it is the same."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from instances import Instance

SHARED = Path(__file__).resolve().parents[3] / "shared"
AREAS = SHARED / "data/england/practices.csv"


def _areas() -> list[str]:
    if not AREAS.exists():
        return []
    with AREAS.open(encoding="utf-8", newline="") as file:
        return sorted({row["icb_name"] for row in csv.DictReader(file)})


@pytest.mark.skipif(not AREAS.exists(), reason="needs the folder shared beside the repository")
@pytest.mark.parametrize("area", _areas())
def test_real_areas(tmp_path: Path, area: str) -> None:
    tool = [sys.executable, SHARED / "tools/make_instance.py", area, tmp_path / "area"]
    subprocess.run(tool, check=True, capture_output=True)
    instance = Instance.read(tmp_path / "area/instance.toml")
    assert len(instance.practices) > 10
    for name in ("out/instance.toml", "plain.json"):
        instance.write(tmp_path / name)
        assert Instance.read(tmp_path / name).sha256 == instance.sha256
