"""The map of a plan of thousands of practices: what `country.js` draws of it at each zoom.

From afar it shows networks, closer by hubs. Marks are columns of figures that refer to rows of the page's tables, where
the words are, so that nothing is in the page twice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.output.outlines import outline
from optimizer.output.report.colours import OF_TRUSTS, hub_colours, network_colour
from optimizer.output.report.map import ROOMY, Map, Positions, Sheet, elsewhere, flat, positions
from optimizer.output.report.subject import RUN, Subject

_SMALLEST_PX, _LARGEST_PX = 5.0, 18.0  # of a practice, where there is room
_OF_NOBODY = "#ffffff"  # practices in no hub
_DECIMALS = 2  # of a km, corners of areas
_CORNERS = 12  # of an area around one practice: half as many as on the map of one area, for smaller pages

Columns = dict[str, list[Any]]


def country_map(subject: Subject) -> Map | None:
    """None where places have no coordinates, which a travel table allows."""
    sheet = Sheet.of(subject)
    if sheet is None:
        return None
    at, ground, radius = sheet.at, sheet.ground, sheet.radius_km
    members = {
        site: np.array([at[member] for member in hub.members]) for site, hub in subject.hubs.items() if hub.members
    }
    sites = {site: at.get(site, points.mean(axis=0)) for site, points in members.items()}
    colours = hub_colours(subject, sites)
    drawn = {
        "roomy": ROOMY,
        "keys": [key for key, _ in subject.filters],
        "practices": _practices(subject, at, list(sites), colours),
        "hubs": _hubs(subject, sites, colours)
        | {"rings": [ground.patches.get(site) or [outline(members[site], radius, _CORNERS)] for site in sites]},
        "networks": _networks(subject, at, members, radius),
        "borders": ground.borders,
        "names": {
            "x": [float(point[0]) for _, point, _ in ground.names],
            "y": [float(point[1]) for _, point, _ in ground.names],
            "text": [name for name, _, _ in ground.names],
            "side": [side for _, _, side in ground.names],
        },
    }
    kinds = {"area", "line", "practice", "moved", "hub", "lead"}
    kinds |= {
        kind for kind, of in (("patch", ground.patches), ("outline", ground.borders), ("name", ground.names)) if of
    }
    return Map({"country": _plain(drawn), "layout": sheet.layout}, sheet.tiles, kinds)


def _practices(subject: Subject, at: Positions, sites: list[str], colours: dict[str, str]) -> Columns:
    """In the order of the table of practices."""
    number = {site: k for k, site in enumerate(sites)}
    facts = subject.evaluation.practices
    keys = [subject.filter_of_practice(of.practice) for of in facts]
    sizes = [math.sqrt(subject.practices[of.practice].patients) / 11 for of in facts]
    of_nobody = {key: OF_TRUSTS if key == RUN else _OF_NOBODY for key in keys}
    return {
        **_places([at[of.practice] for of in facts]),
        "size": np.clip(sizes, _SMALLEST_PX, _LARGEST_PX).round(1).tolist(),
        "colour": [colours.get(of.hub or "", of_nobody[key]) for of, key in zip(facts, keys, strict=True)],
        "key": _numbers(subject, keys),
        "hub": [number.get(of.hub or "", -1) for of in facts],
        "moved": [int(of.moved) for of in facts],
    }


def _hubs(subject: Subject, sites: Positions, colours: dict[str, str]) -> Columns:
    """Those with members, with their row in the table of hubs."""
    row = {hub.site: k for k, hub in enumerate(subject.evaluation.hubs)}
    lead = {network.id: network.lead for network in subject.networks.values()}
    number = {network: k for k, network in enumerate(lead)}
    return {
        **_places(sites.values()),
        "row": [row[site] for site in sites],
        "number": [subject.number[site] for site in sites],
        "name": [subject.name(site) for site in sites],
        "colour": [colours[site] for site in sites],
        "key": _numbers(subject, map(subject.filter_of, sites)),
        "network": [number.get(subject.hubs[site].network or "", -1) for site in sites],
    }


def _networks(subject: Subject, at: Positions, members: Positions, radius_km: float) -> Columns:
    """In the order of the table of networks; the area of each holds the practices of all of its hubs."""
    networks = list(subject.networks.values())
    inside = [[members[hub] for hub in network.hubs if hub in members] for network in networks]
    return {
        "x": [_km(at[network.lead])[0] if network.lead in at else None for network in networks],
        "y": [_km(at[network.lead])[1] if network.lead in at else None for network in networks],
        "symbol": ["star" if network.lead in subject.practices else "cross" for network in networks],
        "name": [subject.network_name(network.id) for network in networks],
        "colour": [network_colour(subject, network.id) for network in networks],
        "key": _numbers(subject, [network.id for network in networks]),
        "rings": [[outline(np.vstack(points), radius_km, _CORNERS)] if points else [] for points in inside],
    }


def places_to_find(subject: Subject) -> list[list[Any]]:
    """[what it is called, km east, km north, km around it that show its hub] of all places on the map, by name."""
    at, _ = positions(subject)
    found = {}
    for place in (*subject.practices, *elsewhere(subject)):
        if place in at:
            facts = subject.facts.get(place)
            hub = subject.hubs.get((facts.hub if facts is not None else place) or "")
            around = 2.0 if hub is None else max(2.0, 1.5 * float(hub.max_km))
            name = subject.name(place)
            label = name if name == place else f"{name} ({place})"
            found[place] = [label, *_km(at[place]), round(around, 1)]
    return sorted(found.values(), key=lambda of: str(of[0]))


def _numbers(subject: Subject, keys: Iterable[str]) -> list[int]:
    """Positions of keys in the page's filter; -1 where it has none."""
    number = {key: k for k, (key, _) in enumerate(subject.filters)}
    return [number.get(key, -1) for key in keys]


def _places(points: Iterable[FloatArray]) -> Columns:
    x, y = flat(list(points))
    return {"x": x, "y": y}


def _km(point: FloatArray) -> tuple[float, float]:
    return round(float(point[0]), 3), round(float(point[1]), 3)


def _plain(value: Any) -> Any:
    """With arrays of corners as lists, to ten metres."""
    if isinstance(value, np.ndarray):
        return value.round(_DECIMALS).tolist()
    if isinstance(value, dict):
        return {key: _plain(of) for key, of in value.items()}
    return [_plain(of) for of in value] if isinstance(value, list) else value
