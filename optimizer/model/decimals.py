"""Floats as the decimals that people wrote: 0.1 is a tenth."""

from __future__ import annotations

from fractions import Fraction


def exact(value: float) -> Fraction:
    """The decimal that a float was written as."""
    return Fraction(repr(value))
