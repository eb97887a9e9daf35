"""The tables of the page: cells with the value to sort by, rows with the network under which they are found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from instances.rows import Hospital
from instances.tables import FTE
from optimizer.analysis.crossings import crossings
from optimizer.analysis.money import MEANINGS, NAMES
from optimizer.analysis.moves import Move
from optimizer.analysis.network_money import CommissionerMoney, NetworkMoney
from optimizer.output.document import Assumed
from optimizer.output.report.charts import weighted_terms
from optimizer.output.report.subject import ALONE, Subject
from optimizer.output.report.wording import TERMS, change, difference, pounds
from optimizer.rules import Room
from optimizer.verify import HubFacts
from optimizer.verify.facts import NetworkFacts
from optimizer.verify.money import MONEY, MONEY_TODAY

MOST_TERMS = 3  # named for a move


@dataclass(frozen=True)
class Cell:
    text: str
    order: float | str | None = None  # to sort by, where that is not the text
    detail: str = ""  # in small print below
    style: str = ""  # a class of the style sheet


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    network: str = ""  # key of the page's filter; empty = always shown


@dataclass(frozen=True)
class Table:
    id: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: tuple[bool, ...]
    order: tuple[int, str] | None  # column and direction to begin with; None = as listed
    printed: bool
    total: Row | None  # stays below, however the rest is sorted


def table(
    id_: str,
    columns: str,
    rows: Iterator[Row],
    *,
    order: tuple[int, str] | None = None,
    printed: bool = True,
    total: Row | None = None,
) -> Table:
    """A table whose columns are separated by `|`; those of numbers are marked with `#`."""
    names = columns.split("|")
    numeric = tuple(name.startswith("#") for name in names)
    plain = tuple(name.removeprefix("#") for name in names)
    return Table(id_, plain, tuple(rows), numeric, order, printed, total)


def number(value: float, decimals: int = 0) -> Cell:
    return Cell(f"{value:,.{decimals}f}", round(value, 6))


def place(subject: Subject, id_: str | None, none: str = "") -> Cell:
    if id_ is None:
        return Cell(none)
    name = subject.name(id_)
    return Cell(name, name, "" if name == id_ else id_, "name")


def _network(subject: Subject, network: str | None) -> Cell:
    return Cell("none", "~") if network is None else Cell(subject.network_name(network), style="name")


def hubs(subject: Subject) -> Table:
    rows = (
        Row(
            (
                number(subject.number[hub.site]),
                place(subject, hub.site),
                number(hub.patients),
                _size(subject, hub),
                number(len(hub.members)),
                _network(subject, hub.network),
                Cell(hub.continues or "new", hub.continues or "~"),
                number(float(hub.mean_km), 1),
                number(float(hub.max_km), 1),
                _hires(subject, hub),
            ),
            subject.filter_of(hub.site),
        )
        for hub in subject.evaluation.hubs
    )
    columns = "#No.|Hub|#Patients|Size|#Practices|Network|Continues|#Mean km|#Furthest km|#To hire (FTE)"
    return table("hubs", columns, rows, order=(0, "asc"))


def _size(subject: Subject, hub: HubFacts) -> Cell:
    rules = subject.instance.hub
    if hub.patients < rules.target_min:
        return Cell("below target", 0, "rural" if hub.rural else "", "warn")
    if hub.patients <= rules.target_max:
        return Cell("on target", 1, style="good")
    return Cell("above target", 2, "one practice" if len(hub.members) == 1 else "", "warn")


def _hires(subject: Subject, hub: HubFacts) -> Cell:
    hired = {role.id: float(hub.hired(role.id)) for role in subject.instance.role}
    total = sum(hired.values())
    detail = ", ".join(f"{role} {fte:.1f}" for role, fte in hired.items() if fte >= 0.05)
    return Cell(f"{total:.1f}" if total >= 0.05 else "0", round(total, 6), detail)


def networks(subject: Subject) -> Table:
    def kind(lead: str) -> str:
        place = subject.places.get(lead)
        return place.kind.replace("_", " ") + " hospital" if isinstance(place, Hospital) else "practice"

    budgets = {
        money.network: money.budget_a_year
        for money in subject.network_money.networks
        if money.budget_a_year is not None
    }
    titles = {model.id: model.title for model in subject.care_models}
    has_partners = any(model.partner_kinds for model in subject.instance.care_model)
    rows = (
        Row(
            (
                Cell(network.care_model, detail=titles.get(network.care_model, "")),
                place(subject, network.lead),
                Cell(kind(network.lead)),
                number(network.patients),
                number(len(network.hubs)),
                number(network.practices),
                number(float(network.mean_km), 1),
                number(float(network.max_km), 1),
                *([_budget(budgets.get(network.id))] if budgets else []),
                *([_partners(subject, network)] if has_partners else []),
            ),
            network.id,
        )
        for network in subject.evaluation.networks
    )
    columns = "Care model|Led from|Lead|#Patients|#Hubs|#Practices|#Mean km to lead|#Furthest km"
    columns += "|#Capitated budget a year" if budgets else ""
    columns += "|Hospitals as partners" if has_partners else ""
    return table("networks", columns, rows, order=(3, "desc"))


def _partners(subject: Subject, network: NetworkFacts) -> Cell:
    names = [subject.places[id_].name or id_ for id_ in network.partners]
    return Cell("; ".join(names) or "none", len(names))


def care_models(subject: Subject) -> Table:
    """What the care models of the plan's networks are, as far as somebody said."""
    rows = (
        Row(
            (
                Cell(model.id, detail=model.title),
                Cell(model.contract),
                Cell(model.contract_change),
                Cell(model.budget_scope),
                Cell(model.pooled),
            )
        )
        for model in subject.care_models
    )
    return table("care-models", "Care model|Contract|Contracts changed|Budget is for|Pooled", rows)


