"""The locks of an instance, each as the change that drops it."""

from __future__ import annotations

from collections.abc import Iterator

from instances import Instance
from optimizer.explain.changes import Change, Loosest


def dropped_locks(instance: Instance) -> Iterator[Change]:
    """One lock less, in turn."""
    policy = instance.policy
    for name in ("keep_together", "keep_apart", "must_open", "must_not_open"):
        locks = getattr(policy, name)
        for k in range(len(locks)):
            yield Change(f"policy.{name}", (*locks[:k], *locks[k + 1 :]), Loosest.FEWEST)
    for name in ("fixed_hub", "barred_hub", "fixed_network"):
        locks = getattr(policy, name)
        for practice in locks:
            rest = {other: value for other, value in locks.items() if other != practice}
            yield Change(f"policy.{name}", rest, Loosest.FEWEST)
