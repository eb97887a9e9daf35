"""What in an instance's data a planner should look at before trusting a plan; none of it stops a solve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from instances import CareModel, HubRules, Instance, Practice
from instances.schema import TrustRun
from optimizer.analysis.check_homes import home_warnings
from optimizer.analysis.check_names import misspelt_names
from optimizer.analysis.check_places import place_warnings
from optimizer.analysis.words import listed, number
from optimizer.verify.exact import Point, straight_line_km
from optimizer.verify.travel import point_of

SMALL_LIST = 1_000  # patients; lists below it are often closing or special services
WIDE_GROUP_KM = 30.0  # straight line between two practices of one group


def data_warnings(instance: Instance) -> list[str]:
    """Everything worth a look, in words."""
    return [warning for check in _CHECKS for warning in check(instance)]


def estimated_staff(instance: Instance) -> dict[str, tuple[str, ...]]:
    """Practices that report no FTE, by role; roles that everyone reports are left out, and those that nobody does."""
    missing = {role.id: tuple(p.id for p in instance.practices if role.id not in p.fte) for role in instance.role}
    return {role: practices for role, practices in missing.items() if 0 < len(practices) < len(instance.practices)}


def _small_lists(instance: Instance) -> Iterator[str]:
    empty = [p.id for p in instance.practices if p.patients == 0]
    small = [p.id for p in instance.practices if 0 < p.patients < SMALL_LIST]
    if empty:
        yield f"{_practices(empty)} without patients: closed, or a figure that is missing?"
    if small:
        yield f"{_practices(small)} of fewer than {SMALL_LIST:,} patients: closing, or a special service?"


def _large_practices(instance: Instance) -> Iterator[str]:
    large = [p.id for p in instance.practices if p.patients > instance.hub.max]
    if large:
        yield f"{_practices(large)} above hub.max ({instance.hub.max:,} patients): each is a hub of its own"


def _unreachable_targets(instance: Instance) -> Iterator[str]:
    for name, band in _bands(instance):
        if band.target_min > band.max or band.target_max < band.min:
            yield (
                f"{name}: the targets {band.target_min:,} to {band.target_max:,} lie outside the limits "
                f"{band.min:,} to {band.max:,}: every plan pays for size"
            )


def _bands(instance: Instance) -> Iterator[tuple[str, HubRules | CareModel]]:
    """Hubs and networks by the name of their section."""
    yield "hub", instance.hub
    for model in instance.care_model:
        yield f"care_model.{model.id}", model


def _unused_presets(instance: Instance) -> Iterator[str]:
    for name, band in _bands(instance):
        own = [key for key, figure in band.published.items() if getattr(band, key) != figure.value]
        if band.preset is not None and len(own) > len(band.published) / 2:
            yield f"{name}.preset is {band.preset}, but the file states most figures otherwise: {listed(own)}"


def _estimates(instance: Instance) -> Iterator[str]:
    for role, practices in estimated_staff(instance).items():
        yield f"{_practices(practices)} without FTE of {role}: counted at the average per patient of the others"


def _unknown_staff(instance: Instance) -> Iterator[str]:
    reported = {role for practice in instance.practices for role in practice.fte}
    for role in instance.role:
        if (role.min_per_10k or role.network_min_per_10k) and role.id not in reported:
            yield f"no practice reports {role.id}: counted as 0 everywhere, all are hired or hospitals' own"


def _unused_staff(instance: Instance) -> Iterator[str]:
    known = {role.id for role in instance.role} | ({"gp"} if _asks_for_strain(instance) else set())
    reported = {role for place in (*instance.practices, *instance.hospitals) for role in place.fte}
    for role in sorted(reported - known):
        yield f"FTE of {role} is given, but no role {role} is: it plays no part"


def _shared_points(instance: Instance) -> Iterator[str]:
    at: defaultdict[Point, list[str]] = defaultdict(list)
    for practice in instance.practices:
        point = point_of(practice)
        if point is not None:
            at[point].append(practice.id)
    shared = [ids for ids in at.values() if len(ids) > 1]
    if shared:
        practices = _practices([practice for ids in shared for practice in ids])
        yield f"{practices} share {number(len(shared), 'point')} on the map: at no distance from each other"


def _wide_groups(instance: Instance) -> Iterator[str]:
    groups: defaultdict[str, list[Practice]] = defaultdict(list)
    for practice in instance.practices:
        if practice.current_group is not None:
            groups[practice.current_group].append(practice)
    wide = [group for group, members in groups.items() if _width_km(members) > WIDE_GROUP_KM]
    if wide:
        yield f"{number(len(wide), 'current group')} more than {WIDE_GROUP_KM:g} km wide: {listed(wide)}"


def _unscored(instance: Instance) -> Iterator[str]:
    if not any(model.misfit_affluent or model.misfit_deprived for model in instance.care_model):
        return
    missing = [p.id for p in instance.practices if p.deprivation is None]
    if missing:
        yield f"{_practices(missing)} without a deprivation score: counted as average when models are matched"


def _unstrained(instance: Instance) -> Iterator[str]:
    if not _asks_for_strain(instance):
        return
    measures = ("strain", "gp_vacancies", "rating", "list_closed")
    unknown = [
        p.id for p in instance.practices if "gp" not in p.fte and all(getattr(p, name) is None for name in measures)
    ]
    if unknown:
        yield f"{_practices(unknown)} with nothing that tells of strain: counted as average, never as serious"


def _asks_for_strain(instance: Instance) -> bool:
    policy = instance.policy
    fits: list[CareModel | TrustRun] = [*instance.care_model]
    fits += [instance.trust_run] if instance.trust_run is not None else []
    return (
        (policy.last_resort and policy.serious_strain is not None)
        or (bool(instance.wave) and policy.delay_price_per_patient > 0)
        or any(of.misfit_strained or of.misfit_unstrained for of in fits)
    )


def _idle_last_resort(instance: Instance) -> Iterator[str]:
    policy = instance.policy
    if not policy.last_resort:
        return
    if not policy.consent:
        yield "policy.last_resort plays no part, as policy.consent is off: no refusal counts"
    refusing = {practice.id for practice in instance.practices if practice.refuses}
    willing = [p for p in (*policy.unplaced_after_mediation, *policy.serious_problems) if p not in refusing]
    if willing:
        yield f"{_practices(dict.fromkeys(willing))} named for the last resort, but refusing no care model"


def _width_km(members: list[Practice]) -> float:
    """Straight line between the two that lie furthest apart."""
    points = [point for point in map(point_of, members) if point is not None]
    return max((straight_line_km(a, b) for a, b in combinations(points, 2)), default=0.0)


def _practices(ids: Iterable[str]) -> str:
    found = list(ids)
    return f"{number(len(found), 'practice')} ({listed(found)})"


_CHECKS: tuple[Callable[[Instance], Iterator[str]], ...] = (
    place_warnings,
    home_warnings,
    misspelt_names,
    _small_lists,
    _large_practices,
    _unreachable_targets,
    _unused_presets,
    _estimates,
    _unknown_staff,
    _unused_staff,
    _shared_points,
    _wide_groups,
    _unscored,
    _unstrained,
    _idle_last_resort,
)
