"""What a recheck of a certificate has shown, and how much of it was done."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer.verify.bound.enumeration import REL_TOLERANCE, Redone


@dataclass(frozen=True)
class Extent:
    """How much was rechecked. A site counts once for each set of prices and each case that it is priced for."""

    sites: int
    of_sites: int
    leaves: int  # all of whose sites were priced
    of_leaves: int
    seconds: float
    ended: str = ""  # why before the end, in words
    interrupted: bool = False
    failures: tuple[str, ...] = ()  # parts that failed for good

    @property
    def share(self) -> float:
        """Of the sites, from 0 to 1."""
        return self.sites / self.of_sites if self.of_sites else 1.0


@dataclass(frozen=True)
class BoundCheck:
    """What a certificate proves. Pounds a year."""

    claimed: Fraction  # by prices alone, of the tree, or of the first case where that alone was checked
    certified: Fraction | None  # the same, exact; None: no plan exists, or nothing is certified
    root_certified: Fraction | None
    leaves: int  # of the tree
    tree_was_checked: bool
    root_was_checked: bool
    extent: Extent
    tree_claimed: Fraction
    reach: Fraction | None  # what the tree's prices certify at most, by the sites priced so far; None: not known
    enumerations: tuple[Redone, ...] = ()  # in the order in which their leaves hold the bound down
    enumerated_claimed: Fraction | None = None  # of the tree with its enumerations
    enumerated: Fraction | None = None  # the same, exact, with those that were redone; None: as `certified`
    conceivable: Fraction | None = None  # the same, if those that were not redone were right

    @property
    def is_certified(self) -> bool:
        """Whether anything is: of the tree, or of the first case."""
        return self.tree_was_checked or self.root_was_checked

    @property
    def best(self) -> Fraction | None:
        """What is certified in all; None: no plan exists, or nothing is certified."""
        return self.certified if self.enumerated is None else self.enumerated

    @property
    def holds(self) -> bool:
        """Whether nothing that was checked refutes the claimed bound: within a millionth of it."""
        tree = self.reach is None or is_reached(self.tree_claimed, self.reach)
        return tree and (self.certified is None or is_reached(self.claimed, self.certified))

    @property
    def enumerations_hold(self) -> bool:
        """Whether nothing that was redone refutes what is claimed of enumerations; true also where nothing was."""
        refuted = any(redone.is_refuted for redone in self.enumerations)
        claimed, at_most = self.enumerated_claimed, self.conceivable
        return not refuted and (claimed is None or at_most is None or is_reached(claimed, at_most))


def is_reached(claimed: Fraction, certified: Fraction) -> bool:
    """Within a millionth of it."""
    return certified >= claimed - REL_TOLERANCE * abs(claimed)
