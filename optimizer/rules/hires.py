"""Hires are quantities of roles that exist: for verification alone, programs know no others."""

from __future__ import annotations

from optimizer.rules.record import Rule

RULE = Rule("hires")
