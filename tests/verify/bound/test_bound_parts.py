"""A recheck in parts: the same answer wherever they are done, and how much was done where it ends early."""

from __future__ import annotations

import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest
from bound_support import certificate, hamlet, hamlet_ascent, hamlet_certificate
from enumerated_support import Enumerator
from partitioning import best_plan
from random_instances import random_instance
from random_tree import RandomTree

from instances import Instance
from optimizer.executors import ConnectionLostError, LostWorkError, Pool, open_pool
from optimizer.executors.apart import MODULE
from optimizer.model.certificate import Certificate, Leaf, SiteBranch, Split
from optimizer.verify.bound import BoundCheck, Progress, parts, pricing, recheck, work

SITES = 6  # of the hamlet
SEEDS = (8, 10, 16, 29)  # instances whose best plan enumerations reach


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Every piece of work handed out, two sites a part, through pickle as to other processes."""

    def passed_on(function: Callable[..., Any], *arguments: object) -> Any:
        called, given = pickle.loads(pickle.dumps((function, arguments)))
        return pickle.loads(pickle.dumps(called(*given)))

    monkeypatch.setattr(parts, "call_apart", passed_on)
    monkeypatch.setattr(work, "HERE_S", 0.0)
    monkeypatch.setattr(work, "PART_S", 2 * work.USUAL_S)
    with ThreadPoolExecutor(2) as executor:
        yield Pool(executor, 2)


def untimed(check: BoundCheck) -> BoundCheck:
    return replace(check, extent=replace(check.extent, seconds=0.0))


@cache
def tree(seed: int) -> tuple[Instance, Certificate]:
    """Of the hamlet, with branches of all kinds; it claims what the first case shows."""
    made = RandomTree(hamlet(), hamlet_ascent().prices(), np.random.default_rng(seed))
    root = tuple(range(len(made.prices)))
    grown = made.tree(Enumerator(hamlet()).checker.cases.first(), depth=4)
    return hamlet(), certificate(hamlet(), made.prices, grown, hamlet_ascent().bound, root)


@cache
def enumerated(seed: int) -> tuple[Instance, Certificate]:
    instance = random_instance(seed, 8)
    best = best_plan(instance)
    assert best is not None
    return instance, Enumerator(instance).certificate(best[0] - 1.0)


@pytest.mark.parametrize("made", [*((tree, seed) for seed in range(4)), *((enumerated, seed) for seed in SEEDS)])
def test_in_parts_as_in_one(made: tuple[Callable[[int], tuple[Instance, Certificate]], int], pool: Pool) -> None:
    instance, written = made[0](made[1])
    told: list[Progress] = []
    alone, shared = recheck(instance, written), recheck(instance, written, pool=pool, on_progress=told.append)
    assert alone.tree_was_checked
    assert untimed(shared) == untimed(alone)
    assert told[-1].sites == told[-1].of_sites == alone.extent.of_sites
    assert told[-1].parts == told[-1].of_parts > 2
    assert told[-1].enumerations == len(alone.enumerations)


def test_enumerations_are_refuted_on_a_pool_too(pool: Pool) -> None:
    instance, written = enumerated(29)
    content = written.model_dump()
    stack, claimed = [content["tree"]], []
    while stack:
        case = stack.pop()
        stack += case.get("children", [])
        claimed += [case["enumeration"]] if case.get("enumeration") else []
    assert len(claimed) > 1
    for enumeration in claimed:
        enumeration["hubs"] -= 1
        check = recheck(instance, Certificate.model_validate(content), pool=pool)
        enumeration["hubs"] += 1
        assert not check.enumerations_hold
        assert sum(redone.misses_hubs for redone in check.enumerations) == 1
    assert recheck(instance, Certificate.model_validate(content), pool=pool).enumerations_hold


@pytest.mark.parametrize("bad", range(2))
@pytest.mark.parametrize("share", [0.9, 1.1])
def test_a_wrong_price_is_found_in_whatever_leaf(bad: int, share: float, pool: Pool) -> None:
    good = hamlet_certificate()
    off = ({i: price * share for i, price in p.practice.items()} for p in good.prices)
    wrong = [p.model_copy(update={"practice": of}) for p, of in zip(good.prices, off, strict=True)]
    every = tuple(range(len(wrong)))
    leaves = [Leaf(prices=every, bound=None), Leaf(prices=every, bound=None)]
    leaves[bad] = Leaf(prices=tuple(len(wrong) + k for k in every), bound=None)
    content = good.model_copy(
        update={
            "prices": (*good.prices, *wrong),
            "tree": Split(branch=SiteBranch(kind="site", site="ZP06"), children=tuple(leaves)),
        }
    )
    check = recheck(hamlet(), content, pool=pool)
    assert check.tree_was_checked
    assert not check.holds


# --- how much was checked ---------------------------------------------------------------------------------------------


def stopping(sites: int) -> Callable[[Progress], None]:
    """Ctrl-C after so many."""

    def stop(progress: Progress) -> None:
        if progress.sites >= sites:
            raise KeyboardInterrupt

    return stop


@cache
def one_price() -> Certificate:
    """Of one leaf: each site is priced once."""
    good = hamlet_certificate()
    alone = good.model_copy(update={"root": (0,), "tree": Leaf(prices=(0,), bound=None), "prices": good.prices[-1:]})
    bound = float(recheck(hamlet(), alone).certified or 0)
    return alone.model_copy(update={"bound": bound, "root_bound": bound})


def test_no_time_at_all(pool: Pool) -> None:
    for where in (None, pool):
        check = recheck(hamlet(), one_price(), time_limit_s=0, pool=where)
        assert (check.extent.sites, check.extent.of_sites) == (0, SITES)
        assert (check.extent.leaves, check.extent.of_leaves) == (0, 1)
        assert check.extent.ended == "the time was up"
        assert not check.is_certified
        assert check.certified is None
        assert check.holds  # nothing is refuted


def test_what_was_done_until_ctrl_c() -> None:
    check = recheck(hamlet(), one_price(), on_progress=stopping(4))
    assert check.extent.sites == 4
    assert check.extent.share == pytest.approx(4 / SITES)
    assert check.extent.interrupted
    assert not check.is_certified
    assert check.holds


def test_what_no_site_can_mend_is_refuted_before_all_are_checked() -> None:
    """Sites only lower a bound: one that is above what those checked leave is wrong, whatever the others cost."""
    written = one_price()
    whole = recheck(hamlet(), written)
    reach = [recheck(hamlet(), written, on_progress=stopping(n)).reach for n in range(1, SITES + 1)]
    assert all(one is not None and other is not None and one >= other for one, other in pairwise(reach))
    assert reach[-1] == whole.certified
    above = written.model_copy(update={"bound": float(reach[3] or 0) * 1.001})
    check = recheck(hamlet(), above, on_progress=stopping(4))
    assert not check.holds
    assert not check.is_certified


def test_the_first_case_counts_where_the_tree_was_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is up with the first case: its clock stops where its last site is priced."""
    clock = SimpleNamespace(monotonic=lambda: now[0])
    now = [0.0]
    for module in (sys.modules[recheck.__module__], work, pricing):
        monkeypatch.setattr(module, "time", clock)
    leaf = one_price().tree
    branch = SiteBranch(kind="site", site="ZP06")
    written = one_price().model_copy(update={"tree": Split(branch=branch, children=(leaf, leaf))})

    def tick(progress: Progress) -> None:
        now[0] = 100.0 if progress.sites == SITES else now[0]

    check = recheck(hamlet(), written, time_limit_s=50, on_progress=tick)
    assert check.root_was_checked
    assert not check.tree_was_checked
    assert check.certified == check.root_certified == recheck(hamlet(), one_price()).certified
    assert float(check.claimed) == pytest.approx(written.root_bound)
    assert check.holds
    assert (check.extent.leaves, check.extent.of_leaves) == (1, 2)  # without ZP06 the sites cost what they did before


