"""Staff in post: GPs and nurses, fewer per patient where deprivation is high; a few practices report nothing."""

from __future__ import annotations

import numpy as np

from instances.generate.fields import Floats, Ints, smooth_field, whole_number
from instances.generate.spec import GenerateSpec

# Patients per fully qualified FTE GP: 2,130 in the least deprived fifth, 2,450 in the most (RCGP 2024), 2,250 over all.
_PER_GP_AFFLUENT, _PER_GP_DEPRIVED = 2_080.0, 2_480.0  # at the two ends, so that the fifths average as published
_GP_SPREAD, _GP_LOCAL_SPREAD = 0.25, 0.05  # of the logarithm, between practices and between neighbourhoods
_NURSES_PER_10K, _NURSE_SPREAD = 2.6, 0.45  # NHS England 2025
_NURSES_UNREPORTED = 3.0  # times as often as GPs


def draw_gps(
    spec: GenerateSpec, *, xy_km: Floats, patients: Ints, deprivation: Floats, rng: np.random.Generator
) -> Floats:
    """float64[n]: fully qualified FTE GPs; nan = not reported."""
    rank = deprivation.argsort(kind="stable").argsort(kind="stable") / max(len(patients) - 1, 1)
    typical = _PER_GP_AFFLUENT + rank * (_PER_GP_DEPRIVED - _PER_GP_AFFLUENT)
    noise = _GP_SPREAD * rng.normal(size=len(patients)) + _GP_LOCAL_SPREAD * smooth_field(xy_km, length_km=6.0, rng=rng)
    # noise averages to nothing over staff, not over its logarithm: E[exp(noise)] = exp(variance / 2)
    fte = patients / typical * np.exp(noise - (_GP_SPREAD**2 + _GP_LOCAL_SPREAD**2) / 2.0)
    return _with_gaps(np.maximum(np.round(fte, 2), 0.2), share=spec.unreported, rng=rng)


def draw_nurses(spec: GenerateSpec, *, patients: Ints, rng: np.random.Generator) -> Floats:
    """float64[n]: FTE nurses; nan = not reported."""
    noise = np.exp(_NURSE_SPREAD * rng.normal(size=len(patients)) - _NURSE_SPREAD**2 / 2.0)
    fte = np.round(_NURSES_PER_10K / 10_000 * patients * noise, 2)
    return _with_gaps(fte, share=min(1.0, _NURSES_UNREPORTED * spec.unreported), rng=rng)


def _with_gaps(fte: Floats, *, share: float, rng: np.random.Generator) -> Floats:
    gaps = rng.permutation(len(fte))[: whole_number(share, len(fte))]
    fte[gaps] = np.nan
    return fte
