"""The files that the NHS publishes about practices, as downloaded, to an instance (docs/nhs.md).

`sources.py` opens them, `recognise.py` tells which is which, one module per kind of file reads its columns,
`practices.py` joins them and `build.py` makes the instance.
"""

from instances.nhs.build import HOSPITALS_WITHIN_KM, KINDS, import_nhs
from instances.nhs.practices import Wishes
from instances.nhs.report import Dropped, Join, NhsImport, Report
from instances.nhs.select import Selection

__all__ = [
    "HOSPITALS_WITHIN_KM",
    "KINDS",
    "Dropped",
    "Join",
    "NhsImport",
    "Report",
    "Selection",
    "Wishes",
    "import_nhs",
]
