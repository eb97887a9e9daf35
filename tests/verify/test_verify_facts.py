"""The figures that an evaluation reports: distances, staff, rural sites, hubs and networks."""

from __future__ import annotations

import ast
import math
from fractions import Fraction
from pathlib import Path

import pytest
from verify_toy import HIRED_A, hub, instance, plan

import optimizer.verify
from optimizer.verify import Verifier, verify
from optimizer.verify.exact import exact

RATE = Fraction(17, 46_000)  # reported GPs per patient


@pytest.mark.parametrize(
    ("number", "fraction"),
    [
        (0.1, Fraction(1, 10)),
        (1e-7, Fraction(1, 10**7)),
        (3, Fraction(3)),
        (1e22, Fraction(10**22)),
        (-0.0, Fraction(0)),
    ],
)
def test_exact(number: float, fraction: Fraction) -> None:
    assert exact(number) == fraction


def test_hub_facts() -> None:
    first = verify(instance(practices={"a": {"name": "Ash House"}}), plan()).hubs[0]
    assert (first.site, first.name, first.members, first.patients) == ("a", "Ash House", ("a", "b", "c"), 27_000)
    assert (first.minimum, first.rural, first.in_band) == (20_000, False, True)
    assert (first.network, first.care_model, first.continues) == ("M:a", "M", "G1")
    assert (first.mean_km, first.max_km, first.km_to_lead) == (Fraction(9_000 * 5 + 6_000 * 2, 27_000), 5, 0)
    assert first.fte == {"gp": Fraction("8.5") + RATE * 6_000}
    assert first.hires == {"gp": 2}
    assert first.hires_needed == {"gp": HIRED_A}


@pytest.mark.parametrize(("d", "in_band"), [(15_999, False), (16_000, True), (18_000, True), (18_001, False)])
def test_in_band(d: int, in_band: bool) -> None:
    """With e's 10,000; the targets are 26,000 to 28,000."""
    assert verify(instance(practices={"d": {"patients": d}}), plan()).hubs[1].in_band is in_band


def test_a_single_practice_below_the_targets_is_not_in_band() -> None:
    by = plan(hub("a", "abc"), hub("d", "d"), independents="e")
    assert not verify(instance(), by).hubs[1].in_band


def test_network_facts() -> None:
    (network,) = verify(instance(), plan()).networks
    assert (network.id, network.care_model, network.lead, network.hubs) == ("M:a", "M", "a", ("a", "d"))
    assert (network.practices, network.patients, network.mean_km, network.max_km) == (5, 52_000, 10, 20)
    assert network.hires == network.hires_needed == {"gp": 0}


def test_practice_facts_are_in_the_order_of_the_instance() -> None:
    facts = verify(instance(), plan(hub("d", "ed"), hub("a", "ba"), independents="c")).practices
    assert [(f.practice, f.hub, f.network, f.care_model, f.km) for f in facts] == [
        ("a", "a", "M:a", "M", 0),
        ("b", "a", "M:a", "M", 5),
        ("c", None, None, None, None),
        ("d", "d", "M:a", "M", 0),
        ("e", "d", "M:a", "M", 3),
    ]


def test_staff_estimates_and_market() -> None:
    evaluation = verify(instance(), plan())
    assert evaluation.estimated_fte == {"gp": ("c",)}
    assert evaluation.market == {"gp": (17 + RATE * 6_000) / 2}


def test_nobody_reports_a_role() -> None:
    evaluation = verify(instance(roles={"nurse": {"market_fte_share": 1}}), plan())
    assert evaluation.market["nurse"] == 0
    assert evaluation.hubs[0].fte["nurse"] == evaluation.hubs[0].hires_needed["nurse"] == 0
    assert evaluation.estimated_fte["nurse"] == tuple("abcde")


def test_reported_zero_is_not_an_estimate() -> None:
    evaluation = verify(instance(practices={"c": {"fte": {"gp": 0}}}), plan())
    assert evaluation.estimated_fte == {"gp": ()}
    assert evaluation.hubs[0].fte == {"gp": Fraction("8.5")}


