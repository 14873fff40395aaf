"""A hub that has met, with everybody around it."""

from datetime import timedelta
from typing import Any

from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from shared.ids import new_id
from tests.hubs.factories import (
    NORTH,
    SOUTH,
    Caller,
    Service,
    a_hub,
    a_member,
    sessions_of,
)


class Group:
    """A hub that has met: its facilitator, members and the educator of the first."""

    def __init__(self, service: Service, hub: Hub, members: list[Membership], session_id: str) -> None:
        self.service, self.hub, self.members = service, hub, members
        self.session = f"/v1/sessions/{session_id}"
        assert hub.facilitator_person_id is not None
        assert members[0].educator_id is not None
        self.facilitator = service.person(hub.facilitator_person_id, "facilitator")
        self.educator = service.person(members[0].educator_id, "practice_educator")
        self.students = [service.person(one.student_id, "student") for one in members]
        self.stranger = service.person(new_id(), "student")

    async def inbox(self, caller: Caller) -> list[str]:
        """The codes of what somebody was told."""
        return [one["code"] for one in (await caller("GET", "/v1/inbox")).json()["items"]]


async def a_group(service: Service, size: int = 2) -> Group:
    """A hub of so many members, students of both universities by turns, the day after its first session."""
    tenant = service.tenant
    hub = await a_hub(tenant, facilitator_person_id=new_id())
    members = [
        await a_member(
            tenant,
            hub,
            university_id=NORTH if place % 2 == 0 else SOUTH,
            educator_id=new_id() if place == 0 else None,
        )
        for place in range(size)
    ]
    (held, *_) = await sessions_of(tenant, hub, count=4)
    tenant.clock.move(timedelta(days=9))
    return Group(service, hub, members, str(held.id))


async def made(caller: Caller, path: str, body: Any = None) -> dict[str, Any]:
    """What a caller made."""
    response = await caller("POST", path, body)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found
