"""What must hold of networks whose members or start are given: whole areas, bids, waves."""

from __future__ import annotations

from collections.abc import Iterator

from instances.inconsistency import Inconsistency, Path
from instances.references import repeated, unknown
from instances.rows import Bid
from instances.schema import CareModel, InstanceData
from instances.wording import did_you_mean, place_meant


def whole_areas(instance: InstanceData) -> Iterator[Inconsistency]:
    """With a whole-area model every practice has an area; each area is in one group at most, and has practices."""
    areas = {practice.area for practice in instance.practices if practice.area}
    groups, seen = instance.policy.area_groups, set[str]()
    for name, listed in groups.items():
        path: Path = ("policy", "area_groups", name)
        if not listed:
            yield Inconsistency(path, "", "the areas of the group", "order")
        for k, area in enumerate(listed):
            if area not in areas:
                yield Inconsistency((*path, k), area, "an area of practices" + did_you_mean(area, areas))
            elif area in seen:
                yield Inconsistency((*path, k), area, "each area in one group, once", "order")
            seen.add(area)
    for m, model in enumerate(instance.care_model):
        if not model.whole_area:
            yield from _no_area_shares(("care_model", m), model)
    takers = [model.id for model in instance.care_model if model.whole_area]
    lacking = [k for k, practice in enumerate(instance.practices) if practice.area is None]
    if takers and len(lacking) == len(instance.practices):
        yield Inconsistency(("practices",), None, f"a column area, as {takers[0]} takes whole areas", "place")
    else:
        for k in lacking if takers else ():
            yield Inconsistency(("practices", k, "area"), "", f"an area, as {takers[0]} takes whole areas", "place")


def _no_area_shares(path: Path, model: CareModel) -> Iterator[Inconsistency]:
    for field, unused in (("area_share_min", 0.0), ("area_share_max", 1.0)):
        if getattr(model, field) != unused:
            expected = f"{unused:g}, or whole_area = true: only networks of whole areas are counted in areas"
            yield Inconsistency((*path, field), getattr(model, field), expected)


def bids(instance: InstanceData) -> Iterator[Inconsistency]:
    """Each bid is of a care model and of practices that there are, and of a size that the model can have."""
    if instance.policy.bids_only and not instance.bids:
        yield Inconsistency(("policy", "bids_only"), True, "false, or bids to choose among (bids.csv)")
    models = {model.id: model for model in instance.care_model}
    practices = {practice.id: practice.name for practice in instance.practices}
    places = practices | {hospital.id: hospital.name for hospital in instance.hospitals}
    patients = {practice.id: practice.patients for practice in instance.practices}
    yield from repeated(((("bids", k), bid.id) for k, bid in enumerate(instance.bids)), "bid")
    for k, bid in enumerate(instance.bids):
        path: Path = ("bids", k)
        yield from unknown((*path, "members"), enumerate(bid.members), practices, "a practice")
        if len(set(bid.members)) < len(bid.members):
            yield Inconsistency((*path, "members"), ";".join(bid.members), "practices, each once", "order")
        if bid.lead is not None and bid.lead not in places:
            expected = "the id of a practice or hospital, or empty" + place_meant(bid.lead, places)
            yield Inconsistency((*path, "lead"), bid.lead, expected)
        model = models.get(bid.care_model)
        if model is None:
            expected = "the id of a care model of the instance" + did_you_mean(bid.care_model, models)
            yield Inconsistency((*path, "care_model"), bid.care_model, expected)
        elif set(bid.members) <= patients.keys():
            yield from _size_of_bid(path, bid, model, sum(patients[member] for member in set(bid.members)))


def _size_of_bid(path: Path, bid: Bid, model: CareModel, patients: int) -> Iterator[Inconsistency]:
    if model.whole_area:
        yield Inconsistency((*path, "care_model"), bid.care_model, "a care model that does not take whole areas")
    elif not model.min <= patients <= model.max:
        has = f"members with {model.min:,} to {model.max:,} patients, as a network of {model.id} has; they"
        yield Inconsistency((*path, "members"), ";".join(bid.members), f"{has} have {patients:,}", "order")


def waves(instance: InstanceData) -> Iterator[Inconsistency]:
    """Each wave starts within the horizon."""
    yield from repeated(((("wave", k), wave.id) for k, wave in enumerate(instance.wave)), "wave")
    for k, wave in enumerate(instance.wave):
        if wave.start_year >= instance.horizon_years:
            expected = f"a year before horizon_years, which is {instance.horizon_years:g}"
            yield Inconsistency(("wave", k, "start_year"), wave.start_year, expected, "order")


NETWORK_CHECKS = (whole_areas, bids, waves)
