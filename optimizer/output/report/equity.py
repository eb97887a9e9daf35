"""Who gains and who loses: sentences and tables of how far patients live from their hubs."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.output.equity_part import EquityPart, GroupPart
from optimizer.output.report.subject import Subject
from optimizer.output.report.tables import Cell, Row, Table, number, table
from optimizer.output.report.wording import percent

_KINDS = {"everybody": "", "deprivation": "Deprivation", "rural": "Town and country"}
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Gains:
    """The section of the page."""

    said: tuple[str, ...]
    groups: Table
    worst: Table


def gains(subject: Subject) -> Gains:
    part = EquityPart.of(subject.instance, subject.evaluation, subject.today)
    return Gains(_said(part), _groups(part), _worst(part))


def _said(part: EquityPart) -> tuple[str, ...]:
    if part.from_home:
        whence = "Road km from where patients live to their hub; of practices in no hub, to the practice."
    else:
        whence = (
            "Road km from the premises of practices to their hub, and deprivation by practice: where patients live is "
            "not known."
        )
    patients = part.groups[0].patients
    furthest = f"The tenth of patients that travels most is {part.furthest_tenth_km:,.2f} km from its hub on average"
    if part.better_patients is None or part.worse_patients is None:
        return whence, f"{furthest}."
    furthest += f", {part.furthest_tenth_km_today:,.2f} km with today's groups."
    return (
        whence,
        f"{part.better_patients:,.0f} patients ({percent(part.better_patients / max(patients, 1.0))}) are nearer to "
        f"their hub than to that of their group today, by {part.better_km or 0.0:,.2f} km on average; "
        f"{part.worse_patients:,.0f} ({percent(part.worse_patients / max(patients, 1.0))}) are further, by "
        f"{part.worse_km or 0.0:,.2f} km. For the others it changes by {part.threshold_km:g} km at most. {furthest}",
    )


def _groups(part: EquityPart) -> Table:
    """A row a group of patients; columns for what is known."""
    today = any(group.km_today is not None for group in part.groups)
    timed = any(group.minutes is not None for group in part.groups)
    columns = "Patients"
    columns += "|#Today (km)|#Plan (km)|#Change (km)" if today else "|#Plan (km)"
    if timed:
        columns += "|#Today (minutes)|#Plan (minutes)" if today else "|#Plan (minutes)"
    columns += "|#How many|By"
    rows = (Row(tuple(_cells(group, today=today, timed=timed))) for group in part.groups)
    return table("equity", columns, rows)


def _cells(group: GroupPart, *, today: bool, timed: bool) -> list[Cell]:
    kind = _KINDS.get(group.kind, group.kind.capitalize())
    cells = [Cell(group.name.capitalize() if group.kind in _KINDS else group.name)]
    cells += [_figure(group.km_today), _figure(group.km), _change(group)] if today else [_figure(group.km)]
    if timed:
        minutes = [group.minutes_today, group.minutes] if today else [group.minutes]
        cells += [_figure(each, 1) for each in minutes]
    return [*cells, number(group.patients), Cell(kind)]


def _figure(value: float | None, decimals: int = 2) -> Cell:
    return Cell("", -1.0) if value is None else number(value, decimals)


def _change(group: GroupPart) -> Cell:
    if group.km is None or group.km_today is None:
        return Cell("", 0.0)
    more = round(group.km - group.km_today, 2)
    style = "warn" if more > 0 else "good" if more < 0 else ""
    return Cell(f"{_MINUS if more < 0 else '+' if more > 0 else ''}{abs(more):,.2f}", more, style=style)


def _worst(part: EquityPart) -> Table:
    rows = (
        Row(
            (
                Cell(place.name or place.id, place.name or place.id, place.id if place.name else "", "name"),
                number(place.patients),
                number(place.km_today, 2),
                number(place.km, 2),
                number(place.patients * (place.km - place.km_today)),
            )
        )
        for place in part.worst_places
    )
    return table("worst-places", "Place|#Patients|#Today (km)|#Plan (km)|#More (patient-km)", rows)