def _budget(a_year: Fraction | None, detail: str = "") -> Cell:
    """What the network would have to spend on its patients' care; no part of the objective."""
    return Cell("-", -1.0) if a_year is None else _pounds(a_year, detail)


def _pounds(amount: Fraction, detail: str = "") -> Cell:
    return Cell(pounds(float(amount)), float(amount), detail)


def hub_rules(subject: Subject, found: list[Room]) -> Table:
    """A row a hub, a column a rule: the figure, and in small print its limit and the room left."""
    of_hubs = [check for check in found if check.tier == "hub"]
    rules = list(dict.fromkeys(check.rule for check in of_hubs))
    by = {(check.subject, check.rule): check for check in of_hubs}
    units = {check.rule: check.unit for check in of_hubs}
    rows = (
        Row((place(subject, hub), *(_check(by.get((hub, rule))) for rule in rules)), subject.filter_of(hub))
        for hub in subject.hubs
    )
    names = [rule if units[rule] in ("patients", "FTE") else f"{rule} ({units[rule]})" for rule in rules]
    numeric = (False, *(True for _ in names))
    return Table("hub-rules", ("Hub", *names), tuple(rows), numeric, order=None, printed=True, total=None)


def _check(check: Room | None) -> Cell:
    if check is None:
        return Cell("-", None, style="faint")
    decimals = 0 if check.unit in ("patients", "networks", "hubs", "£") else 1
    limit, room = f"{check.limit:,.{decimals}f}", f"{check.room:,.{decimals}f}"
    style = "bad" if not check.kept else "tight" if check.room <= 0.05 * abs(check.limit) else ""
    return Cell(f"{check.value:,.{decimals}f}", round(check.room, 6), f"limit {limit}, room {room}", style)


def other_rules(subject: Subject, found: list[Room]) -> Table:
    """Networks and the plan as a whole, a row a rule."""
    rows = []
    for check in found:
        if check.tier == "hub":
            continue
        of_network = check.tier == "network"
        cell = _check(check)
        decimals = 0 if check.unit in ("patients", "networks", "hubs", "£") else 1
        rows.append(
            Row(
                (
                    Cell(subject.network_name(check.subject) if of_network else "Whole plan"),
                    Cell(f"{check.rule}{'' if check.unit in ('patients', 'FTE') else f' ({check.unit})'}"),
                    Cell(cell.text, check.value, style=cell.style),
                    Cell(("at least " if check.at_least else "at most ") + f"{check.limit:,.{decimals}f}", check.limit),
                    Cell(f"{check.room:,.{decimals}f}", check.room),
                ),
                check.subject if of_network else "",
            )
        )
    return table("other-rules", "Of|Rule|#Figure|#Limit|#Room", iter(rows))


