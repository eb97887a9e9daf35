"""Compiled functions that borrow arrays count no references, and run even where numba knows no such option."""

from __future__ import annotations

from collections.abc import Iterator
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
