"""Every rule and every pound of a plan, recomputed exactly from the instance and the plan alone.

Shares no code with what builds and solves the problem, so that an error there cannot hide here.
"""

from optimizer.verify.chains import CHAIN_RULE_NAMES, ChainEvaluation, ChainFacts
from optimizer.verify.claims import check_claim
from optimizer.verify.facts import HubFacts, NetworkFacts, PracticeFacts
from optimizer.verify.rules import RULE_NAMES
from optimizer.verify.verifier import Evaluation, Verifier, verify
from optimizer.verify.wording import Violation

__all__ = [
    "CHAIN_RULE_NAMES",
    "RULE_NAMES",
    "ChainEvaluation",
    "ChainFacts",
    "Evaluation",
    "HubFacts",
    "NetworkFacts",
    "PracticeFacts",
    "Verifier",
    "Violation",
    "check_claim",
    "verify",
]
