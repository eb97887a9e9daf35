"""Dual ascent at a node: master, pricing, a step of the box's centre, until the bound has little left to gain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from optimizer.model.arrays import NONE, BoolArray, FloatArray
from optimizer.model.columns import Column
from optimizer.model.problem import Problem
from optimizer.model.terms import forgone_dividend
from solvers.columns.branching import Doubt, Fractions
from solvers.columns.frozen import Frozen
from solvers.columns.lagrangian import Counts, PriceEvaluation, Pricer
from solvers.columns.master import Master, Optimum, Step
from solvers.columns.node import Node
from solvers.columns.params import DEFAULT, ColumnsParams
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import NodePrices, sure_leads
from solvers.columns.subgradient import Subgradient

HELD = 0.999  # of its width that a price is from the centre where the box holds it
NO_PLAN = 1e12  # pounds a year: a bound that rises so far is of a node without plans
CLOSE = 1e-6  # relative: a bound this near to its master is at its highest


class Ascent:
    """The state of the dual ascent of one node. Its bound is the least over the choices of network counts.

    `starts`: prices of the same clusters to evaluate first; the best of them is the first centre. `climbs_to`: cost of
    the best plan; where it is given, subgradient steps from there come first. `frozen`: of a window on a
    larger problem. `until`: time.monotonic() at which a linear program under way is given up.
    """

    def __init__(
        self,
        node: Node,
        pool: ColumnPool,
        starts: Sequence[NodePrices],
        threads: int,
        params: ColumnsParams = DEFAULT,
        climbs_to: Callable[[], float] | None = None,
        until: float = np.inf,
        frozen: Frozen | None = None,
    ) -> None:
        self.node, self.pool, self.params, self._frozen = node, pool, params, frozen
        self._tuning, self.until = params.ascent, until
        self.pricer = Pricer(node, starts[0].clusters, threads, params.pricing)
        self.counts = Counts(node, params.pricing.most_counts)
        patients, first = np.maximum(1, node.problem.practices.patients), starts[0].practice
        self.scale = patients * (np.abs(first).sum() / patients.sum() or _usual_price(node.problem))
        self._starts = [sure_leads(node, prices) for prices in starts]
        self._first = self._starts[0]
        self._constant = forgone_dividend(node.problem)
        if frozen is not None:
            nowhere = np.zeros(node.problem.n_sites)
            self._constant = self.pricer.without_search(frozen.prices, nowhere).least(node.slots)
        usual = float(self.scale.sum())
        self._climb = None if climbs_to is None else Subgradient(self.pricer, starts, usual, params.subgradient)
        self._target = climbs_to
        self._master: Master | None = None
        self.centre = first
        self.width = self._tuning.first_width * self.scale
        self.value = -np.inf  # of the centre
        self._of_centre: NodePrices | None = None  # all of its prices
        self.nodes = self._tuning.first_nodes
        self.step: Step | None = None  # the last master
        self.finished = False
        self._idle = 0
        self._cut_rounds, self._before_cuts, self._since_cuts = 0, -np.inf, 0
        self.cuts_pay = True  # no round of cuts has gained too little
        self.focus: int | None = None  # choice of counts that the master is held to
        self.to_the_end = False  # go on until nothing is left to gain

    def take_over(self, other: Ascent) -> None:
        """What another ascent of the node has proven, over other clusters of leads, where counts are free."""
        for evaluation in other.counts.evaluations:
            self.counts.update(evaluation)
        self._starts, self.value = [], self.bound
        if other.focus is not None:
            self.focus_on_weakest()

    def promise(self) -> float:
        """What the bound may rise to, as far as the hubs in the pool tell; nothing is priced."""
        self.step = self._solve_master(self._tuning.most_width * self.scale, self.params.links.most_trial_rounds)
        value = np.inf if self.step is None else self._master_value(self.step)
        self.step = None
        return value

    @property
    def bound(self) -> float:
        """Proven for the node, pounds a year; -inf before the first evaluation."""
        return self.counts.bound

    @property
    def room(self) -> float:
        """What the bound of the choice of counts in focus can still gain, as far as the last master tells."""
        if self.step is None or (self.step.boxed > self._tuning.little_box and not self.finished):
            return np.inf
        return self._master_value(self.step) - (self.bound if self.focus is None else self.counts.bounds[self.focus])

    @property
    def highest(self) -> float:
        """What the bound may still reach, as far as the last master tells; inf before it does."""
        return np.inf if np.isinf(self.room) else self.bound + self.room

    def advance(self, is_over: Callable[[], bool]) -> bool:
        """One evaluation, of a start or of a master's prices, or a round of steps; False if `is_over()` came first."""
        if self._climb is not None:
            return self._climb_on(self._climb, is_over)
        if self._starts:
            known = None if self._frozen is None else np.where(self.node.required, np.inf, self._frozen.site)
            start = self.pricer.evaluate(self._starts.pop(0), self.nodes, is_over, known)
            if start is None:
                return False
            self._take(start)
            if self._value(start) > self.value:
                self._move_to(start)
            return True
        step = self._solve_master(self.width, self.params.links.most_rounds)
        if step is None:
            if is_over():
                return False
            self.finished = True
            return True
        evaluation = self._evaluate(step, is_over)
        if evaluation is None:
            return False
        self.step = step
        self._since_cuts += 1
        added, before = self._take(evaluation), self.value
        self._move(evaluation, added, step)
        self._idle = self._idle + 1 if added == 0 and self.value - before <= CLOSE * abs(self.value) else 0
        near = self._master_value(step) - self._value(evaluation)
        converged = added == 0 and near <= CLOSE * max(1.0, abs(self.bound))
        if converged and step.boxed > 1e-7:  # at its highest in this box alone
            self.width = self.width * self._tuning.much_wider
            converged = self.bound > NO_PLAN
        self.finished = converged or self._idle >= self._tuning.most_idle
        return True

    def _climb_on(self, climb: Subgradient, is_over: Callable[[], bool]) -> bool:
        """A round of the first climb; the best prices are the start of what follows it."""
        assert self._target is not None
        if not climb.advance(self._target(), is_over):
            return False
        assert climb.best is not None
        self.counts.update(climb.best.evaluation)
        if climb.finished:
            self._climb, self._starts = None, [climb.best.evaluation.prices]
            self.width = self.params.subgradient.width * self.scale
        return True

    def cut(self, gap: float, each: float = 0.0) -> bool:
        """Add subset-row cuts that the last master violates, while they gain enough of the gap; whether any.

        `each`: share of the gap that a round has to gain for every evaluation that it takes.
        """
        params = self.params.cuts
        if self._master is None or self.step is None or self._cut_rounds >= params.most_rounds:
            return False
        least_gain = max(params.least_gain, each * self._since_cuts)
        if self._cut_rounds and self.bound - self._before_cuts < least_gain * gap:
            self.cuts_pay = False
            return False
        most = max(params.most, round(params.most_each * self.node.problem.n_practices))
        cuts = self._master.violated_cuts(self.step.use, most, params)
        if not len(cuts):
            return False
        self._master.add_cuts(cuts)
        self._cut_rounds, self._before_cuts, self._since_cuts = self._cut_rounds + 1, self.bound, 0
        self.step, self.finished, self._idle = None, False, 0
        return True

    def focus_on_weakest(self) -> bool:
        """Turn to the choice of counts with the least bound; False if that was in focus already."""
        weakest = self.counts.weakest
        if weakest == self.focus or not self.counts.enumerated or self.counts.by[weakest] == NONE:
            return False
        self.focus = weakest
        if self._master is not None:
            self._master.fix_networks(self.counts.counts[weakest])
        self._move_to(self.counts.evaluations[self.counts.by[weakest]])
        self.step, self.finished = None, False
        self.width = np.maximum(self.width, self._tuning.again_width * self.scale)
        return True

    def fractions(self) -> Fractions | None:
        """What the last master leaves in doubt."""
        if self._master is None or self.step is None:
            return None
        return self._master.fractions(self.step)

    def easiest(self, sites: list[Doubt]) -> Doubt:
        """The one of the sites in doubt with a hub at which the bound may rise least."""
        gains = self._gains(sites)
        return sites[0] if gains is None else sites[int(gains[:, 1].argmin())]

    def strongest(self, doubts: list[Doubt]) -> Doubt:
        """The doubt whose branches may raise the bound most, both taken together."""
        gains = None if len(doubts) == 1 else self._gains(doubts)
        if gains is None:
            return doubts[0]
        least = self.params.branching.least_share * float(gains[np.isfinite(gains)].max(initial=0.0)) or 1.0
        return doubts[int(np.maximum(gains, least).prod(axis=1).argmax())]

    def _gains(self, doubts: list[Doubt]) -> FloatArray | None:
        assert self._master is not None
        if self._master.solve(self.centre, self.width * self.params.branching.trial_wider) is None:
            return None
        return self._master.gains(doubts)

    def columns_in_use(self) -> list[Column]:
        """Hubs that the last master uses by `AscentParams.shared` or more, once it tells where the bound can go."""
        if self._master is None or self.step is None or self.step.boxed > self._tuning.little_box:
            return []
        return list({use.column: None for use in self._master.uses(self.step, self._tuning.shared)})

    def optimum(self) -> Optimum | None:
        """What the last master uses; None before there is one."""
        if self._master is None or self.step is None:
            return None
        return Optimum(self._master.uses(self.step, self._tuning.shared), self.step.networks)

    def used(self, practices: BoolArray) -> FloatArray | None:
        """Of the last master, as `Master.used` has it; None before there is one."""
        if self._master is None or self.step is None:
            return None
        return self._master.used(self.step, practices)

    def _solve_master(self, width: FloatArray, most_rounds: int) -> Step | None:
        if self._master is None:
            mine = (e.prices for e in reversed(self.counts.evaluations) if e.prices.clusters is self.pricer.clusters)
            best = next(mine, self._first)
            params = self.params.master
            self._master = Master(self.node, self.pricer.layout, self.pool.columns, best, params, self._frozen)
            self._master.until = self.until
            if self.focus is not None:
                self._master.fix_networks(self.counts.counts[self.focus])
        step = self._master.solve(self.centre, width)
        if self.is_linked:
            for _ in range(most_rounds):
                if step is None or not self._grow(self._master, step):
                    break
                step = self._master.solve(self.centre, width)
        return step

    @property
    def is_linked(self) -> bool:
        """Whether a slot has several clusters."""
        return len(self.pricer.clusters) > len(self.node.slots)

    def _grow(self, master: Master, step: Step) -> int:
        """Hubs that pay in other clusters, and links that are broken once the box does not decide; how many."""
        params = self.params.links
        added = master.add_elsewhere(step.prices, params.most_elsewhere)
        if step.boxed <= self._tuning.little_box:
            added += master.link(step, params.least_violation, params.most)
        return added

    def _evaluate(self, step: Step, is_over: Callable[[], bool]) -> PriceEvaluation | None:
        """In full only as long as the bound may still rise."""
        assert self._master is not None
        prices, centre = step.prices, self._of_centre
        if centre is not None and centre.clusters is prices.clusters and self._tuning.towards < 1.0:
            prices = centre.towards(prices, self._tuning.towards)
        known = self._master.least_reduced(prices)
        highest = self._value(self.pricer.without_search(prices, known))
        return self.pricer.evaluate(prices, self.nodes, is_over, known, highest - self.value)

    def _take(self, evaluation: PriceEvaluation) -> int:
        """Keep what it found; returns how many hubs are new to the master."""
        self.counts.update(evaluation)
        for column in evaluation.columns:
            self.pool.add(column)
        return self._master.add(evaluation.columns, evaluation.clusters) if self._master is not None else 0

    def _master_value(self, step: Step) -> float:
        return step.objective + self._constant

    def _value(self, evaluation: PriceEvaluation) -> float:
        """The bound of one evaluation for what is in focus."""
        if self.focus is not None:
            return float(evaluation.values(self.counts.counts[[self.focus]])[0])
        if not self.counts.enumerated:
            return evaluation.least(self.node.slots)
        return float(evaluation.values(self.counts.counts).min(initial=np.inf))

    def _move(self, evaluation: PriceEvaluation, added: int, step: Step) -> None:
        """A serious step moves the centre and widens the box; a null step narrows it, less where it held prices."""
        value = self._value(evaluation)
        held = np.abs(evaluation.prices.practice - self.centre) >= HELD * self.width
        if value > self.value:
            as_told = value - self.value >= self._tuning.good_step * (self._master_value(step) - self.value)
            self._move_to(evaluation)
            self._widen(np.where(held | as_told, self._tuning.much_wider, self._tuning.wider))
            return
        if added == 0:
            if self._master_value(step) - value > CLOSE * abs(value):
                self.nodes = min(self.nodes * self._tuning.more_nodes, self._tuning.most_nodes)
            if step.boxed > 0:
                self._widen(self._tuning.wider)
            return
        narrower = np.where(held, self._tuning.narrower_if_held, self._tuning.narrower)
        self.width = np.maximum(self.width * narrower, self._tuning.least_width * self.scale)

    def _move_to(self, evaluation: PriceEvaluation) -> None:
        self.centre, self.value = evaluation.prices.practice, self._value(evaluation)
        self._of_centre = evaluation.prices

    def _widen(self, by: float | FloatArray) -> None:
        self.width = np.minimum(self.width * by, self._tuning.most_width * self.scale)


def _usual_price(p: Problem) -> float:
    """Pounds per patient that hubs cost, roughly: where no plan tells."""
    travel = p.reach.cost.sum() / max(1, p.practices.patients[p.reach.row].sum())
    site = p.sites.cost.mean() / max(1, p.hub.target_min, int(p.practices.patients.mean()))
    return float(travel + site) or 1.0


def first_prices(pool: ColumnPool) -> list[FloatArray]:
    """[n] each: what the pooled hubs cost, shared out over their patients; the same with travel charged to who travels.

    0 for practices in none. Which is nearer to the best duals differs (docs/columns.md).
    """
    p, columns = pool.problem, pool.columns
    starts = []
    for own in (np.zeros(len(columns.member)), p.reach.cost[columns.pair]):
        practice = np.zeros(p.n_practices)
        share = (columns.cost - columns.total(own)) / np.maximum(1.0, columns.patients)
        practice[columns.member] = own + share[columns.owner] * p.practices.patients[columns.member]
        starts.append(practice)
    return starts
