"""The public sets: every file imports, and solutions have the value that the literature states."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from literature_files import PUBLIC, needs_public_files, plan_of
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, eye_array, hstack, kron
from typer.testing import CliRunner

from instances import Instance
from instances.literature import read_cpmp, read_sscflp
from optimizer.cli import app
from optimizer.verify import verify

pytestmark = needs_public_files
CPMP_SETS = ("pmedcap", "sjc", "stefanello")


def _published(*sets: str) -> dict[str, dict[str, str]]:
    with (PUBLIC / "best_known.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: row for row in csv.DictReader(file) if row["set"] in sets}


def _files(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((PUBLIC / folder).rglob("*")) if file.is_file()]


def test_cpmp_sets() -> None:
    published = _published(*CPMP_SETS)
    files = _files(*CPMP_SETS)
    assert len(files) == 23
    for file in files:
        imported, row = read_cpmp(file), published[file.stem]
        made = imported.instance
        demand = sum(practice.patients for practice in made.practices)
        assert (len(made.practices), made.hub.count_min) == (int(row["n"]), float(row["p"]))
        assert (demand, made.hub.max) == (float(row["total_demand"]), float(row["capacity"]))
        assert imported.notes == ()


def test_sscflp_sets() -> None:
    published = _published("holmberg", "yang_tb3")
    files = _files("holmberg", "sscflp")
    assert len(files) == 41
    for file in files:
        imported, row = read_sscflp(file), published[file.stem]
        made = imported.instance
        assert (len(made.practices), f"sites={len(made.hospitals)}") == (int(row["n"]), row["capacity"])
        assert imported.notes == ()


def test_large_file_comes_and_goes_in_seconds(tmp_path: Path) -> None:
    started = time.process_time()
    made = read_cpmp(PUBLIC / "stefanello/ali535_005.txt").instance
    made.write(tmp_path / "instance.toml")
    assert Instance.read(tmp_path) == made
    assert time.process_time() - started < 20  # 3 s on a free core


def _independent_cpmp(file: Path) -> dict[str, str]:
    """The optimum of a p-median file with floored distances, by a model that shares nothing with caregroup."""
    words = np.array(file.read_text().split(), dtype=float)
    n, p = int(words[0]), int(words[1])
    x, y, capacity, demand = words[2:].reshape(n, 4).T
    cost = np.floor(np.hypot(x[:, None] - x, y[:, None] - y)).ravel()  # [i, j] customer i at median j
    opened: Any = eye_array(n)
    each = hstack([kron(eye_array(n), np.ones((1, n))), coo_array((n, n))])
    link = hstack([eye_array(n * n), kron(np.ones((n, 1)), -opened)])
    load = hstack([kron(demand[None, :], opened), kron(np.diag(-capacity), np.ones((1, 1)))])
    number = np.concatenate([np.zeros(n * n), np.ones(n)])[None, :]
    limits = [(each, 1, 1), (link, -np.inf, 0), (load, -np.inf, 0), (number, p, p)]
    solved = milp(
        np.concatenate([cost, np.zeros(n)]),
        integrality=np.ones(n * n + n, dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(matrix, low, high) for matrix, low, high in limits],
        options={"mip_rel_gap": 0.0, "time_limit": 60.0},
    )
    assert solved.x is not None
    homes = solved.x[: n * n].reshape(n, n).argmax(axis=1)
    return {str(i + 1): str(j + 1) for i, j in enumerate(homes)}


def test_solution_of_another_program_has_the_published_value() -> None:
    file = PUBLIC / "pmedcap/cpmp01.txt"
    evaluation = verify(read_cpmp(file, floor=True).instance, plan_of(_independent_cpmp(file)))
    assert evaluation.ok
    assert evaluation.objective == 713


@pytest.mark.parametrize(("name", "objective"), [("p1", 8848), ("p39", 11824)])
def test_holmberg_solved(name: str, objective: int, tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(app, ["import", "sscflp", str(PUBLIC / "holmberg" / name), "--out", str(tmp_path / "in")]).exit_code == 0
    backend = ["--solver", "highs", "--threads", "1", "--time-limit", "120"]
    assert run(app, ["solve", str(tmp_path / "in"), *backend, "--out", str(tmp_path / "plan")]).exit_code == 0
    claims = ["--objective", str(objective), "--claimed-bound", str(objective)]
    assert run(app, ["verify", str(tmp_path / "in"), str(tmp_path / "plan"), *claims]).exit_code == 0
