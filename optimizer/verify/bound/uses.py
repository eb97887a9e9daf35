"""Whether a certificate makes sense for the instance: its ids exist, and cases use prices that fit them."""

from __future__ import annotations

from instances import Fault, InputError
from optimizer.model.certificate import Certificate
from optimizer.verify.bound.cases import Case, LeafCase
from optimizer.verify.bound.clusters import clusters_of, faults_of
from optimizer.verify.bound.lagrangian import Lagrangian
from optimizer.verify.prepared import Prepared


class Uses:
    """Of prices in cases; raises `InputError` for those that do not fit."""

    def __init__(self, prepared: Prepared, certificate: Certificate, lagrangian: Lagrangian, file: str) -> None:
        self._certificate, self._lagrangian, self._file = certificate, lagrangian, file
        self._led_by_hospitals = {model.id for model in prepared.models.values() if model.lead != "hub"}

    def check(self, first: Case, leaves: list[LeafCase]) -> None:
        """Prices named exist, fit their case, and are there where a case may have plans."""
        self._check_use("root", first, self._certificate.root)
        for leaf in leaves:
            self._check_use(f"{leaf.path}.prices", leaf.case, leaf.leaf.prices)
            if leaf.leaf.enumeration is not None:
                key = f"{leaf.path}.enumeration"
                self._check_use(f"{key}.prices", leaf.case, (leaf.leaf.enumeration.prices,))
                if self._lagrangian.has_choices(leaf.case) and self._lagrangian.counts(leaf.case) is None:
                    raise self._fault(key, "a case whose numbers of networks are settled", "one where they are not")

    def _check_use(self, key: str, case: Case, prices: tuple[int, ...]) -> None:
        if not prices and self._lagrangian.has_choices(case):
            raise self._fault(key, "prices, as the case may have plans", "none")
        for number in prices:
            if number >= len(self._certificate.prices):
                raise self._fault(key, f"one of the {len(self._certificate.prices)} prices, from 0", str(number))
            of = len(self._certificate.prices[number].slots)
            if of != len(case.slots):
                raise self._fault(key, f"prices of {len(case.slots)} slots", f"{number}, which has {of}")
            of = len(self._certificate.prices[number].limits)
            if of != len(case.limits):
                raise self._fault(key, f"prices of {len(case.limits)} limits on hubs", f"{number}, which has {of}")
            for expected, found in faults_of(case.slots, self._certificate.prices[number]):
                raise self._fault(key, expected, f"{number}, which has {found}")
            for cluster in clusters_of(case.slots, self._certificate.prices[number]):
                if cluster.prices.lead and cluster.model in self._led_by_hospitals:
                    raise self._fault(key, f"no lead price for {cluster.model}, which hospitals lead", str(number))

    def _fault(self, key: str, expected: str, value: str) -> InputError:
        return InputError([Fault(self._file, expected, column=key, value=value)])


def check_prices(prepared: Prepared, certificate: Certificate, file: str) -> None:
    """Ids that exist; no price for a rule that the instance does not have."""
    known = {"practice": prepared.practices.keys(), "group": prepared.groups, "market": prepared.roles.keys()}
    faults = []
    for number, prices in enumerate(certificate.prices):
        for kind, ids in known.items():
            faults += [
                Fault(file, f"a {kind} of the instance", column=f"prices.{number}.{kind}", value=id_)
                for id_ in getattr(prices, kind).keys() - ids
            ]
        for s, slot in enumerate(prices.slots):
            strays = set().union(*(of.links for of in (slot, *slot.clusters))) - prepared.practices.keys()
            faults += [
                Fault(file, "a practice of the instance", column=f"prices.{number}.slots.{s}", value=id_)
                for id_ in sorted(strays)
            ]
        for k, cut in enumerate(prices.cuts):
            if len(set(cut.practices) & prepared.practices.keys()) < 3:
                column, found = f"prices.{number}.cuts.{k}.practices", ", ".join(cut.practices)
                faults.append(Fault(file, "three practices of the instance", column=column, value=found))
        if prices.hubs < 0 and prepared.instance.hub.count_max is None:
            expected = "no negative price, as the number of hubs has no maximum"
            faults.append(Fault(file, expected, column=f"prices.{number}.hubs", value=str(prices.hubs)))
    if faults:
        raise InputError(faults)
