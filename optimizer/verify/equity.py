"""How far patients live from their hubs by deprivation fifth, and the limits on it (docs/model.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from optimizer.verify.exact import MM_PER_KM, exact
from optimizer.verify.facts import Case, PracticeFacts
from optimizer.verify.homes import FIFTHS
from optimizer.verify.prepared import Prepared
from optimizer.verify.wording import Violation, breach, unlike

RULE = "equity"
FIFTH_NAMES = ("most deprived fifth", "second fifth", "third fifth", "fourth fifth", "least deprived fifth")
DEPRIVED, WORSE = "deprived", "fifth"  # subjects: the most deprived fifth; `fifth-1` to `fifth-5` against today


@dataclass(frozen=True)
class Distance:
    """Patient-millimetres from home to hub of a deprivation fifth beside the most that the plan may have of them."""

    subject: str
    fifth: int
    mm: int
    most: int
    patients: Fraction

    @property
    def is_kept(self) -> bool:
        return self.mm <= self.most

    @property
    def km(self) -> Fraction:
        """Mean over the fifth's patients; 0 where it has none."""
        return self._mean(self.mm)

    @property
    def most_km(self) -> Fraction:
        return self._mean(self.most)

    def _mean(self, mm: int) -> Fraction:
        return Fraction(mm) / (self.patients * MM_PER_KM) if self.patients else Fraction(0)


def most_by_subject(prepared: Prepared) -> dict[str, tuple[int, int]]:
    """(fifth, patient-millimetres at most) of each limit that the instance has."""
    policy, found = prepared.instance.policy, {}
    if policy.deprived_km_max is not None:
        most = exact(policy.deprived_km_max) * MM_PER_KM * prepared.homes.patients_by_fifth[0]
        found[DEPRIVED] = 0, most.numerator // most.denominator
    if policy.no_fifth_worse:
        for fifth, most_mm in enumerate(prepared.todays_mm_by_fifth):
            found[f"{WORSE}-{fifth + 1}"] = fifth, most_mm
    return found


def distances(prepared: Prepared, practices: Iterable[PracticeFacts]) -> tuple[Distance, ...]:
    """Of a plan, limit by limit."""
    limits = most_by_subject(prepared)
    if not limits:
        return ()
    mm, patients = mm_by_fifth(prepared, practices), prepared.homes.patients_by_fifth
    return tuple(
        Distance(subject, fifth, mm[fifth], most, patients[fifth]) for subject, (fifth, most) in limits.items()
    )


def mm_by_fifth(prepared: Prepared, practices: Iterable[PracticeFacts]) -> tuple[int, ...]:
    """Patient-millimetres from home to hub; of practices in no hub to the practice."""
    total = [0] * FIFTHS
    for facts in practices:
        site = facts.hub if facts.hub in prepared.places else facts.practice
        for fifth, mm in enumerate(prepared.homes.mm_by_fifth(facts.practice, site)):
            total[fifth] += mm
    return tuple(total)


def equity(case: Case) -> Iterator[Violation]:
    for found in distances(case.prepared, case.practices):
        if not found.is_kept:
            km, most = unlike(found.km, found.most_km)
            limit = f"the limit of {most} km" if found.subject == DEPRIVED else f"the {most} km with today's groups"
            message = f"patients of the {FIFTH_NAMES[found.fifth]} live {km} km from their hubs on average, more than "
            yield breach(RULE, found.subject, message + limit, found.km - found.most_km)
