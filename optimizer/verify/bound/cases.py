"""The cases of a tree: what a case restricts follows from the branches that lead to it, never from the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from instances import Fault, InputError
from instances.rows import Practice
from instances.schema import CareModel
from optimizer.model.certificate import (
    AssignBranch,
    Branch,
    Certificate,
    CountBranch,
    HubsBranch,
    LeadsBranch,
    Leaf,
    NetworkBranch,
    SiteBranch,
    Split,
)
from optimizer.verify.bound.sites import Sites, leads_of
from optimizer.verify.prepared import Prepared


@dataclass(frozen=True)
class Slot:
    """Networks of one care model, led from one of `leads`; at least `low` and at most `high` of them."""

    model: str
    leads: frozenset[str]
    low: int
    high: int


@dataclass(frozen=True)
class HubLimit:
    """At least `low` and at most `high` hubs in networks of these slots; None stands for hubs in no network."""

    slots: frozenset[int | None]
    low: int
    high: int


@dataclass(frozen=True)
class Case:
    """A set of plans."""

    slots: tuple[Slot, ...]
    closed: frozenset[str] = frozenset()  # sites without a hub
    required: frozenset[str] = frozenset()  # sites with one
    barred: frozenset[tuple[str, str]] = frozenset()  # practice, site
    placed: frozenset[str] = frozenset()  # practices that are not independent
    elsewhere: frozenset[tuple[str, int | None]] = frozenset()  # site, slot that its hub is not in; None: in no network
    limits: tuple[HubLimit, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no plan can be in it, at a glance."""
        return bool(self.closed & self.required) or any(slot.low > slot.high for slot in self.slots)


@dataclass(frozen=True)
class LeafCase:
    """A leaf of the tree with what it stands for."""

    path: str  # where it is in the file
    leaf: Leaf
    case: Case


