"""The map as a plotly figure on a plane in km: it needs no tiles, prints as sharp as text, and takes any coordinates.

Every trace belongs to one network (`meta`), so that the page can narrow the map to it. Where places have degrees the
plane is a local Web Mercator, on which street tiles can be laid when a reader asks for them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.output.outlines import KM_PER_DEGREE, disc_radius_km, on_globe, on_plane, outline
from optimizer.output.report.colours import OF_TRUSTS, hub_colours, network_colour
from optimizer.output.report.ground import Window, borders, names, patch_of, patches
from optimizer.output.report.subject import INDEPENDENT, RUN, Subject

TILES = "https://basemaps.cartocdn.com/rastertiles/voyager/{z}/{x}/{y}.png"
TILES_BY = "© OpenStreetMap contributors, © CARTO"
_MOST_TILES = 64
ROOMY = 120  # hubs; beyond it, marks get smaller and stand without numbers
_INK, _BORDER = "#212b32", "#5b6770"
_SILENT = {"hoverinfo": "skip"}

Trace = dict[str, Any]
Positions = dict[str, FloatArray]


@dataclass(frozen=True)
class Map:
    figure: dict[str, Any]  # plotly's `layout`, and its `data` or what the page makes them of (`country.py`)
    tiles: list[dict[str, Any]]  # layout images, for when the reader is online; none on a plane of one's own
    kinds: set[str]  # what is drawn

    @property
    def ratio(self) -> float:
        """Width to height that fits it, within what a screen can show."""
        axes = (self.figure["layout"][axis]["range"] for axis in ("xaxis", "yaxis"))
        width, height = (high - low for low, high in axes)
        return float(np.clip(width / height, 0.75, 2.0))


def plan_map(subject: Subject) -> Map | None:
    """None where places have no coordinates, which a travel table allows."""
    sheet = Sheet.of(subject)
    if sheet is None:
        return None
    traces = list(_traces(subject, sheet.at, sheet.radius_km, sheet.ground))
    kinds = {trace["meta"]["kind"] for trace in traces}
    return Map({"data": traces, "layout": sheet.layout}, sheet.tiles, kinds)


@dataclass(frozen=True)
class Sheet:
    """What every map of a plan is drawn on."""

    at: Positions  # of all places
    radius_km: float  # of the disc around a practice
    layout: dict[str, Any]
    ground: Ground
    tiles: list[dict[str, Any]]

    @classmethod
    def of(cls, subject: Subject) -> Sheet | None:
        """None where places have no coordinates."""
        at, mercator = positions(subject)
        if not at:
            return None
        practices = np.array([at[practice] for practice in subject.practices])
        shown = np.array([at[place] for place in (*subject.practices, *elsewhere(subject)) if place in at])
        layout = layout_of(shown)
        tiles = tiles_under(mercator, shown) if mercator is not None else []
        return cls(at, disc_radius_km(practices), layout, Ground.of(subject, mercator, layout), tiles)


@dataclass(frozen=True)
class Ground:
    """What lies under everything, where there are outlines."""

    patches: dict[str, list[FloatArray]]  # by hub
    borders: list[FloatArray]
    names: list[tuple[str, FloatArray, str]]  # (name, where, on which side of it)

    @classmethod
    def of(cls, subject: Subject, plane: _Mercator | None, layout: dict[str, Any]) -> Ground:
        geography = subject.geography
        if geography is None or plane is None:
            return cls({}, [], [])
        (west, east), (south, north) = (layout[axis]["range"] for axis in ("xaxis", "yaxis"))
        window = Window(west, south, east, north)
        return cls(
            patches(geography, patch_of(subject.instance, subject.evaluation), plane.project, window)
            if geography.places
            else {},
            borders(geography, plane.project, window) if geography.outlines else [],
            list(names(geography, plane.project, window)),
        )


def elsewhere(subject: Subject) -> Iterator[str]:
    """Places on the map beside the practices: hospitals that are a hub's site or lead a network."""
    yield from subject.hubs
    yield from (network.lead for network in subject.networks.values())


@dataclass(frozen=True)
class _Mercator:
    """Web Mercator scaled to km at a latitude, from a centre."""

    longitude: float
    latitude: float

    def km(self, longitude: float, latitude: float) -> FloatArray:
        scale = KM_PER_DEGREE * math.cos(math.radians(self.latitude))
        north = math.degrees(_stretched(latitude) - _stretched(self.latitude))
        return np.array([(longitude - self.longitude) * scale, north * scale])

    def project(self, degrees: FloatArray) -> FloatArray:
        """[n, 2] km of longitudes and latitudes."""
        return np.array([self.km(east, north) for east, north in degrees.tolist()]).reshape(-1, 2)

    @property
    def world(self) -> tuple[float, float, float]:
        """West and north edge and width of the square world, km."""
        west, north = self.km(-180.0, 85.0511287798)
        return float(west), float(north), 360 * KM_PER_DEGREE * math.cos(math.radians(self.latitude))


