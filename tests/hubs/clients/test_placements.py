"""Asking the real placements service, in process: what hubs need to know of a placement and a student."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.hubs.clients.placements import Placements
from services.hubs.domain.placements import DestinationFacts
from shared.clock import StoppedClock
from shared.db import Database
from shared.http.sister import Sister, SisterDown, SisterRefused
from shared.ids import new_id
from tests.placements.conftest import calling, wired
from tests.placements.factories import Partnership, a_partnership, a_placement
from tests.principals import headers_for, token_for


@dataclass(frozen=True, slots=True)
class SisterTokens:
    """Tokens as sister services get them."""

    scopes: tuple[str, ...] = ("placements:read", "students:read")

    async def token(self, partnership_id: UUID | None = None) -> str:
        """A token of the hubs service for one partnership."""
        return token_for(partnership_id=partnership_id, roles=["service", "partnership"], scopes=self.scopes)


@pytest.fixture
async def http(placements_db: Database, stopped_clock: StoppedClock) -> AsyncIterator[httpx.AsyncClient]:
    async with wired(placements_db, stopped_clock) as wiring, calling(wiring) as client:
        yield client


@pytest.fixture
async def partnership(placements_db: Database) -> Partnership:
    return await a_partnership(placements_db)


def asking(http: httpx.AsyncClient, tokens: SisterTokens | None = None) -> Placements:
    return Placements(Sister("placements", "http://placements.test", http, tokens or SisterTokens()))


async def test_a_placement_is_told_with_its_student_and_where_it_is(
    http: httpx.AsyncClient, placements_db: Database, partnership: Partnership
):
    placement = await a_placement(placements_db, partnership, status="confirmed", weekdays=[1, 3])
    told = await asking(http).placement(partnership.id, placement.id)
    assert told is not None
    assert (told.placement_id, told.student_id) == (placement.id, partnership.student.id)
    assert (told.university_id, told.organisation_id) == (partnership.university.id, partnership.council.id)
    assert (told.educator_id, told.tutor_person_id) == (partnership.educator_id, partnership.tutor.id)
    assert told.student_name == partnership.student.full_name
    assert (told.setting_name, told.service_area) == (
        partnership.setting.name,
        partnership.setting.service_area,
    )
    assert (told.latitude, told.longitude) == (partnership.setting.latitude, partnership.setting.longitude)
    assert (told.status, told.weekdays, told.starts_on) == ("confirmed", (1, 3), partnership.round.starts_on)


async def test_a_student_is_told_by_name(http: httpx.AsyncClient, partnership: Partnership):
    told = await asking(http).student(partnership.id, partnership.student.id)
    assert told is not None
    assert told.student_name == partnership.student.full_name


async def test_where_a_student_went_is_told_once_it_is_recorded_and_news_of_it_names_no_place(
    http: httpx.AsyncClient, placements_db: Database, partnership: Partnership
):
    student = partnership.student.id
    assert await asking(http).destination(partnership.id, student) is None
    body = {
        "academic_year": "2025-26",
        "destination": "social_work",
        "employer_organisation_id": str(partnership.council.id),
    }
    office = headers_for(
        partnership_id=partnership.id, roles=["partnership"], scopes=("students:read", "students:write")
    )
    for _ in range(2):
        sent = {**office, "If-Match": "*"}
        assert (await http.put(f"/v1/students/{student}/destination", json=body, headers=sent)).is_success
    told = await asking(http).destination(partnership.id, student)
    assert told == DestinationFacts(student, "social_work", partnership.council.id)
    statement = text("select subject_id, audience, data from events where type = 'destination.recorded'")
    async with placements_db.read() as connection:
        (news,) = (await connection.execute(statement)).all()
    assert (news.subject_id, news.audience) == (student, [partnership.university.id])
    assert news.data == {"student_id": str(student), "academic_year": "2025-26"}


async def test_what_is_not_there_is_none(http: httpx.AsyncClient, partnership: Partnership):
    assert await asking(http).placement(partnership.id, new_id()) is None
    assert await asking(http).placement(new_id(), partnership.request.id) is None
    assert await asking(http).student(partnership.id, new_id()) is None


async def test_a_refusal_for_another_reason_is_no_absence(http: httpx.AsyncClient, partnership: Partnership):
    with pytest.raises(SisterRefused):
        await asking(http, SisterTokens(("placements:read",))).student(partnership.id, partnership.student.id)


async def test_a_silent_placements_service_is_said_to_be_silent():
    transport = httpx.MockTransport(lambda _: httpx.Response(503))
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(SisterDown):
            await asking(http).placement(new_id(), new_id())
