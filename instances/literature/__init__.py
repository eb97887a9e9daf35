"""Benchmark files of the literature to instances whose objective is the literature's number (docs/literature.md).

Each importer reads one file and returns an `Imported`: the instance, and what a reader of its figures should know.
"""

from instances.literature.common import Imported
from instances.literature.cpmp import cpmp_name, read_cpmp
from instances.literature.sscflp import Layout, read_sscflp

__all__ = ["Imported", "Layout", "cpmp_name", "read_cpmp", "read_sscflp"]
