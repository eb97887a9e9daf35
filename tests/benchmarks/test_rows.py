"""A store of rows: what is read, what is left out, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_rows import row, store, unsolved, without_plan

from benchmarks.row import Row
from benchmarks.rows import read_rows
from instances import InputError


def test_every_row_of_every_file_is_read(tmp_path: Path) -> None:
    store(tmp_path, row("one"), row("two"), row("reference", kind="reference"))
    (tmp_path / "rows/two.jsonl").write_text(without_plan("three").model_dump_json() + "\n")
    rows = read_rows(tmp_path)
    assert sorted(rows.runs["instance"]) == ["one", "three", "two"]
    assert list(rows.references["instance"]) == ["reference"]
    assert rows.torn_lines == 0
    assert rows.runs["objective"].isna().sum() == 1


@pytest.mark.parametrize("torn", [b'{"kind": "run", "key": "00', b'{"kind": "run", "message": "caf\xc3', b"\0\0\0"])
def test_line_cut_off_in_writing_is_left_out_and_counted(torn: bytes, tmp_path: Path) -> None:
    store(tmp_path, row("one"))
    with (tmp_path / "rows/one.jsonl").open("ab") as file:
        file.write(torn)
    rows = read_rows(tmp_path)
    assert len(rows.runs) == 1
    assert rows.torn_lines == 1


def test_whole_line_that_is_no_row_is_named(tmp_path: Path) -> None:
    file = store(tmp_path, row("one"), row("two")) / "rows/one.jsonl"
    first, second = file.read_text().splitlines()
    file.write_text(first + "\n" + second.replace('"threads":1', '"threads":0') + "\n")
    with pytest.raises(InputError) as refused:
        read_rows(tmp_path)
    (fault,) = refused.value.faults
    assert (fault.file, fault.row, fault.column, fault.value) == ("rows/one.jsonl", 2, "threads", "0")


@pytest.mark.parametrize(
    ("older", "proof", "reason"),
    [
        (row(backend="highs"), "proven", "optimal"),
        (row(backend="spopt:highs"), "claimed", "feasible"),
        (unsolved(backend="spopt:highs"), "claimed", "feasible"),
        (without_plan(backend="auto", reason="infeasible"), "proven", "infeasible"),
        (without_plan(backend="spopt:highs", reason="infeasible"), "claimed", "no_solution"),
        (without_plan(backend="spopt:highs"), None, "no_solution"),
    ],
)
def test_a_row_of_before_proofs_were_told_apart_is_read_by_its_backend(
    tmp_path: Path, older: Row, proof: str | None, reason: str
) -> None:
    file = tmp_path / "rows" / "older.jsonl"
    file.parent.mkdir()
    file.write_text(json.dumps(older.model_dump(mode="json", exclude={"proof"})) + "\n")
    (found,) = read_rows(tmp_path).runs.to_dict("records")
    assert (found["proof"], found["reason"]) == (proof, reason)


def test_store_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder with rows of runs"):
        read_rows(tmp_path / "nowhere")
