"""Places that cannot be where an instance puts them, and what is likely to have gone wrong with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from instances import Hospital, Instance, Practice
from optimizer.analysis.words import listed, number

# the British Isles with the Channel Islands, Shetland and the sea around, in degrees
_LATITUDES, _LONGITUDES = (49.0, 61.5), (-11.0, 2.5)
MOST_KM = 1_300  # from Cornwall to Shetland
FAR_KM = 20_000  # from the origin of any grid in use
LEAST_KM = 0.5  # that the practices of several hubs are apart
_FEW = 5  # practices of which nothing can be said

Place = Practice | Hospital


def place_warnings(instance: Instance) -> Iterator[str]:
    """Places outside the British Isles, coordinates of another kind or unit than they are said to be."""
    places: Sequence[Place] = (*instance.practices, *instance.hospitals)
    yield from _outside([place for place in places if place.latitude is not None])
    plane = [place for place in places if place.x_km is not None]
    if plane and instance.travel.table is None:  # else they serve maps alone, in whatever unit
        warning = _degrees(plane) or _too_far(plane) or _too_near(plane)
        if warning:
            yield warning


def _outside(places: Sequence[Place]) -> Iterator[str]:
    causes: defaultdict[str, list[str]] = defaultdict(list)
    for place in places:
        assert place.latitude is not None
        assert place.longitude is not None
        if not _is_british(place.latitude, place.longitude):
            causes[_cause(place.latitude, place.longitude)].append(place.id)
    for cause, ids in causes.items():
        limits = "latitude {:g} to {:g}, longitude {:g} to {:g}".format(*_LATITUDES, *_LONGITUDES)
        yield f"{number(len(ids), 'place')} ({listed(ids)}) outside the British Isles ({limits}){cause}"


def _cause(latitude: float, longitude: float) -> str:
    if _is_british(longitude, latitude) or _is_british(longitude, -latitude):
        return ": are latitude and longitude swapped?"
    if _is_british(latitude, -longitude):
        return ": is the minus sign of the longitude missing?"
    if latitude == longitude == 0:
        return ": does 0 stand for a place that is not known?"
    return ""


def _is_british(latitude: float, longitude: float) -> bool:
    return _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]


def _points(places: Sequence[Place]) -> list[tuple[float, float]]:
    return [(place.x_km or 0.0, place.y_km or 0.0) for place in places]


def _degrees(places: Sequence[Place]) -> str:
    points = _points(places)
    if all(_is_british(y, x) for x, y in points):
        return "x_km and y_km look like degrees, not km: name the columns longitude and latitude"
    if all(_is_british(x, y) for x, y in points):
        return "x_km and y_km look like degrees, not km: name the columns latitude and longitude"
    return ""


def _too_far(places: Sequence[Place]) -> str:
    """Far from the middle of all, or from any origin."""
    points = _points(places)
    x, y = (median(point[axis] for point in points) for axis in (0, 1))
    far = [
        place.id
        for place, (east, north) in zip(places, points, strict=True)
        if max(abs(east - x), abs(north - y)) > MOST_KM or max(abs(east), abs(north)) > FAR_KM
    ]
    if not far:
        return ""
    span = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    in_metres = 2 * len(far) > len(points) and span / 1000 <= MOST_KM  # a slip is in one place or two
    cause = "are x_km and y_km in metres? Divide them by 1,000" if in_metres else "is a digit or a point wrong?"
    return f"{number(len(far), 'place')} ({listed(far)}) absurdly far off, places {span:,.0f} km apart: {cause}"


def _too_near(places: Sequence[Place]) -> str:
    points = set(_points(places))
    if len(points) < _FEW:
        return ""
    span = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    if span >= LEAST_KM:
        return ""
    return f"all {len(points):,} points on the map lie within {span:.2g} km: are x_km and y_km in another unit than km?"
