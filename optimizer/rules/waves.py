"""Every network starts in one of the waves, where there are any: a wave is part of its kind."""

from __future__ import annotations

from optimizer.rules.record import Rule

RULE = Rule("waves")
