"""What a hub of two or more practices pays for its number of patients."""

from __future__ import annotations

import numpy as np

from solvers.columns.kernels.compiled import inner


@inner
def size_price(population, targets):
    """Price of a hub of two or more outside the targets."""
    if population < targets[0]:
        return targets[2] * (targets[0] - population)
    if population > targets[1]:
        return targets[2] * (population - targets[1])
    return 0.0


@inner
def best_size(multiplier, low, high, targets):
    """The patients in low .. high of least size price less multiplier x patients."""
    if multiplier > targets[2]:
        return high
    if multiplier < -targets[2]:
        return low
    if multiplier > 0.0:
        return min(high, max(low, targets[1]))
    if multiplier < 0.0:
        return max(low, min(high, targets[0]))
    return max(low, min(high, targets[1]))


@inner
def fill_terminal(terminal, grid, low, high, targets):
    """Least size price of the populations grid x w .. grid x w + grid - 1; inf where none is allowed."""
    for w in range(len(terminal)):
        least, most = max(grid * w, low), min(grid * (w + 1) - 1, high)
        if least > most:
            terminal[w] = np.inf
        elif most < targets[0]:
            terminal[w] = size_price(most, targets)
        elif least > targets[1]:
            terminal[w] = size_price(least, targets)
        else:
            terminal[w] = 0.0
