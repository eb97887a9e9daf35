"""Where people live on the page: patches of hubs and named outlines, in a real browser and by hand."""

from __future__ import annotations

import gzip
import json
import shutil
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from geography_support import CODE, COUNCILS, NAME, councils_frame, lived_in, places_frame, written
from hamlet_plan import BEST, hamlet, on_the_globe, result, verified
from report_support import HOSTILE, subject
from typer.testing import CliRunner

from caregroup import write_report as write_page
from instances import InputError, InputWarning, Instance
from instances.generate import GenerateSpec, generate
from optimizer.cli import app
from optimizer.output.files import write_outputs
from optimizer.output.geography import Geography, read_geography
from optimizer.output.report import Subject, write_report
from optimizer.output.report.ground import Window, patch_of, patches
from optimizer.output.report.map import plan_map
from optimizer.solving.result import VerifiedPlan
from optimizer.solving.today import today_plan
from optimizer.verify import verify
from tests.browser_support import Browser, browser

__all__ = ["browser"]

COLUMNS = 8
LARGEST_PAGE = 8_000_000  # bytes
KINDS = "return document.getElementById('map').data.filter(t => t.visible !== false).map(t => t.meta.kind)"
NAMES = "return document.getElementById('map').data.filter(t => t.meta.kind === 'name').flatMap(t => t.text)"
DRAWN = """const frame = document.getElementById('map').getBoundingClientRect();
return [...document.querySelectorAll('#map svg text')].filter((e) => e.textContent.trim()).map((e) => {
const r = e.getBoundingClientRect(); return [e.textContent, r.left - frame.left, frame.right - r.right] })"""


@pytest.fixture(scope="module")
def land() -> Instance:
    return lived_in(on_the_globe(hamlet()), COLUMNS)


