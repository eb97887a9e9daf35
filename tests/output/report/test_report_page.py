"""What the page says, read from its source."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hamlet_plan import BEST, funded_hamlet, hamlet, result
from report_support import HOSTILE, page, placeless, renamed, subject
from village import village

from instances import Role
from optimizer.analysis.money import COMPARISON
from optimizer.model.backend import Limit, Reason
from optimizer.model.certificate import Certificate, Leaf
from optimizer.model.plan import Hub, Network, Plan
from optimizer.output.document import PlanDocument
from optimizer.output.glossary import GLOSSARY
from optimizer.output.report import Subject
from optimizer.output.report.headline import cards, summary
from optimizer.output.report.page import render
from optimizer.output.report.staff import staff
from optimizer.output.report.tables import assumptions, commissioners, money, network_money, networks
from optimizer.output.report.wording import difference, pounds, proof
from optimizer.solving.result import VerifiedPlan
from optimizer.solving.today import todays_evaluation
from optimizer.verify import verify

HAMLET = hamlet()
PAID = ("hub_running", "hub_setup", "network_running", "network_setup", "hires")


def text_of(source: str) -> str:
    """What stands between the tags, scripts and styles left out."""
    plain = re.sub(r"<(script|style).*?</\1>", " ", source, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())


def test_headline() -> None:
    figures = {card.title: card for card in cards(subject(result(HAMLET)))}
    patients = sum(practice.patients for practice in HAMLET.practices)
    assert figures["Patients"].figure == f"{patients:,}"
    assert figures["Hubs"].figure == "4"
    assert figures["Networks"].figure == "2"
    paid = sum(subject(result(HAMLET)).evaluation.terms[term] for term in PAID)
    assert figures["Real money a year"].figure == pounds(float(paid))
    assert "of an objective of £1.02m" in figures["Real money a year"].note
    assert figures["Distance from the best"].figure == "1.0% at most"


def test_money_is_told_apart_from_assumptions_and_penalties() -> None:
    about = subject(result(HAMLET))
    assert about.today is not None
    now, then = about.evaluation.terms, about.today.terms
    rows = {row.cells[0].text: [cell.order for cell in row.cells[1:]] for row in money(about).rows}
    paid, unpaid = sum(now[term] for term in PAID), then["hub_running"] + then["network_running"]
    assert rows["Real money"] == pytest.approx([float(paid), float(unpaid), float(paid - unpaid)])
    for k, total in enumerate((about.evaluation.objective, about.today.objective)):
        assert sum(figures[k] for figures in rows.values()) == pytest.approx(float(total))  # type: ignore[misc]
    said = text_of(render(about))
    assert COMPARISON in said
    assert f"real money {difference(float(paid - unpaid))}" in said


def test_staff_tier_by_tier() -> None:
    """GPs that hubs and networks are to have, therapists whom nobody has and each network hires one of."""
    therapist = Role(id="therapist", network_min_per_10k=0.1, whole_fte=True, market_fte=3)
    shared = HAMLET.role[0].model_copy(update={"network_min_per_10k": 4.2})
    about = subject(result(HAMLET.model_copy(update={"role": (shared, therapist)})))
    rows = [[cell.text for cell in row.cells] for row in staff(about).rows]
    led = [about.network_name(network.id) for network in about.evaluation.networks]
    hubs = [about.name(hub.site) for hub in about.evaluation.hubs]
    assert [row[:2] for row in rows] == [
        *([name, "gp"] for name in (*hubs, *led, "Whole plan")),
        *([name, "therapist"] for name in (*led, "Whole plan")),
    ]
    assert rows[-3][2:] == ["0.0", "0.4", "0.4", "1.0", ""]
    assert rows[-1][-2:] == ["2.0", "1.0"]
    assert "Left to hire" in text_of(render(about))


def test_page_explains_its_words() -> None:
    said = text_of(render(subject(result(HAMLET))))
    assert all(f"{word} {meaning}" in said for part in GLOSSARY for word, meaning in part.words)


def test_reasons_name_places() -> None:
    names = {"practices.a.name": "Mill Surgery", "practices.b.name": "Bridge House", "hospitals.A.name": "Cottage"}
    instance = village({**names, "hub.max_km": 0.1})
    plan = Plan(
        hubs=(Hub(site="a", members=("a", "b"), network=None, continues=None),),
        networks=(Network(care_model="M", lead="a"),),
    )
    about = Subject.of(VerifiedPlan(instance, plan, verify(instance, plan)), None, None)
    assert "practice Bridge House (b) is" in about.names.in_text("practice b is 2 km from hub a, further than a limit")
    assert "from hub Mill Surgery (a), further" in about.names.in_text("2 km from hub a, further than a limit")
    assert about.names.in_text("network MCP:a has a b") == "network MCP:Mill Surgery (a) has a b"
    assert about.names.in_text("hub ab: a bee") == "hub ab: a bee"
    assert "practice Bridge House (b) is" in text_of(render(about))


def test_codes_are_named_anywhere() -> None:
    data = HAMLET.model_dump(exclude_unset=True)
    data["practices"][0]["name"] = "Mill Surgery"
    named = type(HAMLET).model_validate(data)
    about = subject(result(named))
    assert "Mill Surgery (ZP01), ZP010" in about.names.in_text("apart: ZP01, ZP010").replace("ZP02", "")


def test_proof_in_plain_words() -> None:
    about = subject(result(HAMLET))
    assert "costs less than £1.01m a year" in proof(about)[2]
    assert "at most £10,000 a year (1.0%) can be saved" in proof(about)[2]
    assert "stopped by the time limit" in summary(about)[0]
    best = replace(result(HAMLET), reason=Reason.OPTIMAL, limit=None, bound=float(about.evaluation.objective))
    assert proof(subject(best))[:2] == ("none", "proven to be the cheapest")
    unknown = replace(result(HAMLET), bound=None, limit=Limit.INTERRUPT)
    assert proof(subject(unknown))[0] == "not known"


def test_a_claim_is_never_called_proven() -> None:
    claimed = replace(result(HAMLET), proof="claimed", solver="other")
    figure, note, sentence = proof(subject(claimed))
    assert (figure, note) == ("not known", "1.0% at most, claimed by other")
    assert sentence.startswith("Not proven, but claimed by other: no plan that keeps these rules costs less than £1")
    assert "at most £10,000 a year (1.0%) can be saved, if that is so." in sentence
    best = replace(claimed, bound=float(subject(claimed).evaluation.objective))
    figure, note, sentence = proof(subject(best))
    assert (figure, note) == ("not known", "claimed by other to be the cheapest")
    assert sentence == "Not proven, but claimed by other: no plan that keeps these rules costs less."
    taken = PlanDocument.of(replace(claimed, proof="proven"))  # a file cannot vouch for its solver
    assert claimed.plan is not None
    assert proof(Subject.of(claimed.plan, taken, None))[1] == "1.0% at most, claimed by other"


def test_the_certified_bound_stands_beside_the_solvers() -> None:
    plain = result(HAMLET)
    certificate = Certificate(
        schema_version=1, bound=1e6, root_bound=0.0, root=(), prices=(), tree=Leaf(prices=(), bound=1e6)
    )
    certified = replace(plain, outcome=replace(plain.outcome, certificate=certificate))
    said = "Certified by bound.json: £1,000,000 a year (gap 2.25%); the solver's own bound is £1,012,768.5."
    assert said in text_of(render(subject(certified)))
    assert "bound.json" not in text_of(render(subject(plain)))
    same = replace(certified, bound=1e6)
    assert "bound.json" not in proof(subject(same))[2]


def test_another_instance_takes_no_proof() -> None:
    document = PlanDocument.of(result(HAMLET))
    other = HAMLET.with_settings({"hub.running_cost": 1.0})
    about = Subject.of(VerifiedPlan(other, BEST, verify(other, BEST)), document, None)
    assert about.assurance.bound is None
    assert proof(about)[0] == "not known"
    assert "has changed since" in text_of(render(about))


def test_a_plan_that_breaks_rules_says_so() -> None:
    strict = HAMLET.with_settings({"hub.max_km": 0.1})
    about = Subject.of(VerifiedPlan(strict, BEST, verify(strict, BEST)), None, todays_evaluation(strict))
    assert not about.evaluation.ok
    said = text_of(render(about))
    assert "This plan breaks rules in" in said
    assert "further than the limit of 0.1 km" in said


def test_networks_have_their_capitated_budgets() -> None:
    about = subject(result(HAMLET))
    patients = {network.care_model: network.patients for network in about.evaluation.networks}
    table = networks(about)
    assert table.columns[-1] == "Capitated budget a year"
    found = {row.cells[0].text: row.cells[-1].order for row in table.rows}
    assert found == {"MCP": 775 * patients["MCP"], "PACS": 1_912 * patients["PACS"]}
    without = HAMLET.with_settings([f"care_model.{k}.capitated_budget_per_patient=none" for k in ("MCP", "PACS")])
    assert "Capitated budget a year" not in networks(subject(result(without))).columns


def test_care_models_say_what_they_are() -> None:
    own = HAMLET.with_settings({"care_model.MCP.preset": "MCP_VIRTUAL", "care_model.MCP.title": "<East>"})
    said = text_of(render(Subject.of(VerifiedPlan(own, BEST, verify(own, BEST)), None, None)))
    assert "MCP <East> alliance agreement over existing contracts 1: an enhanced service or alliance" in said


def test_money_by_network_and_commissioner() -> None:
    about = subject(result(funded_hamlet()))
    mcp, pacs = network_money(about).rows
    lists = [practice.patients * (1.25 if k % 2 else 1) for k, practice in enumerate(HAMLET.practices)]
    weighted = dict(zip((practice.id for practice in HAMLET.practices), lists, strict=True))
    inside = [member for hub in BEST.hubs if hub.network == "PACS:ZH01" for member in hub.members]
    assert pacs.cells[-1].order == 1_912 * sum(weighted[member] for member in inside)
    assert [cell.order for cell in (mcp.cells[1], pacs.cells[1])] == [200_000, 300_000]
    assert "of it £820,000 reinvested" in pacs.cells[3].detail
    west, east = commissioners(about).rows
    assert (west.cells[0].detail, west.cells[1].text) == ("delegated", "£1.00m")
    assert (east.cells[0].detail, east.cells[1].text) == ("not delegated", "-")
    said = text_of(render(about))
    assert "registered patients stand in for the 6 lists that are not given" in said
    assert "brought up to £95.50 per registered patient and year; nothing is counted for the 1 practice that" in said
    assert "Core funding up to the guarantee real money" in said
    plain = render(subject(result(HAMLET)))
    assert "Money by network Set-up is paid once" in text_of(plain)
    assert 'id="commissioners"' not in plain


def test_everything_is_escaped(tmp_path: Path) -> None:
    source = page(tmp_path, renamed(HAMLET, HOSTILE)).read_text()
    assert HOSTILE not in source
    assert "<img src=x" not in source
    assert text_of(source).count(HOSTILE) > len(HAMLET.practices)


def test_one_file_with_everything_inside(tmp_path: Path) -> None:
    source = page(tmp_path).read_text()
    assert not re.findall(r"<(?:link|script|img|iframe)[^>]+(?:src|href)=", source)
    assert "default-src 'none'" in source


def test_without_networks_or_groups() -> None:
    plain = village({"care_model": [], "policy.coverage_min": 0, "role": []})
    data = plain.model_dump(exclude_unset=True)
    for practice in data["practices"]:
        practice["current_group"] = None
    alone = type(plain).model_validate(data)
    plan = BEST.model_copy(
        update={
            "hubs": (
                BEST.hubs[0].model_copy(
                    update={"site": "a", "members": tuple("abcd"), "network": None, "continues": None}
                ),
            ),
            "networks": (),
            "independents": tuple("efgh"),
        }
    )
    about = Subject.of(VerifiedPlan(alone, plan, verify(alone, plan)), None, todays_evaluation(alone))
    assert about.today is None
    assert "No practice leaves its group." in text_of(render(about))


def test_assumptions_name_their_source() -> None:
    bare = type(HAMLET).model_validate(
        {
            "practices": [{"id": "p", "patients": 1, "x_km": 0, "y_km": 0, "fte": {"gp": 1}}],
            "care_model": [{"id": "MCP"}],
            "role": [{"id": "gp"}],
        }
    )
    document = Subject.of(VerifiedPlan(bare, BEST, verify(bare, BEST)), None, None).document
    rows = {row.cells[0].text: row.cells for row in assumptions(document.assumptions).rows}
    assert "NHS England 2016" in rows["care_model.MCP.min"][3].text
    assert rows["care_model.MCP.running_cost"][3].text == "assumption"
    assert "Network Contract DES" in rows["role.gp.cost_per_fte"][3].text
    assert rows["hub.target_min"][3].text == "Network Contract DES, 2019"


def test_pounds() -> None:
    assert [pounds(x) for x in (0, 999, 12_345, 999_499, 999_501, -2_270_000)] == [
        "£0",
        "£999",
        "£12,000",
        "£999,000",
        "£1.00m",
        "\N{MINUS SIGN}£2.27m",
    ]


def test_a_plan_of_nonsense_is_shown_with_what_is_wrong() -> None:
    hub = BEST.hubs[0].model_copy(update={"site": "nowhere", "members": ("ZP01", "nobody"), "network": "MCP:nowhere"})
    plan = BEST.model_copy(
        update={"hubs": (*BEST.hubs[1:], hub), "networks": (*BEST.networks, Network(care_model="MCP", lead="nowhere"))}
    )
    about = Subject.of(VerifiedPlan(HAMLET, plan, verify(HAMLET, plan)), None, todays_evaluation(HAMLET))
    assert "a place that is not in the instance" in text_of(render(about))


def test_without_coordinates_there_is_no_map() -> None:
    source = render(placeless())
    assert 'id="map"' not in source
    assert 'id="hubs"' in source
