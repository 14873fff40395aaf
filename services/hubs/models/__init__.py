"""The tables of the hubs service, and the kit's beside them."""

from services.hubs.models import (
    agreements,
    attendance,
    candidates,
    contacts,
    feedback,
    hubs,
    inbox,
    memberships,
    pulses,
    reflections,
    resources,
    sessions,
    supervisions,
)
from services.hubs.models.declarative import Base
from shared.tables import KIT

METADATA = (KIT, Base.metadata)
"""What migrations build and tests create: the kit's tables, then this service's."""

__all__ = [
    "METADATA",
    "agreements",
    "attendance",
    "candidates",
    "contacts",
    "feedback",
    "hubs",
    "inbox",
    "memberships",
    "pulses",
    "reflections",
    "resources",
    "sessions",
    "supervisions",
]
