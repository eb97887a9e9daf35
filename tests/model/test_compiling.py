"""Compiled functions that borrow arrays count no references, and run even where numba knows no such option; what is
kept of them may be torn, and lies in the temporary folder where nobody has a home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

from optimizer.model import compiling

ARRAYS = (np.arange(3.0), np.arange(4.0))
COUNTS = "call void @NRT_incref"


def compiled_sum(*, counts: bool) -> Any:
    """A function compiled with or without counting, which hands a tuple of arrays to another."""

    def total(pair):
        return pair[0].sum() + pair[1].sum()

    def outer(pair):
        return part(pair) + part((pair[1], pair[0]))

    decorate = compiling.compiler(counts=counts)
    part = decorate(total)
    return decorate(outer)


def llvm(function: Any) -> str:
    return "".join(function.inspect_llvm().values())


@pytest.fixture
def numba_without_the_option(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = njit(lambda: None).targetdescr.options
    monkeypatch.delattr(next(kind for kind in known.__mro__ if "_nrt" in vars(kind)), "_nrt")
    compiling.counting_is_optional.cache_clear()
    yield
    compiling.counting_is_optional.cache_clear()


def test_functions_that_borrow_count_no_references() -> None:
    assert compiling.counting_is_optional()
    counting, borrowing = compiled_sum(counts=True), compiled_sum(counts=False)
    assert counting(ARRAYS) == borrowing(ARRAYS) == 18.0
    assert COUNTS in llvm(counting)
    assert COUNTS not in llvm(borrowing)


@pytest.mark.usefixtures("numba_without_the_option")
def test_without_the_option_functions_count_and_run() -> None:
    with pytest.raises(KeyError, match="_nrt"):
        njit(_nrt=False)(lambda: 0)()
    assert not compiling.counting_is_optional()
    borrowing = compiled_sum(counts=False)
    assert borrowing(ARRAYS) == 18.0
    assert COUNTS in llvm(borrowing)


TEARS: dict[str, Callable[[Path], object]] = {
    "emptied": lambda file: file.write_bytes(b""),
    "cut to a byte": lambda file: file.write_bytes(file.read_bytes()[:1]),
    "cut in two": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "cut by a byte": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "another thing": lambda file: file.write_bytes(b"no pickle at all"),
    "gone": lambda file: file.unlink(),
}


@pytest.mark.parametrize("tear", TEARS)
@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_torn_cache_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, tear: str
) -> None:
    monkeypatch.setattr(compiling, "cache_folder", lambda *_: tmp_path)

    def fresh() -> Any:
        @compiling.compiler()
        def twice(x):
            return 2 * x

        return twice

    assert fresh()(2) == 4
    torn = next(tmp_path.rglob(f"*{suffix}"))
    TEARS[tear](torn)
    again, afterwards = fresh(), fresh()
    assert again(2) == 4
    assert sum(again.stats.cache_hits.values()) == 0
    assert afterwards(2) == 4
    assert sum(afterwards.stats.cache_hits.values()) == 1


def test_without_a_home_the_temporary_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    mine = compiling.cache_folder.__wrapped__()
    assert mine.is_relative_to(tmp_path)
    monkeypatch.setattr("os.getuid", lambda: 54321)
    others = compiling.cache_folder.__wrapped__()  # each user's is his own: the first would shut out the next
    assert {place.relative_to(tmp_path).parts[0] for place in (mine, others)} >= {"caregroup-54321"}
    assert mine.relative_to(tmp_path).parts[0] != "caregroup-54321"
