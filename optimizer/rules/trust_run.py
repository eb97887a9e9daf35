"""Practices run by trusts: near enough, agreed, and no more than a trust can take on.

Who is in no hub and not on its own is run by one trust that can; distance, consent and locks decide which pairs there
are (`optimizer.model.build_trusts`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from instances import Hospital, Instance
from instances.values import TRUST_RUN
from optimizer.model.arrays import NO_LIMIT, NONE, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.outside import Ways, room_of_trusts, runners
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.sets import run_pairs, usable_site
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import HUB_PATIENTS, more
from optimizer.rules.words import KM_DECIMALS, missed_by, named, up
from optimizer.verify import Evaluation
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.prepared import Trust, trust_of

NAME = "trust-run"
KEY = "trust_run.max_km"
RUN_KM = 1.0  # one more unit of how far from a hospital trusts run practices
LIMITS = ("runs_practices_max", "runs_patients_max")


def _columns(p: Problem, c: ColumnBlocks) -> None:
    c.add("run", binary=len(run_pairs(p)[0]))


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """One trust at most runs a practice in no hub, one at least where it may not be on its own; within their room."""
    practice, _ = run_pairs(p)
    inside, own = np.unique(practice, return_inverse=True)
    r = rows.block(len(inside), lower=np.where(p.practices.may_be_alone[inside], -np.inf, 0), upper=0)
    r.add(own, c["run"], 1)
    r.add(np.arange(len(inside)), c["u"][inside], -1)
    matrix, most = room_of_trusts(p, _pairs_as_ways(p))
    room = matrix.tocoo()
    rows.block(len(most), upper=most).add(room.row, c["run"][room.col], room.data)


def _pairs_as_ways(p: Problem) -> Ways:
    practice, trust = run_pairs(p)
    return Ways(practice, trust, p.trusts.cost[practice, trust])


def _restrict(p: Problem, rest: Rest) -> Problem:
    """With the room that the rest leaves."""
    run, count = np.flatnonzero(rest.run_by >= 0), len(p.trusts.ids)
    if not len(run):
        return p
    trust, patients = rest.run_by[run], p.practices.patients[run]

    def left(limit: IntArray, used: IntArray) -> IntArray:
        return np.where(limit < NO_LIMIT, limit - used, limit)

    practices_max = left(p.trusts.practices_max, np.bincount(trust, minlength=count))
    patients_max = left(p.trusts.patients_max, np.bincount(trust, patients, minlength=count).astype(np.int64))
    return replace(p, trusts=replace(p.trusts, practices_max=practices_max, patients_max=patients_max))


def _encode(p: Problem, c: ColumnBlocks, solution: Solution, x: FloatArray) -> None:
    practice, trust = run_pairs(p)
    x[c["run"]] = runners(p, solution)[practice] == trust


# --- explanations -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Limit:
    """What a trust can run, as its hospitals state it, beside what it runs in a plan."""

    trust: Trust
    field: str
    stated: Sequence[Hospital]  # that say how much
    most: int

    @property
    def name(self) -> str:
        return "".join(self.trust)

    @property
    def unit(self) -> str:
        return "practices" if self.field == LIMITS[0] else "patients"

    def change(self, wanted: int) -> Change:
        """Of the first hospital that states it; the others' part stays."""
        first = self.stated[0]
        value = getattr(first, self.field) + wanted - self.most
        return Change(self.field, value, Loosest.LARGEST, "hospitals", first.id)


def _limits(instance: Instance) -> Iterator[_Limit]:
    if instance.trust_run is None:
        return
    for trust in dict.fromkeys(map(trust_of, instance.hospitals)):
        for field in LIMITS:
            of_trust = [h for h in instance.hospitals if trust_of(h) == trust and getattr(h, field) is not None]
            if of_trust:
                yield _Limit(trust, field, of_trust, sum(getattr(h, field) for h in of_trust))


def _runs(instance: Instance, run: Iterable[tuple[str, str]]) -> dict[str, Counter[Trust]]:
    """What each trust runs by field, of (practice, hospital)."""
    patients = {practice.id: practice.patients for practice in instance.practices}
    trusts = {hospital.id: trust_of(hospital) for hospital in instance.hospitals}
    found: dict[str, Counter[Trust]] = {field: Counter() for field in LIMITS}
    for practice, hospital in run:
        if hospital in trusts:
            found[LIMITS[0]][trusts[hospital]] += 1
            found[LIMITS[1]][trusts[hospital]] += patients[practice]
    return found


def _widened(instance: Instance) -> Instance:
    """Trusts that run practices could run all of them."""
    everything = dict(zip(LIMITS, (len(instance.practices), None), strict=True))
    able = {limit.trust for limit in _limits(instance)}
    hospitals = tuple(h.model_copy(update=everything) if trust_of(h) in able else h for h in instance.hospitals)
    return instance.model_copy(update={"hospitals": hospitals})


