"""Small random instances in which practices are reluctant, unready, strained or placed as a last resort, by chance."""

from __future__ import annotations

import random
from typing import Any

from willing import RATINGS

from instances import Instance


def with_consent(instance: Instance, rng: random.Random) -> Instance:
    """The instance with willingness, strain and a last resort drawn; practices refuse more often than before."""
    models = [model.id for model in instance.care_model]
    data: dict[str, Any] = instance.model_dump(exclude_unset=True)
    for row in data["practices"]:
        _ask(row, models, rng)
    for model in data["care_model"]:
        strained = {"misfit_strained": rng.choice([0, 4]), "misfit_unstrained": rng.choice([0, 3])}
        model.update(strained if rng.random() < 0.6 else {}, autonomy_price_per_patient=rng.choice([0, 0, 1.5]))
    data["policy"] |= {
        "reluctant_price_per_patient": rng.choice([0, 3, 9]),
        "unready_price_per_patient": rng.choice([0, 6]),
        "imposed_price_per_patient": rng.choice([0, 2, 20]),
        **_last_resort([row["id"] for row in data["practices"]], rng),
    }
    return Instance.model_validate(data)


def _ask(row: dict[str, Any], models: list[str], rng: random.Random) -> None:
    """What a practice says, and what is known of it."""
    said = {model: rng.choice(["willing", "reluctant", "refuses"]) for model in models}
    for answer in ("refuses", "reluctant"):
        row[answer] = [model for model, what in said.items() if what == answer]
    drawn = {
        "readiness": rng.choice([0, 0.25, 0.9]),
        "gp_vacancies": rng.choice([0, 0.5, 1.25]),
        "rating": rng.choice(RATINGS),
        "list_closed": rng.random() < 0.3,
    }
    row.update({column: value for column, value in drawn.items() if rng.random() < 0.7})
    if rng.random() < 0.15:
        row["strain"] = rng.choice([0, 0.4, 0.95])


def _last_resort(practices: list[str], rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.3:
        return {}
    grounds = {
        "unplaced_after_mediation": rng.sample(practices, 2),
        "serious_problems": rng.sample(practices, 1),
        "serious_strain": rng.choice([0.45, 0.7]),
    }
    some = rng.sample(list(grounds), rng.choice([1, 2, 3]))
    return {"last_resort": True, **{ground: grounds[ground] for ground in some}}
