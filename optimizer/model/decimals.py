"""Floats as the decimals that people wrote: 0.1 is a tenth."""

from __future__ import annotations

from fractions import Fraction


def exact(value: float) -> Fraction:
    """The decimal that a float was written as."""
    return Fraction(repr(value))


def largest_below(value: Fraction, denominator: int) -> Fraction:
    """The largest fraction that is no larger and has at most that denominator.

    What shares of whole numbers up to it are compared with in place of the value itself.
    """
    near = value.limit_denominator(denominator)
    if near <= value:
        return near
    above, below = near.denominator, pow(near.numerator, -1, near.denominator)
    below += (denominator - below) // above * above  # neighbours a/b < p/q of a Farey sequence: p b - a q = 1
    return Fraction((near.numerator * below - 1) // above, below)
