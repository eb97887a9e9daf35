"""Verification shares no code with what it verifies."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import optimizer.verify

DATA = ("certificate", "departures", "json_document")  # modules that only say how files look
OWN = (
    "optimizer.verify",
    "optimizer.executors",
    *(f"optimizer.model.{name}" for name in ("plan", "compiling", *DATA)),
)  # executors: no plans


def test_verification_imports_no_solver_and_no_formulation() -> None:
    folder = Path(optimizer.verify.__file__).parent
    files = [*folder.rglob("*.py"), *(folder.parent / "model" / f"{name}.py" for name in DATA)]
    assert len(files) > 20
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            strays = [n for n in named if n.split(".")[0] in ("optimizer", "solvers") and not n.startswith(OWN)]
            assert not strays, file


def test_verification_loads_no_solver_before_a_search_among_hubs() -> None:
    code = "import sys, optimizer.verify.bound; print({'highspy', 'ortools', 'pulp'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout == "set()\n"
