"""`caregroup import`: folders written, messages and exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from literature_files import CPMP, SSCFLP, SSCFLP_OPTIMUM
from typer.testing import CliRunner, Result

from instances import Instance
from optimizer.cli import app


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def cpmp(tmp_path: Path) -> Path:
    path = tmp_path / "toy.txt"
    path.write_text(CPMP)
    return path


@pytest.fixture
def sscflp(tmp_path: Path) -> Path:
    path = tmp_path / "site.dat"
    path.write_text(SSCFLP)
    return path


def test_folder(cpmp: Path, tmp_path: Path) -> None:
    said = _run("import", "cpmp", cpmp, "--out", tmp_path / "out", "--lower", 4, "--floor")
    assert said.exit_code == 0, said.stderr
    assert said.stdout.startswith("toy (lower 4, floor): 4 practices, 10 patients, 0 hospitals")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "instance.toml",
        "practices.csv",
        "travel.csv",
    ]


def test_one_file(sscflp: Path, tmp_path: Path) -> None:
    assert _run("import", "sscflp", sscflp, "--out", tmp_path / "site.json").exit_code == 0
    assert len(Instance.read(tmp_path / "site.json").hospitals) == 2


def test_another_instance_in_the_folder_is_replaced(cpmp: Path, sscflp: Path, tmp_path: Path) -> None:
    assert _run("import", "sscflp", sscflp, "--out", tmp_path / "out").exit_code == 0
    assert _run("import", "cpmp", cpmp, "--out", tmp_path / "out").exit_code == 0
    made = Instance.read(tmp_path / "out")
    assert (made.name, len(made.practices), len(made.hospitals)) == ("toy", 4, 0)


def test_scaling_is_said(cpmp: Path, tmp_path: Path) -> None:
    cpmp.write_text("1 1\n0 0 1.5 1\n")
    said = _run("import", "cpmp", cpmp, "--out", tmp_path / "out")
    assert said.exit_code == 0
    assert "multiplied by 10," in said.stderr


def test_layout(tmp_path: Path) -> None:
    path = tmp_path / "cap.txt"
    path.write_text("2 3\n50 1\n50 1\n5\n1 2\n6\n3 4\n7\n5 6\n")
    said = _run("import", "sscflp", path, "--out", tmp_path / "out")
    assert said.exit_code == 0
    assert "18 patients" in said.stdout
    assert "each customer's demand before its costs" in said.stderr
    assert "8 patients" in _run("import", "sscflp", path, "--out", tmp_path / "out", "--layout", "sites").stdout
    assert _run("import", "sscflp", path, "--out", tmp_path / "out", "--layout", "lines").exit_code == 2


def test_malformed(sscflp: Path, tmp_path: Path) -> None:
    said = _run("import", "cpmp", sscflp, "--out", tmp_path / "out")
    assert said.exit_code == 2
    assert "site.dat, row 2: found '5 10'" in said.stderr
    assert not (tmp_path / "out").exists()


def test_usage(cpmp: Path, tmp_path: Path) -> None:
    assert _run("import", "cpmp", cpmp).exit_code == 2
    assert _run("import", "cpmp", tmp_path / "none.txt", "--out", tmp_path / "out").exit_code == 2
    assert _run("import", "cpmp", cpmp, "--out", tmp_path / "out", "--lower", -1).exit_code == 2


def test_solved_and_verified(cpmp: Path, sscflp: Path, tmp_path: Path) -> None:
    for kind, file, objective in (("cpmp", cpmp, 10), ("sscflp", sscflp, SSCFLP_OPTIMUM)):
        folder, out = tmp_path / kind, tmp_path / f"{kind}_plan"
        assert _run("import", kind, file, "--out", folder).exit_code == 0
        solved = _run("solve", folder, "--solver", "highs", "--threads", 1, "--time-limit", 60, "--out", out)
        assert solved.exit_code == 0, solved.stderr
        said = _run("verify", folder, out / "assignments.csv", "--objective", objective, "--claimed-bound", objective)
        assert said.exit_code == 0, said.stderr
