"""Why practices leave their groups: what leaving them there would break or cost, everything else being as planned.

A group that a hub continues: the practice goes back to that hub. A group that no hub continues: the whole group forms
a hub again, at its best site. Both are evaluated like any plan, so that every pound and every rule is verification's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from instances import Instance
from optimizer.model.plan import Hub, Network, Plan
from optimizer.verify import Evaluation, Verifier
from optimizer.verify.costs import COST
from optimizer.verify.exact import exact
from optimizer.verify.hires import without_hires

WORK = 150_000  # practices evaluated at most, over all alternatives: some 3 seconds
_HIRED = ("hub-workforce", "network-workforce")  # kept by hiring, which the objective prices
_COST = {term.__name__ for term in COST}
_MOST_SITES = 6  # tried for a hub that loses its host

_Sites = Callable[[Iterable[str]], list[str]]


@dataclass(frozen=True)
class Move:
    """A practice that leaves its group, and what became of the alternative."""

    practice: str
    group: str
    hub: str | None  # where it goes; None = independent
    back: str | None  # the hub that continues its group; None: no hub does, its practices were put together again
    computed: bool
    broken: tuple[str, ...] = ()  # rules that the alternative breaks and the plan does not, in words
    pounds: float = 0.0  # a year that the alternative costs more than the plan, weighted
    terms: tuple[tuple[str, float], ...] = ()  # the differences, largest first


def moves(instance: Instance, plan: Plan, evaluation: Evaluation, *, work: int = WORK) -> list[Move]:
    """A move for each moved practice, the largest first; beyond `work`, those that were not computed say so."""
    practices = {practice.id: practice for practice in instance.practices}
    continued = {hub.continues: hub.site for hub in evaluation.hubs if hub.continues is not None}
    moved = sorted((f for f in evaluation.practices if f.moved), key=lambda f: -practices[f.practice].patients)
    alternatives = _Alternatives(instance, plan, work)
    found: list[Move] = []
    for facts in moved:
        group = practices[facts.practice].current_group
        assert group is not None  # moved
        back = continued.get(group)
        outcome = alternatives.staying(facts.practice, back) if back else alternatives.together(group)
        found.append(Move(facts.practice, group, facts.hub, back, outcome is not None, *(outcome or ())))
    return found


_Outcome = tuple[tuple[str, ...], float, tuple[tuple[str, float], ...]]


class _Alternatives:
    """Changed plans beside the plan itself, all with as many hires as they need."""

    def __init__(self, instance: Instance, plan: Plan, work: int) -> None:
        self._instance = instance
        self._practices = {practice.id: practice for practice in instance.practices}
        self._left = work // max(len(instance.practices), 1)
        self._verifier = Verifier(instance)
        self._plan = without_hires(plan)
        self._base = self._verifier.evaluate(self._plan)
        self._known = {(violation.rule, violation.subject) for violation in self._base.violations}
        self._groups: dict[str, _Outcome | None] = {}

    def staying(self, practice: str, back: str) -> _Outcome | None:
        """The practice in the hub that continues its group."""
        return self._best(_moved_to(self._plan, [practice], back, self._sites))

    def together(self, group: str) -> _Outcome | None:
        """The group's practices in a hub of their own, in the network of most of their patients or in none."""
        if group not in self._groups:
            members = [p.id for p in self._instance.practices if p.current_group == group]
            self._groups[group] = self._best(self._regrouped(group, members))
        return self._groups[group]

    def _regrouped(self, group: str, members: list[str]) -> Iterator[Plan]:
        at = Counter[str | None]()
        for hub in self._plan.hubs:
            for member in set(hub.members) & set(members):
                at[hub.network] += self._practices[member].patients
        network = at.most_common(1)[0][0] if at else None
        for rest in _moved_to(self._plan, members, None, self._sites):
            networks = {n.id for n in rest.networks}
            for site in self._sites(members):
                for choice in dict.fromkeys((network if network in networks else None, None)):
                    hub = Hub(site=site, members=tuple(members), network=choice, continues=group)
                    yield _tidy(rest.model_copy(update={"hubs": (*rest.hubs, hub)}))

    def _sites(self, members: Iterable[str]) -> list[str]:
        """Members that can host a hub, the largest first."""
        known = [member for member in members if member in self._practices]  # a plan may list anything
        hosts = [member for member in known if self._practices[member].can_host_hub]
        return sorted(hosts, key=lambda member: -self._practices[member].patients)[:_MOST_SITES]

    def _best(self, plans: Iterator[Plan]) -> _Outcome | None:
        """Of the plan that breaks least, then costs least; None where there is nothing, or no more work is allowed."""
        best: tuple[tuple[int, Fraction], Evaluation] | None = None
        while self._left > 0 and (plan := next(plans, None)) is not None:
            self._left -= 1
            evaluation = self._verifier.evaluate(plan)
            key = (len(self._new(evaluation)), evaluation.objective)
            if best is None or key < best[0]:
                best = (key, evaluation)
        return None if best is None else self._outcome(best[1])

    def _new(self, evaluation: Evaluation) -> list[str]:
        """What it breaks and the plan does not, in words."""
        return [
            violation.message
            for violation in evaluation.violations
            if violation.rule not in _HIRED and (violation.rule, violation.subject) not in self._known
        ]

    def _outcome(self, evaluation: Evaluation) -> _Outcome:
        weights = self._instance.weights
        terms: list[tuple[str, float]] = []
        for term, pounds in evaluation.terms.items():
            weight = exact(weights.cost if term in _COST else weights.disruption)
            terms.append((term, float(weight * (pounds - self._base.terms[term]))))
        shown = sorted((pair for pair in terms if abs(pair[1]) >= 0.5), key=lambda pair: -abs(pair[1]))
        return tuple(self._new(evaluation)), float(evaluation.objective - self._base.objective), tuple(shown)


