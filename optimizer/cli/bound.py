"""`caregroup verify --bound`: how far the lower bound beside a plan holds, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from instances import Fault, InputError, Instance
from optimizer.cli.answers import add_result
from optimizer.cli.recheck_progress import RecheckProgress
from optimizer.cli.terminal import ExitCode, say, stoppable, warn
from optimizer.executors import open_pool
from optimizer.model.certificate import BOUND_FILE, Certificate
from optimizer.model.departures import Departures
from optimizer.model.gap import relative_gap
from optimizer.model.plan import Plan
from optimizer.output.as_json import bound_json
from optimizer.output.claims import check_certified
from optimizer.output.document import PlanDocument
from optimizer.output.read_plan import PLAN_FILE
from optimizer.verify import Evaluation, verify
from optimizer.verify.bound import REL_TOLERANCE, BoundCheck, Extent, Redone, recheck
from optimizer.verify.bound.bound_check import is_reached
from optimizer.verify.exact import exact
from optimizer.verify.wording import unlike


@dataclass(frozen=True)
class Limits:
    """Where a recheck is done, and how long. `workers`: at once; None: as there are cores, or workers of a cluster."""

    time_s: float
    executor: str
    workers: int | None


@dataclass(frozen=True)
class Certified:
    """`wrong`: what is not true of a bound; `end`: why not all that matters was checked, and the code for that."""

    wrong: list[str]
    end: tuple[ExitCode, str] | None = None


def certify(instance: Instance, folder: Path, plan: Plan, document: PlanDocument | None, limits: Limits) -> Certified:
    """Say what bound the folder's bound.json proves. Raises `InputError`.

    `document`: the plan.json that the plan is from, if it is; the bound that it gives may be more than a certificate
    can cover, and departures have the price that it says or none.
    """
    path = folder / BOUND_FILE
    if not path.is_file():
        expected = f"a {BOUND_FILE} beside the plan, as caregroup solve writes it with --solver auto or columns"
        raise InputError([Fault(str(path), expected)])
    certificate = Certificate.read(path)
    departures = None if document is None else document.departures
    other = _other_departures(certificate.departures, departures)
    if other:
        return Certified([f"claimed bound: {other}; it was not recomputed"])
    if certificate.instance.sha256 not in (None, instance.sha256):
        warn(f"{BOUND_FILE} was made for another state of the instance: its bound need not hold for this one.")
    check = _recheck(instance, certificate, str(path), limits)
    add_result(bound=bound_json(check))
    evaluation = verify(instance, plan, departures)
    for said in _said(check, evaluation, departures):
        say(said, soft_wrap=True)
    if not check.tree_was_checked:
        say(_so_far(check.extent), soft_wrap=True)
    for failure in check.extent.failures:
        warn(f"A part of the recheck failed: {failure}")
    stated, covered = None if document is None else document.bound, exact(certificate.bound)
    if check.enumerations and check.best is not None:
        covered = max(covered, check.best)
    if stated is not None and exact(stated) > covered * (1 + REL_TOLERANCE):
        say(_not_covered(exact(stated), covered), soft_wrap=True)
    unlike_plan = [] if document is None else check_certified(document, certificate)
    return Certified([*_wrong(check, evaluation), *unlike_plan], _end(check))


def _recheck(instance: Instance, certificate: Certificate, file: str, limits: Limits) -> BoundCheck:
    with (
        stoppable(),
        open_pool(limits.executor, workers=limits.workers, on_news=warn) as pool,
        RecheckProgress() as progress,
    ):
        return recheck(instance, certificate, time_limit_s=limits.time_s, file=file, pool=pool, on_progress=progress)


def _end(check: BoundCheck) -> tuple[ExitCode, str] | None:
    """How a recheck ended that was not whole, where nothing is wrong; None: what the command is for was done."""
    if check.extent.interrupted:
        return ExitCode.INTERRUPTED, "Stopped: the bound is confirmed as far as is said above."
    if check.extent.failures:
        return ExitCode.FAILED, "Parts of the recheck failed: the bound is confirmed as far as is said above."
    if not check.is_certified:
        return ExitCode.NO_PLAN_FOUND, "The bound is not confirmed: the time was up. --bound-time-limit gives more."
    return None


def _other_departures(priced: Departures | None, of_plan: Departures | None) -> str:
    """How a bound is of another sum than what the plan's solve minimised; empty if it is not."""
    at, wanted = (None if of is None else of.price_per_practice for of in (priced, of_plan))
    if at != wanted:
        words = ("nothing" if price is None else f"£{price:,} a practice" for price in (at, wanted))
        return "{} prices departures at {}, the plan at {}".format(BOUND_FILE, *words)
    if priced is not None and of_plan is not None and priced.hubs != of_plan.hubs:
        return f"{BOUND_FILE} prices departures from other hubs than {PLAN_FILE}"
    return ""


