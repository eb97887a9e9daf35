"""`caregroup bench compare`: what changed between two stores or commits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_rows import MACHINE, made, row, store, unsolved, without_plan
from scipy.stats import binomtest, wilcoxon
from typer.testing import CliRunner, Result

from benchmarks.measures.published import Literature
from benchmarks.measures.regressions import pairs, totals
from benchmarks.report.prepare import evaluate
from benchmarks.row import Row
from optimizer.cli import app


def compare(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["bench", "compare", *map(str, arguments)], env={"COLUMNS": "200"})


def compared(before: list[Row], after: list[Row]) -> pd.DataFrame:
    known = evaluate(made(*before, *after), Literature()).kept
    return pairs(*(evaluate(made(*rows), Literature(), known, "kept").runs for rows in (before, after)))


@pytest.mark.parametrize(
    ("was", "now", "verdict"),
    [
        (row(), row(), "same"),
        (row(), unsolved(), "worse: proof"),
        (unsolved(), row(), "better: proof"),
        (unsolved(), without_plan(), "worse: plan"),
        (unsolved(), unsolved(objective=121.0, claimed_objective=121.0), "worse: cost"),
        (unsolved(objective=121.0, claimed_objective=121.0), unsolved(), "better: cost"),
        (unsolved(), unsolved(objective=120.00001), "same"),
        (unsolved(), unsolved(bound=89.0), "worse: bound"),
        (row(total_s=4.5), row(total_s=5.8), "same"),
        (row(total_s=4.5), row(total_s=6.2), "worse: time"),
        (row(total_s=6.2), row(total_s=4.5), "better: time"),
        (unsolved(), unsolved(outcome="crashed"), "worse: failure"),
    ],
)
def test_verdicts(was: Row, now: Row, verdict: str) -> None:
    (found,) = compared([was], [now])["verdict"]
    assert found == verdict


def test_only_the_same_runs_are_compared() -> None:
    was = [row("one"), row("two"), row("one", seed=None), row("one", options={"rel_gap": 0.1}), row("one", threads=2)]
    now = [row("one"), row("three"), row("one", seed=None), row("one", options={"rel_gap": 0.2})]
    both = compared(was, now)
    assert len(both) == 2
    assert both["seed"].isna().to_list() == [False, True]


def test_totals_by_hand() -> None:
    seconds = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    names = [f"i{k}" for k in range(6)]

    def proven(at: float, name: str, backend: str) -> Row:
        return row(name, backend, total_s=at, trajectory=[])

    was = [proven(at, name, backend) for at, name in zip(seconds, names, strict=True) for backend in ("a", "b")]
    now = [proven(2 * at + 1, name, "a") for at, name in zip(seconds[:4], names[:4], strict=True)]
    now += [unsolved(name, "a") for name in names[4:]]
    now += [proven(at, name, "b") for at, name in zip(seconds, names, strict=True)]
    found = totals(compared(was, now)).set_index("solver")
    a, b = found.loc["a"], found.loc["b"]
    assert (a["tasks"], a["worse"], a["better"]) == (6, 6, 0)
    assert a["sign_p"] == pytest.approx(binomtest(0, 6).pvalue)
    assert (a["solved_before"], a["solved_after"]) == (1, pytest.approx(4 / 6))
    logs = [2.0] * 4 + [11 / 6, 11 / 7]  # (seconds + 1) now over then; at the limit where not proven
    assert a["factor"] == pytest.approx(pd.Series(logs).prod() ** (1 / 6))
    assert 0 < a["p"] < 0.05
    assert (b["worse"], b["better"], b["factor"]) == (0, 0, 1.0)
    assert pd.isna(b["p"])
    assert pd.isna(b["sign_p"])
    assert found.loc["all backends", "tasks"] == 12
    assert wilcoxon([1.0, 2.0, 3.0]).pvalue > 0


def _two_commits(folder: Path, **now: Any) -> Path:
    return store(
        folder,
        *(row(name, commit="aaaa1111") for name in ("one", "two")),
        *(row(name, commit="bbbb2222", started="2026-11-27T12:00:00Z") for name in ("one",)),
        unsolved("two", commit="bbbb2222", started="2026-11-27T12:00:00Z", **now),
    )


def test_two_commits_of_a_store(tmp_path: Path) -> None:
    folder = _two_commits(tmp_path / "store")
    ended = compare(f"{folder}@aaaa", f"{folder}@bbbb", "--out", tmp_path / "pairs.csv")
    assert ended.exit_code == 0, ended.output
    assert "2 runs in both, 1 of them the same" in ended.stdout
    (line,) = [line for line in ended.stdout.splitlines() if "worse: proof" in line]
    assert line.split()[:2] == ["two", "auto"]
    table = pd.read_csv(tmp_path / "pairs.csv")
    assert table["verdict"].to_list() == ["same", "worse: proof"]
    assert table["objective_before"].to_list() == [100, 100]


def test_two_stores_of_two_machines(tmp_path: Path) -> None:
    one = store(tmp_path / "one", row())
    other = store(tmp_path / "other@home", row(machine={**MACHINE, "id": "m2"}))
    ended = compare(one, other)
    assert ended.exit_code == 0, ended.output
    assert "the two were made on different machines: times say little" in ended.stderr
    assert "1 runs in both, 1 of them the same" in ended.stdout


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{}/nowhere", "{}/store", "a folder with rows of runs in .jsonl files"),
        ("{}/store@cccc", "{}/store", "found 'cccc': runs of a commit that it has: aaaa111, bbbb222"),
        ("{}/store", "{}/others", "The two have no run in common"),
    ],
)
def test_what_cannot_be_compared(tmp_path: Path, before: str, after: str, said: str) -> None:
    _two_commits(tmp_path / "store")
    store(tmp_path / "others", row("three"))
    ended = compare(before.format(tmp_path), after.format(tmp_path))
    assert ended.exit_code == 2
    assert said in ended.stderr
