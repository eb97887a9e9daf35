"""What a backend is let off, and why. Nothing else is: capabilities decide the rest.

A key is (backend id, name of the test). `test_exclusions.py` sees to it that each names a real backend and test.
"""

from __future__ import annotations

EXCLUSIONS: dict[tuple[str, str], str] = {}
