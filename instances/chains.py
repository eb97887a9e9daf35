"""What chains need of the hospitals of an instance: features that are there, and enough hospitals for one chain."""

from __future__ import annotations

from collections.abc import Iterator

from instances.inconsistency import Inconsistency, Path
from instances.schema import ChainRules, InstanceData
from instances.wording import did_you_mean

KIND = "kind"  # a feature that every hospital has: two kinds are either the same or not


def compared(chain: ChainRules) -> dict[str, float]:
    """Weights of the features that are numbers and count."""
    return {feature: weight for feature, weight in chain.features.items() if weight and feature != KIND}


def chain_faults(instance: InstanceData) -> Iterator[Inconsistency]:
    """Everything that does not hold; nothing where there are no chains."""
    if instance.chain is None:
        return
    unknown = list(_unknown_features(instance, instance.chain))
    yield from unknown
    if not any(instance.chain.features.values()):
        yield Inconsistency(
            ("chain", "features"), "; ".join(instance.chain.features), "a feature with a weight above 0"
        )
    if not unknown:
        yield from _unstated(instance, instance.chain)
        number, least = len(instance.chain_hospitals), instance.chain.members_min
        if number < least:
            few = f"at most the number of hospitals that may be in a chain, which is {number:,}"
            yield Inconsistency(("chain", "members_min"), least, few)


def _unknown_features(instance: InstanceData, chain: ChainRules) -> Iterator[Inconsistency]:
    known = dict.fromkeys(feature for hospital in instance.hospitals for feature in hospital.features)
    for index, hospital in enumerate(instance.hospitals):
        if KIND in hospital.features:
            value = hospital.features[KIND]
            expected = "a feature of another name: kind is the column kind"
            yield Inconsistency(("hospitals", index, "features", KIND), value, expected)
    for setting in ("features", "join_max", "lead_min"):
        for feature, value in getattr(chain, setting).items():
            if feature not in known and not (feature == KIND and setting == "features"):
                expected = f"a feature that hospitals have: there is no column chain_{feature}"
                yield Inconsistency(("chain", setting, feature), value, expected + did_you_mean(feature, known))


def _unstated(instance: InstanceData, chain: ChainRules) -> Iterator[Inconsistency]:
    """Features that hospitals do not state, of which chains have to know."""
    for index, hospital in enumerate(instance.hospitals):
        needed: dict[str, str] = {}
        if hospital.can_join_chain is None and hospital.kind in chain.kinds:
            needed |= dict.fromkeys(chain.join_max, "chain.join_max")
        if chain.takes(hospital):
            needed |= dict.fromkeys(chain.lead_min, "chain.lead_min")
            needed |= dict.fromkeys(compared(chain), "chain.features")
        for feature, setting in needed.items():
            if feature not in hospital.features:
                expected = f"a number, as {setting} names it and the hospital may be in a chain"
                path: Path = ("hospitals", index, "features", feature)
                yield Inconsistency(path, "", f"{expected}; or can_join_chain = false")
