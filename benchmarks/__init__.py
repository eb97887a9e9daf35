"""Benchmarks: real areas and instances of the literature, solver against solver."""
