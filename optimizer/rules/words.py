"""What exemptions have in common: how far a limit is missed, what it is rounded to, how a place is called."""

from __future__ import annotations

import math
from fractions import Fraction

from optimizer.verify.facts import Case

SHARE_DECIMALS = 4
FTE_DECIMALS = 6
KM_DECIMALS = 1
POUND_DECIMALS = 2


def missed_by(value: Fraction | float, limit: Fraction | float) -> float:
    """Distance to a limit as a share of it (of 1 where the limit is less)."""
    return float(abs(Fraction(value) - Fraction(limit)) / max(Fraction(limit), Fraction(1)))


def up(value: Fraction | float, decimals: int) -> float:
    return float(Fraction(math.ceil(Fraction(value) * 10**decimals), 10**decimals))


def down(value: Fraction | float, decimals: int) -> float:
    return float(Fraction(math.floor(Fraction(value) * 10**decimals), 10**decimals))


def named(case: Case, place: str) -> str:
    """A place as a planner knows it: name and patients, else its id."""
    record = case.prepared.places[place]
    label = f"{record.name} [{place}]" if record.name else place
    practice = case.prepared.practices.get(place)
    return f"{label} ({practice.patients:,} patients)" if practice is not None else label
