"""Each rule: the plan that just keeps it, and the nearest one that breaks it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from verify_toy import HIRED_A, HIRED_D, A, D, broken, hub, instance, only, plan

from optimizer.model.plan import Network, Plan
from optimizer.verify import verify

# distance


def test_practice_to_hub() -> None:
    assert not broken(instance(hub={"max_km": 5}), plan())
    of = instance(hub={"max_km": 4.96})
    message = "practice b is 5 km from hub a, further than the limit of 4.96 km"
    assert broken(of, plan()) == [("distance", "b", message, Fraction("0.04"))]


def test_distance_that_misses_by_a_millimetre() -> None:
    of = instance(hub={"max_km": 4.999999})
    message = "practice b is 5 km from hub a, further than the limit of 4.999999 km"
    assert broken(of, plan()) == [("distance", "b", message, Fraction(1, 10**6))]


def test_hub_to_lead() -> None:
    assert not broken(instance(models={"M": {"max_km": 20}}), plan())
    message = "hub d is 20 km from the lead of network M:a, further than the limit of 19.5 km"
    assert broken(instance(models={"M": {"max_km": 19.5}}), plan()) == [("distance", "d", message, Fraction(1, 2))]


def test_minutes() -> None:
    table = {"origin": ["b", "c", "e", "d"], "destination": ["a", "a", "d", "a"], "minutes": [20, 10, 5, 40]}
    limits = {"hub": {"max_minutes": 20}, "models": {"M": {"max_minutes": 40}}}
    assert not broken(instance(travel={"table": table}, **limits), plan())
    of = instance(travel={"table": table}, hub={"max_minutes": 19}, models={"M": {"max_minutes": 38}})
    assert broken(of, plan()) == [
        ("distance", "b", "practice b is 20 minutes from hub a, further than the limit of 19 minutes", 1),
        ("distance", "d", "hub d is 40 minutes from the lead of network M:a, further than the limit of 38 minutes", 2),
    ]


def test_a_pair_that_is_not_in_the_table_is_out_of_reach() -> None:
    table = {"origin": ["a", "c", "e", "d"], "destination": ["b", "a", "d", "a"], "km": [5, 10, 5, 20]}
    message = "practice b is out of reach from hub a: no travel between them is known"
    assert broken(instance(travel={"table": table}), plan()) == [("distance", "b", message, 1)]


def test_a_place_that_the_table_puts_away_from_itself() -> None:
    table = {"origin": ["b", "c", "e", "d", "a"], "destination": ["a", "a", "d", "a", "a"], "km": [5, 10, 5, 20, 16]}
    message = "practice a is 16 km from hub a, further than the limit of 15 km"
    assert broken(instance(travel={"table": table}), plan()) == [("distance", "a", message, 1)]


# hub population, oversize, capacity, host


def test_hub_minimum() -> None:
    assert not broken(instance(hub={"min": 25_000}), plan())
    message = "hub d has 25,000 patients, fewer than its minimum of 25,001"
    assert broken(instance(hub={"min": 25_001}), plan()) == [("hub-population", "d", message, 1)]


def test_a_rural_site_may_be_smaller() -> None:
    rural = {"d": {"rural": True}}
    assert not broken(instance(hub={"min": 26_000, "min_rural": 25_000}, practices=rural), plan())
    of = instance(hub={"min": 26_000, "min_rural": 25_500}, practices=rural)
    message = "hub d has 25,000 patients, fewer than its minimum of 25,500"
    assert broken(of, plan()) == [("hub-population", "d", message, 500)]


def test_hub_maximum() -> None:
    assert not broken(instance(hub={"max": 27_000}), plan())
    message = "hub a has 27,000 patients, more than the maximum of 26,990"
    assert broken(instance(hub={"max": 26_990}), plan()) == [("hub-population", "a", message, 10)]


def test_a_practice_above_the_maximum_is_alone_and_exempt() -> None:
    of = instance(
        practices={"d": {"patients": 31_000}}, models={"M": {"max": 70_000}}, roles={"gp": {"min_per_10k": 3}}
    )
    assert not broken(of, plan(A, hub("d", "d", gp=7), independents="e"))
    message = (
        "practice d has 31,000 patients, more than the hub maximum of 30,000, and shares hub d with 1 other practice"
    )
    assert broken(of, plan(A, hub("d", "de", gp=6))) == [("oversize", "d", message, 1)]


def test_a_practice_at_the_maximum_is_not_above_it() -> None:
    of = instance(
        practices={"d": {"patients": 30_000}}, models={"M": {"max": 70_000}}, roles={"gp": {"min_per_10k": 3}}
    )
    message = "hub d has 40,000 patients, more than the maximum of 30,000"
    assert broken(of, plan(A, hub("d", "de", gp=6))) == [("hub-population", "d", message, 10_000)]


def test_capacity_exempts_nobody() -> None:
    large = {"patients": 31_000, "hub_capacity": 31_000}
    by = plan(A, hub("d", "d", gp=7), independents="e")
    assert not broken(instance(practices={"d": large}), by)
    message = "hub d has 31,000 patients, more than its capacity of 30,900"
    of = instance(practices={"d": {**large, "hub_capacity": 30_900}})
    assert broken(of, by) == [("capacity", "d", message, 100)]


def test_host() -> None:
    by = plan(hub("c", "ab"), hub("d", "de"), networks=("M:c",), independents="c")
    by = by.model_copy(update={"hubs": tuple(h.model_copy(update={"network": "M:c"}) for h in by.hubs)})
    message = "practice c hosts hub c and is not a member of it"
    assert broken(instance(), by) == [("host", "c", message, 1)]
    assert not broken(instance(hub={"host_is_member": False}), by)


# leads


def led_by(lead: str, model: str = "M") -> Plan:
    network = f"{model}:{lead}"
    return plan(hub("a", "abc", network), hub("d", "de", network), networks=(network,))


def test_size_of_a_lead() -> None:
    assert not broken(instance(models={"M": {"lead_min_patients": 15_000}}), led_by("d"))
    message = "network M:d: its lead has 15,000 patients, fewer than the 15,001 that leading takes"
    assert broken(instance(models={"M": {"lead_min_patients": 15_001}}), led_by("d")) == [("lead", "M:d", message, 1)]


def test_a_lead_without_a_hub() -> None:
    message = "network M:b is led from b, where there is no hub"
    assert broken(instance(), led_by("b")) == [("lead", "M:b", message, 1)]


def test_a_lead_of_another_network() -> None:
    by = plan(hub("a", "abc", "M:d"), hub("d", "de", "M:a"), networks=("M:a", "M:d"))
    of = instance(models={"M": {"min": 0}})
    assert broken(of, by) == [
        ("lead", "M:a", "network M:a is led from a, whose hub is not in it (its network: M:d)", 1),
        ("lead", "M:d", "network M:d is led from d, whose hub is not in it (its network: M:a)", 1),
    ]


def test_a_practice_does_not_lead_a_hospital_led_model() -> None:
    message = "network P:a: a cannot lead a network of P"
    assert broken(instance(), led_by("a", "P")) == [("lead", "P:a", message, 1)]


@pytest.mark.parametrize(
    ("model", "row", "kept"),
    [
        ("P", {"kind": "acute"}, True),
        ("P", {"kind": "specialist"}, False),
        ("P", {"kind": "specialist", "leads": ("P",)}, True),
        ("P", {"kind": "acute", "leads": ("M",)}, False),
        ("P", {"kind": "acute", "can_host_hub": False}, True),
        ("M", {"kind": "acute"}, False),
        ("M", {"kind": "community", "leads": ("P",)}, False),
    ],
)
def test_which_hospitals_lead(model: str, row: dict[str, Any], kept: bool) -> None:
    found = only("lead", instance(hospitals={"h": row}), led_by("h", model))
    cannot = (f"{model}:h", f"network {model}:h: h cannot lead a network of {model}", Fraction(1))
    assert (cannot in found) is not kept
    assert not (kept and found)


@pytest.mark.parametrize(("leads", "kept"), [((), True), (("M",), True), (("P",), False)])
def test_a_hospital_site_leads_a_hub_led_network(leads: tuple[str, ...], kept: bool) -> None:
    of = instance(hospitals={"k": {"kind": "community", "x_km": 20, "y_km": 1, "leads": leads}})
    by = plan(hub("a", "abc", "M:k"), hub("k", "de", "M:k"), networks=("M:k",))
    assert broken(of, by) == ([] if kept else [("lead", "M:k", "network M:k: k cannot lead a network of M", 1)])


def test_a_hospital_lead_that_is_a_hub_belongs_to_its_network() -> None:
    of = instance(hub={"hospital_sites": ["acute"]}, models={"P": {"min": 0}})
    inside = plan(hub("a", "abc", "P:h"), hub("h", "de", "P:h"), networks=("P:h",))
    assert not broken(of, inside)
    outside = plan(hub("a", "abc", "P:h"), hub("h", "de", None), networks=("P:h",))
    message = "network P:h is led from h, whose hub is not in it (its network: none)"
    assert broken(of, outside) == [("lead", "P:h", message, 1)]


# network population and workforce


def test_network_population() -> None:
    assert not broken(instance(models={"M": {"min": 52_000, "max": 52_000}}), plan())
    assert broken(instance(models={"M": {"min": 52_001}}), plan()) == [
        ("network-population", "M:a", "network M:a has 52,000 patients, fewer than its minimum of 52,001", 1)
    ]
    assert broken(instance(models={"M": {"max": 51_900}}), plan()) == [
        ("network-population", "M:a", "network M:a has 52,000 patients, more than its maximum of 51,900", 100)
    ]


def test_hub_workforce() -> None:
    tolerated = HIRED_D - Fraction(1, 10**6)
    assert not broken(instance(), plan(A, hub("d", "de", gp=float(tolerated))))
    message = "hub d has 9.9 FTE of gp (hires included), fewer than the 10 that 25,000 patients call for"
    found = broken(instance(), plan(A, hub("d", "de", gp=1.4)))
    assert found == [("hub-workforce", "d", message, Fraction(1, 10))]


def test_hub_workforce_misses_by_little() -> None:
    found = broken(instance(), plan(A, hub("d", "de", gp=1.499998)))
    message = "hub d has 9.999998 FTE of gp (hires included), fewer than the 10 that 25,000 patients call for"
    assert found == [("hub-workforce", "d", message, Fraction(2, 10**6))]


def test_independents_are_outside_the_workforce_rule() -> None:
    by = plan(A, hub("d", "d", gp=0), independents="e")
    of = instance(hub={"min": 0}, policy={"independent_max_patients": 10_000})
    assert not broken(of, by)  # d alone: 6 FTE for 15,000 patients


def test_network_workforce() -> None:
    of = instance(roles={"gp": {"network_min_per_10k": 5}})
    needed = 26 - 17 - Fraction(17, 46_000) * 6_000 - 4
    kept = plan().model_copy(update={"networks": (Network(care_model="M", lead="a", hires={"gp": float(needed)}),)})
    assert not broken(of, kept)
    message = "network M:a has 23.2 FTE of gp (hires included), fewer than the 26 that 52,000 patients call for"
    assert broken(of, plan()) == [("network-workforce", "M:a", message, needed)]


def test_labour_market() -> None:
    own = 17 + Fraction(17, 46_000) * 6_000
    needed = HIRED_A + HIRED_D
    bare = plan(hub("a", "abc", gp=float(HIRED_A)), hub("d", "de", gp=float(HIRED_D)))
    just = float(needed / own) + 1e-9
    assert not broken(instance(roles={"gp": {"market_fte_share": just}}), bare)
    of = instance(roles={"gp": {"market_fte_share": 0.05}})
    ((rule, subject, message, excess),) = broken(of, bare)
    assert (rule, subject) == ("labour-market", "gp")
    assert message == "the plan hires 1.6 FTE of gp, more than the 1 that the labour market offers"
    assert float(excess) == pytest.approx(float(needed - own / 20), abs=1e-12)


# coverage, shares, counts


def test_coverage() -> None:
    by = plan(A, hub("d", "de", None))
    of = instance(policy={"coverage_min": 0.5192}, models={"M": {"min": 0}})
    assert not broken(of, by)  # 27 of 52: 0.51923
    of = instance(policy={"coverage_min": 0.52}, models={"M": {"min": 0}})
    message = "networks have 51.9 % of all patients (27,000 of 52,000), less than the minimum of 52 %"
    assert broken(of, by) == [("coverage", "plan", message, 40)]
    of = instance(policy={"coverage_max": 0.5}, models={"M": {"min": 0}})
    message = "networks have 51.9 % of all patients (27,000 of 52,000), more than the maximum of 50 %"
    assert broken(of, by) == [("coverage", "plan", message, 1_000)]


def test_coverage_is_half_by_default_and_nothing_without_models() -> None:
    alone = plan(hub("a", "abc", None), hub("d", "de", None), networks=())
    message = "networks have 0 % of all patients (0 of 52,000), less than the minimum of 50 %"
    assert broken(instance(), alone) == [("coverage", "plan", message, 26_000)]
    assert not broken(instance().model_copy(update={"care_model": ()}), alone)


def test_model_shares() -> None:
    assert not broken(instance(models={"M": {"share_min": 1}, "P": {"share_max": 0}}), plan())
    of = instance(models={"M": {"share_max": 0.9}, "P": {"share_min": 0.1}})
    assert broken(of, plan()) == [
        (
            "model-shares",
            "M",
            "networks of M have 100 % of all patients (52,000 of 52,000), more than the maximum of 90 %",
            5_200,
        ),
        (
            "model-shares",
            "P",
            "networks of P have 0 % of all patients (0 of 52,000), less than the minimum of 10 %",
            5_200,
        ),
    ]


def test_model_counts() -> None:
    assert not broken(instance(models={"M": {"count_min": 1, "count_max": 1}, "P": {"count_max": 0}}), plan())
    of = instance(models={"M": {"count_max": 0}, "P": {"count_min": 2}})
    assert broken(of, plan()) == [
        ("model-counts", "M", "the plan has 1 network of M, more than the maximum of 0", 1),
        ("model-counts", "P", "the plan has 0 networks of P, fewer than the minimum of 2", 2),
    ]


def test_counts_of_hubs() -> None:
    assert not broken(instance(hub={"count_min": 2, "count_max": 2}), plan())
    assert broken(instance(hub={"count_min": 3}), plan()) == [
        ("counts", "plan", "the plan has 2 hubs, fewer than the minimum of 3", 1)
    ]
    assert broken(instance(hub={"count_max": 1}), plan()) == [
        ("counts", "plan", "the plan has 2 hubs, more than the maximum of 1", 1)
    ]


# consent, fund, boundaries


def test_consent() -> None:
    of = {"practices": {"e": {"refuses": ("M",)}, "d": {"refuses": ("P",)}}}
    message = "practice e refuses M and is in network M:a"
    assert broken(instance(**of), plan()) == [("consent", "e", message, 1)]
    assert not broken(instance(**of, policy={"consent": False}), plan())


def test_fund() -> None:
    """Two hubs at 500 and a network at 1,000."""
    assert not broken(instance(policy={"transformation_fund": 2_000}), plan())
    assert not broken(instance(policy={"transformation_fund": 0}), plan())
    message = "setting up hubs and networks costs £2,000 once, more than the fund of £1,999.5"
    of = instance(policy={"transformation_fund": 1_999.5})
    assert broken(of, plan()) == [("fund", "plan", message, Fraction(1, 2))]


def test_disruption() -> None:
    """Hub d continues no group, so its members move; weights play no part."""
    moving = plan(hub("a", "abc", continues="G1"), hub("d", "de"))
    terms = verify(instance(), moving).terms
    caused = terms["moved_practices"] + terms["moved_patients"]
    assert caused > 0
    unweighted = {"weights": {"cost": 1, "disruption": 0}}
    assert not broken(instance(policy={"max_disruption": float(caused)}, **unweighted), moving)
    found = broken(instance(policy={"max_disruption": float(caused) - 0.5}, **unweighted), moving)
    assert [(rule, subject, excess) for rule, subject, _, excess in found] == [("disruption", "plan", Fraction(1, 2))]
    assert "of disruption allowed" in found[0][2]
    assert not broken(instance(policy={"max_disruption": None}), moving)
    assert [rule for rule, *_ in broken(instance(policy={"max_disruption": 0}), moving)] == ["disruption"]


@pytest.mark.parametrize("setting", ["hubs", True])
def test_boundaries_of_hubs(setting: str | bool) -> None:
    of = instance(policy={"respect_areas": setting}, practices={"e": {"area": "West"}}, models={"M": {"min": 0}})
    message = "hub d has members in 2 areas (East, West); 1 of 2 stray"
    assert only("boundaries", of, plan(A, hub("d", "de", None))) == [("d", message, 1)]
    assert not only("boundaries", instance(policy={"respect_areas": setting}), plan(A, hub("d", "de", None)))


@pytest.mark.parametrize("setting", ["networks", True])
def test_boundaries_of_networks(setting: str | bool) -> None:
    message = "network M:a has hubs in 2 areas (East, West); 1 of 2 stray"
    assert broken(instance(policy={"respect_areas": setting}), plan()) == [("boundaries", "M:a", message, 1)]
    assert not broken(instance(policy={"respect_areas": "hubs"}), plan())


WHOLE = {"M": {"whole_area": True, "min": 0}}


def test_whole_area() -> None:
    of = instance(models=WHOLE)
    assert not broken(instance(models=WHOLE, policy={"area_groups": {"All": ["West", "East"]}}), plan())
    assert broken(of, plan()) == [("whole-area", "M:a", "network M:a has 2 practices of other areas than West", 2)]
    assert not broken(of, plan(A, hub("d", "de", None)))
    assert broken(of, plan(hub("a", "ab"), hub("d", "d", None), independents="ce")) == [
        ("hub-population", "d", "hub d has 15,000 patients, fewer than its minimum of 20,000", 5_000),
        (
            "coverage",
            "plan",
            "networks have 40.4 % of all patients (21,000 of 52,000), less than the minimum of 50 %",
            5_000,
        ),
        ("whole-area", "M:a", "network M:a has 2 practices of area West and leaves 1 practice of it out", 1),
    ]


# locks and continuity


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({"keep_together": [["a", "b"], ["d", "e"]]}, []),
        (
            {"keep_together": [["b", "c", "d"]]},
            [("keep-together", "b", "practices b, c, d are to share a hub and are in a, d", 1)],
        ),
        ({"keep_apart": [["a", "d"]]}, []),
        (
            {"keep_apart": [["a", "b", "c", "d"]]},
            [("keep-apart", "a", "hub a has 3 of the practices a, b, c, d, which are to be apart", 2)],
        ),
        ({"fixed_hub": {"b": "a"}}, []),
        ({"fixed_hub": {"b": "d"}}, [("fixed-hub", "b", "practice b is to be in hub d and is in hub a", 1)]),
        ({"barred_hub": {"b": ["d"]}}, []),
        ({"barred_hub": {"b": ["d", "a"]}}, [("barred-hub", "b", "practice b is in hub a, which it may not join", 1)]),
        ({"fixed_network": {"b": "M", "c": "M:a"}}, []),
        (
            {"fixed_network": {"b": "P", "c": "M:d"}},
            [
                ("fixed-network", "b", "practice b is to be in network P and is in network M:a", 1),
                ("fixed-network", "c", "practice c is to be in network M:d and is in network M:a", 1),
            ],
        ),
        ({"must_open": ["a", "d"]}, []),
        ({"must_open": ["b"]}, [("must-open", "b", "there is to be a hub at site b and there is none", 1)]),
        ({"must_not_open": ["b"]}, []),
        ({"must_not_open": ["d"]}, [("must-not-open", "d", "there is to be no hub at site d and there is one", 1)]),
    ],
)
def test_locks(policy: dict[str, Any], expected: list[tuple[str, str, str, int]]) -> None:
    assert broken(instance(policy=policy), plan()) == expected


def test_locks_of_an_independent() -> None:
    locks = {"keep_together": [["b", "c"]], "fixed_hub": {"c": "a"}, "fixed_network": {"c": "M"}}
    assert broken(instance(policy=locks), plan(hub("a", "ab"), D, independents="c")) == [
        ("keep-together", "b", "practices b, c are to share a hub and are in a, no hub", 1),
        ("fixed-hub", "c", "practice c is to be in hub a and is in no hub", 1),
        ("fixed-network", "c", "practice c is to be in network M and is in no network", 1),
    ]
    apart = instance(
        policy={"keep_apart": [["c", "e"]], "barred_hub": {"c": ["a"]}, "independent_max_patients": 10_000}
    )
    assert not broken(apart, plan(hub("a", "ab"), hub("d", "de"), independents="c"))


def test_continuity() -> None:
    twice = plan(hub("a", "abc", continues="G2"), hub("d", "de", continues="G2"))
    message = "group G2 is continued by 2 hubs: a, d"
    assert broken(instance(), twice) == [("continuity", "G2", message, 1)]
    message = "hub a continues group G9, which no practice belongs to"
    assert broken(instance(), plan(hub("a", "abc", continues="G9"), D)) == [("continuity", "G9", message, 1)]
