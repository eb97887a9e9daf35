"""`caregroup solve` from a request to an exit code: search with a line of progress, write the plan, show it."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from instances import Instance
from optimizer.analysis.check_names import misspelt_names
from optimizer.cli.inputs import geography, native_options, slug
from optimizer.cli.progress import ProgressLine
from optimizer.cli.terminal import ExitCode, fail, not_written, stderr, stdout, stoppable, undisturbed, warn
from optimizer.model.backend import Limit, Reason, SolveOptions
from optimizer.model.plan import Plan
from optimizer.output.display import LIMITS, against_start, plan_view
from optimizer.output.document import PlanDocument
from optimizer.output.files import REPORT_FILE, write_outputs
from optimizer.output.geography import Geography
from optimizer.output.geojson import GEOJSON_FILE
from optimizer.output.outlines import on_globe
from optimizer.output.read_plan import PLAN_FILE, read_plan
from optimizer.output.report import HOW_TO_GET, Subject, is_available, write_report
from optimizer.solving.checkpoint import CHECKPOINT_FILE
from optimizer.solving.result import Result
from optimizer.solving.solve import DEFAULT_SOLVER, solve

# Measured with page, processor time: 0.8 s for 174 practices, 6.7 s for 4,062; without one 0.2 and 2.0 s.
# Of 6,400 all that follows a search, certificate and verification among it, took 24 s of wall clock.
_WRITING_S, _WRITING_S_EACH, _WITHOUT_PAGE = 1.0, 0.0036, 0.3
_WRITING_SHARE = 0.35  # of the time limit at most
_LEAST_SHARE = 0.5  # of it that the search has, however long reading took


@dataclass(frozen=True)
class SolveRequest:
    """What the user asked for."""

    instance: Instance
    solver: str | None
    options: SolveOptions
    native: Sequence[str] = ()
    start: Path | None = None
    stay_close: float | None = None
    out: Path | None = None
    resume: bool = False
    settings: Sequence[str] = ()
    instance_file: Path | None = None
    report: bool = True
    place_outlines: Path | None = None  # what the page's map shows beside the plan
    outlines: Path | None = None
    quiet: bool = False
    began: float = field(default_factory=time.monotonic)  # when the command did

    @property
    def folder(self) -> Path:
        return self.out or Path("out") / slug(self.instance.name)

    @property
    def checkpoint(self) -> Path | None:
        """Kept where a folder was named."""
        return None if self.out is None else self.out / CHECKPOINT_FILE


def run(request: SolveRequest) -> ExitCode:
    """Solve, write, show; the exit code says how it ended."""
    _refuse_price(request)
    _refuse_unwritable(request.folder)
    if request.resume and request.out is None:
        raise fail(ExitCode.BAD_INPUT, "--resume goes on from the checkpoint in a folder: name it with --out.")
    ground = _ground(request)
    start = read_plan(request.start, request.instance) if request.start else None
    for warning in misspelt_names(request.instance):
        warn(warning)
    replaced = (request.folder / PLAN_FILE).exists()
    if replaced:
        warn(f"{request.folder} holds an earlier plan, which the new one will replace; --out names another folder.")
    if request.checkpoint is not None and request.checkpoint.exists() and not request.resume:
        warn(
            f"{request.folder} holds the checkpoint of a run that did not end; this one replaces it, --resume goes on."
        )
    try:
        result = _search(request, start)
    except KeyboardInterrupt:
        raise fail(ExitCode.NO_PLAN_FOUND, "Stopped before a plan was found; nothing was written.") from None
    for warning in result.warnings:
        warn(warning)
    if result.plan is None:
        _end_checkpoint(request, result)
        return _without_plan(result, request.folder)
    _announce(request)
    folder, files = _write_files(result, request)
    if not request.quiet and not on_globe(request.instance):
        stderr().print(f"{GEOJSON_FILE} was not written: it takes the latitude and longitude of every place.")
    if request.report:
        with suppress(KeyboardInterrupt):  # the plan is there, with or without its page
            files += _write_report(result, request, folder, ground)
    if folder == request.folder:
        _end_checkpoint(request, result)
    if result.reason is Reason.ERROR:
        _warn_of_failure(result)
    if not request.quiet:
        with suppress(KeyboardInterrupt):  # the plan is there, whatever becomes of the tables
            stdout().print(plan_view(result, result.plan))
            if start is not None:
                stdout().print(against_start(request.instance, start, result.plan.plan), soft_wrap=True)
            instead = ", in place of an earlier plan" if replaced and folder == request.folder else ""
            names = ", ".join(file.name for file in files)
            stdout().print(f"Written to {folder}{instead}: {names}", soft_wrap=True)
    return ExitCode.DONE if folder == request.folder else ExitCode.FAILED


def _announce(request: SolveRequest) -> None:
    if not request.quiet:
        page = f" and {REPORT_FILE}" if request.report else ""
        stderr().print(f"{time.monotonic() - request.began:7.1f} s  writing the plan's files{page}")


def _write_files(result: Result, request: SolveRequest) -> tuple[Path, tuple[Path, ...]]:
    """The folder that the plan is in, and its files; one of temporary files where the folder asked for takes none."""

    def write(folder: Path) -> tuple[Path, tuple[Path, ...]]:
        return folder, write_outputs(result, folder, request.settings, request.instance_file, not_written)

    with undisturbed():
        try:
            return write(request.folder)
        except OSError as error:
            elsewhere = Path(tempfile.mkdtemp(prefix="caregroup-plan-"))
            warn(f"{request.folder} cannot take the plan ({error.strerror or error}); it is kept in {elsewhere}.")
            return write(elsewhere)


def _end_checkpoint(request: SolveRequest, result: Result) -> None:
    """Removes it, unless something from outside has ended the run."""
    if request.checkpoint is None or not request.checkpoint.exists():
        return
    if result.is_unfinished:
        stderr().print(f"{request.checkpoint} is kept: the same command with --resume goes on.", soft_wrap=True)
        return
    with suppress(OSError):
        request.checkpoint.unlink()


def _ground(request: SolveRequest) -> Geography | None:
    """Read before the search, so that a file that cannot be drawn costs no time."""
    for option, file in (("--place-outlines", request.place_outlines), ("--outlines", request.outlines)):
        if file is not None and not request.report:
            raise fail(ExitCode.BAD_INPUT, f"{option} is for the page, which --no-report leaves out: drop one of them.")
    return geography(request.instance, request.place_outlines, request.outlines)


def _write_report(result: Result, request: SolveRequest, folder: Path, ground: Geography | None) -> tuple[Path, ...]:
    """The page beside the plan; without the packages that it takes, a line says how to get them."""
    if not is_available():
        why = f"{REPORT_FILE} was not written, as it takes packages that are not installed: {HOW_TO_GET}"
        stderr().print(why, soft_wrap=True)
        return ()
    assert result.plan is not None
    path = folder / REPORT_FILE
    try:
        document = PlanDocument.of(result, request.settings)
        today = None if result.today is None else result.today.evaluation
        write_report(replace(Subject.of(result.plan, document, today), geography=ground), path)
    except Exception as error:
        not_written(path, error)
        return ()
    return (path,)


def _search(request: SolveRequest, start: Plan | None) -> Result:
    solver = request.solver or DEFAULT_SOLVER
    options = request.options
    if request.native:
        options = options.model_copy(update={"native": {solver: native_options(request.native)}})
    line = nullcontext() if request.quiet else ProgressLine(stderr())
    with stoppable(), line as on_progress:
        result = solve(
            request.instance,
            solver,
            start=start,
            stay_close=request.stay_close,
            options=_with_time_left(request, options),
            on_progress=on_progress,
            checkpoint=request.checkpoint,
            resume=request.checkpoint if request.resume else None,
        )
    return replace(result, options=options)


def _with_time_left(request: SolveRequest, options: SolveOptions) -> SolveOptions:
    """For the search: without what reading took and writing will take."""
    limit = options.time_limit
    if limit is None:
        return options
    writing = _WRITING_S + _WRITING_S_EACH * len(request.instance.practices)
    writing *= 1 if request.report and is_available() else _WITHOUT_PAGE
    spent = time.monotonic() - request.began + min(writing, _WRITING_SHARE * limit)
    return options.model_copy(update={"time_limit": max(limit - spent, _LEAST_SHARE * limit)})


def _without_plan(result: Result, folder: Path) -> ExitCode:
    said = [f"  {line}" for line in result.message.splitlines() if line.strip()]
    if (folder / PLAN_FILE).exists():
        said.append(f"Nothing was written; {folder} still holds an earlier plan.")
    if result.reason is Reason.INFEASIBLE:
        advice = "caregroup explain names the fewest changes that would make one; try them with --set."
        fail(ExitCode.NO_PLAN_EXISTS, "No plan can keep every rule; this is proven.", *said, advice)
        return ExitCode.NO_PLAN_EXISTS
    if result.reason is Reason.NO_SOLUTION:
        why = LIMITS[result.limit] if result.limit is not None else "ended"
        fail(ExitCode.NO_PLAN_FOUND, f"No plan was found: the search was {why}.", *said, _advice(result.limit))
        return ExitCode.NO_PLAN_FOUND
    advice = "caregroup solvers shows which backends work here; choose another with --solver."
    fail(ExitCode.FAILED, f"The backend {result.solver} failed ({_ending(result)}).", *said, advice)
    return ExitCode.FAILED


def _advice(limit: Limit | None) -> str:
    more = {
        Limit.TIME: "Give it longer with --time-limit",
        Limit.NODE: "Raise --node-limit",
        Limit.MEMORY: "Raise --memory",
        Limit.INTERRUPT: "Let it run for longer",
    }
    return f"{more.get(limit, 'Try again') if limit else 'Try again'}, another --solver, or looser rules with --set."


def _warn_of_failure(result: Result) -> None:
    lines = [f"  {line}" for line in result.message.splitlines() if line.strip()]
    stderr().print(
        f"WARNING: the backend {result.solver} failed ({_ending(result)}).", style="bold red", soft_wrap=True
    )
    for line in (*lines, "The plan written is the best that was found and verified before; better ones may exist."):
        stderr().print(line, soft_wrap=True)


def _ending(result: Result) -> str:
    return str(result.ending).replace("_", " ")


def _refuse_price(request: SolveRequest) -> None:
    price = request.stay_close
    if price is not None and request.start is None:
        raise fail(ExitCode.BAD_INPUT, "--stay-close prices departures from a plan: name it with --start.")
    if price is not None and not 0 <= price < math.inf:
        raise fail(ExitCode.BAD_INPUT, f"--stay-close {price:g}: write pounds a year, 0 or more, such as 5000.")


def _refuse_unwritable(folder: Path) -> None:
    """Better now than after an hour's search."""
    if folder.exists() and not folder.is_dir():
        raise fail(ExitCode.BAD_INPUT, f"--out {folder}: that is a file; name a folder.")
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=nearest, buffering=0) as file:
            file.write(bytes(4096))  # a full disk takes a file of nothing
    except OSError as error:
        why = error.strerror or "it takes no files"
        raise fail(
            ExitCode.BAD_INPUT, f"--out {folder}: cannot write in {nearest} ({why}); choose another folder."
        ) from None
