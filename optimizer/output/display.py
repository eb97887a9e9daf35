"""Plans, verdicts, data and backends as tables that people read on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from instances import Instance
from instances.schema import ChainRules
from optimizer.analysis.check_homes import HomeFacts, home_facts
from optimizer.analysis.money import COMPARISON, MEANINGS, NAMES, difference_by_money
from optimizer.model.backend import Capability, Limit
from optimizer.model.departures import Departures
from optimizer.model.gap import is_reached, relative_gap
from optimizer.model.locked import known_as
from optimizer.model.neighbours import neighbour_graph
from optimizer.model.plan import Plan
from optimizer.model.plan_distance import difference
from optimizer.output.care_models import hub_preset
from optimizer.output.document import assumed
from optimizer.output.fitted import fitted_table as _table
from optimizer.output.place_names import PlaceNames
from optimizer.solving.assurance import Assurance, percent
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.registry import ProbeResult
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.verify import CHAIN_RULE_NAMES, RULE_NAMES, ChainEvaluation, Evaluation, HubFacts
from optimizer.verify.consent import Consent
from optimizer.verify.money import MONEY, by_money

MOST_ROWS = 60  # of a table on the screen; files have all
MOST_MOVED = 10
MOST_LISTED = 5
ASSUMED = "assumed, at defaults or estimated"
ASSUMED_COLUMNS = ("setting", "value", "what it is")

LIMITS = {
    Limit.TIME: "stopped by the time limit",
    Limit.GAP: "stopped within the gap that was asked for",
    Limit.NODE: "stopped by the node limit",
    Limit.MEMORY: "stopped by the memory limit",
    Limit.INTERRUPT: "stopped on request",
}


def plan_view(result: Result, plan: VerifiedPlan) -> RenderableType:
    """A plan and how good it is: the end of a solve. What matters most comes last, where the screen ends."""
    evaluation = plan.evaluation
    parts: list[RenderableType] = [Text(""), hub_table(plan.instance, evaluation)]
    if evaluation.networks:
        parts.append(network_table(plan.instance, evaluation))
    if evaluation.chains is not None and evaluation.chains.chains:
        parts.append(chain_table(plan.instance, evaluation.chains))
    parts += [
        term_table(evaluation),
        moved_view(plan.instance, evaluation),
        *([Text(without_consent(plan.instance, evaluation))] if plan.instance.policy.last_resort else []),
        Text(""),
        Text(_headline(result.instance, evaluation), style="bold"),
        Text(quality(result)),
        *([Text(against_today(result.today, evaluation))] if result.today is not None else []),
        *([Text(chains_line(evaluation.chains, result.chains_bound))] if evaluation.chains is not None else []),
    ]
    figures = len(list(assumed(plan.instance)))
    if figures:
        said = f"{_number(figures, 'figure')} {ASSUMED}: caregroup check --assumptions lists them."
        parts.append(Text(said))
    return Group(*parts)


def _headline(instance: Instance, evaluation: Evaluation) -> str:
    in_band = sum(_band(instance, hub) == "within" for hub in evaluation.hubs)
    run = sum(practice.run_by is not None for practice in evaluation.practices)
    independent = sum(practice.hub is None for practice in evaluation.practices) - run
    found = [f"{_number(len(evaluation.hubs), 'hub')} ({in_band} within the targets)"]
    if evaluation.networks:
        networks = _number(len(evaluation.networks), "network")
        found.append(f"{networks} with {float(evaluation.coverage):.0%} of the patients")
    if independent:
        found.append(f"{_number(independent, 'practice')} independent")
    if run:
        found.append(f"{_number(run, 'practice')} run by trusts")
    return f"{instance.name}: {', '.join(found)}"


def quality(result: Result) -> str:
    """What the plan costs and what is known of better ones, in words."""
    assert result.objective is not None
    assert result.plan is not None
    known = Assurance.of(result)
    costs, included = f"£{result.objective:,.0f} a year", ""
    if result.departures is not None:
        costs += f", and {departing(result.departures, result.plan.evaluation)}"
        included = ", departures included"
    stopped = f" The search was {LIMITS[result.limit]}." if result.limit is not None else ""
    if known.least is None or known.gap is None:
        return f"{costs}. How much cheaper another plan could be is not known yet.{stopped}"
    beside = f" {known.certified_beside}".rstrip()
    if known.is_least:
        return f"{costs}: {known.whose} to be the least possible.{beside}"
    room = (
        f"No plan can cost less than £{known.least:,.0f}{included}: "
        f"the best possible saves at most {percent(known.gap)} of this."
    )
    return f"{costs}. {known.attributed(room)}{beside}{stopped}"


def departing(departures: Departures, evaluation: Evaluation) -> str:
    """Practices that are elsewhere than in the earlier plan, and what that is priced at."""
    where = "elsewhere than in the earlier plan"
    if not evaluation.departed:
        return f"no practice {where}"
    leave = _number(len(evaluation.departed), "practice")
    return f"£{_money(evaluation.departures)} for {leave} {where} (£{departures.price_per_practice:,.0f} each)"


def against_start(instance: Instance, start: Plan, plan: Plan) -> str:
    """What has changed from the plan that the search began from, in a line."""
    change = difference(start, plan)
    patients = {practice.id: practice.patients for practice in instance.practices}
    moved = sum(patients.get(practice, 0) for practice in change.practices)
    hubs = {
        "as they were": change.hubs_kept,
        "with other members": change.hubs_changed,
        "closed": change.hubs_closed,
        "opened": change.hubs_opened,
        "at another site": change.sites_changed,
    }
    said = ", ".join(f"{count:,} {what}" for what, count in hubs.items() if count)
    practices = _number(len(change.practices), "practice")
    return f"Against the start plan: {practices} ({moved:,} patients) in another hub. Hubs: {said}."


def against_today(today: JudgedPlan, evaluation: Evaluation) -> str:
    """What the plan costs more or less than today's groups by kinds of money, and what they break."""
    broken = ", ".join(f"{rule.replace('-', ' ')} in {_number(n, 'place')}" for rule, n in today.broken.items())
    breaking = f" and breaking rules ({broken})" if broken else " and keeping every rule"
    by_kind = difference_by_money(by_money(evaluation.terms), today.money)
    kinds = ", ".join(f"{NAMES[kind]} {_more(pounds)}" for kind, pounds in by_kind.items())
    return (
        f"Today's {_number(len(today.evaluation.hubs), 'group')}, as hubs at £{_money(today.evaluation.objective)} a "
        f"year{breaking}. Against them the plan has {kinds}; objective "
        f"{_more(evaluation.objective - today.evaluation.objective)}. {COMPARISON}"
    )


