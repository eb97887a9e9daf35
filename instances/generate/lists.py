"""List sizes: lognormal, smaller in villages and in deprived places, alike among neighbours."""

from __future__ import annotations

import numpy as np

from instances.generate.fields import Bools, Floats, Ints, smooth_field, standardised
from instances.generate.spec import GenerateSpec

# NHS Digital, scaled to 2026: P10 about 3,600 and P90 about 18,600 patients, which a lognormal meets with these.
_MEDIAN_OF_MEAN = 8_470 / 10_400
_LOG_SPREAD = 0.65
_TAIL_FROM, _TAIL_SLOPE = 2.5, -0.12  # beyond so many deviations growth slackens: a few lists of 50,000-85,000
_SMALLEST, _LARGEST = 1_000, 85_000  # patients; England: 1,002 to 84,724
_LARGEST_IN_VILLAGE = 16_000


def draw_lists(
    spec: GenerateSpec, *, xy_km: Floats, deprivation: Floats, in_village: Bools, rng: np.random.Generator
) -> Ints:
    """int64[n]: registered patients; `deprivation` is the score."""
    latent = (
        rng.normal(size=len(xy_km))
        + 0.5 * smooth_field(xy_km, length_km=5.0, rng=rng)
        - 0.20 * standardised(deprivation)
        - 0.35 * in_village
    )
    z = standardised(latent)
    tail = _TAIL_SLOPE * np.maximum(z - _TAIL_FROM, 0.0)
    log_list = np.log(_MEDIAN_OF_MEAN * spec.mean_list) + _LOG_SPREAD * z + tail
    largest = np.where(in_village, _LARGEST_IN_VILLAGE, _LARGEST)
    return np.asarray(np.clip(np.exp(log_list), _SMALLEST, largest).round(), np.int64)