@pytest.fixture(scope="module")
def files(land: Instance, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(outlines of places, of councils)."""
    folder = tmp_path_factory.mktemp("outlines")
    places = written(places_frame(land, COLUMNS, corners=6), folder / "places.geojson")
    return places, written(councils_frame(land), folder / "councils.geojson")


def told(land: Instance, files: tuple[Path | None, Path | None]) -> Subject:
    return replace(subject(result(land)), geography=read_geography(land, *files))


def shown(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width=width)
    give_up = time.monotonic() + 60
    while not browser.run("return document.body.dataset.ready === 'true'"):
        assert time.monotonic() < give_up
        time.sleep(0.1)


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1400, 400])
def test_the_page_shows_patches_outlines_and_names(
    browser: Browser, land: Instance, files: tuple[Path, Path], tmp_path: Path, width: int
) -> None:
    write_report(told(land, files), tmp_path / "report.html")
    shown(browser, tmp_path / "report.html", width)
    assert browser.complaints() == []
    assert browser.fetched() == []
    assert browser.run("return document.documentElement.scrollWidth") <= width
    kinds = Counter(browser.run(KINDS))
    assert kinds["patch"]
    assert kinds["outline"] == kinds["name"] == 1
    texts = {text: sides for text, *sides in browser.run(DRAWN)}
    assert set(COUNCILS) <= set(texts)
    assert all(left >= -1 and right >= -1 for left, right in texts.values())
    legend = browser.texts(".key span")
    assert "where the hub has most of those registered" in legend
    assert "outlines" in legend


def test_outlines_stay_when_the_page_is_narrowed(
    browser: Browser, land: Instance, files: tuple[Path, Path], tmp_path: Path
) -> None:
    write_report(told(land, files), tmp_path / "report.html")
    shown(browser, tmp_path / "report.html", 1400)
    before = Counter(browser.run(KINDS))
    choose = "const s = document.getElementById('network-filter'); s.value = 'PACS:ZH01';"
    browser.run(f"{choose} s.dispatchEvent(new Event('change'))")
    after = Counter(browser.run(KINDS))
    assert 0 < after["patch"] < before["patch"]
    assert after["outline"] == after["name"] == 1


def test_names_in_files_are_shown_and_never_run(browser: Browser, land: Instance, tmp_path: Path) -> None:
    hostile = written(councils_frame(land, (HOSTILE, "Bredon")), tmp_path / "councils.geojson")
    write_report(told(land, (None, hostile)), tmp_path / "report.html")
    shown(browser, tmp_path / "report.html", 1400)
    assert browser.run("return document.title") != "run"
    assert browser.run("return document.querySelectorAll('#map img').length") == 0
    assert any("&lt;img" in name for name in browser.run(NAMES))


# --- without a browser ------------------------------------------------------------------------------------------------


def test_without_files_the_page_is_as_it_was(land: Instance) -> None:
    drawn = plan_map(subject(result(land)))
    assert drawn is not None
    assert drawn.kinds == {"area", "line", "practice", "moved", "hub", "lead"}


def rings(drawn: Any, kind: str) -> list[np.ndarray]:
    found = []
    for trace in drawn.figure["data"]:
        if trace["meta"]["kind"] == kind:
            points = [
                (np.nan if x is None else x, np.nan if y is None else y)
                for x, y in zip(trace["x"], trace["y"], strict=True)
            ]
            line = np.array(points)
            found += [part[~np.isnan(part[:, 0])] for part in np.split(line, np.flatnonzero(np.isnan(line[:, 0])))]
    return found


def test_patches_are_all_of_the_land_and_do_not_overlap(land: Instance, files: tuple[Path, Path]) -> None:
    """Borders are simplified together, so that no gap opens between two."""
    drawn = plan_map(told(land, (files[0], None)))
    assert drawn is not None
    assert "area" not in drawn.kinds  # each hub has its patch
    shapes = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings(drawn, "patch")]
    whole, parts = shapely.union_all(shapes, grid_size=0.001).area, sum(shape.area for shape in shapes)
    assert parts == pytest.approx(whole, rel=2e-3)
    geography = read_geography(land, files[0], None)
    assert geography is not None
    assert patch_of(land, verified(land).evaluation).keys() == geography.places.keys()
    assert whole == pytest.approx(sum(place.area for place in geography.places.values()) * 67.7 * 111.2, rel=0.02)


def test_a_patch_inside_another_is_a_hole_of_it() -> None:
    """Rings of holes turn the other way round, so that filling leaves them out."""
    ring = shapely.box(0, 0, 30, 30).difference(shapely.box(10, 10, 20, 20))
    geography = Geography({"A": ring, "B": shapely.box(10, 10, 20, 20)}, ())
    found = patches(geography, {"A": "a", "B": "b"}, lambda degrees: degrees, Window(0, 0, 30, 30))
    turns = {hub: [shapely.LinearRing(line).is_ccw for line in lines] for hub, lines in found.items()}
    assert turns == {"a": [True, False], "b": [True]}


def test_who_has_most_of_a_place() -> None:
    """Of A's residents hub a has 600 of 1,000, its two practices together; of B's b as many as a, and a is first; C's
    are of a practice in no hub, D has few; of E's people most are registered elsewhere."""
    practices = [{"id": p, "patients": 2_000, "x_km": k, "y_km": 0.0} for k, p in enumerate(("a", "b", "c", "d"))]
    names = ("A", "B", "C", "D", "E")
    homes = [
        *(("a", "A", 300), ("b", "A", 400), ("c", "A", 300), ("a", "B", 500), ("b", "B", 500), ("d", "C", 900)),
        *(("b", "C", 100), ("a", "D", 49), ("a", "E", 400), ("b", "E", 1)),
        *(("a", "a", 751), ("b", "b", 999), ("c", "c", 1_700), ("d", "d", 1_100)),
    ]
    instance = Instance.model_validate(
        {
            "practices": practices,
            "places": [
                {"id": name, "x_km": k, "y_km": 1.0, "population": 1_000 if name in "AE" else None}
                for k, name in enumerate(names)
            ],
            "homes": dict(zip(("practice", "place", "patients"), map(list, zip(*homes, strict=True)), strict=True)),
            "policy": {"coverage_min": 0},
        }
    )
    plan = BEST.model_copy(
        update={
            "hubs": (
                BEST.hubs[0].model_copy(
                    update={"site": "a", "members": ("a", "c"), "network": None, "continues": None}
                ),
                BEST.hubs[1].model_copy(update={"site": "b", "members": ("b",), "network": None, "continues": None}),
            ),
            "networks": (),
            "independents": ("d",),
        }
    )
    assert patch_of(instance, verify(instance, plan)) == {"A": "a", "B": "a"}


@pytest.mark.parametrize("form", ["places.gpkg", "places.shp", "national.gpkg", "places.geojson.gz"])
def test_forms_of_files_say_the_same(land: Instance, files: tuple[Path, Path], tmp_path: Path, form: str) -> None:
    frame = places_frame(land, COLUMNS, corners=6)
    if form.endswith(".gz"):
        (tmp_path / form).write_bytes(gzip.compress(files[0].read_bytes()))
    else:
        written(frame.to_crs("EPSG:27700") if form.startswith("national") else frame, tmp_path / form)
    usual, other = read_geography(land, files[0], None), read_geography(land, tmp_path / form, None)
    assert usual is not None
    assert other is not None
    assert usual.places.keys() == other.places.keys()
    for place, shape in usual.places.items():
        assert shape.symmetric_difference(other.places[place]).area < 1e-3 * shape.area


def test_a_page_of_400_practices_stays_small(tmp_path: Path) -> None:
    """Four thousand places with 160 corners each: 25 MB of outlines."""
    columns = 64
    instance = lived_in(generate(GenerateSpec(kind="mixed", practices=400), seed=5), columns)
    outlines = written(places_frame(instance, columns, corners=40), tmp_path / "places.geojson")
    assert outlines.stat().st_size > LARGEST_PAGE
    plan = today_plan(instance)
    assert plan is not None
    given = Subject.of(VerifiedPlan(instance, plan, verify(instance, plan)), None, None)
    councils = written(councils_frame(instance), tmp_path / "councils.geojson")
    page = tmp_path / "report.html"
    write_report(replace(given, geography=read_geography(instance, outlines, councils)), page)
    assert page.stat().st_size < LARGEST_PAGE
    assert '"kind":"patch"' in page.read_text()


# --- what is refused --------------------------------------------------------------------------------------------------


def faulty(land: Instance, folder: Path, what: str) -> Path:
    frame = places_frame(land, COLUMNS)
    file = folder / "file.geojson"
    if what == "text":
        file.write_text("id,name\n")
    elif what == "points":
        written(frame.set_geometry(frame.geometry.centroid), file)
    elif what == "nobody's ids":
        written(frame.assign(**{CODE: "X"}), file)
    elif what == "no system":
        file = folder / "file.shp"
        frame.to_crs("EPSG:27700").to_file(file)
        file.with_suffix(".prj").unlink()
    elif what == "nothing":
        file.write_text(json.dumps({"type": "FeatureCollection", "features": []}))
    return file


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("missing", "file.geojson: a file that exists"),
        ("text", "file.geojson: GeoJSON (also .gz), a GeoPackage or a shapefile with polygons; "),
        ("points", "file.geojson: polygons; it has none"),
        ("nothing", "file.geojson: "),
        ("nobody's ids", "file.geojson: a column with ids of places.csv, such as E000000; it has OBJECTID, LSOA11CD"),
        ("no system", "file.shp: coordinates in degrees, or a reference system that says what they are"),
    ],
)
def test_a_file_that_cannot_be_drawn_is_one_message(land: Instance, tmp_path: Path, what: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        read_geography(land, faulty(land, tmp_path, what), None)
    assert len(refused.value.faults) == 1
    assert words in str(refused.value)


def test_outlines_without_names_and_instances_without_homes(
    land: Instance, files: tuple[Path, Path], tmp_path: Path
) -> None:
    nameless = written(councils_frame(land).drop(columns=NAME), tmp_path / "councils.geojson")
    with pytest.raises(InputError, match="a column of names, such as name or LAD24NM; it has FID"):
        read_geography(land, None, nameless)
    with pytest.raises(InputError, match=r"an instance with homes.csv and places.csv"):
        read_geography(on_the_globe(hamlet()), files[0], None)
    with pytest.raises(InputError, match="whose practices and hospitals have latitude and longitude"):
        read_geography(hamlet(), None, files[1])


def test_places_without_an_outline_are_told(land: Instance, tmp_path: Path) -> None:
    frame = places_frame(land, COLUMNS)
    some = written(frame[3:], tmp_path / "some.geojson")
    with pytest.warns(InputWarning, match=rf"some.geojson: 3 of {len(frame)} places have no outline there"):
        read_geography(land, some, None)


# --- as users do ------------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})


def test_commands_draw_them(land: Instance, files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "land").mkdir()
    land.write(tmp_path / "land" / "instance.toml")
    write_outputs(result(land), tmp_path / "out")
    options = ["--place-outlines", files[0], "--outlines", files[1]]
    plan = [tmp_path / "out", "--instance", tmp_path / "land", "--out", tmp_path / "page.html"]
    done = run("report", *plan, *options)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "page.html").read_text()
    assert '"kind":"patch"' in page
    assert '"kind":"outline"' in page
    write_page(result(land), tmp_path / "python.html", place_outlines=files[0], outlines=str(files[1]))
    assert '"kind":"patch"' in (tmp_path / "python.html").read_text()
    shutil.rmtree(tmp_path / "out")
    wrong = run("solve", tmp_path / "land", "--out", tmp_path / "out", "--outlines", tmp_path / "none.geojson")
    assert wrong.exit_code == 2
    assert "none.geojson: a file that exists" in " ".join(wrong.stderr.split())
    unused = run("solve", tmp_path / "land", "--no-report", "--outlines", files[1])
    assert unused.exit_code == 2
    assert "--outlines is for the page, which --no-report leaves out" in " ".join(unused.stderr.split())
    solved = run(
        "solve", tmp_path / "land", "--time-limit", 3, "--out", tmp_path / "out", "--solver", "search", *options
    )
    assert solved.exit_code == 0, solved.output
    assert '"kind":"patch"' in (tmp_path / "out" / "report.html").read_text()
