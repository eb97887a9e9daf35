"""Reports as plain values for JSON: the one place where keys are chosen. They are stable, docs/json.md names them.

Money in pounds a year, before weights unless it is the objective; infinities are left to the writer of the text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from pydantic_core import to_jsonable_python

from instances import Instance
from instances.catalogue import entries
from instances.presets import Preset
from optimizer.analysis.check_homes import home_facts
from optimizer.analysis.compare import Comparison
from optimizer.analysis.network_money import figures, money_of
from optimizer.explain.binding import Binding
from optimizer.explain.chains import ExplainedChains
from optimizer.explain.no_plan import NoPlan
from optimizer.explain.standing import Standing
from optimizer.explain.why_not import Answer
from optimizer.output.document import assumed
from optimizer.rules.changes import Change
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.registry import ProbeResult
from optimizer.verify import RULE_NAMES, ChainEvaluation, Evaluation
from optimizer.verify.bound import BoundCheck
from optimizer.verify.money import by_money

Json = dict[str, Any]


def check_json(instance: Instance, sites: int, impossible: Sequence[str]) -> Json:
    """What is in an instance, what nobody stated, and why no plan can exist, if that is plain."""
    groups = {practice.current_group for practice in instance.practices} - {None}
    return {
        "instance": {"name": instance.name, "sha256": instance.sha256},
        "practices": len(instance.practices),
        "patients": sum(practice.patients for practice in instance.practices),
        "current_groups": len(groups),
        "hospitals": len(instance.hospitals),
        "hub_sites": sites,
        "care_models": [model.id for model in instance.care_model],
        "roles": [role.id for role in instance.role],
        "impossible": list(impossible),
        "assumptions": [figure.model_dump(mode="json") for figure in assumed(instance)],
        **_chain_hospitals(instance),
        **_homes(instance),
    }


def _homes(instance: Instance) -> Json:
    """What is known of where patients live; nothing where nobody states it."""
    facts = home_facts(instance)
    if facts is None:
        return {}
    stated = {key: getattr(facts, key) for key in ("known", "at_practice", "places", "zones", "median_km")}
    return {"homes": {**stated, "practices_without": list(facts.without), "mean_km": facts.mean_km}}


def models_json(presets: Sequence[Preset]) -> Json:
    """Published care models, figure by figure."""
    return {
        "models": [
            {
                **{key: getattr(preset, key) for key in ("name", "tier", "title", "what", "like", "read")},
                "figures": [
                    {
                        "key": entry.key,
                        "value": entry.figure.value,
                        "description": entry.description,
                        "setting": entry.is_setting,
                        "assumption": entry.figure.assumed,
                        "confidence": entry.figure.confidence,
                        "source": entry.figure.source,
                    }
                    for entry in entries(preset)
                ],
            }
            for preset in presets
        ]
    }


def _chain_hospitals(instance: Instance) -> Json:
    """Hospitals that may be in a chain, where there are chains, and those that can lead one."""
    if instance.chain is None:
        return {}
    leads = [hospital.id for hospital in instance.chain_hospitals if instance.chain.can_lead(hospital)]
    return {"chain_hospitals": [hospital.id for hospital in instance.chain_hospitals], "chain_leads": leads}


def verdict_json(instance: Instance, evaluation: Evaluation, wrong: Sequence[str]) -> Json:
    """Every rule and every pound; `wrong`: statements of the plan's file that are not true."""
    broken = Counter(violation.rule for violation in evaluation.violations)
    return {
        "keeps_every_rule": evaluation.ok,
        "statements_wrong": list(wrong),
        "objective": float(evaluation.objective),
        "departures": float(evaluation.departures),
        "terms": _floats(evaluation.terms),
        "money": _floats(by_money(evaluation.terms)),
        "network_money": _network_money(instance, evaluation),
        "rules_broken": {rule: broken[rule] for rule in dict.fromkeys((*RULE_NAMES, *broken))},
        "violations": [{**asdict(v), "excess": float(v.excess)} for v in evaluation.violations],
        **({} if evaluation.chains is None else {"chains": _chains(evaluation.chains)}),
    }


def _chains(evaluation: ChainEvaluation) -> Json:
    return {
        "objective": float(evaluation.objective),
        "terms": _floats(evaluation.terms),
        "chains": [{"lead": chain.lead, "members": list(chain.members)} for chain in evaluation.chains],
        "alone": list(evaluation.alone),
    }


def _network_money(instance: Instance, evaluation: Evaluation) -> Json:
    money = money_of(instance, evaluation)
    return {
        "networks": [figures(network) for network in money.networks],
        "total": figures(money.total),
        "commissioners": [figures(commissioner) for commissioner in money.commissioners],
        "practices_without_weighted_list": money.unweighted,
        "practices_without_core_funding": money.unfunded,
    }


