"""Four practices and three places, whose neighbourhoods are worked out by hand in the tests that use them.

Registered by place, lists shared out over homes of another vintage:

    place (council)   a     b     c     d    all
    N (North)       600   200                800
    M (North)       400   800   500         1700
    S (South)                  1500   375   1875
    not known                         125
"""

from __future__ import annotations

from typing import Any

from instances import Instance
from optimizer.model.plan import Hub, Plan

ROWS = {
    ("a", "N"): 600,
    ("a", "M"): 400,
    ("b", "N"): 100,  # half of the list of today
    ("b", "M"): 400,
    ("c", "M"): 500,
    ("c", "S"): 1_500,
    ("d", "S"): 300,  # four fifths of it
    ("d", "d"): 100,
}
PLAN = Plan(hubs=(Hub(site="a", members=("a", "b")), Hub(site="c", members=("c",))), independents=("d",))


def town(**more: Any) -> Instance:
    """`PLAN` is a plan of it; today a is on its own, and the others are the groups bc and d."""
    lists = {"a": (1_000, None), "b": (1_000, "bc"), "c": (2_000, "bc"), "d": (500, "d")}
    places = {"N": (0.0, 1.0, "North"), "M": (1.0, 1.0, "North"), "S": (1.0, 0.0, "South")}
    hub = {"min": 0, "min_rural": 0, "target_min": 0, "max_km": 30, "hospital_sites": [], **more.pop("hub", {})}
    return Instance.model_validate(
        {
            "name": "Town",
            "practices": [
                {"id": id_, "name": f"Practice {id_}", "patients": n, "x_km": float(k), "y_km": 0.0, "current_group": g}
                for k, (id_, (n, g)) in enumerate(lists.items())
            ],
            "places": [{"id": i, "x_km": x, "y_km": y, "zones": {"council": z}} for i, (x, y, z) in places.items()],
            "homes": table(ROWS),
            "hub": hub,
            "policy": {"coverage_min": 0},
            **more,
        }
    )


def table(rows: dict[tuple[str, str], int]) -> dict[str, list[Any]]:
    """homes.csv by column."""
    practice, place = ([pair[k] for pair in rows] for k in (0, 1))
    return {"practice": practice, "place": place, "patients": list(rows.values())}
