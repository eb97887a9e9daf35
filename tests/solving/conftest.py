"""The one door with a stub behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from solving_support import VILLAGE, Answer, Stub

from optimizer.model.backend import Outcome, Proof
from optimizer.model.solution import Solution
from optimizer.solving import solve as solving
from optimizer.solving.result import Result


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Solve the village through a stub, vouched for unless said otherwise; nothing is constructed or repaired unless
    asked for."""

    def solve(
        answer: Answer | Outcome,
        *,
        construct: Solution | None = None,
        repair: Solution | None = None,
        proof: Proof | None = "proven",
        **options: Any,
    ) -> Result:
        backend = Stub(answer if callable(answer) else lambda *_: answer)
        monkeypatch.setattr(solving, "load", lambda _: backend)
        if proof is not None:
            monkeypatch.setattr(solving, "proof_by", lambda _: proof)
        monkeypatch.setattr(solving, "construct", lambda *_, **__: construct)
        monkeypatch.setattr(solving, "repair", lambda *_, **__: repair)
        return solving.solve(VILLAGE, solver="stub", **options)

    return solve
