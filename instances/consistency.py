"""What the parts of an instance must hold between them: ids that exist, bands the right way round, places on one map.

Every `Instance` passes these checks, wherever it comes from: it runs them itself, `validation.py` turns what they find
into file, row and column. Whether a plan can exist is not asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations
from typing import Any

from instances.chains import chain_faults
from instances.home_checks import HOME_CHECKS
from instances.inconsistency import Inconsistency, Path
from instances.network_checks import NETWORK_CHECKS
from instances.presets import CARE_MODELS
from instances.references import ids_of, placed, repeated, site_ids, site_names, unknown
from instances.rows import Hospital, Practice
from instances.schema import Boundary, InstanceData
from instances.values import AREA, TRUST_RUN
from instances.wording import did_you_mean, place_meant


def inconsistencies(instance: InstanceData) -> Iterator[Inconsistency]:
    """Everything that does not hold."""
    if not instance.practices:
        yield Inconsistency(("practices",), None, "at least one practice")
        return
    for check in _CHECKS:
        yield from check(instance)


def _unique_ids(instance: InstanceData) -> Iterator[Inconsistency]:
    yield from repeated(((path, place.id) for path, place in placed(instance)), "practice or hospital")
    yield from repeated(((("role", k), role.id) for k, role in enumerate(instance.role)), "role")
    yield from repeated(((("care_model", k), model.id) for k, model in enumerate(instance.care_model)), "care model")


def _bands(instance: InstanceData) -> Iterator[Inconsistency]:
    for path, record in _rule_records(instance):
        for low, high in (("min", "max"), ("target_min", "target_max"), ("count_min", "count_max")):
            yield from _ordered(path, record, low, high)
        if path[0] == "care_model":
            yield from _ordered(path, record, "share_min", "share_max")
            yield from _ordered(path, record, "partners_min", "partners_max")
            yield from _ordered(path, record, "area_share_min", "area_share_max")
    if instance.chain is not None:
        yield from _ordered(("chain",), instance.chain, "members_min", "members_max")
    low_share, high_share = instance.coverage_min, instance.policy.coverage_max
    if low_share > high_share:
        stated = "coverage_max" if instance.policy.coverage_min is None else "coverage_min"
        least = f"coverage_min, which is {low_share}" + (" by default" if stated == "coverage_max" else "")
        expected = f"at least {least}" if stated == "coverage_max" else f"at most coverage_max, which is {high_share}"
        yield Inconsistency(("policy", stated), getattr(instance.policy, stated), expected, "order")


def _rule_records(instance: InstanceData) -> Iterator[tuple[Path, Any]]:
    yield ("hub",), instance.hub
    for index, model in enumerate(instance.care_model):
        yield ("care_model", index), model


def _ordered(path: Path, record: Any, low: str, high: str) -> Iterator[Inconsistency]:
    """Blame the value that the user stated; where both or neither are, the lower one."""
    least, most = getattr(record, low), getattr(record, high)
    if least is None or most is None or least <= most:
        return
    if high in record.model_fields_set and low not in record.model_fields_set:
        yield Inconsistency((*path, high), most, f"at least {low}, which is {least:,} by default", "order")
    else:
        default = "" if high in record.model_fields_set else " by default"
        yield Inconsistency((*path, low), least, f"at most {high}, which is {most:,}{default}", "order")


def _coordinates(instance: InstanceData) -> Iterator[Inconsistency]:
    """Each place has both halves of one kind of coordinates, the same kind everywhere; or there is a travel table."""
    kinds: dict[str, list[Path]] = {"none": [], "degrees": [], "plane": []}
    for path, place in placed(instance):
        degrees, plane = _given(place, "latitude", "longitude"), _given(place, "x_km", "y_km")
        for half in (*degrees, *plane):
            if getattr(place, _OTHER_HALF[half]) is None:
                yield Inconsistency((*path, _OTHER_HALF[half]), "", f"a value, as {half} is given", "place")
        if degrees and plane:
            yield Inconsistency((*path, "x_km"), place.x_km, "either latitude and longitude or x_km and y_km", "place")
        kinds["degrees" if degrees else "plane" if plane else "none"].append(path)
    if instance.travel.table is None:
        yield from _placeless(instance, kinds["none"], "x_km" if kinds["plane"] else "latitude")
    if kinds["degrees"] and kinds["plane"]:
        yield from _on_another_map(instance, kinds["degrees"], kinds["plane"])


def _placeless(instance: InstanceData, paths: list[Path], column: str) -> Iterator[Inconsistency]:
    """One problem for a table without any coordinates, else one for each row."""
    for table, places in (("practices", instance.practices), ("hospitals", instance.hospitals)):
        rows = [path for path in paths if path[0] == table]
        if rows and len(rows) == len(places):
            yield Inconsistency((table,), None, f"{_BOTH_KINDS}, or a travel table", "place")
        else:
            for path in rows:
                yield Inconsistency((*path, column), "", _BOTH_KINDS, "place")


def _on_another_map(instance: InstanceData, degrees: list[Path], plane: list[Path]) -> Iterator[Inconsistency]:
    """The fewer ones are to blame."""
    few, column, rest = (
        (degrees, "latitude", "x_km and y_km")
        if len(degrees) < len(plane)
        else (plane, "x_km", "latitude and longitude")
    )
    for path in few:
        value = getattr(getattr(instance, str(path[0]))[path[1]], column)
        yield Inconsistency((*path, column), value, f"{rest}, as the other places have", "place")


_BOTH_KINDS = "latitude and longitude, or x_km and y_km"
_OTHER_HALF = {"latitude": "longitude", "longitude": "latitude", "x_km": "y_km", "y_km": "x_km"}


def _given(place: Practice | Hospital, *names: str) -> list[str]:
    return [name for name in names if getattr(place, name) is not None]


def _care_models_named(instance: InstanceData) -> Iterator[Inconsistency]:
    """A published model that this instance does not offer may be named: refusing it is data that no rule uses."""
    offered = ids_of(instance.care_model)
    for path, place in placed(instance):
        for field in ("refuses", "reluctant") if isinstance(place, Practice) else ("leads",):
            names = [TRUST_RUN] if field == "refuses" else []
            for k, model in enumerate(getattr(place, field)):
                if model not in offered and model not in CARE_MODELS and model not in names:
                    yield _no_care_model((*path, field, k), model, offered, [*CARE_MODELS, *names])
    for index, row in enumerate(instance.misfit):
        if row.care_model not in offered:
            yield _no_care_model(("misfit", index, "care_model"), row.care_model, offered)


def _no_model_called_trust_run(instance: InstanceData) -> Iterator[Inconsistency]:
    """With trust_run, refusing it is not refusing a care model of that name."""
    for index, model in enumerate(instance.care_model):
        if instance.trust_run is not None and model.id == TRUST_RUN:
            expected = "another id, as trust_run is given and practices refuse it by this name"
            yield Inconsistency(("care_model", index, "id"), model.id, expected)


def _no_care_model(path: Path, model: str, *known: Collection[str]) -> Inconsistency:
    """`known` ids, those that are more likely meant first."""
    near = next(filter(None, (did_you_mean(model, ids) for ids in known)), "")
    return Inconsistency(path, model, "the id of a care model" + near)


def _willing(instance: InstanceData) -> Iterator[Inconsistency]:
    """What a practice refuses it is not merely reluctant about."""
    for index, practice in enumerate(instance.practices):
        for k, model in enumerate(practice.reluctant):
            if model in practice.refuses:
                expected = "a care model that it does not refuse as well"
                yield Inconsistency(("practices", index, "reluctant", k), model, expected)


def _last_resort(instance: InstanceData) -> Iterator[Inconsistency]:
    """Its grounds name practices; without any ground it is for nobody."""
    policy = instance.policy
    practices = {practice.id: practice.name for practice in instance.practices}
    for field in ("unplaced_after_mediation", "serious_problems"):
        yield from unknown(("policy", field), enumerate(getattr(policy, field)), practices, "a practice")
    grounds = policy.unplaced_after_mediation or policy.serious_problems or policy.serious_strain is not None
    if policy.last_resort and not grounds:
        expected = "false, or a ground: unplaced_after_mediation, serious_problems or serious_strain"
        yield Inconsistency(("policy", "last_resort"), True, expected)


def _partner_kinds(instance: InstanceData) -> Iterator[Inconsistency]:
    """Who asks for partners says of which kinds."""
    for index, model in enumerate(instance.care_model):
        if model.partners_min and not model.partner_kinds:
            expected = "0, or kinds of hospital in partner_kinds"
            yield Inconsistency(("care_model", index, "partners_min"), model.partners_min, expected)


def _misfit_rows(instance: InstanceData) -> Iterator[Inconsistency]:
    known, seen = ids_of(instance.practices), set()
    for index, row in enumerate(instance.misfit):
        if row.practice not in known:
            yield Inconsistency(("misfit", index, "practice"), row.practice, "the id of a practice")
        pair = row.practice, row.care_model
        if pair in seen:
            yield Inconsistency(
                ("misfit", index, "care_model"), row.care_model, f"each care model once for {row.practice}"
            )
        seen.add(pair)


def _neighbours(instance: InstanceData) -> Iterator[Inconsistency]:
    known = ids_of(instance.practices)
    for index, row in enumerate(instance.neighbours or ()):
        yield from unknown(("neighbours", index), (("a", row.a), ("b", row.b)), known, "a practice")
        if row.a == row.b:
            yield Inconsistency(("neighbours", index, "b"), row.b, "another practice than a")


def _commissioners(instance: InstanceData) -> Iterator[Inconsistency]:
    """Each area once, and of a practice."""
    areas, seen = dict.fromkeys(practice.area for practice in instance.practices if practice.area), set()
    for index, row in enumerate(instance.commissioners):
        path: Path = ("commissioners", index, "area")
        if row.area in seen:
            yield Inconsistency(path, row.area, "an area that no other row has")
        elif row.area not in areas:
            yield Inconsistency(path, row.area, "the area of a practice" + did_you_mean(row.area, areas))
        seen.add(row.area)


def _delegation(instance: InstanceData) -> Iterator[Inconsistency]:
    """Where a care model needs a delegated commissioner, it is known of every practice whether its own is one."""
    needing = [k for k, model in enumerate(instance.care_model) if model.needs_delegated]
    if not needing:
        return
    if not instance.commissioners:
        expected = "false, or commissioners.csv, which says whose commissioner is delegated"
        yield from (Inconsistency(("care_model", k, "needs_delegated"), True, expected) for k in needing)
        return
    known = {row.area for row in instance.commissioners}
    reason = f"as {instance.care_model[needing[0]].id} needs a delegated commissioner"
    if all(practice.area is None for practice in instance.practices):
        yield Inconsistency(("practices",), None, f"a column area, {reason}", "place")
        return
    told: set[str] = set()
    for index, practice in enumerate(instance.practices):
        if practice.area is None:
            yield Inconsistency(("practices", index, "area"), "", f"an area, {reason}", "place")
        elif practice.area not in known | told:
            told.add(practice.area)
            yield Inconsistency(
                ("practices", index, "area"), practice.area, f"an area of commissioners.csv, {reason}", "place"
            )


def _guarantee(instance: InstanceData) -> Iterator[Inconsistency]:
    """What a practice is raised to needs what some practice has."""
    guarantee = instance.policy.guarantee_per_patient
    if guarantee is not None and all(p.core_funding_per_patient is None for p in instance.practices):
        expected = "no guarantee, or core funding of at least one practice (column core_funding_per_patient)"
        yield Inconsistency(("policy", "guarantee_per_patient"), guarantee, expected)


def _contiguity(instance: InstanceData) -> Iterator[Inconsistency]:
    """Who asks for contiguity has a neighbour graph."""
    if instance.neighbours is not None or instance.hub.neighbours_from == "catchments":
        return
    nowhere = [p.id for p in instance.practices if p.latitude is None and p.x_km is None]
    expected = f"false, or neighbours.csv, as practice {nowhere[0]} has no coordinates" if nowhere else ""
    for path, record in _rule_records(instance):
        if not (record.contiguous and nowhere):
            continue
        if record.preset is not None and "contiguous" not in record.model_fields_set:
            yield Inconsistency((*path, "preset"), record.preset, f"contiguous beside it, {expected}")
        else:
            yield Inconsistency((*path, "contiguous"), True, expected)


def _travel(instance: InstanceData) -> Iterator[Inconsistency]:
    table = instance.travel.table
    if table is None:
        return
    base: Path = ("travel", "table")
    if table.km is None and table.minutes is None and table.cost is None:
        yield Inconsistency(base, None, "a column km, minutes or cost")
    sites = site_ids(instance)
    origins, of_places = sites | ids_of(instance.places), ", or of a place" if instance.places else ""
    for column, ids, known, more in (
        ("origin", table.origin, origins, of_places),
        ("destination", table.destination, sites, ""),
    ):
        if not known.issuperset(ids):
            for t, place in enumerate(ids):
                if place not in known:
                    yield Inconsistency((*base, column, t), place, f"the id of a practice or hospital{more}")
    pairs = list(zip(table.origin, table.destination, strict=True))
    if len(set(pairs)) < len(pairs):
        yield from _repeated_pairs(pairs)


def _repeated_pairs(pairs: list[tuple[str, str]]) -> Iterator[Inconsistency]:
    seen: set[tuple[str, str]] = set()
    for t, pair in enumerate(pairs):
        if pair in seen:
            yield Inconsistency(
                ("travel", "table", "destination", t), pair[1], f"each pair once; {pair[0]} to it stands above"
            )
        seen.add(pair)


def _minutes_known(instance: InstanceData) -> Iterator[Inconsistency]:
    table = instance.travel.table
    if table is not None and table.minutes is not None:
        return
    for path, record in _rule_records(instance):
        if record.max_minutes is not None:
            expected = "no limit in minutes, or a travel table with a column minutes"
            yield Inconsistency((*path, "max_minutes"), record.max_minutes, expected)


def _staff_reported(instance: InstanceData) -> Iterator[Inconsistency]:
    reported = {role for practice in instance.practices for role in practice.fte}
    for k, role in enumerate(instance.role):
        if role.market_fte is not None:  # nobody has any, then
            continue
        for ratio in ("min_per_10k", "network_min_per_10k"):
            if getattr(role, ratio) and role.id not in reported:
                expected = (
                    f"FTE of at least one practice (column fte_{role.id}), a market_fte, as where nobody has any yet, "
                    f"or no {ratio} for this role"
                )
                yield Inconsistency(("role", k, ratio), getattr(role, ratio), expected)


def _locked_ids(instance: InstanceData) -> Iterator[Inconsistency]:
    policy = instance.policy
    practices = {practice.id: practice.name for practice in instance.practices}
    sites = site_names(instance)
    for field in ("keep_together", "keep_apart"):
        for k, group in enumerate(getattr(policy, field)):
            yield from unknown(("policy", field, k), enumerate(group), practices, "a practice")
            if len(set(group)) < max(2, len(group)):
                yield Inconsistency(("policy", field, k), "; ".join(group), "two or more practices, each once", "order")
    for field in ("fixed_hub", "barred_hub", "fixed_network"):
        locks = getattr(policy, field)
        yield from unknown(("policy", field), ((practice, practice) for practice in locks), practices, "a practice")
    yield from unknown(("policy", "fixed_hub"), policy.fixed_hub.items(), sites, "a practice or hospital")
    for practice, barred in policy.barred_hub.items():
        yield from unknown(("policy", "barred_hub", practice), enumerate(barred), sites, "a practice or hospital")
    for field in ("must_open", "must_not_open"):
        yield from unknown(("policy", field), enumerate(getattr(policy, field)), sites, "a practice or hospital")


def _sites_that_must_open(instance: InstanceData) -> Iterator[Inconsistency]:
    hosts = {place.id for _, place in placed(instance) if _can_be_hub(instance, place)}
    known = site_ids(instance)
    for k, site in enumerate(instance.policy.must_open):
        if site in known and site not in hosts:
            expected = "a place where a hub can be: can_host_hub, and hub.hospital_sites if it is a hospital"
            yield Inconsistency(("policy", "must_open", k), site, expected)


def _can_be_hub(instance: InstanceData, place: Practice | Hospital) -> bool:
    kind = getattr(place, "kind", None)  # of a hospital
    return place.can_host_hub and (kind is None or kind in instance.hub.hospital_sites)


def _boundaries(instance: InstanceData) -> Iterator[Inconsistency]:
    """Each boundary once, of a kind of area that there is, with exceptions that there are."""
    sites = site_names(instance)
    kinds = _kinds_of_area(instance)
    stated = len(instance.boundaries) - len(instance.boundary)  # by policy.respect_areas
    seen = {boundary.id for boundary in instance.boundaries[:stated]}
    for index, boundary in enumerate(instance.boundary):
        path: Path = ("boundary", index)
        yield from unknown((*path, "exceptions"), enumerate(boundary.exceptions), sites, "a practice or hospital")
        if boundary.area not in kinds:
            expected = f"area, or a kind that practices have a column area_{boundary.area} of"
            yield Inconsistency((*path, "area"), boundary.area, expected + did_you_mean(boundary.area, kinds))
        if boundary.id in seen:
            expected = f"each kind of area once for {boundary.tier}, policy.respect_areas counted"
            yield Inconsistency((*path, "area"), boundary.area, expected)
        seen.add(boundary.id)


def _kinds_of_area(instance: InstanceData) -> set[str]:
    return {AREA} | {kind for _, place in placed(instance) for kind in place.areas}


def _areas(instance: InstanceData) -> Iterator[Inconsistency]:
    """At hard boundaries every practice has an area, and every hospital that may be a hub of a network."""
    for path, place in placed(instance):
        if AREA in place.areas:
            yield Inconsistency((*path, "areas", AREA), place.areas[AREA], "a column area, or another kind of area")
    kinds = _kinds_of_area(instance)
    hard = (each for each in instance.boundaries if each.price_per_patient is None and each.area in kinds)
    yield from dict.fromkeys(fault for boundary in hard for fault in _without_area(instance, boundary))


def _without_area(instance: InstanceData, boundary: Boundary) -> Iterator[Inconsistency]:
    """One problem for a table without the column, else one for each row."""
    lacking = [
        path
        for path, place in placed(instance)
        if place.area_of(boundary.area) is None
        and place.id not in boundary.exceptions
        and (path[0] == "practices" or (boundary.tier == "networks" and _can_be_hub(instance, place)))
    ]
    column = boundary.area if boundary.area == AREA else f"{AREA}_{boundary.area}"
    why = "policy.respect_areas is on" if boundary not in instance.boundary else f"boundary {boundary.id} has no price"
    if sum(path[0] == "practices" for path in lacking) == len(instance.practices):
        yield Inconsistency(("practices",), None, f"a column {column}, as {why}", "place")
        lacking = [path for path in lacking if path[0] != "practices"]
    field: Path = (AREA,) if boundary.area == AREA else ("areas", boundary.area)
    for path in lacking:
        yield Inconsistency((*path, *field), "", f"an area, as {why}", "place")


def _fixed_networks(instance: InstanceData) -> Iterator[Inconsistency]:
    models, sites = ids_of(instance.care_model), site_names(instance)
    for practice, network in instance.policy.fixed_network.items():
        model, colon, lead = network.partition(":")
        path: Path = ("policy", "fixed_network", practice)
        if model not in models:
            yield Inconsistency(
                path, network, "MODEL:lead or MODEL, with a care model's id" + did_you_mean(model, models)
            )
        elif colon and lead not in sites:
            expected = "MODEL:lead, where the lead is the id of a practice or hospital" + place_meant(lead, sites)
            yield Inconsistency(path, network, expected)


def _contradicting_locks(instance: InstanceData) -> Iterator[Inconsistency]:
    policy = instance.policy
    group_of = _joined(policy.keep_together)
    for k, apart in enumerate(policy.keep_apart):
        for a, b in combinations(dict.fromkeys(apart), 2):
            if a in group_of and group_of[a] == group_of.get(b):
                expected = "practices that keep_together does not put in one hub"
                yield Inconsistency(("policy", "keep_apart", k), f"{a}; {b}", expected)
    for practice, site in policy.fixed_hub.items():
        if site in policy.barred_hub.get(practice, ()):
            yield Inconsistency(("policy", "fixed_hub", practice), site, "a site that barred_hub does not bar for it")
        if site in policy.must_not_open:
            yield Inconsistency(("policy", "fixed_hub", practice), site, "a site that is not in must_not_open")
    for k, site in enumerate(policy.must_open):
        if site in policy.must_not_open:
            yield Inconsistency(("policy", "must_open", k), site, "a site that is not in must_not_open")


def _joined(groups: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """Practice to the number of its group, where groups that share a practice are one."""
    group_of: dict[str, int] = {}
    for number, group in enumerate(groups):
        merged = {group_of[practice] for practice in group if practice in group_of}
        for practice, old in group_of.items():
            if old in merged:
                group_of[practice] = number
        group_of.update(dict.fromkeys(group, number))
    return group_of


_CHECKS: tuple[Callable[[InstanceData], Iterator[Inconsistency]], ...] = (
    _bands,
    _minutes_known,
    _staff_reported,
    _locked_ids,
    _sites_that_must_open,
    _boundaries,
    _areas,
    _fixed_networks,
    chain_faults,
    _contradicting_locks,
    _unique_ids,
    _coordinates,
    _care_models_named,
    _willing,
    _last_resort,
    _partner_kinds,
    _no_model_called_trust_run,
    _travel,
    _misfit_rows,
    _neighbours,
    _contiguity,
    *NETWORK_CHECKS,
    *HOME_CHECKS,
    _commissioners,
    _delegation,
    _guarantee,
)