def cost(subject: Subject) -> Table:
    plan = weighted_terms(subject, subject.evaluation)
    today = None if subject.today is None else weighted_terms(subject, subject.today)

    rows = [
        _amounts(
            Cell(TERMS.get(term, term), detail=_kind(term, today is not None)),
            amount,
            None if today is None else today[term],
        )
        for term, amount in plan.items()
        if amount or (today and today[term])
    ]
    total = _amounts(Cell("All together"), sum(plan.values()), None if today is None else sum(today.values()))
    columns = "Pounds a year|#This plan" + ("" if today is None else "|#Today's groups|#Change")
    return table("cost", columns, iter(rows), total=total)


def _kind(term: str, is_compared: bool) -> str:
    """What kind of money a term is, and of today's groups where that is another."""
    kind, today = NAMES[MONEY[term]], NAMES[MONEY_TODAY[term]]
    return f"{kind}; today: {today}" if is_compared and today != kind else kind


def money(subject: Subject) -> Table:
    """What is real money, what is assumed, what is the price of a wish; before weights."""
    today = subject.money_today
    rows = (
        _amounts(
            Cell(NAMES[kind].capitalize(), detail=MEANINGS[kind]),
            float(amount),
            None if today is None else float(today[kind]),
        )
        for kind, amount in subject.money.items()
    )
    columns = "Pounds a year|#This plan" + ("" if today is None else "|#Today's groups|#Change")
    return table("money", columns, rows)


def _amounts(name: Cell, now: float, then: float | None) -> Row:
    compared = () if then is None else (number(then), Cell(change(now - then), now - then))
    return Row((name, number(now), *compared))


def network_money(subject: Subject) -> Table:
    """Each network with its hubs: what is paid once, what every year, and what the budget and the dividend are."""
    found = subject.network_money

    def row(name: Cell, money: NetworkMoney, network: str = "") -> Row:
        parts = {"running": money.running_a_year, "staff": money.hires_a_year, "top-ups": money.top_ups_a_year}
        yearly = ", ".join(f"{part} {pounds(float(amount))}" for part, amount in parts.items() if amount)
        cells = (
            name,
            _pounds(money.setup_once),
            _pounds(sum(parts.values(), Fraction(0)), yearly),
            _pounds(money.dividend_a_year, _horizon(subject, money)),
            _budget(money.budget_a_year, f"weighted list {float(money.weighted_patients):,.0f}"),
        )
        return Row(cells, network)

    rows = (
        row(
            Cell("Hubs in no network", "~") if money.network is None else _network(subject, money.network),
            money,
            money.network or ALONE,
        )
        for money in found.networks
    )
    columns = "Network|#Set-up, once|#Paid a year|#Dividend a year|#Budget a year"
    return table("network-money", columns, rows, total=row(Cell("All together"), found.total))


def _horizon(subject: Subject, money: NetworkMoney) -> str:
    if not money.dividend_a_year:
        return ""
    share = subject.instance.policy.dividend_reinvested_share
    said = f"{pounds(float(money.dividend_over_horizon))} in {subject.instance.horizon_years:g} years"
    return f"{said}, of it {pounds(float(money.reinvested_over_horizon))} reinvested" if share else said


def commissioners(subject: Subject) -> Table:
    """Who commissions the practices, with what management costs and what its practices are topped up by."""
    found = subject.network_money.commissioners
    has_top_ups = subject.instance.policy.guarantee_per_patient is not None
    known = [money.management_cost_a_year for money in found if money.management_cost_a_year is not None]

    def row(name: Cell, cost: Fraction | None, money: Sequence[CommissionerMoney]) -> Row:
        inside = sum(m.patients_in_networks for m in money)
        patients = replace(number(sum(m.patients for m in money)), detail=f"{inside:,} in networks")
        top_ups = sum((m.top_ups_a_year for m in money), Fraction(0))
        return Row((name, _budget(cost), patients, *([_pounds(top_ups)] if has_top_ups else [])))

    rows = (
        row(
            Cell(money.area, detail="delegated" if money.delegated else "not delegated", style="name"),
            money.management_cost_a_year,
            [money],
        )
        for money in found
    )
    total = row(Cell("All together"), sum(known, Fraction(0)) if known else None, found)
    columns = "Commissioner|#Management a year|#Patients" + "|#Top-ups a year" * has_top_ups
    return table("commissioners", columns, rows, total=total)


def boundaries(subject: Subject) -> Table:
    rows = (
        Row((Cell(each.boundary), Cell(each.rule), number(each.patients), number(each.pounds)))
        for each in crossings(subject.instance, subject.evaluation)
    )
    return table("boundaries", "Boundary|Rule|#Patients across|#Pounds a year", rows)


