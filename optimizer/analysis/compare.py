"""Plans side by side: cost by term, rules broken, shape, and how each differs from the first.

`compare` gathers the figures; how they are shown is the business of `compare_view` (terminal) and `compare_page`
(HTML, CSV). All plans are judged by the same instance, whatever they were made for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from instances import Instance
from optimizer.analysis.equity import Equity, Place, equity
from optimizer.analysis.money import COMPARISON, NAMES
from optimizer.analysis.neighbourhoods import residents_of
from optimizer.model.plan_distance import difference
from optimizer.solving.judged import JudgedPlan
from optimizer.verify import Evaluation, PracticeFacts

INDEPENDENT = "independent"

Figure = Callable[[Evaluation], float | None]


class Unit(StrEnum):
    """What a figure counts, which says how it is written."""

    POUNDS = "£ a year"
    COUNT = "count"
    SHARE = "share"
    KM = "km"
    FTE = "FTE"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Row:
    """One figure of every plan; None = it has no meaning there."""

    name: str
    unit: Unit
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Section:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Seat:
    """The hub of one practice in every plan; None = independent."""

    practice: str
    name: str
    patients: int
    hubs: tuple[str | None, ...]
    hub_names: tuple[str, ...]  # what people call them; "independent" or who runs it for none


@dataclass(frozen=True)
class Comparison:
    """`seats` are the practices that sit differently in some plan than in the first, largest first.

    `names` are those of practices and hospitals by id.
    """

    name: str
    plans: tuple[JudgedPlan, ...]
    sections: tuple[Section, ...]
    seats: tuple[Seat, ...]
    names: Mapping[str, str]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(plan.label for plan in self.plans)

    @property
    def note(self) -> str:
        """What a comparison with today is, if it is one."""
        return COMPARISON if len(self.plans) > 1 and any(plan.is_today for plan in self.plans) else ""


def compare(instance: Instance, plans: Sequence[JudgedPlan]) -> Comparison:
    """Figures of the plans, the first of which the others are held against."""
    changes = [difference(plans[0].plan, plan.plan) for plan in plans[1:]]
    patients = {practice.id: practice.patients for practice in instance.practices}
    sections = [_costs(plans), _rules(plans), _shape(instance, plans)]
    sections += _neighbourhoods(instance, plans)
    sections += _equity(equity(instance, [plan.evaluation for plan in plans]), plans)
    if changes:
        rows = (
            ("hubs with the same members", Unit.COUNT, [c.hubs_kept for c in changes]),
            ("hubs with other members", Unit.COUNT, [c.hubs_changed for c in changes]),
            ("hubs closed", Unit.COUNT, [c.hubs_closed for c in changes]),
            ("hubs opened", Unit.COUNT, [c.hubs_opened for c in changes]),
            ("hubs at another site", Unit.COUNT, [c.sites_changed for c in changes]),
            ("practices that sit differently", Unit.COUNT, [len(c.practices) for c in changes]),
            ("their patients", Unit.COUNT, [sum(patients[p] for p in c.practices) for c in changes]),
            ("practices in another kind of network", Unit.COUNT, [_remodelled(plans[0], plan) for plan in plans[1:]]),
            ("pairs of practices grouped differently", Unit.SHARE, [c.pairs for c in changes]),
        )
        sections.append(Section(f"Against {plans[0].label}", tuple(Row(n, u, (None, *v)) for n, u, v in rows)))
    elsewhere = {practice for change in changes for practice in change.practices}
    homes = [{facts.practice: facts for facts in plan.evaluation.practices} for plan in plans]
    names = {place.id: place.name for place in (*instance.practices, *instance.hospitals)}
    seats = [
        Seat(
            *(p.id, p.name, p.patients, tuple(home[p.id].hub for home in homes)),
            hub_names=tuple(_called(home[p.id], names) for home in homes),
        )
        for p in sorted(instance.practices, key=lambda p: -p.patients)
        if p.id in elsewhere
    ]
    return Comparison(instance.name, tuple(plans), tuple(sections), tuple(seats), names)


def _called(facts: PracticeFacts, names: Mapping[str, str]) -> str:
    place = facts.hub or facts.run_by
    if place is None:
        return INDEPENDENT
    name = names.get(place) or place
    return name if facts.hub is not None else f"run by {name}"


def _costs(plans: Sequence[JudgedPlan]) -> Section:
    every = dict.fromkeys(term for plan in plans for term in plan.evaluation.terms)
    terms = [term for term in every if any(plan.evaluation.terms.get(term) for plan in plans)]
    rows = [_row(term.replace("_", " "), Unit.POUNDS, plans, _term(term)) for term in terms]
    rows += [Row(name, Unit.POUNDS, tuple(float(plan.money[kind]) for plan in plans)) for kind, name in NAMES.items()]
    first = plans[0].evaluation.objective
    rows.append(_row("objective (weighted)", Unit.POUNDS, plans, lambda e: float(e.objective)))
    if len(plans) > 1:
        against = _row(f"more than {plans[0].label}", Unit.POUNDS, plans, lambda e: float(e.objective - first))
        rows.append(Row(against.name, against.unit, (None, *against.values[1:])))
    return Section("Cost by term, before weights", tuple(rows))


def _rules(plans: Sequence[JudgedPlan]) -> Section:
    rules = dict.fromkeys(rule for plan in plans for rule in plan.broken)
    rows = [Row("all rules", Unit.COUNT, tuple(len(plan.evaluation.violations) for plan in plans))]
    rows += [Row(rule, Unit.COUNT, tuple(plan.broken.get(rule, 0) for plan in plans)) for rule in rules]
    return Section("Rules broken, how often", tuple(rows))


def _shape(instance: Instance, plans: Sequence[JudgedPlan]) -> Section:
    patients = {practice.id: practice.patients for practice in instance.practices}
    figures: list[tuple[str, Unit, Figure]] = [
        ("hubs", Unit.COUNT, lambda e: len(e.hubs)),
        ("hubs within the targets", Unit.COUNT, lambda e: sum(hub.in_band for hub in e.hubs)),
        ("networks", Unit.COUNT, lambda e: len(e.networks)),
        ("patients in networks", Unit.SHARE, lambda e: float(e.coverage)),
        ("independent practices", Unit.COUNT, lambda e: sum(f.hub is None and f.run_by is None for f in e.practices)),
        ("moved practices", Unit.COUNT, lambda e: sum(facts.moved for facts in e.practices)),
        ("moved patients", Unit.COUNT, lambda e: sum(patients[f.practice] for f in e.practices if f.moved)),
        ("road km to the hub, per patient", Unit.KM, lambda e: _mean_km(e)),
    ]
    if instance.policy.last_resort:
        figures.append(("practices placed without consent", Unit.COUNT, lambda e: len(e.without_consent)))
    if instance.trust_run is not None:
        figures.append(
            ("practices run by trusts", Unit.COUNT, lambda e: sum(f.run_by is not None for f in e.practices))
        )
    figures += [(f"FTE of {role.id} to hire", Unit.FTE, _hired(role.id)) for role in instance.role]
    if instance.chain is not None:
        figures += [
            ("chains of hospitals", Unit.COUNT, lambda e: None if e.chains is None else len(e.chains.chains)),
            ("hospitals alone", Unit.COUNT, lambda e: None if e.chains is None else len(e.chains.alone)),
            ("objective of the chains", Unit.POUNDS, lambda e: None if e.chains is None else float(e.chains.objective)),
        ]
    return Section("Shape", tuple(_row(name, unit, plans, figure) for name, unit, figure in figures))


def _neighbourhoods(instance: Instance, plans: Sequence[JudgedPlan]) -> list[Section]:
    """Where patients live against where their hubs' do; nothing where the instance does not say."""
    residents = residents_of(instance)
    if residents is None:
        return []
    found = [residents.neighbourhoods(plan.evaluation.hubs) for plan in plans]
    rows = [
        Row("patients who live in their hub's patch", Unit.SHARE, tuple(each.containment for each in found)),
        Row("median of hubs", Unit.SHARE, tuple(each.median_containment for each in found)),
        Row("places split between hubs", Unit.COUNT, tuple(each.split for each in found)),
    ]
    if (kind := residents.zone_kind) is not None:
        rows.append(Row(f"hubs in several zones ({kind})", Unit.COUNT, tuple(each.across(kind) for each in found)))
    return [Section("Neighbourhoods", tuple(rows))]