def _stretched(latitude: float) -> float:
    """Radians."""
    return math.asinh(math.tan(math.radians(min(max(latitude, -85.0), 85.0))))


def positions(subject: Subject) -> tuple[Positions, _Mercator | None]:
    """[2] km east and north of every place."""
    places = subject.places.values()
    if on_plane(subject.instance):
        return {place.id: np.array([place.x_km, place.y_km], dtype=np.float64) for place in places}, None
    if not on_globe(subject.instance):
        return {}, None
    degrees = np.array([[p.longitude, p.latitude] for p in subject.instance.practices], dtype=np.float64)
    plane = _Mercator(*(float(v) for v in (degrees.min(axis=0) + degrees.max(axis=0)) / 2))
    return {p.id: plane.km(p.longitude or 0.0, p.latitude or 0.0) for p in places}, plane


def _traces(subject: Subject, at: Positions, radius_km: float, ground: Ground) -> Iterator[Trace]:
    """From the bottom up: patches, areas, outlines, roads to hubs, links to leads, practices, moved ones, hubs, leads.

    A hub that has a patch needs no area around its practices.
    """
    members = {
        site: np.array([at[member] for member in hub.members]) for site, hub in subject.hubs.items() if hub.members
    }
    sites = {site: at.get(site, points.mean(axis=0)) for site, points in members.items()}
    colours = hub_colours(subject, sites)
    keys = dict.fromkeys([*(key for key, _ in subject.filters), *map(subject.filter_of, sites)])
    hubs_of = {key: [site for site in sites if subject.filter_of(site) == key] for key in keys}
    for key, hubs in hubs_of.items():
        yield from _patches(key, [hub for hub in hubs if hub in ground.patches], ground.patches, colours)
    for key, hubs in hubs_of.items():
        yield from _areas(key, [hub for hub in hubs if hub not in ground.patches], members, colours, radius_km)
    yield from _outlines(ground)
    for key, hubs in hubs_of.items():
        yield _lines(key, [(point, sites[hub]) for hub in hubs for point in members[hub]], "#5b6770", 0.8, "solid")
        yield _lines(key, _to_leads(subject, key, hubs, at), network_colour(subject, key), 2.0, "dot")
    for key in keys:
        yield from _practices(subject, key, at, colours)
    for key, hubs in hubs_of.items():
        yield _hub_sites(subject, key, hubs, sites, colours)
    yield from _leads(subject, at)


def _areas(key: str, hubs: list[str], members: Positions, colours: dict[str, str], radius_km: float) -> Iterator[Trace]:
    by_colour: defaultdict[str, list[FloatArray]] = defaultdict(list)
    for hub in hubs:
        by_colour[colours[hub]].append(outline(members[hub], radius_km))
    for colour, rings in by_colour.items():
        x, y = _joined(rings)
        line = {"color": colour, "width": 1.2}
        yield _trace(
            key, "area", x, y, mode="lines", fill="toself", fillcolor=faint(colour), line=line, hoverinfo="skip"
        )


def _patches(
    key: str, hubs: list[str], patches: dict[str, list[FloatArray]], colours: dict[str, str]
) -> Iterator[Trace]:
    by_colour: defaultdict[str, list[FloatArray]] = defaultdict(list)
    for hub in hubs:
        by_colour[colours[hub]] += patches[hub]
    for colour, rings in by_colour.items():
        x, y = _joined(rings)
        line = {"color": colour, "width": 0.8}
        yield _trace(
            key, "patch", x, y, mode="lines", fill="toself", fillcolor=faint(colour, 0.3), line=line, **_SILENT
        )


def _outlines(ground: Ground) -> Iterator[Trace]:
    """Of no network: they stay whatever the map is narrowed to."""
    if ground.borders:
        x, y = _joined(ground.borders)
        yield _trace("", "outline", x, y, mode="lines", line={"color": _BORDER, "width": 1.1}, **_SILENT)
    if ground.names:
        x, y = flat([point for _, point, _ in ground.names])
        font = {"size": 13, "color": _BORDER, "shadow": "0 0 3px #fff, 0 0 3px #fff"}
        text, position = [escape(name) for name, _, _ in ground.names], [side for _, _, side in ground.names]
        yield _trace("", "name", x, y, mode="text", text=text, textposition=position, textfont=font, **_SILENT)


