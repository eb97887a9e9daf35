"""Compiled code: pricing and enumeration. A folder of its own, so that only changes here are compiled again."""
