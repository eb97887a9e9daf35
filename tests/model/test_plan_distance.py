"""How far apart plans are, counted by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from optimizer.model.plan import Hub, Plan
from optimizer.model.plan_distance import difference, pair_difference


def plan(*hubs: str, alone: str = "") -> Plan:
    """Each hub a string of practices, the first of which hosts it."""
    made = tuple(Hub(site=members[0], members=tuple(members), network=None, continues=None) for members in hubs)
    return Plan(hubs=made, independents=tuple(alone))


def test_one_practice_changes_its_hub() -> None:
    change = difference(plan("abc", "def"), plan("ab", "cdef"))
    assert change.practices == ("c",)
    assert (change.hubs_kept, change.hubs_changed, change.hubs_closed, change.hubs_opened) == (0, 2, 0, 0)
    assert change.sites_changed == 1  # that of c, d, e and f
    # pairs: 6 before, 7 after, 1 + 3 of them the same
    assert change.pairs == (9 - 4) / 9


def test_a_hub_that_moves_is_the_same_hub() -> None:
    change = difference(plan("abc", "de"), plan("bac", "de"))
    assert change.practices == ()
    assert (change.hubs_kept, change.sites_changed, change.pairs) == (2, 1, 0.0)


def test_split_merged_and_independent() -> None:
    change = difference(plan("abcd", "ef"), plan("ab", "cd", alone="ef"))
    assert change.practices == ("c", "d", "e", "f")
    assert (change.hubs_closed, change.hubs_opened) == (1, 1)
    assert difference(plan(alone="ab"), plan("ab")).practices == ("a", "b")
    assert difference(plan(alone="ab"), plan(alone="ab")).pairs == 0.0


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_pairs_are_counted(one: list[int], other: list[int]) -> None:
    def grouped(label: list[int]) -> Plan:
        hubs = ["".join("abcdefgh"[i] for i in range(8) if label[i] == k) for k in range(1, 4)]
        alone = "".join("abcdefgh"[i] for i in range(8) if not label[i])
        return plan(*(hub for hub in hubs if hub), alone=alone)

    def pairs(label: list[int]) -> set[tuple[int, int]]:
        return {(i, j) for i in range(8) for j in range(i) if label[i] and label[i] == label[j]}

    union = pairs(one) | pairs(other)
    expected = len(pairs(one) ^ pairs(other)) / len(union) if union else 0.0
    assert pair_difference(grouped(one), grouped(other)) == expected
    assert difference(grouped(one), grouped(one)).practices == ()
