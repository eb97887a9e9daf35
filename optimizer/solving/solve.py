"""From an Instance to a verified Result through any backend: the one door.

Build the arrays, construct a start, hand it to the backend, verify everything that comes back, keep the best.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from instances import Instance
from optimizer.construct import compile_kernels, construct, load_kernels, repair
from optimizer.model.backend import (
    Capability,
    Constructs,
    Ending,
    Limit,
    Outcome,
    Prepares,
    Proof,
    Reason,
    Resumes,
    SolveOptions,
    Solver,
    SolverUnavailable,
    Tunable,
    UnsupportedOption,
)
from optimizer.model.build import build_problem
from optimizer.model.certificate import BOUND_FILE
from optimizer.model.chains import chains_of, first_plan, stand_in
from optimizer.model.compiling import are_compiled
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.departures import Departures
from optimizer.model.gap import is_reached
from optimizer.model.plain_text import plain_line, printable
from optimizer.model.plan import Chain, Plan
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.solving.answers import sound_number, sound_outcome, sound_solution
from optimizer.solving.check import chain_impossibilities, impossibilities
from optimizer.solving.checkpoint import Checkpoint, Keeper, concluded
from optimizer.solving.log import LOG, log_end, logged
from optimizer.solving.registry import check_options, load, proof_by
from optimizer.solving.result import Progress, Result, VerifiedPlan
from optimizer.verify import Evaluation, Verifier
from optimizer.verify.claims import check_claim

DEFAULT_SOLVER = "auto"
CLAIM_TOLERANCE = 1e-6  # relative
CHAINS_SHARE = 0.3  # of the time limit, at most, for chains of hospitals
CONSTRUCTION_SHARE = 0.3  # of the time limit, at most, for the first plan
CONSTRUCTION_LIMIT_S = 20.0
REPAIR_SHARE = 0.5  # of that, for a start plan that breaks rules
MOST_FAULTS = 3  # of a start plan that are told
MOST_MESSAGES = 200  # of a backend that are passed on
MOST_OF_A_PHASE = 60  # characters

# chains and their bound by the hash of what was solved: variants of an instance share its chains
_PROVEN_CHAINS: dict[str, tuple[tuple[Chain, ...], float | None]] = {}

OnProgress = Callable[[Progress], None]
OnPlan = Callable[[Plan], None]
T = TypeVar("T")


def solve(
    instance: Instance,
    solver: str = DEFAULT_SOLVER,
    *,
    time_limit: float | None = None,
    gap: float | None = None,
    threads: int | None = None,
    seed: int | None = None,
    start: Plan | None = None,
    stay_close: float | None = None,
    construct_anyway: bool = True,
    on_progress: OnProgress | None = None,
    on_plan: OnPlan | None = None,
    params: Mapping[str, Mapping[str, Any]] | None = None,
    options: SolveOptions | None = None,
    checkpoint: str | Path | None = None,
    resume: str | Path | None = None,
) -> Result:
    """Plan an instance.

    `time_limit` seconds of wall clock for everything but compiling, once a machine; `gap` relative. Both, `threads`,
    `seed` and `params`, the tuning of backends by id, go before `options`.
    `start` is a plan to begin from. Another one is constructed beside it, unless `construct_anyway` is false and the
    start, repaired where it has to be, keeps every rule: the backend has the more time then. `stay_close` prices
    departures from the start, pounds a year for each practice whose hub is at another site than there, beside the
    objective. `on_plan` is given every better plan, verified, just before `on_progress` tells of it. `checkpoint` is a
    file that is written about once a minute and left there; the same arguments with `resume`, that file, go on after a
    run that was killed, to a plan no worse and a bound no lower, as far as `time_limit` lets it be proven again. Raises
    `ValueError` where there is no start or no such price, `InputError` for an instance that cannot be solved as it
    stands and a checkpoint that is none or of another run, `SolverError` for a backend or option that is not to be had,
    `OSError` where the log cannot be written; limits, infeasibility and crashes are results. What `on_progress` and
    `on_plan` raise ends the solve and is raised, except for KeyboardInterrupt, which ends it with the best plan so far.
    No result is optimal or infeasible by the word of a backend that nothing vouches for: its `proof` is "claimed" then.
    """
    stated = {"time_limit": time_limit, "rel_gap": gap, "threads": threads, "seed": seed, "params": params}
    base = options or SolveOptions()
    merged = SolveOptions.model_validate(
        {**base.model_dump(exclude_unset=True), **{k: v for k, v in stated.items() if v is not None}}
    )
    departures = None
    if stay_close is not None:
        if start is None:
            raise ValueError("stay_close prices departures from a start: give one")
        departures = Departures.of(start, stay_close)
    LOG.info("solving %s, %d practices, with %s", instance.name, len(instance.practices), solver)
    run = Checkpoint.of(instance, solver, merged, departures)
    resumed = None if resume is None else Checkpoint.of_run(Path(resume), run)
    keeper = None if checkpoint is None else Keeper(Path(checkpoint), resumed or run)
    solving = _Solve(
        instance, solver, merged, logged(on_progress), departures, construct_anyway, on_plan, keeper, resumed
    )
    with keeper or nullcontext():
        result = solving.run(start)
    return log_end(concluded(result, keeper, resumed))


@dataclass
class _Solve:
    """One solve in progress; the `Report` that its backend writes to."""

    instance: Instance
    solver: str
    options: SolveOptions
    on_progress: OnProgress | None
    departures: Departures | None = None
    construct_anyway: bool = True
    on_plan: OnPlan | None = None
    keeper: Keeper | None = None
    resumed: Checkpoint | None = None
    best: VerifiedPlan | None = None
    best_bound: float | None = None
    warnings: list[str] = field(default_factory=list)
    trajectory: list[Progress] = field(default_factory=list)
    messages: int = 0  # of the backend
    malformed: list[str] = field(default_factory=list)  # what is wrong with what the backend handed over
    chains: tuple[Chain, ...] | None = None  # none where the instance has none
    chains_bound: float | None = None
    chains_standing: str = ""  # last told
    raised: Exception | None = None  # by a callback
    doing: str = ""  # the phase

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.verifier = Verifier(self.instance, self.departures)

    def run(self, start: Plan | None) -> Result:
        backend = load(self.solver)
        self.proof: Proof = proof_by(self.solver)  # what its bounds count as
        self._check_options(backend)
        self.problem: Problem = build_problem(self.instance, self.departures)
        reasons = [*impossibilities(self.problem), *chain_impossibilities(self.instance)]
        if reasons:
            outcome = Outcome(Reason.INFEASIBLE, message="\n".join(reasons))
            return self._result(outcome, Reason.INFEASIBLE, None, outcome.message, "proven")
        try:
            self._prepare(backend)
            self._find_chains()
            first = self._first_solution(start, backend)
            outcome = self._ask(backend, first)
        except KeyboardInterrupt:
            outcome = Outcome(Reason.NO_SOLUTION, Limit.INTERRUPT)
        return self._conclude(outcome)

    def _check_options(self, backend: Solver) -> None:
        """Refuse what cannot be honoured before any time is spent; backends tell of what they leave out themselves."""
        check_options(backend.info, self.options)
        if isinstance(backend, Tunable):
            backend.parameters(self.options)
        log = self.options.log_path
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)  # some solvers write no log, and say nothing, where it lacks
            log.open("a").close()

    def _prepare(self, backend: Solver) -> None:
        """What is compiled once on a machine, the backend's part beside ours; no time limit counts it."""
        began = time.monotonic()
        wait = backend.prepare(self.problem) if isinstance(backend, Prepares) else None
        if wait is None and are_compiled():
            return
        self.phase("compiling")
        self._tell("compiling, once on this machine: about half a minute, on top of the time limit")
        compile_kernels(self.problem)
        if wait is not None:
            wait()
        self.began += time.monotonic() - began

    def _ask(self, backend: Solver, first: Solution | None) -> Outcome:
        try:
            answer: object = self._run_backend(backend, first)
        except (UnsupportedOption, SolverUnavailable):
            raise
        except MemoryError:
            answer = Outcome(Reason.NO_SOLUTION, Limit.MEMORY, ending=Ending.OUT_OF_MEMORY, message="out of memory")
        except Exception as error:  # a backend of any package, in any state
            answer = Outcome(Reason.ERROR, ending=Ending.CRASHED, message=f"{type(error).__name__}: {error}")
        if self.raised is not None:  # whatever the backend has made of it
            raise self.raised
        outcome, faults = sound_outcome(self.problem, answer)
        self.malformed += faults
        return outcome

    def _run_backend(self, backend: Solver, first: Solution | None) -> object:
        options, saved = self._remaining(), self.resumed
        if saved is None:
            return backend.solve(self.problem, options, self, first)
        can = Capability.RESUME in backend.info.capabilities and isinstance(backend, Resumes)
        if saved.state is None or not can:
            why = "had told no state yet" if can else "keeps no state"
            self.warnings.append(f"{self.solver} {why}: it went on from the plan of the checkpoint alone")
            return backend.solve(self.problem, options, self, first)
        assert isinstance(backend, Resumes)
        return backend.resume(self.problem, options, self, first, saved.state)

    # --- what the backend reports -------------------------------------------------------------------------------------

    def incumbent(self, solution: Solution, objective: float) -> None:
        del objective  # recomputed
        try:
            sound = sound_solution(self.problem, solution)
        except ValueError as error:
            self._complain(f"of a plan on the way, {error}")
            return
        self._consider(sound)

    def bound(self, value: float) -> None:
        try:
            number = sound_number(value)
        except ValueError as error:
            self._complain(f"of a bound on the way, it is {error}")
            return
        if number is None or math.isnan(number):
            return
        number = max(number, 0.0)  # every term of the objective is
        if self.best_bound is None or number > self.best_bound:
            self.best_bound = number
            self._tell()

    def message(self, text: str) -> None:
        self.messages += 1
        if self.messages <= MOST_MESSAGES:
            self._tell(plain_line(text if isinstance(text, str) else repr(text)))
        elif self.messages == MOST_MESSAGES + 1:
            self._tell(f"{self.solver} has more to say than {MOST_MESSAGES} messages; no more are shown")

    @property
    def keeps_states(self) -> bool:
        return self.keeper is not None

    def phase(self, text: str) -> None:
        doing = plain_line(text, MOST_OF_A_PHASE) if isinstance(text, str) else ""
        if doing != self.doing:
            self.doing = doing
            self._tell(is_moment=False)

    def state(self, content: bytes, bound: float | None = None) -> None:
        try:
            number = sound_number(bound)
        except ValueError as error:
            self._complain(f"of a state on the way, its bound is {error}")
            return
        if self.keeper is not None and isinstance(content, bytes):
            self.keeper.take_state(content, number if number is not None and math.isfinite(number) else None)

    def _complain(self, fault: str) -> None:
        if not self.malformed:  # the first will do of thousands
            self.malformed.append(fault)

    # --- steps --------------------------------------------------------------------------------------------------------

    def _find_chains(self) -> None:
        """Chains of hospitals: a problem of their own, as practices have no part in them, by the default backend."""
        if self.instance.chain is None:
            return
        asked = stand_in(self.instance)
        if asked.sha256 in _PROVEN_CHAINS:
            self.chains, self.chains_bound = _PROVEN_CHAINS[asked.sha256]
            return
        found = self._search_chains(asked)
        if found.limit is Limit.INTERRUPT:
            raise KeyboardInterrupt
        if found.plan is None or found.reason is Reason.ERROR:
            self.warnings.append(f"the search for chains of hospitals failed: {found.message}")
        if found.plan is not None:
            self.chains, self.chains_bound = chains_of(found.plan.plan), found.bound
            if found.reason is Reason.OPTIMAL and found.limit is None:  # not within a gap alone
                _PROVEN_CHAINS[asked.sha256] = self.chains, found.bound

    def _search_chains(self, asked: Instance) -> Result:
        self._tell("grouping hospitals that are alike")
        began, limit = time.monotonic(), self.options.time_limit
        options = SolveOptions(
            time_limit=None if limit is None else CHAINS_SHARE * limit,
            threads=self.options.threads,
            seed=self.options.seed,
            memory_mb=self.options.memory_mb,
            rel_gap=self.options.rel_gap,
        )
        solving = _Solve(asked, DEFAULT_SOLVER, options, self._tell_of_chains)
        found = solving.run(first_plan(self.instance))
        self.began += time.monotonic() - began - found.elapsed_s  # compiling, which no time limit counts
        return found

    def _tell_of_chains(self, progress: Progress) -> None:
        if progress.objective is not None and progress.standing != self.chains_standing:
            self.chains_standing = progress.standing
            self._tell(f"chains of hospitals: {progress.standing}")

    def _first_solution(self, start: Plan | None, backend: Solver) -> Solution | None:
        """The given plan, a checkpoint's and, unless these are enough, a constructed one; the best is the start."""
        self.phase("making a first plan")
        limit = CONSTRUCTION_LIMIT_S
        if self.options.time_limit is not None:
            limit = min(limit, CONSTRUCTION_SHARE * self.options.time_limit)
        constructs = isinstance(backend, Constructs) and backend.constructs(self.problem, self.options)
        if not constructs or start is not None:
            load_kernels(self.problem)
        began = time.monotonic()
        given = None if start is None else self._given(start, REPAIR_SHARE * limit)
        if self.resumed is not None and self.resumed.document.plan is not None:
            before = self.best
            again = self._given(self.resumed.document.plan, REPAIR_SHARE * limit)
            if again is not None:
                return given if self.best is before else again
        if constructs or (given is not None and not self.construct_anyway):
            return given
        limit = max(limit - (time.monotonic() - began), 0.0)
        runs = 1 if backend.info.searches else None
        built = construct(self.problem, seed=self.options.seed or 0, time_limit=limit, most_runs=runs)
        if built is None:
            return given
        before = self.best
        self._consider(built)
        return given if self.best is before else built

    def _given(self, start: Plan, time_limit: float) -> Solution | None:
        """The start plan or, where it breaks rules, one near it that keeps them."""
        try:
            solution = from_plan(self.problem, start)
        except ValueError as error:
            faults = [str(error)]
        else:
            evaluation = self._consider(solution)
            if evaluation.ok:
                return solution
            faults = [violation.message for violation in evaluation.violations]
        repaired = repair(self.problem, start, self.options.seed or 0, time_limit)
        usable = repaired is not None and self._consider(repaired).ok
        became = "the search began from a plan near it that does" if usable else "it was not used"
        more = f" and {len(faults) - MOST_FAULTS:,} more" if len(faults) > MOST_FAULTS else ""
        said = "; ".join(faults[:MOST_FAULTS]) + more
        self.warnings.append(f"the start plan does not fit the instance as it is now ({said}): {became}")
        return repaired if usable else None

    def _consider(self, solution: Solution) -> Evaluation:
        """Verify a solution; keep it if it keeps every rule and costs less than the best so far."""
        plan = to_plan(self.problem, solution).model_copy(update={"chains": self.chains})
        evaluation = self.verifier.evaluate(plan)
        if evaluation.ok and (self.best is None or evaluation.priced < self.best.evaluation.priced):
            self.best = VerifiedPlan(self.instance, plan, evaluation)
            if self.keeper is not None:
                self.keeper.take_plan(plan, float(evaluation.priced))
            if self.on_plan is not None:
                self._call(self.on_plan, plan)
            self._tell()
        return evaluation

    def _remaining(self) -> SolveOptions:
        """The options with what is left of the time."""
        if self.options.time_limit is None:
            return self.options
        left = max(self.options.time_limit - self._elapsed(), 0.1)
        return self.options.model_copy(update={"time_limit": left})

    def _elapsed(self) -> float:
        return time.monotonic() - self.began

    def _tell(self, text: str = "", *, is_moment: bool = True) -> None:
        objective = None if self.best is None else float(self.best.evaluation.priced)
        proof = None if self.best_bound is None else self.proof
        limit = self.options.time_limit
        progress = Progress(self._elapsed(), objective, self.best_bound, text, proof, self.doing, limit)
        if is_moment and not text:
            self.trajectory.append(progress)
        if self.on_progress is not None:
            self._call(self.on_progress, progress)

    def _call(self, callback: Callable[[T], None], value: T) -> None:
        """What the caller's code raises passes through backends, which may take it for an error of their own."""
        try:
            callback(value)
        except Exception as error:
            self.raised = error
            raise

    # --- the end ------------------------------------------------------------------------------------------------------

    def _conclude(self, outcome: Outcome) -> Result:
        failures = self.malformed + self._check_final(outcome)
        self.warnings += outcome.warnings
        bound = self.best_bound if outcome.bound is None else max(outcome.bound, 0.0)
        if self.best is not None:
            failures += self._check_bound(outcome, bound)
        if failures:
            return self._result(outcome, Reason.ERROR, None, f"{self.solver} failed: " + "; ".join(failures), None)
        if self.best is None and outcome.reason is Reason.INFEASIBLE:
            return self._without_any(outcome)
        proof = None if bound is None else self.proof
        if self.best is None:
            reason = Reason.ERROR if _broke_off(outcome) else outcome.reason
            return self._result(outcome, reason, bound, outcome.message, proof)
        objective = float(self.best.evaluation.priced)
        if bound is not None:
            bound = min(bound, objective)
        return self._result(outcome, self._reason(outcome, objective, bound), bound, outcome.message, proof)

    def _without_any(self, outcome: Outcome) -> Result:
        """Of a backend that says that no plan exists, where none is known."""
        if self.proof == "proven":
            return self._result(outcome, Reason.INFEASIBLE, None, outcome.message, self.proof)
        claim = f"{self.solver} claims that no plan exists; nothing here has proven it"
        message = "\n".join(filter(None, [claim, outcome.message]))
        return self._result(outcome, Reason.NO_SOLUTION, None, message, self.proof)

    def _check_final(self, outcome: Outcome) -> list[str]:
        """What is wrong with the solution and objective that the backend returned."""
        if outcome.reason is Reason.UNBOUNDED:
            return ["it claims an unbounded objective, but every term is 0 or more"]
        if outcome.solution is None:
            silent = outcome.reason in (Reason.OPTIMAL, Reason.FEASIBLE) and self.best is None
            return [f"it says {outcome.reason} and returned no plan"] if silent else []
        evaluation = self._consider(outcome.solution)
        if not evaluation.ok:
            broken = "; ".join(v.message for v in evaluation.violations[:3])
            return [f"its plan breaks {len(evaluation.violations)} rules: {broken}"]
        claimed, true = outcome.objective, float(evaluation.priced)
        if claimed is not None and not claimed >= true:
            return check_claim(evaluation, claimed - float(evaluation.departures), None, CLAIM_TOLERANCE)
        return []

    def _check_bound(self, outcome: Outcome, bound: float | None) -> list[str]:
        if outcome.reason is Reason.INFEASIBLE:
            return ["it claims that no plan exists, but a verified one does"]
        certificate = outcome.certificate
        certified = [] if certificate is None else self._above_best(certificate.bound)
        return self._above_best(bound) + [f"its {BOUND_FILE}: {fault}" for fault in certified]

    def _above_best(self, bound: float | None) -> list[str]:
        assert self.best is not None
        return check_claim(self.best.evaluation, None, bound, CLAIM_TOLERANCE)

    def _reason(self, outcome: Outcome, objective: float, bound: float | None) -> Reason:
        if outcome.reason is Reason.ERROR:
            return Reason.ERROR
        proven = bound if self.proof == "proven" else None
        if proven is not None and is_reached(objective, proven, self.options.rel_gap, self.options.abs_gap):
            return Reason.OPTIMAL
        return Reason.ERROR if _broke_off(outcome) else Reason.FEASIBLE

    def _result(
        self, outcome: Outcome, reason: Reason, bound: float | None, message: str, proof: Proof | None
    ) -> Result:
        limit = outcome.limit
        if reason is Reason.OPTIMAL:
            objective = float(self.best.evaluation.priced) if self.best else 0.0
            proven = bound is not None and is_reached(objective, bound)
            limit = None if proven else Limit.GAP
        return Result(
            instance=self.instance,
            plan=self.best,
            reason=reason,
            limit=limit,
            bound=bound,
            proof=proof,
            departures=self.departures,
            chains_bound=self.chains_bound,
            solver=self.solver,
            options=self.options,
            outcome=outcome,
            trajectory=tuple(self.trajectory),
            warnings=tuple(dict.fromkeys(map(printable, self.warnings))),
            message=printable(message),
            elapsed_s=self._elapsed(),
        )


def _broke_off(outcome: Outcome) -> bool:
    """Whether the backend's process came to an end of nobody's choosing here."""
    return outcome.ending in (Ending.CRASHED, Ending.KILLED) and outcome.limit is None
