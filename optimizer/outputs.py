"""The files of a plan, under their public name; they are written in `optimizer.output.files`."""

from optimizer.output.files import REPORT_FILE, TABLES, write_outputs

__all__ = ["REPORT_FILE", "TABLES", "write_outputs"]
