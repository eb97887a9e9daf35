"""Decorators of this package's kernels: `allocating` for the few inner functions that make arrays."""

from pathlib import Path

from optimizer.model.compiling import borrowing, entry_and_inner

entry, allocating = entry_and_inner(Path(__file__).parent)
inner = borrowing(Path(__file__).parent)
