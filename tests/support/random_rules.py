"""Small random instances over all rules at once: each part of the rules is there or not, by chance."""

from __future__ import annotations

import random

from random_borders import with_borders
from random_consent import with_consent
from random_homes import with_homes
from random_instances import random_instance
from random_kinds import with_kinds
from random_money import with_money
from random_partners import with_partners
from random_staff import with_staff
from random_trust_run import with_trust_run

from instances import Instance

PARTS = (with_borders, with_consent, with_homes, with_money, with_partners, with_staff, with_trust_run)


def with_any_rules(seed: int, n: int) -> Instance:
    """`n` practices; whole areas, bids and waves in three of five."""
    rng = random.Random(seed)
    instance = with_kinds(seed, n) if rng.random() < 0.6 else random_instance(seed, n)
    for part in PARTS:
        if rng.random() < 0.5:
            instance = part(instance, rng)
    return instance
