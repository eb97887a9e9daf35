"""The store of rows: what is there after a kill at any moment, and after a run was made again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from bench_rows import a_row

from benchmarks.store import Store
from instances import InputError


def test_rows_come_back(tmp_path: Path) -> None:
    rows = [a_row("a"), a_row("b", objective=None, bound=None)]
    with Store(tmp_path) as store:
        for row in rows:
            store.add(row)
            assert store.rows()[-1] == row  # at once
    assert Store(tmp_path).rows() == rows


def test_no_file_before_the_first_row(tmp_path: Path) -> None:
    with Store(tmp_path / "new") as store:
        assert store.rows() == []
    assert not (tmp_path / "new").exists()


def test_cut_off_anywhere(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add(a_row("a"))
        store.add(a_row("b"))
    (file,) = (tmp_path / "rows").iterdir()
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for end in (0, 1, first - 1, first, first + 1, len(whole) - 1):
        file.write_bytes(whole[:end])
        assert [row.key for row in Store(tmp_path).rows()] == ["a"] * (end >= first)
        with Store(tmp_path) as store:  # goes on in a file of its own
            store.add(a_row("c"))
        assert [row.key for row in Store(tmp_path).rows()] == ["a"] * (end >= first) + ["c"]
        for other in (tmp_path / "rows").iterdir():
            if other != file:
                other.unlink()


def test_the_later_row_of_a_key_counts(tmp_path: Path) -> None:
    old = a_row("a", objective=2.0)
    new = old.model_copy(update={"objective": 1.0, "started": old.started + timedelta(seconds=1)})
    for row in (new, old):  # whichever file is read first
        with Store(tmp_path) as store:
            store.add(row)
    assert Store(tmp_path).rows() == [new]
    assert len(list((tmp_path / "rows").iterdir())) == 2  # nothing is lost


def test_a_whole_line_that_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows/x.jsonl").write_text(a_row("a").model_dump_json() + '\n{"kind": "run"}\n')
    with pytest.raises(InputError, match=r"x\.jsonl, row 2, key: a row of this version"):
        Store(tmp_path).rows()
