"""The tables of the educators service, and the kit's beside them."""

from services.educators.models import (
    circumstances,
    cpd,
    educators,
    eligibility_decisions,
    evidence,
    nudges,
    registration_batches,
    rule_parameters,
    seats,
    waivers,
)
from services.educators.models.declarative import Base
from shared.tables import KIT

METADATA = (KIT, Base.metadata)
"""What migrations build and tests create: the kit's tables, then this service's."""

__all__ = [
    "METADATA",
    "circumstances",
    "cpd",
    "educators",
    "eligibility_decisions",
    "evidence",
    "nudges",
    "registration_batches",
    "rule_parameters",
    "seats",
    "waivers",
]
