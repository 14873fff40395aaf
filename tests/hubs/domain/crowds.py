"""Students and hubs to be allocated."""

from datetime import date
from typing import Any
from uuid import UUID

from services.hubs.domain.allocation.inputs import HubInput, StudentInput
from services.hubs.domain.hubs import Capacity
from shared.ids import new_id

NORTH, SOUTH = UUID(int=1), UUID(int=2)
LEEDS, WAKEFIELD, LONDON = (53.80, -1.55), (53.68, -1.50), (51.51, -0.13)
AUTUMN = date(2026, 9, 21)
SPRING = date(2027, 3, 12)
USUAL = Capacity()


def a_student(university: UUID = NORTH, at: tuple[float, float] = LEEDS, **more: Any) -> StudentInput:
    """A student whose placement lasts from autumn to spring."""
    given_: dict[str, Any] = {
        "starts_on": AUTUMN,
        "ends_on": SPRING,
        "latitude": at[0],
        "longitude": at[1],
    } | more
    return StudentInput(placement_id=new_id(), student_id=new_id(), university_id=university, **given_)


def a_hub(at: tuple[float, float] = LEEDS, capacity: Capacity = USUAL, **more: Any) -> HubInput:
    """A hub on Wednesdays from autumn on."""
    given_: dict[str, Any] = {"weekday": 2, "starts_on": AUTUMN, "latitude": at[0], "longitude": at[1]} | more
    return HubInput(id=new_id(), capacity=capacity, **given_)
