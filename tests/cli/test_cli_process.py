"""The command as the shell runs it: signals, pipes, model files that another program reads."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from cli_support import DATA, HAMLET, OPTIMUM, command, document, run, start

from optimizer.cli import commands

PATIENCE_S = 120.0


def wait_for_plan(process: subprocess.Popen[str]) -> list[str]:
    """Reads progress until the backend has a plan and a bound."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "  plan " in line and "  bound " in line:
            return lines
    raise AssertionError(f"no plan was reported: {lines}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_the_best_plan(tmp_path: Path, number: signal.Signals) -> None:
    process = start("solve", DATA / "rural_county", "--time-limit", 300, "--out", tmp_path / "plan", cwd=tmp_path)
    try:
        wait_for_plan(process)
        stopped = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert time.monotonic() - stopped < 60  # of the 300
    assert "Traceback" not in err
    assert "stopped on request" in out
    content = document(tmp_path / "plan")
    assert content["limit"] == "interrupt"
    assert run("verify", DATA / "rural_county", tmp_path / "plan").exit_code == 0


def test_ctrl_c_while_reading(tmp_path: Path) -> None:
    program = (
        "import os, signal, time; from optimizer import cli; import instances.instance as reading; "
        "reading.read_instance = lambda *_, **__: (os.kill(os.getpid(), signal.SIGINT), time.sleep(20)); cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "solve", str(HAMLET)],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 130
    assert done.stderr == "Stopped.\n"


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    process = start("schema", cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(PATIENCE_S) == 0


def test_an_ascii_terminal(tmp_path: Path, plan_folder: Path) -> None:
    done = subprocess.run(
        command("verify", HAMLET, plan_folder),
        cwd=tmp_path, capture_output=True, timeout=PATIENCE_S, env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"costs ?1,022,998.52 a year" in done.stdout


@pytest.mark.parametrize("suffix", [".mps", ".lp"])
def test_an_exported_model_has_the_same_optimum(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"model{suffix}"
    process = start("export", HAMLET, "--out", file, cwd=tmp_path)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    assert re.fullmatch(r"\S+: [\d,]+ columns, [\d,]+ rows\n", out)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    reader = (
        "import highspy, sys; h = highspy.Highs(); h.silent(); h.readModel(sys.argv[1]); h.run(); "
        "print(h.getInfo().objective_function_value, h.getLp().col_names_[0], h.getLp().row_names_[0])"
    )
    done = subprocess.run([sys.executable, "-c", reader, file], capture_output=True, text=True, timeout=PATIENCE_S)
    value, column, row = done.stdout.splitlines()[-1].split()  # HiGHS says its name first
    assert float(value) == pytest.approx(OPTIMUM, abs=0.01)
    assert column.startswith("x_")
    assert row == "r0"


@pytest.mark.parametrize("arguments", [("export", HAMLET), ("solve", HAMLET, "--solver", "mathopt:highs")])
def test_the_command_itself_loads_no_solver_library(tmp_path: Path, arguments: tuple[object, ...]) -> None:
    code = (
        "import atexit, sys\nfrom optimizer.cli import main\n"
        "atexit.register(lambda: print([m for m in ('highspy', 'ortools', 'pulp', 'pyscipopt') if m in sys.modules]))\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_listing_hubs_proves_is_redone_and_stdout_has_results_alone(tmp_path: Path) -> None:
    """HiGHS, which proposes prices to the recheck, would say its name there."""
    contiguous = ("--set", "hub.contiguous=true")  # which prices alone do not prove
    options = ("--solver", "columns", "--threads", 1, "--time-limit", 20, "--out", tmp_path, "--no-report")
    assert run("solve", HAMLET, *contiguous, *options).exit_code == 0
    process = start("verify", HAMLET, tmp_path, *contiguous, "--bound", cwd=tmp_path)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, err
    redone = re.search(
        r"Redone: (\d+) of (\d+) enumerated lea.*with them no plan costs less than £([\d,.]+) a year", out
    )
    assert redone is not None, out
    assert redone[1] == redone[2]
    least = json.loads((tmp_path / "plan.json").read_text())["objective"]
    assert float(redone[3].replace(",", "")) == pytest.approx(least, rel=1e-6)
    assert "HiGHS" not in out


def test_the_installed_command_is_this_one() -> None:
    (script,) = entry_points(group="console_scripts", name="caregroup")
    assert script.load() is commands.main
