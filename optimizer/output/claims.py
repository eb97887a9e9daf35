"""What a plan.json says of itself, held against what verification finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from instances import Instance
from optimizer.analysis.money import NAMES, difference_by_money
from optimizer.analysis.neighbourhoods import residents_of
from optimizer.model.backend import Reason
from optimizer.model.certificate import BOUND_FILE, Certificate
from optimizer.model.gap import relative_gap
from optimizer.output.document import PlacedWithoutConsent, PlanDocument
from optimizer.solving.assurance import whose
from optimizer.solving.today import judged_today
from optimizer.verify import Evaluation, check_claim
from optimizer.verify.exact import exact
from optimizer.verify.money import Money, by_money
from optimizer.verify.wording import unlike

REL_TOLERANCE = 1e-6
FTE_TOLERANCE = 1e-6
SHARE_TOLERANCE = 1e-6  # stated with as many decimals


@dataclass(frozen=True)
class Statements:
    """`wrong`: statements that are not true of the plan; `note`: why they need not be, if the instance is another."""

    wrong: tuple[str, ...]
    note: str = ""


def check_statements(document: PlanDocument, instance: Instance, evaluation: Evaluation) -> Statements:
    """Differences of objective, departures, bound and what it counts as, gap, terms, hires and consent, in words.

    The evaluation is to be one with the document's departures.
    """
    wrong = check_claim(evaluation, document.objective, document.bound, REL_TOLERANCE)
    wrong += _certified(document, evaluation) + _proof(document)
    wrong += _money(document.money, "", by_money(evaluation.terms), scale=evaluation.objective)
    wrong += _departures(document, evaluation) + _gap(document, evaluation) + _today(document, instance, evaluation)
    wrong += _chains(document, instance, evaluation)
    for term, stated in document.terms.items():
        wrong += _differs(f"term {term}", stated, evaluation.terms.get(term, Fraction(0)), scale=evaluation.objective)
    for role, fte in document.hires.items():
        verified = float(evaluation.hires.get(role, Fraction(0)))
        if abs(fte - verified) > FTE_TOLERANCE * max(1.0, verified):
            wrong.append(f"stated hires of {role}: {fte:g} FTE, verified {verified:g}")
    wrong += _without_consent(document, instance, evaluation)
    wrong += _neighbourhoods(document, instance, evaluation)
    return Statements(tuple(wrong), _another_instance(document, instance))


def check_certified(document: PlanDocument, certificate: Certificate) -> list[str]:
    """Whether the certified bound is that of the certificate beside the plan; nothing where it is not stated."""
    if document.certified_bound is None:
        return []
    stated, found = exact(document.certified_bound), exact(certificate.bound)
    if abs(stated - found) <= exact(REL_TOLERANCE) * max(abs(found), Fraction(1)):
        return []
    pounds = unlike(stated, found)
    return [f"stated certified bound: £{pounds[0]} a year, £{pounds[1]} in {BOUND_FILE}"]


def _chains(document: PlanDocument, instance: Instance, evaluation: Evaluation) -> list[str]:
    """Of the chains, whose objective is one of its own."""
    stated, truth = document.chains, evaluation.chains
    if stated is None or truth is None:
        return ["it says nothing of chains of hospitals"] if stated is None and instance.chain is not None else []
    scale = truth.objective
    wrong = _differs("objective of the chains", stated.objective, scale, scale=scale)
    for term, pounds in stated.terms.items():
        wrong += _differs(f"term {term}", pounds, truth.terms.get(term, Fraction(0)), scale=scale)
    if stated.bound is None:
        return wrong + (["stated gap of the chains without a bound"] if stated.gap is not None else [])
    if evaluation.ok and exact(stated.bound) > scale + exact(REL_TOLERANCE) * max(scale, Fraction(1)):
        pounds_ = unlike(exact(stated.bound), scale)
        wrong.append(f"stated bound of the chains £{pounds_[0]} a year: above these, which cost £{pounds_[1]}")
    gap = relative_gap(float(scale), stated.bound)
    if stated.gap is not None and abs(gap - stated.gap) > REL_TOLERANCE:
        wrong.append(f"stated gap of the chains {stated.gap:.4%}, {gap:.4%} between what is verified and their bound")
    return wrong


def _certified(document: PlanDocument, evaluation: Evaluation) -> list[str]:
    if document.certified_bound is None:
        return []
    if document.bound is None:
        return [f"stated certified bound £{document.certified_bound:,.2f} a year without a bound"]
    stated, priced = exact(document.certified_bound), evaluation.priced
    if not evaluation.ok or stated <= priced + exact(REL_TOLERANCE) * max(abs(priced), Fraction(1)):
        return []
    pounds = unlike(stated, priced)
    return [f"stated certified bound £{pounds[0]} a year: above this plan, which costs £{pounds[1]}"]


def _proof(document: PlanDocument) -> list[str]:
    """What is said to be proven and rests on the word of a solver that nothing here vouches for, or on nothing."""
    if document.bound is None:
        said = document.proof or (document.reason if document.reason is Reason.OPTIMAL else None)
        return [f"stated to be {said} without a bound"] if said is not None else []
    if document.proof_here == "proven":
        return []
    by = whose(document.proof_here, document.solver)
    wrong = [f"stated proof: proven, but the bound is {by}"] if document.proof == "proven" else []
    if document.reason is Reason.OPTIMAL:
        wrong.append(f"stated to be optimal, but the bound is {by}")
    return wrong


def _departures(document: PlanDocument, evaluation: Evaluation) -> list[str]:
    stated = document.departures
    if stated is None:
        return []
    wrong = _differs("price of departures", stated.pounds, evaluation.departures, scale=evaluation.objective)
    if stated.practices != len(evaluation.departed):
        wrong.append(f"stated practices that depart: {stated.practices}, verified {len(evaluation.departed)}")
    return wrong


def _without_consent(document: PlanDocument, instance: Instance, evaluation: Evaluation) -> list[str]:
    if document.without_consent is None:
        return []
    verified = PlacedWithoutConsent.all_of(instance, evaluation) or ()
    if set(document.without_consent) == set(verified):
        return []
    said, true = (
        ", ".join(f"{each.practice} under {each.care_model} ({each.ground})" for each in placed) or "nobody"
        for placed in (document.without_consent, verified)
    )
    return [f"stated to be placed without consent: {said}; verified: {true}"]


def _neighbourhoods(document: PlanDocument, instance: Instance, evaluation: Evaluation) -> list[str]:
    """Shares of patients who live in their hub's patch, in all and by hub."""
    residents = residents_of(instance)
    if document.neighbourhoods is None or residents is None:
        return [] if document.neighbourhoods is None else ["stated neighbourhoods, but no home of a patient is known"]
    found = residents.neighbourhoods(evaluation.hubs)
    stated = {"": document.neighbourhoods.in_patch, **{hub.hub: hub.in_patch for hub in document.hub_neighbourhoods}}
    true = {"": found.containment, **{hub.hub: hub.containment for hub in found.hubs}}
    differing = [hub for hub in {**stated, **true} if not _alike(stated.get(hub), true.get(hub))]
    return [
        f"stated share of patients who live in the patch of {hub or 'their hub'}: "
        f"{_percent(stated.get(hub))}, verified {_percent(true.get(hub))}"
        for hub in differing
    ]


