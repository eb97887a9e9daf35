"""Explanations as people read them on a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from optimizer.explain.binding import Binding, Worth
from optimizer.explain.chains import ExplainedChains
from optimizer.explain.no_plan import NoPlan
from optimizer.explain.standing import Standing
from optimizer.explain.thinning import Needed, place
from optimizer.explain.why_not import Answer
from optimizer.model.plan_distance import Difference
from optimizer.verify import PracticeFacts

MOST_EXEMPTIONS = 40  # listed
MOST_UNSETTLED = 6
MOST_PRACTICES = 20  # that would sit differently
_HALF = 0.5
_POUND = 0.5  # less is nothing


def chains_view(explained: ExplainedChains) -> RenderableType:
    """Why there are no chains of hospitals, or what they cost, and the changes of their rules that help."""
    return Group(*map(Text, _chain_lines(explained)))


def _chain_lines(explained: ExplainedChains) -> Iterator[str]:
    if explained.reasons:
        yield "No chains of hospitals can keep every rule:"
        yield from (f"  {reason}" for reason in explained.reasons)
        yield "Each of these changes by itself makes some possible:"
        yield from (f"  --set {change.setting}" for change in explained.changes)
    elif explained.objective is None:
        yield "No chains of hospitals were found within the time; give it longer with --time-limit."
    else:
        least = ", proven to be the least possible" if explained.proven else ""
        yield f"Chains of hospitals cost £{explained.objective:,.0f} a year{least}."
        for change in explained.changes:
            surely = " (proven: no more)" if change.proven and explained.proven else ""
            yield f"  --set {change.setting} saves £{change.saving:,.0f} a year{surely}"
        if not explained.changes:
            yield "  No looser rule of theirs that was tried saves anything."
    yield ""


def no_plan_view(explained: NoPlan) -> RenderableType:
    """Simple reasons, exemptions that make a plan possible, and the changes that allow them."""
    return Group(*map(Text, _no_plan_lines(explained)))


def _no_plan_lines(explained: NoPlan) -> Iterator[str]:
    found, least = explained.found, explained.least
    if explained.reasons:
        yield "No plan can keep every rule. Simple reasons, each enough, found before any solver ran:"
        yield from (f"  {reason}" for reason in explained.reasons)
    elif least is not None and least > _HALF:
        yield "No plan can keep every rule; this is proven."
    else:
        yield "No plan that keeps every rule was found, which does not prove that there is none."
    if found is None:
        yield "Nothing that would make a plan possible was found within the time; give it longer with --time-limit."
        yield from _unsettled_lines(explained.unsettled)
        return
    cases = found.exemptions
    yield ""
    yield f"A plan exists with {_number(len(cases), 'exemption')}:"
    for number, case in enumerate(cases[:MOST_EXEMPTIONS]):
        others = explained.instead[number] if number < len(explained.instead) else ()
        yield f"  {number + 1}. {', or '.join([case.words, *(other.words for other in others)])}"
    if len(cases) > MOST_EXEMPTIONS:
        yield f"  and {len(cases) - MOST_EXEMPTIONS:,} more"
    yield _how_few(explained)
    yield ""
    yield from _change_lines(explained)
    yield from _unsettled_lines(explained.unsettled)


def _how_few(explained: NoPlan) -> str:
    found, least = explained.found, explained.least
    assert found is not None
    if explained.is_least:
        return "Proven: no plan needs fewer or smaller ones (1 for each, and the share of the limit that it misses)."
    counts = f"{found.price:.2f} (1 for each, and the share of the limit that it misses)"
    stands = f"Found; not proven least: these count {counts}"
    if least is None:
        return f"{stands}; whether less would do is not known."
    return f"{stands}; no plan can be had for less than {max(least, 0):.2f}, as far as is proven."


def _change_lines(explained: NoPlan) -> Iterator[str]:
    found = explained.found
    assert found is not None
    yield "With these changes a plan keeps every rule, verified:"
    if explained.needed is None:
        yield from (f"  {change}" for change in found.changes)
        return
    for needed in explained.needed:
        yield f"  {needed.change}   ({_how_needed(needed)})"
    kept = {place(needed.change) for needed in explained.needed}
    spare = [change for change in found.changes if place(change) not in kept]
    if spare:
        yield "Not needed once the others are made, as they hold for everybody:"
        yield from (f"  {change}" for change in spare)


def _how_needed(needed: Needed) -> str:
    words = "proven: no plan without it" if needed.proven else "no plan found without it"
    return words if needed.too_little is None else f"{words}; {_told(needed.too_little)} is too little, proven"


def _unsettled_lines(unsettled: Sequence[str]) -> Iterator[str]:
    if unsettled:
        yield "Not settled within the time (--time-limit):"
        yield from (f"  {question}" for question in unsettled[:MOST_UNSETTLED])
    if len(unsettled) > MOST_UNSETTLED:
        yield f"  and {len(unsettled) - MOST_UNSETTLED:,} more"


def standing_line(standing: Standing) -> str:
    """What the plan at hand costs and how far from the best it can be."""
    if standing.bound <= 0:
        return (
            f"The plan at hand costs £{standing.objective:,.0f} a year; how far from the best it is is not known yet."
        )
    if standing.is_proven:
        return f"The plan at hand costs £{standing.objective:,.0f} a year: proven to be the least possible."
    costs = f"The plan at hand costs £{standing.objective:,.0f} a year"
    return f"{costs}; the best possible saves at most £{standing.objective - standing.bound:,.0f} of this."


def binding_view(binding: Binding) -> RenderableType:
    """Rules by what one more unit saves."""
    columns = ("rule, one unit looser", "at the limit", "saves at least", "at most", "")
    table = _table("What one more unit of each rule saves, £ a year", *columns, right=(1, 2, 3))
    for worth in binding.worths:
        touched = "" if worth.touched is None else f"{worth.touched:,}"
        saving = "not tried" if worth.saving is None else _signed(worth.saving)
        table.add_row(worth.loosening.words, touched, saving, _signed(worth.most), _verdict(worth, binding.base.slack))
    parts: list[RenderableType] = [Text(standing_line(binding.base)), table]
    parts += [Text(line) for line in _legend(binding)]
    return Group(*parts)


def _legend(binding: Binding) -> Iterator[str]:
    yield "at the limit: places where the plan at hand would break the rule if it were one unit tighter."
    yield "saves at least: a plan was found and verified that costs so much less than the plan at hand."
    yield "at most: proven; nothing cheaper exists with the looser rule."
    if not binding.base.is_proven and binding.base.bound > 0:
        gap = binding.base.objective - binding.base.bound
        yield f"Of each 'at most', £{gap:,.0f} is how far the plan at hand can be above the best of today's rules."
    if binding.useful_s is not None:
        seconds = math.ceil(binding.useful_s / 60) * 60
        if binding.base.is_proven:
            yield f"--time-limit {seconds} gives every rule the time that the proof of the plan took."
        else:
            yield f"--time-limit {seconds} gives every rule as long as the plan at hand took; --plan hands one over."


def _verdict(worth: Worth, slack: float) -> str:
    """`slack`: pounds a year that a proof may leave open."""
    if worth.least > _POUND:
        all_of_it = worth.saving is None or worth.least >= 0.99 * worth.saving
        return "binds, proven" if all_of_it else f"binds, £{worth.least:,.0f} of it proven"
    if worth.most <= slack:
        return "does not bind, proven" if worth.most >= -slack else "costs more"
    if worth.saving is not None and worth.saving > _POUND:
        return "binds, as far as found"
    if worth.saving is not None and worth.touched == 0:
        return "not touched, nothing found"
    return "cannot be told in this time"


def answer_view(answer: Answer) -> RenderableType:
    """One question answered."""
    title = Text(f"Why not: {answer.question.text}?", style="bold")
    if answer.already:
        return Group(title, Text(_already(answer)))
    if answer.asked is None:
        assert answer.forbidden is not None
        if answer.forbidden.plan_exists:
            return Group(title, Text("A plan like that exists, and was found too late to be priced: give it longer."))
        return Group(title, no_plan_view(answer.forbidden))
    least, most = answer.extra_range
    more = f"£{abs(answer.extra):,.0f} a year {'more' if answer.extra >= 0 else 'less'}"
    parts: list[RenderableType] = [title, Text(f"It can be had: the plan found for it costs {more}.")]
    if most - least > 1.0:
        parts.append(
            Text(f"With the best plans of both: {_signed(least)} to {_signed(most)} a year more, as far as is proven.")
        )
    table = _table("By term, before weights", "term", "£ a year more")
    for term, pounds in answer.terms.items():
        table.add_row(term.replace("_", " "), _signed(pounds))
    parts.append(table)
    if answer.change is not None:
        parts += [Text(line) for line in _change_of_plan(answer, answer.change)]
    return Group(*parts)


def _already(answer: Answer) -> str:
    verb, *words = answer.question.text.split()
    if verb != "close":
        return "The plan at hand is so already."
    others = " ".join(words)
    return f'The plan at hand has no hub there. What one would take: --why-not "open {others}".'


def _change_of_plan(answer: Answer, change: Difference) -> Iterator[str]:
    """Who would sit differently, and what becomes of hubs: one whose members stay together may have another site."""
    named = answer.names
    others = f"{_number(change.hubs_changed, 'hub')} would have other members"
    yield f"{_number(len(change.practices), 'practice')} would sit differently; {others}."
    yield from (f"The hub at {named[one]} would be at {named[other]}." for one, other in change.relocated)
    yield from (f"The hub at {named[site]} would close." for site in change.closed)
    yield from (f"A hub would open at {named[site]}." for site in change.opened)
    assert answer.asked is not None
    before, after = _homes(answer.base), _homes(answer.asked)
    for practice in change.practices[:MOST_PRACTICES]:
        one, other = (_whereabouts(home, named) for home in (before[practice], after[practice]))
        yield f"  {named[practice]}: {one} -> {other}"
    if len(change.practices) > MOST_PRACTICES:
        yield f"  and {len(change.practices) - MOST_PRACTICES:,} more"


def _homes(standing: Standing) -> dict[str, PracticeFacts]:
    return {facts.practice: facts for facts in standing.evaluation.practices}


def _whereabouts(facts: PracticeFacts, named: Mapping[str, str]) -> str:
    if facts.hub is not None:
        return f"the hub at {named[facts.hub]}"
    return "independent" if facts.run_by is None else f"run by {named[facts.run_by]}"


def _told(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def _signed(pounds: float) -> str:
    if math.isinf(pounds):
        return "not known"
    return f"{pounds:,.0f}" if abs(pounds) >= _POUND else "0"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _table(title: str, *columns: str, right: tuple[int, ...] = (1,)) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left")
    return table