def _more(pounds: Fraction) -> str:
    return f"£{abs(float(pounds)):,.0f} a year {'more' if pounds > 0 else 'less'}"


def hub_table(instance: Instance, evaluation: Evaluation) -> Table:
    table = _table("Hubs", "hub", "name", "#patients", "#practices", "targets", "network", "continues", "#mean km")
    hubs = sorted(evaluation.hubs, key=lambda hub: (hub.network is None, hub.network or "", hub.name, hub.site))
    for hub in hubs[:MOST_ROWS]:
        table.add_row(
            hub.site,
            hub.name,
            f"{hub.patients:,}",
            f"{len(hub.members)}",
            _band(instance, hub),
            hub.network or "-",
            hub.continues or "-",
            f"{float(hub.mean_km):.2f}",
        )
    return _cut(table, len(hubs), "hubs.csv")


def _band(instance: Instance, hub: HubFacts) -> str:
    if hub.patients < instance.hub.target_min:
        return "below"
    if hub.patients <= instance.hub.target_max:
        return "within"
    return "above" if len(hub.members) > 1 else "above, alone"  # one large practice: no price


def network_table(instance: Instance, evaluation: Evaluation) -> Table:
    names = PlaceNames.of(instance).by_id
    has_partners = any(model.partner_kinds for model in instance.care_model)
    further = ["partners"] if has_partners else []
    table = _table(
        "Networks", "network", "led from", "#patients", "#hubs", "#practices", "#mean km", "#max km", *further
    )
    for network in evaluation.networks[:MOST_ROWS]:
        table.add_row(
            network.id,
            names.get(network.lead, ""),
            f"{network.patients:,}",
            f"{len(network.hubs)}",
            f"{network.practices}",
            f"{float(network.mean_km):.1f}",
            f"{float(network.max_km):.1f}",
            *(["; ".join(names.get(id_) or id_ for id_ in network.partners)] if has_partners else []),
        )
    return _cut(table, len(evaluation.networks), "networks.csv")


