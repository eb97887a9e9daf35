"""What an instance is: schema, reading and writing, generators and bundled examples."""

from instances.errors import Fault, InputError, InputWarning
from instances.instance import Instance
from instances.schema import Bid, CareModel, Hospital, HubRules, Practice, Role, Wave

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
