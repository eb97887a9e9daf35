"""Enumerations of a bound.json, done again: what is true holds, below the optimum; what is not is refuted."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from compact_optimum import optimum
from enumerated_support import Enumerator
from partitioning import best_plan
from random_instances import random_instance
from random_staff import with_staff
from random_trust_run import with_trust_run

from instances import InputError
from optimizer.model.build import build_problem
from optimizer.model.certificate import Certificate
from optimizer.verify.bound import BoundCheck, closing, hub_list, recheck
from optimizer.verify.bound.cases import Case
from optimizer.verify.bound.choice import choice
from optimizer.verify.bound.closing import close
from optimizer.verify.bound.cuts import broken_cuts
from optimizer.verify.bound.hub_list import NotRedone
from optimizer.verify.bound.program import Program
from optimizer.verify.bound.sites import MICRO

SEEDS = (8, 10, 12, 14, 15, 16, 17, 19, 20, 22, 24, 27, 28, 104, 108, 112)  # that can be planned
WITH_STAFF = 100  # from this seed on, hired whole and shared by networks
WHOLE = (8, 10, 16, 22, 26, 28, 29, 39)  # where no rule is left out that the best plan turns on
POUND = 1.0  # more than rounding staff to millionths of an FTE can cost in a plan
TOGETHER = (  # where the best plan turns on a rule on all hubs of a network, and on none that is left out
    *((seed, "care_model.P.contiguous=true") for seed in (19, 26, 27, 35, 46)),
    (36, "care_model.M.contiguous=true"),
    *((seed, 'policy.respect_areas="networks"') for seed in (10, 16, 29, 46)),
)
MANY = 29  # of these, the one with most leaves


@cache
def enumerator(seed: int) -> tuple[Enumerator, float]:
    """With the cost of the best plan."""
    instance = random_instance(seed, 8)
    if seed >= WITH_STAFF:
        instance = with_staff(instance, random.Random(seed))
    best = best_plan(instance)
    assert best is not None
    return Enumerator(instance), best[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_enumeration_shows_more_than_the_best_plan_costs(seed: int) -> None:
    made, best = enumerator(seed)
    check = recheck(made.instance, made.certificate(1.01 * best))
    assert any(redone.cheaper is not None for redone in check.enumerations)
    assert not check.enumerations_hold
    assert check.enumerated is not None
    assert check.enumerated <= best
    assert not any(redone.reason for redone in check.enumerations)


@pytest.mark.parametrize("seed", WHOLE)
def test_up_to_the_best_plan_they_hold(seed: int) -> None:
    made, best = enumerator(seed)
    check = recheck(made.instance, made.certificate(best - POUND))
    assert check.enumerations
    assert all(redone.holds and redone.listed == redone.claimed.hubs for redone in check.enumerations)
    assert check.enumerations_hold
    assert float(check.enumerated or 0) == pytest.approx(best - POUND, abs=1e-3)
    assert check.certified is not None
    assert check.certified < (check.enumerated or 0)
    refuted = recheck(made.instance, made.certificate(best + 1e-5 * best))
    [cheaper] = [redone.cheaper for redone in refuted.enumerations if redone.cheaper is not None]
    assert float(cheaper) == pytest.approx(best, abs=POUND)


# --- what is not true -------------------------------------------------------------------------------------------------


@cache
def sound() -> Certificate:
    made, best = enumerator(MANY)
    return made.certificate(best - POUND)


def redo(certificate: Certificate, **options: float) -> BoundCheck:
    return recheck(enumerator(MANY)[0].instance, certificate, **options)


def enumerations(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Of the leaves, in no particular order."""
    stack, found = [content["tree"]], []
    while stack:
        case = stack.pop()
        stack += case.get("children", [])
        if case.get("enumeration") is not None:
            found.append(case["enumeration"])
    return found


def tampered(change: Callable[[dict[str, Any]], None]) -> BoundCheck:
    """With a change to the enumeration that has most hubs."""
    content = json.loads(sound().to_json())
    change(max(enumerations(content), key=lambda enumeration: int(enumeration["hubs"])))
    return redo(Certificate.model_validate(content))


def fewer_hubs(enumeration: dict[str, Any]) -> None:
    enumeration["hubs"] -= 1


def more_room(enumeration: dict[str, Any]) -> None:
    enumeration["room"] *= 1.5