class Cases:
    """Walks the tree of a certificate; raises `InputError` where a branch makes no sense or does not cover its case."""

    def __init__(self, prepared: Prepared, sites: Sites, file: str) -> None:
        self._prepared = prepared
        self._sites = sites
        self._file = file

    def first(self) -> Case:
        """All plans."""
        slots = []
        for model in self._prepared.models.values():
            leads = leads_of(self._prepared, model)
            most = len(leads) if model.count_max is None else min(model.count_max, len(leads))
            most = most if self._can_be_whole(model.id) else 0
            slots.append(Slot(model.id, leads, model.count_min, most))
        return Case(tuple(slots), required=frozenset(self._prepared.instance.policy.must_open))

    def _can_be_whole(self, model: str) -> bool:
        """Whether everybody with patients who is to be in a network of a unit can be in one."""
        unit = self._prepared.members_of(model)
        if unit is None:
            return True
        of_model = self._prepared.models[model]
        served = {p for site in self._sites.values() if site.coordination[model] for p in site.travel}
        needed = [practice for practice in map(self._prepared.practices.__getitem__, unit) if practice.patients]
        able = all(practice.id in served and not self._is_kept_out(practice, of_model) for practice in needed)
        return able and of_model.min <= of_model.max

    def _is_kept_out(self, practice: Practice, model: CareModel) -> bool:
        prepared = self._prepared
        return prepared.consent.forbids(practice, model.id) or prepared.lacks_delegation(practice, model)

    def leaves(self, certificate: Certificate) -> Iterator[LeafCase]:
        """Depth first, as written."""
        stack: list[tuple[str, Leaf | Split, Case]] = [("tree", certificate.tree, self.first())]
        while stack:
            path, written, case = stack.pop()
            if isinstance(written, Leaf):
                yield LeafCase(path, written, case)
                continue
            children = self.parts(f"{path}.branch", case, written.branch)
            if len(children) != len(written.children):
                raise self._fault(f"{path}.children", f"{len(children)} cases", str(len(written.children)))
            pairs = enumerate(zip(written.children, children, strict=True))
            stack.extend(reversed([(f"{path}.children.{k}", *pair) for k, pair in pairs]))

    def parts(self, path: str, case: Case, branch: Branch) -> list[Case]:
        """The parts of a case, which cover it."""
        if isinstance(branch, CountBranch):
            return self._by_count(path, case, branch)
        if isinstance(branch, HubsBranch):
            return self._by_hubs(path, case, branch)
        if isinstance(branch, LeadsBranch):
            return self._by_leads(path, case, branch)
        if isinstance(branch, SiteBranch):
            return self._by_site(path, case, branch)
        if isinstance(branch, NetworkBranch):
            return self._by_network(path, case, branch)
        return self._by_assignment(path, case, branch)

    def _by_count(self, path: str, case: Case, branch: CountBranch) -> list[Case]:
        slot = self._slot(f"{path}.slot", case, branch.slot)
        few = replace(slot, high=min(slot.high, branch.at))
        many = replace(slot, low=max(slot.low, branch.at + 1))
        return [_with_slots(case, branch.slot, part) for part in (few, many)]

    def _by_hubs(self, path: str, case: Case, branch: HubsBranch) -> list[Case]:
        for slot in branch.slots:
            if slot is not None:
                self._slot(f"{path}.slots", case, slot)
        few = HubLimit(frozenset(branch.slots), 0, branch.at)
        many = HubLimit(frozenset(branch.slots), branch.at + 1, len(self._sites))
        return [replace(case, limits=(*case.limits, limit)) for limit in (few, many)]

    def _by_leads(self, path: str, case: Case, branch: LeadsBranch) -> list[Case]:
        slot, first = self._slot(f"{path}.slot", case, branch.slot), frozenset(branch.split)
        if slot.low != slot.high:
            raise self._fault(f"{path}.slot", "a slot whose number of networks is settled", str(branch.slot))
        strays = sorted(first - slot.leads)
        if strays:
            raise self._fault(f"{path}.split", "leads of the slot", ", ".join(strays))
        second = slot.leads - first
        return [
            _with_slots(
                case,
                branch.slot,
                Slot(slot.model, first, number, min(number, len(first))),
                Slot(slot.model, second, slot.low - number, min(slot.low - number, len(second))),
            )
            for number in range(slot.low + 1)
        ]

    def _by_site(self, path: str, case: Case, branch: SiteBranch) -> list[Case]:
        self._check_sites(f"{path}.site", branch.site)
        return [
            replace(case, closed=case.closed | {branch.site}),
            replace(case, required=case.required | {branch.site}),
        ]

    def _by_network(self, path: str, case: Case, branch: NetworkBranch) -> list[Case]:
        self._check_sites(f"{path}.site", branch.site)
        if branch.slot is not None:
            self._slot(f"{path}.slot", case, branch.slot)
        others = {(branch.site, s) for s in (*range(len(case.slots)), None) if s != branch.slot}
        return [
            replace(case, required=case.required | {branch.site}, elsewhere=case.elsewhere | others),
            replace(case, elsewhere=case.elsewhere | {(branch.site, branch.slot)}),
        ]

    def _by_assignment(self, path: str, case: Case, branch: AssignBranch) -> list[Case]:
        if branch.practice not in self._prepared.practices:
            raise self._fault(f"{path}.practice", "a practice of the instance", branch.practice)
        self._check_sites(f"{path}.sites", *branch.sites)
        inside = {(branch.practice, site) for site in branch.sites}
        outside = {(branch.practice, site) for site in self._sites} - inside
        return [
            replace(case, barred=case.barred | outside, placed=case.placed | {branch.practice}),
            replace(case, barred=case.barred | inside),
        ]

    def _slot(self, key: str, case: Case, number: int) -> Slot:
        if number >= len(case.slots):
            raise self._fault(key, f"one of the {len(case.slots)} slots, counted from 0", str(number))
        return case.slots[number]

    def _check_sites(self, path: str, *named: str) -> None:
        strays = [site for site in named if site not in self._sites]
        if strays:
            raise self._fault(path, "places where a hub can be", ", ".join(strays))

    def _fault(self, key: str, expected: str, value: str) -> InputError:
        return InputError([Fault(self._file, expected, column=key, value=value)])


def _with_slots(case: Case, number: int, slot: Slot, *appended: Slot) -> Case:
    """The case with a slot replaced, and parts of it at the end; what is not in the slot is in none of its parts."""
    slots = list(case.slots)
    slots[number] = slot
    new = range(len(slots), len(slots) + len(appended))
    out = {(site, s) for site, of in case.elsewhere if of == number for s in new}
    limits = tuple(replace(of, slots=of.slots.union(new)) if number in of.slots else of for of in case.limits)
    return replace(case, slots=(*slots, *appended), elsewhere=case.elsewhere | out, limits=limits)
