"""What an instance is: schema, reading and writing, generators and bundled examples."""

from instances.errors import Fault, InputError, InputWarning
from instances.instance import Instance
from instances.rows import Bid, Hospital, Practice
from instances.schema import CareModel, HubRules, Role, Wave

__all__ = [
    "Bid",
    "CareModel",
    "Fault",
    "Hospital",
    "HubRules",
    "InputError",
    "InputWarning",
    "Instance",
    "Practice",
    "Role",
    "Wave",
]
