"""Extracts of OpenStreetMap: where they lie, what identifies them, and several as one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from instances.errors import Fault, InputError
from instances.travel.errors import TravelError
from instances.travel.points import Box, Points
from instances.travel.web import EXTRA

_ORDER = "nwr"  # types of objects in a sorted file


def boxes(extracts: Sequence[Path]) -> list[Box]:
    """Where each extract says that it lies, or else its nodes do. Raises `InputError` for what is no extract."""
    return [_box(extract) for extract in extracts]


def refuse_elsewhere(extracts: Sequence[Path], found: Sequence[Box], points: Points) -> None:
    """Raise `InputError` if no point lies in any of the extracts."""
    if not any(points.are_in(box).any() for box in found):
        where = "; ".join(map(str, found))
        expected = f"roads where the places of the instance lie ({points.box}); this has those of {where}"
        raise InputError([Fault(", ".join(extract.name for extract in extracts), expected)])


def digest(extracts: Iterable[Path]) -> str:
    """Of their content, whatever their names and order."""
    parts = []
    for extract in extracts:
        with _read(extract), extract.open("rb") as file:
            parts.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashlib.sha256(" ".join(sorted(set(parts))).encode()).hexdigest()


def merge(extracts: Sequence[Path], target: Path) -> None:
    """One file of all objects, each once."""
    osmium = _osmium()
    with _read(extracts[0]), osmium.SimpleWriter(str(target)) as writer:
        for same in osmium.zip_processors(*(osmium.FileProcessor(str(extract)) for extract in extracts)):
            writer.add(next(one for one in same if one is not None))


def refuse_unsorted(extract: Path) -> None:
    """Raise `InputError` for objects not by type and id, which merging needs."""
    osmium, before = _osmium(), (0, -1)
    with _read(extract):
        for one in osmium.FileProcessor(str(extract)):
            place = (_ORDER.index(one.type_str()), one.id)
            if place < before:
                raise InputError([Fault(extract.name, "objects by type and id, to merge it with others: osmium sort")])
            before = place


def _box(extract: Path) -> Box:
    osmium = _osmium()
    with _read(extract):
        stated = osmium.io.Reader(str(extract)).header().box()
        if stated.valid():
            return _as_box(stated)
        nodes = osmium.FileProcessor(str(extract), osmium.osm.NODE)
        found = None
        for node in nodes:
            if found is None:
                found = osmium.osm.Box(node.location, node.location)
            found.extend(node.location)
    if found is None:
        raise InputError([Fault(extract.name, "an extract with roads; it is empty")])
    return _as_box(found)


def _as_box(found: Any) -> Box:
    low, high = found.bottom_left, found.top_right
    return Box(low.lon, low.lat, high.lon, high.lat)


@contextmanager
def _read(extract: Path) -> Iterator[None]:
    """What cannot be read as an extract is a fault of the file."""
    if not extract.is_file():
        raise InputError([Fault(extract.name, f"a file; there is none at {extract}")])
    try:
        yield
    except OSError as error:
        raise InputError([Fault(extract.name, f"a file that can be read ({error.strerror})")]) from None
    except RuntimeError as error:
        raise InputError([Fault(extract.name, f"an extract of OpenStreetMap, .osm.pbf ({error})")]) from None


def _osmium() -> Any:
    try:
        import osmium
    except ImportError:
        raise TravelError(f"Reading extracts takes osmium, which is not installed: {EXTRA}") from None
    return osmium
