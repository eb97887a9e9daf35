"""Who gains and who loses against today's groups, as plan.json has it and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field

from instances import Instance
from optimizer.analysis.equity import Equity, Group, equity
from optimizer.model.json_document import Part
from optimizer.verify import Evaluation

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.solving.result import VerifiedPlan


class GroupPart(Part):
    """Mean road km, and minutes where they were measured, to the hub; none where not known, or without today."""

    kind: str = Field(description="everybody, deprivation, rural, or a kind of zone")
    name: str
    patients: float
    km: float | None = None
    km_today: float | None = None
    minutes: float | None = None
    minutes_today: float | None = None

    @classmethod
    def of(cls, group: Group, *, with_today: bool) -> Self:
        """`group` is of today and the plan, or of the plan alone."""
        rest = {"km_today": group.km[0], "minutes_today": group.minutes[0]} if with_today else {}
        figures = {"km": group.km[-1], "minutes": group.minutes[-1], **rest}
        return cls(kind=group.kind, name=group.name, patients=group.patients, **figures)


class PlacePart(Part):
    """A place whose patients live further from their hubs than from today's."""

    id: str
    name: str = ""
    patients: float
    km: float
    km_today: float


class EquityPart(Part):
    """How far patients live from their hubs, by group and place, against today's groups as hubs."""

    from_home: bool = Field(description="else from the premises of practices")
    groups: tuple[GroupPart, ...]
    furthest_tenth_km: float
    furthest_tenth_km_today: float | None = None
    threshold_km: float = Field(description="a way that changes by no more counts as the same")
    better_patients: float | None = Field(default=None, description="none without groups today, as the next")
    better_km: float | None = Field(default=None, description="nearer, on average over them")
    worse_patients: float | None = None
    worse_km: float | None = None
    worst_places: tuple[PlacePart, ...] = ()

    @classmethod
    def of(cls, instance: Instance, evaluation: Evaluation, today: Evaluation | None) -> Self:
        plans = [evaluation] if today is None else [today, evaluation]
        return cls._of(equity(instance, plans), with_today=today is not None)

    @classmethod
    def _of(cls, found: Equity, *, with_today: bool) -> Self:
        part = cls(
            from_home=found.from_home,
            groups=tuple(GroupPart.of(group, with_today=with_today) for group in found.groups),
            furthest_tenth_km=found.furthest[-1],
            threshold_km=found.threshold_km,
        )
        if not with_today:
            return part
        change = found.changes[0]
        return part.model_copy(
            update={
                "furthest_tenth_km_today": found.furthest[0],
                "better_patients": change.better,
                "better_km": change.better_km,
                "worse_patients": change.worse,
                "worse_km": change.worse_km,
                "worst_places": tuple(
                    PlacePart(id=p.id, name=p.name, patients=p.patients, km=p.km_after, km_today=p.km_before)
                    for p in found.worst[0]
                ),
            }
        )


def equity_table(part: EquityPart) -> pd.DataFrame:
    """A row a group, then one a place that is hit worst: patients, km and minutes, those of today beside."""
    import pandas as pd

    rows = [group.model_dump() for group in part.groups]
    tenth = {"kind": "furthest", "name": "the tenth that travels most", "km": part.furthest_tenth_km}
    rows.append({**tenth, "patients": part.groups[0].patients / 10, "km_today": part.furthest_tenth_km_today})
    for which in ("better", "worse") if part.better_patients is not None else ():
        patients, km = getattr(part, f"{which}_patients"), getattr(part, f"{which}_km")
        changed = -km if which == "better" else km
        rows.append({"kind": which, "name": f"{which} off than today", "patients": patients, "km_more": changed})
    places = ({"kind": "worst place", **place.model_dump(exclude={"id"})} for place in part.worst_places)
    rows += [{**row, "name": row["name"] or of.id} for row, of in zip(places, part.worst_places, strict=True)]
    columns = ["kind", "name", "patients", "km", "km_today", "km_more", "minutes", "minutes_today"]
    table = pd.DataFrame(rows, columns=columns)
    more = table["km"].astype(float) - table["km_today"].astype(float)
    return table.assign(km_more=table["km_more"].astype(float).fillna(more))


def plan_equity(plan: VerifiedPlan) -> pd.DataFrame:
    """Of a plan against today's groups."""
    from optimizer.solving.today import todays_evaluation

    return equity_table(EquityPart.of(plan.instance, plan.evaluation, todays_evaluation(plan.instance)))
