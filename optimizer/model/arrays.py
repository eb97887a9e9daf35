"""The kinds of arrays that everything is made of, and how "none" is spelled in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NONE = -1  # as an index: no site, no network, no group
NO_LIMIT = 2**40  # of patients and counts
# FTE: the tolerance of verification below which nothing is lacking, and what sums of floats can be off, so that a bound
# never counts a whole FTE that verification does not
NO_LACK = 1e-6 + 1e-9
