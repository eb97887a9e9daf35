"""No more networks start in a wave than it may have: pilots first."""

from __future__ import annotations

from collections.abc import Iterator

from instances import Instance
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.kinds import totals_over_kinds
from optimizer.rules.record import Exemption, Loosening, Room, Rule
from optimizer.rules.units import more
from optimizer.rules.widening import with_waves
from optimizer.rules.words import missed_by
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "wave-networks"


def _exemptions(case: Case) -> Iterator[Exemption]:
    for wave in case.prepared.instance.wave:
        number = sum(network.wave == wave.id for network in case.networks)
        if wave.networks_max is not None and number > wave.networks_max:
            words = f"{number:,} networks start in wave {wave.id}, {wave.networks_max:,} are the most: allow {number:,}"
            change = Change(f"wave.{wave.id}.networks_max", number, Loosest.LARGEST)
            yield Exemption(NAME, wave.id, words, change, missed_by(number, wave.networks_max))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for wave in instance.wave:
        if wave.networks_max is not None:
            words = f"{{:,}} networks in wave {wave.id} at most"
            yield more(words, f"wave.{wave.id}.networks_max", wave.networks_max, 1)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    for wave in instance.wave:
        if wave.networks_max is not None:
            number = float(sum(network.wave == wave.id for network in evaluation.networks))
            yield Room("plan", "plan", f"networks in wave {wave.id}", number, wave.networks_max, False, "networks")


RULE = Rule(
    NAME,
    totals=lambda p: totals_over_kinds(p, NAME),
    widened=lambda given: with_waves(given, networks_max=None),
    exemptions=_exemptions,
    loosenings=_loosenings,
    room=_room,
)