def _said(check: BoundCheck, evaluation: Evaluation, departures: Departures | None) -> Iterator[str]:
    if not check.is_certified:
        yield f"The bound is not confirmed: {_pounds(check.tree_claimed)} a year claimed, nothing certified."
        return
    by = f"the whole tree, {_leaves(check)}" if check.tree_was_checked else "the first case alone"
    if check.certified is None or check.best is None:
        yield f"Certified by {by}: no plan exists."
        return
    said = f"Certified by {by}: {_bounded(check.certified, check.claimed)}"
    if departures is not None:
        price = f"£{departures.price_per_practice:,.0f}"
        said += f" Both include {price} for each practice elsewhere than in the earlier plan."
    yield said
    if check.enumerations:
        yield _enumerated(check)
    if evaluation.ok:
        yield f"This plan is within {relative_gap(float(evaluation.priced), float(check.best)):.4%} of that."


def _bounded(certified: Fraction, claimed: Fraction | None) -> str:
    said = f"no plan costs less than {_pounds(certified)} a year"
    return said + ("." if claimed is None else f", {_pounds(claimed)} claimed.")


def _enumerated(check: BoundCheck) -> str:
    """What was done again of the enumerations, what that proves, what was not."""
    done = [redone for redone in check.enumerations if not redone.reason]
    said = f"Redone: {len(done):,} of {_counted(len(check.enumerations), 'enumerated leaf', 'enumerated leaves')}"
    if done:
        hubs = _counted(sum(redone.listed or 0 for redone in done), "hub", "hubs")
        nodes = _counted(sum(redone.nodes for redone in done), "node", "nodes")
        said += f" ({hubs} listed again, {nodes} of search among them)"
    if check.enumerated is not None:
        said += f"; with them {_bounded(check.enumerated, check.enumerated_claimed)}"[:-1]
    reasons = Counter(redone.reason for redone in check.enumerations if redone.reason)
    return "; ".join([said, *(f"{number:,} not, as {reason}" for reason, number in reasons.items())]) + "."


def _so_far(extent: Extent) -> str:
    leaves = _counted(extent.of_leaves, "leaf", "leaves")
    return (
        f"Of the tree were rechecked, until {extent.ended}: {extent.sites:,} of {extent.of_sites:,} sites "
        f"({extent.share:.1%}), all sites of {extent.leaves:,} of {leaves}, in {extent.seconds:,.0f} s. "
        "A leaf is proven once all of its sites are rechecked."
    )


def _not_covered(stated: Fraction, covered: Fraction) -> str:
    return (
        f"{PLAN_FILE} states a bound of {_pounds(stated)} a year, {BOUND_FILE} one of {_pounds(covered)}: the "
        f"{_pounds(stated - covered)} between them rest on what is not in it or was not redone: a search among listed "
        "hubs, a proof of HiGHS, rounding up where all costs are whole numbers."
    )


def _wrong(check: BoundCheck, evaluation: Evaluation) -> Iterator[str]:
    if check.is_certified and (check.certified is None or check.best is None):
        if evaluation.ok:
            yield "certified: no plan exists; yet this plan keeps every rule"
        return
    if not check.holds:
        yield _too_much(check)
    for redone in check.enumerations:
        yield from _refuted(redone)
    claimed, conceivable = check.enumerated_claimed, check.conceivable
    if not check.enumerations_hold and claimed is not None and conceivable is not None and claimed > conceivable:
        yield _less("claimed bound with enumerations", claimed, conceivable)
    if evaluation.ok and check.best is not None and check.best > evaluation.priced:
        certified, objective = unlike(check.best, evaluation.priced)
        yield f"certified bound £{certified} a year: above this plan, which costs £{objective}"


def _too_much(check: BoundCheck) -> str:
    """What is claimed by prices alone and is not so."""
    if check.certified is None or is_reached(check.claimed, check.certified):
        assert check.reach is not None
        return _less("claimed bound", check.tree_claimed, check.reach, "is the most that its prices can show")
    return _less("claimed bound", check.claimed, check.certified)


def _refuted(redone: Redone) -> Iterator[str]:
    """What an enumeration claims and is not so."""
    claimed, at = redone.claimed, f"{redone.path}.enumeration"
    if redone.falls_short and redone.reach is not None:
        yield _less(f"{at}: bound", exact(claimed.bound), redone.reach, "is what its prices and its room reach")
    if redone.misses_hubs:
        yield f"{at}: {claimed.hubs:,} hubs within its room: there are {redone.listed:,}"
    if redone.cheaper is not None:
        yield _less(f"{at}: bound", exact(claimed.bound), redone.cheaper, "is what a choice of its hubs costs")


def _less(what: str, claimed: Fraction, found: Fraction, is_: str = "is certified") -> str:
    high, low = unlike(claimed, found)
    return f"{what} £{high} a year: £{low} {is_}, {_pounds(claimed - found)} less"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _leaves(check: BoundCheck) -> str:
    return _counted(check.leaves, "leaf", "leaves")


def _pounds(amount: Fraction) -> str:
    return f"£{float(amount):,.2f}"
