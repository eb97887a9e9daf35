"""docs/backends.md: its backends work as they stand there, and its tables name every field."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from optimizer.model.mip import MipModel
from solvers.mip.backend import MipOutcome, MipSettings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/backends.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SOLVED = """
import json, sys
from optimizer import Instance, solve
result = solve(Instance.read(sys.argv[1]), sys.argv[2], time_limit=60, threads=1)
print(json.dumps([result.reason, result.objective, result.bound, result.proof, result.message, result.warnings]))
"""


def solved_by(folder: Path, backend_id: str, code: str) -> list[Any]:
    """The hamlet, by a backend that is registered as the page says; its own process has it on its path alone."""
    (folder / "my_backend.py").write_text(code)
    distribution = folder / "my_backend-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: my-backend\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text(f"[caregroup.solvers]\n{backend_id} = my_backend:solver\n")
    path = os.pathsep.join([str(folder), str(ROOT)])
    made = subprocess.run(
        [sys.executable, "-c", SOLVED, ROOT / "instances/data/hamlet", backend_id],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    answer: list[Any] = json.loads(made.stdout)
    return answer


def test_the_mip_backend_of_the_page(tmp_path: Path) -> None:
    (entry,) = tomllib.loads(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0])["project"]["entry-points"].values()
    assert entry == {"scipy:milp": "my_backend:solver"}
    reason, objective, bound, proof, message, warnings = solved_by(tmp_path, "scipy:milp", BLOCKS[0])
    assert (reason, proof, message, warnings) == ("feasible", "claimed", "", [])  # whatever it claims
    assert objective == pytest.approx(1_022_998.5213)
    assert bound == pytest.approx(objective, rel=1e-6)


def test_the_other_backend_of_the_page(tmp_path: Path) -> None:
    reason, objective, bound, _, message, warnings = solved_by(tmp_path, "my:moves", BLOCKS[1])
    assert (reason, bound, message, warnings) == ("feasible", None, "", [])
    assert 1_022_998 < objective < 1.1 * 1_022_998


@pytest.mark.parametrize("kind", [MipModel, MipSettings, MipOutcome])
def test_every_field_is_explained(kind: Any) -> None:
    (table,) = re.findall(rf"\| `{kind.__name__}` \|.*?\n\n", PAGE, re.DOTALL)
    named = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|(.*?)\|", table.partition("\n|---")[2], re.MULTILINE)))
    assert sorted(named) == sorted(field.name for field in fields(kind))
