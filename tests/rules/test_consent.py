"""Consent, reluctance and last resorts decide plans: against brute force, and in what explanations offer."""

from __future__ import annotations

import random
from typing import Any

import pytest
from against_best import columns_finds_the_best, compact_finds_the_best
from partitioning import best_plan
from random_consent import with_consent
from random_instances import random_instance
from village import village

from instances import Instance
from optimizer.explain.dials import singles
from optimizer.explain.exemptions import exemptions
from optimizer.explain.loosenings import loosened, loosenings
from optimizer.verify import verify
from optimizer.verify.bound import recheck

SEEDS = (305, 330, 333, 339, 302, 307, 313, 321, 336, 341)  # a last resort is used in the best plan of half of them


def asked(seed: int) -> Instance:
    return with_consent(random_instance(seed, 6 + seed % 3), random.Random(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_compact_model_against_brute_force(seed: int) -> None:
    compact_finds_the_best(asked(seed))


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_columns_against_brute_force(seed: int) -> None:
    instance = asked(seed)
    outcome = columns_finds_the_best(instance, time_limit=60.0)
    assert outcome.certificate is not None
    check = recheck(instance, outcome.certificate)
    assert check.holds
    assert float(check.certified or 0) == pytest.approx(outcome.certificate.bound, rel=1e-6)


# --- what decides -----------------------------------------------------------------------------------------------------

REFUSAL = {"practices.d.refuses": ["M", "P"]}


def least(changes: dict[str, Any]) -> float:
    best = best_plan(village(changes))
    assert best is not None
    return best[0]


def test_a_last_resort_is_used_where_it_is_worth_its_price() -> None:
    with_it = {**REFUSAL, "policy.last_resort": True, "policy.unplaced_after_mediation": ["d"]}
    free, cheap, dear = (
        least({**with_it, "policy.imposed_price_per_patient": price}) for price in (0.0, 0.01, 1_000.0)
    )
    assert free == pytest.approx(least({}))
    assert cheap == pytest.approx(free + 0.01 * 6_000)
    assert dear == pytest.approx(least(REFUSAL))
    assert dear > cheap + 1


def test_reluctance_lies_between_consent_and_refusal() -> None:
    reluctant = {"practices.d.reluctant": ["M", "P"]}
    willing, cheap, dear = (
        least({**reluctant, "policy.reluctant_price_per_patient": price}) for price in (0.0, 0.01, 1_000.0)
    )
    assert willing == pytest.approx(least({}))
    assert cheap == pytest.approx(willing + 0.01 * 6_000)
    assert dear == pytest.approx(least(REFUSAL))


# --- explanations -----------------------------------------------------------------------------------------------------


def offered(instance: Instance) -> dict[str, dict[str, Any]]:
    consent = ("consent", "last resort", "reluctant", "ready")
    return {each.words: dict(each.settings) for each in loosenings(instance) if any(w in each.words for w in consent)}


def test_what_is_offered() -> None:
    said = {
        "practices.a.reluctant": ["M"],
        "practices.b.readiness": 0.5,
        "practices.d.refuses": ["P"],
        "practices.e.refuses": ["P"],
        "policy.serious_problems": ["e"],
    }
    prices = {
        "every practice consents": {"policy.consent": False},
        "nobody is reluctant": {"policy.reluctant_price_per_patient": 0.0},
        "every practice is ready": {"policy.unready_price_per_patient": 0.0},
    }
    assert offered(village()) == {}
    assert offered(village(said)) == prices | {"the commissioner's last resort": {"policy.last_resort": True}}
    after_mediation = {"policy.unplaced_after_mediation": ("d",)}
    switched_on = prices | {"the commissioner's last resort for d": after_mediation}
    assert offered(village({**said, "policy.last_resort": True})) == switched_on


def test_what_is_offered_lets_the_plan_be() -> None:
    """The best plan of everybody willing, where d refuses and the last resort is for somebody else."""
    best = best_plan(village())
    instance = village({**REFUSAL, "policy.last_resort": True, "policy.serious_problems": ["e"]})
    assert best is not None
    (found,) = exemptions(instance, best[1])
    assert found.words.startswith("d (6,000 patients) refuses ")
    assert found.words.endswith(": win its consent, or name it in policy.unplaced_after_mediation")
    (offer,) = (each for each in loosenings(instance) if each.words == "the commissioner's last resort for d")
    assert not verify(instance, best[1]).ok
    assert verify(loosened(instance, offer), best[1]).ok


def test_a_price_is_no_way_to_a_plan() -> None:
    impossible = village({"practices.a.reluctant": ["M"], "role.gp.market_fte_share": 0.0, "role.gp.min_per_10k": 9})
    assert all("reluctant" not in str(single.change) for single in singles(impossible))
    assert all("reluctant" not in str(single.change) for single in singles(village({"practices.a.reluctant": ["M"]})))
