"""The table of today's PCNs and plans by area: the small town as England publishes it."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hamlet_plan import result
from town_with_homes import PLAN, ROWS, town

from benchmarks.england import HOMES, PLACES, PRACTICES, TOUCHING, England
from benchmarks.neighbourhoods import markdown, measured
from instances import InputError
from optimizer.output.document import PlanDocument

BOARD = "NHS Town Integrated Care Board"
PCNS = {"a": None, "b": "bc", "c": "bc", "d": "d"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    instance = town()
    practices = [
        f"{p.id},{p.id},{p.patients},52.0,-1.{k},{PCNS[p.id] or 'U'},{PCNS[p.id] is not None},{BOARD},,2.5,False"
        for k, p in enumerate(instance.practices)
    ]
    practices.append(f"x,x,900,52.0,-1.9,U,False,{BOARD},,,True")
    header = "code,name,list_size,latitude,longitude,pcn_code,pcn_allocated,icb_name,imd_2025,gp_fte,is_special"
    written = {
        PRACTICES: [header, *practices],
        HOMES: ["practice_code,lsoa11cd,patients", *(f"{p},{place},{n}" for (p, place), n in ROWS.items())],
        PLACES: [
            "lsoa11cd,lsoa11nm,latitude,longitude,lad22nm,msoa11cd",
            *(f"{p.id},{p.id},52.0,-1.0,{p.zones['council']},m" for p in instance.places),
        ],
        TOUCHING: ["lsoa11cd_a,lsoa11cd_b,shared_boundary_m", "N,M,100"],
    }
    for name, lines in written.items():
        file = tmp_path / "data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(lines).encode() + b"\n"
        file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)
    (tmp_path / "plans/town").mkdir(parents=True)
    document = PlanDocument.of(result(town(), PLAN))
    (tmp_path / "plans/town/plan.json").write_text(document.to_json())
    return tmp_path / "data"


def test_today_and_a_plan_beside_it(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    command = [sys.executable, "-m", "benchmarks.neighbourhoods", data, "--plans", data.parent / "plans", "--out", out]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[2:] == ["| Town | 4 | 2 | 77.7 | 46.7 | 100.0 | 1 | 2 | 80.0 | 87.5 | 66.7 | 1 |"]
    table = pd.read_csv(out)
    assert table.loc[0, "today: live in the patch, %"] == pytest.approx(100 * 3_400 / 4_375)
    assert table.loc[0, "plan: median hub, %"] == 87.5


def test_an_instance_has_whoever_is_not_special(data: Path) -> None:
    instance = England.read(data).instance("Town")
    assert [practice.id for practice in instance.practices] == ["a", "b", "c", "d"]
    assert [(row.a, row.b) for row in instance.adjacency] == [("N", "M")]
    assert "-" not in markdown(measured(England.read(data))).splitlines()[2]


def test_plans_of_elsewhere_are_named(data: Path) -> None:
    file = data.parent / "plans/town/plan.json"
    file.write_text(file.read_text().replace('"d"', '"e"'))
    with pytest.raises(InputError, match="found 'e': practices of one area of the data"):
        measured(England.read(data), plans=data.parent / "plans")
    with pytest.raises(InputError, match=r"a folder with some plan\.json in it"):
        measured(England.read(data), plans=data)
