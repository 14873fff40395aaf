"""What the placements service tells about one placement and its educators."""

from datetime import UTC, date, datetime
from typing import Any

from services.educators.models.educators import Educator
from services.educators.operations.placement_changes import take_in
from shared.clock import StoppedClock
from shared.db import Database
from shared.events.change import Change
from shared.ids import new_id

STARTS, ENDS = date(2026, 9, 7), date(2027, 1, 29)


class News:
    """What placements tells of one placement, as its messages have it."""

    def __init__(self, educator: Educator, **changes: Any) -> None:
        self.partnership_id = educator.partnership_id
        self.placement_id = new_id()
        self.data = {
            "placement_id": str(self.placement_id),
            "round_id": str(new_id()),
            "student_id": str(new_id()),
            "university_id": str(new_id()),
            "organisation_id": str(new_id()),
            "setting_id": str(new_id()),
            "educator_id": str(educator.id),
            "placement_level": "final",
            "is_statutory": True,
            "starts_on": STARTS.isoformat(),
            "ends_on": ENDS.isoformat(),
            "days_required": 100,
            "status": "active",
            "days_approved": 0.0,
            "midway_reported": False,
            "occurred_on": STARTS.isoformat(),
        } | changes
        self.position = 0

    def that(self, type_: str, on: date = STARTS, **changes: Any) -> Change:
        """One message about the placement on a day."""
        self.position += 1
        return Change(
            position=self.position,
            id=new_id(),
            type=f"placement.{type_}",
            subject_id=self.placement_id,
            partnership_id=self.partnership_id,
            occurred_at=datetime(on.year, on.month, on.day, 9, tzinfo=UTC),
            data={**self.data, "occurred_on": on.isoformat(), **changes},
        )

    def season(self) -> list[Change]:
        """A placement from its start to its end, with two weeks' pause."""
        return [
            self.that("started"),
            self.that("paused", date(2026, 11, 2)),
            self.that("resumed", date(2026, 11, 16)),
            self.that("completed", ENDS, days_approved=100.5, midway_reported=True, status="completed"),
        ]


async def taken(db: Database, clock: StoppedClock, *changes: Change) -> None:
    """The messages taken in, each in a transaction of its own."""
    for change in changes:
        async with db.begin() as session:
            await take_in(session, change, clock=clock)
