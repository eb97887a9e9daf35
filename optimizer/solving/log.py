"""What happens in a solve, for callers who ask: `logging` under the name `caregroup`, silent unless they do."""

from __future__ import annotations

import logging
from collections.abc import Callable

from optimizer.solving.result import Progress, Result

LOG = logging.getLogger("caregroup")
LOG.addHandler(logging.NullHandler())


def logged(on_progress: Callable[[Progress], None] | None) -> Callable[[Progress], None]:
    """The callback, each call of which is logged first."""

    def tell(progress: Progress) -> None:
        LOG.info("%s", progress)
        if on_progress is not None:
            on_progress(progress)

    return tell


def log_end(result: Result) -> Result:
    """The result, logged with its warnings."""
    for warning in result.warnings:
        LOG.warning("%s", warning)
    level = logging.ERROR if result.reason == "error" else logging.INFO
    LOG.log(level, "%r%s", result, f": {result.message}" if result.message else "")
    return result
