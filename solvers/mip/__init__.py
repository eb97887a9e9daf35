"""Backends that solve the compact model with a general MIP solver, one file each."""
