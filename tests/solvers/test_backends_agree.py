"""All MIP backends on random instances, and set partitioning beside them where there are at most 10 practices.

`agreement.py` is a command, too, for as many instances as there is time for.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from agreement import PARTITIONING, Case, Claim, by_case, claims_of, contradictions, mip_backends

from optimizer.model.backend import Reason

TIME_LIMIT_S = 3.0
CASES = [(seed, 12 + seed % 9) for seed in range(1000, 1004)] + [(seed, 6 + seed % 5) for seed in range(2000, 2012)]
RULED = [(seed, 6 + seed % 3) for seed in (5024, 5030, *range(3000, 3010))]  # the first two ask for what cannot be
PARTITIONED = [(seed, n) for seed, n in CASES if n <= 10]

COST, BOUND = 1_000_000.0, 990_000.0
RIGHT = [
    Claim(1, 9, "proves", Reason.OPTIMAL, COST, COST),
    Claim(1, 9, "stops", Reason.FEASIBLE, COST + 5_000, BOUND),
    Claim(1, 9, "finds nothing", Reason.NO_SOLUTION, bound=BOUND),
]


@pytest.fixture(scope="module")
def claims() -> dict[Case, list[Claim]]:
    of_backends = [claim for backend in mip_backends() for claim in claims_of(backend, CASES, TIME_LIMIT_S)]
    return by_case([*of_backends, *claims_of(PARTITIONING, PARTITIONED, TIME_LIMIT_S)])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_backends_agree(claims: dict[Case, list[Claim]], case: Case) -> None:
    """Where they finish: one optimum, no bound above any plan, no plan where one says that there is none."""
    assert {claim.backend for claim in claims[case]} >= set(mip_backends())
    assert contradictions(claims[case]) == []


@pytest.mark.slow
def test_all_backends_agree_on_all_rules() -> None:
    claims = [claim for backend in mip_backends() for claim in claims_of(backend, RULED, TIME_LIMIT_S, any_rules=True)]
    assert any(claim.reason == Reason.OPTIMAL for claim in claims)
    assert [text for group in by_case(claims).values() for text in contradictions(group)] == []


def test_what_can_be_true() -> None:
    assert contradictions(RIGHT) == []
    assert contradictions([Claim(1, 9, "proves", Reason.INFEASIBLE), RIGHT[2]]) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Claim(1, 9, "wrong", Reason.INFEASIBLE), "sees no plan where one costs 1000000.00"),
        (Claim(1, 9, "wrong", Reason.OPTIMAL, COST + 2, COST), "calls 1000002.00 optimal"),
        (Claim(1, 9, "wrong", Reason.NO_SOLUTION, bound=COST + 2), "has a bound of 1000002.00"),
        (Claim(1, 9, "wrong", Reason.ERROR, fault="KeyError"), "fails: KeyError"),
        (Claim(1, 9, "wrong", Reason.FEASIBLE, fault="the plan breaks rules"), "fails: the plan breaks rules"),
    ],
)
def test_what_cannot_be_true(wrong: Claim, said: str) -> None:
    (found,) = contradictions([*RIGHT, wrong])
    assert found.startswith("wrong on 1 with 9 practices")
    assert said in found


def test_a_process_that_dies_is_told_of_each_case() -> None:
    first, second = claims_of("nosuch", [(1, 6), (2, 6)], TIME_LIMIT_S)
    assert (first.seed, second.seed) == (1, 2)
    assert "nosuch" in first.fault
    assert contradictions([first]) != []


def test_what_a_process_says_is_what_its_backend_says() -> None:
    (claim,) = claims_of("highs", [(20_000, 6)], TIME_LIMIT_S)
    (known,) = claims_of(PARTITIONING, [(20_000, 6)], TIME_LIMIT_S)
    assert claim.reason == known.reason == Reason.OPTIMAL
    assert claim.cost == pytest.approx(known.cost)
    assert contradictions([claim, known]) == []
    assert contradictions([replace(claim, bound=2 * known.cost), known]) != []
