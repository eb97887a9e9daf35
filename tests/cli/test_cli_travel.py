"""caregroup travel as a user runs it, and check --land: what is written, what is said, how it ends."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli_support import run
from routing_server import Behaviour, serving
from travel_support import ADJACENCY_CSV, KM_PER_TENTH, LINKS_CSV, PLACES_CSV, river

from instances import Instance
from instances.travel import engines, web
from optimizer.model.build import build_problem

TOML = """# kept by hand
schema_version = 1
name = "River"

[hub]
max_km = 80.0  # as far as it takes
min = 1000
min_rural = 1000
"""
MATRIX_CSV = "from,to,minutes\n" + "".join(
    f"{a},{b},40\n" for a in ("west", "east", "north") for b in ("west", "east", "north", "clinic") if a != b
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The river's instance, as somebody wrote it, and tables beside it."""
    made = tmp_path / "river"
    river().write(made / "instance.toml")
    (made / "instance.toml").write_text(TOML, encoding="utf-8")
    for name, text in (("places", PLACES_CSV), ("adjacency", ADJACENCY_CSV), ("links", LINKS_CSV), ("m", MATRIX_CSV)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return made


def _land(folder: Path) -> list[object]:
    beside = folder.parent
    return ["--places", beside / "places.csv", "--adjacency", beside / "adjacency.csv", "--links", beside / "links.csv"]


def _rows(file: Path) -> dict[tuple[str, str], dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return {(row["from"], row["to"]): row for row in csv.DictReader(text)}


def test_over_land_into_the_instance(folder: Path) -> None:
    said = run("travel", folder, *_land(folder), "--km-per-hour", 60)
    assert said.exit_code == 0, said.stderr
    assert "9 pairs over land, by 6 places and 1 links" in said.stdout
    row = _rows(folder / "travel.csv")["west", "east"]
    assert float(row["km"]) == pytest.approx(1.3 * 4 * KM_PER_TENTH + 2, abs=1e-5)
    assert float(row["minutes"]) == pytest.approx(1.3 * 4 * KM_PER_TENTH + 6, abs=1e-3)
    assert (folder / "instance.toml").read_text() == TOML + '\n[travel]\ntable = "travel.csv"\n'
    table = Instance.read(folder).travel.table
    assert table is not None
    assert len(table.origin) == 9
    assert run("check", folder).exit_code == 0


def test_without_a_way_nothing_is_written_but_for_a_file(folder: Path) -> None:
    said = run("travel", folder)
    assert said.exit_code == 0
    assert said.stdout.startswith("1.3 x straight line is what the model takes without a table: nothing is written.")
    assert not (folder / "travel.csv").exists()
    file = folder / "lines.csv"
    said = run("travel", folder, "--out", file)
    assert said.exit_code == 0, said.stderr
    assert said.stdout.splitlines()[-1] == str(file)
    assert list(_rows(file)["west", "north"]) == ["from", "to", "km"]
    assert (folder / "instance.toml").read_text() == TOML
    before = build_problem(Instance.read(folder)).reach.km
    (folder / "instance.toml").write_text(TOML + '[travel]\ntable = "lines.csv"\n')
    assert build_problem(Instance.read(folder)).reach.km.tolist() == before.tolist()


@pytest.mark.parametrize("suffix", ["json", "xlsx"])
def test_instances_in_one_file(folder: Path, suffix: str) -> None:
    file = folder / f"river.{suffix}"
    before = river()
    before.write(file)
    said = run("travel", file, "--set", "hub.max_km=10", *_land(folder))
    assert said.exit_code == 0, said.stderr
    after = Instance.read(file)
    assert after.travel.table is not None
    assert set(zip(after.travel.table.origin, after.travel.table.destination, strict=True)) == {
        ("west", "east"), ("east", "west"), ("north", "clinic")
    }  # fmt: skip
    assert after.hub.max_km == 80.0
    without = after.model_copy(update={"travel": after.travel.model_copy(update={"table": None})})
    assert without.sha256 == before.sha256


def test_a_table_that_is_named_already_is_replaced_with_a_warning(folder: Path) -> None:
    (folder / "roads.csv").write_text("from,to,km\nwest,east,9\n")
    (folder / "instance.toml").write_text(TOML + '[travel]\ncircuity = 1.2\ntable = "roads.csv"  # of last year\n')
    said = run("travel", folder, *_land(folder))
    assert said.exit_code == 0, said.stderr
    assert "Warning: a travel table of 1 pair is replaced" in said.stderr
    assert len(_rows(folder / "roads.csv")) == 9
    assert 'table = "roads.csv"' in (folder / "instance.toml").read_text()
    assert not (folder / "travel.csv").exists()


def test_costs_are_not_lost(folder: Path) -> None:
    costs = "from,to,km,cost\nwest,east,9,100\n"
    (folder / "travel.csv").write_text(costs)
    said = run("travel", folder, *_land(folder))
    assert said.exit_code == 2
    assert "--out FILE: its travel table has a column cost" in said.stderr
    assert (folder / "travel.csv").read_text() == costs
    assert run("travel", folder, *_land(folder), "--out", folder / "new.csv").exit_code == 0


def test_a_published_table(folder: Path) -> None:
    said = run("travel", folder, "--matrix", folder.parent / "m.csv")
    assert said.exit_code == 0, said.stderr
    assert "9 pairs as m.csv has them (minutes)." in said.stdout
    assert _rows(folder / "travel.csv")["west", "clinic"] == {"from": "west", "to": "clinic", "minutes": "40.0"}
    (folder.parent / "m.csv").write_text(MATRIX_CSV.replace("north,clinic,40", "north,clinic,soon"))
    before = (folder / "travel.csv").read_bytes()
    said = run("travel", folder, "--matrix", folder.parent / "m.csv")
    assert said.exit_code == 2
    assert (
        "m.csv, row 10, minutes: found 'soon': minutes, a number of 0 to 1,000,000, or none for no way" in said.stderr
    )
    assert (folder / "travel.csv").read_bytes() == before
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("engine", ["osrm", "valhalla"])
def test_a_server(folder: Path, engine: str) -> None:
    with serving(engine, Behaviour()) as url:
        said = run("travel", folder, "--server", url, "--engine", engine)
    assert said.exit_code == 0, said.stderr
    assert f"at {url}" in said.stdout
    assert "(c) OpenStreetMap contributors" in said.stdout
    row = _rows(folder / "travel.csv")["west", "north"]
    assert float(row["km"]) == pytest.approx(1.5 * 2 * KM_PER_TENTH, abs=0.002)
    assert float(row["minutes"]) == pytest.approx(1.5 * 2 * KM_PER_TENTH, abs=0.02)


def test_a_server_that_fails_is_named_and_nothing_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_FIRST_PAUSE_S", 0.001)
    with serving("osrm", Behaviour(always=(503, b"out of memory"))) as url:
        said = run("travel", folder, "--server", url, "--engine", "osrm", "--time-limit", 20)
    assert said.exit_code == 5
    assert said.stderr.startswith(url)
    assert "HTTP 503: out of memory" in said.stderr
    assert not (folder / "travel.csv").exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--matrix", "m.csv", "--osm", "x.osm.pbf"], "--osm and --matrix are ways of their own: choose one."),
        (["--engine", "osrm"], "--engine goes with --osm or --server."),
        (["--osm", "x.osm.pbf", "--time-limit", 5], "--time-limit goes with --server."),
        (["--unit", "km"], "--unit goes with --matrix."),
        (["--matrix", "m.csv", "--links", "l.csv"], "--links goes with --adjacency."),
        (["--matrix", "m.csv", "--km-per-hour", 30], "--km-per-hour goes with --adjacency or no other way."),
        (["--server", "http://localhost:1"], "--server takes --engine, what answers there: osrm or valhalla."),
        (["--adjacency", "a.csv"], "--adjacency takes --places, their places."),
        (["--server", "localhost", "--engine", "osrm"], "--server: found 'localhost': an address such as"),
        (["--out", "travel.xlsx"], "travel.xlsx: a file name that ends in .csv"),
        (["--matrix", "gone.csv"], "gone.csv: a file or folder; there is none at gone.csv"),
        (["--slack", "-1"], "--slack"),
        (["--engine", "bing"], "--engine"),
    ],
)
def test_usage(folder: Path, options: list[object], expected: str) -> None:
    said = run("travel", folder, *options)
    assert said.exit_code == 2
    assert expected in said.stderr
    assert not (folder / "travel.csv").exists()