def bound_json(check: BoundCheck) -> Json:
    """What a certificate proves; `certified` is null where it proves that no plan exists, and where nothing is."""
    return {
        "claimed": float(check.claimed),
        "certified": _float(check.best),
        "tree_was_checked": check.tree_was_checked,
        "certifies": check.is_certified,
        "sites": check.extent.of_sites,
        "sites_checked": check.extent.sites,
        "leaves": check.leaves,
        "leaves_checked": check.extent.leaves,
        "leaves_enumerated": len(check.enumerations),
        "leaves_redone": sum(not redone.reason for redone in check.enumerations),
    }


def comparison_json(comparison: Comparison) -> Json:
    """Plans side by side, the first being what the others are held against."""
    return {
        "instance": comparison.name,
        "note": comparison.note,
        "plans": [_judged(plan) for plan in comparison.plans],
        "figures": [
            {"section": section.title, "item": row.name, "unit": row.unit.value, "values": list(row.values)}
            for section in comparison.sections
            for row in section.rows
        ],
        "sit_differently": [
            {**asdict(seat), "hubs": list(seat.hubs), "hub_names": list(seat.hub_names)} for seat in comparison.seats
        ],
    }


def _judged(plan: JudgedPlan) -> Json:
    return {
        "label": plan.label,
        "is_today": plan.is_today,
        "objective": float(plan.evaluation.objective),
        "terms": _floats(plan.evaluation.terms),
        "money": _floats(plan.money),
        "rules_broken": plan.broken,
    }


def solvers_json(probes: Sequence[ProbeResult], default: str) -> Json:
    """Backends, whether they work here, and what each can do."""
    return {
        "default": default,
        "solvers": [
            {
                "id": probe.id,
                "title": probe.title,
                "works": probe.works,
                "detail": probe.detail,
                "bounds": probe.proof,
                "versions": probe.versions,
                "seconds": probe.seconds,
                "capabilities": sorted(capability.value for capability in probe.capabilities),
            }
            for probe in probes
        ],
    }


def no_plan_json(explained: NoPlan) -> Json:
    """What stands in the way of a plan, and the changes that make one."""
    found = explained.found
    needed = None if explained.needed is None else [(one.change, one.proven) for one in explained.needed]
    return {
        "reasons": list(explained.reasons),
        "proven_least_price": explained.least,
        "price": None if found is None else found.price,
        "exemptions": []
        if found is None
        else [{"rule": e.rule, "subject": e.subject, "words": e.words, "price": e.price} for e in found.exemptions],
        "changes": [] if found is None else [_change(change) for change in found.changes],
        "needed": needed and [{**_change(change), "proven": proven} for change, proven in needed],
    }


def _change(change: Change) -> Json:
    """`as_typed` is what a shell takes, or which cell of a table it is."""
    value = to_jsonable_python(change.value)
    return {"key": change.key, "value": value, "table": change.table, "row": change.row, "as_typed": str(change)}


def standing_json(standing: Standing) -> Json:
    """The plan that the rest is held against."""
    return {
        "objective": standing.objective,
        "bound": standing.bound if standing.bound > 0 else None,
        "proven": standing.is_proven,
    }


def explained_chains_json(explained: ExplainedChains) -> Json:
    """Why there are no chains of hospitals, or what they cost, and the changes of their rules that help."""
    return to_jsonable_python(explained)  # type: ignore[no-any-return]


def binding_json(binding: Binding) -> Json:
    """What one more unit of each rule is worth."""
    rules = [
        {
            "rule": worth.loosening.words,
            "settings": to_jsonable_python(dict(worth.loosening.settings)),
            "cell": None if worth.loosening.cell is None else _change(worth.loosening.cell),
            "touched": worth.touched,
            "saving": worth.saving,
            "proven_least": worth.least,
            "proven_most": worth.most,
        }
        for worth in binding.worths
    ]
    return {"plan": standing_json(binding.base), "rules": rules, "useful_time_limit": binding.useful_s}


def answer_json(answer: Answer) -> Json:
    """One question: so already, to be had at a price, or forbidden."""
    content: Json = {"question": answer.question.text, "already": answer.already, "forbidden": None, "costs": None}
    if answer.forbidden is not None:
        content["forbidden"] = no_plan_json(answer.forbidden)
    elif answer.asked is not None and not answer.already:
        least, most = answer.extra_range
        content["costs"] = {"more": answer.extra, "least": least, "most": most, "terms": answer.terms}
    return content


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _floats(amounts: Mapping[Any, Fraction]) -> dict[str, float]:
    return {str(key): float(pounds) for key, pounds in amounts.items()}
