"""The notebooks of docs/ run from top to bottom, and lie in the repository without what they put out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "docs" / "notebooks"
NAMES = ("first_plan", "own_backend", "what_if")
PATIENCE_S = 600  # of a cell, on a busy machine


def test_all_notebooks_are_tested() -> None:
    assert sorted(file.stem for file in NOTEBOOKS.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_left_out(name: str) -> None:
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs(name: str, tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient", reason="the extra dev")
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=PATIENCE_S, resources=resources).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    shown = [output.data for output in outputs if output.output_type in ("execute_result", "display_data")]
    assert _has(shown, "text/html")
    if name == "first_plan":
        assert _has(shown, "application/vnd.plotly.v1+json")
        said = "".join(output.text for output in outputs if output.output_type == "stream")
        assert "practices, row 2, patients: found '-1'" in said


def _has(shown: list[Any], kind: str) -> bool:
    return any(kind in data for data in shown)