def moved(subject: Subject, found: list[Move]) -> Table:
    rows = (
        Row(
            (
                place(subject, move.practice),
                number(subject.practices[move.practice].patients),
                Cell(move.group),
                place(subject, move.hub, subject.without_hub(move.practice)),
                _alternative(subject, move),
                _why(subject, move),
            ),
            subject.filter_of_practice(move.practice),
        )
        for move in found
    )
    columns = "Practice|#Patients|Group today|New hub|Instead of moving|What that would mean"
    return table("moves", columns, rows, order=(1, "desc"))


def _alternative(subject: Subject, move: Move) -> Cell:
    if move.back is not None:
        return Cell("stays with its group", detail=f"in hub {subject.name(move.back)}")
    return Cell("its whole group stays together", detail="as a hub, which the plan gives up")


def _why(subject: Subject, move: Move) -> Cell:
    if not move.computed:
        return Cell("not computed", float("inf"))
    if move.broken:
        rest = f" (and {len(move.broken) - 1} more)" if len(move.broken) > 1 else ""
        return Cell("Breaks a rule", 0, f"{subject.names.in_text(move.broken[0])}{rest}", "bad")
    terms = ", ".join(f"{TERMS.get(t, t).lower()} {difference(amount)}" for t, amount in move.terms[:MOST_TERMS])
    if move.pounds < -0.5:
        text = f"Costs {pounds(-move.pounds)} less a year"
        return Cell(text, move.pounds, f"{terms}; a longer search may find such a plan")
    return Cell(f"Costs {pounds(move.pounds)} more a year", move.pounds, terms)


def without_consent(subject: Subject) -> Table:
    rows = (
        Row(
            (
                place(subject, facts.practice),
                number(subject.practices[facts.practice].patients),
                Cell(facts.care_model or ""),
                _network(subject, facts.network),
                Cell(facts.without_consent or ""),
            ),
            subject.filter_of_practice(facts.practice),
        )
        for facts in subject.evaluation.without_consent
    )
    columns = "Practice|#Patients|Care model refused|Network|Ground"
    return table("without-consent", columns, rows, order=(1, "desc"))


def practices(subject: Subject) -> Table:
    rows = (
        Row(
            (
                place(subject, facts.practice),
                number(subject.practices[facts.practice].patients),
                place(subject, facts.hub, subject.without_hub(facts.practice)),
                Cell("", -1) if facts.km is None else number(float(facts.km), 1),
                _network(subject, facts.network),
                Cell(subject.practices[facts.practice].current_group or ""),
                Cell("moves", style="warn") if facts.moved else Cell("stays" if facts.hub else ""),
            ),
            subject.filter_of_practice(facts.practice),
        )
        for facts in subject.evaluation.practices
    )
    return table("practices", "Practice|#Patients|Hub|#km|Network|Group today|Change", rows, printed=False)


def run_by_trusts(subject: Subject) -> Table:
    trusts = {hospital.id: hospital.trust or "" for hospital in subject.instance.hospitals}
    rows = (
        Row(
            (
                place(subject, facts.practice),
                number(subject.practices[facts.practice].patients),
                place(subject, facts.run_by),
                Cell(trusts.get(str(facts.run_by), "")),
                Cell(subject.practices[facts.practice].current_group or ""),
            ),
            subject.filter_of_practice(facts.practice),
        )
        for facts in subject.evaluation.practices
        if facts.run_by is not None
    )
    return table("run", "Practice|#Patients|Hospital|Trust|Group today", rows)


def assumptions(found: tuple[Assumed, ...]) -> Table:
    rows = (Row((Cell(a.key), Cell(_value(a.value)), *_with_source(a))) for a in found)
    return table("assumptions", "Setting|Value|What it is|Source", rows)


def _with_source(figure: Assumed) -> tuple[Cell, Cell]:
    """A description says what and then, after a colon or semicolon, from where."""
    description = figure.description
    if figure.key.startswith(FTE):
        return Cell(description), Cell("estimate", style="warn")
    marks = [at for at in (description.find("; "), description.find(": ")) if at >= 0]
    what, source = (description[: min(marks)], description[min(marks) + 2 :]) if marks else (description, "")
    return Cell(what), Cell(source, style="warn" if "assumption" in source else "")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value[:8])) + (f" and {len(value) - 8} more" if len(value) > 8 else "")
    return str(value)
