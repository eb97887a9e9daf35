"""Extracts of OpenStreetMap made of a few roads: the river's two banks, with a bridge far north or without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import osmium
from osmium.osm import mutable

Road = Sequence[tuple[float, float]]  # latitude, longitude

WEST = [(52.0 + k / 100, 0.0) for k in range(21)]
EAST = [(52.0 + k / 100, 0.01) for k in range(21)]
BRIDGE = [WEST[-1], EAST[-1]]


def write_extract(file: Path, roads: Iterable[Road], *, stated_box: bool = True, first_way: int = 1) -> Path:
    """Two-way primary roads; those that share an end meet there. Nodes have the same ids in every extract."""
    ways = [list(road) for road in roads]
    places = sorted({place for road in ways for place in road})
    header = osmium.io.Header()
    if stated_box:
        (south, north), (west, east) = ((min(part), max(part)) for part in zip(*places, strict=True))
        header.add_box(osmium.osm.Box(west, south, east, north))
    with osmium.SimpleWriter(str(file), header=header) as writer:
        for place in places:
            writer.add_node(mutable.Node(id=_node(place), location=(place[1], place[0]), version=1))
        for number, road in enumerate(ways, start=first_way):
            tags = {"highway": "primary", "name": f"Road {number}"}
            writer.add_way(mutable.Way(id=number, nodes=[_node(place) for place in road], tags=tags, version=1))
    return file


def _node(place: tuple[float, float]) -> int:
    return round((place[0] - 50) * 1_000) * 10_000 + round(place[1] * 1_000) + 1
