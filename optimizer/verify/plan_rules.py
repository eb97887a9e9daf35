"""The rules of a plan as a whole: money, staff to be had, number of hubs, and what the policy locks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from optimizer.verify.costs import moved_patients, moved_practices, setup_once
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case
from optimizer.verify.wording import TOLERANCE_FTE, Violation, breach, plural, unlike


def labour_market(case: Case) -> Iterator[Violation]:
    for role, hired in case.hires.items():
        offered = case.prepared.market[role]
        if hired > offered + TOLERANCE_FTE:
            words = unlike(hired, offered)
            message = f"the plan hires {words[0]} FTE of {role}, more than the {words[1]} that the labour market offers"
            yield breach("labour-market", role, message, hired - offered)


def fund(case: Case) -> Iterator[Violation]:
    limit = exact(case.prepared.instance.policy.transformation_fund)
    spent = setup_once(case)
    if 0 < limit < spent:
        words = unlike(spent, limit)
        message = f"setting up hubs and networks costs £{words[0]} once, more than the fund of £{words[1]}"
        yield breach("fund", "plan", message, spent - limit)


def disruption(case: Case) -> Iterator[Violation]:
    limit = case.prepared.instance.policy.max_disruption
    if limit is None:
        return
    caused, most = moved_practices(case) + moved_patients(case), exact(limit)
    if caused > most:
        words = unlike(caused, most)
        message = f"moving practices costs £{words[0]} a year, more than the £{words[1]} of disruption allowed"
        yield breach("disruption", "plan", message, caused - most)


def counts(case: Case) -> Iterator[Violation]:
    rules, number = case.prepared.instance.hub, len(case.hubs)
    has = f"the plan has {plural(number, 'hub')}"
    if rules.count_min is not None and number < rules.count_min:
        yield breach(
            "counts", "plan", f"{has}, fewer than the minimum of {rules.count_min:,}", rules.count_min - number
        )
    if rules.count_max is not None and number > rules.count_max:
        yield breach("counts", "plan", f"{has}, more than the maximum of {rules.count_max:,}", number - rules.count_max)


def keep_together(case: Case) -> Iterator[Violation]:
    for together in case.prepared.instance.policy.keep_together:
        practices = list(dict.fromkeys(together))
        homes = Counter(_hubs(case, practices))
        apart = len(practices) - max(homes.values(), default=0)
        if apart:
            where = ", ".join([*homes, *(["no hub"] if homes.total() < len(practices) else [])])
            message = f"practices {', '.join(practices)} are to share a hub and are in {where}"
            yield breach("keep-together", practices[0], message, apart)


def keep_apart(case: Case) -> Iterator[Violation]:
    for apart in case.prepared.instance.policy.keep_apart:
        practices = list(dict.fromkeys(apart))
        for hub, number in Counter(_hubs(case, practices)).items():
            if number > 1:
                message = f"hub {hub} has {number} of the practices {', '.join(practices)}, which are to be apart"
                yield breach("keep-apart", hub, message, number - 1)


def _hubs(case: Case, practices: list[str]) -> Iterator[str]:
    for practice in practices:
        hub = _home(case, practice)
        if hub is not None:
            yield hub


def _home(case: Case, practice: str) -> str | None:
    facts = case.by_practice.get(practice)
    return None if facts is None else facts.hub


def fixed_hub(case: Case) -> Iterator[Violation]:
    for practice, site in case.prepared.instance.policy.fixed_hub.items():
        home = _home(case, practice)
        if home != site:
            where = f"in hub {home}" if home is not None else "in no hub"
            yield breach("fixed-hub", practice, f"practice {practice} is to be in hub {site} and is {where}")


def barred_hub(case: Case) -> Iterator[Violation]:
    for practice, sites in case.prepared.instance.policy.barred_hub.items():
        home = _home(case, practice)
        if home in sites:
            yield breach("barred-hub", practice, f"practice {practice} is in hub {home}, which it may not join")


def fixed_network(case: Case) -> Iterator[Violation]:
    for practice, wanted in case.prepared.instance.policy.fixed_network.items():
        facts = case.by_practice.get(practice)
        if facts is None or wanted not in (facts.network, facts.care_model):
            where = "no network" if facts is None or facts.network is None else f"network {facts.network}"
            message = f"practice {practice} is to be in network {wanted} and is in {where}"
            yield breach("fixed-network", practice, message)


def must_open(case: Case) -> Iterator[Violation]:
    for site in dict.fromkeys(case.prepared.instance.policy.must_open):
        if site not in case.hubs_at:
            yield breach("must-open", site, f"there is to be a hub at site {site} and there is none")


def must_not_open(case: Case) -> Iterator[Violation]:
    for site in dict.fromkeys(case.prepared.instance.policy.must_not_open):
        if site in case.hubs_at:
            yield breach("must-not-open", site, f"there is to be no hub at site {site} and there is one")
