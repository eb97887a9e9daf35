"""Changes left out one at a time, and limits moved back: what stays is needed, as far as can be told.

A deletion filter (Chinneck, Feasibility and Infeasibility in Optimization, 2008): what is left out and not missed stays
out. Every change that is left out is tried away from the plan at hand as well as near it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from instances import Instance
from optimizer.explain.dials import a_little_less, halfway, is_open
from optimizer.explain.relaxed import Relaxed, relaxed
from optimizer.explain.trials import Trials
from optimizer.model.plan import Plan
from optimizer.rules.changes import Change, Loosest, apply, current
from optimizer.verify import verify

Tell = Callable[[str], None]
Place = tuple[str, str, str]  # of a change: table, row, key
Prove = Callable[[Instance, float], tuple[Plan | None, bool]]  # a plan, or whether none is proven, within seconds

_REACH = ("hub.max_km", "hub.max_minutes")


@dataclass(frozen=True)
class Needed:
    """A change that stays when all others are made; `proven`: no plan exists without it, else none was found.

    `too_little`: a value of the limit, one less in its last digit, with which no plan exists either.
    """

    change: Change
    proven: bool
    too_little: Any = None


@dataclass
class Thinning:
    """`prove` is asked where no plan was found; `seconds` are for everything.

    `without`: for changes that are proven to be needed the others that it is proven with. It holds with fewer of them,
    as long as the same is in reach: where less is, more sites are rural, and may have smaller hubs.
    """

    instance: Instance
    trials: Trials
    prove: Prove
    seconds: float
    tell: Tell
    without: dict[Place, Sequence[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.until = time.monotonic() + self.seconds

    def thinned(self, found: Relaxed) -> tuple[tuple[Needed, ...], Plan]:
        """What is needed of its changes, and a plan that keeps every rule with these alone."""
        keep, plan = self._fewest(found)
        for k in range(len(keep)):
            others = keep[:k] + keep[k + 1 :]
            change, plan = self._with_entries(others, keep[k], plan)
            keep[k], plan = narrowed(self.instance, others, change, plan, self.trials, self.until, self.tell)
        if not verify(apply(self.instance, keep), plan).ok:  # looser is not always more: sites may be rural no longer
            keep, plan = list(found.changes), found.plan
            self.without.clear()
        return tuple(self._needed(keep, change) for change in keep), plan

    def _needed(self, keep: Sequence[Change], change: Change) -> Needed:
        others, little = [other for other in keep if other is not change], a_little_less(self.instance, change)
        before = self.without.get(place(change))
        proven = (before is not None and _reach(before) == _reach(others)) or not is_open(apply(self.instance, others))
        if little is None or is_open(apply(self.instance, [*others, little])):
            return Needed(change, proven)
        return Needed(change, proven, little.value)

    def _fewest(self, found: Relaxed) -> tuple[list[Change], Plan]:
        """Changes of which none was found needless, and a plan with them."""
        keep, plan = list(found.changes), found.plan
        for number, change in enumerate(found.changes):
            here = next((each for each in keep if place(each) == place(change)), None)
            if here is None:
                continue  # a plan found since does without
            others = [each for each in keep if each is not here]
            seconds = max(self.until - time.monotonic(), 0.0) / (len(found.changes) - number)
            other_plan, is_proven = self._without(others, here, plan, seconds)
            if other_plan is not None:
                keep, plan = tightened(self.instance, others, other_plan), other_plan
            elif is_proven:
                self.without[place(here)] = others
        return keep, plan

    def _without(
        self, others: Sequence[Change], change: Change, plan: Plan, seconds: float
    ) -> tuple[Plan | None, bool]:
        self.tell(f"is there a plan without {change}?")
        began, without = time.monotonic(), apply(self.instance, others)
        if not is_open(without):
            return None, True
        found = self.trials.plan(without, f"a plan without {change}", near=plan, until=began + seconds)
        if found is not None:
            return found, False
        return self.prove(without, began + seconds - time.monotonic())

    def _with_entries(self, others: Sequence[Change], change: Change, plan: Plan) -> tuple[Change, Plan]:
        """Fewer entries dropped, if a plan was found for that."""
        for entry in _dropped(self.instance, change):
            if len(_dropped(self.instance, change)) > 1:
                option = _put_back(self.instance, change, entry)
                self.tell(f"is {option} enough?")
                fewer = apply(self.instance, [*others, option])
                found = self.trials.plan(fewer, f"whether {option} is enough", near=plan, until=self.until)
                change, plan = (change, plan) if found is None else (option, found)
        return change, plan


def narrowed(
    instance: Instance, others: Sequence[Change], change: Change, plan: Plan, trials: Trials, until: float, tell: Tell
) -> tuple[Change, Plan]:
    """The limit moved back as far as a plan was found for it: halves, of which simple reasons rule out most."""
    too_little, tries = current(instance, change), trials.params.narrowings
    middle = None if a_little_less(instance, change) is None else halfway(change, too_little)
    while middle is not None:
        narrower = apply(instance, [*others, middle])
        found = None
        if is_open(narrower):
            if trials.left(until) <= 0:
                trials.leave(f"whether less than {change} is enough")
            if tries == 0 or trials.left(until) <= 0:
                break
            tries -= 1
            tell(f"is {middle} enough?")
            found = trials.plan(narrower, f"whether {middle} is enough", near=plan, until=until)
        if found is None:
            too_little = middle.value
        else:
            taken = tightened(instance, [*others, middle], found)
            change = next((each for each in taken if place(each) == place(middle)), middle)
            plan = found
        middle = halfway(change, too_little)
    return change, plan


def tightened(instance: Instance, changes: Sequence[Change], plan: Plan) -> list[Change]:
    """The changes, or what the plan takes of them."""
    taken = relaxed(instance, plan)
    if taken is None or not {place(change) for change in taken.changes} <= {place(change) for change in changes}:
        return list(changes)
    return list(taken.changes)


def _reach(changes: Sequence[Change]) -> list[Change]:
    """Those that decide what is in reach."""
    return [change for change in changes if change.key in _REACH]


def place(change: Change) -> Place:
    """Where a change is made."""
    return change.table, change.row, change.key


def _dropped(instance: Instance, change: Change) -> list[Any]:
    """Entries of a list or table that the change drops."""
    if change.loosest is not Loosest.FEWEST:
        return []
    return [entry for entry in current(instance, change) if entry not in change.value]


def _put_back(instance: Instance, change: Change, entry: Any) -> Change:
    now = current(instance, change)
    kept = [each for each in now if each in change.value or each == entry]
    return replace(change, value={each: now[each] for each in kept} if isinstance(now, Mapping) else tuple(kept))
