"""What a team keeps and a shell knows: --config of solve, completion, folders that hold a plan, colours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_support import HAMLET, command, document, run

KEPT = """\
solver = "search"
time-limit = 1
threads = 1
seed = 3
report = false
set = ["hub.min=6500", "horizon_years=4"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "team.toml"
    file.write_text(KEPT)
    return file


def test_what_is_typed_goes_before_what_is_kept(tmp_path: Path, config: Path) -> None:
    typed = ("--seed", 4, "--set", "horizon_years=5", "--out", tmp_path / "out")
    said = run("solve", HAMLET, "--config", config, *typed)
    assert said.exit_code == 0, said.output
    content = document(tmp_path / "out")
    assert (content["solver"], content["seed"]) == ("search", 4)
    assert content["instance"]["settings"] == ["hub.min=6500", "horizon_years=4", "horizon_years=5"]
    assert not (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sead = 3", ["team.toml, sead", "did you mean 'seed'?"]),
        ("time_limt = 3", ["team.toml, time_limt", "did you mean 'time_limit'?"]),
        ("[solve]\nseed = 3", ["team.toml, solve: an option of this command"]),
        ("instance = 'x'", ["team.toml, instance: an option"]),
        ("config = 'x'", ["team.toml, config: an option"]),
        ("threads = 1.5", ["team.toml, threads: found '1.5': a valid integer"]),
        ("threads = true", ["team.toml, threads: found 'True'"]),
        ("quiet = 'no'", ["team.toml, quiet: found 'no': a valid boolean"]),
        ("set = 'hub.min=1'", ["team.toml, set: found 'hub.min=1': a valid list"]),
        ("seed = 3\nsolver = 4\ngap = 'x'", ["2 things to mend", "solver: found '4'", "gap: found 'x'"]),
        ("time_limit = 1\ntime-limit = 2", ["team.toml, time-limit: an option of this command, each once"]),
        ("seed 3", ["team.toml: valid TOML"]),
        ("seed = " + "3" * 4400, ["team.toml: valid TOML (numbers of a usual size)"]),
        (".".join("k" * 1000) + " = 3", ["team.toml: valid TOML (nested less deeply)"]),
        ("time_limit = -3", ["--time-limit -3"]),
        ("on_unsupported = 'ignore'", ["on_unsupported", "'error' or 'warn'"]),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, config: Path, text: str, words: list[str]) -> None:
    config.write_text(text)
    said = run("solve", HAMLET, "--config", config, "--out", tmp_path / "out")
    assert said.exit_code == 2, said.output
    assert all(word in said.stderr for word in words), said.stderr
    assert not (tmp_path / "out").exists()


def test_no_such_file(tmp_path: Path) -> None:
    said = run("solve", HAMLET, "--config", tmp_path / "nowhere.toml")
    assert said.exit_code == 2
    assert "nowhere.toml" in said.stderr


def test_an_earlier_plan_is_not_replaced_without_a_word(tmp_path: Path, config: Path) -> None:
    first = run("solve", HAMLET, "--config", config, "--out", tmp_path / "out")
    assert "earlier plan" not in first.output
    again = run("solve", HAMLET, "--config", config, "--out", tmp_path / "out")
    assert again.exit_code == 0
    assert "holds an earlier plan, which the new one will replace" in again.stderr
    assert "in place of an earlier plan" in " ".join(again.stdout.split())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("caregroup so", {"solve", "solvers"}),
        ("caregroup solve --time", {"--time-limit"}),
        ("caregroup solve --solver hi", {"highs"}),
        ("caregroup import n", {"nhs"}),
        ("caregroup models MCP_", {"MCP_VIRTUAL", "MCP_PARTIAL", "MCP_FULL"}),
        ("caregroup check --j", {"--json"}),
    ],
)
def test_completion(typed: str, found: set[str]) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    said = run(env={"_ROOT_COMPLETE": "complete_bash", "_CAREGROUP_COMPLETE": "complete_bash", **words})
    assert set(said.stdout.split()) == found


def test_completion_can_be_had() -> None:
    assert "--install-completion" in run("--help").stdout
    asked = run(env={"_ROOT_COMPLETE": "source_bash", "_CAREGROUP_COMPLETE": "source_bash"})  # whatever shell this is
    assert "complete -o default -F" in asked.stdout


def test_no_colour_in_pipes_nor_where_nobody_wants_it() -> None:
    for extra in ({}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}):
        said = subprocess.run(
            command("check", HAMLET, "--set", "hub.max_km=0.5", "--set", "policy.allow_independent=false"),
            capture_output=True,
            check=False,
            env={"PATH": "", "HOME": "/nowhere", "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1", **extra},
        )
        assert said.returncode == 3, said.stderr
        coloured = [code for code in (b"\x1b[31", b"\x1b[33", b"\x1b[1;31") if code in said.stdout + said.stderr]
        assert not coloured