def _alike(stated: float | None, verified: float | None) -> bool:
    if stated is None or verified is None:
        return stated is verified
    return abs(stated - verified) <= SHARE_TOLERANCE


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.4%}"


def _gap(document: PlanDocument, evaluation: Evaluation) -> list[str]:
    if document.gap is None:
        return []
    if document.bound is None:
        return [f"stated gap {document.gap:.4%} without a bound"]
    gap = relative_gap(float(evaluation.priced), document.bound)
    if abs(gap - document.gap) <= REL_TOLERANCE:
        return []
    return [f"stated gap {document.gap:.4%}, {gap:.4%} between what is verified and the stated bound"]


def _today(document: PlanDocument, instance: Instance, evaluation: Evaluation) -> list[str]:
    """What is said of today's groups, against their evaluation."""
    stated, today = document.today, judged_today(instance) if document.today is not None else None
    if stated is None or today is None:
        return [] if stated is None else ["stated figures of today, but no practice has a group today"]
    truth, scale = today.evaluation.objective, evaluation.objective
    wrong = _differs("objective of today", stated.objective, truth, scale=scale)
    wrong += _differs("difference to today", stated.difference, evaluation.objective - truth, scale=scale)
    wrong += _money(stated.money, " of today", today.money, scale=scale)
    between = difference_by_money(by_money(evaluation.terms), today.money)
    wrong += _money(stated.money_difference, ", difference to today", between, scale=scale)
    if stated.broken != today.broken:
        said, true = (
            ", ".join(f"{rule} {n}" for rule, n in of.items()) or "none" for of in (stated.broken, today.broken)
        )
        wrong.append(f"stated rules that today breaks: {said}, verified {true}")
    return wrong


def _money(stated: Mapping[Money, float], of: str, verified: Mapping[Money, Fraction], *, scale: Fraction) -> list[str]:
    found: list[str] = []
    for kind, pounds in stated.items():
        found += _differs(f"{NAMES[kind]}{of}", pounds, verified[kind], scale=scale)
    return found


def _differs(what: str, stated: float, verified: Fraction, *, scale: Fraction) -> list[str]:
    if abs(exact(stated) - verified) <= exact(REL_TOLERANCE) * max(abs(scale), Fraction(1)):
        return []
    pounds = unlike(exact(stated), verified)
    return [f"stated {what}: £{pounds[0]} a year, verified £{pounds[1]}"]


def _another_instance(document: PlanDocument, instance: Instance) -> str:
    if document.instance.sha256 in (None, instance.sha256):
        return ""
    note = "The plan was made for another state of the instance: its own figures need not hold for this one."
    if document.instance.settings:
        changes = " ".join(f"--set {change}" for change in document.instance.settings)
        note += f" It was made with {changes}; add that to judge it by the same rules."
    return note
