"""Extracts of OpenStreetMap: where they lie, several as one, and graphs that are made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from travel_support import BANKS, points

from instances import InputError
from instances.travel import TravelError
from instances.travel.points import Box

osmium = pytest.importorskip("osmium", reason="needs osmium, of the extra roads")

from made_extract import BRIDGE, EAST, WEST, write_extract  # noqa: E402

from instances.travel import engines, graphs  # noqa: E402
from instances.travel.extracts import boxes, digest, merge, refuse_elsewhere, refuse_unsorted  # noqa: E402


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(graphs, "_root", lambda: tmp_path / "cache")


@pytest.mark.parametrize("stated_box", [True, False])
def test_where_an_extract_lies(tmp_path: Path, stated_box: bool) -> None:
    (box,) = boxes([write_extract(tmp_path / "west.osm.pbf", [WEST], stated_box=stated_box)])
    assert (box.west, box.south, box.east, box.north) == pytest.approx((0.0, 52.0, 0.0, 52.2), abs=1e-6)


def test_an_extract_of_another_country_is_refused_by_where_both_lie(tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "monaco.osm.pbf", [[(43.72, 7.41), (43.75, 7.44)]])
    with pytest.raises(InputError) as raised:
        refuse_elsewhere([extract], boxes([extract]), points(**BANKS))
    assert str(raised.value) == (
        "monaco.osm.pbf: roads where the places of the instance lie (latitude 52.00 to 52.20, longitude 0.00 to 0.01); "
        "this has those of latitude 43.72 to 43.75, longitude 7.41 to 7.44"
    )
    refuse_elsewhere([extract] * 2, [*boxes([extract]), Box(-1, 51.9, 1, 52.1)], points(**BANKS))  # one that fits


def test_two_extracts_as_one_have_each_object_once(tmp_path: Path) -> None:
    west = write_extract(tmp_path / "west.osm.pbf", [WEST, BRIDGE])
    east = write_extract(tmp_path / "east.osm.pbf", [BRIDGE, EAST], first_way=2)
    merge([west, east], tmp_path / "both.osm.pbf")
    found = [(one.type_str(), one.id) for one in osmium.FileProcessor(str(tmp_path / "both.osm.pbf"))]
    assert len(found) == len(set(found)) == len(WEST) + len(EAST) + 3
    assert found == sorted(found)
    refuse_unsorted(tmp_path / "both.osm.pbf")


def test_an_unsorted_extract_is_not_merged(tmp_path: Path) -> None:
    file = tmp_path / "mixed.osm.pbf"
    with osmium.SimpleWriter(str(file)) as writer:
        for id_ in (2, 1):
            writer.add_node(osmium.osm.mutable.Node(id=id_, location=(0.0, 52.0)))
    with pytest.raises(InputError, match=r"mixed.osm.pbf: objects by type and id, .*: osmium sort"):
        refuse_unsorted(file)


def test_what_is_no_extract(tmp_path: Path) -> None:
    for name, content in (("notes.txt", b"no map"), ("broken.osm.pbf", b"\0" * 100)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=rf"{name}: an extract of OpenStreetMap, .osm.pbf \("):
            boxes([tmp_path / name])
    with pytest.raises(InputError, match=r"gone.osm.pbf: a file; there is none at"):
        boxes([tmp_path / "gone.osm.pbf"])
    with pytest.raises(InputError, match=r"empty.osm.pbf: an extract with roads; it is empty"):
        boxes([write_extract(tmp_path / "empty.osm.pbf", [], stated_box=False)])


def test_a_graph_is_made_once_for_the_same_content(tmp_path: Path) -> None:
    made: list[str] = []

    def build(extract: Path, folder: Path) -> None:
        made.append(extract.name)
        (folder / "graph").write_text("whole")

    told: list[str] = []
    west = write_extract(tmp_path / "west.osm.pbf", [WEST])
    east = write_extract(tmp_path / "east.osm.pbf", [EAST], first_way=2)
    renamed = tmp_path / "renamed.osm.pbf"
    renamed.write_bytes(west.read_bytes())
    folder = graphs.graph([west], "osmium", build, told.append)
    assert graphs.graph([renamed], "osmium", build, told.append) == folder
    assert (folder / "graph").read_text() == "whole"
    both = graphs.graph([west, east], "osmium", build, told.append)
    assert graphs.graph([east, west], "osmium", build, told.append) == both != folder
    assert made == ["west.osm.pbf", "merged.osm.pbf"]
    assert len(told) == 2
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {folder.name, both.name}
    assert digest([west]) != digest([east])


def test_a_graph_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def build(extract: Path, folder: Path) -> None:
        (folder / "half").write_text(extract.name)
        graphs.run_tool("sh", "-c", "echo not enough memory; exit 3")

    with pytest.raises(TravelError, match="sh ended with code 3: not enough memory"):
        graphs.graph([write_extract(tmp_path / "west.osm.pbf", [WEST])], "osmium", build, lambda _: None)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("wanted", [None, "osrm", "valhalla"])
def test_without_an_engine_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch, wanted: str | None) -> None:
    monkeypatch.setattr(engines, "_is_installed", lambda _: False)
    monkeypatch.setattr(engines.sys, "version_info", (3, 11, 0))
    with pytest.raises(
        TravelError, match=r'pip install "caregroup\[roads\]" with Python 3.12 or later \(this is 3.11\)'
    ):
        engines.installed_engine(wanted)
    monkeypatch.setattr(engines, "_is_installed", "pyvalhalla".__eq__)
    if wanted == "osrm":
        with pytest.raises(TravelError, match="osrm-bindings, which is not installed"):
            engines.installed_engine(wanted)
    else:
        assert engines.installed_engine(wanted) == "valhalla"


@pytest.mark.parametrize("package", ["osmium", "platformdirs"])
def test_without_a_package_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, package: str
) -> None:
    extract = write_extract(tmp_path / "west.osm.pbf", [WEST])
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    with pytest.raises(
        TravelError, match=rf'takes? {package}, which is not installed: pip install "caregroup\[roads\]"'
    ):
        boxes([extract]) if package == "osmium" else graphs.graph([extract], "numpy", lambda *_: None, lambda _: None)
