"""A broken rule and the words to say it in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

TOLERANCE_FTE = Fraction(1, 10**6)


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks."""

    rule: str  # as docs/model.md names it, in kebab-case
    subject: str  # id of the practice, hub, network, model, role or group; "plan" where it is about all
    message: str
    excess: Fraction  # how far it misses, in the rule's own unit; 1 where there is no measure


def breach(rule: str, subject: str, message: str, excess: Fraction | int = 1) -> Violation:
    return Violation(rule=rule, subject=subject, message=message, excess=Fraction(excess))


def figure(value: Fraction | int, decimals: int = 0) -> str:
    """With thousands separators and at most so many decimals."""
    text = f"{float(round(Fraction(value), decimals)):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def unlike(value: Fraction | int, limit: Fraction | int) -> tuple[str, str]:
    """Two different numbers in as few decimals as show the difference."""
    for decimals in range(1, 13):
        words = figure(value, decimals), figure(limit, decimals)
        if words[0] != words[1]:
            return words
    return str(value), str(limit)


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
