"""A lead that is a hub belongs to the network that it leads; a practice leads only from some size up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rule
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import HUB_PATIENTS, fewer
from optimizer.rules.widening import with_models
from optimizer.rules.words import missed_by, named
from optimizer.verify.facts import Case

NAME = "lead"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """w <= z of a hub lead; w + y - 1 <= z of a hospital lead that is itself a hub."""
    led = np.flatnonzero(p.candidates.site >= 0)
    hub_led = p.models.hub_led[p.candidates.model[led]]
    own = p.links.index_of(p.candidates.site[led], led)
    r = rows.block(len(led), upper=np.where(hub_led, 0, 1))
    r.add(np.arange(len(led)), c["w"][led], 1)
    r.add(np.flatnonzero(~hub_led), c["y"][p.candidates.site[led[~hub_led]]], 1)
    r.add(np.flatnonzero(own >= 0), c["z"][own[own >= 0]], -1)


def _soften(e: Softening) -> None:
    least = np.array([model.lead_min_patients for model in e.instance.care_model], dtype=np.float64)
    for n, (model, lead) in enumerate(zip(e.wide.candidates.model, e.wide.candidates.leads, strict=True)):
        practice = e.prepared.practices.get(lead)
        if practice is not None and practice.patients < least[model]:
            e.charge(e.columns["w"][[n]], 1 + (least[model] - practice.patients) / scale(least[model]))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for network in case.networks:
        model, practice = case.prepared.models[network.care_model], case.prepared.practices.get(network.lead)
        if practice is not None and practice.patients < model.lead_min_patients:
            words = (
                f"{named(case, practice.id)} is to lead a network of {model.id}, which takes "
                f"{model.lead_min_patients:,}: allow a lead of {practice.patients:,}"
            )
            change = Change(f"care_model.{model.id}.lead_min_patients", practice.patients, Loosest.SMALLEST)
            yield Exemption(NAME, network.id, words, change, missed_by(practice.patients, model.lead_min_patients))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        if model.lead_min_patients:
            words, key = f"a {model.id} led by a practice of {{:,}}", f"care_model.{model.id}.lead_min_patients"
            yield fewer(words, key, model.lead_min_patients, HUB_PATIENTS)


RULE = Rule(
    NAME,
    rows=_rows,
    widened=lambda given: with_models(given, lead_min_patients=0),
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
)
