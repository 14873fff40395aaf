"""CPD activities for tests: bodies with defaults, and the steps that bring an activity to where a test begins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from services.educators.models.educators import Educator
from shared.clock import StoppedClock
from shared.db import Database
from shared.ids import new_id
from tests.educators.callers import Caller, an_organisation_system, in_person, the_office
from tests.educators.factories import an_educator
from tests.educators.sisters import SomeOrganisations

BEGINS = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
ENDS = datetime(2026, 11, 5, 15, 30, tzinfo=UTC)


def instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def a_session(days: int = 0) -> dict[str, str]:
    later = timedelta(days=days)
    return {"starts_at": instant(BEGINS + later), "ends_at": instant(ENDS + later)}


def a_course(organisation_id: UUID, **changes: Any) -> dict[str, Any]:
    """A course of one day in November, for two, at £50."""
    body: dict[str, Any] = {
        "organisation_id": str(organisation_id),
        "kind": "course",
        "title": "Critical reflection in supervision",
        "sessions": [a_session()],
        "hours": 5.5,
        "places": 2,
        "price_pence": 5000,
        "peer_reflection": True,
    }
    return body | changes


def good(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


def refused(answer: httpx.Response) -> tuple[int, str]:
    problem = answer.json()
    return answer.status_code, problem["errors"][0]["code"] if "errors" in problem else problem["code"]


@dataclass
class Partners:
    """A partnership of two councils and a university that holds CPD; who calls, and their educators."""

    client: httpx.AsyncClient
    db: Database
    clock: StoppedClock
    organisations: SomeOrganisations
    id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.university, self.council, self.other = (self.organisations.add(each) for each in "UCO")
        self.office = the_office(self.client, self.id)
        self.host = self.system_of(self.university)

    def system_of(self, organisation_id: UUID) -> Caller:
        return an_organisation_system(self.client, self.id, organisation_id)

    def person(self, educator: Educator) -> Caller:
        return in_person(self.client, self.id, educator.id, "practice_educator")

    async def an_educator(self, organisation_id: UUID | None = None, **values: Any) -> Educator:
        whose = organisation_id or self.council
        return await an_educator(self.db, self.id, organisation_id=whose, **values)

    async def educators(self, count: int) -> list[Educator]:
        return [await self.an_educator() for _ in range(count)]

    async def a_draft(self, **changes: Any) -> str:
        made = good(await self.host.post("/v1/cpd-activities", a_course(self.university, **changes)))
        return f"/v1/cpd-activities/{made['id']}"

    async def open(self, **changes: Any) -> str:
        """The path of an activity that can be booked."""
        path = await self.a_draft(**changes)
        good(await self.host.post(f"{path}/opening", None, If_Match="*"))
        return path

    async def booked(self, path: str, *educators: Educator) -> list[Mapping[str, Any]]:
        return [
            good(await self.office.post(f"{path}/bookings", {"educator_id": str(each.id)}))
            for each in educators
        ]

    async def attendance(self, path: str, said: Mapping[Educator, str], **headers: str) -> httpx.Response:
        """What the host says of these educators, on the evening of the day."""
        self.clock.move(max(timedelta(0), ENDS - self.clock.now()))
        entries = [{"educator_id": str(each.id), "attendance": word} for each, word in said.items()]
        return await self.host.put(f"{path}/attendance", {"entries": entries}, **headers)
