"""Routing servers, on this machine: what they answer, and what is said when they fail, stall and talk nonsense."""

from __future__ import annotations

import json
import socket
import sys

import numpy as np
import pytest
from routing_server import Behaviour, serving
from travel_support import all_pairs, points

from instances import InputError
from instances.travel import Measured, Points, TravelError, Wanted, web
from instances.travel.blocks import routed
from instances.travel.servers import OsrmServer, ValhallaServer
from instances.travel.web import Server

ENGINES = {"osrm": OsrmServer, "valhalla": ValhallaServer}
PAIRS = all_pairs(points(a=(52.0, 0.0), b=(52.1, 0.1)), points(c=(52.2, 0.0), d=(52.3, 0.3)))


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.001)


def _asked(kind: str, behaviour: Behaviour, wanted: Wanted = PAIRS, time_limit: float = 30.0) -> Measured:
    with serving(kind, behaviour) as url:
        return routed(ENGINES[kind](Server(url, time_limit)), wanted)


@pytest.fixture(params=list(ENGINES))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_km_and_minutes_by_road(kind: str) -> None:
    measured = _asked(kind, Behaviour())
    assert measured.km is not None
    assert measured.km == pytest.approx(1.5 * PAIRS.straight_km, abs=0.001)
    assert measured.minutes == pytest.approx(1.5 * PAIRS.straight_km, abs=1.01 / 60)
    assert measured.warnings == ()


def test_many_places_in_tables_below_the_limit(kind: str) -> None:
    random = np.random.default_rng(1)
    places = Points(tuple(f"p{k}" for k in range(130)), random.uniform(52, 53, 130), random.uniform(0, 1, 130))
    row, column = places.near(places, 40.0)
    wanted = Wanted(places, places, row, column)
    behaviour = Behaviour(largest=30)  # less than is asked for first
    measured = _asked(kind, behaviour, wanted)
    assert measured.km is not None
    assert measured.km == pytest.approx(1.5 * wanted.straight_km, abs=0.002)  # asked for by 0.1 m
    assert len(behaviour.paths) < len(wanted) / 20


def test_a_place_far_from_roads_and_an_island_are_named(kind: str) -> None:
    wanted = all_pairs(points(a=(52.0, 0.0), sea=(54.1, 0.0)), points(c=(52.2, 0.0), isle=(53.6, 0.3)))
    measured = _asked(kind, Behaviour(), wanted)
    assert (measured.table.origin, measured.table.destination) == (("a",), ("c",))
    assert measured.warnings[0].startswith(
        "sea: no road within 1 km on this map; left out, which is out of reach: 2 pairs"
    )
    assert measured.warnings[1] == "No road between the places of 1 pair, left out: a to isle"


def test_a_busy_server_is_asked_again(kind: str) -> None:
    behaviour = Behaviour(first=[(503, b"busy"), (429, b"slow down"), (502, b"")])
    assert _asked(kind, behaviour).warnings == ()


def test_a_server_that_stays_busy(kind: str) -> None:
    behaviour = Behaviour(always=(503, b"<h1>no backend</h1>"))
    with pytest.raises(TravelError, match=r"^http://127.*: HTTP 503: <h1>no backend</h1>$"):
        _asked(kind, behaviour)
    assert 1 < len(behaviour.paths) < 10


@pytest.mark.parametrize("how", [{"stall": True}, {"trickle": True, "always": (200, b"[" + b"1," * 500)}])
def test_a_server_that_is_too_slow(kind: str, how: dict[str, object]) -> None:
    with pytest.raises(TravelError, match=r"^http://127.*(no answer|not done within 0.4 s)"):
        _asked(kind, Behaviour(**how), time_limit=0.4)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, b"<html>Welcome to nginx!</html>"), "answered what is no JSON: <html>Welcome to nginx!</html>"),
        ((404, b"Not Found"), "HTTP 404: Not Found"),
        ((301, b""), "HTTP 301"),
        ((200, b"[]"), r"refused: \[\]|expected .* locations; answered"),
        ((200, b'{"code": "Ok", "sources_to_targets": 3}'), "expected .*; answered"),
        ((200, b"17"), "refused: 17|expected .* locations; answered 17"),
    ],
)
def test_a_server_of_something_else(kind: str, answer: tuple[int, bytes], expected: str) -> None:
    with pytest.raises(TravelError, match=expected) as raised:
        _asked(kind, Behaviour(always=answer))
    assert "http://127.0.0.1" in str(raised.value)


@pytest.mark.parametrize("shape", ["[[1]]", "[[1, 2], [3]]", '[[1, "x"], [3, 4]]', "[[1, -2], [3, 4]]", "null"])
def test_tables_of_another_shape(kind: str, shape: str) -> None:
    snapped = '[{"distance": 1}, {"distance": 1}]'
    osrm = f'{{"code": "Ok", "durations": {shape}, "distances": {shape}, "destinations": {snapped}}}'
    located = (200, b'[{"edges": [1]}, {"edges": [1]}]')
    valhalla = f'{{"sources_to_targets": {{"durations": {shape}, "distances": {shape}}}}}'
    behaviour = Behaviour(always=(200, (osrm if kind == "osrm" else valhalla).encode()))
    if kind == "valhalla":
        behaviour.first = [located, located]
    with pytest.raises(TravelError, match=r"expected distances"):
        _asked(kind, behaviour)


def test_what_a_server_refuses_is_told() -> None:
    refusal = (400, b'{"code": "InvalidQuery", "message": "Query string malformed"}')
    with pytest.raises(TravelError, match=r"OSRM at http://127.*: refused: Query string malformed"):
        _asked("osrm", Behaviour(always=refusal))
    refusal = (400, b'{"error_code": 125, "error": "No costing method found: auto", "status_code": 400}')
    with pytest.raises(TravelError, match=r"Valhalla at http://127.*: refused: No costing method found"):
        _asked("valhalla", Behaviour(always=refusal))


def test_the_long_form_of_older_servers() -> None:
    cells = [
        [{"distance": 30.0 + k, "time": 600 * (k + 1), "from_index": j, "to_index": k} for k in (0, 1)] for j in (0, 1)
    ]
    located = (200, b'[{"edges": [1]}, {"edges": [1]}]')
    behaviour = Behaviour(first=[located, located], always=(200, json.dumps({"sources_to_targets": cells}).encode()))
    measured = _asked("valhalla", behaviour)
    assert measured.minutes is not None
    assert measured.minutes.tolist() == [10.0, 20.0, 10.0, 20.0]


def test_nobody_listens(kind: str) -> None:
    with socket.socket() as held:  # bound and not listening: nothing else can answer there
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(TravelError, match=rf"^{url}/.*: no answer \("):
            routed(ENGINES[kind](Server(url, 20.0)), PAIRS)


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://localhost", "http://", "/etc/passwd", ""])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(InputError, match=r"--server: found .*: an address such as http://localhost:5000"):
        Server(url, 1.0)


@pytest.mark.parametrize("package", ["urllib3", "tenacity"])
def test_without_a_package_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(
        TravelError, match=rf'takes {package}, which is not installed: pip install "caregroup\[roads\]"'
    ):
        _asked("osrm", Behaviour())
