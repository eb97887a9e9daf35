"""The command `caregroup`: one file a command, put together in `commands.py`."""

from importlib import import_module
from typing import Any

__all__ = ["app", "main"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'optimizer.cli' has no attribute {name!r}")
    return getattr(import_module("optimizer.cli.commands"), name)
