"""Questions, and what one more unit of a rule saves, against the optima of the village."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from compact_optimum import optimum
from hamlet_plan import hamlet
from rich.console import Console, RenderableType
from village import village

from instances import InputError, Instance
from optimizer.explain import binding
from optimizer.explain.binding import Binding, Worth, what_binds
from optimizer.explain.hard import keeps
from optimizer.explain.loosenings import loosenings
from optimizer.explain.questions import question
from optimizer.explain.standing import Standing, stand
from optimizer.explain.views import answer_view, binding_view
from optimizer.explain.why_not import why_not
from optimizer.model.backend import SolveOptions
from optimizer.model.build import build_problem
from optimizer.rules import Loosening
from optimizer.rules.changes import Change, Loosest

OPTIONS = SolveOptions(time_limit=120, threads=1)


def least(instance: Instance) -> float:
    found = optimum(build_problem(instance))
    assert found is not None
    return found[0]


@pytest.fixture(scope="module")
def base() -> Standing:
    found = stand(village(), options=OPTIONS)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("together a c", {"policy.keep_together": [["a", "c"]]}),
        ("apart a b", {"policy.keep_apart": [["a", "b"]]}),
        ("close g", {"policy.must_not_open": ["g"]}),
        ("hubs 3", {"hub.count_min": 3, "hub.count_max": 3}),
        ("model M 1", {"care_model.M.count_min": 1, "care_model.M.count_max": 1}),
    ],
)
def test_questions_cost_what_the_optima_differ_by(base: Standing, text: str, changes: dict[str, Any]) -> None:
    instance = village()
    answer = why_not(instance, base, question(text, instance), options=OPTIONS)
    expected = least(village(changes)) - least(instance)
    if answer.already:
        assert expected == pytest.approx(0, abs=0.01)
        return
    assert answer.asked is not None
    assert answer.extra == pytest.approx(expected, abs=0.01)
    low, high = answer.extra_range
    assert low - 1 <= answer.extra <= high + 1
    assert sum(answer.terms.values()) == pytest.approx(answer.extra, abs=0.01)  # weights of 1


def test_what_is_so_already(base: Standing) -> None:
    instance = village()
    together = " ".join(base.plan.hubs[0].members[:2])
    assert why_not(instance, base, question(f"together {together}", instance), options=OPTIONS).already


def test_the_rule_that_forbids_it(base: Standing) -> None:
    instance = village()
    answer = why_not(instance, base, question("fix a g", instance), options=OPTIONS)
    assert answer.asked is None
    assert answer.forbidden is not None
    assert answer.forbidden.found is not None
    assert "distance" in {exemption.rule for exemption in answer.forbidden.found.exemptions}
    assert "g" in {hub.site for hub in answer.forbidden.found.plan.hubs if "a" in hub.members}


def told(view: RenderableType) -> str:
    console = Console(width=200, record=True)
    console.print(view)
    return console.export_text()


def test_what_becomes_of_hubs_where_one_is_to_close(base: Standing) -> None:
    """Sites are told by name, whether the hub there is gone or only elsewhere."""
    instance = village({"practices.g.name": "Mill Lane"})
    assert "g" in {hub.site for hub in base.plan.hubs}
    answer = why_not(instance, base, question("close g", instance), options=OPTIONS)
    assert answer.asked is not None
    sites, new_sites = ({hub.site for hub in standing.plan.hubs} for standing in (base, answer.asked))
    lines = told(answer_view(answer)).splitlines()
    about_g = [line for line in lines if line.startswith("The hub at Mill Lane [g] would")]
    assert len(about_g) == 1
    for site in new_sites - sites:
        assert any(f" at {site}." in line for line in lines)
    assert answer.change is not None
    for practice in answer.change.practices:
        assert any(line.strip().startswith((f"{practice}:", f"Mill Lane [{practice}]:")) for line in lines)


def test_what_is_closed_already_can_be_asked_the_other_way_round(base: Standing) -> None:
    instance = village()
    [closed] = {"a", "d", "f", "g"} - {hub.site for hub in base.plan.hubs}
    answer = why_not(instance, base, question(f"close {closed}", instance), options=OPTIONS)
    assert answer.already
    assert f'--why-not "open {closed}"' in told(answer_view(answer))


def test_a_practice_too_large_to_be_independent(base: Standing) -> None:
    """Said with the least limit at which it could be, although the search puts it into a hub at once."""
    instance = village()
    answer = why_not(instance, base, question("independent d", instance), options=OPTIONS)
    assert answer.forbidden is not None
    [needed] = answer.forbidden.needed or ()
    assert str(needed.change) == "--set policy.independent_max_patients=6000"
    assert (needed.proven, needed.too_little) == (True, 5_999)
    assert answer.forbidden.is_least


@pytest.mark.parametrize(
    ("hard", "change", "kept"),
    [
        ({"hub.count_min": 3}, Change("hub.count_min", 2, Loosest.SMALLEST), False),
        ({"hub.count_min": 3}, Change("hub.count_max", 9, Loosest.LARGEST), True),
        ({"policy.must_open": ["a"]}, Change("policy.must_open", ("a",), Loosest.FEWEST), True),
        ({"policy.must_open": ["a"]}, Change("policy.must_open", ("d",), Loosest.FEWEST), False),
        ({"policy.keep_apart": [["a", "b"]]}, Change("policy.keep_apart", (("a", "b"),), Loosest.FEWEST), True),
        ({"policy.keep_apart": [["a", "b"]]}, Change("policy.keep_apart", (("a", "c"),), Loosest.FEWEST), False),
        ({"policy.fixed_hub": {"a": "d"}}, Change("policy.fixed_hub", {"a": "d"}, Loosest.FEWEST), True),
        ({"policy.fixed_hub": {"a": "d"}}, Change("policy.fixed_hub", {"b": "d"}, Loosest.FEWEST), False),
        ({"policy.barred_hub": {"a": ["d"]}}, Change("policy.barred_hub", {"a": ("d", "g")}, Loosest.FEWEST), True),
        ({"policy.barred_hub": {"a": ["d", "f"]}}, Change("policy.barred_hub", {"a": ("d",)}, Loosest.FEWEST), False),
    ],
)
def test_locks_beside_what_is_asked_may_be_dropped(hard: dict[str, Any], change: Change, kept: bool) -> None:
    assert keeps(hard, [change]) is kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "together PRACTICE"),
        ("merge a b", "together PRACTICE"),
        ("together a", "together PRACTICE PRACTICE"),
        ("hubs many", "a whole number"),
        ("model X 1", "the id of a care model"),
        ("fix zz g", "the id of a practice or hospital"),
    ],
)
def test_questions_that_ask_nothing(text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        question(text, village())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("close midford", "found 'midford': .*; did you mean 'ZP05' .* or 'ZP06' .* or 'ZH02' "),
        ("fix ZP03 Midford Green Practice", "found 'Midford Green Practice': .*; did you mean 'ZP06' "),
        ("independent Eastfield Surgery", "found 'Eastfield Surgery': .*; did you mean 'ZP10' "),
        ("together Eastfield ZP03 westcombe", "'Eastfield': .*'ZP10'(.|\\n)*'westcombe': .*'ZP04'"),
        ("network ZP03 MCPP", "found 'MCPP': the id of a care model; did you mean 'MCP'"),
        ("network ZP03 PCAS:ZP01", "found 'PCAS': the id of a care model; did you mean 'PACS'"),
    ],
)
def test_questions_with_names_tell_the_ids_that_are_meant(text: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        question(text, hamlet())


def test_questions_keep_the_locks_that_are_there() -> None:
    instance = village({"policy.keep_together": [["a", "b"]], "policy.barred_hub": {"h": ["g"]}})
    asked = question("together c d", instance).ask(instance)
    assert asked.policy.keep_together == (("a", "b"), ("c", "d"))
    assert set(question("independent h", instance).ask(instance).policy.barred_hub["h"]) == {*"abcdefgh", "A", "C"}


def test_one_more_unit_is_worth_what_the_optima_differ_by(base: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [
        Loosening("hubs", {"hub.max": 13_000}),
        Loosening("no refusals", {"policy.consent": False}),
    ]
    instance = village({"hub.max": 10_900})
    here = stand(instance, options=OPTIONS, start=base.plan)
    assert here is not None

    def few(_: Instance) -> Iterator[Loosening]:
        yield from some

    monkeypatch.setattr(binding, "loosenings", few)
    found = what_binds(instance, here, options=OPTIONS)
    for worth in found.worths:
        expected = least(instance) - least(instance.with_settings(worth.loosening.settings))
        assert worth.saving == pytest.approx(expected, abs=0.01)
        assert worth.saving is not None
        assert worth.least - 1 <= worth.saving <= worth.most + 1


@pytest.mark.parametrize(
    ("most", "said"), [(0.9, "does not bind, proven"), (2.0, "cannot be told in this time"), (-2.0, "costs more")]
)
def test_what_a_proof_may_leave_open_counts_as_nothing(base: Standing, most: float, said: str) -> None:
    worth = Worth(next(iter(loosenings(village()))), touched=1, saving=0.0, least=0.0, most=most * base.slack)
    assert said in told(binding_view(Binding(base, (worth,))))


def test_every_rule_has_a_unit_that_can_be_set() -> None:
    """Each loosening is a valid instance, unlike the one it loosens."""
    locks = {
        "policy.keep_together": [["a", "b"]],
        "policy.keep_apart": [["a", "g"]],
        "policy.fixed_hub": {"c": "d"},
        "policy.barred_hub": {"h": ["a"]},
        "policy.fixed_network": {"e": "P"},
        "policy.must_open": ["a"],
        "policy.must_not_open": ["f"],
        "policy.respect_areas": "networks",
        "policy.transformation_fund": 1_000_000,
        "policy.max_disruption": 50_000,
        "policy.coverage_max": 0.9,
        "hub.count_min": 2,
        "hub.count_max": 4,
        "practices.d.refuses": ["P"],
    }
    instance = village(locks)
    found = list(loosenings(instance))
    assert len({loosening.words for loosening in found}) == len(found) >= 25
    for loosening in found:
        assert instance.with_settings(loosening.settings).sha256 != instance.sha256
