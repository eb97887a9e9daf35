"""What must hold of where patients live: places on the map of the practices, each home of a place and a practice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from statistics import median

from instances.inconsistency import Inconsistency, Path
from instances.references import ids_of, repeated, site_ids, unknown
from instances.rows import HomePlace, HomesTable
from instances.schema import InstanceData
from instances.wording import did_you_mean

_OTHER_HALF = {"latitude": "longitude", "longitude": "latitude", "x_km": "y_km", "y_km": "x_km"}
_DEGREES, _PLANE = ("latitude", "longitude"), ("x_km", "y_km")
_FAR_DEGREES = 15.0  # from the middle of the practices: further than any home in the country is


def _places(instance: InstanceData) -> Iterator[Inconsistency]:
    """Ids of their own: homes and measured travel name places, practices and hospitals alike."""
    taken = site_ids(instance)
    yield from repeated(((("places", k), place.id) for k, place in enumerate(instance.places)), "place")
    for k, place in enumerate(instance.places):
        if place.id in taken:
            yield Inconsistency(("places", k, "id"), place.id, "an id that no practice or hospital has")


def _on_the_map(instance: InstanceData) -> Iterator[Inconsistency]:
    """Both coordinates of the kind that practices have."""
    planar = any(practice.x_km is not None for practice in instance.practices)
    wanted = _PLANE if planar else _DEGREES
    for k, place in enumerate(instance.places):
        path: Path = ("places", k)
        for half in (*_DEGREES, *_PLANE):
            other = _OTHER_HALF[half]
            if getattr(place, half) is not None and getattr(place, other) is None:
                yield Inconsistency((*path, other), "", f"a value, as {half} is given", "place")
        if all(getattr(place, half) is None for half in (*_DEGREES, *_PLANE)):
            yield Inconsistency((*path, wanted[0]), "", " and ".join(wanted), "place")
        elif getattr(place, wanted[0]) is None and getattr(place, wanted[1]) is None:
            given = _DEGREES[0] if planar else _PLANE[0]
            expected = f"{' and '.join(wanted)}, as practices have"
            yield Inconsistency((*path, given), getattr(place, given), expected, "place")


def _right_way_round(instance: InstanceData) -> Iterator[Inconsistency]:
    """Degrees that are far from every practice, and near them once exchanged."""
    norths = [practice.latitude for practice in instance.practices if practice.latitude is not None]
    easts = [practice.longitude for practice in instance.practices if practice.longitude is not None]
    if not norths or not easts:
        return
    middle = median(norths), median(easts)
    for k, place in enumerate(instance.places):
        if _is_exchanged(place, middle):
            expected = "degrees north; latitude and longitude seem to be exchanged"
            yield Inconsistency(("places", k, "latitude"), place.latitude, expected, "place")


def _is_exchanged(place: HomePlace, middle: tuple[float, float]) -> bool:
    north, east = place.latitude, place.longitude
    if north is None or east is None:
        return False

    def is_far(north: float, east: float) -> bool:
        return max(abs(north - middle[0]), abs(east - middle[1])) > _FAR_DEGREES

    return is_far(north, east) and not is_far(east, north)


def _homes(instance: InstanceData) -> Iterator[Inconsistency]:
    """Patients of a practice, at a place or at the practice itself, each pair once."""
    homes = instance.homes
    if homes is None:
        return
    practices, places = ids_of(instance.practices), ids_of(instance.places)
    if _are_right(homes, practices, places):
        return
    seen: set[tuple[str, str]] = set()
    for t, pair in enumerate(zip(homes.practice, homes.place, strict=True)):
        practice, place = pair
        if practice not in practices:
            hint = did_you_mean(practice, practices) if len(practices) < _FEW else ""
            yield Inconsistency(("homes", "practice", t), practice, f"the id of a practice{hint}")
        if place not in places and place != practice:
            expected = "the id of a place of places.csv, or of the practice itself"
            yield Inconsistency(("homes", "place", t), place, expected)
        if pair in seen:
            yield Inconsistency(("homes", "place", t), place, f"each place once for {practice}")
        seen.add(pair)


def _are_right(homes: HomesTable, practices: Iterable[str], places: Iterable[str]) -> bool:
    """All at once, as a country has a million rows."""
    import numpy as np  # takes longer to import than small instances to check

    index = {practice: i for i, practice in enumerate(practices)}
    own = {practice: -1 - i for practice, i in index.items()}
    at = {**own, **{place: k for k, place in enumerate(places)}}
    try:
        row = np.fromiter(map(index.__getitem__, homes.practice), np.int64)
        column = np.fromiter(map(at.__getitem__, homes.place), np.int64)
    except KeyError:
        return False
    their_own = (column >= 0) | (column == -1 - row)
    pairs = np.sort(row * (2 * len(at)) + column)
    return bool(their_own.all()) and not (pairs[1:] == pairs[:-1]).any()


_FEW = 500  # practices among which a near miss is looked for


def _basis(instance: InstanceData) -> Iterator[Inconsistency]:
    """Costs that a travel table states are of premises."""
    travel = instance.travel
    if travel.basis == "homes" and travel.table is not None and travel.table.cost is not None:
        expected = "premises, or a travel table without a column cost, which is of premises"
        yield Inconsistency(("travel", "basis"), travel.basis, expected)


def _needed(instance: InstanceData) -> Iterator[Inconsistency]:
    """Rules that ask where patients live."""
    hub, travel = instance.hub, instance.travel
    asking: list[tuple[Path, object, str]] = []
    if travel.basis == "homes":
        asking.append((("travel", "basis"), travel.basis, "premises"))
    elif travel.deprived_weight != 1.0:
        expected = "1, or travel.basis homes"
        yield Inconsistency(("travel", "deprived_weight"), travel.deprived_weight, expected)
    if hub.max_home_km is not None:
        asking.append((("hub", "max_home_km"), hub.max_home_km, "no limit"))
    for name in ("zone_price_per_patient", "neighbourhood_price_per_patient"):
        if getattr(hub, name):
            asking.append((("hub", name), getattr(hub, name), "0"))
    for name in ("far_share_max", "zone_share_max"):
        if getattr(hub, name) is not None:
            asking.append((("hub", name), getattr(hub, name), "no limit"))
    if instance.policy.far_share_max is not None:
        asking.append((("policy", "far_share_max"), instance.policy.far_share_max, "no limit"))
    asking += _equity(instance)
    nowhere = [p.id for p in (*instance.practices, *instance.hospitals) if p.latitude is None and p.x_km is None]
    for path, value, without in asking:
        if instance.homes is None:
            yield Inconsistency(path, value, f"{without}, or homes.csv, which says who lives where")
        elif nowhere:
            yield Inconsistency(path, value, f"{without}, or coordinates of every practice and hospital: {nowhere[0]}")
    if hub.neighbours_from == "catchments" and instance.homes is None:
        expected = "coordinates, or homes.csv, which says who lives where"
        yield Inconsistency(("hub", "neighbours_from"), hub.neighbours_from, expected)


def _adjacency(instance: InstanceData) -> Iterator[Inconsistency]:
    """Two places each."""
    places = ids_of(instance.places)
    for k, row in enumerate(instance.adjacency):
        yield from unknown(("adjacency", k), (("a", row.a), ("b", row.b)), places, "a place of places.csv")
        if row.a == row.b:
            yield Inconsistency(("adjacency", k, "b"), row.b, "another place than a")


def _far(instance: InstanceData) -> Iterator[Inconsistency]:
    """Shares of patients who are far, and from where on they are."""
    hub, table = instance.hub, instance.travel.table
    shares = {"hub": hub.far_share_max, "policy": instance.policy.far_share_max}
    limits = {"far_km": hub.far_km, "far_minutes": hub.far_minutes}
    if all(limit is None for limit in limits.values()):
        for section, share in shares.items():
            if share is not None:
                expected = "no limit, or what is far in hub.far_km or hub.far_minutes"
                yield Inconsistency((section, "far_share_max"), share, expected)
    elif all(share is None for share in shares.values()):
        for name, limit in limits.items():
            if limit is not None:
                expected = "none, or how many may be as far in hub.far_share_max or policy.far_share_max"
                yield Inconsistency(("hub", name), limit, expected)
    if hub.far_minutes is not None and instance.homes is not None:
        origins = () if table is None or table.minutes is None else table.origin
        if set(instance.homes.place).isdisjoint(origins):
            expected = "none, or a travel table with a column minutes that starts at places of homes.csv"
            yield Inconsistency(("hub", "far_minutes"), hub.far_minutes, expected)


def _equity(instance: InstanceData) -> Iterator[tuple[Path, object, str]]:
    """(setting, value, what it would be without homes) of limits on how far deprivation fifths live from their hubs."""
    policy = instance.policy
    if policy.no_fifth_worse:
        yield ("policy", "no_fifth_worse"), policy.no_fifth_worse, "false"
    if policy.deprived_km_max is not None:
        yield ("policy", "deprived_km_max"), policy.deprived_km_max, "no limit"


def _fifths(instance: InstanceData) -> Iterator[Inconsistency]:
    """Limits on deprivation fifths take scores, and today's groups where these are the limit."""
    asking = [(path, value, without) for path, value, without in _equity(instance) if instance.homes is not None]
    scores = [place.deprivation for place in instance.places] + [p.deprivation for p in instance.practices]
    scored = any(score is not None for score in scores)
    grouped = any(practice.current_group for practice in instance.practices)
    for path, value, without in asking:
        if not scored:
            yield Inconsistency(path, value, f"{without}, or a deprivation score of some place or practice")
        if path[-1] == "no_fifth_worse" and not grouped:
            yield Inconsistency(path, value, f"{without}, or a current_group of some practice")


def _zones(instance: InstanceData) -> Iterator[Inconsistency]:
    """A kind of zone that some place is in."""
    hub = instance.hub
    kinds = dict.fromkeys(kind for place in instance.places for kind in place.zones)
    if hub.zone is None and hub.zone_price_per_patient:
        expected = "0, or a kind of zone in hub.zone"
        yield Inconsistency(("hub", "zone_price_per_patient"), hub.zone_price_per_patient, expected)
    if hub.zone is None and hub.zone_share_max is not None:
        yield Inconsistency(("hub", "zone_share_max"), hub.zone_share_max, "no limit, or a kind of zone in hub.zone")
    if hub.zone is not None and hub.zone not in kinds:
        some = f", such as {next(iter(kinds))}" if kinds else "; there is none"
        expected = f"a kind of zone that has a column zone_<kind> in places.csv{some}{did_you_mean(hub.zone, kinds)}"
        yield Inconsistency(("hub", "zone"), hub.zone, expected)


HOME_CHECKS: tuple[Callable[[InstanceData], Iterator[Inconsistency]], ...] = (
    _places,
    _on_the_map,
    _right_way_round,
    _homes,
    _basis,
    _needed,
    _far,
    _fifths,
    _zones,
    _adjacency,
)
