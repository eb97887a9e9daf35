"""The bound of prices in a case against one that looks at every set of members."""

from __future__ import annotations

import numpy as np
import pytest
from bound_reference import random_prices, reference_bound
from bound_support import Rechecker, certificate, hamlet
from hamlet_plan import funded_hamlet

from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.certificate import (
    AssignBranch,
    Branch,
    CountBranch,
    HubsBranch,
    LeadsBranch,
    Leaf,
    NetworkBranch,
    SiteBranch,
    Split,
)
from optimizer.verify.bound.cases import Case, HubLimit, Slot

POUNDS = 0.01  # what rounding every part of every hub down can lose

MCP_LEADS = frozenset({"ZP01", "ZP07", "ZH02"})
PACS_LEADS = frozenset({"ZH01"})

SETTINGS = (
    [],
    ["hub.host_is_member=false"],
    ["hub.max=13000", "hub.target_max=12000", "hub.target_min=10000"],
    ["hub.min=0", "hub.min_rural=0"],
    ["role.gp.min_per_10k=6.0", "policy.consent=false"],
    ["role.gp.min_per_10k=4.0", "role.gp.whole_fte=true", "role.gp.market_fte=9"],
    ["role.gp.min_per_10k=none", "weights.cost=1.37", "weights.disruption=2.1"],
    ["hub.count_min=2", "hub.count_max=4", "policy.coverage_max=0.8"],
    ['policy.keep_together=[["ZP05", "ZP06"]]', 'policy.keep_apart=[["ZP07", "ZP08"]]'],
    ['policy.fixed_hub={"ZP05"="ZP01"}', 'policy.barred_hub={"ZP02"=["ZP01"], "ZP12"=["ZP12"]}'],
    ['policy.must_open=["ZP06"]', 'policy.must_not_open=["ZP07"]'],
    ["policy.independent_max_patients=20000", "care_model.MCP.max_km=4"],
)


def with_areas_and_capacities(instance: Instance) -> Instance:
    data = instance.model_dump()
    for practice in data["practices"]:
        practice["area"] = "West" if practice["x_km"] < 6.5 else "East"
        practice["hub_capacity"] = {"ZP01": 21_000, "ZP06": 6_500}.get(practice["id"])
    for hospital in data["hospitals"]:
        hospital["area"] = "East"
    data["policy"]["respect_areas"] = True
    return Instance.model_validate(data)


def with_nurses(instance: Instance) -> Instance:
    data = instance.model_dump()
    data["role"] = [
        *data["role"],
        {"id": "nurse", "min_per_10k": 2.0, "cost_per_fte": 45_000.0, "market_fte_share": 0.2},
    ]
    for rank, practice in enumerate(data["practices"]):
        if rank % 4:
            practice["fte"]["nurse"] = round(0.2 + (rank * 7 % 5) * 0.6, 1)
    return Instance.model_validate(data)


VARIANTS = [hamlet().with_settings(settings) for settings in SETTINGS] + [
    with_areas_and_capacities(hamlet()),
    funded_hamlet().with_settings({"care_model.MCP.needs_delegated": True}),
    with_nurses(hamlet()),
]


@pytest.mark.parametrize(
    "instance",
    VARIANTS,
    ids=[*(",".join(s) or "as it is" for s in SETTINGS), "areas, capacities", "commissioners", "nurses"],
)
def test_the_bound_is_the_least_over_all_sets_of_members(instance: Instance) -> None:
    problem = build_problem(instance)
    rng = np.random.default_rng(len(instance.sha256))
    first = Rechecker(instance, []).cases.first()
    prices = [random_prices(problem, first, rng) for _ in range(3)]
    lagrangian = Rechecker(instance, prices).lagrangian
    for used in [(0,), (1,), (0, 1, 2)]:
        bound = lagrangian.bound(first, used)
        assert bound is not None
        assert bound / 1e6 == pytest.approx(reference_bound(problem, first, [prices[k] for k in used]), abs=POUNDS)
        assert bound / 1e6 <= reference_bound(problem, first, [prices[k] for k in used]) + 1e-6


