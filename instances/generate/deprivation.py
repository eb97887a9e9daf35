"""Deprivation scores like the Index of Multiple Deprivation: high in the cores of cities, alike among neighbours."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from instances.generate.fields import Floats, smooth_field, standardised
from instances.generate.places import Settlements, Spots
from instances.generate.spec import GenerateSpec

# Practice scores: mean 24.5, 5th centile 8.2, 95th 46.1 (BMJ Open, 2015 scores): a gamma distribution of this shape.
_MEAN, _SHAPE = 24.5, 4.25
_LOWEST = 2.0


def draw_deprivation(spec: GenerateSpec, settlements: Settlements, spots: Spots, rng: np.random.Generator) -> Floats:
    """float64[n]: scores, higher = more deprived."""
    size = np.log(settlements.practices[spots.settlement])
    core = np.exp(-1.5 * spots.outwards) * size
    town = rng.normal(size=len(settlements.practices))[spots.settlement]  # some towns are poor altogether
    latent = (
        0.55 * standardised(core)
        + 0.60 * smooth_field(spots.xy_km, length_km=2.5, rng=rng)
        + 0.25 * smooth_field(spots.xy_km, length_km=25.0, rng=rng)
        + 0.30 * town
        + 0.30 * rng.normal(size=len(spots.xy_km))
    )
    rank = latent.argsort(kind="stable").argsort(kind="stable")
    z = ndtri((rank + 0.5) / len(latent))
    return np.round(_gamma_score(z + spec.profile.deprivation_shift), 1)


def _gamma_score(z: Floats) -> Floats:
    """Normal deviates to gamma ones (Wilson and Hilferty, PNAS 17, 1931)."""
    root = 1.0 - 1.0 / (9.0 * _SHAPE) + z / (3.0 * np.sqrt(_SHAPE))
    return np.asarray(np.maximum(_MEAN * np.maximum(root, 0.0) ** 3, _LOWEST))
