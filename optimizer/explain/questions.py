"""Questions of a planner, "together A81001 A81002", as settings that hold an instance to what is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from instances import Fault, InputError, Instance
from instances.wording import did_you_mean, place_meant


@dataclass(frozen=True)
class Question:
    """`settings` replace those of the instance; `hard` are what is asked alone, for an instance without locks.

    `is_one_rule_more`: the instance keeps its rules, so that no plan can cost less than before.
    """

    text: str
    settings: Mapping[str, Any]
    hard: Mapping[str, Any]
    is_one_rule_more: bool = True

    def ask(self, instance: Instance) -> Instance:
        """The instance held to it; raises `InputError` where its other rules contradict."""
        return instance.with_settings(dict(self.settings))


Words = Sequence[str]


def question(text: str, instance: Instance) -> Question:
    """What the words ask; raises `InputError` for words that ask nothing, and for ids that nobody has."""
    verb, *words = text.split() or [""]
    if verb not in FORMS:
        known = "; ".join(form for form, _, _ in FORMS.values())
        raise InputError([Fault("--why-not", f"one of: {known}" + did_you_mean(verb, FORMS), value=text)])
    form, count, read = FORMS[verb]
    _refuse_unknown(instance, text, verb, words)
    if not count[0] <= len(words) <= count[1]:
        raise InputError([Fault("--why-not", form, value=text)])
    settings, hard = read(instance, words)
    return Question(text, settings, hard, is_one_rule_more=not _replaces(instance, verb, words))


def _refuse_unknown(instance: Instance, text: str, verb: str, words: Words) -> None:
    """Ids that nobody has, where ids stand: the first of `network` alone, none in `hubs` and `model`.

    Unknown words that follow each other are the name of one place, as far as can be told.
    """
    names = {place.id: place.name for place in (*instance.practices, *instance.hospitals)}
    ids = {"network": words[:1], "hubs": [], "model": []}.get(verb, words)
    runs = [" ".join(run) for is_known, run in groupby(ids, key=names.__contains__) if not is_known]
    faults = [
        Fault("--why-not", "the id of a practice or hospital" + place_meant(word, names), column=text, value=word)
        for word in runs
    ]
    if verb == "network" and len(words) > 1:
        faults += _unknown_model(instance, words[1].partition(":")[0])
    if faults:
        raise InputError(faults)


def _unknown_model(instance: Instance, word: str) -> list[Fault]:
    known = [model.id for model in instance.care_model]
    expected = "the id of a care model" + did_you_mean(word, known)
    return [] if word in known else [Fault("--why-not", expected, value=word)]


Read = Callable[[Instance, Words], tuple[dict[str, Any], dict[str, Any]]]


def _list_lock(name: str) -> Read:
    def read(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
        key = f"policy.{name}"
        return {key: [*map(list, getattr(instance.policy, name)), list(words)]}, {key: [list(words)]}

    return read


def _place_lock(name: str) -> Read:
    def read(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
        key = f"policy.{name}"
        return {key: list(dict.fromkeys([*getattr(instance.policy, name), *words]))}, {key: list(words)}

    return read


def _practice_lock(name: str) -> Read:
    def read(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
        key, (practice, wanted) = f"policy.{name}", words
        return {key: {**getattr(instance.policy, name), practice: wanted}}, {key: {practice: wanted}}

    return read


def _bar(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
    practice, *sites = words
    before = instance.policy.barred_hub.get(practice, ())
    barred = {**instance.policy.barred_hub, practice: list(dict.fromkeys([*before, *sites]))}
    return {"policy.barred_hub": barred}, {"policy.barred_hub": {practice: sites}}


def _independent(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
    """Barred from every place."""
    return _bar(instance, [words[0], *(place.id for place in (*instance.practices, *instance.hospitals))])


def _hubs(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
    del instance
    both = {"hub.count_min": _number(words[0]), "hub.count_max": _number(words[0])}
    return both, both


def _model(instance: Instance, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
    if faults := _unknown_model(instance, words[0]):
        raise InputError(faults)
    number = _number(words[1])
    both = {f"care_model.{words[0]}.count_min": number, f"care_model.{words[0]}.count_max": number}
    return both, both


def _number(word: str) -> int:
    if not word.isdecimal():
        raise InputError([Fault("--why-not", "a whole number", value=word)])
    return int(word)


def _replaces(instance: Instance, verb: str, words: Words) -> bool:
    """Whether a limit or lock that is there gives way, which may have been the tighter one."""
    if verb in ("hubs", "model"):
        return True
    locks = {"fix": instance.policy.fixed_hub, "network": instance.policy.fixed_network}.get(verb, {})
    return words[0] in locks


_MANY = 1_000
FORMS: dict[str, tuple[str, tuple[int, int], Read]] = {  # verb: (how it is written, words after it, what it means)
    "together": ("together PRACTICE PRACTICE...", (2, _MANY), _list_lock("keep_together")),
    "apart": ("apart PRACTICE PRACTICE...", (2, _MANY), _list_lock("keep_apart")),
    "fix": ("fix PRACTICE SITE", (2, 2), _practice_lock("fixed_hub")),
    "bar": ("bar PRACTICE SITE...", (2, _MANY), _bar),
    "network": ("network PRACTICE MODEL or MODEL:LEAD", (2, 2), _practice_lock("fixed_network")),
    "independent": ("independent PRACTICE", (1, 1), _independent),
    "open": ("open SITE...", (1, _MANY), _place_lock("must_open")),
    "close": ("close SITE...", (1, _MANY), _place_lock("must_not_open")),
    "hubs": ("hubs NUMBER", (1, 1), _hubs),
    "model": ("model MODEL NUMBER of its networks", (2, 2), _model),
}
