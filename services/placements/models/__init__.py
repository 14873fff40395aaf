"""The tables of the placements service, and the kit's beside them."""

from services.placements.models import (
    calendar_links,
    capacity_statements,
    closures,
    concerns,
    educator_answers,
    escalation_policies,
    leave,
    match_runs,
    named_steps,
    notifications,
    offers,
    organisations,
    pauses,
    people,
    placements,
    programmes,
    proposals,
    repairs,
    reports,
    requests,
    reviews,
    rounds,
    settings,
    signals,
    students,
)
from services.placements.models.declarative import Base
from shared.tables import KIT

METADATA = (KIT, Base.metadata)
"""What migrations build and tests create: the kit's tables, then this service's."""

__all__ = [
    "METADATA",
    "calendar_links",
    "capacity_statements",
    "closures",
    "concerns",
    "educator_answers",
    "escalation_policies",
    "leave",
    "match_runs",
    "named_steps",
    "notifications",
    "offers",
    "organisations",
    "pauses",
    "people",
    "placements",
    "programmes",
    "proposals",
    "repairs",
    "reports",
    "requests",
    "reviews",
    "rounds",
    "settings",
    "signals",
    "students",
]
