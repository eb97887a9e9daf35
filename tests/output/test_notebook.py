"""Plans in notebooks: short to look at, as a figure, as a geodataframe."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from hamlet_plan import BEST, hamlet, on_the_globe, result, verified

from instances import Instance
from optimizer.model.backend import Reason
from optimizer.solving.result import VerifiedPlan

PLANE = hamlet()
GLOBE = on_the_globe(PLANE)


def placeless() -> VerifiedPlan:
    data = PLANE.model_dump(exclude_unset=True)
    places = [*data["practices"], *data["hospitals"]]
    for place in places:
        del place["x_km"], place["y_km"]
    pairs = [(a["id"], b["id"]) for a in places for b in places]
    table = {"origin": [a for a, _ in pairs], "destination": [b for _, b in pairs], "km": [1.0] * len(pairs)}
    return verified(Instance.model_validate({**data, "travel": {"table": table}}))


def test_results_are_shown_in_a_line_and_plans_too() -> None:
    found = result(PLANE)
    assert repr(found) == f"<feasible after 5.0 s with auto: {found.plan!r}, gap 1.00% proven>"
    assert repr(found.plan) == f"<plan of {PLANE.name}: 1,022,999 pounds a year, 4 hubs, 2 networks>"
    assert "3 broken rules" in repr(verified(PLANE.with_settings({"hub.max": 17_000, "hub.target_max": 17_000})))
    none = replace(found, plan=None, reason=Reason.INFEASIBLE, bound=None, message="too\n<few>")
    assert repr(none) == "<infeasible after 5.0 s with auto: no plan>"
    assert "<p>&lt;few&gt;</p>" in none._repr_html_()


def test_rich_display_escapes_and_says_the_figures() -> None:
    data = PLANE.model_dump(exclude_unset=True)
    data["practices"][0]["name"] = data["name"] = "<script>alert(1)</script>"
    found = result(Instance.model_validate(data))
    assert found.plan is not None
    for html in (found._repr_html_(), found.plan._repr_html_()):
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)" in html
        assert "£1.02m" in html
    assert "Proven" in found._repr_html_()
    assert found.plan._repr_html_().count("<tr") >= 1 + len(BEST.hubs)


@pytest.mark.parametrize("instance", [PLANE, GLOBE], ids=["plane", "globe"])
def test_map(instance: Instance) -> None:
    pytest.importorskip("plotly", reason="the extra report")
    figure = verified(instance).map()
    practices = [trace for trace in figure.data if trace.meta["kind"] == "practice"]
    assert sum(len(trace.x) for trace in practices) == len(instance.practices)


def test_geodataframe_of_degrees() -> None:
    pytest.importorskip("geopandas", reason="the extra geo")
    plan = verified(GLOBE)
    practices, hubs, sites, leads = (plan.to_geodataframe(kind) for kind in ("practices", "hubs", "sites", "leads"))
    assert list(sites["id"]) == list(hubs["id"])
    assert {frame.crs.to_epsg() for frame in (practices, hubs, leads)} == {4326}
    assert list(practices.columns) == [*plan.assignments.columns, "geometry"]
    assert list(practices.geometry.x) == pytest.approx([p.longitude for p in GLOBE.practices])
    assert list(practices.geometry.y) == pytest.approx([p.latitude for p in GLOBE.practices])
    assert list(hubs["hub"]) == [hub.site for hub in BEST.hubs]
    area_of = dict(zip(hubs["hub"], hubs.geometry, strict=True))
    inside = practices[practices["hub"].notna()]
    assert all(area_of[hub].contains(at) for hub, at in zip(inside["hub"], inside.geometry, strict=True))
    assert sorted(leads["network"]) == sorted(network.id for network in BEST.networks)


def test_geodataframe_of_a_plane() -> None:
    pytest.importorskip("geopandas", reason="the extra geo")
    practices = verified(PLANE).to_geodataframe()
    assert practices.crs is None
    assert list(practices.geometry.x) == pytest.approx([p.x_km for p in PLANE.practices])
    with pytest.raises(ValueError, match="'networks': one of practices, hubs, sites, leads"):
        verified(PLANE).to_geodataframe("networks")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="areas of hubs take latitudes and longitudes"):
        verified(PLANE).to_geodataframe("hubs")


def test_without_coordinates_there_is_no_map() -> None:
    plan = placeless()
    with pytest.raises(ValueError, match="no coordinates"):
        plan.map()
    if "geopandas" in sys.modules:
        with pytest.raises(ValueError, match="no coordinates"):
            plan.to_geodataframe()


@pytest.mark.parametrize(
    ("package", "extra", "ask"),
    [
        ("plotly.graph_objects", "report", lambda plan: plan.map()),
        ("geopandas", "geo", lambda plan: plan.to_geodataframe()),
    ],
)
def test_missing_extras_are_named(monkeypatch: pytest.MonkeyPatch, package: str, extra: str, ask: object) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert callable(ask)
    with pytest.raises(ImportError, match=rf'pip install "caregroup\[{extra}\]"'):
        ask(verified(GLOBE))
