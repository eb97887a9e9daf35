"""What is measured on rows of runs; docs/measures.md has the formulas and their sources.

`trace`, `times` and `integrals` look at one run; `means`, `profiles` and `signed_rank` compare backends over tasks (a
task is an instance with a seed); `seeds` compares runs that differ in the seed alone;
`best_known`, `consistency` and `grading` hold runs against each other and against the literature.
"""

TOLERANCE = 1e-6  # relative; two objectives or bounds that differ by less are the same


def exceeds(a: float, b: float) -> bool:
    """Whether a > b by more than the tolerance, as IPET's validation compares (below 1, the tolerance is absolute)."""
    return a - b > TOLERANCE * max(abs(a), abs(b), 1.0)