def higher_bound(enumeration: dict[str, Any]) -> None:
    enumeration["bound"] *= 1.001


def other_prices(enumeration: dict[str, Any]) -> None:
    enumeration["prices"] = 0 if enumeration["prices"] else 1


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (fewer_hubs, "misses_hubs"),
        (more_room, "misses_hubs"),
        (higher_bound, "falls_short"),
        (other_prices, "is_refuted"),
    ],
)
def test_tampering_shows(change: Callable[[dict[str, Any]], None], shown: str) -> None:
    check = tampered(change)
    assert not check.enumerations_hold
    [refuted] = [redone for redone in check.enumerations if redone.is_refuted]
    assert getattr(refuted, shown)
    assert refuted.bound is None


def test_a_cheaper_choice_is_found() -> None:
    """Also where room and number of hubs have been raised with the bound."""
    content = json.loads(sound().to_json())
    for enumeration in enumerations(content):
        more = 0.02 * enumeration["bound"]
        enumeration.update(bound=enumeration["bound"] + more, room=enumeration["room"] + more, hubs=10**9)
    cheaper = [redone.cheaper for redone in redo(Certificate.model_validate(content)).enumerations if redone.cheaper]
    assert float(min(cheaper)) == pytest.approx(enumerator(MANY)[1], abs=POUND)


def test_what_is_refuted_counts_with_its_prices_alone() -> None:
    untouched = redo(sound())
    assert untouched.enumerations_hold
    check = tampered(fewer_hubs)
    assert check.enumerated is not None
    assert (check.certified or 0) <= check.enumerated < (untouched.enumerated or 0)


def test_a_bound_with_enumerations_that_their_leaves_do_not_give() -> None:
    check = redo(sound().model_copy(update={"enumerated_bound": enumerator(MANY)[1] + 100.0}))
    assert all(redone.holds for redone in check.enumerations)
    assert not check.enumerations_hold


def test_hubs_that_pricing_alone_takes_for_possible_may_be_claimed_beside() -> None:
    def more(enumeration: dict[str, Any]) -> None:
        enumeration["hubs"] += 5

    assert tampered(more).enumerations_hold


# --- what is not redone -----------------------------------------------------------------------------------------------


def unredone() -> BoundCheck:
    check = redo(sound())
    assert check.enumerations_hold  # nothing refutes them
    assert check.enumerated == check.certified
    assert float(check.conceivable or 0) == pytest.approx(enumerator(MANY)[1] - POUND)
    return check


def test_too_many_hubs_or_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "MOST_NODES", 0)
    assert {redone.reason for redone in unredone().enumerations} == {"the search among them takes more than 0 nodes"}
    monkeypatch.setattr(hub_list, "MOST_HUBS", 1)
    assert all("too many" in redone.reason for redone in unredone().enumerations)


def test_no_time_left() -> None:
    check = redo(sound(), time_limit_s=0)
    assert not check.tree_was_checked
    assert {redone.reason for redone in check.enumerations} == {"the tree was not checked"}
    made, _ = enumerator(MANY)
    with pytest.raises(NotRedone, match="the time was up"):
        made.lister.hubs(made.checker.cases.first(), 0, MICRO, time.monotonic() - 1)


# --- what does not fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"room": 0.0}, "enumeration.room"),
        ({"hubs": -1}, "enumeration.hubs"),
        ({"seed": 1}, "enumeration.seed"),
        ({"prices": 99}, "enumeration.prices: found '99': one of the"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], words: str) -> None:
    content = json.loads(sound().to_json())
    enumerations(content)[0].update(changes)
    with pytest.raises((InputError, ValueError)) as refused:
        redo(Certificate.model_validate(content))
    assert words in str(refused.value)


def test_numbers_of_networks_that_are_not_settled_are_refused() -> None:
    content = json.loads(sound().to_json())
    enumeration = enumerations(content)[0]
    content["tree"] = {"prices": [0], "bound": 1.0, "enumeration": enumeration}
    with pytest.raises(InputError, match=r"tree\.enumeration: .* numbers of networks are settled"):
        redo(Certificate.model_validate(content))


