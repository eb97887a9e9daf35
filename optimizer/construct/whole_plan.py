"""What breaks rules about the whole plan, priced.

For compiled code: `w` is a world record.
"""

from __future__ import annotations

from optimizer.construct.distances import price_distance
from optimizer.construct.partners import missing_partners
from optimizer.construct.tables import IN_PATIENTS, IN_POUNDS
from optimizer.construct.world import (
    inner,
    limits,
    matrix,
    models,
    roles,
)


@inner
def global_penalty(w):
    """Price of broken rules about the whole plan; notes what partners save, which `state_cost` takes off."""
    m, role = models(w), roles(w)
    cost, networked = 0.0, 0
    per_patient = w.network_patient_share * w.per_patient
    for k in range(w.n_models):
        networked += m[k].population
        cost += _outside(w, float(m[k].count), float(m[k].count_min), float(m[k].count_max), w.step)
        low, high = float(m[k].patients_min), float(m[k].patients_max)
        cost += _outside(w, float(m[k].population), low, high, per_patient)
    for t in range(w.n_limits):
        cost += _price_limit(w, t, per_patient)
    cost += _outside(w, float(networked), float(w.networked_min), float(w.networked_max), per_patient)
    cost += _outside(w, float(w.open_hubs), float(w.hubs_min), float(w.hubs_max), w.count_steps * w.step)
    if w.has_partners:
        cost += w.step * missing_partners(w)
    for r in range(w.n_roles):
        most = role[r].market * (1 + 1e-9) + 1e-9
        hires = role[r].hires - role[r].brought
        cost += _outside(w, hires, -1.0, most, w.hire_multiple * role[r].hire_cost + w.hire_steps * w.step)
    cost += _outside(w, w.setup, -1.0, w.fund, 1.0)
    cost += _outside(w, w.moving, -1.0, w.moving_limit, per_patient * w.moving_patients)
    cost += _outside(w, float(w.far), -1.0, float(w.far_max), w.per_patient)
    for limit in range(w.n_distances):
        cost += price_distance(w, limit)
    return cost + w.step * (w.must_open - w.open_required)


@inner
def _price_limit(w, t, per_patient):
    """Of a limit over kinds of network."""
    m, limit = models(w), limits(w)[t]
    by_network = matrix(w.limit_networks, w.rows_limit_networks, w.columns_limit_networks)
    by_patient = matrix(w.limit_patients, w.rows_limit_patients, w.columns_limit_patients)
    value = 0.0
    for k in range(w.n_models):
        value += by_network[t, k] * m[k].count + by_patient[t, k] * m[k].population
    if limit.unit == IN_POUNDS:
        return _outside(w, value, limit.low, limit.high, 1.0)
    return _outside(w, value, limit.low, limit.high, per_patient if limit.unit == IN_PATIENTS else w.step)


@inner
def _outside(w, value, low, high, price):
    if value < low:
        return w.step + price * (low - value)
    if value > high:
        return w.step + price * (value - high)
    return 0.0
