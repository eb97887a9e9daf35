"""Parts of a recheck, each a piece of work of its own: so many sites, or one enumeration, wherever there is room."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from importlib.metadata import version
from typing import TypeVar

from instances import Instance
from optimizer.executors import ConnectionLostError, Pool, call_apart
from optimizer.model.certificate import Enumeration, Prices
from optimizer.model.departures import Departures
from optimizer.verify.bound.cases import LeafCase
from optimizer.verify.bound.enumeration import Enumerations, Redone
from optimizer.verify.bound.kinds import prepared
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.bound.pricing import Known, Pricing, Task
from optimizer.verify.bound.sites import Sites

GRACE_S = 5.0  # after the end of the time, in which parts that stop by themselves answer

P = TypeVar("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """What any part needs. Only the prices that its part names."""

    instance: Instance
    departures: Departures | None
    prices: dict[int, Prices]

    def enumerations(self, known: Known, deadline: float) -> tuple[Pricing, Enumerations]:
        """Tools, with what is known already."""
        of = prepared(self.instance, self.departures)
        places = Sites(of)
        pricing = Pricing(of, places, self.prices, deadline, known)
        return pricing, Enumerations(of, places, pricing, Lagrangian(of, self.prices, pricing))


@dataclass(frozen=True)
class SitesPart:
    """Sites to be priced."""

    source: Source
    tasks: tuple[Task, ...]
    version: str = version("caregroup")

    @property
    def words(self) -> str:
        return f"{len(self.tasks):,} sites, {self.tasks[0].site} to {self.tasks[-1].site}"


@dataclass(frozen=True)
class PricedSites:
    """Costs of the first tasks of a part: of all, if the time was enough. `fault`: numbers that are too large."""

    costs: tuple[int, ...] = ()
    known: Known | None = None
    fault: str = ""


@dataclass(frozen=True)
class EnumerationPart:
    """A leaf's enumeration to be redone. `known`: sites that have been priced."""

    source: Source
    leaf: LeafCase
    enumeration: Enumeration
    known: Known
    version: str = version("caregroup")

    @property
    def words(self) -> str:
        return f"{self.leaf.path}.enumeration"


@dataclass(frozen=True)
class Failure:
    """A part of which there will be no answer, and why."""

    words: str


def price_sites(part: SitesPart, until: float) -> PricedSites:
    """As many as there is time for, of `time.time()`: starting takes time too, and other machines have that clock."""
    deadline = _deadline(until)
    _check_version(part.version)
    known: Known = {}
    pricing, _ = part.source.enumerations(known, deadline)
    costs: list[int] = []
    try:
        costs.extend(map(pricing.least, part.tasks))
    except TimeoutError:
        pass
    except OverflowError as error:
        return PricedSites(fault=str(error))
    return PricedSites(tuple(costs), known)


def redo_enumeration(part: EnumerationPart, until: float) -> Redone:
    """Or say why not."""
    deadline = _deadline(until)
    _check_version(part.version)
    _, enumerations = part.source.enumerations(dict(part.known), deadline)
    return enumerations.redo(part.leaf, part.enumeration, deadline)


def _deadline(until: float) -> float:
    """Of `time.monotonic()`, which no leap of the clock moves."""
    return time.monotonic() + until - time.time()


def _check_version(asked_by: str) -> None:
    here = version("caregroup")
    if here != asked_by:
        raise RuntimeError(f"a worker has caregroup {here}, not {asked_by}: install the same on all machines")


def share_out(
    pool: Pool,
    function: Callable[[P, float], T],
    parts: Iterable[P],
    deadline: float,
    on_answer: Callable[[P, T | Failure], None],
) -> None:
    """Have `function(part, end of the time)` called for each in a process of its own, until that or all are done.

    A part whose process dies is tried again; one that fails for good costs no other. Raises `ConnectionLostError`.
    """
    left, waiting = deque(parts), dict[Future[T], P]()
    until = time.time() + deadline - time.monotonic()
    try:
        while left or waiting:
            while left and len(waiting) < pool.slots and time.monotonic() < deadline:
                future = pool.executor.submit(call_apart, function, left[0], until)
                waiting[future] = left.popleft()
            done, _ = pool.wait(set(waiting), max(0.0, deadline + GRACE_S - time.monotonic()))
            if not done:
                return
            for future in done:
                answer: T | Failure = _answer(pool, future)
                on_answer(waiting.pop(future), answer)
    finally:
        pool.abandon(set(waiting))


def _answer(pool: Pool, future: Future[T]) -> T | Failure:
    try:
        return pool.result(future)
    except ConnectionLostError:
        raise
    except Exception as error:
        return Failure(str(error) or type(error).__name__)
