"""Published tables: long and wide, minutes and km, ids of points and of places; what is refused of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from travel_support import SHARED, all_pairs, points

from instances import InputError
from instances.travel import Measured, Points
from instances.travel.matrix import Wish, from_matrix

ORIGINS = points(A=(52.0, 0.0), B=(52.1, 0.0))
SITES = points(S=(52.2, 0.0), T=(52.0, 0.3))
WANTED = all_pairs(ORIGINS, SITES)  # A-S 22.2 km, A-T 20.5, B-S 11.1, B-T 23.3 of straight line
LONG = "from,to,minutes\nA,S,30\nA,T,28\nB,S,15\nB,T,40\n"
WIDE = "id,S,T\nA,30,28\nB,15,40\n"
MINUTES = [30.0, 28.0, 15.0, 40.0]


def _of(folder: Path, text: str, places: Points | None = None, **wish: object) -> Measured:
    file = folder / "published.csv"
    file.write_text(text, encoding="utf-8")
    return from_matrix(file, WANTED, Wish(**wish), places)  # type: ignore[arg-type]


def _minutes(measured: Measured) -> list[float]:
    assert measured.minutes is not None
    return [float(value) for value in measured.minutes]


def test_long_and_wide_say_the_same(tmp_path: Path) -> None:
    assert _minutes(_of(tmp_path, LONG)) == MINUTES
    wide = _of(tmp_path, WIDE, unit="minutes")
    assert _minutes(wide) == MINUTES
    assert wide.km is None
    assert wide.table.minutes == tuple(MINUTES)


def test_km_and_minutes_of_one_table(tmp_path: Path) -> None:
    both = _of(tmp_path, "origin;destination;Distance km;Minutes\nA;S;30.5;30\nB;S;14;15\n")
    assert both.table.origin == ("A", "B")
    assert both.table.km == (30.5, 14.0)
    assert both.table.minutes == (30.0, 15.0)
    assert "lacks 2 of 4 pairs" in both.warnings[0]


def test_gzip_and_a_column_of_values(tmp_path: Path) -> None:
    file = tmp_path / "published.csv.gz"
    file.write_bytes(gzip.compress(LONG.replace("minutes", "value").encode()))
    assert _minutes(from_matrix(file, WANTED, Wish(unit="minutes"))) == MINUTES


def test_none_is_no_way(tmp_path: Path) -> None:
    measured = _of(tmp_path, WIDE.replace("28", "none"), unit="minutes")
    assert measured.table.destination == ("S", "S", "T")
    assert "lacks 1 of 4" in measured.warnings[0]


@pytest.mark.parametrize("wide", [False, True])
def test_one_mode_of_several(tmp_path: Path, wide: bool) -> None:
    rows = {"car": 1, "Bus": 2}
    if wide:
        text = "id,mode,S,T\n" + "".join(f"A,{m},{30 * k},{28 * k}\nB,{m},{15 * k},{40 * k}\n" for m, k in rows.items())
    else:
        lines = [line.split(",") for line in LONG.splitlines()[1:]]
        text = "from,to,mode,value\n" + "".join(
            f"{a},{b},{m},{int(v) * k}\n" for m, k in rows.items() for a, b, v in lines
        )
    assert _minutes(_of(tmp_path, text, unit="minutes", mode="bus")) == [2 * value for value in MINUTES]
    for mode in (None, "foot"):
        with pytest.raises(InputError, match="--mode with one of those that are there: bus, car"):
            _of(tmp_path, text, unit="minutes", mode=mode)


def test_points_stand_at_their_nearest_places(tmp_path: Path) -> None:
    places = points(P=(52.001, 0.0), Q=(52.101, 0.0), far=(53.0, 0.0))
    text = WIDE.replace("A,", "P,").replace("B,", "Q,") + "far,99,99\n"
    assert _minutes(_of(tmp_path, text, places, unit="minutes")) == MINUTES
    own = text + "A,31,29\n"  # what has a row of its own needs no place
    assert _minutes(_of(tmp_path, own, places, unit="minutes")) == [31.0, 29.0, 15.0, 40.0]


def test_unknown_ids_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    assert _minutes(_of(tmp_path, LONG + "X,S,5\nA,Y,5\n", ignore_unknown=True)) == MINUTES
    assert _minutes(_of(tmp_path, "id,S,T,Y\nA,30,28,1\nB,15,40,1\n", unit="minutes", ignore_unknown=True)) == MINUTES


@pytest.mark.parametrize(
    ("text", "wish", "expected"),
    [
        (LONG + "A,S,31\n", {}, "published.csv, row 6, to: found 'S': each once"),
        (WIDE + "A,1,1\n", {"unit": "minutes"}, "published.csv, row 4, id: found 'A': each once"),
        ("id,S,S\nA,1,1\n", {"unit": "minutes"}, "published.csv, row 1, S: each column once"),
        (LONG + "X,S,5\n", {}, "row 6, from: found 'X': the id of a practice, a hospital or a place"),
        (LONG + "A,X,5\n", {}, "row 6, to: found 'X': the id of a practice"),
        ("id,S,X\nA,1,1\n", {"unit": "minutes"}, "published.csv, row 1, X: the id of a practice"),
        (LONG.replace("28", "-28"), {}, "row 3, minutes: found '-28': minutes, a number of 0 to 1,000,000, or none"),
        (LONG.replace("28", ""), {}, "row 3, minutes: found '': minutes, a number"),
        (WIDE.replace("28", ""), {"unit": "minutes"}, "row 2, T: found '': minutes, a number"),
        (WIDE.replace("28", "1 h"), {"unit": "minutes"}, "row 2, T: found '1 h': minutes, a number"),
        (WIDE, {}, "row 1: --unit minutes or --unit km, as no column's name says"),
        (LONG.replace("minutes", "value"), {}, "row 1, value: --unit minutes or --unit km"),
        (LONG, {"unit": "km"}, "row 1: a column km, as --unit says"),
        (LONG, {"mode": "car"}, "row 1: a column mode, as --mode is given"),
        ("id\nA\n", {"unit": "km"}, "row 1: columns from, to and minutes or km, or a column for each destination"),
        ("", {}, "a table; there is no text in it"),
        ("from,to,minutes\n", {}, "pairs of the places of the instance; it has none of 4"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, wish: dict[str, str], expected: str) -> None:
    with pytest.raises(InputError) as raised:
        _of(tmp_path, text, **wish)
    assert expected in str(raised.value)
    assert len(raised.value.faults) == 1


@pytest.mark.parametrize(
    ("unit", "factor", "guess"),
    [("minutes", 60, "seconds"), ("minutes", 1 / 60, "hours"), ("km", 1_000, "metres"), ("km", 1 / 1.609, "miles")],
)
def test_units_that_cannot_be_meant(tmp_path: Path, unit: str, factor: float, guess: str) -> None:
    road = MINUTES if unit == "minutes" else [27.0, 25.0, 13.5, 28.0]
    rows = zip([("A", "S"), ("A", "T"), ("B", "S"), ("B", "T")], road, strict=True)
    right = f"from,to,{unit}\n" + "".join(f"{a},{b},{value}\n" for (a, b), value in rows)
    _of(tmp_path, right)
    rows = zip([("A", "S"), ("A", "T"), ("B", "S"), ("B", "T")], road, strict=True)
    wrong = f"from,to,{unit}\n" + "".join(f"{a},{b},{value * factor}\n" for (a, b), value in rows)
    with pytest.raises(InputError, match=f"these look like {guess}"):
        _of(tmp_path, wrong)


@pytest.mark.parametrize("speed", [4.0, 12.0, 90.0])
def test_walking_riding_and_driving_are_minutes(tmp_path: Path, speed: float) -> None:
    minutes = [60 * 1.3 * km / speed for km in WANTED.straight_km]
    text = "id,S,T\nA,{},{}\nB,{},{}\n".format(*minutes)
    assert _minutes(_of(tmp_path, text, unit="minutes")) == pytest.approx(minutes)


@pytest.mark.skipif(not SHARED.exists(), reason="needs the folder shared beside the repository")
def test_minutes_of_devon() -> None:
    """729 places to 18 sites, as somebody published them."""
    file = SHARED / "roads/devon_lsoa21_to_18_sites_minutes_valhalla.csv.gz"
    table, sites = pd.read_csv(file), pd.read_csv(SHARED / "roads/devon_18_sites.csv")
    lsoas = pd.read_csv(SHARED / "geography/lsoa21.csv.gz").set_index("lsoa21cd").loc[table["lsoa21cd"]]
    homes = Points(tuple(lsoas.index), lsoas["latitude"].to_numpy(), lsoas["longitude"].to_numpy())
    there = Points(tuple(sites["Facility_Name"]), sites["Latitude"].to_numpy(), sites["Longitude"].to_numpy())
    measured = from_matrix(file, all_pairs(homes, there), Wish(unit="minutes"))
    assert measured.minutes is not None
    assert (measured.minutes.reshape(729, 18) == table[list(there.ids)].to_numpy()).all()
    speeds = measured.wanted.straight_km / measured.minutes * 60
    assert 20 < float(np.median(speeds)) < 60  # km an hour of straight line
