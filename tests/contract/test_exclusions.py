"""The table of exclusions holds no stale entry."""

from __future__ import annotations

from pathlib import Path

from contract_exclusions import EXCLUSIONS

from optimizer.solving.registry import solver_ids


def test_exclusions_name_backends_and_tests() -> None:
    source = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    for (solver_id, test), reason in EXCLUSIONS.items():
        assert solver_id in solver_ids()
        assert f"def {test}(" in source
        assert reason
