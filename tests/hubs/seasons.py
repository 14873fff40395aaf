"""A season of hubs with everybody who looks at it."""

from datetime import timedelta
from typing import Any

from shared.ids import new_id
from tests.hubs.factories import NORTH, SOUTH, Service, a_candidate, a_hub


class Season:
    """Six students of two universities in one hub with four planned sessions; time stands after the second."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.leader = new_id()
        self.educator = new_id()
        self.hub_id = ""
        self.sessions: list[dict[str, Any]] = []
        self.allocated: list[dict[str, Any]] = []

    async def begin(self) -> None:
        """Allocate, plan, and let two sessions pass."""
        tenant, office = self.service.tenant, self.service.office
        hub = await a_hub(tenant, facilitator_person_id=self.leader, latitude=53.8, longitude=-1.55)
        self.hub_id = str(hub.id)
        for number in range(6):
            await a_candidate(
                tenant,
                university_id=NORTH if number < 4 else SOUTH,
                educator_id=self.educator if number == 0 else None,
                student_name=f"Student {number}",
                latitude=53.7,
                longitude=-1.55,
            )
        allocation = await office("POST", "/v1/allocations", {})
        assert allocation.status_code == 201, allocation.text
        self.allocated = allocation.json()["items"]
        plan = await office(
            "POST", f"/v1/hubs/{self.hub_id}/session-plans", {"starts_on": "2026-09-07", "count": 4}
        )
        assert plan.status_code == 201, plan.text
        self.sessions = plan.json()["items"]
        tenant.clock.move(timedelta(days=9))

    def register(self, absent: int | None = None) -> dict[str, Any]:
        """Everybody was there, but for one."""
        return {
            "records": [
                {
                    "student_id": item["student_id"],
                    "status": "absent_unnotified" if place == absent else "present",
                }
                for place, item in enumerate(self.allocated)
            ]
        }

    def path(self, number: int) -> str:
        """The register of a session by its number."""
        return f"/v1/sessions/{self.sessions[number]['id']}/attendance"

    @property
    def facilitator(self) -> Any:
        """Whoever leads the hub."""
        return self.service.person(self.leader, "facilitator")
