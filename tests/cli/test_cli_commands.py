"""caregroup check, export, solvers, generate, schema and the bare command."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from cli_support import DATA, HAMLET, run

from instances import Instance
from instances.presets import PRESETS
from optimizer.cli.inputs import slug
from optimizer.solving.registry import ProbeResult, solver_ids

COMMANDS = ("solve", "check", "verify", "export", "solvers", "models", "generate", "schema", "travel")


def test_help() -> None:
    said = run("--help")
    assert said.exit_code == 0
    assert all(command in said.stdout for command in COMMANDS)
    for command in COMMANDS:
        assert run(command, "--help").exit_code == 0


def test_usage() -> None:
    assert run().exit_code == 2
    assert run("sovle").exit_code == 2
    assert run("--version").stdout.startswith("caregroup 0.")


# --- check ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hamlet", "market_town", "rural_county", "birmingham"])
def test_check_bundled(name: str) -> None:
    said = run("check", DATA / name)
    assert said.exit_code == 0, said.stderr
    assert "practices" in said.stdout
    assert "no simple reason rules a plan out" in said.stdout


def test_check_shows_defaults_and_warnings(tmp_path: Path) -> None:
    folder = shutil.copytree(HAMLET, tmp_path / "hamlet")
    text = (folder / "instance.toml").read_text().replace("horizon_years = 5.0\n", "")
    (folder / "instance.toml").write_text(text)
    table = (folder / "practices.csv").read_text().replace(",8000,", ",800,", 1)
    (folder / "practices.csv").write_text(table)
    said = run("check", folder)
    assert said.exit_code == 0, said.stderr
    assert "assumed, at defaults or estimated (horizon_years, " in said.stdout
    assert len(said.stdout.splitlines()) < 20  # so that the verdict is seen
    assert said.stdout.splitlines()[-1].startswith("The file is right")
    assert "Warning: 1 practice" in said.stderr
    assert "hub.price_per_patient" in run("check", folder, "--assumptions").stdout


def test_check_refuses_a_bad_file(tmp_path: Path) -> None:
    folder = shutil.copytree(HAMLET, tmp_path / "hamlet")
    (folder / "instance.toml").write_text((folder / "instance.toml").read_text() + "\n[hubs]\nmin = 3\n")
    said = run("check", folder)
    assert said.exit_code == 2
    assert "hubs" in said.stderr
    assert "did you mean" in said.stderr


def test_check_refuses_whole_areas_where_there_are_none() -> None:
    said = run("check", HAMLET, "--set", "care_model.MCP.whole_area=true")
    assert said.exit_code == 2
    assert "a column area, as MCP takes whole areas" in said.stderr


def test_check_shows_the_neighbour_graph(tmp_path: Path) -> None:
    said = run("check", HAMLET, "--set", "hub.contiguous=true")
    assert said.exit_code == 0
    assert "by coordinates" in said.stdout
    folder = shutil.copytree(HAMLET, tmp_path / "hamlet")
    ids = [line.partition(",")[0] for line in (folder / "practices.csv").read_text().splitlines()[1:]]
    (folder / "neighbours.csv").write_text(f"a,b\n{ids[0]},{ids[1]}\n")
    said = run("check", folder, "--set", "hub.contiguous=true")
    assert f"1 pair of practices, as given, in {len(ids) - 1} components" in said.stdout


def test_tables_lie_anywhere_if_the_command_says_so(tmp_path: Path) -> None:
    folder = shutil.copytree(HAMLET, tmp_path / "hamlet")
    (folder / "practices.csv").rename(tmp_path / "practices.csv")
    text = (folder / "instance.toml").read_text().replace('"practices.csv"', '"../practices.csv"')
    (folder / "instance.toml").write_text(text)
    said = run("check", folder)
    assert said.exit_code == 2
    assert "practices: found '../practices.csv': a file beside the instance" in said.stderr
    for command in ("check", "export"):
        out = ("--out", tmp_path / "x.json") if command == "export" else ()
        assert run(command, folder, "--tables-anywhere", *out).exit_code == 0


def test_misspelt_groups_are_told_before_a_search(tmp_path: Path) -> None:
    folder = shutil.copytree(HAMLET, tmp_path / "hamlet")
    lines = (folder / "practices.csv").read_text().splitlines()
    column = lines[0].split(",").index("current_group")
    group = lines[1].split(",")[column]
    cells = lines[2].split(",")
    cells[column] = f"{group}e"
    (folder / "practices.csv").write_text("\n".join([*lines[:2], ",".join(cells), *lines[3:]]))
    out = tmp_path / "out"
    for command in (("check",), ("solve", "--out", out, "--time-limit", 2, "--solver", "search", "--no-report")):
        said = run(command[0], folder, *command[1:])
        assert said.exit_code == 0, said.stderr
        assert f"did you mean {group!r}" in said.stderr


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("健康", "健康"),
        ("Здоровье № 1", "здоровье-no-1"),
        ("स्वास्थ्य केंद्र", "स्वास्थ्य-केंद्र"),
        ("Zürich/../é", "zurich-e"),
        ("健" * 60, "健" * 20),
        ("... ---", "plan"),
    ],
)
def test_folders_for_any_name(name: str, folder: str) -> None:
    assert slug(name) == folder


def test_check_knows_the_impossible() -> None:
    said = run("check", HAMLET, "--set", "hub.max_km=0.5", "--set", "policy.allow_independent=false")
    assert said.exit_code == 3
    assert "No plan can keep every rule:" in said.stderr


# --- the others -------------------------------------------------------------------------------------------------------


def test_schema() -> None:
    said = run("schema")
    assert said.exit_code == 0
    schema = json.loads(said.stdout)
    assert schema == Instance.model_json_schema()
    assert "practices" in schema["required"]


@pytest.mark.parametrize("name", ["new", "new/mine.json", "new/mine.toml"])
def test_generate(tmp_path: Path, name: str) -> None:
    said = run("generate", "--kind", "market-town", "--practices", 20, "--seed", 4, "--out", tmp_path / name)
    assert said.exit_code == 0, said.stderr
    assert "20 practices" in said.stdout
    made = Instance.read(tmp_path / name)
    assert len(made.practices) == 20


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "metropolis"], "--kind metropolis"),
        (["--practices", "2"], "--practices 2"),
        (["--practices", "some"], "--practices"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_generate_usage(tmp_path: Path, arguments: list[str], words: str) -> None:
    said = run("generate", "--out", tmp_path / "new", *arguments)
    assert said.exit_code == 2
    assert words in said.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("command", [["generate", "--practices", 20], ["export", HAMLET]])
@pytest.mark.parametrize("place", ["/proc/new.mps", HAMLET / "instance.toml" / "new.mps"])
def test_where_nothing_can_be_written(command: list[object], place: object) -> None:
    said = run(*command, "--out", place)
    assert said.exit_code == 2
    assert str(place) in said.stderr
    assert ".part" not in said.stderr


@pytest.mark.parametrize("suffix", [".xlsx", ".json"])
def test_the_instance_in_one_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"hamlet{suffix}"
    said = run("export", HAMLET, "--set", "hub.min=6500", "--out", path)
    assert said.exit_code == 0, said.stderr
    assert Instance.read(path) == Instance.read(HAMLET).with_settings(["hub.min=6500"])


def test_export_refuses_other_formats(tmp_path: Path) -> None:
    said = run("export", HAMLET, "--out", tmp_path / "model.txt")
    assert said.exit_code == 2
    assert ".mps or .lp" in said.stderr


# --- models -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", ["50", "120"])
def test_models_are_told_in_full_on_any_screen(width: str) -> None:
    said = run("models", env={"COLUMNS": width}).stdout
    assert max(map(len, said.splitlines())) <= int(width)
    text = re.sub(r"[│\s]", "", said)
    assert all(name in text for name in PRESETS if name != "COMMUNITY_HOSPITAL_NETWORK")
    assert "30,000-50,000" in said


def test_a_model_shows_each_figure_with_its_source() -> None:
    said = run("models", "MCP_FULL", env={"COLUMNS": "200"}).stdout
    row = next(line for line in said.splitlines() if "capitated_budget_per_patient" in line)
    assert "955" in row
    assert "pounds a year" in row
    assert " G " in row
    assert '[[care_model]] preset = "MCP_FULL"' in said
    assert "https://www.lincslmc.co.uk/mcpcontractframework" in said
    assert "[chain]" in run("models", "HOSPITAL_CHAIN").stdout


def test_an_unknown_model() -> None:
    said = run("models", "mcp_ful")
    assert said.exit_code == 2
    assert "did you mean 'MCP_FULL'?" in said.stderr


# --- solvers ----------------------------------------------------------------------------------------------------------


def test_solvers(monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(solver_id: str, problem: object) -> ProbeResult:
        del problem
        works = solver_id == "highs"
        return ProbeResult(solver_id, f"title of {solver_id}", works, "" if works else "pip install it", frozenset())

    monkeypatch.setattr("optimizer.solving.registry.probe", probe)
    said = run("solvers", env={"COLUMNS": "200"})
    assert said.exit_code == 0
    assert all(solver_id in said.stdout for solver_id in solver_ids())
    assert "auto (default)" in said.stdout
    assert "pulp:cbc: pip install it" in said.stdout
    count = len(solver_ids())
    told = said.stderr.splitlines()
    assert f"Trying {count} backends ..." in told
    assert told[-1].startswith(f"{count}/{count}  ")
    assert sum(" works, 0.0 s" in line for line in told) == 1
    assert sum("pulp:cbc does not work, 0.0 s" in line for line in told) == 1


def test_check_tells_what_is_known_of_homes(tmp_path: Path) -> None:
    folder = tmp_path / "hamlet"
    shutil.copytree(HAMLET, folder)
    first, second, *others = (practice.id for practice in Instance.read(HAMLET).practices)
    place = Instance.read(HAMLET).practices[0]
    (folder / "places.csv").write_text(f"id,x_km,y_km,zone_council\nE1,{place.x_km},{place.y_km},North\n")
    (folder / "homes.csv").write_text(f"practice,place,patients\n{first},E1,3\n{first},{first},1\n{second},E1,1\n")
    said = run("check", folder)
    assert re.search(r"homes +of [\d,]+ patients, half of them within \d+\.\d road km of their practice; ", said.stdout)
    assert re.search(r"places +1, zones: 1 of council *\n", said.stdout)
    assert f"{len(others)} practices ({others[0]}" in said.stderr
    homes = json.loads(run("check", folder, "--json").stdout)["result"]["homes"]
    assert homes["practices_without"] == others
    assert (homes["places"], homes["zones"], homes["mean_km"][first]) == (1, {"council": 1}, 0.0)
