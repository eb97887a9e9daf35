"""`caregroup solvers`: which backends there are and which work here."""

from __future__ import annotations

from optimizer.cli.answers import add_result
from optimizer.cli.arguments import AsJson
from optimizer.cli.inputs import small_instance
from optimizer.cli.terminal import ExitCode, fail, guarded, say, stderr


@guarded
def solvers(as_json: AsJson = False) -> None:
    """Backends, whether each works here (a small instance is solved through it) and what it can do."""
    from optimizer.model.build import build_problem
    from optimizer.output.as_json import solvers_json
    from optimizer.output.display import solvers_view
    from optimizer.solving.registry import probe, solver_ids
    from optimizer.solving.solve import DEFAULT_SOLVER

    problem = build_problem(small_instance())
    with stderr().status("Trying each backend ..."):
        probes = [probe(solver_id, problem) for solver_id in solver_ids()]
    if not probes:
        raise fail(ExitCode.FAILED, "No backend is registered.", "Install caregroup itself: pip install -e .")
    if as_json:
        add_result(**solvers_json(probes, DEFAULT_SOLVER))
    say(solvers_view(probes, DEFAULT_SOLVER))
