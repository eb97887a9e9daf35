"""Synthetic instances that look like England, from a spec and a seed."""

from instances.generate.build import generate
from instances.generate.spec import GenerateSpec, Kind

__all__ = ["GenerateSpec", "Kind", "generate"]