def chain_table(instance: Instance, evaluation: ChainEvaluation) -> Table:
    names = PlaceNames.of(instance).by_id
    table = _table("Chains of hospitals", "chain", "led from", "#hospitals", "#mean unlikeness", "#max unlikeness")
    for chain in evaluation.chains[:MOST_ROWS]:
        figures = f"{len(chain.members):,}", f"{float(chain.mean):.2f}", f"{float(chain.max):.2f}"
        table.add_row(chain.lead, names.get(chain.lead, ""), *figures)
    return _cut(table, len(evaluation.chains), "chains.csv")


def chains_line(evaluation: ChainEvaluation, bound: float | None) -> str:
    """The chains of hospitals and how good they are: a problem beside the plan's, with an objective of its own."""
    within = sum(len(chain.members) for chain in evaluation.chains)
    alone = f", {_number(len(evaluation.alone), 'hospital')} alone" if evaluation.alone else ""
    found = f"{_number(len(evaluation.chains), 'chain')} of {_number(within, 'hospital')}{alone}"
    costs = float(evaluation.objective)
    said = f"Beside the plan, {found}, at £{costs:,.0f} a year"
    if bound is None:
        return f"{said}. How much cheaper other chains could be is not known yet."
    if is_reached(costs, bound):
        return f"{said}: proven to be the least possible."
    return f"{said}. Proven: no chains cost less than £{bound:,.0f} ({percent(relative_gap(costs, bound))} less)."


def term_table(evaluation: Evaluation) -> Table:
    """Pounds a year by term and by what kind of money they are; terms of nothing are left out."""
    table = _table("Cost by term, before weights", "term", "kind", "#£ a year")
    for term, pounds in evaluation.terms.items():
        if pounds:
            table.add_row(term.replace("_", " "), NAMES[MONEY[term]], _money(pounds))
    table.add_section()
    for kind, pounds in by_money(evaluation.terms).items():
        table.add_row(f"{NAMES[kind]}: {MEANINGS[kind]}", "", _money(pounds))
    table.add_section()
    table.add_row("objective: all of these, weighted", "", _money(evaluation.objective), style="bold")
    return table


def moved_view(instance: Instance, evaluation: Evaluation) -> RenderableType:
    """Who leaves the group of today."""
    practices = {practice.id: practice for practice in instance.practices}
    grouped = sum(practice.current_group is not None for practice in instance.practices)
    moved = sorted((f for f in evaluation.practices if f.moved), key=lambda facts: -practices[facts.practice].patients)
    if not grouped:
        return Text("No practice has a group today, so none is moved.")
    patients = sum(practices[facts.practice].patients for facts in moved)
    line = f"Moved: {len(moved)} of the {_number(grouped, 'practice')} that have a group today, {patients:,} patients."
    if not moved:
        return Text(line)
    names = PlaceNames.of(instance).by_id
    table = _table(line, "practice", "name", "#patients", "group today", "new hub", "its name")
    for facts in moved[:MOST_MOVED]:
        practice = practices[facts.practice]
        group = practice.current_group or ""
        outside = "independent" if facts.run_by is None else f"run by {facts.run_by}"
        hub = (outside, "") if facts.hub is None else (facts.hub, names.get(facts.hub, ""))
        table.add_row(practice.id, practice.name, f"{practice.patients:,}", group, *hub)
    return _cut(table, len(moved), "assignments.csv", MOST_MOVED)


def without_consent(instance: Instance, evaluation: Evaluation) -> str:
    """Whom the commissioner's last resort places, under which care model and why."""
    placed = evaluation.without_consent
    if not placed:
        return "Placed without consent: nobody."
    practices = {practice.id: practice for practice in instance.practices}
    some = "; ".join(
        f"{known_as(practices[facts.practice])} under {facts.care_model} ({facts.without_consent})"
        for facts in placed[:MOST_LISTED]
    )
    more = f"; and {len(placed) - MOST_LISTED:,} more in assignments.csv" if len(placed) > MOST_LISTED else ""
    return f"Placed without consent: {_number(len(placed), 'practice')}. {some}{more}."


