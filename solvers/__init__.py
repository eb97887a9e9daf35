"""Solver backends, each behind one interface, foreign ones in a process of their own."""
