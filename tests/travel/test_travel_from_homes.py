"""Travel from homes: the pairs of places and sites that count, and ways over an instance's own places that touch."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from instances import InputError, Instance
from optimizer.cli.commands import app
from optimizer.travel.wanted import land_of, wanted_from_homes, wanted_pairs

# three practices on a line 0.1 degrees of longitude apart, about 7 km; a place beside each, and one far away
KM_PER_DEGREE = 71.47  # of longitude at 50 degrees north
EAST = {"p0": 0.0, "p1": 0.1, "p2": 0.2}
PLACES = {"A": 0.01, "B": 0.11, "C": 0.21, "D": 3.0}
HOMES = (("p0", "A", 60), ("p0", "p0", 5), ("p1", "B", 40), ("p1", "A", 10), ("p2", "C", 30), ("p2", "B", 0))


def line(**more: object) -> Instance:
    return Instance.model_validate(
        {
            "hub": {"max_km": 10.0},
            "practices": [{"id": p, "patients": 9_000, "latitude": 50.0, "longitude": e} for p, e in EAST.items()],
            "places": [{"id": p, "latitude": 50.0, "longitude": e} for p, e in PLACES.items()],
            "homes": {key: [row[k] for row in HOMES] for k, key in enumerate(("practice", "place", "patients"))},
            **more,
        }
    )


def pairs_of(wanted: object) -> set[tuple[str, str]]:
    ids = zip(wanted.row.tolist(), wanted.column.tolist(), strict=True)  # type: ignore[attr-defined]
    return {(wanted.origins.ids[a], wanted.destinations.ids[b]) for a, b in ids}  # type: ignore[attr-defined]


def test_a_place_is_paired_with_the_sites_that_its_peoples_practices_look_up() -> None:
    instance = line()
    premises = {("p0", "p1"), ("p1", "p0"), ("p1", "p2"), ("p2", "p1")}
    assert pairs_of(wanted_pairs(instance, 0.0)) == premises
    of_places = {("A", "p0"), ("A", "p1"), ("A", "p2"), ("B", "p0"), ("B", "p1"), ("B", "p2"), ("C", "p1"), ("C", "p2")}
    assert pairs_of(wanted_from_homes(instance, 0.0)) == premises | of_places  # nobody lives at D


def test_travel_from_homes_needs_homes() -> None:
    with pytest.raises(InputError, match=r"homes\.csv"):
        wanted_from_homes(line(homes=None), 0.0)


def test_land_is_an_instances_own_places_that_touch() -> None:
    assert land_of(line()) is None
    land = land_of(line(adjacency=[{"a": a, "b": b} for a, b in pairwise("ABC")]))
    assert land is not None
    assert land.places.ids == tuple(PLACES)
    assert land.adjacent.a.tolist() == [0, 1]


@pytest.mark.parametrize("asked", [["--from", "homes"], []])
def test_the_command_measures_over_the_instances_own_land(asked: list[str], tmp_path: Path) -> None:
    basis = {} if asked else {"travel": {"basis": "homes"}}
    line(adjacency=[{"a": "A", "b": "B"}, {"a": "B", "b": "C"}], **basis).write(tmp_path / "instance.toml")
    told = CliRunner().invoke(app, ["travel", str(tmp_path), "--slack", "0", *asked])
    assert told.exit_code == 0, told.output
    table = Instance.read(tmp_path / "instance.toml").travel.table
    assert table is not None
    assert table.km is not None
    km = dict(zip(zip(table.origin, table.destination, strict=True), table.km, strict=True))
    assert km["A", "p2"] == pytest.approx(1.3 * 0.21 * KM_PER_DEGREE, rel=1e-3)  # through B and C, and back to p2
    assert len(km) == 12
