"""A network that a hospital leads is no larger than what that takes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from instances import Instance
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import HUB_PATIENTS
from optimizer.rules.words import missed_by, named
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "lead-capacity"


@dataclass(frozen=True)
class _Counting:
    """Practices in networks, link by link, of candidates that take on `most` at most, which is less than all."""

    problem: Problem
    most: IntArray  # [candidates]

    @property
    def candidates(self) -> IntArray:
        return np.flatnonzero(self.most < self.problem.n_practices)

    @property
    def links(self) -> IntArray:
        return np.flatnonzero(self.most[self.problem.links.column] < self.problem.n_practices)

    @property
    def row(self) -> IntArray:
        """[links] the place of its candidate among those counted."""
        return np.searchsorted(self.candidates, self.problem.links.column[self.links])

    def add_rows(self, c: ColumnBlocks, rows: RowBlocks, number: IntArray) -> None:
        """number >= sum of x - (all who can be there) (1 - z): the members of a hub that is in the network."""
        p, links = self.problem, self.links
        able, sites = np.bincount(p.reach.column, minlength=p.n_sites), p.links.row[links]
        r = rows.block(len(links), lower=-able[sites])
        r.add(np.arange(len(links)), number, 1)
        r.add(np.arange(len(links)), c["z"][links], -able[sites])
        of_site, first = np.argsort(p.reach.column, kind="stable"), np.cumsum(able) - able
        at = np.repeat(np.arange(len(links)), able[sites])
        within = np.arange(len(at)) - np.searchsorted(at, at)
        r.add(at, c["x"][of_site[first[sites[at]] + within]], -1)

    def __call__(self, solution: Solution) -> FloatArray:
        """[links] what the numbers are in a solution."""
        p, links = self.problem, self.links
        size = np.bincount(solution.site_of[solution.site_of >= 0], minlength=p.n_sites)
        site = p.links.row[links]
        return np.where(solution.network_of[site] == p.links.column[links], size[site], 0).astype(np.float64)


def _columns(p: Problem, c: ColumnBlocks) -> None:
    c.add("practices", continuous=len(_Counting(p, p.candidates.practices_max).links))


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """Sums of f as for the model's maximum; practices of the hubs in the network."""
    below = np.flatnonzero(p.candidates.maximum < p.models.maximum[p.candidates.model])
    led = np.flatnonzero(np.isin(p.links.column, below))
    r = rows.block(len(below), upper=0)
    r.add(np.searchsorted(below, p.links.column[led]), c["f"][led], 1)
    r.add(np.arange(len(below)), c["w"][below], -p.candidates.maximum[below])
    counting = _Counting(p, p.candidates.practices_max)
    counting.add_rows(c, rows, c["practices"])
    counted = counting.candidates
    r = rows.block(len(counted), upper=0)
    r.add(counting.row, c["practices"], 1)
    r.add(np.arange(len(counted)), c["w"][counted], -counting.most[counted])


def _encode(p: Problem, c: ColumnBlocks, solution: Solution, x: FloatArray) -> None:
    x[c["practices"]] = _Counting(p, p.candidates.practices_max)(solution)


def _widened(instance: Instance) -> Instance:
    loose = {"lead_patients_max": None, "lead_practices_max": None}
    return instance.model_copy(update={"hospitals": tuple(h.model_copy(update=loose) for h in instance.hospitals)})


def _soften(e: Softening) -> None:
    p = e.wide
    hospitals = [e.prepared.hospitals.get(lead) for lead in p.candidates.leads]
    patients = [None if of is None else of.lead_patients_max for of in hospitals]
    at = np.array([n for n, most in enumerate(patients) if most is not None], dtype=np.int64)
    limit = np.array([most for most in patients if most is not None], dtype=np.float64)
    led = np.flatnonzero(np.isin(p.links.column, at))
    entries = [(np.searchsorted(at, p.links.column[led]), e.columns["f"][led], 1.0)]
    e.soft.at_most(len(at), entries, limit, most=np.full(len(at), p.total_patients), scale=scale(limit))
    practices = [p.n_practices if of is None else of.lead_practices_max for of in hospitals]
    counting = _Counting(p, np.array([p.n_practices if most is None else most for most in practices], dtype=np.int64))
    e.columns.add("lead_practices", continuous=len(counting.links))
    counting.add_rows(e.columns, e.rows, e.columns["lead_practices"])
    e.own["lead_practices"] = counting
    most = counting.most[counting.candidates].astype(np.float64)
    entries = [(counting.row, e.columns["lead_practices"], 1.0)]
    e.soft.at_most(len(most), entries, most, most=np.full(len(most), p.n_practices), scale=scale(most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        hospital = case.prepared.hospitals.get(network.lead)
        if hospital is None:
            continue
        for of, has, most in (
            ("patients", network.patients, hospital.lead_patients_max),
            ("practices", network.practices, hospital.lead_practices_max),
        ):
            if most is not None and has > most:
                words = (
                    f"{named(case, hospital.id)} is to lead {has:,} {of} in network {network.id} and takes on "
                    f"{most:,}: let it take on {has:,}"
                )
                change = Change(f"lead_{of}_max", has, Loosest.LARGEST, "hospitals", hospital.id)
                yield Exemption(NAME, network.id, words, change, missed_by(has, most))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for hospital in instance.hospitals:
        for of, most, unit in (
            ("patients", hospital.lead_patients_max, HUB_PATIENTS),
            ("practices", hospital.lead_practices_max, 1),
        ):
            if most is not None:
                change = Change(f"lead_{of}_max", most + unit, Loosest.LARGEST, "hospitals", hospital.id)
                words = f"{hospital.name or hospital.id} takes on {most + unit:,} {of} in a network that it leads"
                yield Loosening(words, {}, cell=change)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    hospitals = {hospital.id: hospital for hospital in instance.hospitals}
    for network in evaluation.networks:
        lead = hospitals.get(network.lead)
        if lead is None:
            continue
        for unit, has, most in (
            ("patients", network.patients, lead.lead_patients_max),
            ("practices", network.practices, lead.lead_practices_max),
        ):
            if most is not None:
                yield Room("network", network.id, f"{unit} that its lead takes on", has, most, False, unit)


RULE = Rule(
    NAME,
    columns=_columns,
    rows=_rows,
    encode=_encode,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)
