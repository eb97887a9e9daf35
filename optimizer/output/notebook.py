"""What notebooks show of a plan: a figure, a geodataframe, a few lines in place of a wall of text."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from optimizer.output.geojson import as_geojson
from optimizer.output.outlines import on_plane
from optimizer.output.report.headline import cards, summary
from optimizer.output.report.map import plan_map
from optimizer.output.report.subject import Subject
from optimizer.solving.result import Result, VerifiedPlan

if TYPE_CHECKING:
    import geopandas
    import plotly.graph_objects

GEO = 'pip install "caregroup[geo]"'
REPORT = 'pip install "caregroup[report]"'
_KINDS = ("practices", "hubs", "sites", "leads")
_WGS84 = "EPSG:4326"
_HEIGHT = 600  # pixels of the map
_TABLE = "border-collapse: collapse; margin: 0.5em 0"
_CELL = "text-align: left; padding: 0.2em 1em 0.2em 0"


def figure(plan: VerifiedPlan) -> plotly.graph_objects.Figure:
    """The map of the page as a plotly figure; raises `ImportError` without plotly, `ValueError` without coordinates."""
    try:
        from plotly.graph_objects import Figure
    except ModuleNotFoundError:
        raise ImportError(f"a map takes plotly, which is not installed: {REPORT}") from None
    drawn = plan_map(Subject.of(plan, None, None))
    if drawn is None:
        raise ValueError("there is no map: the instance has no coordinates")
    return Figure(drawn.figure).update_layout(height=_HEIGHT)


def geodataframe(plan: VerifiedPlan, kind: Literal["practices", "hubs", "sites", "leads"]) -> geopandas.GeoDataFrame:
    """Practices with the columns of `assignments`; hubs, sites and leads as plan.geojson has them.

    On a plane practices have its km and no reference system. Raises `ImportError` without geopandas, `ValueError`
    for another kind or without coordinates.
    """
    if kind not in _KINDS:
        raise ValueError(f"{kind!r}: one of {', '.join(_KINDS)}")
    try:
        import geopandas
    except ModuleNotFoundError:
        raise ImportError(f"a GeoDataFrame takes geopandas, which is not installed: {GEO}") from None
    globe = as_geojson(plan)
    if globe is None and not on_plane(plan.instance):
        raise ValueError("there is nowhere to put practices: the instance has no coordinates")
    if kind == "practices":
        table = plan.assignments
        x, y = ("longitude", "latitude") if globe else ("x_km", "y_km")
        points = geopandas.points_from_xy(table[x], table[y])
        return geopandas.GeoDataFrame(table, geometry=points, crs=_WGS84 if globe else None)
    if globe is None:
        raise ValueError(f"areas of {kind} take latitudes and longitudes: the instance has a plane of its own")
    features: list[dict[str, Any]] = json.loads(globe)["features"]
    found = [feature for feature in features if f"{feature['properties']['kind']}s" == kind]
    if not found:
        return geopandas.GeoDataFrame({"geometry": []}, crs=_WGS84)
    return geopandas.GeoDataFrame.from_features(found, crs=_WGS84).drop(columns="kind")


def result_html(result: Result) -> str:
    """The headline of the page and its proof, or why there is no plan."""
    if result.plan is None:
        said = "".join(f"<p>{escape(line)}</p>" for line in result.message.splitlines())
        return f"<p><b>{escape(result.instance.name)}</b>: no plan ({escape(result.reason)})</p>{said}"
    subject = Subject.of_result(result)
    proof, *_ = summary(subject)
    return _headline(subject) + f"<p>{escape(proof)}</p>"


def plan_html(plan: VerifiedPlan) -> str:
    """The headline of the page and the hubs."""
    return _headline(Subject.of(plan, None, None)) + plan.hubs.to_html(index=False, na_rep="", border=0)


def _headline(subject: Subject) -> str:
    rows = "".join(_row(card.title, card.figure, card.note) for card in cards(subject))
    return f'<p><b>{escape(subject.instance.name)}</b></p><table style="{_TABLE}">{rows}</table>'


def _row(*cells: Any) -> str:
    return "<tr>" + "".join(f'<td style="{_CELL}">{escape(str(cell))}</td>' for cell in cells) + "</tr>"
