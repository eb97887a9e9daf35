"""What rules on shares of the patients have in common, and rules on numbers of hubs or networks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room
from optimizer.rules.units import DEAR, SHARE, fewer, more
from optimizer.rules.words import SHARE_DECIMALS, down, missed_by, up
from optimizer.verify.exact import exact

# --- shares of the patients -------------------------------------------------------------------------------------------


def share_exemptions(
    rule: str, subject: str, who: str, key: str, has: int, total: int, limits: tuple[float, float]
) -> Iterator[Exemption]:
    """`has` of `total` patients, outside limits that are shares."""
    low, high = limits
    least, most, share = math.ceil(exact(low) * total), math.floor(exact(high) * total), Fraction(has, max(total, 1))
    smaller, larger = down(share, SHARE_DECIMALS), up(share, SHARE_DECIMALS)
    if has < least:
        words = f"{who} have {float(share):.1%} of the patients, {low:.1%} is the least: allow {smaller:.2%}"
        change = Change(f"{key}_min", smaller, Loosest.SMALLEST)
        yield Exemption(rule, subject, words, change, missed_by(has, least))
    if has > most:
        words = f"{who} have {float(share):.1%} of the patients, {high:.1%} is the most: allow {larger:.2%}"
        change = Change(f"{key}_max", larger, Loosest.LARGEST)
        yield Exemption(rule, subject, words, change, missed_by(has, most))


def share_loosenings(who: str, key: str, low: float, high: float) -> Iterator[Loosening]:
    if low > 0:
        yield fewer(f"{{:.0%}} of patients in {who} at least", f"{key}_min", float(low), SHARE)
    if high < 1:
        yield more(f"{{:.0%}} of patients in {who} at most", f"{key}_max", float(high), SHARE, highest=1.0)


def share_room(who: str, percent: float, low: float | None, high: float) -> Iterator[Room]:
    """`low` and `high` are shares; None = there is no least one to be told of."""
    if low is not None:
        yield Room("plan", "plan", f"patients in {who}", percent, 100 * low, True, "%")
    if high < 1:
        yield Room("plan", "plan", f"patients in {who}, at most", percent, 100 * high, False, "%")


def empty_band(who: str, least: int, most: int) -> Iterator[str]:
    """Shares so close together that no whole number of patients is between them."""
    if least > most:
        yield f"{who} are to have {least:,} patients at least and {most:,} at most"


def can_be_in(p: Problem, model: int) -> BoolArray:
    """[n] practices that can be in a network of a model at all, bans and reach considered."""
    links = p.links.column[p.candidates.model[p.links.column] == model]
    served = np.isin(np.arange(p.n_sites), p.links.row[np.isin(p.links.column, links)])
    inside = np.zeros(p.n_practices, dtype=bool)
    inside[p.reach.row[served[p.reach.column]]] = True
    return np.asarray(inside & ~p.practices.barred[:, model])


# --- numbers of hubs or networks --------------------------------------------------------------------------------------


def count_exemptions(
    rule: str, subject: str, what: str, key: str, has: int, least: int, most: int | None
) -> Iterator[Exemption]:
    if has < least:
        change = Change(f"{key}.count_min", has, Loosest.SMALLEST)
        words = f"there are {has:,} {what}, {least:,} are the fewest: allow {has:,}"
        yield Exemption(rule, subject, words, change, missed_by(has, least))
    if most is not None and has > most:
        change = Change(f"{key}.count_max", has, Loosest.LARGEST)
        words, dear = f"there are {has:,} {what}, {most:,} are the most: allow {has:,}", {f"{key}.running_cost": DEAR}
        yield Exemption(rule, subject, words, change, missed_by(has, most), dear)


def count_loosenings(what: str, key: str, least: int, most: int | None) -> Iterator[Loosening]:
    if least:
        yield fewer(f"{{}} {what} at least", f"{key}.count_min", least, 1)
    if most is not None:
        yield more(f"{{}} {what} at most", f"{key}.count_max", most, 1)


def count_room(what: str, has: int, least: int | None, most: int | None, unit: str) -> Iterator[Room]:
    if least is not None:
        yield Room("plan", "plan", what, has, least, True, unit)
    if most is not None:
        yield Room("plan", "plan", f"{what}, at most", has, most, False, unit)