def test_a_plane_has_no_roads(tmp_path: Path) -> None:
    practices = [{"id": f"p{k}", "patients": 9_000, "x_km": k, "y_km": 0} for k in range(7)]
    Instance.model_validate({"name": "Plane", "practices": practices}).write(tmp_path / "plane.json")
    said = run("travel", tmp_path / "plane.json", "--out", tmp_path / "never.csv")
    assert said.exit_code == 2
    assert "Plane: latitude and longitude of every place; there is none of p0, p1, p2, p3, p4 and 2 more" in said.stderr


def test_extracts_without_an_engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "_is_installed", lambda _: False)
    said = run("travel", folder, "--osm", "england.osm.pbf")
    assert said.exit_code == 5
    assert said.stderr.startswith("Roads of an extract take osrm-bindings or pyvalhalla, which is not installed:")
    assert len(said.stderr.splitlines()) == 1


def test_an_extract_of_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("osmium", reason="needs osmium, of the extra roads")
    from made_extract import write_extract

    monkeypatch.setattr(engines, "installed_engine", lambda wanted: wanted or "osrm")
    extract = write_extract(folder / "monaco.osm.pbf", [[(43.72, 7.41), (43.75, 7.44)]])
    said = run("travel", folder, "--osm", extract)
    assert said.exit_code == 2
    assert "monaco.osm.pbf: roads where the places of the instance lie (latitude 52.00 to 52.20" in said.stderr
    assert "latitude 43.72 to 43.75, longitude 7.41 to 7.44" in said.stderr


