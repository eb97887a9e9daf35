"""Random instances that keep every check of the schema, with awkward ids, names and floats, for round trips."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from instances import Instance
from instances.sheet_errors import is_sheet_error

IDS = st.one_of(
    st.sampled_from(
        ["001", "1", "=1+1", "+44", "-5", "@x", "TRUE", "none", "#N/A!", "1e5", "a.b", 'say "hi"', "é, ü", "1:2"]
    ),
    st.text(
        st.characters(codec="utf-8", exclude_characters=";", exclude_categories=["C", "Z"]), min_size=1, max_size=8
    ),
).filter(lambda text: not is_sheet_error(text))
_PRINTABLE = st.text(
    st.characters(codec="utf-8", exclude_characters="\x7f\ufffe\uffff", min_codepoint=32), max_size=12
).filter(lambda text: not is_sheet_error(text))
TEXTS = st.one_of(st.sampled_from(["", "=A1", "none", "12", "a\nb", " x ", 'O\'Neil, "Sons"']), _PRINTABLE)
_AREAS = TEXTS.filter(str.strip)
AMOUNTS = st.one_of(st.sampled_from([0.0, -0.0, 0.1 + 0.2, 5e-324, 1e22, 1.0]), st.floats(0, 1e12))
PATIENTS = st.integers(0, 10**9)
FLAGS = st.booleans()


def _maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    ids = draw(st.lists(IDS, min_size=3, max_size=7, unique=True))
    cut = draw(st.integers(2, len(ids)))
    practices, hospitals = ids[:cut], ids[cut:]
    roles = draw(st.lists(IDS, max_size=2, unique=True))
    models = draw(st.lists(st.sampled_from(["MCP", "PACS", "New.model", "=x"]), max_size=3, unique=True))
    table = draw(st.none() | _travel(ids))
    plane = draw(FLAGS)
    data: dict[str, Any] = {
        "practices": [draw(_practice(i, plane, roles, models)) for i in practices],
        "hospitals": [draw(_hospital(i, plane, roles, models)) for i in hospitals],
        "role": [{"id": role, **draw(_ROLE)} for role in roles],
        "care_model": [{"id": model, **draw(_MODEL)} for model in models],
        "hub": draw(_HUB),
        "travel": {**draw(_TRAVEL), "table": table} if table else draw(_TRAVEL),
        "weights": draw(_maybe(cost=AMOUNTS, disruption=AMOUNTS)),
        "misfit": draw(_misfit(practices, models)) if models else [],
        "neighbours": draw(st.none() | _neighbours(practices)),
        **draw(_maybe(name=TEXTS, horizon_years=st.floats(0.1, 100))),
    }
    hosts = [row["id"] for row in data["practices"] if row.get("can_host_hub", True)]
    data["policy"] = draw(_policy(practices, ids, hosts, models))
    takes_areas = any(model.get("whole_area", model.get("preset") == "IHO") for model in data["care_model"])
    if data["policy"].get("respect_areas") or takes_areas:
        for place in (*data["practices"], *data["hospitals"]):
            place["area"] = draw(_AREAS)
    else:
        data["boundary"] = draw(_boundaries(ids))
    _add_money(draw, data)
    if draw(FLAGS):
        _add_homes(draw, data, ids, plane)
    return Instance.model_validate(data)


_HUB = _maybe(
    min=st.integers(0, 60_000),
    max_km=AMOUNTS,
    count_min=st.none() | st.integers(0, 3),
    count_max=st.none() | st.integers(3, 9),
    hospital_sites=st.lists(st.sampled_from(["acute", "community"]), max_size=2, unique=True),
    host_is_member=FLAGS,
    preset=st.none() | st.sampled_from(["PCH", "PCN", "SNP"]),
)
_ROLE = _maybe(min_per_10k=st.just(None) | st.just(0.0), cost_per_fte=AMOUNTS)
_TRAVEL = _maybe(circuity=st.floats(0.1, 3), cost_per_patient_km=AMOUNTS)
_MODEL = st.fixed_dictionaries(
    {"lead": st.sampled_from(["hub", "acute"])},
    optional={
        "max_km": AMOUNTS,
        "capitated_budget_per_patient": st.none() | AMOUNTS,
        "count_max": st.none() | PATIENTS,
        "share_min": st.floats(0, 0.5),
        "whole_area": FLAGS,
        "preset": st.sampled_from(["", "MCP_FULL", "FEDERATION", "IHO"]),
        "title": st.none() | TEXTS,
        "contract_change": st.none() | st.integers(0, 3),
        "budget_scope": st.lists(IDS, max_size=2),
        "pools_assets": st.none() | st.floats(0, 1),
    },
)


def _place(place_id: str, plane: bool, roles: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    names = ("x_km", "y_km") if plane else ("latitude", "longitude")
    return st.fixed_dictionaries(
        {"id": st.just(place_id), **dict.fromkeys(names, st.floats(-90, 90) | st.just(-0.0))},
        optional={
            "name": TEXTS,
            "area": st.none() | TEXTS,
            "areas": _maybe(**dict.fromkeys(["council", "a.b", "=x"], _AREAS)),
            "can_host_hub": FLAGS,
            "hub_setup_cost": st.none() | AMOUNTS,
            "hub_capacity": st.none() | PATIENTS,
            "fte": _maybe(**dict.fromkeys(roles, AMOUNTS)),
        },
    )


@st.composite
def _practice(draw: st.DrawFn, place_id: str, plane: bool, roles: list[str], models: list[str]) -> dict[str, Any]:
    own = st.fixed_dictionaries(
        {"patients": PATIENTS},
        optional={
            "current_group": st.none() | TEXTS,
            "deprivation": st.none() | st.floats(-10, 100),
            "rural": st.none() | FLAGS,
            "refuses": st.lists(st.sampled_from([*models, "CHN"]), max_size=2),
            "reluctant": st.sampled_from([[], ["ACS"]]),
            "readiness": st.none() | st.floats(0, 1),
            "gp_vacancies": st.none() | AMOUNTS,
            "rating": st.sampled_from([None, "outstanding", "requires_improvement"]),
            "list_closed": st.none() | FLAGS,
            "strain": st.none() | st.floats(0, 1),
            "independent_allowed": FLAGS,
        },
    )
    return {**draw(_place(place_id, plane, roles)), **draw(own)}


@st.composite
def _hospital(draw: st.DrawFn, place_id: str, plane: bool, roles: list[str], models: list[str]) -> dict[str, Any]:
    own = st.fixed_dictionaries(
        {"kind": st.sampled_from(["acute", "other", "mental_health"])},
        optional={"trust": st.none() | TEXTS, "leads": st.lists(st.sampled_from([*models, "ACS"]), max_size=2)},
    )
    return {**draw(_place(place_id, plane, roles)), **draw(own)}


@st.composite
def _travel(draw: st.DrawFn, ids: list[str]) -> dict[str, Any]:
    pairs = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), min_size=1, max_size=5, unique=True))
    columns = draw(st.lists(st.sampled_from(["km", "minutes", "cost"]), min_size=1, unique=True))
    values = {c: draw(st.lists(AMOUNTS, min_size=len(pairs), max_size=len(pairs))) for c in columns}
    return {"origin": [a for a, _ in pairs], "destination": [b for _, b in pairs], **values}


@st.composite
def _misfit(draw: st.DrawFn, practices: list[str], models: list[str]) -> list[dict[str, Any]]:
    cells = st.tuples(st.sampled_from(practices), st.sampled_from(models))
    pairs = draw(st.lists(cells, max_size=3, unique=True))
    return [{"practice": p, "care_model": m, "per_patient": draw(AMOUNTS)} for p, m in pairs]


@st.composite
def _boundaries(draw: st.DrawFn, ids: list[str]) -> list[dict[str, Any]]:
    tiers = draw(st.lists(st.sampled_from(["hubs", "networks"]), max_size=2, unique=True))
    optional = {"area": st.just("area"), "exceptions": st.lists(st.sampled_from(ids), max_size=2, unique=True)}
    return [
        {"tier": tier, "price_per_patient": draw(AMOUNTS), **draw(st.fixed_dictionaries({}, optional=optional))}
        for tier in tiers
    ]


@st.composite
def _neighbours(draw: st.DrawFn, practices: list[str]) -> list[dict[str, str]]:
    pairs = st.tuples(st.sampled_from(practices), st.sampled_from(practices)).filter(lambda pair: pair[0] != pair[1])
    return [{"a": a, "b": b} for a, b in draw(st.lists(pairs, max_size=3))]


def _add_money(draw: st.DrawFn, data: dict[str, Any]) -> None:
    """Commissioners of some areas; core funding, and a guarantee only where there is some."""
    practices = data["practices"]
    areas = sorted({" ".join((practice.get("area") or "").split()) for practice in practices} - {""})
    named = draw(st.lists(st.sampled_from(areas), unique=True)) if areas else []
    own = _maybe(management_cost=st.none() | AMOUNTS)
    data["commissioners"] = [{"area": area, "delegated": draw(FLAGS), **draw(own)} for area in named]
    for practice in practices:
        practice |= draw(_maybe(weighted_patients=st.none() | AMOUNTS, core_funding_per_patient=st.none() | AMOUNTS))
    if any(practice.get("core_funding_per_patient") is not None for practice in practices):
        data["policy"] |= draw(_maybe(guarantee_per_patient=st.none() | AMOUNTS))
    if len(named) == len(areas) > 0 and all((practice.get("area") or "").strip() for practice in practices):
        for model in data["care_model"]:
            model["needs_delegated"] = draw(FLAGS)


def _add_homes(draw: st.DrawFn, data: dict[str, Any], ids: list[str], plane: bool) -> None:
    """Places, homes there and at practices, and rules that ask for them."""
    places = draw(st.lists(IDS.filter(lambda name: name not in ids), max_size=4, unique=True))
    data["places"] = [draw(_home_place(place, plane)) for place in places]
    practices = [practice["id"] for practice in data["practices"]]
    pairs = [(practice, place) for practice in practices for place in (*places, practice)]
    homes = draw(st.lists(st.sampled_from(pairs), max_size=6, unique=True))
    counts = draw(st.lists(PATIENTS, min_size=len(homes), max_size=len(homes)))
    data["homes"] = {"practice": [a for a, _ in homes], "place": [b for _, b in homes], "patients": counts}
    kinds = [kind for place in data["places"] for kind in place.get("zones", {})]
    zone = {"zone": st.sampled_from(kinds), "zone_price_per_patient": AMOUNTS} if kinds else {}
    data["hub"] |= draw(_maybe(max_home_km=st.none() | AMOUNTS, neighbourhood_price_per_patient=AMOUNTS))
    data["hub"] |= draw(st.fixed_dictionaries(zone))
    if "cost" not in (data["travel"].get("table") or {}) and draw(FLAGS):
        data["travel"] |= {"basis": "homes", **draw(_maybe(deprived_weight=st.floats(0.1, 10)))}


@st.composite
def _home_place(draw: st.DrawFn, place_id: str, plane: bool) -> dict[str, Any]:
    at = draw(st.floats(-90, 90))  # the same number twice cannot be the wrong way round
    own = _maybe(
        name=TEXTS,
        population=st.none() | AMOUNTS,
        deprivation=st.none() | st.floats(-10, 100),
        rural=st.none() | FLAGS,
        zones=_maybe(**dict.fromkeys(["council", "a.b", "=x", "1"], _AREAS)),
    )
    return {"id": place_id, **dict.fromkeys(("x_km", "y_km") if plane else ("latitude", "longitude"), at), **draw(own)}


@st.composite
def _policy(
    draw: st.DrawFn, practices: list[str], sites: list[str], hosts: list[str], models: list[str]
) -> dict[str, Any]:
    some = st.sampled_from(practices)
    groups = st.lists(st.lists(some, min_size=2, max_size=3, unique=True), max_size=2)
    return draw(
        _maybe(
            coverage_min=st.none() | st.floats(0, 0.9),
            consent=FLAGS,
            unplaced_after_mediation=st.lists(some, max_size=2),
            serious_problems=st.lists(some, max_size=2),
            serious_strain=st.none() | st.floats(0, 1),
            dividend_reinvested_share=st.floats(0, 1),
            respect_areas=st.sampled_from([True, False, "hubs", "networks"]),
            transformation_fund=AMOUNTS,
            max_disruption=st.none() | AMOUNTS,
            keep_together=groups,
            must_open=st.lists(st.sampled_from(hosts), max_size=2, unique=True) if hosts else st.just([]),
            fixed_hub=st.dictionaries(some, st.sampled_from(sites), max_size=2),
            barred_hub=st.just({}),
            fixed_network=st.dictionaries(some, st.sampled_from(models), max_size=2) if models else st.just({}),
        )
    )
