"""Which backend is tried at which size, and the p-medians that other programs can state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import asin, ceil, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest
from bench_rows import a_row

from benchmarks.growing import ENGLAND, GENERATED, P_MEDIAN, Cell, grow
from benchmarks.p_median import CAPACITY, MEAN, MOST, p_median
from benchmarks.peers.judged import Asked
from benchmarks.peers.spopt_run import PeerRun
from benchmarks.read_suite import changed, read_suite, suite_file
from benchmarks.row import Row
from benchmarks.runner import AnyRun
from benchmarks.sources import GeneratedSource
from benchmarks.suite import Suite
from instances import InputError
from instances.generate import GenerateSpec, generate
from optimizer.model.plan import Hub, Plan
from optimizer.verify import verify

NO_PLAN: dict[str, Any] = {
    "reason": "no_solution", "objective": None, "claimed_objective": None, "bound": None, "gap": None, "trajectory": (),
}  # fmt: skip


def suite_of(*backends: str) -> Suite:
    return changed(read_suite(suite_file("growth")), backends=list(backends))


def told(
    suite: Suite, answer: Callable[[str, int], dict[str, Any]], data: Path, peers: Any = lambda _: ()
) -> tuple[list[Cell], list[tuple[str, str, int]]]:
    """Cells of sizes 12, 14 and 16, and what was run: family, backend, practices."""
    ran: list[tuple[str, str, int]] = []

    def make(runs: Sequence[AnyRun]) -> Mapping[str, Row]:
        rows = {}
        for run in runs:
            asked = run.asked if isinstance(run, PeerRun) else run
            practices = len(asked.instance.practices)
            ran.append((asked.family, asked.backend, practices))
            rows[run.key] = a_row(run.key, backend=asked.backend, **answer(asked.backend, practices))
        return rows

    return list(grow(suite, [16, 12, 14, 12], data, make, peers)), ran


def test_who_finds_no_plan_is_not_tried_at_a_larger_size(tmp_path: Path) -> None:
    """`search` proves no gap but has plans, and goes on; `highs` is told once."""
    cells, ran = told(
        suite_of("search", "highs"), lambda id_, n: NO_PLAN if (id_, n) == ("highs", 12) else {}, tmp_path
    )
    assert [one for one in ran if one[0] == "mixed"] == [
        ("mixed", "search", 12), ("mixed", "highs", 12), ("mixed", "search", 14), ("mixed", "search", 16),
    ]  # fmt: skip
    notes = [(cell.size, cell.backend, cell.note) for cell in cells if cell.family == GENERATED and cell.row is None]
    assert notes == [(14, "highs", "no plan in 5 s at 12: not tried beyond")]


@pytest.mark.parametrize(
    ("fields", "goes_on"),
    [
        ({"bound": 0.0, "gap": 1.0}, False),
        ({"bound": None, "gap": None, "outcome": "crashed"}, False),
        ({"bound": 5.0, "gap": 0.5, "outcome": "killed"}, True),
        ({"bound": None, "gap": None}, True),  # it proves nothing by design
        ({"bound": 0.0, "gap": 1.0, "objective": 9.0}, True),  # the first plan was dearer
    ],
)
def test_who_has_nothing_of_its_own_is_not_tried_at_a_larger_size(
    fields: dict[str, Any], goes_on: bool, tmp_path: Path
) -> None:
    """No bound, and no plan but the one that it was given."""
    given = {"trajectory": ({"seconds": 1.0, "objective": 10.0, "bound": None},), "objective": 10.0}
    cells, ran = told(suite_of("highs"), lambda *_: {**given, **fields}, tmp_path)
    assert [n for family, _, n in ran if family == "mixed"] == ([12, 14, 16] if goes_on else [12])
    notes = {cell.note for cell in cells if cell.family == GENERATED and cell.row is None}
    assert notes == (set() if goes_on else {"no better plan and no bound in 5 s at 12: not tried beyond"})


def test_families_are_stopped_apart(tmp_path: Path) -> None:
    def answer(_: str, practices: int) -> dict[str, Any]:
        return NO_PLAN if practices == 14 else {}

    _, ran = told(suite_of("highs"), answer, tmp_path)
    assert ran == [(family, "highs", n) for n in (12, 14) for family in ("mixed", "mixed p-median")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"limit": "memory", "outcome": "out_of_memory", "memory_limit_mb": 8000}, "no plan in 8,000 MB at 12"),
        ({"limit": None, "outcome": "crashed", "reason": "error"}, "no plan (crashed) at 12"),
        ({"limit": None, "outcome": "unavailable", "reason": "error"}, "unavailable at 12"),
    ],
)
def test_why_it_is_not_tried(fields: dict[str, Any], said: str, tmp_path: Path) -> None:
    cells, _ = told(suite_of("highs"), lambda _, n: {**NO_PLAN, **fields} if n == 12 else {}, tmp_path)
    assert {cell.note for cell in cells if cell.size == 14 and cell.family != ENGLAND} == {f"{said}: not tried beyond"}


def test_an_instance_without_any_plan_stops_nobody(tmp_path: Path) -> None:
    proven = {**NO_PLAN, "reason": "infeasible", "limit": None, "proof": "proven"}
    _, ran = told(suite_of("highs"), lambda _, n: proven if n == 12 else {}, tmp_path)
    assert len(ran) == 6


def test_data_that_are_not_there_are_told(tmp_path: Path) -> None:
    cells, _ = told(suite_of("highs"), lambda *_: {}, tmp_path)
    england = [cell for cell in cells if cell.family == ENGLAND]
    assert [cell.size for cell in england] == [12, 14, 16]
    assert {(cell.backend, cell.note) for cell in england} == {("", "skipped: the data of real areas; it is not there")}


def test_other_programs_are_run_on_p_medians_alone_and_stopped_alike(tmp_path: Path) -> None:
    def peers(run: Any) -> list[PeerRun]:
        options = {"rel_gap": 0.02}
        asked = Asked(run.instance, run.suite, run.family, "spopt:highs", 1, 1, 5.0, None, options)
        return [PeerRun(run.name, asked, "python", ())]

    def answer(backend: str, practices: int) -> dict[str, Any]:
        return {**NO_PLAN, "options": {"rel_gap": 0.02}} if (backend, practices) == ("spopt:highs", 14) else {}

    cells, ran = told(suite_of("highs"), answer, tmp_path, peers)
    assert [n for family, backend, n in ran if backend == "spopt:highs" and family == "mixed p-median"] == [12, 14]
    assert not [one for one in ran if one[:2] == ("mixed", "spopt:highs")]
    (last,) = [cell for cell in cells if cell.backend.startswith("spopt") and cell.size == 16]
    assert (last.family, last.backend) == (P_MEDIAN, "spopt:highs (rel_gap=0.02)")
    assert last.note == "no plan in 5 s at 14: not tried beyond"


def test_a_p_median_has_the_practices_at_their_distances() -> None:
    instance = generate(GenerateSpec(kind="mixed", practices=14), 1)
    found = p_median(instance)
    patients = [practice.patients for practice in instance.practices]
    assert [practice.patients for practice in found.practices] == patients
    assert {practice.hub_capacity for practice in found.practices} == {max(CAPACITY, *patients)}
    assert found.hub.count_min == found.hub.count_max == ceil(sum(patients) / MEAN)
    table = found.travel.table
    assert table is not None
    assert table.cost is not None
    pairs = [(a, b) for a in instance.practices for b in instance.practices]
    assert list(table.cost) == pytest.approx([straight_km(a, b) for a, b in pairs], rel=0.01, abs=0.01)


def straight_km(a: Any, b: Any) -> float:
    """Great circle, by haversines."""
    north, east = radians(b.latitude - a.latitude) / 2, radians(b.longitude - a.longitude) / 2
    across = cos(radians(a.latitude)) * cos(radians(b.latitude))
    return 2 * 6371.0 * asin(sqrt(sin(north) ** 2 + across * sin(east) ** 2))


def test_the_sum_of_distances_is_what_a_p_median_costs() -> None:
    found = p_median(generate(GenerateSpec(kind="mixed", practices=12), 1))
    ids, table = [practice.id for practice in found.practices], found.travel.table
    assert table is not None
    assert table.cost is not None
    alone, rest = ids[: found.hub.count_max - 1], ids[found.hub.count_max - 1 :]
    hubs = [Hub(site=site, members=(site,)) for site in alone] + [Hub(site=rest[0], members=tuple(rest))]
    last = len(alone)
    expected = sum(table.cost[k * len(ids) + last] for k in range(last, len(ids)))
    assert float(verify(found, Plan(hubs=tuple(hubs))).objective) == pytest.approx(expected)


def test_p_medians_end_where_their_tables_get_too_large() -> None:
    source = GeneratedSource(source="generated", practices=(MOST + 1,), p_median=True)
    with pytest.raises(InputError, match="at most 1,600 with p_median"):
        list(source.cases(Path()))
    with pytest.raises(ValueError, match="hubs_only or p_median"):
        GeneratedSource(source="generated", practices=(12,), p_median=True, hubs_only=True)
