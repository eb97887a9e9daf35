"""Refusals, last resorts, reluctance, autonomy and strain by hand, and against the arrays on random instances."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from random_consent import with_consent
from random_instances import random_instance
from verify_toy import instance, only, plan

from optimizer.model.consent import refusals
from optimizer.model.fit import fit_cost
from optimizer.model.strain import strain
from optimizer.verify import verify
from optimizer.verify.prepared import Prepared
from optimizer.verify.strain import strains

BY_GPS = {"a": Fraction(12, 92), "b": Fraction(63, 92), "d": Fraction(39, 92), "e": Fraction(82, 92)}  # c reports none
REFUSES = {"c": {"refuses": ["M"]}, "e": {"refuses": ["P"]}}


def last_resort(**policy: Any) -> dict[str, Any]:
    return {"last_resort": True, "imposed_price_per_patient": 7, **policy}


# --- strain -----------------------------------------------------------------------------------------------------------


def test_strain_by_gps_alone() -> None:
    assert strains(instance()) == BY_GPS


def test_strain_is_the_mean_of_what_anybody_reports() -> None:
    of = instance(practices={"a": {"rating": "good"}, "e": {"rating": "Requires improvement"}, "c": {"patients": 0}})
    assert strains(of) == {
        "a": (BY_GPS["a"] + Fraction(6, 22)) / 2,
        "b": (BY_GPS["b"] + Fraction(1, 2)) / 2,
        "d": (BY_GPS["d"] + Fraction(1, 2)) / 2,
        "e": (BY_GPS["e"] + Fraction(17, 22)) / 2,
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"a": {"gp_vacancies": 1.2}, "b": {"gp_vacancies": 0.9}}, {"a": Fraction(1, 2), "b": Fraction(1, 2)}),
        ({"a": {"gp_vacancies": 1.2}, "b": {"gp_vacancies": 1}}, {"a": Fraction(12, 42), "b": Fraction(33, 42)}),
        ({"a": {"list_closed": True}, "b": {"list_closed": False}}, {"a": Fraction(30, 42), "b": Fraction(9, 42)}),
        ({"a": {"rating": "outstanding"}, "b": {"rating": "good"}}, {"a": Fraction(12, 42), "b": Fraction(33, 42)}),
        ({"a": {"strain": 0.3}, "b": {"list_closed": True}}, {"a": Fraction("0.3"), "b": Fraction(1, 2)}),
        ({"a": {"fte": {"gp": 0}}, "b": {"fte": {"gp": 0.1}}}, {"a": Fraction(30, 42), "b": Fraction(9, 42)}),
    ],
    ids=["as many a patient", "vacancies", "closed", "rating", "stated", "no GP at all"],
)
def test_each_measure(rows: dict[str, Any], expected: dict[str, Fraction]) -> None:
    """Of a, with 12,000 patients, and b, with 9,000, who alone report."""
    silent = {p: {"fte": {}, **rows.get(p, {})} for p in "abcde"}
    of = instance(practices=silent, roles={"gp": {"min_per_10k": None}})
    assert strains(of) == expected
    assert list(strain(of)) == pytest.approx([float(expected.get(p, 0.5)) for p in "abcde"])


def test_misfit_follows_strain_and_a_table_goes_before_it() -> None:
    rows = ({"practice": "a", "care_model": "M", "per_patient": 2},)
    plain = instance(misfit=rows)
    strained = instance(misfit=rows, models={"M": {"misfit_strained": 6, "misfit_unstrained": 1}})
    patients = {"b": 9_000, "c": 6_000, "d": 15_000, "e": 10_000}
    more = sum(number * (1 + 5 * BY_GPS.get(p, Fraction(1, 2))) for p, number in patients.items())
    assert verify(strained, plan()).terms["misfit"] - verify(plain, plan()).terms["misfit"] == more


# --- prices -----------------------------------------------------------------------------------------------------------


def test_reluctance_and_autonomy() -> None:
    of = instance(
        practices={"a": {"reluctant": ["M", "P"], "readiness": 0.25}, "b": {"reluctant": ["P"]}, "d": {"readiness": 0}},
        models={"M": {"autonomy_price_per_patient": 0.5}},
        policy={"reluctant_price_per_patient": 3, "unready_price_per_patient": 8},
    )
    terms = verify(of, plan()).terms
    assert terms["reluctance"] == 12_000 * (3 + 6) + 15_000 * 8
    assert terms["autonomy"] == Fraction(1, 2) * 52_000
    names = list(terms)
    assert names[names.index("misfit") :][:3] == ["misfit", "reluctance", "autonomy"]


def test_who_is_in_no_network_pays_neither() -> None:
    of = instance(practices={"a": {"reluctant": ["M"]}}, models={"M": {"autonomy_price_per_patient": 2}})
    terms = verify(of, plan(*(hub.model_copy(update={"network": None}) for hub in plan().hubs), networks=())).terms
    assert terms["reluctance"] == terms["autonomy"] == 0


def test_terms_of_rules_that_an_instance_does_not_have_are_not_listed() -> None:
    assert not {"reluctance", "autonomy"} & verify(instance(), plan()).terms.keys()


# --- the last resort --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "ground"),
    [
        ({"unplaced_after_mediation": ["c", "d"]}, "after mediation"),
        ({"serious_problems": ["c"]}, "serious problems"),
        ({"serious_strain": 0.9}, "strain 0.90"),
        ({"serious_strain": 0.6, "serious_problems": ["c"]}, "serious problems, strain 0.90"),
    ],
)
def test_a_practice_is_placed_on_a_ground(policy: dict[str, Any], ground: str) -> None:
    of = instance(practices={"c": {**REFUSES["c"], "strain": 0.9}, "e": REFUSES["e"]}, policy=last_resort(**policy))
    evaluation = verify(of, plan())
    assert evaluation.ok
    assert evaluation.terms["reluctance"] == 6_000 * 7
    assert [(facts.practice, facts.without_consent) for facts in evaluation.without_consent] == [("c", ground)]


@pytest.mark.parametrize(
    "policy",
    [
        {"unplaced_after_mediation": ["c"]},
        last_resort(unplaced_after_mediation=["d"]),
        last_resort(serious_strain=0.91),
    ],
    ids=["off", "somebody else", "strained less"],
)
def test_without_a_ground_a_refusal_binds(policy: dict[str, Any]) -> None:
    of = instance(practices={"c": {**REFUSES["c"], "strain": 0.9}}, policy=policy)
    assert only("consent", of, plan()) == [("c", "practice c refuses M and is in network M:a", 1)]
    assert verify(of, plan()).without_consent == ()


def test_what_is_not_known_is_no_serious_strain() -> None:
    of = instance(practices=REFUSES, policy=last_resort(serious_strain=0))
    assert only("consent", of, plan()) == [("c", "practice c refuses M and is in network M:a", 1)]


def test_without_consent_nothing_is_imposed() -> None:
    of = instance(practices=REFUSES, policy=last_resort(serious_problems=["c"], consent=False))
    evaluation = verify(of, plan())
    assert (evaluation.ok, evaluation.terms["reluctance"], evaluation.without_consent) == (True, 0, ())


# --- arrays -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_the_arrays_say_the_same(seed: int) -> None:
    of = with_consent(random_instance(seed), random.Random(seed))
    prepared, models = Prepared(of), of.care_model
    binding = [[prepared.consent.forbids(p, model.id) for model in models] for p in of.practices]
    price = [[float(p.patients * prepared.network_price(p, model)) for model in models] for p in of.practices]
    shape = len(of.practices), len(models)
    binds = refusals(of)
    assert binds.tolist() == binding
    assert np.allclose(fit_cost(of)[~binds], np.array(price).reshape(shape)[~binds], rtol=1e-12)
    known = strains(of)
    assert strain(of) == pytest.approx([float(known.get(p.id, Fraction(1, 2))) for p in of.practices], rel=1e-15)
