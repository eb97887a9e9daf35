"""Real money, assumed money and penalties in words: their sum is no budget, and nobody is to take it for one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from optimizer.verify.money import Money

NAMES = {Money.PAID: "real money", Money.ASSUMED: "assumed money", Money.PENALTY: "penalties"}
MEANINGS = {
    Money.PAID: "what somebody has to pay: hubs, networks, staff",
    Money.ASSUMED: "what nobody is billed for: travel, and the saving that networks are thought to bring",
    Money.PENALTY: "prices of what a plan should avoid, which nobody pays",
}
COMPARISON = (
    "Today's groups are priced as if they were hubs under the same rules, and what they would have to set up and hire "
    "for that is paid by nobody today: the difference is a measure of plans, not a saving in any budget."
)


def difference_by_money(plan: Mapping[Money, Fraction], today: Mapping[Money, Fraction]) -> dict[Money, Fraction]:
    """What the plan has more of each, pounds a year."""
    return {kind: plan[kind] - today[kind] for kind in Money}
