"""Parameters of the backend `search`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SearchParams:
    """What the search tries, how often and for how long."""
