"""`caregroup verify --bound`: how far the lower bound beside a plan holds, in words."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from instances import Fault, InputError, Instance
from optimizer.certificate import BOUND_FILE, Certificate
from optimizer.departures import Departures
from optimizer.plan import Plan
from optimizer.read_plan import PLAN_FILE
from optimizer.result import relative_gap
from optimizer.terminal import stderr, stdout, warn
from optimizer.verify import Evaluation, verify
from optimizer.verify.bound import REL_TOLERANCE, BoundCheck, recheck
from optimizer.verify.exact import exact
from optimizer.verify.wording import unlike


def certify(instance: Instance, folder: Path, plan: Plan, stated: float | None, time_limit_s: float) -> list[str]:
    """Say what bound the folder's bound.json proves; return what is not true of it. Raises `InputError`.

    `stated`: the bound that plan.json gives, pounds a year, which may be more than a certificate can cover.
    """
    path = folder / BOUND_FILE
    if not path.is_file():
        expected = f"a {BOUND_FILE} beside the plan, as caregroup solve writes it with --solver auto or columns"
        raise InputError([Fault(str(path), expected)])
    certificate = Certificate.read(path)
    if certificate.instance.sha256 not in (None, instance.sha256):
        warn(f"{BOUND_FILE} was made for another state of the instance: its bound need not hold for this one.")
    with stderr().status("Recomputing the bound ..."):
        check = recheck(instance, certificate, time_limit_s=time_limit_s, file=str(path))
    evaluation = verify(instance, plan, certificate.departures)
    stdout().print(_said(check, evaluation, certificate.departures), soft_wrap=True)
    if not check.tree_was_checked:
        stdout().print(_left_out(check, time_limit_s), soft_wrap=True)
    if stated is not None and exact(stated) > exact(certificate.bound) * (1 + REL_TOLERANCE):
        stdout().print(_not_covered(exact(stated), exact(certificate.bound)), soft_wrap=True)
    return list(_wrong(check, evaluation))


def _said(check: BoundCheck, evaluation: Evaluation, departures: Departures | None) -> str:
    by = f"the whole tree, {_leaves(check)}" if check.tree_was_checked else "the first case alone"
    if check.certified is None:
        return f"Certified by {by}: no plan exists."
    said = f"Certified by {by}: no plan costs less than {_pounds(check.certified)} a year"
    said += f", {_pounds(check.claimed)} claimed."
    if departures is not None:
        price = f"£{departures.price_per_practice:,.0f}"
        said += f" Both include {price} for each practice elsewhere than in the earlier plan."
    if evaluation.ok:
        gap = relative_gap(float(evaluation.priced), float(check.certified))
        said += f" This plan is within {gap:.4%} of that."
    return said


def _left_out(check: BoundCheck, time_limit_s: float) -> str:
    return (
        f"The tree of {_leaves(check)} was not checked: it takes about {check.tree_s:,.0f} s or more, and "
        f"--bound-time-limit allows {time_limit_s:,.0f} s."
    )


def _not_covered(stated: Fraction, claimed: Fraction) -> str:
    return (
        f"{PLAN_FILE} states a bound of {_pounds(stated)} a year, {BOUND_FILE} one of {_pounds(claimed)}: the "
        f"{_pounds(stated - claimed)} between them rest on the solver's own search, or on rounding up where all costs "
        "are whole numbers, which no certificate covers."
    )


def _wrong(check: BoundCheck, evaluation: Evaluation) -> list[str]:
    if check.certified is None:
        return ["certified: no plan exists; yet this plan keeps every rule"] if evaluation.ok else []
    wrong = []
    if not check.holds:
        claimed, certified = unlike(check.claimed, check.certified)
        less = _pounds(check.claimed - check.certified)
        wrong.append(f"claimed bound £{claimed} a year: £{certified} is certified, {less} less")
    if evaluation.ok and check.certified > evaluation.priced:
        certified, objective = unlike(check.certified, evaluation.priced)
        wrong.append(f"certified bound £{certified} a year: above this plan, which costs £{objective}")
    return wrong


def _leaves(check: BoundCheck) -> str:
    return "1 leaf" if check.leaves == 1 else f"{check.leaves:,} leaves"


def _pounds(amount: Fraction) -> str:
    return f"£{float(amount):,.2f}"
