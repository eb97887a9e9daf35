"""Travel between points: roads of an extract or a server, published tables, ways over land; what crosses water.

Everything here takes plain arrays of points, origins and destinations apart, and knows neither rules nor plans.
`named.py` alone knows instances: it puts a table beside one.
"""

from instances.travel.errors import TravelError
from instances.travel.measured import Measured, Wanted
from instances.travel.points import Points

__all__ = ["Measured", "Points", "TravelError", "Wanted"]