def verdict_view(evaluation: Evaluation, names: PlaceNames) -> RenderableType:
    """Every rule with its verdict, every violation (with the names of places), every pound."""
    times = Counter(broken.rule for broken in evaluation.violations)
    rules = _table("Rules", "rule", "verdict")
    chain_rules = CHAIN_RULE_NAMES if evaluation.chains is not None else ()
    for rule in dict.fromkeys((*RULE_NAMES, *chain_rules, *times)):
        rules.add_row(rule, f"FAIL ({times[rule]})" if times[rule] else "pass", style="red" if times[rule] else None)
    parts: list[RenderableType] = [rules]
    if evaluation.violations:
        parts.append(Text("Violations", style="bold"))
        parts += [
            Text(f"  {violation.rule}: {names.in_text(violation.message)}") for violation in evaluation.violations
        ]
    if evaluation.chains is not None:
        parts += [chain_term_table(evaluation.chains)]
    return Group(*parts, term_table(evaluation))


def chain_term_table(evaluation: ChainEvaluation) -> Table:
    table = _table("Chains of hospitals, no part of the plan's cost", "term", "#£ a year")
    for term, pounds in evaluation.terms.items():
        if pounds:
            table.add_row(term.replace("_", " "), _money(pounds))
    table.add_row("objective", _money(evaluation.objective))
    return table


def instance_view(instance: Instance, sites: int, *, assumptions: bool = False) -> RenderableType:
    """What is in an instance and what it leaves to defaults: how many figures, or each of them."""
    patients = sum(practice.patients for practice in instance.practices)
    groups = {practice.current_group for practice in instance.practices} - {None}
    kinds = Counter(hospital.kind for hospital in instance.hospitals)
    by_kind = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common())
    table = Table(title=instance.name, title_justify="left", title_style="bold", show_header=False, box=None)
    table.add_row("practices", f"{len(instance.practices):,} with {patients:,} patients")
    table.add_row("current groups", f"{len(groups):,}")
    table.add_row("hospitals", f"{len(instance.hospitals):,}" + (f" ({by_kind})" if by_kind else ""))
    table.add_row("possible hub sites", f"{sites:,}")
    if instance.chain is not None:
        table.add_row("chains", _chains(instance, instance.chain))
    table.add_row("neighbours", _neighbours(instance))
    facts = home_facts(instance)
    if facts is not None:
        table.add_row("homes", _homes(facts))
        table.add_row("places", _places(facts))
    if instance.hub.preset is not None:
        table.add_row("hubs as", hub_preset(instance.hub.preset))
    table.add_row("care models", ", ".join(model.id for model in instance.care_model) or "none: hubs only")
    if instance.policy.last_resort:
        table.add_row("last resort", _last_resort(instance))
    if instance.commissioners:
        delegated = sum(row.delegated for row in instance.commissioners)
        table.add_row("commissioners", f"{len(instance.commissioners):,}, {delegated:,} of them delegated")
    table.add_row("staff roles", ", ".join(role.id for role in instance.role) or "none: no workforce rule")
    figures = list(assumed(instance))
    if assumptions or not figures:
        return Group(table, assumed_view(instance))
    some = _value([figure.key for figure in figures])
    return Group(table, Text(f"{_number(len(figures), 'figure')} {ASSUMED} ({some}): --assumptions lists them."))


def _homes(facts: HomeFacts) -> str:
    """Of how many patients, how far away, and who is taken to live at the practice."""
    median = "" if facts.median_km is None else f", half of them within {facts.median_km:.1f} road km of their practice"
    at = f"; {facts.at_practice:,} at their practice" if facts.at_practice else ""
    without = f"; none of {_number(len(facts.without), 'practice')}" if facts.without else ""
    return f"of {facts.known:,} patients{median}{at}{without}"


def _places(facts: HomeFacts) -> str:
    zones = ", ".join(f"{count:,} of {kind}" for kind, count in facts.zones.items())
    return f"{facts.places:,}" + (f", zones: {zones}" if zones else "")


