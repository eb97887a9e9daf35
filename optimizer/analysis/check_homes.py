"""What an instance knows of where patients live, and homes that cannot be those of a practice's patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from instances import Instance
from optimizer.analysis.words import listed, number
from optimizer.model.arrays import IntArray
from optimizer.model.homes import FINE, MM, Homes, blocks, homes_of

# Road km from home, mean of a practice: of 4,069 practices of England in July 2022 one has more (21.7), whose code was
# somebody else's then; the next one has 15.0, half of all 2.2 or less.
MOST_MEAN_KM = 20.0


@dataclass(frozen=True)
class HomeFacts:
    """Patients are those of today's lists, shared out as the homes are."""

    known: int  # patients with a home at a place
    at_practice: int  # patients whose homes are stated to be the practice, as nobody knows them
    without: tuple[str, ...]  # practices of whose patients no home is stated
    places: int
    zones: dict[str, int]  # how many of each kind
    median_km: float | None  # road, home to practice, of those with a home at a place; None where there is none
    mean_km: dict[str, float]  # the same by practice


def home_facts(instance: Instance) -> HomeFacts | None:
    """None for an instance that says nothing of homes."""
    table = instance.homes
    if table is None:
        return None
    homes = homes_of(instance)
    stated = {practice for practice, count in zip(table.practice, table.patients, strict=True) if count}
    away = homes.point < len(instance.places)
    known, every = int(homes.registered[away].sum()), int(homes.registered.sum())
    without = [practice for practice in instance.practices if practice.id not in stated]
    elsewhere = FINE * sum(practice.patients for practice in without)
    kinds = dict.fromkeys(kind for place in instance.places for kind in place.zones)
    mm = _to_practice_mm(homes)
    return HomeFacts(
        known=round(known / FINE),
        at_practice=round((every - known - elsewhere) / FINE),
        without=tuple(practice.id for practice in without),
        places=len(instance.places),
        zones={kind: len({place.zones[kind] for place in instance.places if kind in place.zones}) for kind in kinds},
        median_km=None if mm is None else _median_km(mm[away], homes.registered[away]),
        mean_km={} if mm is None else _mean_km(homes, mm, away),
    )


def home_warnings(instance: Instance) -> Iterator[str]:
    """Practices without homes where others have some, and those whose patients live too far away to be theirs."""
    facts = home_facts(instance)
    if facts is None:
        return
    if facts.without:
        practices = f"{number(len(facts.without), 'practice')} ({listed(facts.without)})"
        yield f"{practices} without homes in homes.csv: their patients count as living at the practice"
    far = {practice: km for practice, km in facts.mean_km.items() if km > MOST_MEAN_KM}
    if far:
        named = listed([f"{practice} {far[practice]:.1f} km" for practice in sorted(far, key=lambda p: -far[p])])
        yield (
            f"{number(len(far), 'practice')} whose patients live more than {MOST_MEAN_KM:g} road km away on average "
            f"({named}): are these another practice's homes, or is a place wrong?"
        )
    yield from _unmeasured(instance)


def _unmeasured(instance: Instance) -> Iterator[str]:
    """Places of homes from which a measured travel table leads nowhere."""
    table = instance.travel.table
    if instance.travel.basis != "homes" or instance.homes is None or table is None or table.km is None:
        return
    lived_in = {place for place, count in zip(instance.homes.place, instance.homes.patients, strict=True) if count}
    without = sorted(lived_in - set(table.origin))
    if without:
        yield (
            f"travel.csv has no way from {number(len(without), 'place')} of {len(lived_in):,} where patients live "
            f"({listed(without)}): from there {instance.travel.circuity:g} x the straight line counts"
        )


def _to_practice_mm(homes: Homes) -> IntArray | None:
    """[homes] road to one's own practice; None where practices have no places on the map."""
    practices = homes.instance.practices
    if any(practice.latitude is None and practice.x_km is None for practice in practices):
        return None
    own = np.arange(len(practices), dtype=np.int64)
    return np.concatenate([block.mm[:, 0] for block in blocks(homes, practices, own, own)])


def _median_km(mm: IntArray, patients: IntArray) -> float | None:
    """Half of the patients have no further to go."""
    if not patients.sum():
        return None
    order = np.argsort(mm, kind="stable")
    reached = np.cumsum(patients[order])
    return float(mm[order][np.searchsorted(2 * reached, reached[-1])] / MM)


def _mean_km(homes: Homes, mm: IntArray, away: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> dict[str, float]:
    ids = [practice.id for practice in homes.instance.practices]
    weight = np.where(away, homes.weight, 0)
    practice = homes.practice
    whole = np.bincount(practice, weights=weight, minlength=len(ids))
    total = np.bincount(practice, weights=weight * mm, minlength=len(ids))
    return {ids[i]: float(total[i] / whole[i] / MM) for i in np.flatnonzero(whole).tolist()}
