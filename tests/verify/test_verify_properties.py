"""What holds of any instance and any plan, sensible or not."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instances import Instance
from optimizer.model.plan import Hub, Network, Plan, TrustRun
from optimizer.verify import RULE_NAMES, Evaluation, Verifier, verify
from optimizer.verify.exact import total
from optimizer.verify.travel import Travel

TERMS = [
    *("hub_running", "hub_setup", "network_running", "network_setup", "travel", "coordination", "hires", "hub_size"),
    *("network_size", "misfit", "forgone_dividend", "independents", "moved_practices", "moved_patients"),
]
PRICES = {
    "hub": ("price_per_patient", "running_cost", "setup_cost"),
    "care_model": (
        "price_per_patient",
        "running_cost",
        "setup_cost",
        "cost_per_hub_km",
        "misfit_deprived",
        "misfit_affluent",
    ),
    "role": ("cost_per_fte",),
    "travel": ("cost_per_patient_km",),
    "policy": ("dividend_per_patient", "independent_price_per_patient"),
    "disruption": ("cost_per_practice", "cost_per_patient"),
}


def draw_instance(rng: random.Random, n: int) -> Instance:
    """England in little: practices around London, a few hospitals, two models, a role that some do not report."""
    practices = [
        {
            "id": f"p{k}",
            "patients": rng.randrange(0, 15_000),
            "latitude": round(51.5 + rng.gauss(0, 0.1), 4),
            "longitude": round(rng.gauss(0, 0.15), 4),
            "current_group": rng.choice([None, "G1", "G2", "G3"]),
            "deprivation": rng.choice([None, 3.5, 12, 30.25, 44]),
            "refuses": rng.sample(["M", "P"], rng.choice([0, 0, 1])),
            "area": rng.choice(["North", "South"]),
            "can_host_hub": rng.random() < 0.9,
            "fte": {"gp": round(rng.uniform(0, 8), 2)} if k == 0 or rng.random() < 0.7 else {},
        }
        for k in range(n)
    ]
    hospitals = [
        {"id": f"h{k}", "kind": kind, "area": "North", "latitude": 51.5, "longitude": 0.1 * k, "fte": {"gp": 1.5}}
        for k, kind in enumerate(["acute", "community"])
    ]
    tiny = {"min": 5_000, "target_min": 20_000, "target_max": 30_000, "max": 60_000, "running_cost": 700.7}
    return Instance.model_validate(
        {
            "horizon_years": 3,
            "travel": {"circuity": 1.3},
            "hub": {**tiny, "min_rural": 2_000, "rural_reach_patients": 30_000, "hospital_sites": ["community"]},
            "role": [{"id": "gp", "min_per_10k": 4.2, "network_min_per_10k": 4.5, "market_fte_share": 0.2}],
            "care_model": [
                {"id": "M", "lead": "hub", **tiny, "misfit_deprived": 5.1},
                {"id": "P", "lead": "acute", **tiny, "misfit_affluent": 4.9},
            ],
            "policy": {
                "respect_areas": rng.choice([False, "hubs", "networks", True]),
                "independent_max_patients": 8_000,
            },
            "weights": {"cost": 1.5, "disruption": 0.7},
            "practices": practices,
            "hospitals": hospitals,
        }
    )


def draw_plan(rng: random.Random, instance: Instance) -> Plan:
    """Every practice once, in the nearest of some random hubs or independent; the rules may break."""
    ids = [practice.id for practice in instance.practices]
    sites = rng.sample([*ids, "h1"], rng.randrange(1, 1 + max(1, len(ids) // 3)))
    networks = (*tuple(Network(care_model="M", lead=site) for site in sites[:1]), Network(care_model="P", lead="h0"))
    members: dict[str, list[str]] = {site: [site] for site in sites if site != "h1"} | (
        {"h1": []} if "h1" in sites else {}
    )
    independents = []
    for id_ in ids:
        if id_ in sites:
            continue
        if rng.random() < 0.1:
            independents.append(id_)
        else:
            members[rng.choice(sites)].append(id_)
    hubs = tuple(
        Hub(
            site=site,
            members=tuple(inside),
            network=networks[0].id if site == sites[0] else rng.choice([None, *(n.id for n in networks)]),
            continues=rng.choice([None, "G1", "G2", "G3"]),
            hires={"gp": round(rng.uniform(0, 20), 3)},
        )
        for site, inside in members.items()
    )
    return Plan(hubs=hubs, networks=networks, independents=tuple(independents))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Instance, Plan, random.Random]:
    rng = random.Random(draw(st.integers(0, 2**32)))
    instance = draw_instance(rng, draw(st.integers(2, 20)))
    return instance, draw_plan(rng, instance), rng


few = settings(max_examples=60, deadline=None)


def rules(evaluation: Evaluation) -> set[str]:
    return {violation.rule for violation in evaluation.violations}


@few
@given(cases())
def test_terms_make_up_the_objective(case: tuple[Instance, Plan, random.Random]) -> None:
    instance, plan, _ = case
    evaluation = verify(instance, plan)
    assert list(evaluation.terms) == TERMS
    assert all(isinstance(term, Fraction | int) and term >= 0 for term in evaluation.terms.values())
    terms = list(evaluation.terms.values())
    assert evaluation.objective == Fraction("1.5") * sum(terms[:-2]) + Fraction("0.7") * sum(terms[-2:])


@few
@given(cases())
def test_figures_add_up(case: tuple[Instance, Plan, random.Random]) -> None:
    instance, plan, _ = case
    evaluation = verify(instance, plan)
    total = sum(practice.patients for practice in instance.practices)
    outside = sum(
        practice.patients
        for practice, facts in zip(instance.practices, evaluation.practices, strict=True)
        if not facts.hub
    )
    assert sum(hub.patients for hub in evaluation.hubs) + outside == total
    assert sum(network.patients for network in evaluation.networks) == evaluation.coverage * total
    staff = sum((hub.fte["gp"] for hub in evaluation.hubs), Fraction(0))
    assert staff <= 5 * evaluation.market["gp"]
    assert evaluation.hires["gp"] >= sum(hub.hires["gp"] for hub in evaluation.hubs)


@few
@given(cases())
def test_violations_are_named_and_measured(case: tuple[Instance, Plan, random.Random]) -> None:
    instance, plan, _ = case
    for violation in verify(instance, plan).violations:
        assert violation.rule in RULE_NAMES
        assert violation.excess > 0
        assert violation.subject
        assert violation.message


@few
@given(cases())
def test_order_does_not_matter(case: tuple[Instance, Plan, random.Random]) -> None:
    instance, plan, rng = case
    shuffled = plan.model_copy(
        update={
            "hubs": tuple(hub.model_copy(update={"members": _shuffled(rng, hub.members)}) for hub in plan.hubs),
            "independents": _shuffled(rng, plan.independents),
        }
    )
    assert set(verify(instance, shuffled).violations) == set(verify(instance, plan).violations)
    assert verify(instance, shuffled).hubs == verify(instance, plan).hubs
    reordered = shuffled.model_copy(update={"hubs": _shuffled(rng, plan.hubs), "networks": plan.networks[::-1]})
    assert verify(instance, reordered).terms == verify(instance, plan).terms
    assert rules(verify(instance, reordered)) == rules(verify(instance, plan))


@few
@given(cases())
def test_what_was_evaluated_before_changes_nothing(case: tuple[Instance, Plan, random.Random]) -> None:
    """A verifier keeps what plans share: hubs and networks as they are, with others around them or changed a little."""
    instance, plan, rng = case
    verifier = Verifier(instance)
    for _ in range(12):
        assert verifier.evaluate(plan) == verify(instance, plan)
        plan = _changed(rng, instance, plan)


def _changed(rng: random.Random, instance: Instance, plan: Plan) -> Plan:
    hubs, networks = list(plan.hubs), plan.networks
    kind, k = rng.choice(["member", "hub", "network", "lead", "order", "twice", "run"]), rng.randrange(len(hubs))
    if kind == "member":
        anybody = rng.choice(instance.practices).id
        hubs[k] = hubs[k].model_copy(update={"members": (*hubs[k].members, anybody)})
    elif kind == "hub":
        hubs[k] = hubs[k].model_copy(update={"continues": rng.choice([None, "G1"]), "hires": {"gp": rng.random()}})
    elif kind == "network":
        hubs[k] = hubs[k].model_copy(update={"network": rng.choice([None, "M:nowhere", *(n.id for n in networks)])})
    elif kind == "lead":
        networks = (Network(care_model="M", lead=rng.choice(instance.practices).id), *networks[1:])
    elif kind == "order":
        rng.shuffle(hubs)
    elif kind == "twice":
        hubs.append(hubs[k])
    else:
        run = TrustRun(practice=rng.choice(instance.practices).id, hospital="h0")
        return plan.model_copy(update={"hubs": tuple(hubs[1:]) or plan.hubs, "trust_run": (run,)})
    return plan.model_copy(update={"hubs": tuple(hubs), "networks": networks})


@given(st.lists(st.fractions()))
def test_sums_are_exact(amounts: list[Fraction]) -> None:
    assert total(amounts) == sum(amounts, Fraction(0))


def _shuffled(rng: random.Random, items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(rng.sample(items, len(items)))


@few
@given(cases(), st.integers(2, 50))
def test_terms_scale_with_prices(case: tuple[Instance, Plan, random.Random], times: int) -> None:
    instance, plan, _ = case
    dear = instance.model_dump()
    for section, names in PRICES.items():
        for record in dear[section] if isinstance(dear[section], list | tuple) else [dear[section]]:
            record.update({name: float(Fraction(repr(record[name])) * times) for name in names})
    before, after = verify(instance, plan), verify(Instance.model_validate(dear), plan)
    assert after.terms == {name: term * times for name, term in before.terms.items()}
    assert after.violations == before.violations


@few
@given(cases())
def test_breaking_a_rule_is_noticed(case: tuple[Instance, Plan, random.Random]) -> None:
    instance, plan, _ = case
    first, rest = plan.hubs[0], plan.hubs[1:]

    def found(**changes: Any) -> set[str]:
        return rules(verify(instance, plan.model_copy(update={"hubs": (first.model_copy(update=changes), *rest)})))

    assert "one-group-each" not in {v.rule for v in verify(instance, plan).violations if v.subject in first.members}
    if first.members:
        assert "one-group-each" in found(members=first.members[1:])
        assert "one-group-each" in found(members=(*first.members, first.members[0]))
    assert "one-group-each" in found(members=(*first.members, "nobody"))
    assert "site" in found(site="nowhere")
    assert "network" in found(network="M:nowhere")
    assert "continuity" in found(continues="nobody's")
    needed = verify(instance, plan).hubs[0].hires_needed["gp"]
    assert "hub-workforce" not in {
        v.rule
        for v in verify(
            instance,
            plan.model_copy(update={"hubs": (first.model_copy(update={"hires": {"gp": float(needed)}}), *rest)}),
        ).violations
        if v.subject == first.site
    }
    if needed > Fraction(1, 1000):
        assert "hub-workforce" in found(hires={"gp": float(needed) - 1e-5})


@few
@given(cases())
def test_limits_at_the_figure_and_just_inside(case: tuple[Instance, Plan, random.Random]) -> None:
    instance, plan, _ = case
    evaluation = verify(instance, plan)
    largest = max(hub.patients for hub in evaluation.hubs)
    longest = max(hub.max_km for hub in evaluation.hubs)
    fund = sum(evaluation.terms[name] for name in ("hub_setup", "network_setup")) * 3
    biggest = max(practice.patients for practice in instance.practices)

    def broken(section: str, **changes: Any) -> set[str]:
        changed = getattr(instance, section).model_copy(update=changes)
        return rules(verify(instance.model_copy(update={section: changed}), plan))

    if largest > biggest:  # nobody is alone and exempt
        assert "hub-population" in broken("hub", min=0, min_rural=0, max=largest - 1)
        assert "hub-population" not in broken("hub", min=0, min_rural=0, max=largest)
    free = instance.model_copy(
        update={"care_model": tuple(m.model_copy(update={"max_km": 999.0}) for m in instance.care_model)}
    )
    if longest:
        for limit, is_broken in ((longest, False), (longest - Fraction(1, 10**6), True)):
            hub = instance.hub.model_copy(update={"max_km": float(limit)})
            assert ("distance" in rules(verify(free.model_copy(update={"hub": hub}), plan))) is is_broken
    assert "fund" not in broken("policy", transformation_fund=float(fund))
    assert "fund" in broken("policy", transformation_fund=float(fund) - 0.01)
    assert "counts" not in broken("hub", count_min=len(plan.hubs), count_max=len(plan.hubs))
    assert "counts" in broken("hub", count_min=len(plan.hubs) + 1)


NAMES = st.sampled_from(["p0", "p1", "p2", "h0", "h1", "nobody", ""])
NETWORKS = st.sampled_from(["M:p0", "P:h0", "M:nobody", "X:p0", "odd", ":", ""])
NONSENSE = st.builds(
    Plan,
    hubs=st.lists(
        st.builds(
            Hub,
            site=NAMES,
            members=st.lists(NAMES, max_size=4).map(tuple),
            network=st.none() | NETWORKS,
            continues=st.none() | st.sampled_from(["G1", "G9", ""]),
            hires=st.dictionaries(st.sampled_from(["gp", "poet"]), st.floats(0, 1e9)),
        ),
        max_size=4,
    ).map(tuple),
    networks=st.lists(st.builds(Network, care_model=st.sampled_from(["M", "P", "X", ""]), lead=NAMES), max_size=4).map(
        tuple
    ),
    independents=st.lists(NAMES, max_size=3).map(tuple),
)


@few
@given(st.integers(0, 2**32), NONSENSE)
def test_nonsense_is_a_violation_and_never_an_exception(seed: int, plan: Plan) -> None:
    instance = draw_instance(random.Random(seed), 4)
    evaluation = verify(instance, plan)
    assert not evaluation.ok  # p3 is never placed
    assert list(evaluation.terms) == TERMS
    assert all(term >= 0 for term in evaluation.terms.values())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_reach_is_what_looking_at_every_practice_gives(seed: int, planar: bool) -> None:
    rng = random.Random(seed)
    centre = rng.choice([55, -20, 89]), rng.choice([0.0, 179.9])

    def place() -> dict[str, Any]:
        if planar:
            return {"x_km": rng.uniform(0, 300), "y_km": rng.uniform(0, 300)}
        longitude = (centre[1] + rng.gauss(0, 2) + 180) % 360 - 180
        return {"latitude": max(-90.0, min(90.0, centre[0] + rng.gauss(0, 1))), "longitude": longitude}

    practices = [{"id": f"p{k}", "patients": rng.randrange(1, 9_000), **place()} for k in range(12)]
    instance = Instance.model_validate({"practices": practices, "travel": {"circuity": rng.choice([0.8, 1.25])}})
    travel, site = Travel(instance), "p0"
    km = {practice.id: leg.km for practice in instance.practices if (leg := travel.leg(practice.id, site))}
    limit = rng.choice(sorted(km.values()))  # so that one practice is just within reach
    reached = sum(practice.patients for practice in instance.practices if km[practice.id] <= limit)
    assert travel.is_reached_by(site, patients=reached, max_km=float(limit), max_minutes=None)
    assert not travel.is_reached_by(site, patients=reached + 1, max_km=float(limit), max_minutes=None)


@pytest.mark.parametrize("n", [2, 40])
def test_the_same_every_time(n: int) -> None:
    instance = draw_instance(random.Random(n), n)
    plan = draw_plan(random.Random(n), instance)
    assert verify(instance, plan) == verify(instance, plan)
