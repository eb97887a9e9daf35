"""The rules of networks whose members or start are given: whole areas, bids, waves."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.costs import setup_of_waves
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case, NetworkFacts
from optimizer.verify.wording import Violation, breach, figure, plural


def whole_area(case: Case) -> Iterator[Violation]:
    """A network of a whole-area model has every practice of one area, or of one named group, and nobody else."""
    for network in case.networks:
        if case.prepared.models[network.care_model].whole_area and network.bid is None:
            yield from _areas_in_part(case, network)


def _areas_in_part(case: Case, network: NetworkFacts) -> Iterator[Violation]:
    inside = _members(case, network)
    touched = {case.prepared.practices[member].area for member in inside}
    unit = next((areas for areas in case.prepared.units if touched & set(areas)), ())
    lead_area = case.prepared.places[network.lead].area if network.lead in case.prepared.places else None
    if lead_area is not None and unit and lead_area not in unit:
        message = f"network {network.id} is led from area {lead_area}, which is not among those that it takes"
        yield breach("whole-area", network.id, message)
    for area in unit:
        practices = case.prepared.areas.get(area, frozenset())
        outside = {practice for practice in practices - inside if case.prepared.practices[practice].patients}
        if outside:
            message = (
                f"network {network.id} has {len(practices & inside):,} practices of area {area} "
                f"and leaves {plural(len(outside), 'practice')} of it out"
            )
            yield breach("whole-area", network.id, message, len(outside))
    strangers = sum(case.prepared.practices[member].area not in unit for member in inside)
    if strangers:
        message = f"network {network.id} has {plural(strangers, 'practice')} of other areas than {', '.join(unit)}"
        yield breach("whole-area", network.id, message, strangers)


def _members(case: Case, network: NetworkFacts) -> set[str]:
    return {member for hub in case.hubs_of[network.id] for member in hub.members}


def area_shares(case: Case) -> Iterator[Violation]:
    """The areas that are whole in networks of a whole-area model are within its shares of all areas."""
    total = len(case.prepared.areas)
    for model in case.prepared.models.values():
        if model.whole_area:
            number = sum(len(network.areas) for network in case.networks if network.care_model == model.id)
            yield from _share_of_areas(model.id, number, total, model.area_share_min, model.area_share_max)


def _share_of_areas(model: str, number: int, total: int, least: float, most: float) -> Iterator[Violation]:
    """A number of areas within shares of all areas."""
    for limit, sign, comparison in (
        (exact(least), 1, "less than the minimum"),
        (exact(most), -1, "more than the maximum"),
    ):
        excess = sign * (limit * total - number)
        if excess > 0:
            message = (
                f"networks of {model} have {number:,} of {total:,} areas, {comparison} of {float(100 * limit):g} %"
            )
            yield breach("area-shares", model, message, excess)


def bids(case: Case) -> Iterator[Violation]:
    """A network that is a bid has its model, its lead and its members; each bid is funded once, and ready enough."""
    policy, seen = case.prepared.instance.policy, set()
    for network in case.networks:
        if network.bid is None:
            if policy.bids_only:
                yield breach("bids", network.id, f"network {network.id} is no bid")
            continue
        bid = case.prepared.bids.get(network.bid)
        if bid is None:
            yield breach("bids", network.id, f"network {network.id} is said to be bid {network.bid}, which is unknown")
            continue
        if bid.id in seen:
            yield breach("bids", network.id, f"bid {bid.id} is funded more than once")
        seen.add(bid.id)
        if bid.care_model != network.care_model or bid.lead not in (None, network.lead):
            asked = f"{bid.care_model}:{bid.lead or 'any lead'}"
            yield breach("bids", network.id, f"bid {bid.id} asks for {asked}, its network is {network.id}")
        if bid.readiness < policy.bid_readiness_min:
            message = (
                f"bid {bid.id} is {bid.readiness:.0%} ready, less than the {policy.bid_readiness_min:.0%} asked for"
            )
            yield breach("bids", network.id, message)
        inside, asked_for = _members(case, network), set(bid.members)
        missing = {practice for practice in asked_for - inside if case.prepared.practices[practice].patients}
        if missing or inside - asked_for:
            message = (
                f"bid {bid.id} is funded whole or not at all: {plural(len(missing), 'practice')} of it left out, "
                f"{len(inside - asked_for):,} added"
            )
            yield breach("bids", network.id, message, len(missing) + len(inside - asked_for))


def waves(case: Case) -> Iterator[Violation]:
    """Every network starts in one of the waves, where there are any."""
    for network in case.networks:
        if case.prepared.waves and network.wave is None:
            yield breach("waves", network.id, f"network {network.id} starts in no wave")
        if network.wave is not None and network.wave not in case.prepared.waves:
            yield breach("waves", network.id, f"network {network.id} starts in wave {network.wave}, which is unknown")


def wave_networks(case: Case) -> Iterator[Violation]:
    """No more networks start in a wave than it may have."""
    for wave in case.prepared.waves.values():
        number = sum(network.wave == wave.id for network in case.networks)
        if wave.networks_max is not None and number > wave.networks_max:
            message = (
                f"{plural(number, 'network')} start in wave {wave.id}, more than its maximum of {wave.networks_max:,}"
            )
            yield breach("wave-networks", wave.id, message, number - wave.networks_max)


def wave_fund(case: Case) -> Iterator[Violation]:
    """Setting up the networks of a wave costs no more than its fund has."""
    spent = setup_of_waves(case)
    for wave in case.prepared.waves.values():
        if wave.fund is not None and spent[wave.id] > exact(wave.fund):
            message = (
                f"setting up the networks of wave {wave.id} costs £{figure(spent[wave.id])}, "
                f"more than the £{figure(exact(wave.fund))} of its fund"
            )
            yield breach("wave-fund", wave.id, message, spent[wave.id] - exact(wave.fund))
