"""Practices run by trusts, worked by hand on the toy instance: c, 10.2 km from hospital h, in place of hub a."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from verify_toy import broken, hub, instance, only, plan

from instances import Instance
from optimizer.model.plan import Plan, TrustRun
from optimizer.verify import verify

RULES = {"cost_per_practice": 700, "price_per_patient": 0.5, "misfit_deprived": 3, "misfit_affluent": 1, "max_km": 10.2}
ABLE = {"h": {"runs_practices_max": 1, "runs_patients_max": 6_000}}


def run_by(*pairs: str) -> Plan:
    """Hub a without c, and who runs whom, such as c:h."""
    runs = tuple(TrustRun(practice=pair[0], hospital=pair[2:]) for pair in pairs)
    members = "ab" if any(pair[0] == "c" for pair in pairs) else "abc"
    base = plan(hub("a", members, continues="G1"), hub("d", "de", continues="G2"))
    return base.model_copy(update={"trust_run": runs})


def with_trusts(**changes: Any) -> Instance:
    free = {"min": 10_000}
    models = {model: {"min": 30_000, "target_min": 30_000} for model in "MP"}
    settings: dict[str, Any] = {"hub": free, "models": models, "hospitals": ABLE, "trust_run": RULES}
    return instance(**{**settings, **changes})


def test_what_it_costs() -> None:
    """c and b have the same score, of 27,000 patients less deprived than d: ridit (12,000 + 7,500) / 42,000."""
    evaluation = verify(with_trusts(), run_by("c:h"))
    assert evaluation.ok
    ridit = Fraction(12_000 * 2 + 15_000, 2 * 42_000)
    assert evaluation.terms["trust_run"] == 700
    assert evaluation.terms["trust_run_fit"] == 6_000 * (Fraction(1, 2) + 1 + 2 * ridit)
    assert evaluation.terms["independents"] == 0
    assert evaluation.terms["forgone_dividend"] == 3 * 6_000
    assert [facts.practice for facts in evaluation.practices if facts.moved] == ["c"]
    assert evaluation.practices[2].run_by == "h"


def test_terms_are_those_of_the_section() -> None:
    assert not {"trust_run", "trust_run_fit"} & verify(instance(), plan()).terms.keys()


def test_consent_counts_and_size_and_permission_to_be_independent_do_not() -> None:
    unfree = {"allow_independent": False, "independent_max_patients": 0}
    refusing = {"c": {"refuses": ["TRUST_RUN"]}}
    assert verify(with_trusts(policy=unfree), run_by("c:h")).ok
    assert [s for s, *_ in only("trust-run", with_trusts(practices=refusing), run_by("c:h"))] == ["c"]
    assert verify(with_trusts(practices=refusing, policy={"consent": False}), run_by("c:h")).ok


def test_distance_to_the_millimetre() -> None:
    """sqrt(104) km, rounded to 10.198039."""
    assert verify(with_trusts(trust_run={**RULES, "max_km": 10.198039}), run_by("c:h")).ok
    [(subject, message, excess)] = only(
        "trust-run", with_trusts(trust_run={**RULES, "max_km": 10.198038}), run_by("c:h")
    )
    assert (subject, excess) == ("c", Fraction(1, 10**6))
    assert "10.198039 km" in message


def test_a_trust_runs_what_its_hospitals_can_together() -> None:
    one, two = (
        {"kind": "acute", "x_km": 1, "y_km": 0, "trust": "T"},
        {"kind": "other", "x_km": 0, "y_km": 0, "trust": "T"},
    )
    able = {**ABLE, "i": {**one, "runs_practices_max": 1}, "k": {**two, "runs_patients_max": 14_999}}
    of = with_trusts(hospitals=able, policy={"coverage_min": 0})
    both = run_by("c:i", "b:k").model_copy(update={"hubs": (hub("a", "a", None, continues="G1"),), "networks": ()})
    found = {(subject, excess) for subject, _, excess in only("trust-run", of, both)}
    assert found == {("T", 1)}
    messages = [message for _, message, _ in only("trust-run", of, both)]
    assert len(messages) == 2
    assert any("2 practices" in message for message in messages)
    assert any("15,000 patients" in message for message in messages)


@pytest.mark.parametrize(
    ("changes", "runner", "words"),
    [
        ({"trust_run": {**RULES}, "hospitals": {}}, "h", "whose trust runs no practices"),
        ({}, "z", "no hospital of the instance"),
        ({}, "a", "no hospital of the instance"),
    ],
)
def test_who_cannot_run(changes: dict[str, Any], runner: str, words: str) -> None:
    [(subject, message, _)] = only("trust-run", with_trusts(**changes), run_by(f"c:{runner}"))
    assert subject == "c"
    assert words in message


def test_without_the_section() -> None:
    [(_, message, _)] = only("trust-run", instance(hub={"min": 10_000}), run_by("c:h"))
    assert "no section trust_run" in message


def test_one_place_each() -> None:
    twice = [message for rule, _, message, _ in broken(with_trusts(), run_by("d:h")) if rule == "one-group-each"]
    assert twice == ["practice d has 2 places: hub d, run by h"]


@pytest.mark.parametrize(
    ("policy", "rule"),
    [
        ({"keep_together": [["a", "c"]]}, "keep-together"),
        ({"fixed_hub": {"c": "a"}}, "fixed-hub"),
        ({"fixed_network": {"c": "M"}}, "fixed-network"),
    ],
)
def test_locks_keep_practices_in_hubs(policy: dict[str, Any], rule: str) -> None:
    assert {found[0] for found in broken(with_trusts(policy=policy), run_by("c:h"))} == {rule}
