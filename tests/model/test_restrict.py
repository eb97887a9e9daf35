"""A problem cut to part of it: no field is forgotten, and what stays means what it meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_instances import random_instance

import instances
from instances import Instance
from optimizer.model.arrays import NONE, IntArray
from optimizer.model.build import build_problem
from optimizer.model.pairs import Pairs
from optimizer.model.problem import Practices, Problem
from optimizer.model.restrict import restrict

DATA = Path(instances.__file__).parent / "data"


def town() -> Problem:
    return build_problem(Instance.read(DATA / "market_town"))


def some(n: int, seed: int) -> IntArray:
    """More than half of n, ascending."""
    return np.sort(np.random.default_rng(seed).choice(n, n // 2 + 1, replace=False))


def lengths(record: Any, path: str = "") -> Iterator[tuple[str, int]]:
    """(field, length) of every array and tuple, pairs left out."""
    for each in fields(record):
        value, name = getattr(record, each.name), f"{path}{each.name}"
        if is_dataclass(value) and not isinstance(value, Pairs):
            yield from lengths(value, f"{name}.")
        elif isinstance(value, (np.ndarray, tuple)):
            yield name, len(value)


def test_whatever_has_an_entry_a_practice_or_site_has_one_for_those_chosen() -> None:
    problem = town()
    part = restrict(problem, some(problem.n_practices, 1), some(problem.n_sites, 2))
    now = {
        problem.n_practices: part.n_practices,
        problem.n_sites: part.n_sites,
        problem.n_candidates: part.n_candidates,
    }
    assert len(now) == 3
    assert part.n_candidates < problem.n_candidates
    others = {problem.n_models, problem.n_roles, len(problem.group_ids), len(problem.practices.apart)}
    assert not others & now.keys()
    before, after = dict(lengths(problem)), dict(lengths(part))
    indexed = {name: now[length] for name, length in before.items() if length in now}
    assert len(indexed) > 20
    assert {name: after[name] for name in indexed} == indexed
    assert (part.reach.n_rows, part.reach.n_columns) == (part.n_practices, part.n_sites)
    assert (part.links.n_rows, part.links.n_columns) == (part.n_sites, part.n_candidates)


@dataclass(frozen=True)
class Grown(Practices):
    fresh: IntArray


def test_a_field_that_does_not_say_how_it_is_cut_is_refused() -> None:
    problem = town()
    practices = Grown(**vars(problem.practices), fresh=np.arange(problem.n_practices))
    with pytest.raises(TypeError, match=r"Grown\.fresh"):
        restrict(replace(problem, practices=practices), some(problem.n_practices, 1), some(problem.n_sites, 2))


@pytest.mark.parametrize("seed", range(20))
def test_what_stays_means_what_it_meant(seed: int) -> None:
    problem = build_problem(random_instance(seed, 12))
    practices, sites = some(problem.n_practices, seed), some(problem.n_sites, seed + 1)
    part = restrict(problem, practices, sites)
    assert told(part) == {fact for fact in told(problem) if all(name in names(part) for name in fact[:2])}
    host = [part.practices.ids[i] if i >= 0 else None for i in part.sites.practice]
    chosen = {problem.practices.ids[i] for i in practices}
    owners = [problem.practices.ids[i] if i >= 0 else None for i in problem.sites.practice[sites]]
    assert host == [owner if owner in chosen else None for owner in owners]


@pytest.mark.parametrize("seed", range(20))
def test_who_chooses_everything_has_the_same_problem(seed: int) -> None:
    problem = build_problem(random_instance(seed))
    part = restrict(problem, np.arange(problem.n_practices), np.arange(problem.n_sites))
    assert told(part) == told(problem)
    np.testing.assert_array_equal(part.candidates.site, problem.candidates.site)
    np.testing.assert_array_equal(part.sites.practice, problem.sites.practice)


def names(p: Problem) -> set[str]:
    return {name for axis in named(p) for name in axis} | {""}


def named(p: Problem) -> tuple[list[str], ...]:
    """Practices, sites and candidates; a site has the id of the practice whose premises it is."""
    ids = (p.practices.ids, p.sites.ids, p.candidates.ids)
    return tuple([f"{axis} {id_}" for id_ in of] for axis, of in zip(("practice", "site", "lead"), ids, strict=True))


def told(p: Problem) -> set[tuple[Any, ...]]:
    """What a problem says of practices, sites and candidates by their names: the first two of each fact."""
    practice, site, candidate = named(p)
    facts: set[tuple[Any, ...]] = set()
    facts |= {(practice[i], "", "practice", int(p.practices.patients[i])) for i in range(p.n_practices)}
    facts |= {(site[j], "", "site", float(p.sites.cost[j])) for j in range(p.n_sites)}
    facts |= {(candidate[n], "", "lead", p.candidates.leads[n]) for n in range(p.n_candidates)}
    facts |= {(practice[i], practice[k], "apart") for i, k in p.practices.apart.tolist()}
    reach = zip(p.reach.row, p.reach.column, p.reach.km, p.reach.cost, strict=True)
    facts |= {(practice[i], site[j], "reach", float(km), float(cost)) for i, j, km, cost in reach}
    links = zip(p.links.row, p.links.column, p.links.km, p.links.cost, strict=True)
    facts |= {(site[j], candidate[n], "link", float(km), float(cost)) for j, n, km, cost in links}
    led = np.flatnonzero(p.candidates.site != NONE)
    facts |= {(candidate[n], site[p.candidates.site[n]], "led") for n in led}
    facts |= {(practice[i], candidate[n], "fixed") for i, of in p.network.fixed for n in of}
    return facts
