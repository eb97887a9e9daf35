"""Places along two banks of a river that only a bridge far north crosses, and what lies on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from instances import Instance
from instances.travel import Points, Wanted

SHARED = Path(__file__).resolve().parents[3] / "shared/data"
KM_PER_TENTH = 11.119508  # of a degree of latitude: 6371.0088 km x pi / 1800
BANKS = {  # id: latitude, longitude; the banks are 0.68 km apart
    "W0": (52.0, 0.0),
    "W1": (52.1, 0.0),
    "W2": (52.2, 0.0),
    "E0": (52.0, 0.01),
    "E1": (52.1, 0.01),
    "E2": (52.2, 0.01),
}
PLACES_CSV = "id,latitude,longitude\n" + "".join(f"{id_},{n},{e}\n" for id_, (n, e) in BANKS.items())
ADJACENCY_CSV = "a,b\nW0,W1\nW1,W2\nE0,E1\nE1,E2\n"
LINKS_CSV = "a,b,km,minutes\nW2,E2,2,6\n"


def points(**places: tuple[float, float]) -> Points:
    """By id: latitude, longitude."""
    degrees = np.array(list(places.values()), dtype=np.float64).reshape(-1, 2)
    return Points(tuple(places), degrees[:, 0], degrees[:, 1])


def all_pairs(origins: Points, destinations: Points) -> Wanted:
    """Of two sets of points that have none in common."""
    row, column = np.divmod(np.arange(len(origins) * len(destinations)), len(destinations))
    return Wanted(origins, destinations, row, column)


def river(**hub: object) -> Instance:
    """A practice at the south of each bank, one at the north of the west bank, a hospital opposite."""
    at = {"west": "W0", "east": "E0", "north": "W2"}
    practices = [
        {"id": id_, "patients": 9_000 + k, "latitude": BANKS[place][0], "longitude": BANKS[place][1]}
        for k, (id_, place) in enumerate(at.items())
    ]
    hospital = {"id": "clinic", "kind": "community", "latitude": BANKS["E2"][0], "longitude": BANKS["E2"][1]}
    rules = {"max_km": 80.0, "min": 1_000, "min_rural": 1_000, **hub}
    return Instance.model_validate({"name": "River", "hub": rules, "practices": practices, "hospitals": [hospital]})


def files(folder: Path, **contents: str) -> dict[str, Path]:
    """Text files by stem, as .csv."""
    made = {stem: folder / f"{stem}.csv" for stem in contents}
    for stem, text in contents.items():
        made[stem].write_text(text, encoding="utf-8")
    return made
