"""Generated instances: `python -m benchmarks.generated 150 400 --hubs-only --solver auto --solver highs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from benchmarks.table import Case, run
from instances import Instance
from instances.generate import GenerateSpec, Kind, generate


def without_networks(instance: Instance) -> Instance:
    """The same practices without care models: the hub tier alone."""
    practices = tuple(practice.model_copy(update={"refuses": ()}) for practice in instance.practices)
    policy = instance.policy.model_copy(update={"coverage_min": 0.0})
    return instance.model_copy(update={"practices": practices, "care_model": (), "misfit": (), "policy": policy})


def cases(sizes: list[int], kind: Kind, seed: int, only_hubs: bool) -> Iterator[Case]:
    """An instance of each size."""
    for practices in sizes:
        instance = generate(GenerateSpec(kind=kind, practices=practices), seed)
        yield Case(f"{kind} {seed}", without_networks(instance) if only_hubs else instance)


def main(
    sizes: Annotated[list[int], typer.Argument(help="Numbers of practices.")],
    kind: Kind = "mixed",
    hubs_only: Annotated[bool, typer.Option("--hubs-only", help="Without care models.")] = False,
    solver: Annotated[list[str] | None, typer.Option(help="Give it several times to compare.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds for each.")] = 60.0,
    threads: Annotated[int | None, typer.Option(help="All cores unless said.")] = None,
    seed: int = 1,
) -> None:
    """Solve generated instances and show objective, bound and gap."""
    run(cases(sizes, kind, seed, hubs_only), solver or ["auto"], time_limit, threads, seed)


if __name__ == "__main__":
    typer.run(main)
