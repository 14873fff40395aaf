"""Hubs, and the days on which they are closed."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.hubs.domain.hubs import Cadence
from services.hubs.models.declarative import Versioned
from shared.declarative import a_list, on_earth, one_of, within_tenant


class Hub(Versioned):
    """A student learning hub: a small group that meets in a rhythm, led by a facilitator.

    `weekday` is ISO (Monday 1), `starts_at` London's wall clock, `minutes` the length of a session. Latitude and longitude
    are degrees (WGS 84) of where it meets, where that is known. Two facilitators who share
    the job have the same rights. `takes` are the placement levels (or `asye`) of the people it is for.
    """

    __tablename__ = "hubs"

    name: Mapped[str]
    locality: Mapped[str | None]
    service_area: Mapped[str | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    cadence: Mapped[str]
    weekday: Mapped[int]
    starts_at: Mapped[time]
    minutes: Mapped[int]
    capacity_min: Mapped[int]
    capacity_target: Mapped[int]
    capacity_hard: Mapped[int]
    facilitator_person_id: Mapped[UUID | None]
    co_facilitator_person_id: Mapped[UUID | None]
    facilitator_assesses_members: Mapped[bool]
    takes: Mapped[list[str]] = mapped_column(server_default=text('\'["final", "repeat_final"]\''))
    statutory_only: Mapped[bool] = mapped_column(server_default=text("true"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("partnership_id", "id"),
        Index(None, "partnership_id", "facilitator_person_id", "id"),
        Index(None, "partnership_id", "co_facilitator_person_id", "id"),
        a_list("takes"),
        one_of("cadence", Cadence),
        on_earth(),
        CheckConstraint("(latitude is null) = (longitude is null)", name="whole_location"),
        CheckConstraint("weekday between 1 and 5", name="weekday"),
        CheckConstraint("minutes between 15 and 480", name="minutes"),
        CheckConstraint(
            "1 <= capacity_min and capacity_min <= capacity_target"
            " and capacity_target <= capacity_hard and capacity_hard <= 100",
            name="capacity_in_order",
        ),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
    )


class Closure(Versioned):
    """Days, first and last included, on which one hub does not meet, or none of the partnership's does."""

    __tablename__ = "closures"

    hub_id: Mapped[UUID | None]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (
        within_tenant("hub_id", "hubs"),
        Index(None, "partnership_id", "hub_id", "id"),
        CheckConstraint("starts_on <= ends_on and ends_on - starts_on < 366", name="at_most_a_year"),
    )