# --- check --land -----------------------------------------------------------------------------------------------------


@pytest.fixture
def banks(folder: Path) -> Path:
    """Land with the river, 0.55 km wide, on it."""
    pytest.importorskip("geopandas", reason="needs geopandas, of the extra geo")
    squares = [(-1.0, 0.001), (0.009, 1.0)]
    shapes = [[[w, 51.0], [e, 51.0], [e, 53.0], [w, 53.0], [w, 51.0]] for w, e in squares]
    file = folder / "land.geojson"
    file.write_text(json.dumps({"type": "MultiPolygon", "coordinates": [[shape] for shape in shapes]}))
    return file


def test_pairs_across_water(folder: Path, banks: Path) -> None:
    said = run("check", folder, "--land", banks)
    assert said.exit_code == 0, said.stderr
    assert "Warning: 4 pairs of a practice and a site within reach have more than 0.5 km of water" in said.stderr
    lines = [line.strip() for line in said.stdout.splitlines() if "km of water" in line]
    assert lines == [
        "north, 9,002 patients, to clinic: 0.5 km of water, 0.9 km by road as the model has it; and to 1 further away",
        "east, 9,001 patients, to west: 0.5 km of water, 0.9 km by road as the model has it",
        "west, 9,000 patients, to clinic: 17.8 km of water, 28.9 km by road as the model has it",
    ]
    answer = json.loads(run("check", folder, "--land", banks, "--json").stdout)
    pairs = [(pair["practice"], pair["site"]) for pair in answer["result"]["water"]]
    assert pairs == [("north", "clinic"), ("north", "east"), ("east", "west"), ("west", "clinic")]
    assert "water" not in json.loads(run("check", folder, "--json").stdout)["result"]


def test_a_file_that_is_no_land(folder: Path, banks: Path) -> None:
    del banks
    said = run("check", folder, "--land", folder / "practices.csv")
    assert said.exit_code == 2
    assert "practices.csv: polygons of land" in said.stderr
