"""`caregroup batch` as its user runs it: on one machine, killed and begun again, stopped, and asked for what is not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest
from cli_support import HAMLET, run, start

from instances import Instance
from optimizer.analysis.compare import Unit, compare
from optimizer.batch.files import text_of
from optimizer.batch.table import SHAPE, Column
from optimizer.cli.inputs import small_instance
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.result import Result
from tests.browser_support import Browser

PATIENCE_S = 300.0  # a busy machine is slow to start processes
CHANGING = ["seconds", "memory_mb"]  # from one run to the next
SCENARIOS = """
instances = ["tiny.json"]
solver = "highs"
time_limit_s = 60
[[scenario]]
id = "base"
[[scenario]]
id = "dear"
set = ["travel.cost_per_patient_km=3"]
start_from = "base"
[[scenario]]
id = "many"
set = ["hub.count_min=6"]
[[scenario]]
id = "after"
start_from = "many"
"""


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """The file, the folder of an unbroken batch and what was printed."""
    folder = tmp_path_factory.mktemp("batch")
    small_instance().write(folder / "tiny.json")
    file = folder / "scenarios.toml"
    file.write_text(SCENARIOS)
    done = run("batch", file, "--out", folder / "out", "--workers", 2)
    assert done.exit_code == 3, done.output  # one scenario has no plan
    assert "runs without a plan: 1 infeasible; the table says why" in done.stderr
    return file, folder / "out", done.stdout


def table(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "batch.csv").drop(columns=CHANGING)


def test_the_table_has_what_compare_says(batch: tuple[Path, Path, str]) -> None:
    _, out, _ = batch
    base, dear, many, after = table(out).to_dict("records")
    assert [row["status"] for row in (base, dear, many, after)] == ["optimal", "optimal", "infeasible", "not begun"]
    assert "not begun: many has no plan" in after["message"]
    assert "no plan can keep every rule" in many["message"]
    instance = small_instance()
    result = Result.load(out / "runs" / base["folder"], instance)
    assert result.plan is not None
    judged = JudgedPlan("", result.plan.plan, result.plan.evaluation)
    (shape,) = (s for s in compare(instance, [judged]).sections if s.title == "Shape")
    told = {row.name: row.values[0] for row in shape.rows}
    assert {key: base[key] for key, _ in SHAPE.values()} == pytest.approx({k: told[n] for n, (k, _) in SHAPE.items()})
    assert base["objective"] == pytest.approx(result.objective)
    assert (base["hubs"], base["network_mix"]) == (2, "MCP 1")
    assert pd.isna(base["objective_more"])
    assert dear["objective_more"] == pytest.approx(dear["objective"] - base["objective"])
    assert dear["objective_more"] > 0


def test_every_plan_is_a_folder_as_solve_writes_it(batch: tuple[Path, Path, str]) -> None:
    file, out, _ = batch
    base, dear = table(out)["folder"].dropna()
    names = {path.name for path in (out / "runs" / dear).iterdir()}
    assert names >= {"plan.json", "assignments.csv", "hubs.csv", "networks.csv", "plan.xlsx"}
    setting = "travel.cost_per_patient_km=3"
    done = run("verify", file.parent / "tiny.json", out / "runs" / dear, "--set", setting)
    assert done.exit_code == 0, done.output
    mark = json.loads((out / "runs" / dear / "plan.json").read_text())["instance"]
    assert mark["settings"] == [setting]
    assert (out / "runs" / dear / mark["file"]).resolve() == file.parent / "tiny.json"
    assert Instance.read(out / "runs" / base / mark["file"]) == small_instance()


def test_table_workbook_page_and_screen_say_the_same(batch: tuple[Path, Path, str]) -> None:
    _, out, shown = batch
    runs = pd.read_csv(out / "batch.csv")
    scenarios = pd.read_csv(out / "scenarios.csv")
    sheets = pd.read_excel(out / "batch.xlsx", sheet_name=None)
    pd.testing.assert_frame_equal(sheets["runs"], runs, check_dtype=False)
    pd.testing.assert_frame_equal(sheets["scenarios"], scenarios, check_dtype=False)
    assert list(scenarios["plans"]) == [1, 1, 0, 0]
    assert scenarios["mean_objective"][0] == scenarios["median_objective"][0] == runs["objective"][0]
    page = (out / "batch.html").read_text()
    objective = text_of(runs["objective"][1], Column("objective", "", Unit.POUNDS))
    more = text_of(runs["objective_more"][1], Column("objective_more", "", Unit.POUNDS), sign=True)
    assert more.startswith("+")
    for text in (objective, more, "not begun"):
        assert text in shown
    for text in (objective, more.replace("+", "+£"), "not begun"):
        assert text in page
    assert "src=" not in page  # complete in itself


@pytest.mark.parametrize("width", [1200, 400])
def test_the_page_fits_its_window_and_fetches_nothing(
    batch: tuple[Path, Path, str], browser: Browser, width: int
) -> None:
    _, out, _ = batch
    browser.open(out / "batch.html", width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.texts("h2") == ["tiny.json: what each change buys", "All runs"]
    assert browser.complaints() == []
    assert browser.fetched() == []


def test_the_same_command_makes_nothing_again(batch: tuple[Path, Path, str]) -> None:
    file, out, shown = batch
    before = (out / "ledger.jsonl").read_text()
    again = run("batch", file, "--out", out, "--resume")
    assert again.exit_code == 3
    assert "runs to make: 1; 3 are there" in again.stderr  # the one that could not begin
    assert (out / "ledger.jsonl").read_text().startswith(before)
    assert again.stdout == shown


def test_without_the_package_of_pages(batch: tuple[Path, Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    file, out, _ = batch
    for package in ("jinja2", "markupsafe"):
        monkeypatch.setitem(sys.modules, package, None)
    page = (out / "batch.html").read_bytes()
    done = run("batch", file, "--out", out)
    assert "No page: it takes pip install" in done.stdout
    assert not (out / "batch.html").exists()
    (out / "batch.html").write_bytes(page)


def test_killed_midway_and_begun_again(batch: tuple[Path, Path, str]) -> None:
    """The table of the unbroken batch; what had ended is not made again."""
    file, unbroken, _ = batch
    out = file.parent / "broken"
    arguments = ("batch", file, "--out", out, "--workers", 1)
    process = start(*arguments, cwd=file.parent)
    try:
        children = wait_for(out / "ledger.jsonl", 1, process)
    finally:
        process.kill()
        process.communicate()
    assert children
    assert not psutil.wait_procs(children, timeout=PATIENCE_S)[1]  # no run outlives the command
    before = (out / "ledger.jsonl").read_text()
    assert 1 <= before.count("\n") < 4
    with (out / "ledger.jsonl").open("a") as ledger:
        ledger.write('{"key":"cut')  # as a kill in mid-write leaves it
    done = start(*arguments, cwd=file.parent)
    _, said = done.communicate(timeout=PATIENCE_S)
    assert done.returncode == 3, said
    lines = (out / "ledger.jsonl").read_text()
    assert lines.startswith(before)
    keys = [json.loads(line)["key"] for line in lines.splitlines()]
    assert len(keys) == len(set(keys)) == 4
    pd.testing.assert_frame_equal(table(out), table(unbroken))


def wait_for(ledger: Path, lines: int, command: subprocess.Popen[str]) -> list[psutil.Process]:
    """Waits until so many runs are kept and another is under way; its processes."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and command.poll() is None:
        kept = ledger.read_text().count("\n") if ledger.exists() else 0
        children = psutil.Process(command.pid).children(recursive=True)
        if kept >= lines and children:
            return children
        time.sleep(0.02)
    raise AssertionError("no run was made")