def _to_leads(subject: Subject, key: str, hubs: list[str], at: Positions) -> list[tuple[FloatArray, FloatArray]]:
    network = subject.networks.get(key)
    if network is None or network.lead not in at:
        return []
    return [(at[hub], at[network.lead]) for hub in hubs if hub in at]


def _lines(key: str, pairs: list[tuple[FloatArray, FloatArray]], colour: str, width: float, dash: str) -> Trace:
    x, y = _joined([np.array(pair) for pair in pairs])
    line = {"color": colour, "width": width, "dash": dash}
    return _trace(key, "line", x, y, mode="lines", line=line, opacity=0.55, **_SILENT)


def _practices(subject: Subject, key: str, at: Positions, colours: dict[str, str]) -> Iterator[Trace]:
    inside = [facts for facts in subject.evaluation.practices if subject.filter_of_practice(facts.practice) == key]
    if not inside:
        return
    points = [at[facts.practice] for facts in inside]
    patients = [subject.practices[facts.practice].patients for facts in inside]
    scale = _scale(subject)
    sizes = [round(scale * float(np.clip(math.sqrt(number) / 11, 5, 18)), 1) for number in patients]
    x, y = flat(points)
    marker = {
        "size": sizes,
        "color": [colours.get(facts.hub or "", OF_TRUSTS if key == RUN else "#ffffff") for facts in inside],
        "line": {"color": "#ffffff" if key != INDEPENDENT else "#5b6770", "width": 1 if key != INDEPENDENT else 2},
    }
    text = [_practice_text(subject, k) for k in (facts.practice for facts in inside)]
    yield _trace(
        key, "practice", x, y, mode="markers", marker=marker, text=text, hovertemplate="%{text}<extra></extra>"
    )
    moved = [k for k, facts in enumerate(inside) if facts.moved]
    ring = {
        "size": [sizes[k] + 5 * scale for k in moved],
        "symbol": "circle-open",
        "color": "#d4351c",
        "line": {"width": 1.8},
    }
    yield _trace(
        key, "moved", [x[k] for k in moved], [y[k] for k in moved], mode="markers", marker=ring, hoverinfo="skip"
    )


def _practice_text(subject: Subject, practice: str) -> str:
    given, facts = subject.practices[practice], subject.facts[practice]
    lines = [f"<b>{escape(subject.name(practice))}</b> ({escape(practice)})", f"{given.patients:,} patients"]
    if facts.hub is None:
        lines.append(escape(subject.without_hub(practice)))
    else:
        road = f", {float(facts.km):.1f} km" if facts.km is not None else ""
        lines.append(f"hub: {escape(subject.name(facts.hub))}{road}")
    if facts.network is not None:
        lines.append(f"network: {escape(subject.network_name(facts.network))}")
    if given.current_group is not None:
        lines.append(f"group today: {escape(given.current_group)}{', left' if facts.moved else ''}")
    return "<br>".join(lines)


def _hub_sites(subject: Subject, key: str, hubs: list[str], sites: Positions, colours: dict[str, str]) -> Trace:
    x, y = flat([sites[hub] for hub in hubs])
    text = []
    for hub in hubs:
        facts = subject.hubs[hub]
        carries = f"<br>continues {escape(facts.continues)}" if facts.continues else ""
        text.append(
            f"<b>{subject.number[hub]}. Hub {escape(subject.name(hub))}</b> ({escape(hub)})<br>"
            f"{facts.patients:,} patients, {len(facts.members)} practices<br>"
            f"furthest practice {float(facts.max_km):.1f} km{carries}"
        )
    marker = {
        "size": 11 * _scale(subject),
        "symbol": "square",
        "color": [colours[hub] for hub in hubs],
        "line": {"color": _INK, "width": max(2 * _scale(subject), 0.8)},
    }
    return _trace(
        key,
        "hub",
        x,
        y,
        mode="markers+text" if len(subject.hubs) <= ROOMY else "markers",
        marker=marker,
        text=[f"{subject.number[hub]}" for hub in hubs],
        textposition="bottom right",
        textfont={"size": 12, "color": _INK},
        cliponaxis=False,
        hovertext=text,
        hoverinfo="text",
    )


