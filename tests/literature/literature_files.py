"""Tiny files with optima found by hand, every plan of an instance, and where the public files are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import pytest

from instances import Instance
from optimizer.model.plan import Hub, Plan
from optimizer.verify import verify

PUBLIC = Path(__file__).resolve().parents[2].parent / "shared/data/public"
needs_public_files = pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public instance files are not at {PUBLIC}")

# two pairs of nodes 5 apart, the near ends sqrt(65) from each other: 10 for two medians, loads 8 and 2;
# with a load of 4 or more at each, node 2 goes to the far pair: 5 + sqrt(65)
CPMP = "4 2\n0 0 10 6\n3 4 10 2\n10 0 10 1\n13 4 10 1\n"

# loads of 7 need both sites, 10 + 20; c2 is the one that belongs at s2: 3 + 1 + 4
SSCFLP = "2 3\n5 10\n4 20\n3 2 2\n3 9 4\n9 1 9\n"
SSCFLP_OPTIMUM = 38


def cheapest(instance: Instance, sites: list[str]) -> tuple[float, Plan]:
    """The best plan of an instance that is small enough to try them all."""
    judged = ((verify(instance, plan), plan) for plan in _plans(instance, sites))
    found = [(float(evaluation.objective), plan) for evaluation, plan in judged if evaluation.ok]
    return min(found, key=lambda pair: pair[0])


def _plans(instance: Instance, sites: list[str]) -> Iterator[Plan]:
    practices = [practice.id for practice in instance.practices]
    for number in range(1, len(sites) + 1):
        for opened in combinations(sites, number):
            for homes in product(opened, repeat=len(practices)):
                yield plan_of(dict(zip(practices, homes, strict=True)), opened)


def plan_of(home: dict[str, str], opened: tuple[str, ...] = ()) -> Plan:
    """A plan from the site of each practice."""
    sites = dict.fromkeys((*opened, *home.values()))
    members = {site: tuple(practice for practice, at in home.items() if at == site) for site in sites}
    return Plan(hubs=tuple(Hub(site=site, members=members[site]) for site in sites))
