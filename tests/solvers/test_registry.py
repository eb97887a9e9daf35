"""Backends are found by id, told from what is not one, and tried without harm."""

from __future__ import annotations

import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy import sparse

from optimizer.model.backend import SolverInfo, SolverUnavailable
from optimizer.model.mip import MipModel
from optimizer.solving import registry
from optimizer.solving.probing import probe_all


def problem() -> Any:
    """Stands in for a problem: its solutions are plain vectors."""
    built = MipModel(
        cost=np.array([1.0, 2.0]),
        matrix=sparse.csr_array(np.array([[1.0, 1.0]])),
        row_lower=np.array([1.0]),
        row_upper=np.array([np.inf]),
        lower=np.zeros(2),
        upper=np.ones(2),
        integer=np.ones(2, dtype=np.bool_),
    )
    return SimpleNamespace(mip=SimpleNamespace(model=built, encode=lambda x: x, decode=lambda x: x))


def test_the_bundled_backends_are_there() -> None:
    assert {"highs", "pulp:cbc", "pulp:highs", "pulp:scip", "ortools:cpsat", "mathopt:scip", "mathopt:highs"} <= set(
        registry.solver_ids()
    )


def test_unknown_id_names_what_is_close() -> None:
    with pytest.raises(registry.UnknownSolverError, match=r"Did you mean .*pulp:highs"):
        registry.load("pulp:hihgs")


def test_loading_imports_no_solver_library() -> None:
    code = (
        "import sys; from optimizer.solving import registry\n"
        "for id in registry.solver_ids():\n"
        "    info = registry.load(id).info; assert info.id == id; registry.availability(info)\n"
        "print([m for m in ('highspy', 'pulp', 'ortools', 'pyscipopt') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_missing_module_says_what_to_install() -> None:
    info = SolverInfo("x:y", "X", ("nosuchmodule.part",), frozenset(), hint='pip install "caregroup[x]"')
    assert registry.availability(info) == 'x:y needs nosuchmodule.part, not installed here; pip install "caregroup[x]"'
    from optimizer.model.backend import SolveOptions

    with pytest.raises(SolverUnavailable, match=r"caregroup\[x\]"):
        registry.check_options(info, SolveOptions())


def test_probe_solves() -> None:
    result = registry.probe("highs", cast(Any, problem()))
    assert result.works
    assert result.detail == "optimal, 1.00"
    assert result.versions["HiGHS"]
    assert result.seconds > 0


def test_probe_of_nothing_does_not_raise() -> None:
    assert not registry.probe("nosuch", cast(Any, problem())).works


@pytest.mark.parametrize("at_once", [1, 3])
def test_trials_are_told_of_as_they_end_and_none_holds_up_the_rest(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    quick_told, released = threading.Event(), threading.Event()

    def probe(solver_id: str, problem: object) -> registry.ProbeResult:
        del problem
        if solver_id == "hangs":
            released.wait(30)
        if solver_id == "slow":
            assert quick_told.wait(30)
        if solver_id == "exits":
            raise SystemExit(0)
        return registry.ProbeResult(solver_id, solver_id, True, "")

    monkeypatch.setattr(registry, "probe", probe)
    if at_once == 1:
        quick_told.set()
    told = []
    for result in probe_all(["hangs", "slow", "quick", "exits"], cast(Any, None), at_once=at_once, patience_s=0.5):
        told.append((result.id, result.works))
        if result.id == "quick":
            quick_told.set()
    released.set()
    expected = [("hangs", False), ("slow", True), ("quick", True), ("exits", False)]
    assert sorted(told) == sorted(expected)
    if at_once == 1:
        assert told == expected
    else:
        assert told.index(("quick", True)) < told.index(("slow", True))