@pytest.mark.parametrize(
    ("a", "b", "degrees"),
    [((90, 17), (0, 17), 90), ((0, 10), (0, 100), 90), ((60, 0), (60, 180), 60), ((0, 179), (0, -179), 2)],
)
def test_great_circle_to_the_millimetre(a: tuple[float, float], b: tuple[float, float], degrees: float) -> None:
    here, there = ({"latitude": north, "longitude": east, "x_km": None, "y_km": None} for north, east in (a, b))
    places = {"a": here, **dict.fromkeys("bcde", there)}
    of = instance(practices=places, hospitals={"h": here}, travel={"circuity": 1.3})
    assert verify(of, plan()).practices[1].km == Fraction(round(1.3 * 6371.0088 * math.radians(degrees) * 10**6), 10**6)


def test_plane_distance_is_rounded_to_the_millimetre() -> None:
    of = instance(practices={"b": {"x_km": 1, "y_km": 1}}, travel={"circuity": 1})
    assert verify(of, plan()).practices[1].km == Fraction("1.414214")


@pytest.mark.parametrize(("reach", "rural"), [(27_000, False), (27_001, True)])
def test_rural_by_reach(reach: int, rural: bool) -> None:
    """Within 15 km of a are a, b and c: 27,000 patients."""
    first = verify(instance(hub={"rural_reach_patients": reach}), plan()).hubs[0]
    assert (first.rural, first.minimum) == (rural, 5_000 if rural else 20_000)


def test_rural_by_its_row() -> None:
    assert verify(instance(practices={"d": {"rural": True}}), plan()).hubs[1].rural
    assert not verify(instance(practices={"d": {"rural": False}}), plan()).hubs[1].rural


def test_rural_minimum_never_raises_the_minimum() -> None:
    of = instance(hub={"rural_reach_patients": 10**6, "min_rural": 90_000})
    assert verify(of, plan()).hubs[0].minimum == 20_000


@pytest.mark.parametrize(("minutes", "rural"), [(30, False), (30.5, True)])
def test_rural_by_a_travel_table(minutes: float, rural: bool) -> None:
    """c reaches hub a only if it takes 30 minutes at most; a reaches itself without being in the table."""
    table = {"origin": ["b", "c", "e", "d"], "destination": ["a", "a", "d", "a"], "minutes": [5, minutes, 5, 500]}
    of = instance(travel={"table": table}, hub={"rural_reach_patients": 27_000, "max_minutes": 30})
    assert verify(of, plan()).hubs[0].rural is rural


@pytest.mark.parametrize(("km", "rural"), [(15, False), (15.000001, True)])
def test_rural_by_the_kilometres_of_a_travel_table(km: float, rural: bool) -> None:
    table = {"origin": ["b", "c", "e", "d"], "destination": ["a", "a", "d", "a"], "km": [5, km, 5, 20]}
    of = instance(travel={"table": table}, hub={"rural_reach_patients": 27_000})
    assert verify(of, plan()).hubs[0].rural is rural


def test_a_verifier_is_used_again_and_again() -> None:
    verifier = Verifier(instance())
    other = plan(hub("d", "de"), hub("a", "abc"))
    assert verifier.evaluate(plan()) == verify(instance(), plan())
    assert verifier.evaluate(other) == verify(instance(), other)
    assert verifier.evaluate(plan()) == verify(instance(), plan())


def test_no_patients_at_all() -> None:
    of = instance(practices={id_: {"patients": 0} for id_ in "abcde"})
    evaluation = verify(of, plan())
    assert evaluation.coverage == 0
    assert evaluation.hubs[0].mean_km == 0


def test_verification_stands_on_the_instance_and_the_plan_alone() -> None:
    allowed = (
        "instances.instance",
        "instances.policy",
        "instances.rows",
        "instances.schema",
        "instances.values",
        "optimizer.model.plan",
        "optimizer.model.departures",
        "optimizer.verify",
    )
    for file in Path(optimizer.verify.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            ours = [name for name in names if name.startswith(("instances", "optimizer", "solvers", "benchmarks"))]
            assert all(name.startswith(allowed) for name in ours), file.name
