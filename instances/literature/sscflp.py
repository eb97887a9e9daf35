"""Single-source capacitated facility location files: `m n`, m x `capacity fixed_cost`, then demands and costs.

By site (Holmberg, Yang): n demands, then m x n costs, the first n those of the first site. By customer (the `cap` files
of the OR-Library): each customer's demand before its m costs. Either way a cost is for the whole customer, and there
are as many numbers: line breaks tell the two apart, and where they do not, the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from typing import Any

from instances.literature.common import Imported, Loads, loads, one_tier_instance
from instances.literature.numbers import NumberFile, Word

_BY_CUSTOMER = (
    "read as the OR-Library's cap files, each customer's demand before its costs; here each customer has one site, "
    "while the optima published with those files share customers out"
)


class Layout(StrEnum):
    """What comes after the sites."""

    SITES = "sites"  # all demands, then the costs of one site after the other
    CUSTOMERS = "customers"  # one customer after the other: its demand, then its costs


@dataclass(frozen=True)
class _Parts:
    """The words of a file by what they mean."""

    capacities: list[Word]
    fixed: list[Word]
    demands: list[Word]
    costs: list[Word]  # site by site
    layout: Layout


def read_sscflp(path: str | Path, *, layout: Layout | None = None) -> Imported:
    """Customers as practices `c1..cn`, sites as hospitals `s1..sm` with the fixed cost as set-up over one year.

    Without a `layout`, the file's own is found out. Raises `InputError` naming file and line.
    """
    file = NumberFile(Path(path))
    parts = _parts(file, layout)
    figures = loads(file, parts.demands, parts.capacities)
    fixed = file.amounts(parts.fixed, "a fixed cost")
    costs = file.amounts(parts.costs, "a cost")
    file.refuse()
    hub = {"min": 0, "max": figures.largest, "max_km": 1.0, "hospital_sites": ("other",)}  # no places: all at 0 km
    customers = [f"c{k}" for k in range(1, len(parts.demands) + 1)]
    sites = [f"s{k}" for k in range(1, len(fixed) + 1)]
    travel = {"origin": customers * len(sites), "destination": [s for s in sites for _ in customers], "cost": costs}
    practices = [
        {"id": customer, "patients": demand, "can_host_hub": False}
        for customer, demand in zip(customers, figures.demands, strict=True)
    ]
    hospitals = _hospitals(sites, figures, fixed)
    instance = one_tier_instance(Path(path).stem, hub, practices, travel, hospitals)
    return Imported(instance, (*figures.notes, *([_BY_CUSTOMER] if parts.layout is Layout.CUSTOMERS else [])))


def _parts(file: NumberFile, layout: Layout | None) -> _Parts:
    words = [word for line in file.lines for word in line]
    m, n = _counts(file, words)
    sites, rest = words[2 : 2 + 2 * m], words[2 + 2 * m :]
    by_site = _Parts(sites[::2], sites[1::2], rest[:n], rest[n:], Layout.SITES)
    costs = [rest[j * (m + 1) + 1 + i] for i in range(m) for j in range(n)]
    by_customer = _Parts(sites[::2], sites[1::2], rest[:: m + 1], costs, Layout.CUSTOMERS)
    if layout is None:
        layout = _layout_of_lines(file, m, n) or _layout_of_figures(by_site, by_customer)
    return by_site if layout is Layout.SITES else by_customer


def _counts(file: NumberFile, words: list[Word]) -> tuple[int, int]:
    """Sites and customers, with as many numbers as they take."""
    if len(words) < 2:
        file.blame(words[0].line, "number of sites and number of customers: two numbers", words[0].text)
        file.refuse()
    m, n = file.count(words[0], "the number of sites"), file.count(words[1], "the number of customers")
    file.refuse()
    wanted = 2 + 2 * m + n + m * n
    meant = f"{wanted:,} numbers for {m:,} sites and {n:,} customers (2 + 2m + n + mn)"
    if len(words) < wanted:
        file.blame(words[-1].line, f"{meant}; the file ends here, after {len(words):,}")
    elif len(words) > wanted:
        file.blame(words[wanted].line, f"the end, after {meant}", words[wanted].text)
    file.refuse()
    return m, n


def _layout_of_lines(file: NumberFile, m: int, n: int) -> Layout | None:
    """The layout whose every part begins a line, if it is one alone."""
    ends = set(accumulate(map(len, file.lines)))
    first = 2 + 2 * m
    last = first + n * (m + 1)
    fits_sites = ends.issuperset(range(first, last + 1, n))
    fits_customers = ends.issuperset(range(first, last + 1, m + 1))
    if fits_sites and fits_customers:  # n = m + 1, or a number a line: does each demand stand alone before its costs?
        fits_customers = ends.issuperset(range(first + 1, last, m + 1))
        fits_sites = not fits_customers or ends.issuperset(range(first, last))
    if fits_sites == fits_customers:
        return None
    return Layout.SITES if fits_sites else Layout.CUSTOMERS


def _layout_of_figures(by_site: _Parts, by_customer: _Parts) -> Layout:
    """By site, unless its demands had decimals or were more than the sites hold, and those of the other are not."""

    def is_plausible(parts: _Parts) -> bool:
        demands = [word.exact for word in parts.demands]
        whole = all(demand.denominator == 1 for demand in demands)
        return whole and sum(demands) <= sum(word.exact for word in parts.capacities)

    return Layout.CUSTOMERS if is_plausible(by_customer) and not is_plausible(by_site) else Layout.SITES


def _hospitals(sites: list[str], figures: Loads, fixed: list[float]) -> list[dict[str, Any]]:
    rows = zip(sites, figures.capacities, fixed, strict=True)
    return [
        {"id": site, "kind": "other", "hub_capacity": capacity, "hub_setup_cost": cost} for site, capacity, cost in rows
    ]
