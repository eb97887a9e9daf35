"""Cheap necessary conditions: when one fails, no plan can exist, and no solver needs to run."""

from __future__ import annotations

from instances import Instance
from optimizer.model.chains import chain_counts
from optimizer.model.problem import Problem
from optimizer.rules import RULES


def impossibilities(problem: Problem) -> list[str]:
    """Reasons for a planner why no plan exists, each on its own sufficient; none proves nothing."""
    return [reason for rule in RULES for reason in rule.impossible(problem)]


def remarks(problem: Problem) -> list[str]:
    """What rules settle before anything is solved, and that a planner may not expect; empty mostly."""
    return [remark for rule in RULES for remark in rule.remarks(problem)]


def chain_impossibilities(instance: Instance) -> list[str]:
    """Why no chains exist that keep their rules; empty where there are some, as numbers alone decide."""
    chain = instance.chain
    if chain is None or chain.alone_allowed or chain_counts(instance):
        return []
    number, leads = len(instance.chain_hospitals), sum(map(chain.can_lead, instance.chain_hospitals))
    sizes = f"{chain.members_min:,} to {chain.members_max:,}"
    return [
        f"no chains of {sizes} hospitals have all {number:,} that are to be in one, where {leads:,} can lead one "
        "(chain.members_min, chain.members_max, chain.lead_min, chain.alone_allowed)"
    ]


def chain_remarks(instance: Instance) -> list[str]:
    """What a planner may not expect of chains."""
    chain = instance.chain
    if chain is None or not chain.alone_allowed or any(map(chain.can_lead, instance.chain_hospitals)):
        return []
    return ["no hospital that may be in a chain can lead one (chain.lead_min): all of them stay alone"]