def _leads(subject: Subject, at: Positions) -> Iterator[Trace]:
    for key, network in subject.networks.items():
        if network.lead not in at:
            continue
        x, y = flat([at[network.lead]])
        marker = {
            "size": 19 * _scale(subject),
            "symbol": "star" if network.lead in subject.practices else "cross",
            "color": network_colour(subject, key),
            "line": {"color": "#ffffff", "width": 1.5},
        }
        hover = (
            f"<b>{escape(network.care_model)}</b> led from {escape(subject.name(network.lead))}<br>"
            f"{network.patients:,} patients, {len(network.hubs)} hubs"
        )
        yield _trace(
            key,
            "lead",
            x,
            y,
            mode="markers+text" if len(subject.hubs) <= ROOMY else "markers",
            marker=marker,
            text=[f"<b>{escape(network.care_model)}</b>"],
            textposition="top center",
            textfont={"size": 12, "color": _INK},
            cliponaxis=False,
            hovertext=[hover],
            hoverinfo="text",
        )


def _scale(subject: Subject) -> float:
    """Of marks: smaller where there are many."""
    return round(math.sqrt(min(1.0, ROOMY / max(len(subject.hubs), 1))), 2)


def _trace(key: str, kind: str, x: list[float | None], y: list[float | None], **rest: Any) -> Trace:
    return {"type": "scatter", "x": x, "y": y, "meta": {"network": key, "kind": kind}, "showlegend": False, **rest}


def flat(points: list[FloatArray]) -> tuple[list[float | None], list[float | None]]:
    return [round(float(p[0]), 3) for p in points], [round(float(p[1]), 3) for p in points]


def _joined(parts: list[FloatArray]) -> tuple[list[float | None], list[float | None]]:
    """Paths one after the other with a gap between."""
    x: list[float | None] = []
    y: list[float | None] = []
    for part in parts:
        px, py = flat(list(part))
        x += [*px, None]
        y += [*py, None]
    return x[:-1], y[:-1]


def faint(colour: str, opacity: float = 0.18) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def layout_of(places: FloatArray) -> dict[str, Any]:
    low, high = places.min(axis=0), places.max(axis=0)
    pad = max(0.04 * float((high - low).max()), 0.5)
    bar = _round_length(float((high - low).max()) / 5)
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    x0, y0 = float(low[0]), float(low[1]) - 1.2 * pad
    return {
        "xaxis": {**axis, "range": [float(low[0]) - pad, float(high[0]) + pad]},
        "yaxis": {
            **axis,
            "range": [float(low[1]) - 1.6 * pad, float(high[1]) + pad],
            "scaleanchor": "x",
            "scaleratio": 1,
        },
        "margin": {"l": 20, "r": 28, "t": 24, "b": 16},  # room for the labels of places at the edge
        "hovermode": "closest",
        "dragmode": "pan",
        "plot_bgcolor": "#f7f8f9",
        "paper_bgcolor": "#f7f8f9",
        "hoverlabel": {"bgcolor": "#ffffff", "font": {"color": _INK, "size": 13}, "align": "left"},
        "shapes": [{"type": "line", "x0": x0, "x1": x0 + bar, "y0": y0, "y1": y0, "line": {"color": _INK, "width": 3}}],
        "annotations": [
            {
                **{"x": x0 + bar / 2, "y": y0, "text": f"{bar:g} km", "showarrow": False, "yanchor": "bottom"},
                "font": {"size": 12, "color": _INK},
            }
        ],
    }


def _round_length(km: float) -> float:
    """1, 2 or 5 times a power of ten, at most `km`."""
    power = 10 ** math.floor(math.log10(max(km, 0.1)))
    return float(max(step * power for step in (1, 2, 5) if step * power <= max(km, 0.1)))


def tiles_under(plane: _Mercator, places: FloatArray) -> list[dict[str, Any]]:
    """The street tiles under the places, at the finest zoom that takes few enough."""
    west, north, width = plane.world
    low, high = places.min(axis=0) - 2.0, places.max(axis=0) + 2.0
    for zoom in range(14, 0, -1):
        size = width / 2**zoom
        first_x, last_x = (math.floor((float(x) - west) / size) for x in (low[0], high[0]))
        first_y, last_y = (math.floor((north - float(y)) / size) for y in (high[1], low[1]))
        columns, rows = range(first_x, last_x + 1), range(first_y, last_y + 1)
        if len(columns) * len(rows) <= _MOST_TILES:
            return [_tile(zoom, x, y, west + x * size, north - y * size, size) for x in columns for y in rows]
    return []


def _tile(zoom: int, x: int, y: int, west: float, north: float, size: float) -> dict[str, Any]:
    return {
        "source": TILES.format(z=zoom, x=x, y=y),
        **{"xref": "x", "yref": "y", "x": west, "y": north, "sizex": size, "sizey": size},
        **{"sizing": "stretch", "layer": "below", "opacity": 0.7},
    }
