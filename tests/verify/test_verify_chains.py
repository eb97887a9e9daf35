"""Chains of hospitals judged: unlikeness by hand, each rule just kept and just broken, pounds by term."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from instances import Instance
from optimizer.model.plan import Chain, Hub, Plan
from optimizer.verify import ChainEvaluation, verify
from optimizer.verify.chains import z_scores
from optimizer.verify.hires import with_hires

BEDS = {"A": 10, "B": 20, "C": 30, "D": 40}
HUB = Hub(site="P", members=("P",))


def ward(**chain: Any) -> Instance:
    """Four community hospitals with 10, 20, 30 and 40 beds, D an acute one, and one practice."""
    hospitals = [
        {"id": h, "kind": "acute" if h == "D" else "community", "features": {"beds": beds}, "x_km": 0, "y_km": 0}
        for h, beds in BEDS.items()
    ]
    rules = {"features": {"beds": 2, "kind": 0.5}, "members_max": 3, "alone_price": 7, "price_per_unlikeness": 100}
    return Instance.model_validate(
        {
            "hub": {"min": 0, "min_rural": 0},
            "horizon_years": 4,
            "practices": [{"id": "P", "patients": 30_000, "x_km": 0, "y_km": 0}],
            "hospitals": hospitals,
            "chain": {**rules, "running_cost": 1000, "setup_cost": 400, **chain},
        }
    )


def plan(*chains: tuple[str, str]) -> Plan:
    """Chains as ("A", "ABC"): lead and members."""
    return Plan(hubs=(HUB,), chains=tuple(Chain(lead=lead, members=tuple(members)) for lead, members in chains))


def broken(instance: Instance, *chains: tuple[str, str]) -> list[tuple[str, str]]:
    return [(fault.rule, fault.subject) for fault in verify(instance, plan(*chains)).violations]


def judged(instance: Instance, *chains: tuple[str, str]) -> ChainEvaluation:
    found = verify(instance, plan(*chains)).chains
    assert found is not None
    return found


def test_unlikeness_and_terms_by_hand() -> None:
    """The population standard deviation is the root of 125: z-scores are -1.341641, -0.447214, 0.447214, 1.341641."""
    found = judged(ward(), ("B", "ABD"))
    assert found.chains[0].unlikeness == {"A": Fraction("1.788854"), "D": Fraction("4.07771")}
    assert (found.chains[0].mean, found.chains[0].max) == (Fraction("2.933282"), Fraction("4.07771"))
    assert found.alone == ("C",)
    assert found.terms == {
        "chain_running": 1000,
        "chain_setup": 100,
        "chain_unlikeness": Fraction("586.6564"),
        "chain_alone": 7,
    }
    assert found.objective == Fraction("1693.6564")


def test_chains_are_no_part_of_the_objective() -> None:
    without = verify(ward(), Plan(hubs=(HUB,)))
    assert without.chains is None
    assert without.objective == verify(ward(), plan(("A", "AB"))).objective


def test_z_scores_are_exact() -> None:
    large = [Fraction(10**9) + Fraction(k, 10**6) for k in range(3)]  # doubles could not tell them apart
    root = Fraction("1.224745")  # of 1.5
    assert z_scores(large) == [-root, 0, root]
    assert z_scores([Fraction("0.1")] * 3) == [0, 0, 0]
    assert z_scores([Fraction(0), Fraction(1)]) == [-1, 1]


def test_rules_kept() -> None:
    assert broken(ward()) == []
    assert broken(ward(), ("A", "AB"), ("D", "CD")) == []
    assert broken(ward(alone_allowed=False), ("A", "AB"), ("D", "CD")) == []
    assert broken(ward(lead_min={"beds": 20}), ("B", "ABC")) == []


@pytest.mark.parametrize(
    ("rules", "chains", "wrong"),
    [
        ({}, [("A", "A")], ("chain-size", "A")),
        ({}, [("A", "ABCD")], ("chain-size", "A")),
        ({}, [("A", "AA")], ("chain-size", "A")),
        ({}, [("A", "AB"), ("C", "BC")], ("chain-members", "B")),
        ({}, [("A", "AX")], ("chain-members", "X")),
        ({}, [("A", "BC")], ("chain-lead", "A")),
        ({"join_max": {"beds": 30}}, [("A", "AD")], ("chain-members", "D")),
        ({"kinds": ["community"]}, [("A", "AD")], ("chain-members", "D")),
        ({"lead_min": {"beds": 20}}, [("A", "AB")], ("chain-lead", "A")),
        ({"alone_allowed": False}, [("A", "ABC")], ("chain-members", "D")),
    ],
)
def test_rules_broken(rules: dict[str, Any], chains: list[tuple[str, str]], wrong: tuple[str, str]) -> None:
    assert wrong in broken(ward(**rules), *chains)


def test_an_instance_without_chains_takes_none() -> None:
    bare = ward().model_copy(update={"chain": None})
    assert broken(bare) == []
    assert broken(bare, ("A", "AB")) == [("chain-members", "plan")]


def test_hires_are_worked_out_with_the_chains_kept() -> None:
    assert with_hires(ward(), plan(("A", "AD"))).chains == plan(("A", "AD")).chains
