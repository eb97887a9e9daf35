"""Every cost term against figures worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from verify_toy import HIRED_A, HIRED_D, hub, instance, plan

from instances import Instance
from optimizer.model.plan import Plan
from optimizer.verify import verify


def term(name: str, of: Instance, by: Plan) -> Fraction:
    return verify(of, by).terms[name]


def test_the_toy_plan_keeps_every_rule() -> None:
    evaluation = verify(instance(), plan())
    assert evaluation.violations == ()
    assert evaluation.ok


def test_every_term_of_the_toy_plan() -> None:
    exact_hires = plan(
        hub("a", "abc", continues="G1", gp=float(HIRED_A)), hub("d", "de", continues="G2", gp=float(HIRED_D))
    )
    evaluation = verify(instance(), exact_hires)
    terms = dict(evaluation.terms)
    assert terms.pop("hires") == pytest.approx(float(100 * (HIRED_A + HIRED_D)), rel=1e-12)
    assert list(terms.items()) == [
        ("hub_running", 2 * 1_000),
        ("hub_setup", 2 * 500 / 5),
        ("network_running", 3_000),
        ("network_setup", 1_000 / 5),
        ("travel", Fraction("0.1") * (9_000 * 5 + 6_000 * 2 + 10_000 * 3)),
        ("coordination", 20 * 7),
        ("hub_size", 2 * 1_000),
        ("network_size", Fraction("0.5") * 1_000),
        (
            "misfit",
            12_000 * (1 + 3 * Fraction(6, 42))
            + (9_000 + 6_000) * (1 + 3 * Fraction("19.5") / 42)
            + 15_000 * (1 + 3 * Fraction("34.5") / 42)
            + 10_000 * (1 + 3 * Fraction(1, 2)),
        ),
        ("forgone_dividend", 0),
        ("independents", 0),
        ("moved_practices", 50 / 5),
        ("moved_patients", 6_000 * Fraction("0.25") / 5),
    ]


def test_objective_is_the_weighted_sum() -> None:
    evaluation = verify(instance(weights={"cost": 0.3, "disruption": 7}), plan())
    disruption = evaluation.terms["moved_practices"] + evaluation.terms["moved_patients"]
    cost = sum(evaluation.terms.values()) - disruption
    assert evaluation.objective == Fraction("0.3") * cost + 7 * disruption


def test_a_float_is_the_decimal_it_is_written_as() -> None:
    third_of_a_penny = instance(travel={"cost_per_patient_km": 0.1})
    assert term("travel", third_of_a_penny, plan()) == Fraction(87_000, 10)


def test_hub_setup_of_a_row_goes_before_the_default() -> None:
    of = instance(practices={"d": {"hub_setup_cost": 750.5}})
    assert term("hub_setup", of, plan()) == (500 + Fraction("750.5")) / 5


def test_hires_are_priced_as_needed_where_less_is_stated() -> None:
    shaved = plan(hub("a", "abc", gp=0), hub("d", "de", gp=3))
    assert term("hires", instance(), shaved) == 100 * (HIRED_A + 3)
    assert verify(instance(), shaved).hires == {"gp": HIRED_A + 3}


def test_network_hires_are_priced() -> None:
    of = instance(roles={"gp": {"network_min_per_10k": 5}})
    bare = plan(hub("a", "abc", gp=0), hub("d", "de", gp=0))
    own = Fraction("17") + Fraction(17, 46_000) * 6_000
    needed = Fraction(5 * 52_000, 10_000) - own - HIRED_A - HIRED_D
    assert verify(of, bare).networks[0].hires_needed == {"gp": needed}
    assert term("hires", of, bare) == 100 * (HIRED_A + HIRED_D + needed)


def test_lead_hospital_staff_count_in_the_network() -> None:
    of = instance(roles={"gp": {"network_min_per_10k": 5}})
    by_hub, by_hospital = (
        verify(of, plan(hub("a", "abc", lead), hub("d", "de", lead), networks=(lead,))).networks[0].hires_needed["gp"]
        for lead in ("M:a", "P:h")
    )
    assert by_hub - by_hospital == 2


@pytest.mark.parametrize(("d", "price"), [(15_000, 2_000), (17_500, 0), (18_000, 0), (18_003, 6), (28_000, 20_000)])
def test_hub_size_price(d: int, price: int) -> None:
    """Hub d has d's patients and e's 10,000; the targets are 26,000 to 28,000."""
    assert term("hub_size", instance(practices={"d": {"patients": d}}), plan()) == price


def test_a_hub_of_one_practice_pays_nothing_for_being_large() -> None:
    of = instance(practices={"d": {"patients": 29_000}})
    alone = plan(hub("a", "abc"), hub("d", "d"), independents="e")
    assert term("hub_size", of, alone) == 0
    assert verify(of, alone).hubs[1].in_band


@pytest.mark.parametrize(("target_min", "target_max", "outside"), [(53_000, 54_000, 1_000), (50_000, 52_000, 0)])
def test_network_size_price(target_min: int, target_max: int, outside: int) -> None:
    of = instance(models={"M": {"target_min": target_min, "target_max": target_max}})
    assert term("network_size", of, plan()) == Fraction(outside, 2)


def test_patients_outside_networks() -> None:
    of = instance()
    by = plan(hub("a", "abc"), hub("d", "d", network=None), independents="e")
    assert term("forgone_dividend", of, by) == 3 * 25_000
    assert term("independents", of, by) == Fraction("1.1") * 10_000
    assert verify(of, by).coverage == Fraction(27, 52)


def test_a_misfit_table_goes_before_deprivation() -> None:
    plain = term("misfit", instance(), plan())
    stated = instance(misfit=({"practice": "e", "care_model": "M", "per_patient": 0.7},))
    assert term("misfit", stated, plan()) == plain - 10_000 * (Fraction("2.5") - Fraction("0.7"))


def test_misfit_falls_with_deprivation_for_a_hospital_led_model() -> None:
    by = plan(hub("a", "abc", network=None), hub("d", "de", network="P:h"), networks=("P:h",))
    by_ridit = Fraction("0.2") * (1 - Fraction("34.5") / 42) * 15_000 + Fraction("0.1") * 10_000
    assert term("misfit", instance(), by) == by_ridit


@pytest.mark.parametrize(
    ("continued", "moved"),
    [(("G1", "G2"), "c"), (("G2", "G1"), "abd"), ((None, None), "abcd"), (("G2", None), "abd")],
)
def test_who_is_moved(continued: tuple[str | None, str | None], moved: str) -> None:
    by = plan(hub("a", "abc", continues=continued[0]), hub("d", "de", continues=continued[1]))
    evaluation = verify(instance(), by)
    assert "".join(facts.practice for facts in evaluation.practices if facts.moved) == moved


def test_an_independent_with_a_group_is_moved() -> None:
    by = plan(hub("a", "ab", continues="G1"), hub("d", "de", continues="G2"), independents="c")
    assert [facts.moved for facts in verify(instance(), by).practices] == [False, False, True, False, False]


def test_travel_table_states_costs_for_whole_practices() -> None:
    table = {"origin": ["b", "c", "e", "d"], "destination": ["a", "a", "d", "a"], "cost": [10.1, 20, 30, 0]}
    of = instance(travel={"table": table})
    assert term("travel", of, plan()) == Fraction("60.1")
    assert term("coordination", of, plan()) == 20 * 7  # km still come from the coordinates


def test_travel_table_states_kilometres() -> None:
    table = {"origin": ["b", "c", "e", "d"], "destination": ["a", "a", "d", "a"], "km": [1.5, 2.25, 3, 11]}
    of = instance(travel={"table": table})
    assert term("travel", of, plan()) == Fraction("0.1") * (13_500 + 13_500 + 30_000)
    assert term("coordination", of, plan()) == 11 * 7
