"""The kinds of arrays that everything is made of, and how "none" is spelled in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NONE = -1  # as an index: no site, no network, no group
NO_LIMIT = 2**40  # of patients and counts
