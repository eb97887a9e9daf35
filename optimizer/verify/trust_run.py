"""Practices run by trusts: by one that runs practices, near enough, that they agree to, and no more than it can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from instances.values import TRUST_RUN
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.prepared import Trust, trust_of
from optimizer.verify.wording import Violation, breach, figure, plural, unlike

_RULE = "trust-run"


def trust_run(case: Case) -> Iterator[Violation]:
    instance, prepared = case.prepared.instance, case.prepared
    for facts in case.run:
        practice, by = facts.practice, str(facts.run_by)
        hospital, is_run = prepared.hospitals.get(by), f"practice {practice} is run by {by}"
        if instance.trust_run is None:
            yield breach(_RULE, practice, f"{is_run}, and the instance has no section trust_run")
            continue
        if hospital is None:
            yield breach(_RULE, practice, f"{is_run}, which is no hospital of the instance")
        elif trust_of(hospital) not in prepared.trusts:
            yield breach(_RULE, practice, f"{is_run}, whose trust runs no practices")
        else:
            yield from _too_far(case, practice, by, instance.trust_run.max_km)
        if instance.policy.consent and TRUST_RUN in prepared.practices[practice].refuses:
            yield breach(_RULE, practice, f"{is_run} and refuses {TRUST_RUN}")
    yield from _too_many(case)


def _too_far(case: Case, practice: str, hospital: str, max_km: float) -> Iterator[Violation]:
    leg, limit = case.prepared.travel.leg(practice, hospital), exact(max_km)
    if leg is None:
        yield breach(_RULE, practice, f"practice {practice} is run by {hospital} and out of reach of it")
    elif leg.km > limit:
        km, most = unlike(leg.km, limit)
        message = f"practice {practice} is run by {hospital} and {km} km from it, further than the limit of {most} km"
        yield breach(_RULE, practice, message, leg.km - limit)


def _too_many(case: Case) -> Iterator[Violation]:
    """What each trust can run."""
    practices: Counter[Trust] = Counter()
    patients: Counter[Trust] = Counter()
    for facts in case.run:
        hospital = case.prepared.hospitals.get(str(facts.run_by))
        if hospital is not None:
            practices[trust_of(hospital)] += 1
            patients[trust_of(hospital)] += case.prepared.practices[facts.practice].patients
    for trust, (most_practices, most_patients) in case.prepared.trusts.items():
        name = "".join(trust)
        if most_practices is not None and practices[trust] > most_practices:
            has = f"trust {name} runs {plural(practices[trust], 'practice')}"
            yield breach(
                _RULE, name, f"{has}, more than the {most_practices:,} it can", practices[trust] - most_practices
            )
        if most_patients is not None and patients[trust] > most_patients:
            has = f"trust {name} runs practices of {figure(patients[trust])} patients"
            excess = patients[trust] - most_patients
            yield breach(_RULE, name, f"{has}, more than the {figure(most_patients)} it can", excess)
