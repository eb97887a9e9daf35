"""Names of current groups and areas that are likely to be meant for another: a letter more, less or other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from instances import Instance
from optimizer.analysis.words import listed, number

FEW_MEMBERS = 2  # of a group that a slip of the pen has made
MOST_TOLD = 10  # misspelt groups, or areas: with more, the names are of another kind
SHORTEST = 5  # letters of a name in which one is little


def misspelt_names(instance: Instance) -> Iterator[str]:
    """What `check` and `solve` warn of: a mistyped name makes a group of its own without a word."""
    named: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for practice in instance.practices:
        named["current group"][practice.current_group or ""].append(practice.id)
        named["area"][practice.area or ""].append(practice.id)
        for kind, area in practice.areas.items():
            named[kind][area].append(practice.id)
    for what, members in named.items():
        misses = list(_near_misses(members))
        for name, meant in misses[:MOST_TOLD]:
            those = f"{number(len(members[name]), 'practice')}: {listed(members[name])}"
            yield f"{what} {name!r} ({those}): did you mean {meant!r} ({number(len(members[meant]), 'practice')})?"
        if len(misses) > MOST_TOLD:
            yield f"{number(len(misses) - MOST_TOLD, f'more {what}')} whose name is nearly another's"


def _near_misses(members: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Names and the larger group that each may be meant for."""
    near: defaultdict[str, set[str]] = defaultdict(set)
    for name in members:
        for key in _shortened(_plain(name)):
            near[key].add(name)
    seen: set[str] = set()
    for name, ids in members.items():
        if len(_plain(name)) < SHORTEST:
            continue
        others = {other for key in _shortened(_plain(name)) for other in near[key]} - {name, ""} - seen
        larger = [other for other in others if len(members[other]) >= len(ids) and _is_slip(name, other, len(ids))]
        if larger:
            seen.add(name)
            yield name, max(larger, key=lambda other: (len(members[other]), other))


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _shortened(name: str) -> set[str]:
    """The name, and with each letter left out: names that differ by a letter have one of these in common."""
    return {name, *(name[:k] + name[k + 1 :] for k in range(len(name)))}


def _is_slip(name: str, other: str, size: int) -> bool:
    """Alike but for case, spaces and signs; or, of a small group, but for a letter that does not count or number."""
    a, b = _plain(name), _plain(other)
    if a == b:
        return True
    start = _agreeing(a, b)
    end = _agreeing(a[start:][::-1], b[start:][::-1])
    changed = (a[start : len(a) - end], b[start : len(b) - end])
    return size <= FEW_MEMBERS and _is_a_letter(*changed) and not _is_numeral(name, other)


def _agreeing(a: str, b: str) -> int:
    """How many letters two words begin with alike."""
    return next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _is_a_letter(a: str, b: str) -> bool:
    return (len(a) <= 1 and len(b) <= 1 and (a + b).isalpha()) or (len(a) == 2 and a == b[::-1] and a.isalpha())


def _is_numeral(name: str, other: str) -> bool:
    """Whether they differ in a word that tells groups apart: North A and North B, Ely I and Ely II."""
    words, others = name.casefold().split(), other.casefold().split()
    differing = set(words) ^ set(others)
    return any(len(word) == 1 or not set(word) - set("ivx") for word in differing)
