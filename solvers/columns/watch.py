"""What a proof tells whoever watches it: each step that closes, leaves out or divides something.

Nobody does in a solve. `witness.py` watches with a known plan that no step may lose, as SCIP's debug solutions do.
"""

from __future__ import annotations

from optimizer.model.arrays import BoolArray, FloatArray
from solvers.columns.lagrangian import Counts, Listing
from solvers.columns.node import Node
from solvers.columns.partition import Partition
from solvers.columns.relaxed import Program


class Watch:
    """Hears of every step and does nothing. Bounds and cutoffs in pounds a year."""

    def evaluated(self, node: Node, counts: Counts) -> None:
        """The bounds of a node's choices of counts have been raised."""

    def bounded(self, node: Node, bound: float, by: str) -> None:
        """No plan of the node is said to cost less."""

    def told(self, bound: float) -> None:
        """No plan at all is."""

    def branched(self, node: Node, children: list[Node], by: str, cutoff: float) -> None:
        """Plans of the node below the cutoff are said to be in one of the children."""

    def paired(self, node: Node, with_pair: FloatArray) -> None:
        """[pairs in reach] what plans of the node with each pair are said to cost at least."""

    def listed(self, node: Node, listing: Listing) -> None:
        """All hubs of the node's plans below the listing's cutoff are said to be in it."""

    def partitioned(self, partition: Partition, cutoff: float) -> None:
        """All plans of its node below the cutoff are said to be choices of its binaries."""

    def left_out(self, program: Program, gone: BoolArray, cutoff: float) -> None:
        """Binaries are about to be taken out of a program for good: no choice below the cutoff is said to have them."""

    def relaxed(self, program: Program, left_out: BoolArray, bound: float, by: str) -> None:
        """No choice without the binaries left out is said to cost less."""

    def divided(self, program: Program, parent: BoolArray, children: list[BoolArray], cutoff: float) -> None:
        """[binaries left out] each: choices of the parent below the cutoff are said to be in one of the children."""


UNWATCHED = Watch()
