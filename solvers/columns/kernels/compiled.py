"""Decorators of this package's kernels."""

from pathlib import Path

from optimizer.kernels import allocating_and_lending, entry_and_inner

entry, _ = entry_and_inner(Path(__file__).parent)
allocating, inner = allocating_and_lending(Path(__file__).parent)
