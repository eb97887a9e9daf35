"""Single-source capacitated facility location files: `m n`, m x `capacity fixed_cost`, n demands, m x n costs.

The numbers follow each other in this order whatever the line breaks; a cost is for the whole customer, and the first n
are those of the first site.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from instances.literature.common import Imported, Loads, loads, one_tier_instance
from instances.literature.numbers import NumberFile, Word


@dataclass(frozen=True)
class _Parts:
    """The words of a file by what they mean."""

    capacities: list[Word]
    fixed: list[Word]
    demands: list[Word]
    costs: list[Word]  # site by site


def read_sscflp(path: str | Path) -> Imported:
    """Customers as practices `c1..cn`, sites as hospitals `s1..sm` with the fixed cost as set-up over one year.

    Raises `InputError` naming file and line.
    """
    file = NumberFile(Path(path))
    parts = _parts(file)
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
    return Imported(one_tier_instance(Path(path).stem, hub, practices, travel, hospitals), figures.notes)


def _parts(file: NumberFile) -> _Parts:
    words = [word for line in file.lines for word in line]
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
    sites, customers = words[2 : 2 + 2 * m], words[2 + 2 * m :]
    return _Parts(sites[::2], sites[1::2], customers[:n], customers[n:])


def _hospitals(sites: list[str], figures: Loads, fixed: list[float]) -> list[dict[str, Any]]:
    rows = zip(sites, figures.capacities, fixed, strict=True)
    return [
        {"id": site, "kind": "other", "hub_capacity": capacity, "hub_setup_cost": cost} for site, capacity, cost in rows
    ]
