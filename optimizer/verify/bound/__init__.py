"""A lower bound, recomputed exactly from the instance and a certificate (docs/certificate.md).

Shares no code with what found the bound, so that an error there cannot hide here.
"""

from optimizer.verify.bound.bound_check import BoundCheck, Extent
from optimizer.verify.bound.enumeration import REL_TOLERANCE, Redone
from optimizer.verify.bound.pricing import Known
from optimizer.verify.bound.recheck import recheck, root_bound
from optimizer.verify.bound.work import Progress

__all__ = ["REL_TOLERANCE", "BoundCheck", "Extent", "Known", "Progress", "Redone", "recheck", "root_bound"]
