"""A network has hospitals of some kinds near its lead as partners: not too few, not too many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model import consequences
from optimizer.model.arrays import FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import fewer, more
from optimizer.rules.widening import with_models
from optimizer.rules.words import missed_by
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "partners"


def partner_pairs(p: Problem) -> tuple[IntArray, IntArray]:
    """(candidates, hospitals) of every pair that has a column: a hospital that may be a partner there."""
    candidate, hospital = np.nonzero(np.isfinite(p.candidates.partner_km))
    return candidate, hospital


def _columns(p: Problem, c: ColumnBlocks) -> None:
    candidate, _ = partner_pairs(p)
    c.add("partner", binary=len(candidate))
    c.add("more_partners", continuous=p.n_candidates if len(candidate) else 0)


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """partner <= w; fewest w + more = sum of partners <= most w."""
    candidate, _ = partner_pairs(p)
    if not len(candidate):
        return
    pairs, candidates, model = np.arange(len(candidate)), np.arange(p.n_candidates), p.candidates.model
    r = rows.block(len(pairs), upper=0)
    r.add(pairs, c["partner"], 1)
    r.add(pairs, c["w"][candidate], -1)
    r = rows.block(p.n_candidates, lower=0, upper=0)
    r.add(candidate, c["partner"], 1)
    r.add(candidates, c["w"], -p.models.partners_min[model])
    r.add(candidates, c["more_partners"], -1)
    r = rows.block(p.n_candidates, upper=0)
    r.add(candidate, c["partner"], 1)
    r.add(candidates, c["w"], -p.models.partners_max[model])


def _encode(p: Problem, c: ColumnBlocks, solution: Solution, x: FloatArray) -> None:
    candidate, hospital = partner_pairs(p)
    if not len(candidate):
        return
    inside = consequences.partners(p, solution)[hospital] == candidate
    x[c["partner"]] = inside
    number = np.bincount(candidate, weights=inside, minlength=p.n_candidates)
    x[c["more_partners"]] = number - p.models.partners_min[p.candidates.model] * x[c["w"]]


def _soften(e: Softening) -> None:
    if not any(model.partners_min for model in e.instance.care_model):
        return
    p, networks = e.wide, np.arange(e.wide.n_candidates)
    candidate, _ = partner_pairs(p)
    least = e.strict.models.partners_min[p.candidates.model].astype(np.float64)
    entries = [(networks, e.columns["w"], least), (candidate, e.columns["partner"], np.full(len(candidate), -1.0))]
    e.soft.at_most(p.n_candidates, entries, 0, most=least, scale=scale(least))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        model, has = case.prepared.models[network.care_model], len(network.partners)
        if has < model.partners_min:
            words = (
                f"network {network.id} has {has} hospitals as partners, its minimum is {model.partners_min}: "
                f"allow one with {has}"
            )
            change = Change(f"care_model.{model.id}.partners_min", has, Loosest.SMALLEST)
            yield Exemption(NAME, network.id, words, change, missed_by(has, model.partners_min))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        key = f"care_model.{model.id}"
        if model.partners_min:
            yield fewer(f"a {model.id} with {{:,}} hospitals as partners", f"{key}.partners_min", model.partners_min, 1)
        if model.partner_kinds:
            words = f"{{:g}} km from a partner to the lead of a {model.id}"
            yield more(words, f"{key}.partner_max_km", model.partner_max_km, 1.0)


def _impossible(p: Problem) -> Iterator[str]:
    """Models that have to be there and want more hospitals than there are."""
    for k, model in enumerate(p.models.ids):
        networks, each = int(p.models.count_min[k]), int(p.models.partners_min[k])
        mine = p.candidates.model == k
        near = np.isfinite(p.candidates.partner_km[mine]).any(axis=0).sum()
        if networks and each and networks * each > near:
            yield (
                f"{networks} networks of {model} take {networks * each} hospitals as partners, {each} each, and "
                f"{near} are near enough to a place that can lead one"
            )


def _remarks(p: Problem) -> Iterator[str]:
    """Models of which there can be no network, as no place that could lead one has enough hospitals near it."""
    for k, model in enumerate(p.models.ids):
        if p.models.partners_min[k] and not (p.candidates.model == k).any():
            yield (
                f"there can be no network of {model}: no place that could lead one is within partner_max_km of "
                f"{p.models.partners_min[k]} hospitals of its partner_kinds"
            )


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    models = {model.id: model for model in instance.care_model}
    for network in evaluation.networks:
        model, has = models[network.care_model], len(network.partners)
        if model.partners_min:
            yield Room("network", network.id, "partners, at least", has, model.partners_min, True, "hospitals")
        if model.partner_kinds and model.partners_max is not None:
            yield Room("network", network.id, "partners, at most", has, model.partners_max, False, "hospitals")


RULE = Rule(
    NAME,
    columns=_columns,
    rows=_rows,
    encode=_encode,
    widened=lambda given: with_models(given, partners_min=0),
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    remarks=_remarks,
    room=_room,
)
