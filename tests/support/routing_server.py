"""A routing server on this machine: answers as OSRM and Valhalla do, or fails, stalls and talks nonsense."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from instances.travel import Points
from instances.travel.points import straight_km

Answer = tuple[int, bytes]


@dataclass
class Behaviour:
    """What the server does; roads are 1.5 x as long as the straight line, a km a minute."""

    largest: int = 100  # places of a table
    off_latitude: float = 54.0  # what lies further north is 63 km from any road
    island_latitude: float = 53.5  # what lies further north has no way to the rest
    first: list[Answer] = field(default_factory=list)  # before all else, one a request
    always: Answer | None = None
    stall: bool = False
    trickle: bool = False
    paths: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def _json(status: int, content: Any) -> Answer:
    return status, json.dumps(content).encode()


def _osrm(behaviour: Behaviour, path: str, body: Any) -> Answer:
    del body
    if not path.startswith("/table/v1/driving/"):
        return _json(400, {"code": "InvalidUrl", "message": "URL string malformed"})
    places, _, query = path.removeprefix("/table/v1/driving/").partition("?")
    degrees = np.array([place.split(",") for place in places.split(";")], dtype=float)
    chosen = dict(part.split("=") for part in query.split("&"))
    assert chosen["annotations"] == "duration,distance"
    ends = [[int(k) for k in chosen[end].split(";")] for end in ("sources", "destinations")]
    if len(degrees) > behaviour.largest:
        return _json(400, {"code": "TooBig", "message": "Too many table coordinates"})
    km = _km(behaviour, *(degrees[end][:, ::-1] for end in ends))
    names = ("sources", "destinations")
    snapped = {name: [_waypoint(behaviour, degrees[k]) for k in end] for name, end in zip(names, ends, strict=True)}
    return _json(200, {"code": "Ok", "durations": _scaled(km, 60), "distances": _scaled(km, 1000), **snapped})


def _waypoint(behaviour: Behaviour, place: Any) -> dict[str, Any]:
    return {"distance": 63_000.0 if place[1] > behaviour.off_latitude else 12.0, "location": list(place), "name": ""}


def _valhalla(behaviour: Behaviour, path: str, body: Any) -> Answer:
    if path == "/locate":
        found = [loc["lat"] <= behaviour.off_latitude for loc in body["locations"]]
        return _json(200, [{"edges": [{"way_id": 1}] if near else [], "nodes": []} for near in found])
    if path != "/sources_to_targets":
        return _json(404, {"error_code": 106, "error": "Try any of: '/locate'", "status_code": 404})
    assert body["costing"] == "auto"
    assert all(loc["search_cutoff"] == 1_000 for loc in (*body["sources"], *body["targets"]))
    ends = [np.array([[loc["lat"], loc["lon"]] for loc in body[end]]) for end in ("sources", "targets")]
    both = np.vstack(ends)
    if len(both) > behaviour.largest:
        return _json(400, {"error_code": 150, "error": "Exceeded max locations: 50", "status_code": 400})
    if len(set((both[:, 0] > behaviour.island_latitude).tolist())) > 1:
        return _json(400, {"error_code": 170, "error": "Locations are in unconnected regions", "status_code": 400})
    km = _km(behaviour, *ends)
    return _json(200, {"sources_to_targets": {"distances": _scaled(km, 1), "durations": _scaled(km, 60)}})


def _km(behaviour: Behaviour, a: Any, b: Any) -> Any:
    points = [Points(tuple(map(str, range(len(end)))), end[:, 0], end[:, 1]) for end in (a, b)]
    row, column = np.divmod(np.arange(len(a) * len(b)), len(b))
    km = 1.5 * straight_km(*points, row, column).reshape(len(a), len(b))
    islands = [end[:, 0] > behaviour.island_latitude for end in (a, b)]
    return np.where(islands[0][:, None] != islands[1][None, :], np.nan, km)


def _scaled(km: Any, factor: float) -> list[list[float | None]]:
    return [[None if np.isnan(value) else float(value * factor) for value in row] for row in km]


KINDS: dict[str, Callable[[Behaviour, str, Any], Answer]] = {"osrm": _osrm, "valhalla": _valhalla}


@contextmanager
def serving(kind: str, behaviour: Behaviour) -> Iterator[str]:
    """The address of a server while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _answer(self, body: Any) -> None:
            behaviour.paths.append(self.path)
            if behaviour.stall:
                behaviour.over.wait()
                return
            if behaviour.first:
                status, content = behaviour.first.pop(0)
            else:
                status, content = behaviour.always or KINDS[kind](behaviour, self.path, body)
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            for k in range(len(content)) if behaviour.trickle else ():
                self.wfile.write(content[k : k + 1])
                if behaviour.over.wait(0.05):
                    return
            if not behaviour.trickle:
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        behaviour.over.set()
        server.shutdown()
        server.server_close()
