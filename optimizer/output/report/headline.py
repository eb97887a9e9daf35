"""The first screen of the page: a few figures and what they mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from optimizer.analysis.money import COMPARISON, NAMES, difference_by_money
from optimizer.output.display import chains_line
from optimizer.output.report.subject import Subject
from optimizer.output.report.wording import count, difference, percent, pounds, proof
from optimizer.verify import Evaluation
from optimizer.verify.money import Money


@dataclass(frozen=True)
class Card:
    title: str
    figure: str
    note: str = ""


def cards(subject: Subject) -> list[Card]:
    evaluation, instance = subject.evaluation, subject.instance
    in_band = sum(instance.hub.target_min <= hub.patients <= instance.hub.target_max for hub in evaluation.hubs)
    targets = f"{instance.hub.target_min:,} to {instance.hub.target_max:,}"
    figure, note, _ = proof(subject)
    found = [
        Card("Patients", _patients(subject.patients), count(len(instance.practices), "practice")),
        Card("Hubs", f"{len(evaluation.hubs):,}", f"{in_band:,} of them with {targets} patients"),
        Card("Real money a year", pounds(float(subject.money[Money.PAID])), _against_today(subject)),
        Card("Distance from the best", figure, note),
        _moved(subject),
        Card("Road to the hub", f"{mean_km(subject, evaluation):.2f} km", _km_today(subject)),
    ]
    if instance.care_model:
        found.insert(2, _networks(subject))
    return found


def _patients(number: int) -> str:
    return f"{number:,}" if number < 10_000_000 else f"{number / 1e6:.1f}m"


def _networks(subject: Subject) -> Card:
    models = Counter(network.care_model for network in subject.evaluation.networks)
    mix = ", ".join(f"{number} {model}" for model, number in models.most_common())
    covered = f"{percent(float(subject.evaluation.coverage))} of patients"
    return Card("Networks", f"{len(subject.evaluation.networks):,}", f"{mix}; {covered}" if mix else covered)


def _moved(subject: Subject) -> Card:
    grouped = sum(practice.current_group is not None for practice in subject.instance.practices)
    moved = [facts for facts in subject.evaluation.practices if facts.moved]
    run = sum(facts.run_by is not None for facts in subject.evaluation.practices)
    alone = sum(facts.hub is None for facts in subject.evaluation.practices) - run
    note = f"of {count(grouped, 'practice')} in a group today" if grouped else "none has a group today"
    if alone:
        note += f"; {alone:,} independent"
    if run:
        note += f"; {run:,} run by trusts"
    return Card("Change group", f"{len(moved):,}", note)


def _against_today(subject: Subject) -> str:
    of = f"of an objective of {pounds(float(subject.evaluation.objective))}"
    if subject.money_today is None:
        return f"{of}; no groups today to compare with"
    return (
        f"{difference(float(subject.money[Money.PAID] - subject.money_today[Money.PAID]))} against today's groups; {of}"
    )


def _by_money(subject: Subject) -> str:
    """What the plan has more than today's groups, kind by kind, and what that is."""
    assert subject.money_today is not None
    changes = difference_by_money(subject.money, subject.money_today)
    said = "; ".join(f"{NAMES[kind]} {difference(float(amount))}" for kind, amount in changes.items())
    return f"Against today's groups, pounds a year: {said}. {COMPARISON}"


def mean_km(subject: Subject, evaluation: Evaluation) -> float:
    """Road km to the hub, by patients of the practices that are in one."""
    known = [(subject.practices[facts.practice].patients, facts.km) for facts in evaluation.practices]
    patients = sum(number for number, km in known if km is not None)
    return float(sum(number * km for number, km in known if km is not None)) / patients if patients else 0.0


def _km_today(subject: Subject) -> str:
    mean = "mean over patients" if subject.instance.homes is None else "from their practice, mean over patients"
    return mean if subject.today is None else f"{mean}; {mean_km(subject, subject.today):.2f} km today"


def summary(subject: Subject) -> list[str]:
    """What the figures say, in sentences."""
    *_, sentence = proof(subject)
    found = [sentence]
    if subject.departures is not None:
        departed, price = len(subject.evaluation.departed), subject.departures.price_per_practice
        elsewhere = count(departed, "practice") if departed else "none is"
        found.append(
            f"The plan changes an earlier one, and was kept close to it by a price of {pounds(price)} a year on each "
            f"practice whose hub is elsewhere now: {elsewhere}. The cost above is without that price."
        )
    if subject.today is not None:
        broken = Counter(violation.rule.replace("-", " ") for violation in subject.today.violations)
        rules = ", ".join(f"{rule} in {count(number, 'place')}" for rule, number in broken.most_common(4))
        breaks = f" Judged by the same rules, they break: {rules}." if rules else " They keep every rule."
        found.append(
            f"Today's groups, each as a hub where it costs least and in no network, have an objective of "
            f"{pounds(float(subject.today.objective))} a year at the same prices.{breaks}"
        )
        found.append(_by_money(subject))
    return found


def money_notes(subject: Subject) -> list[str]:
    """What the money of networks and commissioners rests on."""
    instance, found = subject.instance, subject.network_money
    notes = []
    if found.total.budget_a_year is not None:
        rest = f"; registered patients stand in for the {found.unweighted:,} lists that are not given"
        notes.append(f"A budget is the model's rate times the weighted lists{rest if found.unweighted else ''}.")
    if (guarantee := instance.policy.guarantee_per_patient) is not None:
        rest = f"; nothing is counted for the {count(found.unfunded, 'practice')} that report none"
        said = f"In networks core funding is brought up to £{guarantee:,.2f} per registered patient and year"
        notes.append(f"{said}{rest if found.unfunded else ''}.")
    return notes


def chains_summary(subject: Subject) -> str:
    """The chains of hospitals, how good they are, and who is in none; empty where there are no chains."""
    found, part = subject.evaluation.chains, subject.document.chains
    if found is None:
        return ""
    said = chains_line(found, None if part is None else part.bound)
    alone = ", ".join(map(subject.name, found.alone))
    return f"{said} {f'In no chain: {alone}.' if alone else ''}".rstrip()
