"""Setting up the networks of a wave costs no more than the wave's fund has."""

from __future__ import annotations

from collections.abc import Iterator

from instances import Instance
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.kinds import totals_over_kinds
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.units import FUND_POUNDS, more
from optimizer.rules.widening import with_waves
from optimizer.rules.words import POUND_DECIMALS, missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.costs import setup_of_waves
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case

NAME = "wave-fund"


def _exemptions(case: Case) -> Iterator[Exemption]:
    spent = setup_of_waves(case)
    for wave in case.prepared.instance.wave:
        if wave.fund is not None and spent[wave.id] > exact(wave.fund):
            words = (
                f"setting up the networks of wave {wave.id} costs £{float(spent[wave.id]):,.0f}, "
                f"its fund has £{wave.fund:,.0f}: find more"
            )
            change = Change(f"wave.{wave.id}.fund", up(spent[wave.id], POUND_DECIMALS), Loosest.LARGEST)
            yield Exemption(NAME, wave.id, words, change, missed_by(float(spent[wave.id]), wave.fund))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for wave in instance.wave:
        if wave.fund is not None:
            yield more(f"£{{:,.0f}} for wave {wave.id}", f"wave.{wave.id}.fund", float(wave.fund), FUND_POUNDS)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    for wave in instance.wave:
        if wave.fund is not None:
            mine = (network.setup for network in evaluation.networks if network.wave == wave.id)
            yield Room("plan", "plan", f"set-up in wave {wave.id}, once", float(sum(mine)), wave.fund, False, "£")


RULE = Rule(
    NAME,
    totals=lambda p: totals_over_kinds(p, NAME),
    widened=lambda given: with_waves(given, fund=None),
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)
