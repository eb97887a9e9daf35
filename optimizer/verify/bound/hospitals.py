"""Whether networks can have the hospitals that they call for: no hospital is in two."""

from __future__ import annotations

from collections.abc import Collection

from optimizer.verify.prepared import Prepared


def hospitals_suffice(prepared: Prepared, networks: Collection[tuple[str, str]]) -> bool:
    """Whether these networks, (model, lead) each, can all be open: who leads leads once, and all find partners."""
    leads = [lead for _, lead in networks if lead in prepared.hospitals]
    if len(set(leads)) < len(leads):
        return False
    models = [(prepared.models[model], lead) for model, lead in networks]
    able = {(model.id, lead): prepared.partners_of(model, lead) - set(leads) for model, lead in models}
    wanting = [(model.id, lead) for model, lead in models for _ in range(model.partners_min)]
    partner: dict[str, int] = {}

    def finds(who: int, tried: set[str]) -> bool:
        for hospital in able[wanting[who]] - tried:
            tried.add(hospital)
            if hospital not in partner or finds(partner[hospital], tried):
                partner[hospital] = who
                return True
        return False

    return all(finds(who, set()) for who in range(len(wanting)))
