"""`caregroup solvers`: which backends there are and which work here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.cli.answers import add_result, is_json
from optimizer.cli.arguments import AsJson
from optimizer.cli.inputs import small_instance
from optimizer.cli.terminal import ExitCode, fail, guarded, say, stderr

if TYPE_CHECKING:
    from optimizer.solving.registry import ProbeResult


@guarded
def solvers(as_json: AsJson = False) -> None:
    """Backends, whether each works here (a small instance is solved through it) and what it can do."""
    from optimizer.output.as_json import solvers_json
    from optimizer.output.display import solvers_view
    from optimizer.solving.registry import solver_ids
    from optimizer.solving.solve import DEFAULT_SOLVER

    backends = solver_ids()
    if not backends:
        raise fail(ExitCode.FAILED, "No backend is registered.", "Install caregroup itself: pip install -e .")
    probes = _tried(backends)
    if as_json:
        add_result(**solvers_json(probes, DEFAULT_SOLVER))
    say(solvers_view(probes, DEFAULT_SOLVER))


def _tried(backends: tuple[str, ...]) -> list[ProbeResult]:
    """What came of each, in the order of the list; told on stderr as each ends, unless JSON is asked for."""
    from optimizer.model.build import build_problem
    from optimizer.solving.probing import compile_once, probe_all

    console = stderr()
    console.quiet = is_json()
    problem = build_problem(small_instance())
    compile_once(problem, backends, lambda text: console.print(text, soft_wrap=True))
    console.print(f"Trying {len(backends)} backends ...")
    found: list[ProbeResult] = []
    for probe in probe_all(backends, problem):
        found.append(probe)
        verdict = "works" if probe.works else "does not work"
        console.print(f"{len(found)}/{len(backends)}  {probe.id} {verdict}, {probe.seconds:.1f} s", soft_wrap=True)
    return sorted(found, key=lambda probe: probe.id)
