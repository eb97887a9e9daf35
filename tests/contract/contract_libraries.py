"""A job that tells which solver libraries its process holds in the end; run in a child process, by name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from solvers.process.isolation import JobEnd, run_isolated
from solvers.process.worker import resolve

LIBRARIES = frozenset({"highspy", "ortools", "pulp", "pyscipopt"})


@dataclass(frozen=True)
class Loaded:
    libraries: frozenset[str]


def work(payload: tuple[str, Any], emit: Callable[[object], None]) -> object:
    target, own_payload = payload
    result = resolve(target)(own_payload, emit)
    emit(Loaded(LIBRARIES & set(sys.modules)))
    return result


class Watched:
    """In place of `run_isolated`: the same, and `libraries` of the job's process."""

    libraries: frozenset[str] = frozenset()

    def __call__(self, target: str, payload: object, *, on_event: Callable[[Any], None], **how: Any) -> JobEnd:
        def take(event: object) -> None:
            if isinstance(event, Loaded):
                self.libraries = event.libraries
            else:
                on_event(event)

        return run_isolated("contract_libraries:work", (target, payload), on_event=take, **how)
