"""The patients of a network's hubs are between the limits of its model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.sets import site_capacity
from optimizer.rules.soft_rows import Entry
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import NETWORK_PATIENTS, fewer, more
from optimizer.rules.widening import everybody, with_models
from optimizer.rules.words import missed_by
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "network-population"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """f = population of the hub in its network, 0 elsewhere; limits on sums of f."""
    capacity = site_capacity(p)
    links, sites = np.arange(len(p.links)), np.arange(p.n_sites)
    r = rows.block(len(links), upper=0)
    r.add(links, c["f"], 1)
    r.add(links, c["z"], -capacity[p.links.row])
    r = rows.block(p.n_sites, upper=0)
    r.add(p.links.row, c["f"], 1)
    r.add(sites, c["population"], -1)
    r = rows.block(p.n_sites, lower=-capacity)
    r.add(p.links.row, c["f"], 1)
    r.add(sites, c["population"], -1)
    r.add(p.links.row, c["z"], -capacity[p.links.row])
    candidates, model = np.arange(p.n_candidates), p.candidates.model
    r = rows.block(p.n_candidates, lower=0)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.minimum[model])
    r = rows.block(p.n_candidates, upper=0)
    r.add(p.links.column, c["f"], 1)
    r.add(candidates, c["w"], -p.models.maximum[model])


def _widened(instance: Instance) -> Instance:
    """Targets are within the limits."""
    most = everybody(instance)
    return with_models(instance, min=0, target_min=0, target_max=most, max=most)


def _soften(e: Softening) -> None:
    p, networks = e.wide, np.arange(e.wide.n_candidates)
    least = e.strict.models.minimum[p.candidates.model].astype(np.float64)
    most = e.strict.models.maximum[p.candidates.model].astype(np.float64)
    entries: list[Entry] = [(networks, e.columns["w"], least), (p.links.column, e.columns["f"], -1.0)]
    e.soft.at_most(p.n_candidates, entries, 0, most=least, scale=scale(least))
    entries = [(p.links.column, e.columns["f"], 1.0)]
    e.soft.at_most(p.n_candidates, entries, most, most=np.full(p.n_candidates, p.total_patients), scale=scale(most))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        model, has = case.prepared.models[network.care_model], network.patients
        for limit, name, beyond, loosest in (
            (model.min, "min", has < model.min, Loosest.SMALLEST),
            (model.max, "max", has > model.max, Loosest.LARGEST),
        ):
            if beyond:
                words = f"network {network.id} has {has:,} patients, its {name}imum is {limit:,}: allow one of {has:,}"
                change = Change(f"care_model.{model.id}.{name}", has, loosest)
                yield Exemption(NAME, network.id, words, change, missed_by(has, limit))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    unit = NETWORK_PATIENTS
    for model in instance.care_model:
        key, name = f"care_model.{model.id}", model.id
        if model.min:
            target = {f"{key}.target_min": max(model.target_min, model.min + unit)}
            yield fewer(f"a {name} from {{:,}} patients", f"{key}.min", model.min, unit, **target)
        target = {f"{key}.target_max": min(model.target_max, model.max - unit)}
        yield more(f"a {name} up to {{:,}} patients", f"{key}.max", model.max, unit, **target)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    models = {model.id: model for model in instance.care_model}
    for network in evaluation.networks:
        model, has = models[network.care_model], network.patients
        yield Room("network", network.id, "patients, at least", has, model.min, True, "patients")
        yield Room("network", network.id, "patients, at most", has, model.max, False, "patients")


RULE = Rule(
    NAME,
    rows=_rows,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)
