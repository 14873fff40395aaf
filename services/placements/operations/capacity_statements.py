"""Capacity statements, as they are kept: the setting's organisation writes them."""

from services.placements.domain.capacity import faults_in_statement
from services.placements.models.capacity_statements import CapacityStatement
from services.placements.models.settings import Setting
from services.placements.operations.resources import Resource

CAPACITY_STATEMENT = Resource(
    name="capacity_statement",
    model=CapacityStatement,
    references={"setting_id": Setting},
    owner="setting_id",
    defaults={"reasons": [], "places": None},
    rule=faults_in_statement,
)
"""A setting's intent for a year."""
