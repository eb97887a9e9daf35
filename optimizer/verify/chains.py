"""Chains of hospitals by docs/model.md, section 7: who is in one, who leads it, how unlike they are, what it costs.

Z-scores have six decimals, so that every sum of them is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt

from instances.instance import Instance
from instances.rows import Hospital
from instances.schema import ChainRules
from optimizer.model.plan import Chain, Plan
from optimizer.verify.exact import exact
from optimizer.verify.wording import Violation, breach, plural, unlike

CHAIN_RULE_NAMES = ("chain-members", "chain-size", "chain-lead")
_KIND = "kind"
_MILLION = 10**6


@dataclass(frozen=True)
class ChainFacts:
    """A chain with what sets its members apart; hospitals that cannot be in one count in no figure."""

    lead: str
    members: tuple[str, ...]
    unlikeness: dict[str, Fraction]  # of each other member to the lead

    @property
    def mean(self) -> Fraction:
        """Unlikeness of the other members to the lead; 0 where there are none."""
        return sum(self.unlikeness.values(), Fraction(0)) / len(self.unlikeness) if self.unlikeness else Fraction(0)

    @property
    def max(self) -> Fraction:
        return max(self.unlikeness.values(), default=Fraction(0))


@dataclass(frozen=True)
class ChainEvaluation:
    """What is true of a plan's chains. Their objective is one of its own, no part of the plan's."""

    terms: dict[str, Fraction]  # pounds a year, in the order of docs/model.md
    chains: tuple[ChainFacts, ...]
    alone: tuple[str, ...]  # hospitals that may be in a chain and are in none

    @property
    def objective(self) -> Fraction:
        """Pounds a year."""
        return sum(self.terms.values(), Fraction(0))


class Chains:
    """The chains of any number of plans for one instance."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._chain = instance.chain
        self._hospitals = {hospital.id: hospital for hospital in instance.hospitals}
        self._places = {hospital.id: k for k, hospital in enumerate(instance.chain_hospitals)}

    def evaluate(self, plan: Plan) -> ChainEvaluation | None:
        """None where the plan says nothing of chains, or the instance has none."""
        if plan.chains is None or self._chain is None:
            return None
        within = {hospital for chain in plan.chains for hospital in chain.members}
        chains = tuple(map(self._facts, plan.chains))
        alone = tuple(hospital for hospital in self._places if hospital not in within)
        return ChainEvaluation(self._terms(self._chain, chains, len(alone)), chains, alone)

    def _facts(self, chain: Chain) -> ChainFacts:
        known = [hospital for hospital in dict.fromkeys(chain.members) if hospital in self._places]
        others = [hospital for hospital in known if hospital != chain.lead and chain.lead in self._places]
        return ChainFacts(chain.lead, chain.members, {other: self._unlikeness(other, chain.lead) for other in others})

    def _terms(self, rules: ChainRules, chains: Sequence[ChainFacts], alone: int) -> dict[str, Fraction]:
        unlike = sum((sum(chain.unlikeness.values(), Fraction(0)) for chain in chains), Fraction(0))
        return {
            "chain_running": len(chains) * exact(rules.running_cost),
            "chain_setup": len(chains) * exact(rules.setup_cost) / exact(self._instance.horizon_years),
            "chain_unlikeness": exact(rules.price_per_unlikeness) * unlike,
            "chain_alone": alone * exact(rules.alone_price),
        }

    # --- unlikeness ---------------------------------------------------------------------------------------------------

    def _unlikeness(self, a: str, b: str) -> Fraction:
        assert self._chain is not None
        kinds = exact(self._chain.features.get(_KIND, 0.0))
        unlike = kinds if self._hospitals[a].kind != self._hospitals[b].kind else Fraction(0)
        for weight, scores in self._scores:
            unlike += weight * abs(scores[self._places[a]] - scores[self._places[b]])
        return unlike

    @cached_property
    def _scores(self) -> list[tuple[Fraction, list[Fraction]]]:
        """Weight and z-scores of each feature that is a number and counts."""
        assert self._chain is not None
        hospitals = [self._hospitals[hospital] for hospital in self._places]
        return [
            (exact(weight), z_scores([exact(hospital.features[feature]) for hospital in hospitals]))
            for feature, weight in self._chain.features.items()
            if weight and feature != _KIND
        ]

    # --- rules --------------------------------------------------------------------------------------------------------

    def broken(self, plan: Plan) -> Iterator[Violation]:
        """What breaks the rules of chains; nothing where the plan says nothing of them."""
        if plan.chains is None:
            return
        if self._chain is None:
            if plan.chains:
                yield breach("chain-members", "plan", "the plan has chains and the instance has no section [chain]")
            return
        yield from self._membership(plan.chains, alone_allowed=self._chain.alone_allowed)
        for chain in plan.chains:
            yield from self._size(chain, self._chain)
            yield from self._lead(chain, self._chain)

    def _membership(self, chains: Sequence[Chain], *, alone_allowed: bool) -> Iterator[Violation]:
        times = Counter(hospital for chain in chains for hospital in chain.members)
        for hospital, number in times.items():
            if hospital not in self._hospitals:
                yield breach("chain-members", hospital, f"{hospital} is in a chain and is no hospital")
            elif hospital not in self._places:
                yield breach("chain-members", hospital, f"hospital {hospital} is in a chain and may be in none")
            if number > 1:
                message = f"hospital {hospital} is in chains {number} times; once is the most"
                yield breach("chain-members", hospital, message, number - 1)
        for hospital in self._places:
            if hospital not in times and not alone_allowed:
                yield breach("chain-members", hospital, f"hospital {hospital} is in no chain and is to be in one")

    def _size(self, chain: Chain, rules: ChainRules) -> Iterator[Violation]:
        number = len(set(chain.members))
        has = f"chain {chain.lead} has {plural(number, 'hospital')}"
        if number < rules.members_min:
            message = f"{has}, fewer than the minimum of {rules.members_min:,}"
            yield breach("chain-size", chain.lead, message, rules.members_min - number)
        if number > rules.members_max:
            message = f"{has}, more than the maximum of {rules.members_max:,}"
            yield breach("chain-size", chain.lead, message, number - rules.members_max)

    def _lead(self, chain: Chain, rules: ChainRules) -> Iterator[Violation]:
        if chain.lead not in chain.members:
            yield breach("chain-lead", chain.lead, f"hospital {chain.lead} leads a chain that it is not in")
        hospital = self._hospitals.get(chain.lead)
        for feature, least in rules.lead_min.items():
            if hospital is not None:
                yield from _too_weak(hospital, feature, exact(least))