def _equity(found: Equity, plans: Sequence[JudgedPlan]) -> list[Section]:
    """Km group by group, who has it better and worse than with the first plan, and the places hit worst by one."""
    whence = "home" if found.from_home else "their practice, as homes are not known"
    rows = [Row(group.called, Unit.KM, group.km) for group in found.groups]
    rows.append(Row("the tenth that travels most", Unit.KM, found.furthest))
    timed = [group for group in found.groups if any(minutes is not None for minutes in group.minutes)]
    rows += [Row(f"minutes of {group.called}", Unit.MINUTES, group.minutes) for group in timed]
    if found.changes:
        figures: list[tuple[str, Unit, list[float]]] = [
            ("patients nearer to their hub", Unit.COUNT, [change.better for change in found.changes]),
            ("nearer by, on average", Unit.KM, [change.better_km for change in found.changes]),
            ("patients further from their hub", Unit.COUNT, [change.worse for change in found.changes]),
            ("further by, on average", Unit.KM, [change.worse_km for change in found.changes]),
        ]
        rows += [Row(name, unit, (None, *values)) for name, unit, values in figures]
    sections = [Section(f"Who gains, who loses: mean road km to the hub from {whence}", tuple(rows))]
    for number, places in enumerate(found.worst, 1):
        title = f"Places hit worst by {plans[number].label}: mean road km from {whence.partition(',')[0]}"
        hit = [
            Row(f"{p.name or p.id}, {p.patients:,.0f} patients", Unit.KM, _at(len(plans), number, p)) for p in places
        ]
        sections += [Section(title, tuple(hit))] if hit else []
    return sections


def _at(plans: int, number: int, place: Place) -> tuple[float | None, ...]:
    """In the first plan, and in the one that hits it."""
    return tuple({0: place.km_before, number: place.km_after}.get(plan) for plan in range(plans))


def _term(term: str) -> Figure:
    return lambda evaluation: float(evaluation.terms.get(term, 0))


def _hired(role: str) -> Figure:
    return lambda evaluation: float(evaluation.hires[role])


def _mean_km(evaluation: Evaluation) -> float | None:
    patients = sum(hub.patients for hub in evaluation.hubs)
    return float(sum(hub.mean_km * hub.patients for hub in evaluation.hubs) / patients) if patients else None


def _remodelled(one: JudgedPlan, other: JudgedPlan) -> int:
    """Practices in a network of another care model, or in one in one plan only."""
    models = {facts.practice: facts.care_model for facts in one.evaluation.practices}
    return sum(models[facts.practice] != facts.care_model for facts in other.evaluation.practices)


def _row(name: str, unit: Unit, plans: Sequence[JudgedPlan], figure: Figure) -> Row:
    return Row(name, unit, tuple(figure(plan.evaluation) for plan in plans))
