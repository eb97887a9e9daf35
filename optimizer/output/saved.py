"""A result in a folder and back: the files of its plan with the instance beside them.

What is read back is verified as if a solver had just said it: files can be changed by anybody.
"""

from __future__ import annotations

from pathlib import Path

from instances import Fault, InputError, Instance
from optimizer.model.backend import Ending, Outcome, Proof, Reason, SolveOptions
from optimizer.model.certificate import BOUND_FILE, Certificate
from optimizer.model.departures import Departures
from optimizer.model.gap import is_reached
from optimizer.model.json_document import InstanceMark
from optimizer.output.claims import check_certified, check_statements
from optimizer.output.document import Moment, PlanDocument
from optimizer.output.files import write_outputs
from optimizer.output.read_plan import plan_file
from optimizer.solving.result import Progress, Result, VerifiedPlan
from optimizer.verify import Evaluation, verify

INSTANCE_FILE = "plan_instance.json"  # instance.json may be somebody's own
_MOST_TOLD = 5  # of what is wrong with a plan


def save(result: Result, folder: str | Path) -> tuple[Path, ...]:
    """Write the files of a result that has a plan, and its instance; return their paths."""
    if result.plan is None:
        raise ValueError("a result without a plan has no files")
    place = Path(folder) / INSTANCE_FILE
    result.instance.write(place)
    return (place, *write_outputs(result, folder, instance_file=place))


def load(folder: str | Path, instance: Instance | None = None) -> Result:
    """The result whose files are in a folder, those that `caregroup solve` wrote among them.

    `instance` is what it is a plan of; None: what plan.json names. Raises `InputError` where that is another one, the
    plan breaks rules, or what plan.json says of it is not true.
    """
    file = plan_file(folder)
    document = PlanDocument.read(file)
    given = _named(file, document.instance) if instance is None else instance
    evaluation = verify(given, document.plan, document.departures)
    statements = check_statements(document, given, evaluation)
    wrong = [*filter(None, [statements.note]), *(v.message for v in evaluation.violations), *statements.wrong]
    if wrong:
        raise InputError([Fault(file.name, f"a plan that verifies: {fault}") for fault in wrong[:_MOST_TOLD]])
    stated = document.departures
    options = SolveOptions.model_validate(document.options)
    proof = document.proof_here
    reason = _reason(document, evaluation, options, proof)
    return Result(
        instance=given,
        plan=VerifiedPlan(given, document.plan, evaluation),
        reason=reason,
        limit=document.limit,
        bound=document.bound,
        proof=proof,
        solver=document.solver,
        options=options,
        outcome=_outcome(document, reason, _certificate(file.with_name(BOUND_FILE), document)),
        trajectory=tuple(_progress(moment, proof) for moment in document.trajectory),
        warnings=document.warnings,
        message=document.message,
        elapsed_s=document.elapsed_s or 0.0,
        chains_bound=None if document.chains is None else document.chains.bound,
        departures=stated and Departures(price_per_practice=stated.price_per_practice, hubs=stated.hubs),
    )


def _named(file: Path, mark: InstanceMark) -> Instance:
    """The instance that plan.json says it is of, with the settings that were changed."""
    if mark.file is None:
        raise InputError([Fault(file.name, "the place of its instance; give the instance", column="instance.file")])
    instance = Instance.read(file.parent / mark.file)
    return instance.with_settings(mark.settings) if mark.settings else instance


def _reason(document: PlanDocument, evaluation: Evaluation, options: SolveOptions, proof: Proof | None) -> Reason:
    """As a solve would say it of this plan and bound."""
    if document.reason is Reason.ERROR or document.bound is None or proof != "proven":
        return Reason.ERROR if document.reason is Reason.ERROR else Reason.FEASIBLE
    reached = is_reached(float(evaluation.priced), document.bound, options.rel_gap, options.abs_gap)
    return Reason.OPTIMAL if reached else Reason.FEASIBLE


def _certificate(path: Path, document: PlanDocument) -> Certificate | None:
    """As a backend hands it over: its instance is not marked."""
    if document.certified_bound is None:
        return None
    found = Certificate.read(path)
    wrong = check_certified(document, found)
    if found.instance.sha256 != document.instance.sha256:
        wrong.append("it is of another instance")
    if wrong:
        raise InputError([Fault(path.name, f"the certificate of this plan's bound: {fault}") for fault in wrong])
    return found.model_copy(update={"instance": InstanceMark(), "departures": None})


def _outcome(document: PlanDocument, reason: Reason, certificate: Certificate | None) -> Outcome:
    return Outcome(
        reason,
        document.limit,
        document.ending or Ending.COMPLETED,
        native_status=document.native_status,
        message=document.message,
        start_used=document.start_used,
        warnings=document.warnings,
        nodes=document.nodes,
        build_s=document.build_s or 0.0,
        solve_s=document.solve_s or 0.0,
        cpu_s=document.cpu_s or 0.0,
        peak_memory_mb=document.peak_memory_mb or 0.0,
        scaling_error=document.scaling_error,
        versions=document.versions,
        certificate=certificate,
    )


def _progress(moment: Moment, proof: Proof | None) -> Progress:
    known = None if moment.bound is None else proof
    return Progress(moment.elapsed_s, moment.objective, moment.bound, proof=known)
