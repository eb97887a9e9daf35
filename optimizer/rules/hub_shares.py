"""What rules on a share of a hub's patients have in common, who count by where they live and where the hub is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.columns import Columns
from optimizer.model.problem import HubShare, Problem
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Room
from optimizer.rules.sets import totals_by
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import SHARE, more
from optimizer.rules.words import SHARE_DECIMALS, named, up
from optimizer.verify import Evaluation
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case, HubFacts

_SOLVED_WHOLE = 10_000  # parts of a patient that a row can count in; finer ones are below what solvers see


@dataclass(frozen=True)
class HubShareRule:
    """`stated`: the limit in an instance, as is written; None = no limit."""

    name: str
    key: str  # of the limit
    who: str  # are counted, in words that follow "patients"
    share: Callable[[Problem], HubShare]
    stated: Callable[[Instance], float | None]
    count: Callable[[Case, HubFacts], int]  # patients of a hub who are counted, as verification counts

    def rows(self, p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
        share = self.share(p)
        if share.is_limited:
            r = rows.block(p.n_sites, upper=0)
            r.add(p.reach.column, c["x"], _beyond(p, share))

    def keeps(self, p: Problem, columns: Columns) -> BoolArray:
        share = self.share(p)
        counted = columns.total(share.of(columns.member, columns.site[columns.owner]))
        return np.asarray(counted * share.whole <= share.part * columns.patients, dtype=bool)

    def soften(self, e: Softening) -> None:
        """A hub beyond the share is one exemption, by its patients too many."""
        limit = self.share(e.strict)
        if not limit.is_limited:
            return
        wide = self.share(e.wide)  # counts whoever can be where in the widened model
        beyond = _beyond(e.wide, HubShare(limit.part, limit.whole, wide.counted))
        most = np.bincount(e.wide.reach.column, np.maximum(beyond, 0.0), e.wide.n_sites)
        entries = [(e.wide.reach.column, e.columns["x"], beyond)]
        size = _unit(limit) * scale(e.instance.hub.max)
        e.soft.at_most(e.wide.n_sites, entries, 0, most=most, scale=np.full(e.wide.n_sites, size))

    def exemptions(self, case: Case) -> Iterator[Exemption]:
        most = self.stated(case.prepared.instance)
        if most is None:
            return
        for hub in case.hubs:
            has, allowed = self.count(case, hub), exact(most) * hub.patients
            if has > allowed:
                share = up(Fraction(has, hub.patients), SHARE_DECIMALS)
                words = (
                    f"{has / hub.patients:.1%} of the patients of the hub at {named(case, hub.site)} {self.who}, "
                    f"{most:.1%} is the most: allow {share:.2%}"
                )
                missed = float((has - allowed) / max(case.prepared.instance.hub.max, 1))
                yield Exemption(self.name, hub.site, words, Change(self.key, share, Loosest.LARGEST), missed)

    def loosenings(self, instance: Instance) -> Iterator[Loosening]:
        most = self.stated(instance)
        if most is not None and most < 1:
            yield more(f"{{:.0%}} of a hub's patients {self.who}", self.key, float(most), SHARE, highest=1.0)

    def room(self, instance: Instance, evaluation: Evaluation, count: Callable[[str, str], int]) -> Iterator[Room]:
        """`count`: patients of a practice who are counted at a site."""
        most = self.stated(instance)
        if most is None:
            return
        for hub in evaluation.hubs:
            if hub.patients:
                percent = 100 * sum(count(member, hub.site) for member in hub.members) / hub.patients
                yield Room("hub", hub.site, f"patients who {self.who}", percent, 100 * most, False, "%")

    # --- what no plan can keep ----------------------------------------------------------------------------------------

    def stranded(self, p: Problem) -> IntArray:
        """Practices beside which too few others can be at any site in reach for the share to be kept."""
        share = self.share(p)
        beyond = _beyond(p, share)
        hosted = p.host[p.reach.column] == p.reach.row
        others = np.where(hosted, beyond, np.minimum(beyond, 0.0))
        least = totals_by(p.reach.column, others) - others + beyond
        able = np.bincount(p.reach.row[least <= 0], minlength=p.n_practices) > 0
        reaching = np.bincount(p.reach.row, minlength=p.n_practices) > 0
        return np.flatnonzero(reaching & ~able) if share.is_limited else np.zeros(0, dtype=np.int64)

    def impossible(self, p: Problem) -> Iterator[str]:
        for i in self.stranded(p):
            if not p.practices.may_be_independent[i]:
                yield f"{p.practices.names[i]} may not be independent, and {self._nowhere}"

    def remarks(self, p: Problem) -> Iterator[str]:
        for i in self.stranded(p):
            if p.practices.may_be_independent[i]:
                yield f"{p.practices.names[i]} can only be independent: {self._nowhere}"

    @property
    def _nowhere(self) -> str:
        return f"at every hub site in reach more patients would {self.who} than {self.key} allows, whoever joins it"


def _beyond(p: Problem, share: HubShare) -> FloatArray:
    """[pairs in reach] what a practice adds to what a hub there has beyond its share; whole numbers of a unit."""
    counted, patients = share.of(p.reach.row, p.reach.column), p.practices.patients[p.reach.row]
    return np.asarray((counted * share.whole - share.part * patients) * (_unit(share) / share.whole))


def _unit(share: HubShare) -> float:
    """Patients are counted in such parts."""
    return share.whole / min(share.whole, _SOLVED_WHOLE)
