"""The instances in instances/data are what `python -m instances.generate.bundled` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from instances import Instance
from instances.generate.bundled import BUNDLED, DATA, write_bundled


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    write_bundled(folder)
    return folder


@pytest.mark.parametrize("name", BUNDLED)
def test_regenerated_byte_for_byte(name: str, written: Path) -> None:
    files = {path.name: path.read_bytes() for path in (written / name).iterdir()}
    assert files == {path.name: path.read_bytes() for path in (DATA / name).iterdir()}


@pytest.mark.parametrize(
    ("name", "practices"),
    [
        *(("hamlet", 12), ("market_town", 40), ("birmingham", 170), ("rural_county", 60)),
        *(("birmingham_2014", 50), ("northumbria_2014", 45)),
    ],
)
def test_reads_back(name: str, practices: int) -> None:
    instance = Instance.read(DATA / name / "instance.toml")
    assert len(instance.practices) == practices
    assert instance.sha256 == BUNDLED[name]().sha256


def test_the_county_has_a_practice_larger_than_a_hub_may_be() -> None:
    county = BUNDLED["rural_county"]()
    assert max(p.patients for p in county.practices) > county.hub.max


def test_every_folder_is_described() -> None:
    described = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in described for name in BUNDLED)
    assert {path.name for path in DATA.iterdir() if path.is_dir()} >= set(BUNDLED)
