"""A network of some care models has every practice of each area that it touches: verified, else refused so far."""

from __future__ import annotations

from optimizer.rules.record import Rule

RULE = Rule("whole-area")
