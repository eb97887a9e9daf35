"""The compact formulation: a Problem as one mixed-integer program, for any MIP backend."""