# --- processes that die -----------------------------------------------------------------------------------------------


def kill_children(times: int, over: threading.Event, killed: list[int]) -> None:
    """The processes that parts are done in, as they come."""
    while len(killed) < times and not over.is_set():
        for child in psutil.Process().children():
            try:
                if child.pid not in killed and any(MODULE in argument for argument in child.cmdline()):
                    child.kill()
                    killed.append(child.pid)
                    break
            except psutil.Error:
                continue
        time.sleep(0.01)


@pytest.mark.parametrize(("times", "is_lost"), [(1, False), (1_000, True)])
def test_a_process_that_dies(times: int, is_lost: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "HERE_S", 0.0)
    whole, over, killed = recheck(hamlet(), one_price()), threading.Event(), list[int]()
    killer = threading.Thread(target=kill_children, args=(times, over, killed))
    killer.start()
    with open_pool(workers=1) as processes:
        check = recheck(hamlet(), one_price(), pool=processes)
    over.set()
    killer.join()
    if not is_lost:
        assert len(killed) == 1
        assert untimed(check) == untimed(whole)
        return
    [failure] = check.extent.failures
    assert "its process died 3 times" in failure
    assert failure.startswith(f"{SITES} sites, ")
    assert not check.is_certified
    assert check.extent.sites == 0
    assert check.holds


def test_a_part_that_fails_costs_no_other(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    working, lost = parts.call_apart, hamlet().practices[0].id

    def failing(function: Callable[..., Any], part: parts.SitesPart, until: float) -> Any:
        if any(task.site == lost for task in part.tasks):
            raise LostWorkError("the workers that had it died")
        return working(function, part, until)

    monkeypatch.setattr(parts, "call_apart", failing)
    check = recheck(hamlet(), one_price(), pool=pool)
    assert check.extent.sites == check.extent.of_sites - 2
    [failure] = check.extent.failures
    assert "the workers that had it died" in failure
    assert not check.is_certified


def test_a_connection_that_is_lost_ends_it(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> Any:
        raise ConnectionLostError("The connection was lost.")

    monkeypatch.setattr(parts, "call_apart", lost)
    check = recheck(hamlet(), one_price(), pool=pool)
    assert check.extent.failures == ("The connection was lost.",)
    assert check.extent.sites == 0


def test_a_worker_of_another_version_is_told() -> None:
    part = parts.SitesPart(parts.Source(hamlet(), None, {}), (), version="0.0.0")
    with pytest.raises(RuntimeError, match=r"not 0\.0\.0: install the same on all machines"):
        parts.price_sites(part, time.time())
