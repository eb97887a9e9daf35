"""Counts and lists of ids in warnings."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 5  # ids listed before "..."


def number(count: int, noun: str) -> str:
    """`1 practice`, `2 practices`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def listed(ids: Sequence[str]) -> str:
    """The first few."""
    return ", ".join(ids[:_NAMED]) + (", ..." if len(ids) > _NAMED else "")
