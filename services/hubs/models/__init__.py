"""The tables of the hubs service, and the kit's beside them."""

from services.hubs.models import (
    absence_notices,
    attendance,
    calendar_links,
    candidates,
    flags,
    hubs,
    memberships,
    reflections,
    self_ratings,
    sessions,
)
from services.hubs.models.declarative import Base
from shared.tables import KIT

METADATA = (KIT, Base.metadata)
"""What migrations build and tests create: the kit's tables, then this service's."""

__all__ = [
    "METADATA",
    "absence_notices",
    "attendance",
    "calendar_links",
    "candidates",
    "flags",
    "hubs",
    "memberships",
    "reflections",
    "self_ratings",
    "sessions",
]
