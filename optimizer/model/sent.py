"""What one thread may send to another process while others work with it."""

from __future__ import annotations

from typing import Any


class Sent:
    """Caches properties when they are first asked for, which another thread may do while this one pickles it."""

    def __getstate__(self) -> dict[str, Any]:
        return dict(vars(self))
