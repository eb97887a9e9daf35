"""Single changes, each by itself: a lock dropped, a switch thrown, a limit moved as little as simple reasons allow."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from instances import InputError, Instance
from optimizer.explain.loosenings import loosened
from optimizer.model.build import build_problem
from optimizer.rules import RULES, Loosening
from optimizer.rules.changes import Change, Loosest, apply, current, setting
from optimizer.solving.check import impossibilities

FACTORS = (1, 8, 64, 512)  # units by which a limit is moved, until no simple reason is left
_TICKS = 1_000  # of a unit of a limit that is no whole number: as finely as it is looked for


@dataclass(frozen=True)
class Single:
    """A change with which no simple reason is left, and the instance with it; `further`: the same limit moved more."""

    change: Change
    instance: Instance
    further: tuple[Single, ...] = ()


def singles(instance: Instance, goes_on: Callable[[], bool] = lambda: True) -> Iterator[Single]:
    """Those with which a plan is not ruled out cheaply: locks, then limits and switches, for as long as it goes on."""
    for rule in RULES:
        for lock in rule.locks(instance):
            if goes_on():
                without = apply(instance, [lock.without])
                if is_open(without):
                    yield Single(lock.without, without)
    for rule in RULES:
        for loosening in rule.loosenings(instance):
            if goes_on() and not loosening.is_price:
                found = _turned(instance, loosening)
                if found is not None:
                    yield found


def is_open(instance: Instance) -> bool:
    """Whether no simple reason rules a plan out."""
    return not impossibilities(build_problem(instance))


def a_little_less(instance: Instance, change: Change) -> Change | None:
    """The change of a limit, one less in the last digit that is told; None where that is none, or it is no limit."""
    now = current(instance, change)
    if change.loosest not in (Loosest.LARGEST, Loosest.SMALLEST) or not _is_number(now):
        return None
    tick = 10.0 ** -_decimals(change.value)
    return _between(change, now, change.value + (tick if change.value < now else -tick))


def halfway(change: Change, too_little: Any) -> Change | None:
    """The change of a limit half way back to a value that is too little; None where there is none between."""
    return _between(change, too_little, (too_little + change.value) / 2)


def _between(change: Change, now: Any, value: float) -> Change | None:
    told: Any = round(value) if isinstance(change.value, int) else round(value, _decimals(change.value))
    is_between = min(now, change.value) < told < max(now, change.value)
    return replace(change, value=told) if is_between else None


def _decimals(value: Any) -> int:
    """Digits after the point that are told: of what is no whole number at least one, of a share at least two."""
    if isinstance(value, int):
        return 0
    return max(len(f"{value:.10f}".rstrip("0").partition(".")[2]), 2 if value <= 1 else 1)


def _turned(instance: Instance, loosening: Loosening) -> Single | None:
    if loosening.cell is not None:
        more = loosened(instance, loosening)
        return Single(loosening.cell, more) if is_open(more) else None
    [(key, value)] = loosening.settings.items()
    now = setting(instance, key)
    if not (_is_number(now) and _is_number(value)) or value == now:
        switched = loosened(instance, loosening)
        return Single(Change(key, value, Loosest.EITHER), switched) if is_open(switched) else None
    per_unit = int(abs(value - now)) if isinstance(now, int) else _TICKS
    return _Dial(instance, loosening, key, now, value - now, per_unit).turned()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class _Dial:
    """A limit that is moved by ticks, of which `per_unit` are a `unit`: below 0 where looser is less."""

    instance: Instance
    loosening: Loosening
    key: str
    now: float
    unit: float
    per_unit: int

    def turned(self) -> Single | None:
        """By as few ticks as simple reasons allow; None where no number of them helps."""
        too_few = 0
        for factor in FACTORS:
            ticks = factor * self.per_unit
            if self._by(ticks) is None:  # beyond what the limit can be
                ticks = bisect_left(range(ticks), True, lo=too_few, key=lambda k: self._by(k) is None) - 1
            if self._is_enough(ticks):
                return self._with_further(ticks if self._is_open_now else self._fewest(too_few, ticks))
            too_few = ticks
        return None

    @cached_property
    def _is_open_now(self) -> bool:
        return is_open(self.instance)

    def _fewest(self, too_few: int, enough: int) -> int:
        return bisect_left(range(enough), True, lo=too_few + 1, key=self._is_enough)

    def _is_enough(self, ticks: int) -> bool:
        single = self._by(ticks)
        return single is not None and is_open(single.instance)

    def _with_further(self, ticks: int) -> Single | None:
        single = self._by(ticks)
        further = (self._by(ticks + factor * self.per_unit) for factor in FACTORS)
        return None if single is None else replace(single, further=tuple(each for each in further if each is not None))

    def _by(self, ticks: int) -> Single | None:
        """None where the instance cannot have that value."""
        value = max(self.now + ticks * self.unit / self.per_unit, 0.0)
        told: float = round(value) if isinstance(self.now, int) else round(value, 9)
        try:
            moved = loosened(self.instance, replace(self.loosening, settings={self.key: told}))
        except InputError:
            return None
        return Single(Change(self.key, told, Loosest.LARGEST if self.unit > 0 else Loosest.SMALLEST), moved)
