"""The areas that are whole in networks of a care model are within shares of all areas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from instances import Instance
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.kinds import totals_over_kinds
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.units import SHARE, fewer, more
from optimizer.rules.widening import with_models
from optimizer.rules.words import SHARE_DECIMALS, down, missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case

NAME = "area-shares"


def _exemptions(case: Case) -> Iterator[Exemption]:
    total = len(case.prepared.areas)
    for model in case.prepared.instance.care_model:
        has = sum(len(network.areas) for network in case.networks if network.care_model == model.id)
        least = math.ceil(exact(model.area_share_min) * total)
        most = math.floor(exact(model.area_share_max) * total)
        key, share = f"care_model.{model.id}.area_share", Fraction(has, max(total, 1))
        words = f"networks of {model.id} have {has:,} of {total:,} areas"
        if model.whole_area and has < least:
            change = Change(f"{key}_min", down(share, SHARE_DECIMALS), Loosest.SMALLEST)
            yield Exemption(NAME, model.id, f"{words}, {least:,} are the fewest", change, missed_by(has, least))
        if model.whole_area and has > most:
            change = Change(f"{key}_max", up(share, SHARE_DECIMALS), Loosest.LARGEST)
            yield Exemption(NAME, model.id, f"{words}, {most:,} are the most", change, missed_by(has, most))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        key = f"care_model.{model.id}.area_share"
        if model.area_share_min > 0:
            yield fewer(f"{{:.0%}} of areas in {model.id} at least", f"{key}_min", model.area_share_min, SHARE)
        if model.area_share_max < 1:
            yield more(f"{{:.0%}} of areas in {model.id} at most", f"{key}_max", model.area_share_max, SHARE, 1.0)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    areas = {practice.area for practice in instance.practices if practice.area}
    for model in instance.care_model:
        least, most = model.area_share_min * len(areas), model.area_share_max * len(areas)
        mine = [network for network in evaluation.networks if network.care_model == model.id]
        has = float(sum(len(network.areas) for network in mine))
        if least > 0:
            yield Room("plan", "plan", f"areas in {model.id}, at least", has, least, True, "areas")
        if most < len(areas):
            yield Room("plan", "plan", f"areas in {model.id}, at most", has, most, False, "areas")


RULE = Rule(
    NAME,
    totals=lambda p: totals_over_kinds(p, NAME),
    widened=lambda given: with_models(given, area_share_min=0.0, area_share_max=1.0),
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)
