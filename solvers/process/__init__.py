"""How backends run: a process of their own, watched and limited, and what parent and child tell each other."""
