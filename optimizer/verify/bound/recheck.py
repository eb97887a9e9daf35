"""A lower bound recomputed from the instance and its certificate: how far it holds."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from instances import Fault, InputError, Instance
from optimizer.model.certificate import BOUND_FILE, Certificate, Leaf
from optimizer.verify.bound.cases import Case, Cases
from optimizer.verify.bound.clusters import clusters_of, faults_of
from optimizer.verify.bound.enumeration import REL_TOLERANCE, Enumerations, Redone
from optimizer.verify.bound.kinds import prepared
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.pricing import Known, Pricing, Task
from optimizer.verify.bound.sites import MICRO, sites
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared

SAMPLE = 200  # sites that are priced to estimate the time of all


@dataclass(frozen=True)
class BoundCheck:
    """What a certificate proves. Pounds a year."""

    claimed: Fraction  # by prices alone, of the tree, or of the first case where that alone was checked
    certified: Fraction | None  # the same, exact; None: no plan exists
    root_certified: Fraction | None
    leaves: int  # of the tree
    tree_was_checked: bool
    tree_s: float  # seconds that the tree took or, where it was left out, was estimated to take
    enumerations: tuple[Redone, ...] = ()  # in the order in which their leaves hold the bound down
    enumerated_claimed: Fraction | None = None  # of the tree with its enumerations
    enumerated: Fraction | None = None  # the same, exact, with those that were redone; None: as `certified`
    conceivable: Fraction | None = None  # the same, if those that were not redone were right

    @property
    def best(self) -> Fraction | None:
        """What is certified in all; None: no plan exists."""
        return self.certified if self.enumerated is None else self.enumerated

    @property
    def holds(self) -> bool:
        """Whether the certified bound is the claimed one or more, within a millionth of it."""
        return self.certified is None or _is_reached(self.claimed, self.certified)

    @property
    def enumerations_hold(self) -> bool:
        """Whether nothing that was redone refutes what is claimed of enumerations; true also where nothing was."""
        refuted = any(redone.is_refuted for redone in self.enumerations)
        claimed, at_most = self.enumerated_claimed, self.conceivable
        return not refuted and (claimed is None or at_most is None or _is_reached(claimed, at_most))


def _is_reached(claimed: Fraction, certified: Fraction) -> bool:
    return certified >= claimed - REL_TOLERANCE * abs(claimed)


def recheck(
    instance: Instance, certificate: Certificate, *, time_limit_s: float = math.inf, file: str = BOUND_FILE
) -> BoundCheck:
    """Recompute the bound in exact arithmetic. `file` is what faults name.

    Raises `InputError` for prices or branches that make no sense for the instance. The first case alone is checked if
    the tree is expected to take longer than the limit, or does; enumerations are done again in what time is left.
    """
    try:
        return _Recheck(prepared(instance, certificate.departures), certificate, file).run(time_limit_s)
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
        return _Recheck(prepared(instance, certificate.departures), alone, BOUND_FILE, deadline, known).root()
    except OverflowError as error:
        raise InputError([Fault(BOUND_FILE, str(error), column="prices")]) from None


def _exact(amount: float | None) -> Fraction | None:
    return None if amount is None else exact(amount)


def _least(bounds: list[int | None]) -> Fraction | None:
    """Pounds of millionths; None: no plan exists."""
    known = [bound for bound in bounds if bound is not None]
    return Fraction(min(known), MICRO) if known else None


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
        self._enumerations = Enumerations(prepared, places, self._pricing, self._lagrangian)
        self._leaves = list(cases.leaves(certificate))
        self._check_uses()

    def root(self) -> Fraction | None:
        bound = self._lagrangian.bound(self._first, self._certificate.root)
        return None if bound is None else Fraction(bound, MICRO)

    def run(self, time_limit_s: float) -> BoundCheck:
        deadline = time.monotonic() + time_limit_s
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
        check = BoundCheck(
            claimed=exact(self._certificate.bound if whole else self._certificate.root_bound),
            certified=_least(bounds if whole else [root]),
            root_certified=_least([root]),
            leaves=len(self._leaves),
            tree_was_checked=whole,
            tree_s=tree_s,
            enumerated_claimed=_exact(self._certificate.enumerated_bound),
        )
        return self._with_enumerations(check, bounds, deadline) if whole else self._without_enumerations(check)

    def _with_enumerations(self, check: BoundCheck, bounds: list[int | None], deadline: float) -> BoundCheck:
        """Those of the leaves that hold the bound down first; what is not redone counts with its prices alone."""
        redone: dict[int, Redone] = {}
        certified, conceivable = bounds.copy(), bounds.copy()
        for k in sorted(range(len(bounds)), key=lambda k: bounds[k] or 0):
            claimed, of_prices = self._leaves[k].leaf.enumeration, bounds[k]
            if claimed is None or of_prices is None:
                continue
            redone[k] = self._enumerations.redo(self._leaves[k], claimed, deadline)
            if redone[k].holds:
                certified[k] = max(of_prices, math.floor((redone[k].bound or 0) * MICRO))
            if not redone[k].is_refuted:
                conceivable[k] = max(certified[k] or 0, math.ceil(exact(claimed.bound) * MICRO))
        return replace(
            check,
            enumerations=tuple(redone.values()),
            enumerated=_least(certified),
            conceivable=_least(conceivable),
        )

    def _without_enumerations(self, check: BoundCheck) -> BoundCheck:
        claimed = [(leaf.path, leaf.leaf.enumeration) for leaf in self._leaves]
        reason = "the tree was not checked"
        return replace(check, enumerations=tuple(Redone(path, of, reason=reason) for path, of in claimed if of))

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
            if leaf.leaf.enumeration is not None:
                key = f"{leaf.path}.enumeration"
                self._check_use(f"{key}.prices", leaf.case, (leaf.leaf.enumeration.prices,))
                if self._lagrangian.has_choices(leaf.case) and self._lagrangian.counts(leaf.case) is None:
                    raise self._fault(key, "a case whose numbers of networks are settled", "one where they are not")

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
            for expected, found in faults_of(case.slots, self._certificate.prices[number]):
                raise self._fault(key, expected, f"{number}, which has {found}")
            for cluster in clusters_of(case.slots, self._certificate.prices[number]):
                if cluster.prices.lead and cluster.model in self._led_by_hospitals:
                    raise self._fault(key, f"no lead price for {cluster.model}, which hospitals lead", str(number))

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
        for s, slot in enumerate(prices.slots):
            strays = set().union(*(of.links for of in (slot, *slot.clusters))) - prepared.practices.keys()
            faults += [
                Fault(file, "a practice of the instance", column=f"prices.{number}.slots.{s}", value=id_)
                for id_ in sorted(strays)
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