def _too_weak(hospital: Hospital, feature: str, least: Fraction) -> Iterator[Violation]:
    if feature not in hospital.features:  # it may be in none, either
        yield breach("chain-lead", hospital.id, f"hospital {hospital.id} leads a chain; its {feature} is not known")
    elif (has := exact(hospital.features[feature])) < least:
        words = unlike(has, least)
        message = (
            f"hospital {hospital.id} leads a chain; its {feature}, which is {words[0]}, is to be {words[1]} or more"
        )
        yield breach("chain-lead", hospital.id, message, least - has)


def z_scores(values: Sequence[Fraction]) -> list[Fraction]:
    """Distance from the mean in population standard deviations, to the nearest millionth, halves away from 0.

    0 for all where they are all the same.
    """
    centre = sum(values, Fraction(0)) / len(values)
    variance = sum(((value - centre) ** 2 for value in values), Fraction(0)) / len(values)
    if not variance:
        return [Fraction(0)] * len(values)
    return [_signed_root((value - centre) ** 2 / variance, negative=value < centre) for value in values]


def _signed_root(square: Fraction, *, negative: bool) -> Fraction:
    """The root of `square` to the nearest millionth: the whole part of twice the root tells which way to round."""
    millionths = (isqrt(int(4 * square * _MILLION**2)) + 1) // 2
    return Fraction(-millionths if negative else millionths, _MILLION)
