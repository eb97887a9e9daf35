"""A lower bound, recomputed exactly from the instance and a certificate (docs/certificate.md).

Shares no code with what found the bound, so that an error there cannot hide here.
"""

from optimizer.verify.bound.pricing import Known
from optimizer.verify.bound.recheck import REL_TOLERANCE, BoundCheck, recheck, root_bound

__all__ = ["REL_TOLERANCE", "BoundCheck", "Known", "recheck", "root_bound"]
