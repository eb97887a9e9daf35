"""The files that the NHS publishes about practices, as downloaded, to an instance (docs/nhs.md).

`sources.py` opens them, `recognise.py` tells which is which, one module per kind of file reads its columns,
`practices.py` joins them and `build.py` makes the instance.
"""

from instances.nhs.build import HOSPITALS_WITHIN_KM, KINDS, TravelFrom, import_nhs
from instances.nhs.homes import HOME_MAX_KM
from instances.nhs.practices import Wishes
from instances.nhs.report import Dropped, HomesReport, Join, Lodged, NhsImport, Report
from instances.nhs.select import Selection

__all__ = [
    "HOME_MAX_KM",
    "HOSPITALS_WITHIN_KM",
    "KINDS",
    "Dropped",
    "HomesReport",
    "Join",
    "Lodged",
    "NhsImport",
    "Report",
    "Selection",
    "TravelFrom",
    "Wishes",
    "import_nhs",
]