def _last_resort(instance: Instance) -> str:
    """Who may be placed against a refusal, and why."""
    grounds = Consent(instance).grounds
    refusing = [f"{p.id} ({grounds[p.id]})" for p in instance.practices if p.refuses and p.id in grounds]
    named = f": {_value(refusing)}" if refusing else ""
    return f"for {_number(len(refusing), 'practice')} with a refusal{named}"


def _chains(instance: Instance, rules: ChainRules) -> str:
    hospitals = instance.chain_hospitals
    leads = sum(map(rules.can_lead, hospitals))
    sizes = f"{rules.members_min:,} to {rules.members_max:,}"
    return f"of {sizes} hospitals; {len(hospitals):,} may be in one, {leads:,} of them can lead"


def _neighbours(instance: Instance) -> str:
    """The neighbour graph and its components: on each of them, what is contiguous is so by itself."""
    graph = neighbour_graph(instance)
    source = f"by {instance.hub.neighbours_from}" if instance.neighbours is None else "as given"
    text = f"{_number(len(graph.edges), 'pair')} of practices, {source}"
    sizes = np.bincount(graph.component)
    if len(sizes) < 2:
        return text
    apart = [p.id for p, c in zip(instance.practices, graph.component, strict=True) if c != sizes.argmax()]
    return f"{text}, in {len(sizes):,} components; not in the largest: {_value(apart)}"


def assumed_view(instance: Instance) -> RenderableType:
    """Figures that nobody stated."""
    figures = list(assumed(instance))
    if not figures:
        return Text("Every figure is the instance's own; no default is used.")
    table = _table(f"{_number(len(figures), 'figure')} {ASSUMED}", *ASSUMED_COLUMNS)
    for figure in figures:
        table.add_row(figure.key, _value(figure.value), figure.description)
    return table


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value[:MOST_LISTED])) + (", ..." if len(value) > MOST_LISTED else "")
    return str(value)


def solvers_view(probes: Sequence[ProbeResult], default: str) -> RenderableType:
    """Backends, whether they work here, and what each can do."""
    table = _table("Solvers", "id", "what it is", "works here", "its bounds are", "version", "#s")
    for probe in probes:
        versions = ", ".join(f"{package} {version}" for package, version in probe.versions.items())
        style = None if probe.works else "red"
        works = "yes" if probe.works else "no"
        mark = " (default)" if probe.id == default else ""
        bounds = probe.proof or "-"
        table.add_row(probe.id + mark, probe.title, works, bounds, versions, f"{probe.seconds:.1f}", style=style)
    parts: list[RenderableType] = [table, _capabilities(probes)]
    parts += [Text(f"{probe.id}: {probe.detail}", style="red") for probe in probes if not probe.works]
    return Group(*parts)


ABILITIES = {
    Capability.TIME_LIMIT: "--time-limit",
    Capability.REL_GAP: "--gap",
    Capability.ABS_GAP: "--abs-gap",
    Capability.NODE_LIMIT: "--node-limit",
    Capability.THREADS: "--threads",
    Capability.SEED: "--seed",
    Capability.MEMORY: "--memory",
    Capability.WARM_START: "--start",
    Capability.LOG_FILE: "--log",
    Capability.NATIVE: "--native",
    Capability.PARAMS: "parameters (params)",
    Capability.INCUMBENTS: "shows plans as found",
    Capability.BOUND: "bound when stopped",
    Capability.UNBOUNDED: "tells unbounded",
    Capability.RESUME: "--resume beyond the plan",
}


def _capabilities(probes: Sequence[ProbeResult]) -> Table:
    table = _table("What each can do", "option or ability", *(probe.id for probe in probes))
    for capability in Capability:
        marks = ["yes" if capability in probe.capabilities else "-" for probe in probes]
        table.add_row(ABILITIES.get(capability, capability.value), *marks)
    return table


def _cut(table: Table, rows: int, file: str, most: int = MOST_ROWS) -> Table:
    if rows > most:
        table.caption = f"and {rows - most:,} more in {file}"
        table.caption_justify = "left"
    return table


def _money(pounds: Fraction) -> str:
    return f"{float(pounds):,.0f}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
