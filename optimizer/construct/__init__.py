"""A first plan for everybody: today's groups repaired to the rules, hubs grown, hubs put into networks.

Every backend starts from this plan, and it is what the user gets if the backend finds nothing better.
"""

from optimizer.construct.first_plan import compile_kernels, construct, load_kernels, unruly_states
from optimizer.construct.params import DEFAULTS, ConstructParams
from optimizer.construct.reheat import reheated
from optimizer.construct.repair import mended, repair
from optimizer.construct.search_state import SearchState, adopted

__all__ = [
    "DEFAULTS",
    "ConstructParams",
    "SearchState",
    "adopted",
    "compile_kernels",
    "construct",
    "load_kernels",
    "mended",
    "reheated",
    "repair",
    "unruly_states",
]
