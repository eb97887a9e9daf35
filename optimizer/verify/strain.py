"""Ranks of practices between 0 and 1: of deprivation, and of how strained they are (docs/model.md, section 4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from instances.instance import Instance
from instances.rows import Practice
from optimizer.verify.exact import exact

UNKNOWN = Fraction(1, 2)
_RATINGS = {"outstanding": 1, "good": 2, "requires_improvement": 3, "inadequate": 4}

Measure = Callable[[Practice], Any]  # None where a practice does not report it


def ridits(instance: Instance, measure: Measure) -> dict[str, Fraction]:
    """Rank of each practice that reports a measure, by patients (Bross, Biometrics 14, 1958)."""
    alike: defaultdict[Any, list[Practice]] = defaultdict(list)
    for practice in instance.practices:
        value = measure(practice)
        if value is not None:
            alike[value].append(practice)
    total = sum(practice.patients for practices in alike.values() for practice in practices)
    ranks: dict[str, Fraction] = {}
    less = 0
    for value in sorted(alike) if total else ():
        patients = sum(practice.patients for practice in alike[value])
        ranks.update((practice.id, Fraction(2 * less + patients, 2 * total)) for practice in alike[value])
        less += patients
    return ranks


def strains(instance: Instance) -> dict[str, Fraction]:
    """How strained the practices are of which anything is known."""
    reported = [ranks for ranks in (ridits(instance, measure) for measure in _MEASURES) if ranks]
    found: dict[str, Fraction] = {}
    for practice in instance.practices:
        if practice.strain is not None:
            found[practice.id] = exact(practice.strain)
        elif any(practice.id in ranks for ranks in reported):
            found[practice.id] = sum(ranks.get(practice.id, UNKNOWN) for ranks in reported) / Fraction(len(reported))
    return found


def _fewer_gps(practice: Practice) -> Fraction | None:
    """GPs per patient with the sign turned: where there are none it has a rank, too."""
    if "gp" not in practice.fte or practice.patients == 0:
        return None
    return -exact(practice.fte["gp"]) / practice.patients


def _vacancies(practice: Practice) -> Fraction | None:
    if practice.gp_vacancies is None or practice.patients == 0:
        return None
    return exact(practice.gp_vacancies) * 10_000 / practice.patients


def _rating(practice: Practice) -> int | None:
    return None if practice.rating is None else _RATINGS[practice.rating]


def _closed(practice: Practice) -> bool | None:
    return practice.list_closed


_MEASURES: tuple[Measure, ...] = (_fewer_gps, _vacancies, _rating, _closed)
