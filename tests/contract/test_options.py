"""Options: honoured, refused by name, never dropped in silence."""

from __future__ import annotations

from pathlib import Path

import contract_models as models
import numpy as np
import pytest
from contract_backend import Backend, Recorder

from optimizer.executors.cores import available_cores
from optimizer.model.backend import Capability, Limit, Reason, UnsupportedOption

_NATIVE: dict[str, tuple[dict[str, object], Limit]] = {
    "highs": ({"mip_max_nodes": 3}, Limit.NODE),
    "pulp:highs": ({"mip_max_nodes": 3}, Limit.NODE),
    "mathopt:highs": ({"time_limit": 0.5}, Limit.TIME),
    "pulp:cbc": ({"maxNodes": 3}, Limit.NODE),
    "pulp:scip": ({"limits/nodes": 3}, Limit.NODE),
    "mathopt:scip": ({"limits/nodes": 3}, Limit.NODE),  # a long integer, which the plain one is tried before
    "ortools:cpsat": ({"stop_after_first_solution": True}, Limit.TIME),
}


def test_same_seed_same_solution(backend: Backend) -> None:
    backend.needs(Capability.SEED)
    model = models.knapsacks(5, 25)
    first, second = (backend.solve(model, seed=7, rel_gap=0.003) for _ in range(2))
    assert first.x is not None
    assert second.x is not None
    assert np.array_equal(first.x, second.x)
    assert (first.nodes, first.bound) == (second.nodes, second.bound)


def test_threads_are_used(backend: Backend) -> None:
    backend.needs(Capability.THREADS)
    if available_cores() < 2:
        pytest.skip("one core")
    model = models.knapsacks(30, 250)
    one, four = (backend.solve(model, time_limit=limit, threads=threads) for threads, limit in ((1, 1.0), (4, 2.0)))
    assert four.peak_threads >= one.peak_threads + 2
    assert one.cpu_s < 1.35 * (one.build_s + one.solve_s) + 0.2


def test_threads_by_default(backend: Backend) -> None:
    assert backend.solve(models.knapsacks(3, 20), threads=None).reason is Reason.OPTIMAL


def test_more_threads_than_it_can(backend: Backend) -> None:
    if backend.can(Capability.THREADS):
        pytest.skip(f"{backend.id} takes threads")
    model = models.knapsacks(3, 20)
    with pytest.raises(UnsupportedOption, match=rf"{backend.id}.*thread"):
        backend.solve(model, threads=2)
    result = backend.solve(model, threads=2, on_unsupported="warn")
    assert result.reason is Reason.OPTIMAL
    assert any("thread" in warning for warning in result.warnings)


def test_node_limit_where_there_are_no_nodes(backend: Backend) -> None:
    if backend.can(Capability.NODE_LIMIT):
        pytest.skip(f"{backend.id} takes a node limit")
    with pytest.raises(UnsupportedOption, match="node_limit"):
        backend.solve(models.knapsacks(3, 20), node_limit=5)
    result = backend.solve(models.knapsacks(3, 20), node_limit=5, on_unsupported="warn")
    assert result.reason is Reason.OPTIMAL
    assert any("node_limit" in warning for warning in result.warnings)


def test_native_option_passes_through(backend: Backend) -> None:
    backend.needs(Capability.NATIVE)
    if backend.id not in _NATIVE:
        pytest.skip("no native option known to this test")
    native, limit = _NATIVE[backend.id]
    result = backend.solve(models.knapsacks(10, 100), time_limit=30, native={backend.id: native})
    assert result.reason is Reason.FEASIBLE
    assert result.limit in (limit, None)
    assert result.solve_s < 25


@pytest.mark.parametrize("value", [1, "yes"])
def test_unknown_native_option(backend: Backend, value: object) -> None:
    backend.needs(Capability.NATIVE)
    with pytest.raises(UnsupportedOption, match=backend.id):
        backend.solve(models.knapsacks(3, 20), native={backend.id: {"nosuchthing": value}})


def test_native_options_of_others_are_not_ours(backend: Backend) -> None:
    assert backend.solve(models.knapsacks(3, 20), native={"other": {"nosuchthing": 1}}).reason is Reason.OPTIMAL


def test_log_file_and_clean_output(backend: Backend, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    backend.needs(Capability.LOG_FILE)
    log = tmp_path / "solver.log"
    backend.solve(models.knapsacks(3, 20), rel_gap=0.01, log_path=log)
    assert len(log.read_text().splitlines()) > 5
    assert capfd.readouterr() == ("", "")


def test_what_is_streamed_gets_better(backend: Backend) -> None:
    """Incumbents from a backend that claims them, bounds likewise."""
    recorder = Recorder()
    model = models.knapsacks(10, 100)
    result = backend.solve(model, None, recorder, time_limit=1.5)
    objectives = [objective for _, objective in recorder.incumbents]
    if backend.can(Capability.INCUMBENTS):
        assert objectives
        assert objectives == sorted(set(objectives))
        assert objectives[-1] == result.objective
        assert all(model.violation(x) <= 1e-6 for x, _ in recorder.incumbents)
    if backend.can(Capability.BOUND):
        assert recorder.bounds
        assert recorder.bounds == sorted(set(recorder.bounds), reverse=True)
        assert recorder.bounds[-1] == result.bound
