"""The instances that come with the project. `python -m instances.generate.bundled` writes them again, byte for byte."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from instances.generate.build import generate
from instances.generate.hamlet import hamlet
from instances.generate.sketches import birmingham_2014, northumbria_2014
from instances.generate.spec import GenerateSpec
from instances.instance import Instance

DATA = Path(__file__).resolve().parents[1] / "data"

# Seeds chosen for real difficulties: groups that break the rules; in the county a practice larger than a hub may be.
# Real towns stand where these do not: the centres only give them England's latitudes.
_MARKET_TOWN = GenerateSpec(
    kind="market-town", practices=40, name="Market town (synthetic)", latitude=52.3, longitude=-2.6
)
_BIRMINGHAM = GenerateSpec(
    kind="city", practices=170, name="Birmingham-sized city (synthetic)", latitude=52.48, longitude=-1.89
)
_RURAL_COUNTY = GenerateSpec(
    kind="rural-county", practices=60, name="Rural county (synthetic)", latitude=54.3, longitude=-2.2
)

BUNDLED: dict[str, Callable[[], Instance]] = {
    "hamlet": hamlet,
    "market_town": lambda: generate(_MARKET_TOWN, seed=4),
    "birmingham": lambda: generate(_BIRMINGHAM, seed=4),
    "rural_county": lambda: generate(_RURAL_COUNTY, seed=2),
    "birmingham_2014": birmingham_2014,
    "northumbria_2014": northumbria_2014,
}


def write_bundled(folder: Path) -> list[Path]:
    """Write every bundled instance into `folder`; the paths of their instance.toml."""
    paths = []
    for name, make in BUNDLED.items():
        path = folder / name / "instance.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        make().write(path)
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in write_bundled(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA):
        print(written)
