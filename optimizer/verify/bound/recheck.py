"""A lower bound recomputed from the instance and its certificate: how far it holds."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from instances import Fault, InputError, Instance
from optimizer.certificate import BOUND_FILE, Certificate, Leaf
from optimizer.verify.bound.cases import Case, Cases
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.pricing import Known, Pricing, Task
from optimizer.verify.bound.sites import MICRO, sites
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared

SAMPLE = 200  # sites that are priced to estimate the time of all
REL_TOLERANCE = Fraction(1, 10**6)  # of a claimed bound


@dataclass(frozen=True)
class BoundCheck:
    """What a certificate proves. Pounds a year."""

    claimed: Fraction  # of the tree, or of the first case where that alone was checked
    certified: Fraction | None  # exact; None: no plan exists
    root_certified: Fraction | None
    leaves: int  # of the tree
    tree_was_checked: bool
    tree_s: float  # seconds that the tree took or, where it was left out, was estimated to take

    @property
    def holds(self) -> bool:
        """Whether the certified bound is the claimed one or more, within a millionth of it."""
        return self.certified is None or self.certified >= self.claimed - REL_TOLERANCE * abs(self.claimed)


def recheck(
    instance: Instance, certificate: Certificate, *, time_limit_s: float = math.inf, file: str = BOUND_FILE
) -> BoundCheck:
    """Recompute the bound in exact arithmetic. `file` is what faults name.

    Raises `InputError` for prices or branches that make no sense for the instance, and `UnsupportedRule`. The first
    case alone is checked if the tree is expected to take longer than the limit, or does.
    """
    try:
        return _Recheck(Prepared(instance, certificate.departures), certificate, file).run(time_limit_s)
    except OverflowError as error:
        raise InputError([Fault(file, str(error), column="prices")]) from None


def root_bound(
    instance: Instance, certificate: Certificate, *, deadline: float, known: Known | None = None
) -> Fraction | None:
    """What the prices of the first case prove, be the instance the certificate's own or another; None: no plan exists.

    `known` passes what is worked out on to calls for instances with other rules.

    Raises `InputError` as `recheck` does, `TimeoutError` after the deadline, of `time.monotonic()`.
    """
    alone = certificate.model_copy(update={"tree": Leaf(prices=certificate.root, bound=None)})
    try:
        return _Recheck(Prepared(instance, certificate.departures), alone, BOUND_FILE, deadline, known).root()
    except OverflowError as error:
        raise InputError([Fault(BOUND_FILE, str(error), column="prices")]) from None


class _Recheck:
    def __init__(
        self,
        prepared: Prepared,
        certificate: Certificate,
        file: str,
        deadline: float = math.inf,
        known: Known | None = None,
    ) -> None:
        self._certificate, self._file = certificate, file
        _check_prices(prepared, certificate, file)
        self._led_by_hospitals = {model.id for model in prepared.models.values() if model.lead != "hub"}
        places = sites(prepared)
        cases = Cases(prepared, places, file)
        self._first = cases.first()
        self._pricing = Pricing(prepared, places, certificate.prices, deadline, known)
        self._lagrangian = Lagrangian(prepared, certificate.prices, self._pricing)
        self._leaves = list(cases.leaves(certificate))
        self._check_uses()

    def root(self) -> Fraction | None:
        bound = self._lagrangian.bound(self._first, self._certificate.root)
        return None if bound is None else Fraction(bound, MICRO)

    def run(self, time_limit_s: float) -> BoundCheck:
        root = self._lagrangian.bound(self._first, self._certificate.root)
        tree_s = self._estimate_s()
        bounds: list[int | None] = []
        began = time.monotonic()
        if tree_s <= time_limit_s:
            for leaf in self._leaves:
                bounds.append(self._lagrangian.bound(leaf.case, leaf.leaf.prices))
                tree_s = time.monotonic() - began
                if tree_s > time_limit_s:
                    break
        whole = len(bounds) == len(self._leaves)
        known = [bound for bound in (bounds if whole else [root]) if bound is not None]
        return BoundCheck(
            claimed=exact(self._certificate.bound if whole else self._certificate.root_bound),
            certified=Fraction(min(known), MICRO) if known else None,
            root_certified=None if root is None else Fraction(root, MICRO),
            leaves=len(self._leaves),
            tree_was_checked=whole,
            tree_s=tree_s,
        )

    def _estimate_s(self) -> float:
        """Seconds for the tree, from those of some sites spread over it; they are not priced again."""
        tasks = dict.fromkeys(task for leaf in self._leaves for task in self._tasks(leaf.case, leaf.leaf.prices))
        sample = list(tasks)[:: 1 + len(tasks) // SAMPLE]
        began = time.monotonic()
        for task in sample:
            self._pricing.least(task)
        return (time.monotonic() - began) * len(tasks) / max(1, len(sample))

    def _tasks(self, case: Case, prices: tuple[int, ...]) -> Iterator[Task]:
        if self._lagrangian.has_choices(case):
            for number in prices:
                yield from self._pricing.tasks(number, case)

    def _check_uses(self) -> None:
        """Prices named exist, fit their case, and are there where a case may have plans."""
        self._check_use("root", self._first, self._certificate.root)
        for leaf in self._leaves:
            self._check_use(f"{leaf.path}.prices", leaf.case, leaf.leaf.prices)

    def _check_use(self, key: str, case: Case, prices: tuple[int, ...]) -> None:
        if not prices and self._lagrangian.has_choices(case):
            raise self._fault(key, "prices, as the case may have plans", "none")
        for number in prices:
            if number >= len(self._certificate.prices):
                raise self._fault(key, f"one of the {len(self._certificate.prices)} prices, from 0", str(number))
            of = len(self._certificate.prices[number].slots)
            if of != len(case.slots):
                raise self._fault(key, f"prices of {len(case.slots)} slots", f"{number}, which has {of}")
            of = len(self._certificate.prices[number].limits)
            if of != len(case.limits):
                raise self._fault(key, f"prices of {len(case.limits)} limits on hubs", f"{number}, which has {of}")
            for slot, of_slot in zip(case.slots, self._certificate.prices[number].slots, strict=True):
                if of_slot.lead and slot.model in self._led_by_hospitals:
                    raise self._fault(key, f"no lead price for {slot.model}, which hospitals lead", str(number))

    def _fault(self, key: str, expected: str, value: str) -> InputError:
        return InputError([Fault(self._file, expected, column=key, value=value)])


def _check_prices(prepared: Prepared, certificate: Certificate, file: str) -> None:
    """Ids that exist; no price for a rule that the instance does not have."""
    known = {"practice": prepared.practices.keys(), "group": prepared.groups, "market": prepared.roles.keys()}
    faults = []
    for number, prices in enumerate(certificate.prices):
        for kind, ids in known.items():
            faults += [
                Fault(file, f"a {kind} of the instance", column=f"prices.{number}.{kind}", value=id_)
                for id_ in getattr(prices, kind).keys() - ids
            ]
        for k, cut in enumerate(prices.cuts):
            if len(set(cut.practices) & prepared.practices.keys()) < 3:
                column, found = f"prices.{number}.cuts.{k}.practices", ", ".join(cut.practices)
                faults.append(Fault(file, "three practices of the instance", column=column, value=found))
        if prices.hubs < 0 and prepared.instance.hub.count_max is None:
            expected = "no negative price, as the number of hubs has no maximum"
            faults.append(Fault(file, expected, column=f"prices.{number}.hubs", value=str(prices.hubs)))
    if faults:
        raise InputError(faults)
