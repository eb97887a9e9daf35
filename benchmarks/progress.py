"""How a benchmark is getting on: a line for each row."""

from __future__ import annotations

import textwrap

from benchmarks.grid import is_failed
from benchmarks.row import Row, seed_words
from optimizer.cli.runs_progress import RunsProgress
from optimizer.solving.assurance import whose

MOST_WORDS = 300  # characters of a message


class RowsProgress(RunsProgress):
    """A context manager to be called with each row; rows of the reference job do not count."""

    def __call__(self, row: Row) -> None:
        if row.kind == "reference":
            self.note(f"reference job {row.total_s:.2f} s")
        else:
            self.made(_line(row))


def _line(row: Row) -> str:
    words = [row.instance, row.backend, seed_words(row.seed), str(row.reason)]
    if row.objective is not None:
        words.append(f"{row.objective:,.2f}")
    if row.gap is not None:
        claimed = "" if row.proof == "proven" else f", {whose(row.proof, row.backend)}"
        words.append(f"gap {row.gap:.2%}{claimed}")
    if row.outcome != "completed":
        words.append(str(row.outcome).replace("_", " "))
    words.append(f"{row.total_s:.1f} s")
    if is_failed(row) and row.message:
        words.append(shortened(row.message))
    return "  ".join(words)


def shortened(message: str) -> str:
    """A backend's message on one line; the store has the whole."""
    return textwrap.shorten("".join(c if c.isprintable() else " " for c in message), MOST_WORDS, placeholder=" ...")
