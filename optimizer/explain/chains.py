"""Why no chains of hospitals exist and what would make some; else what each of their rules costs.

Any hospitals may be in one chain, so numbers decide whether chains exist, and each loosening is solved for what it
saves: chains are few enough to be proven again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instances import InputError, Instance
from optimizer.model.backend import Limit, SolveOptions
from optimizer.model.chains import chain_counts, first_plan, stand_in
from optimizer.model.gap import is_reached
from optimizer.solving.check import chain_impossibilities
from optimizer.solving.result import Result
from optimizer.solving.solve import solve

_LEAST = 0.5  # pounds a year that are worth a word


@dataclass(frozen=True)
class ChainChange:
    """A change of one rule of chains; `saving` pounds a year, None where it makes chains possible."""

    setting: str  # as --set takes it
    saving: float | None = None
    proven: bool = False  # that no more can be saved


@dataclass(frozen=True)
class ExplainedChains:
    """`reasons` why there are none, else what they cost; changes that help, the best first."""

    reasons: tuple[str, ...] = ()
    changes: tuple[ChainChange, ...] = ()
    objective: float | None = None  # pounds a year
    proven: bool = False  # to be the least


def explain_chains(instance: Instance, options: SolveOptions) -> ExplainedChains:
    """Of an instance that has chains; `options.time_limit` is for everything.

    Raises `KeyboardInterrupt` where it was stopped on request.
    """
    reasons = tuple(chain_impossibilities(instance))
    if reasons:
        ways = dict.fromkeys(setting for setting in _ways_out(instance) if _helps(instance, setting))
        return ExplainedChains(reasons, tuple(map(ChainChange, ways)))
    looser = [(setting, changed) for setting in _looser(instance) if (changed := _with(instance, setting))]
    limit = options.time_limit
    each = options if limit is None else options.model_copy(update={"time_limit": limit / (len(looser) + 1)})
    base = _solved(instance, each)
    costs = base.objective
    if costs is None:
        return ExplainedChains()
    changes = []
    for setting, changed in looser:
        found = _solved(changed, each)
        if found.objective is not None and (saving := costs - found.objective) > _LEAST:
            changes.append(ChainChange(setting, saving, proven=_is_proven(found)))
    changes.sort(key=lambda change: -(change.saving or 0.0))
    return ExplainedChains((), tuple(changes), costs, _is_proven(base))


def _solved(instance: Instance, options: SolveOptions) -> Result:
    result = solve(stand_in(instance), options=options, start=first_plan(instance))
    if result.limit is Limit.INTERRUPT:
        raise KeyboardInterrupt
    return result


def _is_proven(result: Result) -> bool:
    return result.objective is not None and result.bound is not None and is_reached(result.objective, result.bound)


def _with(instance: Instance, setting: str) -> Instance | None:
    """None where the change is no page of rules."""
    try:
        return instance.with_settings([setting])
    except InputError:
        return None


def _helps(instance: Instance, setting: str) -> bool:
    changed = _with(instance, setting)
    return changed is not None and not chain_impossibilities(changed)


def _looser(instance: Instance) -> Iterator[str]:
    """One more unit of each rule."""
    chain = instance.chain
    assert chain is not None
    yield f"chain.members_max={chain.members_max + 1}"
    yield f"chain.members_min={chain.members_min - 1}"  # refused below 2
    if not chain.alone_allowed:
        yield "chain.alone_allowed=true"
    if chain.lead_min:
        yield "chain.lead_min={}"


def _ways_out(instance: Instance) -> Iterator[str]:
    """The least change of each rule that may let every hospital into a chain, and none at all."""
    chain, number = instance.chain, len(instance.chain_hospitals)
    assert chain is not None
    counts = chain_counts(instance)
    fewest, most = counts.start, counts.stop - 1
    if most:
        yield f"chain.members_max={-(-number // most)}"
    yield f"chain.members_min={number // fewest}"
    for feature in chain.lead_min:
        strongest = sorted((hospital.features[feature] for hospital in instance.chain_hospitals), reverse=True)
        yield f"chain.lead_min.{feature}={strongest[fewest - 1]!r}"
    if len(chain.lead_min) > 1:
        yield "chain.lead_min={}"
    yield "chain.alone_allowed=true"
