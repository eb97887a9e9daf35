"""Staff of networks that is known before anybody is in them: what leads bring, and what is hired at least."""

from __future__ import annotations

from fractions import Fraction

from instances.schema import Role
from optimizer.verify.bound.cases import Slot
from optimizer.verify.exact import exact
from optimizer.verify.prepared import Prepared, needed_fte


def lead_fte(prepared: Prepared, slot: Slot, role: Role) -> Fraction:
    """The most that a lead of the slot brings along, which only hospitals do."""
    hospitals = (prepared.hospitals.get(lead) for lead in slot.leads)
    return max((exact(of.fte.get(role.id, 0)) for of in hospitals if of is not None), default=Fraction(0))


def least_network_hires(prepared: Prepared, slot: Slot) -> dict[str, Fraction]:
    """FTE by role that a network of the slot hires at least, if every practice were in it.

    Of roles that hubs need not have, as what these hire besides is not known before.
    """
    found = {}
    for role in prepared.roles.values():
        if role.network_min_per_10k is not None and not role.min_per_10k:
            there = sum(prepared.fte[role.id].values(), lead_fte(prepared, slot, role))
            needed = needed_fte(role.network_min_per_10k, prepared.models[slot.model].min)
            found[role.id] = prepared.to_hire(role.id, needed - there)
    return found
