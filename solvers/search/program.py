"""The set-partitioning program over pooled hubs: which of them, in which networks, make the best plan.

A column is a pooled hub with a network candidate (or none) and a group that it continues (or none); practices in no hub
(one for each way to be so), networks and their sizes have columns of their own. Only candidates that good plans used
take part. Rules that columns cannot see are left out: every solution is checked as a plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.outside import Ways, room_of_trusts, ways_outside
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.sums import Total
from optimizer.model.terms import forgone_dividend, network_size
from optimizer.rules import RULES
from solvers.search.pool import PooledHub, as_columns


@dataclass(frozen=True)
class Program:
    """minimise cost x, row_lower <= matrix x <= row_upper, lower <= x <= upper; hub columns first, then the others."""

    problem: Problem
    hubs: list[PooledHub]
    hub: IntArray  # [hub columns] into `hubs`
    candidate: IntArray  # [hub columns] NONE = no network
    group: IntArray  # [hub columns] continued, NONE = none
    outside: Ways  # columns of practices in no hub, next
    used: IntArray  # candidates with a column, then one for patients below and one for those above the targets
    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    whole: IntArray  # [columns] 1 = integer
    matrix: sparse.csc_array
    row_lower: FloatArray
    row_upper: FloatArray
    offset: float

    @property
    def n_hub_columns(self) -> int:
        return len(self.hub)

    @property
    def n_outside(self) -> int:
        return len(self.outside.practice)

    def outside_columns(self, run_by: IntArray) -> IntArray:
        """Those of practices in no hub, `run_by` [n] being their trusts; of practices in hubs, too."""
        return self.n_hub_columns + np.flatnonzero(run_by[self.outside.practice] == self.outside.trust)

    def network_columns(self, candidates: IntArray) -> IntArray:
        return self.n_hub_columns + self.n_outside + np.searchsorted(self.used, candidates)

    def with_slacks(self, x: FloatArray) -> FloatArray:
        """The point with its patients below and above the targets worked out."""
        p, n, base = self.problem, self.n_hub_columns, self.n_hub_columns + self.n_outside
        chosen = np.flatnonzero(x[:n] > 0.5)
        chosen = chosen[self.candidate[chosen] >= 0]
        patients = np.zeros(len(self.used))
        held = np.array([self.hubs[h].patients for h in self.hub[chosen]], dtype=np.float64)
        np.add.at(patients, np.searchsorted(self.used, self.candidate[chosen]), held)
        model, count = p.candidates.model[self.used], len(self.used)
        is_open = x[base : base + count] > 0.5
        full = x.copy()
        below, above = network_size(p, model, patients)
        full[base + count : base + 2 * count] = below * is_open
        full[base + 2 * count :] = above * is_open
        return full

    def decode(self, x: FloatArray, columns: IntArray) -> Solution:
        """The plan of a point over some of the columns."""
        p = self.problem
        site_of = np.full(p.n_practices, NONE)
        network_of = np.full(p.n_sites, NONE)
        is_open = np.zeros(p.n_sites, dtype=bool)
        for column in columns[(x > 0.5) & (columns < self.n_hub_columns)]:
            hub = self.hubs[self.hub[column]]
            site_of[hub.members] = hub.site
            network_of[hub.site] = self.candidate[column]
            is_open[hub.site] = True
        return Solution(site_of, network_of, is_open)


def make_program(p: Problem, hubs: list[PooledHub], candidates: IntArray, nearest: int) -> Program:
    """`candidates`: the network candidates that take part.

    A hub may join the `nearest` of each model among them, and those that it has been seen in.
    """
    builder = _Builder(p, hubs, candidates, nearest)
    return builder.program()


class _Builder:
    def __init__(self, p: Problem, hubs: list[PooledHub], candidates: IntArray, nearest: int) -> None:
        self.p, self.hubs, self.used = p, hubs, candidates
        self.whole = as_columns(p, hubs)
        self.networked = np.array([h.networked for h in hubs]).reshape(len(hubs), p.n_models)
        self._choose_networks(nearest)
        self._choose_groups()
        self.blocks: list[sparse.csr_array] = []
        self.lower: list[FloatArray] = []
        self.upper: list[FloatArray] = []

    # --- columns ------------------------------------------------------------------------------------------------------

    def _choose_networks(self, most: int) -> None:
        """Pairs (hub, candidate); `link` is what the hub pays for the lead."""
        p, used = self.p, self.used
        link = np.full((len(self.hubs), len(used)), np.inf)
        pair_hub, pair_used = np.meshgrid(np.arange(len(self.hubs)), np.arange(len(used)), indexing="ij")
        at = p.links.index_of(self.whole.site[pair_hub.ravel()], used[pair_used.ravel()])
        known, patients = at >= 0, self.whole.patients[pair_hub.ravel()]
        link.ravel()[known] = p.links.cost[at[known]] + p.crossing_price[at[known]] * patients[known]
        model = p.candidates.model[used]
        link[~np.isfinite(self.networked[:, model])] = np.inf
        keep = np.zeros(link.shape, dtype=bool)
        position = {int(n): k for k, n in enumerate(used)}
        for h, hub in enumerate(self.hubs):
            keep[h, [position[n] for n in hub.networks if n in position]] = True
        for k in range(p.n_models):
            mine = np.flatnonzero(model == k)
            if len(mine):
                nearest = np.argsort(link[:, mine], axis=1, kind="stable")[:, :most]
                keep[np.arange(len(self.hubs))[:, None], mine[nearest]] = True
        keep &= np.isfinite(link)
        for practice, allowed in p.network.fixed:
            holders = ~self.whole.every(self.whole.member != practice)
            keep &= ~(holders[:, None] & ~np.isin(used, allowed)[None, :])
        hub_of, used_of = np.nonzero(keep)
        alone = np.flatnonzero(~self._must_be_networked)
        self.pair_hub = np.concatenate([alone, hub_of])
        self.pair_used = np.concatenate([np.full(len(alone), NONE), used_of])
        extra = link[hub_of, used_of] + self.networked[hub_of, model[used_of]]
        self.pair_cost = np.concatenate([np.zeros(len(alone)), extra])

    @property
    def _must_be_networked(self) -> BoolArray:
        """[hubs]"""
        fixed = [practice for practice, _ in self.p.network.fixed]
        return ~self.whole.every(~np.isin(self.whole.member, fixed))

    def _choose_groups(self) -> None:
        """Columns: every pair with each group that its hub may continue, and with none."""
        pairs = np.arange(len(self.pair_hub))
        parts, groups, savings = [pairs], [np.full(len(pairs), NONE)], [np.zeros(len(pairs))]
        for rank in range(max((len(h.groups) for h in self.hubs), default=0)):
            group = np.array([h.groups[rank][0] if len(h.groups) > rank else NONE for h in self.hubs])
            saving = np.array([h.groups[rank][1] if len(h.groups) > rank else 0.0 for h in self.hubs])
            mine = pairs[saving[self.pair_hub] > 0]
            parts.append(mine)
            groups.append(group[self.pair_hub[mine]])
            savings.append(saving[self.pair_hub[mine]])
        pair = np.concatenate(parts)
        self.hub, self.used_of, self.group = self.pair_hub[pair], self.pair_used[pair], np.concatenate(groups)
        cost, moving = np.array([h.cost for h in self.hubs]), np.array([h.moving for h in self.hubs])
        moved = moving[self.hub] - np.concatenate(savings)  # [hub columns] pounds once
        self.hub_cost = cost[self.hub] + self.pair_cost[pair] + self.p.moving_price * moved
        model = np.append(self.p.candidates.model[self.used], NONE)[self.used_of]
        self.columns = self.whole.take(self.hub, model, self.group)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def program(self) -> Program:
        p, used = self.p, self.used
        model = p.candidates.model[used]
        self.outside = ways_outside(p, np.arange(p.n_practices))
        self.alone = self.outside.practice
        self.n_hub, self.n_alone, self.n_used = len(self.hub), len(self.alone), len(used)
        self._one_each()
        self._room_of_trusts()
        self._networks(model)
        self._totals(model)
        price = p.models.price[model]
        cost = np.concatenate(
            [self.hub_cost, self.outside.cost + p.practices.move_cost[self.alone], p.models.cost[model], price, price]
        )
        binaries = self.n_hub + self.n_alone + self.n_used
        return Program(
            problem=p,
            hubs=self.hubs,
            hub=self.hub,
            candidate=np.where(self.used_of >= 0, np.append(used, NONE)[self.used_of], NONE),
            group=self.group,
            outside=self.outside,
            used=used,
            cost=cost,
            lower=np.zeros(len(cost)),
            upper=np.concatenate([np.ones(binaries), np.full(2 * self.n_used, np.inf)]),
            whole=np.concatenate([np.ones(binaries, np.int64), np.zeros(2 * self.n_used, np.int64)]),
            matrix=sparse.csc_array(sparse.vstack(self.blocks)),
            row_lower=np.concatenate(self.lower),
            row_upper=np.concatenate(self.upper),
            offset=forgone_dividend(p),
        )

    def _rows(
        self,
        hub: sparse.csr_array | None,
        lower: FloatArray | IntArray,
        upper: FloatArray | IntArray,
        *,
        alone: sparse.csr_array | None = None,
        network: sparse.csr_array | None = None,
        under: sparse.csr_array | None = None,
        over: sparse.csr_array | None = None,
    ) -> None:
        n = len(lower)
        widths = (self.n_hub, self.n_alone, self.n_used, self.n_used, self.n_used)
        parts = (hub, alone, network, under, over)
        row = [sparse.csr_array((n, w)) if part is None else part for part, w in zip(parts, widths, strict=True)]
        self.blocks.append(sparse.csr_array(sparse.hstack(row)))
        self.lower.append(np.asarray(lower, dtype=np.float64))
        self.upper.append(np.asarray(upper, dtype=np.float64))

    def _incidence(
        self, row: IntArray, column: IntArray, value: FloatArray, n_rows: int, width: int
    ) -> sparse.csr_array:
        return sparse.csr_array((value, (row, column)), shape=(n_rows, width))

    def _one_each(self) -> None:
        """Each practice once, each site and each group at most once."""
        p, columns = self.p, np.arange(self.n_hub)
        ones = np.ones(p.n_practices)
        alone = self._incidence(self.alone, np.arange(self.n_alone), np.ones(self.n_alone), p.n_practices, self.n_alone)
        self._rows(self.columns.incidence, ones, ones, alone=alone)
        site = self._incidence(self.columns.site, columns, np.ones(self.n_hub), p.n_sites, self.n_hub)
        shared = np.flatnonzero((p.host < 0) | p.sites.must_open)
        least = p.sites.must_open[shared].astype(np.float64)
        self._rows(sparse.csr_array(site[shared]), least, np.ones(len(shared)))
        g = np.flatnonzero(self.group >= 0)
        n_groups = len(p.group_ids)
        group = self._incidence(self.group[g], g, np.ones(len(g)), n_groups, self.n_hub)
        self._rows(group, np.full(n_groups, -np.inf), np.ones(n_groups))

    def _room_of_trusts(self) -> None:
        counts, most = room_of_trusts(self.p, self.outside)
        if len(most):
            self._rows(None, np.full(len(most), -np.inf), most, alone=counts)

    def _networks(self, model: IntArray) -> None:
        """Sizes within their bands, hub leads in their own networks."""
        p, inside = self.p, np.flatnonzero(self.used_of >= 0)
        patients = self._incidence(self.used_of[inside], inside, self.columns.patients[inside], self.n_used, self.n_hub)
        eye = sparse.csr_array(sparse.eye_array(self.n_used))

        def times(values: IntArray) -> sparse.csr_array:
            return sparse.csr_array(sparse.diags_array(-values[model].astype(np.float64)))

        zero, inf = np.zeros(self.n_used), np.full(self.n_used, np.inf)
        self._rows(patients, zero, inf, network=times(p.models.minimum))
        self._rows(patients, -inf, zero, network=times(p.models.maximum))
        self._rows(patients, zero, inf, network=times(p.models.target_min), under=eye)
        self._rows(patients, -inf, zero, network=times(p.models.target_max), over=sparse.csr_array(-eye))
        led = np.flatnonzero(p.models.hub_led[model])
        at_lead = inside[self.columns.site[inside] == p.candidates.site[self.used[self.used_of[inside]]]]
        own = self._incidence(self.used_of[at_lead], at_lead, np.ones(len(at_lead)), self.n_used, self.n_hub)
        self._rows(sparse.csr_array(own[led]), zero[led], zero[led], network=sparse.csr_array(-eye[led]))

    def _totals(self, model: IntArray) -> None:
        """Limits on sums over the whole plan; what networks hire no column sees."""
        for total in _totals_of(self.p):
            hubs, alone, networks = total.sum.of_columns(self.columns), total.sum.of_independents, total.sum.of_networks
            self._rows(
                sparse.csr_array(hubs[None, :]),
                np.array([total.low]),
                np.array([total.high]),
                alone=sparse.csr_array(alone[self.alone][None, :]),
                network=sparse.csr_array(networks[model][None, :]),
            )


def _totals_of(p: Problem) -> list[Total]:
    """Those with a limit, by what they sum over: what HiGHS finds first depends on the order."""
    totals = [total for rule in RULES for total in rule.totals(p)]
    return sorted(
        (total for total in totals if np.isfinite(total.low) or np.isfinite(total.high)),
        key=lambda total: [
            part is not None
            for part in (total.sum.moved, total.sum.hubs, total.sum.networks, total.sum.networked, total.sum.of_pairs)
        ],
    )