def _soften(e: Softening) -> None:
    ways = _pairs_as_ways(e.wide)
    for t, _ in enumerate(e.wide.trusts.ids):
        own = np.flatnonzero(ways.trust == t)
        patients = e.wide.practices.patients[ways.practice[own]].astype(np.float64)
        for weight, limits in (
            (np.ones(len(own)), e.strict.trusts.practices_max),
            (patients, e.strict.trusts.patients_max),
        ):
            most = float(limits[t])
            if most < weight.sum():
                entries = [(np.zeros(len(own), np.int64), e.columns["run"][own], weight)]
                e.soft.at_most(1, entries, most, most=weight.sum() - most, scale=scale(most))
    if e.instance.policy.consent:
        refuses = np.array([TRUST_RUN in practice.refuses for practice in e.instance.practices], dtype=bool)
        against = np.flatnonzero(refuses[ways.practice])  # overridden once, whoever the trust is
        entries = [(np.arange(len(against)), e.columns["run"][against], np.ones(len(against)))]
        e.soft.at_most(len(against), entries, 0, most=1, owner=ways.practice[against])


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance, prepared = case.prepared.instance, case.prepared
    if instance.trust_run is None:
        return
    runs = _runs(instance, ((facts.practice, str(facts.run_by)) for facts in case.run))
    for limit in _limits(instance):
        has = runs[limit.field][limit.trust]
        if has > limit.most:
            words = (
                f"trust {limit.name} runs practices with {has:,} {limit.unit}"
                if limit.unit == "patients"
                else (f"trust {limit.name} runs {has:,} practices")
            )
            said = f"{words}, {limit.most:,} at most: let it run {has:,}"
            yield Exemption(NAME, limit.name, said, limit.change(has), missed_by(has, limit.most))
    for facts in case.run:
        who, hospital = named(case, facts.practice), str(facts.run_by)
        refuses = prepared.practices[facts.practice].refuses
        if instance.policy.consent and TRUST_RUN in refuses:
            others = tuple(model for model in refuses if model != TRUST_RUN)
            change = Change("refuses", others, Loosest.FEWEST, "practices", facts.practice)
            yield Exemption(NAME, facts.practice, f"{who} refuses to be run by a trust: win it over", change)
        leg, most = prepared.travel.leg(facts.practice, hospital), instance.trust_run.max_km
        if leg is not None and leg.km > exact(most):
            km = up(leg.km, KM_DECIMALS)
            words = f"{who} is {km:,} km from {hospital}, trusts run practices within {most:,} km: allow {km:,} km"
            yield Exemption(NAME, facts.practice, words, Change(KEY, km, Loosest.LARGEST), missed_by(leg.km, most))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for limit in _limits(instance):
        unit = 1 if limit.unit == "practices" else HUB_PATIENTS
        what = "practice" if unit == 1 else "patients of practices"
        yield Loosening(f"{unit:,} more {what} run by trust {limit.name}", {}, cell=limit.change(limit.most + unit))
    if instance.trust_run is not None:
        yield more("practices run by trusts within {:,.10g} km", KEY, instance.trust_run.max_km, RUN_KM)


def _impossible(p: Problem) -> Iterator[str]:
    """More practices that only a trust can take on than trusts have room for."""
    usable = np.bincount(p.reach.row[usable_site(p)[p.reach.column]], minlength=p.n_practices) > 0
    left = ~usable & ~p.practices.may_be_alone & p.practices.may_be_independent
    nowhere = Solution(np.where(left, NONE, 0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))
    without = np.flatnonzero(left & (runners(p, nowhere) < 0))
    if len(without):
        names = ", ".join(p.practices.names[i] for i in without[:_NAMED])
        more = f" and {len(without) - _NAMED:,} more" if len(without) > _NAMED else ""
        yield (
            f"{left.sum():,} practices may not be independent and find no hub, and trusts have room for "
            f"{left.sum() - len(without):,} of them; without a place: {names}{more}"
        )


_NAMED = 3


def _remarks(p: Problem) -> Iterator[str]:
    for t, trust in enumerate(p.trusts.ids):
        able = np.isfinite(p.trusts.cost[:, t])
        if not able.any():
            yield f"trust {trust} can run practices, and there is none within its reach that agrees"


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    run = ((facts.practice, facts.run_by) for facts in evaluation.practices if facts.run_by is not None)
    runs = _runs(instance, run)
    for limit in _limits(instance):
        what = (
            f"{limit.unit} run by trust {limit.name}"
            if limit.unit == "practices"
            else (f"patients of practices run by trust {limit.name}")
        )
        yield Room("plan", "plan", what, runs[limit.field][limit.trust], limit.most, False, limit.unit)


RULE = Rule(
    NAME,
    columns=_columns,
    rows=_rows,
    encode=_encode,
    restrict=_restrict,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    remarks=_remarks,
    room=_room,
)
