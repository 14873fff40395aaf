"""Offers: dated, countable places in settings."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from services.placements.models.declarative import Versioned
from shared.declarative import a_list, within_tenant


class Offer(Versioned):
    """Places of one setting in one round, with the practice educator it proposes (an id of the educators service).

    An integrated offer has a second setting, and counts there as well. A self-sourced place, found by a student, is reserved
    for their request (`reserved_for_request_id`); every rule still holds for it. `capacity_statement_id` is the statement it
    was made from. `clearances` are what a student must hold, `accepts_adjustments` what this place can do for a student.
    """

    __tablename__ = "offers"

    round_id: Mapped[UUID]
    setting_id: Mapped[UUID]
    second_setting_id: Mapped[UUID | None]
    capacity_statement_id: Mapped[UUID | None]
    reserved_for_request_id: Mapped[UUID | None]
    places: Mapped[int]
    placement_levels: Mapped[list[str]]
    educator_id: Mapped[UUID | None]
    on_site_supervisor_person_id: Mapped[UUID | None]
    requires_driver: Mapped[bool]
    clearances: Mapped[list[str]]
    accepts_adjustments: Mapped[list[str]]
    pcf_domains: Mapped[list[str]]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        within_tenant("round_id", "rounds"),
        within_tenant("setting_id", "settings"),
        within_tenant("second_setting_id", "settings"),
        within_tenant("capacity_statement_id", "capacity_statements"),
        within_tenant("reserved_for_request_id", "requests"),
        within_tenant("on_site_supervisor_person_id", "people"),
        Index(None, "partnership_id", "round_id", "id"),
        Index(None, "partnership_id", "setting_id", "id"),
        Index(None, "partnership_id", "educator_id", "id"),
        CheckConstraint("places between 0 and 1000", name="places"),
        CheckConstraint("second_setting_id <> setting_id", name="two_settings"),
        CheckConstraint("reserved_for_request_id is null or places <= 1", name="reserved_for_one"),
        a_list("placement_levels"),
        a_list("clearances"),
        a_list("accepts_adjustments"),
        a_list("pcf_domains"),
    )
