"""Decorators of this package's kernels."""

from pathlib import Path

from optimizer.model.compiling import entry_and_inner

entry, inner = entry_and_inner(Path(__file__).parent)
