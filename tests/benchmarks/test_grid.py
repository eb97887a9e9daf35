"""Which runs there are, which are made, and what makes two runs the same."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from bench_rows import a_row
from bench_support import grid, write_suite

from benchmarks import provenance
from benchmarks.grid import Run, Shard, left_to_do, with_backends, with_names
from benchmarks.perform import ChangedCodeError, perform
from benchmarks.read_suite import read_suite
from benchmarks.sources import Case
from instances import InputError
from optimizer.solving.registry import UnknownSolverError

OTHER: dict[str, Any] = {
    "instance_hash": "1",
    "backend": "search",
    "options": {"rel_gap": 0.1},
    "seed": 9,
    "threads": 2,
    "time_limit_s": 6.0,
    "memory_limit_mb": 1000,
    "versions": {"code": "other"},
}


@pytest.fixture
def runs(tmp_path: Path) -> list[Run]:
    return grid(write_suite(tmp_path / "s.toml", ["highs", "search", "columns"], seeds=[1, 2, 3, 4]))


def test_a_key_is_of_all_that_decides(runs: list[Run]) -> None:
    run = runs[0]
    assert len(run.key) == 64
    for name, value in OTHER.items():
        assert replace(run, **{name: value}).key != run.key, name
    same = {"suite": "another", "name": "another", "family": "another"}
    assert {f.name for f in fields(Run)} == {*OTHER, *same, "instance"}  # its hash stands for it
    assert replace(run, **same).key == run.key


def test_the_grid(runs: list[Run]) -> None:
    assert [(run.seed, run.backend) for run in runs] == [
        (seed, backend) for seed in (1, 2, 3, 4) for backend in ("highs", "search", "columns")
    ]
    assert runs[0].versions["code"] == provenance.source_digest()
    assert {"python", "caregroup", "highspy"} <= set(runs[0].versions)


def test_a_backend_without_seeds_runs_once(tmp_path: Path) -> None:
    path = write_suite(tmp_path / "s.toml", ["search", "bad:seedless"], seeds=[3, 1], threads=[1, 2])
    assert [(run.threads, run.backend, run.seed) for run in grid(path)] == [
        (1, "search", 3), (1, "bad:seedless", None), (1, "search", 1),
        (2, "search", 3), (2, "bad:seedless", None), (2, "search", 1),
    ]  # fmt: skip


def test_a_run_is_not_made_with_other_code(runs: list[Run]) -> None:
    other = replace(runs[0], versions={**runs[0].versions, "numpy": "1.0"})
    with pytest.raises(ChangedCodeError, match=r"hamlet with highs was to be .*: numpy 1\.0, here \d"):
        perform(other)


def test_shards_are_a_partition(runs: list[Run]) -> None:
    parts = [Shard.parse(f"{number}/5").of(runs) for number in range(1, 6)]
    assert sorted(len(part) for part in parts) == [2, 2, 2, 3, 3]
    assert sorted(run.key for part in parts for run in part) == sorted(run.key for run in runs)
    assert Shard.parse("2/5").of(runs[::-1])[::-1] == parts[1]
    elsewhere = [replace(run, versions={"python": "another"}) for run in runs]
    assert [run.place for run in Shard.parse("2/5").of(elsewhere)] == [run.place for run in parts[1]]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3"])
def test_no_such_shard(text: str) -> None:
    with pytest.raises(InputError, match=r"i/n with i from 1 to n"):
        Shard.parse(text)


def test_what_is_left_to_do(runs: list[Run]) -> None:
    done, crashed, errored, stopped, unavailable = (run.key for run in runs[:5])
    rows = [
        a_row(done),
        a_row(crashed, outcome="crashed"),
        a_row(errored, reason="error"),
        a_row(stopped, reason="no_solution"),
        a_row(unavailable, outcome="unavailable", reason="error"),
        a_row(runs[5].key, kind="reference"),
    ]
    assert left_to_do(runs, rows, retry_failed=False) == runs[5:]
    assert left_to_do(runs, rows, retry_failed=True) == [runs[1], runs[2], runs[4]]


def test_names_and_patterns() -> None:
    cases = [Case(name, "f", lambda: pytest.fail("made")) for name in ("SJC1", "SJC1 (lower 522)", "SJC2", "a (floor)")]

    def names(*wanted: str) -> list[str]:
        return [case.name for case in with_names(cases, wanted)]

    assert names() == [case.name for case in cases]
    assert names("SJC1") == ["SJC1"]
    assert names("a") == ["a (floor)"]
    assert names("SJC*") == ["SJC1", "SJC1 (lower 522)", "SJC2"]
    assert names("SJC2", "SJC1") == ["SJC1", "SJC2"]
    with pytest.raises(InputError, match="--instance: found 'SCJ2': an instance of the suite; did you mean 'SJC2'"):
        names("SCJ2")


def test_backends_of_the_suite_and_others(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        'name = "s"\nbackends = ["search", {id = "highs", options = {rel_gap = 0.1}}]\n'
        '[[instances]]\nsource = "bundled"\nnames = ["hamlet"]\n'
    )
    suite = read_suite(path)
    assert with_backends(suite, []) == suite
    chosen = with_backends(suite, ["highs", "columns"]).backends
    assert [(backend.id, backend.options.rel_gap) for backend in chosen] == [("highs", 0.1), ("columns", None)]
    with pytest.raises(UnknownSolverError, match="Did you mean"):
        with_backends(suite, ["hihgs"])
