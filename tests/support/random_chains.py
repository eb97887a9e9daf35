"""Chains of hospitals for an instance, and the best of them by trying all partitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from instances import Instance
from instances.rows import Hospital
from instances.schema import ChainRules

KINDS = ("acute", "community")
LONE = Instance.model_validate(  # whose plan of practices takes no time
    {"practices": [{"id": "P", "patients": 30_000, "x_km": 0, "y_km": 0}], "hub": {"running_cost": 1_000}}
)


def with_chains(instance: Instance, rng: np.random.Generator, number: int | None = None) -> Instance:
    """Other hospitals, which have features, and random rules of chains."""
    number = number or int(rng.integers(4, 8))
    hospitals = tuple(_hospital(k, rng) for k in range(number))
    least = int(rng.integers(2, 4))
    chain = ChainRules(
        features={"beds": float(rng.choice([0.5, 1.0])), "money": float(rng.choice([0.0, 1.0])), "kind": 0.7},
        lead_min={"money": -1.0} if rng.random() < 0.5 else {},
        members_min=least,
        members_max=least + int(rng.integers(0, 3)),
        price_per_unlikeness=float(rng.integers(1_000, 40_000)),
        running_cost=float(rng.integers(0, 60_000)),
        setup_cost=float(rng.integers(0, 100_000)),
        alone_price=float(rng.integers(0, 60_000)),
    )
    return Instance.model_validate({**dict(instance), "hospitals": hospitals, "chain": chain})


def _hospital(number: int, rng: np.random.Generator) -> Hospital:
    return Hospital(
        id=f"H{number}",
        kind=str(rng.choice(KINDS)),  # type: ignore[arg-type]
        can_host_hub=False,
        x_km=0.0,
        y_km=0.0,
        features={"beds": float(rng.integers(20, 200)), "money": round(float(rng.normal()), 2)},
    )


def cheapest(instance: Instance) -> float | None:
    """Pounds a year of the best chains; None where no partition keeps the rules."""
    chain, hospitals = instance.chain, instance.chain_hospitals
    assert chain is not None
    each = chain.running_cost + chain.setup_cost / instance.horizon_years
    apart = _apart(chain, hospitals)
    leads = {
        k for k, hospital in enumerate(hospitals) if all(hospital.features[f] >= m for f, m in chain.lead_min.items())
    }

    def price(block: Sequence[int]) -> float:
        whole = np.inf
        if chain.members_min <= len(block) <= chain.members_max:
            unlike = [sum(apart[i, lead] for i in block) for lead in block if lead in leads]
            whole = each + chain.price_per_unlikeness * min(unlike, default=np.inf)
        return min(whole, chain.alone_price if len(block) == 1 and chain.alone_allowed else np.inf)

    best = min(sum(map(price, blocks)) for blocks in _partitions(list(range(len(hospitals)))))
    return None if best == np.inf else best


def _apart(chain: ChainRules, hospitals: Sequence[Hospital]) -> np.ndarray:
    table = np.array([[hospital.features[f] for f in ("beds", "money")] for hospital in hospitals])
    scores = np.round((table - table.mean(axis=0)) / table.std(axis=0), 6)
    weights = np.array([chain.features["beds"], chain.features["money"]])
    kinds = np.array([hospital.kind for hospital in hospitals])
    differ = kinds[:, None] != kinds
    unlike: np.ndarray = np.abs(scores[:, None] - scores) @ weights + chain.features["kind"] * differ
    return unlike


def _partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    first, *rest = items
    for blocks in _partitions(rest):
        yield [[first], *blocks]
        for k, block in enumerate(blocks):
            yield [*blocks[:k], [first, *block], *blocks[k + 1 :]]
