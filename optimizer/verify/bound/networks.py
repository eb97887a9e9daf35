"""Networks of a choice of hubs that break a rule on all their hubs together, and the rows that rule them out.

Of slots with one network: who is in which of several is not decided in a choice.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from optimizer.verify.bound.cases import Case
from optimizer.verify.bound.knapsack import Integers
from optimizer.verify.bound.program import Bools, Program, Rows, rows, stacked
from optimizer.verify.bound.sites import Sites
from optimizer.verify.prepared import Prepared


class NetworkRules:
    """Contiguity and areas, of one case with so many networks in each slot."""

    def __init__(self, prepared: Prepared, sites: Sites, case: Case, counts: tuple[int, ...]) -> None:
        self._prepared, self._case, self._counts = prepared, case, counts
        self._sites, self._practices = list(sites), list(prepared.rank)

    def against(self, program: Program, chosen: Bools) -> Rows | None:
        """A row for each network of the choice that breaks a rule: these hubs and no others are not one network."""
        _, _, slot = program.labels
        hubs = [np.flatnonzero(chosen & (slot == s)) for s, count in enumerate(self._counts) if count == 1]
        found = [self._row(program, inside) for inside in hubs if self._is_broken(program, inside)]
        return stacked(found) if found else None

    def _is_broken(self, program: Program, hubs: Integers) -> bool:
        if not len(hubs):
            return False
        site, _, slot = program.labels
        places = [self._prepared.places[self._sites[j]] for j in site[hubs].tolist()]
        for boundary in self._prepared.uncrossed("networks"):
            if len({boundary.area_of(place) for place in places} - {None}) > 1:
                return True
        model = self._case.slots[int(slot[hubs[0]])].model
        if not self._prepared.models[model].contiguous:
            return False
        inside = np.flatnonzero(program.members[:, hubs].sum(axis=1))
        return bool(self._prepared.neighbours.strays([self._practices[i] for i in inside.tolist()]))

    def _row(self, program: Program, hubs: Integers) -> Rows:
        """Of the hubs, whatever group they continue, one is missing or another hub is in the network as well."""
        site, _, slot = program.labels
        members = sparse.csc_array(program.members)
        value = np.where(slot == slot[hubs[0]], -1, 0)
        for hub in hubs.tolist():
            same = np.flatnonzero((slot == slot[hub]) & (site == site[hub]))
            off = np.asarray(abs(members[:, same] - members[:, [hub] * len(same)]).sum(axis=0)).ravel()
            value[same[off == 0]] = 1
        return rows(sparse.csr_array(value[None, :].astype(np.int64)), high=len(hubs) - 1)