@pytest.mark.parametrize(("seed", "setting"), TOGETHER)
def test_rules_on_networks_are_in_what_is_redone(seed: int, setting: str) -> None:
    instance = random_instance(seed, 8).with_settings([setting])
    best = best_plan(instance)
    assert best is not None
    made = Enumerator(instance)
    assert recheck(instance, made.certificate(best[0] - POUND)).enumerations_hold
    over = recheck(instance, made.certificate(1.01 * best[0]))
    assert any(redone.cheaper is not None for redone in over.enumerations)
    assert over.enumerated is not None
    assert over.enumerated <= best[0]


# --- the program and its search ---------------------------------------------------------------------------------------


def choice_of(made: Enumerator, case: Case) -> Program:
    counts = made.checker.lagrangian.counts(case)
    assert counts is not None
    hubs = made.lister.hubs(case, 0, 150_000 * MICRO, time.monotonic() + 100)
    return choice(made.checker.prepared, made.checker.lagrangian, made.checker.places, case, counts, hubs)


def nothing(*_: object) -> None:
    """No rows are against any choice."""


@cache
def program() -> tuple[Program, int]:
    """Of the leaf with the best plan, and what the cheapest choice costs."""
    made, best = enumerator(MANY)
    for leaf in made.checker.cases.leaves(sound()):
        if leaf.leaf.enumeration is not None:
            found = close(choice_of(made, leaf.case), nothing, int((best + 50_000) * MICRO), 0, time.monotonic() + 100)
            if found.refuted and found.bound < (best + 0.01) * MICRO:
                return choice_of(made, leaf.case), found.bound
    raise AssertionError


@pytest.mark.parametrize("size", [1e6, 1e9, 1e12, 1e18])
def test_no_prices_show_more_than_the_cheapest_choice_costs(size: float) -> None:
    """Of whatever sign and size."""
    choices, cheapest = program()
    rng = np.random.default_rng(int(size) % 97)
    for _ in range(200):
        duals = np.rint(rng.normal(0.0, size, len(choices.rows))).astype(np.int64)
        value, reduced = choices.value(duals, np.zeros(len(choices), dtype=bool))
        assert value <= cheapest
        assert np.abs(reduced).max() < 2**62


def test_cuts_hold_for_every_choice() -> None:
    choices, cheapest = program()
    used = np.flatnonzero(np.random.default_rng(3).random(len(choices)) < 0.2)
    chosen = np.zeros(len(choices))
    chosen[used] = 0.5
    triples = broken_cuts(choices, chosen, 20)
    assert len(triples) == 20
    held = choices.rows.matrix[: choices.packing].toarray()
    for triple, cut in zip(triples, choices.cuts(triples).matrix.toarray(), strict=True):
        np.testing.assert_array_equal(cut, held[triple].sum(axis=0) >= 2)
        assert cut @ chosen > 1
    with_cuts = choices.with_rows(choices.cuts(triples))
    assert close(with_cuts, nothing, cheapest, 0, time.monotonic() + 100).bound == cheapest


def test_the_search_ends_at_the_cheapest_choice() -> None:
    choices, cheapest = program()
    shown = close(choices, nothing, cheapest, 0, time.monotonic() + 100)
    assert (shown.bound, shown.refuted) == (cheapest, False)
    more = close(choices, nothing, cheapest + 1, 0, time.monotonic() + 100)
    assert (more.bound, more.refuted) == (cheapest, True)


def test_where_there_is_no_choice_any_bound_is_shown() -> None:
    choices, cheapest = program()
    nobody = choices.where(np.zeros(len(choices), dtype=bool))
    shown = close(nobody, nothing, 100 * cheapest, 0, time.monotonic() + 100)
    assert (shown.bound, shown.refuted) == (100 * cheapest, False)


# --- practices run by trusts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [112, 133, 137])
def test_what_trusts_have_room_for_is_in_what_is_redone(seed: int) -> None:
    """Where they have less than would be used."""
    instance = with_trust_run(random_instance(seed, 8), random.Random(seed))
    found, made = optimum(build_problem(instance)), Enumerator(instance)
    assert found is not None
    check = recheck(instance, made.certificate(found[0] - POUND))
    assert check.enumerations_hold
    assert float(check.enumerated or 0) == pytest.approx(found[0] - POUND, abs=1e-3)
    refuted = recheck(instance, made.certificate(found[0] * (1 + 1e-5)))
    [cheaper] = [redone.cheaper for redone in refuted.enumerations if redone.cheaper is not None]
    assert float(cheaper) == pytest.approx(found[0], abs=POUND)