def test_ctrl_c_ends_politely(tmp_path: Path) -> None:
    small_instance().write(tmp_path / "tiny.json")
    text = 'instances = ["tiny.json"]\ntime_limit_s = 600\nsolver = "search"\n[[scenario]]\nid = "base"\n'
    (tmp_path / "s.toml").write_text(text)
    process = start("batch", tmp_path / "s.toml", "--out", tmp_path / "out", cwd=tmp_path)
    try:
        children = wait_for(tmp_path / "out" / "ledger.jsonl", 0, process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "What had ended is kept; the same command goes on from there." in said
    assert "Traceback" not in said
    assert not psutil.wait_procs(children, timeout=PATIENCE_S)[1]


def test_everything_again(batch: tuple[Path, Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """--no-resume; whatever is made, nothing is left of what was there."""
    file, _, _ = batch
    made: list[str] = []
    monkeypatch.setattr("optimizer.batch.work.call_apart", lambda _, run, __: made.append(run.scenario) or 1 // 0)
    out = file.parent / "again"
    out.mkdir()
    (out / "ledger.jsonl").write_text((file.parent / "out" / "ledger.jsonl").read_text())
    assert run("batch", file, "--out", out, "--no-resume").exit_code == 5
    assert sorted(made) == ["base", "many"]
    assert "optimal" not in (out / "ledger.jsonl").read_text()


@pytest.mark.parametrize(
    ("text", "arguments", "told"),
    [
        ("x = 1", [], "s.toml, x: no such key here"),
        (SCENARIOS, ["--executor", "slurm"], "--executor: found 'slurm': processes, dask://HOST:PORT or mpi"),
        (SCENARIOS, ["--workers", "0"], "--workers"),
        (SCENARIOS.replace("tiny", "nowhere"), [], "s.toml, instances nowhere.json: nowhere.json"),
        (SCENARIOS, ["--out", "s.toml"], "File exists"),
    ],
)
def test_bad_usage(text: str, arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small_instance().write(tmp_path / "tiny.json")
    (tmp_path / "s.toml").write_text(text)
    done = run("batch", "s.toml", "--out", "out", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "out" / "runs").exists()


def test_there_is_no_such_file(tmp_path: Path) -> None:
    done = run("batch", tmp_path / "none.toml", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "none.toml: a file; there is none at" in done.stderr


def test_a_bundled_instance_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(f'instances = ["{HAMLET}"]\ntime_limit_s = 2\n[[scenario]]\nid = "now"\n')
    done = run("batch", tmp_path / "s.toml", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    (row,) = table(tmp_path / "out").to_dict("records")
    assert (row["instance"], row["hubs"]) == ("hamlet", 4)