MCP, PACS = Slot("MCP", MCP_LEADS, 0, 3), Slot("PACS", PACS_LEADS, 0, 1)
ELSEWHERE = frozenset(("ZP02", site) for site in ("ZP03", "ZP06", "ZP07", "ZP12", "ZH02"))
ASSIGN = AssignBranch(kind="assign", practice="ZP02", sites=("ZP01",))
CASES: list[tuple[list[Branch], list[int], Case]] = [
    ([], [], Case((MCP, PACS))),
    ([CountBranch(kind="count", slot=0, at=0)], [0], Case((Slot("MCP", MCP_LEADS, 0, 0), PACS))),
    ([CountBranch(kind="count", slot=0, at=0)], [1], Case((Slot("MCP", MCP_LEADS, 1, 3), PACS))),
    ([SiteBranch(kind="site", site="ZP07")], [0], Case((MCP, PACS), closed=frozenset({"ZP07"}))),
    ([SiteBranch(kind="site", site="ZP06")], [1], Case((MCP, PACS), required=frozenset({"ZP06"}))),
    ([ASSIGN], [0], Case((MCP, PACS), barred=ELSEWHERE, placed=frozenset({"ZP02"}))),
    ([ASSIGN], [1], Case((MCP, PACS), barred=frozenset({("ZP02", "ZP01")}))),
    (
        [
            CountBranch(kind="count", slot=0, at=1),
            CountBranch(kind="count", slot=0, at=2),
            LeadsBranch(kind="leads", slot=0, split=("ZP01",)),
        ],
        [1, 0, 1],
        Case((Slot("MCP", frozenset({"ZP01"}), 1, 1), PACS, Slot("MCP", frozenset({"ZP07", "ZH02"}), 1, 1))),
    ),
    (
        [
            HubsBranch(kind="hubs", slots=(None,), at=1),
            HubsBranch(kind="hubs", slots=(None, 0), at=2),
            CountBranch(kind="count", slot=0, at=1),
            CountBranch(kind="count", slot=0, at=2),
            LeadsBranch(kind="leads", slot=0, split=("ZP01",)),
        ],
        [0, 1, 1, 0, 1],
        Case(
            (Slot("MCP", frozenset({"ZP01"}), 1, 1), PACS, Slot("MCP", frozenset({"ZP07", "ZH02"}), 1, 1)),
            limits=(HubLimit(frozenset({None}), 0, 1), HubLimit(frozenset({None, 0, 2}), 3, 6)),
        ),
    ),
    (
        [NetworkBranch(kind="network", site="ZP06", slot=0)],
        [0],
        Case((MCP, PACS), required=frozenset({"ZP06"}), elsewhere=frozenset({("ZP06", 1), ("ZP06", None)})),
    ),
    (
        [NetworkBranch(kind="network", site="ZP06", slot=None)],
        [1],
        Case((MCP, PACS), elsewhere=frozenset({("ZP06", None)})),
    ),
    (
        [
            NetworkBranch(kind="network", site="ZP01", slot=0),
            CountBranch(kind="count", slot=0, at=1),
            CountBranch(kind="count", slot=0, at=2),
            LeadsBranch(kind="leads", slot=0, split=("ZP01",)),
        ],
        [1, 1, 0, 1],
        Case(
            (Slot("MCP", frozenset({"ZP01"}), 1, 1), PACS, Slot("MCP", frozenset({"ZP07", "ZH02"}), 1, 1)),
            elsewhere=frozenset({("ZP01", 0), ("ZP01", 2)}),
        ),
    ),
]


@pytest.mark.parametrize(("branches", "path", "case"), CASES)
def test_branches_lead_to_the_right_case(branches: list[Branch], path: list[int], case: Case) -> None:
    problem, rng = build_problem(hamlet()), np.random.default_rng(5)
    rechecker = Rechecker(hamlet(), [random_prices(problem, case, rng) for _ in range(2)])
    leaves = list(rechecker.cases.leaves(certificate(hamlet(), [], tree(branches, path), bound=0.0)))
    reached = next(leaf.case for leaf in leaves if leaf.leaf.bound == 1.0)
    assert reached == case


@pytest.mark.parametrize("case", [case for _, _, case in CASES])
def test_the_bound_of_a_case_is_exact(case: Case) -> None:
    problem, rng = build_problem(hamlet()), np.random.default_rng(7)
    for _ in range(3):
        prices = [random_prices(problem, case, rng) for _ in range(2)]
        bound = Rechecker(hamlet(), prices).lagrangian.bound(case, (0, 1))
        assert bound is not None
        assert bound / 1e6 == pytest.approx(reference_bound(problem, case, prices), abs=POUNDS)


def test_a_search_that_is_cut_short_bounds_from_below(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, rng, cut = build_problem(VARIANTS[-1]), np.random.default_rng(11), []
    first = Rechecker(VARIANTS[-1], []).cases.first()
    for _ in range(5):
        prices = [random_prices(problem, first, rng)]
        whole = Rechecker(VARIANTS[-1], prices).lagrangian.bound(first, (0,))
        with monkeypatch.context() as patch:
            patch.setattr("optimizer.verify.bound.pricing.MOST_NODES", 2)
            short = Rechecker(VARIANTS[-1], prices).lagrangian.bound(first, (0,))
        assert short is not None
        assert whole is not None
        cut.append(whole - short)
    assert min(cut) >= 0
    assert max(cut) > 0


def test_a_case_that_no_plan_can_be_in_has_no_bound() -> None:
    problem = build_problem(hamlet())
    too_few = Case((Slot("MCP", MCP_LEADS, 0, 0), Slot("PACS", PACS_LEADS, 0, 0)))  # half of the patients are covered
    contrary = Case((MCP, PACS), closed=frozenset({"ZP06"}), required=frozenset({"ZP06"}))
    hostless = Case((MCP, PACS), barred=frozenset({("ZP06", "ZP06")}), required=frozenset({"ZP06"}))
    for case in (too_few, contrary, hostless):
        prices = [random_prices(problem, case, np.random.default_rng(1))]
        assert Rechecker(hamlet(), prices).lagrangian.bound(case, (0,)) is None


def test_more_numbers_of_networks_than_can_be_listed_are_bounded_by_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, case = build_problem(hamlet()), Case((MCP, PACS))
    prices = [random_prices(problem, case, np.random.default_rng(3))]
    lagrangian = Rechecker(hamlet(), prices).lagrangian
    listed = lagrangian.bound(case, (0,))
    monkeypatch.setattr("optimizer.verify.bound.lagrangian.MOST_CHOICES", 1)
    ends = lagrangian.bound(case, (0,))
    assert ends is not None
    assert listed is not None
    assert ends <= listed


def tree(branches: list[Branch], path: list[int]) -> Leaf | Split:
    """A tree whose leaf at the path claims 1."""
    if not branches:
        return Leaf(bound=1.0)
    parts = 3 if branches[0].kind == "leads" else 2
    below = tree(branches[1:], path[1:])
    return Split(
        branch=branches[0], children=tuple(below if part == path[0] else Leaf(bound=None) for part in range(parts))
    )
