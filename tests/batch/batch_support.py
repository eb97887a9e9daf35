"""Files of scenarios for the tests of batches: a small instance, of which a backend finds the best plan in a second."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from instances import Instance
from optimizer.cli.inputs import small_instance

SCENARIOS = '[[scenario]]\nid = "base"\n[[scenario]]\nid = "dear"\nset = ["travel.cost_per_patient_km=3"]\n'
CHANGING = ["seconds", "memory_mb"]  # from one run to the next


def tiny(folder: Path, name: str = "tiny") -> Instance:
    """Written as `tiny.json` beside a file of scenarios."""
    instance = small_instance()
    folder.mkdir(parents=True, exist_ok=True)
    instance.write(folder / f"{name}.json")
    return instance


def write_scenarios(folder: Path, scenarios: str = SCENARIOS, **top: Any) -> Path:
    """`scenarios.toml` in a folder, for the small instance there unless told otherwise."""
    stated = {"instances": ["tiny.json"], "solver": "highs", "time_limit_s": 30, **top}
    if not (folder / "tiny.json").exists():
        tiny(folder)
    path = folder / "scenarios.toml"
    lines = [f"{key} = {value!r}\n" for key, value in stated.items() if value is not None]
    path.write_text("".join(lines).replace("True", "true") + scenarios)
    return path


def table_of(out: Path) -> pd.DataFrame:
    """The table of runs without what changes from one run to the next."""
    return pd.read_csv(out / "batch.csv").drop(columns=CHANGING)
