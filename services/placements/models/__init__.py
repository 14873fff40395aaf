"""The tables of the placements service, and the kit's beside them."""

from services.placements.models import (
    capacity_statements,
    concerns,
    educator_answers,
    escalation_policies,
    match_runs,
    notifications,
    offers,
    organisations,
    people,
    placements,
    policy_comparisons,
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
    "capacity_statements",
    "concerns",
    "educator_answers",
    "escalation_policies",
    "match_runs",
    "notifications",
    "offers",
    "organisations",
    "people",
    "placements",
    "policy_comparisons",
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
