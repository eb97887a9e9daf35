"""What OSRM and Valhalla answer, from a server or inside this process, as arrays; and what of it is a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from instances.travel.blocks import SNAP_KM, Table, TableRefusedError
from instances.travel.points import BoolArray, FloatArray, Points

SNAP_METRES = SNAP_KM * 1_000
_OSRM_TOO_LARGE = "TooBig"
# Valhalla's codes of errors: https://valhalla.github.io/valhalla/api/turn-by-turn/api-reference/#http-status-codes-and-conditions
_TOO_LARGE = (150, 151, 152, 154)  # locations, time, pairs, distance
_CUT_OFF = (170, 171, 442)  # unconnected regions, no edge near, no path


class UnusableAnswerError(ValueError):
    """An answer that is none of this engine."""


def osrm_table(answer: Mapping[str, Any], shape: tuple[int, int]) -> Table:
    """km and minutes of a table with annotations duration and distance."""
    return _matrix(answer, "distances", shape) / 1_000, _matrix(answer, "durations", shape) / 60


def osrm_on_road(answer: Mapping[str, Any], n: int) -> BoolArray:
    """[n] of the destinations of a table: OSRM snaps to the nearest road, however far, and says how far that was."""
    try:
        metres = np.array([waypoint["distance"] for waypoint in answer["destinations"]], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableAnswerError(f"destinations with a distance each ({error!r})") from None
    if metres.shape != (n,):
        raise UnusableAnswerError(f"{n} destinations, not {len(metres)}")
    return metres <= SNAP_METRES


def osrm_refusal(code: str, said: str) -> TableRefusedError | None:
    """For an error's code."""
    return TableRefusedError(said) if code == _OSRM_TOO_LARGE else None


def valhalla_locations(points: Points) -> list[dict[str, float]]:
    """Of a request; no road further than `SNAP_KM` counts."""
    pairs = zip(points.latitude.tolist(), points.longitude.tolist(), strict=True)
    return [{"lat": latitude, "lon": longitude, "search_cutoff": SNAP_METRES} for latitude, longitude in pairs]


def valhalla_matrix_request(origins: Points, destinations: Points) -> dict[str, Any]:
    """Of the driver's shortest time, in km."""
    return {
        "sources": valhalla_locations(origins),
        "targets": valhalla_locations(destinations),
        "costing": "auto",
        "units": "kilometers",
        "verbose": False,
    }


def valhalla_locate_request(points: Points) -> dict[str, Any]:
    """Which roads are near each."""
    return {"locations": valhalla_locations(points), "costing": "auto", "verbose": False}


def valhalla_table(answer: Mapping[str, Any], shape: tuple[int, int]) -> Table:
    """km and minutes of a matrix."""
    found = answer.get("sources_to_targets")
    if isinstance(found, list):  # of servers before 3.5, which have no short form
        found = {name: [[_cell(c, key) for c in row] for row in found] for name, key in _LONG_FORM}
    if not isinstance(found, Mapping):
        raise UnusableAnswerError("sources_to_targets")
    return _matrix(found, "distances", shape), _matrix(found, "durations", shape) / 60


_LONG_FORM = (("distances", "distance"), ("durations", "time"))


def _cell(cell: Any, key: str) -> Any:
    if not isinstance(cell, Mapping) or key not in cell:
        raise UnusableAnswerError(f"a {key} of every pair")
    return cell[key]


def valhalla_on_road(answer: Sequence[Any], n: int) -> BoolArray:
    """[n] of what locate answers."""
    if not isinstance(answer, Sequence) or len(answer) != n:
        raise UnusableAnswerError(f"{n} locations")
    return np.array([isinstance(found, Mapping) and bool(found.get("edges")) for found in answer], dtype=bool)


def valhalla_refusal(code: int, said: str) -> TableRefusedError | None:
    """For an error's code."""
    return TableRefusedError(said, cut_off=code in _CUT_OFF) if code in (*_TOO_LARGE, *_CUT_OFF) else None


def _matrix(answer: Mapping[str, Any], name: str, shape: tuple[int, int]) -> FloatArray:
    """A table of numbers, None (NaN) where there is no way."""
    try:
        values = np.array([list(row) for row in answer[name]], dtype=np.float64)
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableAnswerError(f"{name}, a row an origin ({error!r})") from None
    if values.shape != shape:
        raise UnusableAnswerError(f"{name} of {shape[0]} x {shape[1]}, not {' x '.join(map(str, values.shape))}")
    if (values < 0).any() or np.isinf(values).any():
        raise UnusableAnswerError(f"{name} of 0 or more")
    return values
