"""What lies under the map: the patches of hubs, where most of those registered are with a hub, and named outlines.

Shapes are simplified to what the map shows, each border once for both of its sides, so that a page stays small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from instances import Instance
from optimizer.analysis.neighbourhoods import Residents
from optimizer.model.arrays import NONE, FloatArray
from optimizer.output.geography import Geography
from optimizer.verify import Evaluation

Project = Callable[[FloatArray], FloatArray]  # [n, 2] degrees, longitude first, to km
Rings = list[FloatArray]  # [corners, 2] km each, closed; outer ones the one way round, holes the other

_PIXELS = 1_200  # across the map, of which a simplified border is about one off
_SMALLEST_PX = 4.0  # islands that are less wide and high are left out
_BEYOND = 0.5  # of the map's width and height that is drawn around it, for who drags it
_EDGE = 0.12  # of its width, where a name would leave it
_LEAST_SEEN = 0.015  # of the map that an outline with a name covers
_MOST_NAMES = 30


@dataclass(frozen=True)
class Window:
    """What the map shows at first, km."""

    west: float
    south: float
    east: float
    north: float

    @property
    def pixel(self) -> float:
        """About, km."""
        return max(self.east - self.west, self.north - self.south) / _PIXELS

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        return self.west, self.south, self.east, self.north

    @property
    def around(self) -> tuple[float, float, float, float]:
        """With what is drawn beside it."""
        width, height = _BEYOND * (self.east - self.west), _BEYOND * (self.north - self.south)
        return self.west - width, self.south - height, self.east + width, self.north + height

    def rounded(self, corners: FloatArray) -> FloatArray:
        """To a quarter of a pixel or so."""
        return np.round(corners, 2 if self.pixel >= 0.02 else 3)


def patch_of(instance: Instance, evaluation: Evaluation) -> dict[str, str]:
    """The hub of each place: the site of the one with most of those registered there, the first of several.

    Nobody's are places where practices in no hub have most, where few are registered, and where more than half of the
    people are registered elsewhere, as far as their number is known.
    """
    found = Residents(instance).neighbourhoods(evaluation.hubs)
    people = np.array([place.population or 0 for place in instance.places])
    counts = (found.hubs_of > 0) & (2 * found.residents >= people)
    counts &= (found.patch != NONE) & (found.patch < len(evaluation.hubs))
    at = zip(instance.places, found.patch.tolist(), counts.tolist(), strict=True)
    return {place.id: evaluation.hubs[k].site for place, k, is_told in at if is_told}


def patches(geography: Geography, patch_of: Mapping[str, str], project: Project, window: Window) -> dict[str, Rings]:
    """By hub, those that have a place with an outline on the map."""
    import shapely

    shapes: defaultdict[str, list[Any]] = defaultdict(list)
    for place, hub in patch_of.items():
        if place in geography.places:
            shapes[hub].append(shapely.transform(geography.places[place], project))
    around = shapely.box(*window.around)
    inside = {hub: [shape for shape in of_hub if shape.intersects(around)] for hub, of_hub in shapes.items()}
    whole = {hub: shapely.union_all(of_hub) for hub, of_hub in inside.items() if of_hub}
    simple = shapely.coverage_simplify(list(whole.values()), window.pixel)
    return {hub: rings for hub, shape in zip(whole, simple, strict=True) if (rings := _rings(shape, window))}


def borders(geography: Geography, project: Project, window: Window) -> Rings:
    """Lines of the outlines on the map and around it, those that two share drawn once."""
    import shapely

    shapes = [_on_map(shape, project, window.around) for _, shape in geography.outlines]
    drawn = shapely.coverage_simplify([shape for shape in shapes if not shape.is_empty], window.pixel)
    lines = shapely.line_merge(shapely.union_all(shapely.boundary(drawn)))
    lines = shapely.difference(lines, shapely.boundary(shapely.box(*window.around)).buffer(window.pixel))
    parts = [part for part in shapely.get_parts(lines) if part.length >= _SMALLEST_PX * window.pixel]
    return [window.rounded(shapely.get_coordinates(part)) for part in parts]


def names(geography: Geography, project: Project, window: Window) -> Iterator[tuple[str, FloatArray, str]]:
    """(what an outline is called, where to write it, on which side of that), those first that take up most of the map.

    Near an edge a name is written towards the middle.
    """
    import shapely

    seen = [(name, _on_map(shape, project, window.bounds)) for name, shape in geography.outlines]
    width, height = window.east - window.west, window.north - window.south
    large = sorted((each for each in seen if each[1].area >= _LEAST_SEEN * width * height), key=lambda e: -e[1].area)
    for name, shape in large[:_MOST_NAMES]:
        point = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        across = (point[0] - window.west) / width
        side = "middle right" if across < _EDGE else "middle left" if across > 1 - _EDGE else "middle center"
        yield name, point, side


def _on_map(shape: Any, project: Project, bounds: tuple[float, float, float, float]) -> Any:
    """What of a shape is inside; only polygons."""
    import shapely

    clipped = shapely.intersection(shapely.transform(shape, project), shapely.box(*bounds))
    return shapely.union_all([part for part in shapely.get_parts(clipped) if part.geom_type == "Polygon"])


def _rings(shape: Any, window: Window) -> Rings:
    import shapely

    least = _SMALLEST_PX * window.pixel
    found = []
    for part in shapely.get_parts(shapely.orient_polygons(shape)):
        for ring in (part.exterior, *part.interiors) if part.geom_type == "Polygon" else ():
            west, south, east, north = ring.bounds
            if max(east - west, north - south) >= least:
                found.append(window.rounded(shapely.get_coordinates(ring)))
    return found
