"""`caregroup bench verify`: every plan of a store judged again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.run_command import HOME
from optimizer.cli.terminal import ExitCode, fail, guarded, stdout, warn

if TYPE_CHECKING:
    from benchmarks.row import Row
    from instances import Instance


@guarded
def verify(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="The suite whose instances the runs are of.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The store.", show_default=f"{HOME}/NAME of the suite")
    ] = None,
) -> None:
    """Every rule and every pound of every plan in a store again; exit code 1 if something is wrong."""
    from benchmarks.read_suite import cases_of, read_suite, suite_file
    from benchmarks.store import stored_rows

    path = suite_file(suite)
    wanted = read_suite(path)
    folder = out or HOME / wanted.name
    rows = [row for row in stored_rows(folder / "rows")[0] if row.kind == "run" and row.objective is not None]
    instances = {made.sha256: made for made in (case.make() for case in cases_of(wanted, path))}
    planned = [row for row in rows if row.plan is not None]
    known = [row for row in planned if row.instance_hash in instances]
    wrong = [said for row in known for said in _wrong(row, instances[row.instance_hash])]
    if len(planned) < len(rows):
        warn(f"without their plan, which rows of before it was kept do not have: {len(rows) - len(planned):,}")
    if len(known) < len(planned):
        warn(f"of instances that are not in the suite as it is now: {len(planned) - len(known):,}")
    if not known:
        raise fail(ExitCode.BAD_INPUT, f"{folder}: there is no plan of an instance of the suite.")
    if wrong:
        raise fail(ExitCode.WRONG, "What is said of plans is not true:", *(f"  {said}" for said in wrong))
    stdout().print(f"{folder}: all {len(known):,} plans keep every rule and cost what their rows say", soft_wrap=True)


def _wrong(row: Row, instance: Instance) -> list[str]:
    from benchmarks.row import seed_words
    from optimizer.verify import check_claim
    from optimizer.verify import verify as verify_plan

    assert row.plan is not None
    evaluation = verify_plan(instance, row.plan)
    said = [] if evaluation.ok else [f"it breaks rules in {len(evaluation.violations):,} places"]
    run = f"{row.instance}, {row.backend}, {seed_words(row.seed)}, {row.started:%Y-%m-%d %H:%M}"
    return [f"{run}: {text}" for text in [*said, *check_claim(evaluation, row.objective, None)]]
