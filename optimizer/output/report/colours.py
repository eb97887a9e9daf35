"""Colours of the map: a hue a network, shades of it for the hubs inside, so that neighbours differ."""

from __future__ import annotations

import colorsys
from collections import defaultdict

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.output.report.subject import INDEPENDENT, Subject

_HUES = (210, 28, 145, 275, 350, 48, 180, 320, 95, 240, 10, 165)  # degrees, far apart first
_SHADES = ((0.36, 0.75), (0.52, 0.65), (0.26, 0.60), (0.63, 0.80))  # (lightness, saturation)
_GREY = "#8a8f98"
OF_TRUSTS = "#7a5c00"  # practices that trusts run, as in report.css
_NEAR = 5  # neighbours that a hub's colour should differ from


def hub_colours(subject: Subject, centres_km: dict[str, FloatArray]) -> dict[str, str]:
    """A colour for each hub; `centres_km` are [2] positions."""
    hues = {key: _HUES[k % len(_HUES)] for k, (key, _) in enumerate(subject.filters) if key != INDEPENDENT}
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for hub in centres_km:
        inside[subject.filter_of(hub)].append(hub)
    colours = {}
    for key, hubs in inside.items():
        plain = not subject.networks
        palette = [_hex(hue, 0.45, 0.65) for hue in _HUES] if plain else [_hex(hues[key], *shade) for shade in _SHADES]
        colours.update(_spread(hubs, centres_km, palette))
    return colours


def network_colour(subject: Subject, key: str) -> str:
    keys = [known for known, _ in subject.filters]
    return _GREY if key == INDEPENDENT or key not in keys else _hex(_HUES[keys.index(key) % len(_HUES)], *_SHADES[0])


def _spread(hubs: list[str], centres_km: dict[str, FloatArray], palette: list[str]) -> dict[str, str]:
    """Each hub takes the colour that its coloured neighbours use least."""
    at = np.array([centres_km[hub] for hub in hubs]).reshape(-1, 2)
    chosen: list[str] = []
    for k in range(len(hubs)):
        apart = np.sum((at[:k] - at[k]) ** 2, axis=1)
        used = [chosen[other] for other in np.argsort(apart, kind="stable")[:_NEAR]]
        chosen.append(min(palette, key=lambda colour: (used.count(colour), palette.index(colour))))
    return dict(zip(hubs, chosen, strict=True))


def _hex(hue: float, lightness: float, saturation: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue / 360, lightness, saturation)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"
