"""Runs that are killed outright, and those that go on from what they left."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from cli_support import DATA, HAMLET, document, run, start

from optimizer.solving.checkpoint import CHECKPOINT_FILE, Checkpoint

PATIENCE_S = 240.0
COUNTY = DATA / "rural_county"


def wait_for_proof(process: subprocess.Popen[str], path: Path) -> Checkpoint:
    """Until the checkpoint has a plan and a bound that its state proves."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if path.exists():
            kept = Checkpoint.read(path)
            if kept.document.objective is not None and kept.document.bound is not None:
                return kept
        time.sleep(0.2)
    raise AssertionError("no checkpoint with a bound")


def kill_all(process: subprocess.Popen[str]) -> None:
    """The command and its children, none of which has the time to say anything."""
    for child in psutil.Process(process.pid).children(recursive=True):
        os.kill(child.pid, signal.SIGKILL)
    process.kill()
    process.communicate()


def test_a_killed_run_goes_on_to_nothing_worse(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    asked = ("solve", COUNTY, "--solver", "auto", "--threads", 2, "--no-report", "--out", folder)
    process = start(*asked, "--time-limit", 600, "--gap", 0.0001, cwd=tmp_path)
    try:
        wait_for_proof(process, folder / CHECKPOINT_FILE)
    finally:
        kill_all(process)
    kept = Checkpoint.read(folder / CHECKPOINT_FILE)
    assert kept.document.objective is not None
    assert kept.document.bound is not None
    assert [file.name for file in folder.iterdir()] == [CHECKPOINT_FILE]

    said = run(*asked, "--time-limit", 20, "--resume")
    assert said.exit_code == 0, said.output
    content = document(folder)
    assert content["objective"] <= kept.document.objective
    assert content["bound"] >= kept.document.bound * (1 - 1e-9)
    assert not (folder / CHECKPOINT_FILE).exists()
    assert "proving the checkpoint's bound again" in said.stderr
    assert run("verify", COUNTY, folder, "--bound").exit_code == 0


def test_a_killed_child_leaves_a_bound_that_its_certificate_proves(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    process = start("solve", COUNTY, "--time-limit", 600, "--no-report", "--out", folder, cwd=tmp_path)
    try:
        wait_for_proof(process, folder / CHECKPOINT_FILE)
        for child in psutil.Process(process.pid).children():
            os.kill(child.pid, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 0, err
    content = document(folder)
    assert content["certified_bound"] > 0
    assert content["bound"] <= max(content["certified_bound"], _enumerated(folder)) + 1e-6
    assert "the bound is that of the last certificate" in err
    assert f"{CHECKPOINT_FILE} is kept" in err
    assert run("verify", COUNTY, folder, "--bound").exit_code == 0


def _enumerated(folder: Path) -> float:
    from optimizer.model.certificate import BOUND_FILE, Certificate

    return Certificate.read(folder / BOUND_FILE).enumerated_bound or 0.0


def test_what_cannot_be_resumed_is_said_in_a_line(tmp_path: Path) -> None:
    nothing = run("solve", HAMLET, "--out", tmp_path, "--resume")
    assert nothing.exit_code == 2
    assert f"{CHECKPOINT_FILE}: a checkpoint to go on from; there is none" in nothing.stderr.replace("\n", " ")
    unnamed = run("solve", HAMLET, "--resume")
    assert (unnamed.exit_code, unnamed.stderr.count("\n")) == (2, 1)
    assert "name it with --out" in unnamed.stderr


def test_one_of_other_settings_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    from instances import Instance
    from optimizer.model.backend import SolveOptions

    kept = Checkpoint.of(Instance.read(HAMLET), "auto", SolveOptions(), None)
    (tmp_path / CHECKPOINT_FILE).write_bytes(kept.to_bytes())
    said = run("solve", HAMLET, "--out", tmp_path, "--resume", "--set", "hub.max_km=12")
    assert said.exit_code == 2
    assert "a checkpoint of the same instance and settings" in said.stderr
    assert (tmp_path / CHECKPOINT_FILE).exists()
    assert [file.name for file in tmp_path.iterdir()] == [CHECKPOINT_FILE]


def test_a_small_instance_goes_on_from_its_plan_and_says_so(tmp_path: Path) -> None:
    from instances import Instance
    from optimizer.model.backend import SolveOptions

    kept = Checkpoint.of(Instance.read(HAMLET), "highs", SolveOptions(), None)
    (tmp_path / CHECKPOINT_FILE).write_bytes(kept.to_bytes())
    said = run("solve", HAMLET, "--solver", "highs", "--out", tmp_path, "--no-report", "--resume")
    assert said.exit_code == 0, said.output
    assert "highs keeps no state: it went on from the plan of the checkpoint alone" in said.stderr
    assert not (tmp_path / CHECKPOINT_FILE).exists()


def test_without_a_folder_there_is_no_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("optimizer.solving.solve.Keeper", None)  # whoever made one would fail
    assert run("solve", HAMLET, "--no-report", "--quiet").exit_code == 0