def _moved_to(plan: Plan, practices: list[str], target: str | None, sites: _Sites) -> Iterator[Plan]:
    """Plans with the practices in the hub `target`, or in none; a hub that loses its host goes to another member."""
    gone = set(practices)
    kept: list[Hub] = []
    homeless: list[Hub] = []
    for hub in plan.hubs:
        if hub.site != target and gone.isdisjoint(hub.members):
            kept.append(hub)
            continue
        members = tuple(member for member in hub.members if member not in gone)
        members += tuple(practices) if hub.site == target else ()
        if members:
            kept.append(hub.model_copy(update={"members": members}))
            if hub.site in gone and hub.site != target:
                homeless.append(kept[-1])
    alone = tuple(practice for practice in plan.independents if practice not in gone)
    run = tuple(run for run in plan.trust_run if run.practice not in gone)
    rest = plan.model_copy(update={"hubs": tuple(kept), "independents": alone, "trust_run": run})
    for hub in homeless[1:]:
        rest = _resited(rest, hub.site, next(iter(sites(hub.members)), hub.site))
    candidates = sites(homeless[0].members) if homeless else []
    for site in candidates:
        yield _tidy(_resited(rest, homeless[0].site, site))
    if not candidates:
        yield _tidy(rest)


def _resited(plan: Plan, old: str, new: str) -> Plan:
    """The hub at `old` at the site `new`, and a network that it leads from there with it."""
    renamed = {network.id: network.model_copy(update={"lead": new}) for network in plan.networks if network.lead == old}
    networks = tuple(renamed.get(network.id, network) for network in plan.networks)
    hubs = tuple(
        hub.model_copy(
            update={
                "site": new if hub.site == old else hub.site,
                "network": renamed[hub.network].id if hub.network in renamed else hub.network,
            }
        )
        if hub.site == old or hub.network in renamed
        else hub
        for hub in plan.hubs
    )
    return plan.model_copy(update={"hubs": hubs, "networks": networks})


def _tidy(plan: Plan) -> Plan:
    """Without networks that no hub is in."""
    used = {hub.network for hub in plan.hubs}
    networks: tuple[Network, ...] = tuple(network for network in plan.networks if network.id in used)
    return plan.model_copy(update={"networks": networks})
