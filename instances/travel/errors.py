"""What goes wrong that no input is to blame for: an engine, a package, a server."""

from __future__ import annotations


class TravelError(RuntimeError):
    """A routing engine or server failed, or is not there; the message says which and what it said."""
