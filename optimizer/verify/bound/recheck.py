"""A lower bound recomputed from the instance and its certificate: how far it holds."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain

from instances import Fault, InputError, Instance
from optimizer.executors import ConnectionLostError, Pool
from optimizer.model.certificate import BOUND_FILE, Certificate, Leaf
from optimizer.verify.bound.bound_check import BoundCheck, Extent
from optimizer.verify.bound.cases import Case, Cases, LeafCase
from optimizer.verify.bound.enumeration import Enumerations, Redone
from optimizer.verify.bound.hub_list import TIME_UP
from optimizer.verify.bound.kinds import prepared
from optimizer.verify.bound.knapsack import IMPOSSIBLE
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.parts import Source
from optimizer.verify.bound.pricing import Known, Pricing, Task
from optimizer.verify.bound.sites import MICRO, Sites
from optimizer.verify.bound.uses import Uses, check_prices
from optimizer.verify.bound.work import OnProgress, Progress, Work
from optimizer.verify.exact import exact

STOPPED = "it was stopped"
NOT_CHECKED = "the tree was not checked"


def _untold(progress: Progress) -> None:
    del progress


def recheck(
    instance: Instance,
    certificate: Certificate,
    *,
    time_limit_s: float = math.inf,
    file: str = BOUND_FILE,
    pool: Pool | None = None,
    on_progress: OnProgress = _untold,
) -> BoundCheck:
    """Recompute the bound in exact arithmetic. `file` is what faults name.

    First the first case, then the leaves, then the enumerations, until the time is up or Ctrl-C ends it: what was
    checked until then is told. With a `pool`, what takes more than a few seconds is done on it in parts.

    Raises `InputError` for prices or branches that make no sense for the instance.
    """
    began = time.monotonic()
    try:
        case = _Recheck(instance, certificate, file)
        return case.run(pool, began, began + time_limit_s, on_progress)
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
        return _Recheck(instance, alone, BOUND_FILE, deadline, known).root()
    except OverflowError as error:
        raise InputError([Fault(BOUND_FILE, str(error), column="prices")]) from None


@dataclass(frozen=True)
class _Bound:
    """Of a case, millionths of a pound, None: it has no plan, or a required site is not priced.

    Unless it is whole, what its prices give at most: a site that is not priced counts 0, which it costs at most.
    """

    micro: int | None
    is_whole: bool


def _exact(amount: float | None) -> Fraction | None:
    return None if amount is None else exact(amount)


def _least(bounds: list[int | None]) -> Fraction | None:
    """Pounds of millionths; None: no plan exists."""
    known = [bound for bound in bounds if bound is not None]
    return Fraction(min(known), MICRO) if known else None


class _Recheck:
    def __init__(
        self,
        instance: Instance,
        certificate: Certificate,
        file: str,
        deadline: float = math.inf,
        known: Known | None = None,
    ) -> None:
        self._certificate = certificate
        self._source = Source(instance, certificate.departures, dict(enumerate(certificate.prices)))
        of = prepared(instance, certificate.departures)
        check_prices(of, certificate, file)
        places = Sites(of)
        cases = Cases(of, places, file)
        self._first = cases.first()
        self._pricing = Pricing(of, places, certificate.prices, deadline, known)
        self._lagrangian = Lagrangian(of, certificate.prices, self._pricing)
        self._enumerations = Enumerations(of, places, self._pricing, self._lagrangian)
        self._leaves = list(cases.leaves(certificate))
        Uses(of, certificate, self._lagrangian, file).check(self._first, self._leaves)

    def root(self) -> Fraction | None:
        bound = self._lagrangian.bound(self._first, self._certificate.root)
        return None if bound is None else Fraction(bound, MICRO)

    def run(self, pool: Pool | None, began: float, deadline: float, on_progress: OnProgress) -> BoundCheck:
        first = dict.fromkeys(self._tasks(self._first, self._certificate.root))
        of_leaves = (self._tasks(leaf.case, leaf.leaf.prices) for leaf in self._leaves)
        every = first | dict.fromkeys(chain.from_iterable(of_leaves))
        work = Work(self._source, self._pricing, self._enumerations, pool, deadline, on_progress)
        interrupted = False
        try:
            work.price(first, len(every))
            work.price([task for task in every if task not in first], len(every))
            if len(self._pricing.found) == len(every):
                work.redo(self._enumerated([self._so_far(of.case, of.leaf.prices).micro for of in self._leaves]))
        except KeyboardInterrupt:
            interrupted = True
        except ConnectionLostError as error:
            work.failures.append(str(error))
        ended = STOPPED if interrupted else TIME_UP if time.monotonic() >= deadline else "; ".join(work.failures)
        bounds = [self._so_far(of.case, of.leaf.prices) for of in self._leaves]
        extent = Extent(
            sites=len(self._pricing.found),
            of_sites=len(every),
            leaves=sum(bound.is_whole for bound in bounds),
            of_leaves=len(self._leaves),
            seconds=time.monotonic() - began,
            ended=ended,
            interrupted=interrupted,
            failures=tuple(work.failures),
        )
        return self._checked(extent, bounds, work.redone)

    def _tasks(self, case: Case, prices: tuple[int, ...]) -> Iterator[Task]:
        if self._lagrangian.has_choices(case):
            for number in prices:
                yield from self._pricing.tasks(number, case)

    def _so_far(self, case: Case, prices: tuple[int, ...]) -> _Bound:
        """By the sites that have been priced."""
        missing: list[Task] = []

        def least(task: Task) -> int:
            cost = self._pricing.found.get(task)
            if cost is None:
                missing.append(task)
                return IMPOSSIBLE if task.required else 0
            return cost

        return _Bound(self._lagrangian.bound(case, prices, least), not missing)

    def _enumerated(self, bounds: list[int | None]) -> list[LeafCase]:
        """Leaves with enumerations, those that hold the bound down first."""
        order = sorted(range(len(bounds)), key=lambda k: bounds[k] or 0)
        return [self._leaves[k] for k in order if self._leaves[k].leaf.enumeration and bounds[k] is not None]

    def _checked(self, extent: Extent, bounds: list[_Bound], redone: dict[str, Redone]) -> BoundCheck:
        root = self._so_far(self._first, self._certificate.root)
        root_certified = _least([root.micro]) if root.is_whole else None
        whole, reach = extent.leaves == extent.of_leaves, _least([bound.micro for bound in bounds])
        tree_claimed = exact(self._certificate.bound)
        check = BoundCheck(
            claimed=exact(self._certificate.root_bound) if root.is_whole and not whole else tree_claimed,
            certified=reach if whole else root_certified,
            root_certified=root_certified,
            leaves=extent.of_leaves,
            tree_was_checked=whole,
            root_was_checked=root.is_whole,
            extent=extent,
            tree_claimed=tree_claimed,
            reach=reach,
            enumerated_claimed=_exact(self._certificate.enumerated_bound),
        )
        return self._with_enumerations(check, bounds, redone)

    def _with_enumerations(self, check: BoundCheck, bounds: list[_Bound], redone: dict[str, Redone]) -> BoundCheck:
        """What is not redone counts with its prices alone, and refutes nothing."""
        if not check.tree_was_checked:
            return replace(check, enumerations=tuple(self._left_out(self._leaves, NOT_CHECKED)))
        micro = [bound.micro for bound in bounds]
        wanted = self._enumerated(micro)
        missing = {of.path: of for of in self._left_out(wanted, check.extent.ended or TIME_UP)}
        found = {leaf.path: redone.get(leaf.path, missing[leaf.path]) for leaf in wanted}
        certified, conceivable = micro.copy(), micro.copy()
        for k, leaf in enumerate(self._leaves):
            of, of_prices = found.get(leaf.path), micro[k]
            if of is None or of_prices is None:
                continue
            if of.holds:
                certified[k] = max(of_prices, math.floor((of.bound or 0) * MICRO))
            if not of.is_refuted:
                conceivable[k] = max(certified[k] or 0, math.ceil(exact(of.claimed.bound) * MICRO))
        return replace(
            check,
            enumerations=tuple(found.values()),
            enumerated=_least(certified),
            conceivable=_least(conceivable),
        )

    def _left_out(self, leaves: list[LeafCase], reason: str) -> Iterator[Redone]:
        claimed = ((leaf.path, leaf.leaf.enumeration) for leaf in leaves)
        return (Redone(path, of, reason=reason) for path, of in claimed if of is not None)
