"""Plans read back from files, under their public name; they are read in `optimizer.output.read_plan`."""

from optimizer.output.read_plan import complete, plan_file, read_plan

__all__ = ["complete", "plan_file", "read_plan"]
