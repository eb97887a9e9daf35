"""What an instance is: schema, reading and writing, generators and bundled examples."""

from instances.errors import Fault, InputError, InputWarning
from instances.instance import Instance
from instances.schema import CareModel, Hospital, HubRules, Practice, Role

__all__ = ["CareModel", "Fault", "Hospital", "HubRules", "InputError", "InputWarning", "Instance", "Practice", "Role"]
