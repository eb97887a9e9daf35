"""Which pounds are money: what somebody would have to pay, what is assumed, and what is the price of a wish alone.

Each term of the objective is one of these (docs/model.md, section 4). A sum of all three is what plans are chosen by;
only the first is found in a budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

from optimizer.verify import costs
from optimizer.verify.boundaries import across
from optimizer.verify.costs import Term


class Money(StrEnum):
    """What kind of pounds a term counts.

    Paid: by somebody, for sites, organisations and staff. Assumed: nobody is billed for people's time and mileage, or
    for a saving that care in networks is thought to bring. Penalty: says how much a plan may bend what is wished for.
    """

    PAID = "paid"
    ASSUMED = "assumed"
    PENALTY = "penalty"


_TERMS: dict[Money, tuple[Term, ...]] = {
    Money.PAID: (
        *(costs.hub_running, costs.hub_setup, costs.network_running, costs.network_setup, costs.hires),
        *(costs.partners_running, costs.partners_setup, costs.guarantee, costs.trust_run),
    ),
    Money.ASSUMED: (costs.travel, costs.coordination, costs.forgone_dividend),
    Money.PENALTY: (
        *(costs.hub_size, costs.network_size, costs.independents, costs.trust_run_fit, across),
        *(costs.misfit, costs.unready_bids, costs.delay, costs.reluctance, costs.autonomy),
        *(costs.outside_zone, costs.neighbourhood, costs.moved_practices, costs.moved_patients),
    ),
}
_UNPAID_TODAY = (costs.hub_setup, costs.hires)  # today's groups work without what the rules would have them set up

MONEY: dict[str, Money] = {term.__name__: kind for kind, terms in _TERMS.items() for term in terms}
MONEY_TODAY: dict[str, Money] = {**MONEY, **{term.__name__: Money.ASSUMED for term in _UNPAID_TODAY}}


def by_money(terms: Mapping[str, Fraction], kinds: Mapping[str, Money] = MONEY) -> dict[Money, Fraction]:
    """Unweighted pounds a year of each kind; `kinds` is `MONEY_TODAY` for today's groups."""
    return {kind: sum((pounds for term, pounds in terms.items() if kinds[term] is kind), Fraction(0)) for kind in Money}
