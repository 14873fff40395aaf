"""Following placements over HTTP: its answers, its silence, and its news in any order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from services.hubs.jobs.follow_placements import placements_follower
from services.hubs.models.candidates import Candidate
from services.hubs.models.memberships import Membership
from services.hubs.wiring import wire
from shared.clock import StoppedClock
from shared.db import Database
from shared.errors import Unavailable
from shared.events.cursors import cursor_at
from shared.events.inbox import Follower
from shared.ids import new_id
from tests.hubs.factories import COUNCIL, NORTH, Tenant, a_hub, a_member, settings_for
from tests.principals import a_verifier

PLACEMENT, STUDENT, SETTING, EDUCATOR = (new_id() for _ in range(4))


class Token:
    """A token that is never checked."""

    async def token(self, partnership_id: UUID | None = None) -> str:
        return f"for-{partnership_id}"


@dataclass(slots=True)
class FakePlacements:
    """Placements as its contract says, over httpx.MockTransport."""

    tenant: Tenant
    feed: list[dict[str, Any]] = field(default_factory=list)
    placement: dict[str, Any] | None = None
    down: bool = False
    asked: list[str] = field(default_factory=list)

    def tell(self, type_: str, subject: UUID = PLACEMENT, **data: Any) -> None:
        usual = {
            "placement_id": str(PLACEMENT),
            "round_id": str(new_id()),
            "student_id": str(STUDENT),
            "university_id": str(NORTH),
            "organisation_id": str(COUNCIL),
            "setting_id": str(SETTING),
            "educator_id": str(EDUCATOR),
            "placement_level": "final",
            "is_statutory": True,
            "starts_on": "2026-09-07",
            "ends_on": "2027-02-26",
            "days_required": 100,
            "status": "confirmed",
            "days_approved": 0,
            "midway_reported": False,
            "occurred_on": "2026-09-07",
        }
        self.feed.append(
            {
                "position": len(self.feed) + 1,
                "id": str(new_id()),
                "type": type_,
                "subject_id": str(subject),
                "partnership_id": str(self.tenant.id),
                "occurred_at": datetime(2026, 9, 7, 9, tzinfo=UTC).isoformat(),
                "data": {**usual, **data},
            }
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/v1/changes":
            after = request.url.params.get("after")
            seen = 0 if after is None else next(n for n in range(1000) if cursor_at(n) == after)
            return httpx.Response(
                200, json={"items": self.feed[seen:], "next_cursor": cursor_at(len(self.feed))}
            )
        if self.down:
            return httpx.Response(503)
        if request.url.path == f"/v1/placements/{PLACEMENT}" and self.placement:
            return httpx.Response(200, json=self.placement)
        if request.url.path == f"/v1/students/{STUDENT}":
            names = [{"system": "records", "value": "A-2"}]
            return httpx.Response(
                200, json={"id": str(STUDENT), "full_name": "Ada Newname", "external_ids": names}
            )
        problem = {"code": "not_found"}
        return httpx.Response(404, json=problem, headers={"content-type": "application/problem+json"})


def as_placements_answers(**values: Any) -> dict[str, Any]:
    return {
        "id": str(PLACEMENT),
        "round_id": str(new_id()),
        "student_id": str(STUDENT),
        "university_id": str(NORTH),
        "organisation_id": str(COUNCIL),
        "setting_id": str(SETTING),
        "educator_id": str(EDUCATOR),
        "tutor_person_id": None,
        "placement_level": "final",
        "is_statutory": True,
        "status": "confirmed",
        "starts_on": "2026-09-07",
        "ends_on": "2027-02-26",
        "weekdays": [1, 2, 3],
        "student": {
            "id": str(STUDENT),
            "full_name": "Ada Example",
            "external_ids": [{"system": "records", "value": "A-1"}],
        },
        "where": {
            "setting_name": "East team",
            "locality": "Leeds",
            "service_area": "Adults",
            "directorate": "adults",
            "latitude": 53.8,
            "longitude": -1.5,
        },
        **values,
    }


@dataclass(slots=True)
class Following:
    """A follower of fake placements."""

    tenant: Tenant
    placements: FakePlacements
    follower: Follower

    async def step(self) -> None:
        await self.follower.step(asyncio.Event())

    async def candidates(self) -> list[Candidate]:
        async with self.tenant.db.begin() as session:
            return list((await session.execute(select(Candidate))).scalars())


@pytest.fixture
async def following(hubs_db: Database, stopped_clock: StoppedClock) -> AsyncIterator[Following]:
    tenant = Tenant(hubs_db, stopped_clock)
    placements = FakePlacements(tenant)
    async with httpx.AsyncClient(transport=httpx.MockTransport(placements.answer)) as http:
        parts = wire(
            settings_for(hubs_db),
            db=hubs_db,
            clock=tenant.clock,
            verifier=a_verifier(),
            http=http,
            tokens=Token(),
        )
        yield Following(tenant, placements, placements_follower(parts, wait=0))


async def test_a_confirmed_final_statutory_placement_is_asked_for_and_becomes_a_candidate(
    following: Following,
):
    following.placements.placement = as_placements_answers()
    following.placements.tell("placement.confirmed")
    await following.step()
    (candidate,) = await following.candidates()
    assert (candidate.student_name, candidate.service_area, candidate.locality) == (
        "Ada Example",
        "Adults",
        "Leeds",
    )
    assert (candidate.setting_name, candidate.weekdays) == ("East team", [1, 2, 3])
    assert candidate.student_external_ids == [{"system": "records", "value": "A-1"}]


async def test_news_of_other_things_is_not_even_asked_about(following: Following):
    following.placements.tell("match_run.published")
    await following.step()
    assert await following.candidates() == []
    assert following.placements.asked == ["/v1/changes"]


async def test_a_first_placement_is_known_so_that_its_student_can_be_told_why_there_is_no_hub(
    following: Following,
):
    following.placements.placement = as_placements_answers(placement_level="first", is_statutory=False)
    following.placements.tell("placement.confirmed", placement_level="first", is_statutory=False)
    await following.step()
    (candidate,) = await following.candidates()
    assert (candidate.placement_level, candidate.is_statutory) == ("first", False)


async def test_while_placements_is_silent_nothing_is_lost(following: Following):
    following.placements.down = True
    following.placements.placement = as_placements_answers()
    following.placements.tell("placement.confirmed")
    with pytest.raises(Unavailable):
        await following.step()
    assert await following.candidates() == []
    following.placements.down = False
    await following.step()
    assert len(await following.candidates()) == 1


async def test_a_placement_that_cannot_be_had_any_more_is_known_from_its_event(following: Following):
    following.placements.tell("placement.confirmed")
    await following.step()
    (candidate,) = await following.candidates()
    assert (candidate.student_name, candidate.educator_id) == (None, EDUCATOR)


async def test_the_whole_life_of_a_placement_is_followed(following: Following):
    tenant, placements = following.tenant, following.placements
    hub = await a_hub(tenant)
    await a_member(tenant, hub, placement_id=PLACEMENT, student_id=STUDENT)
    placements.tell("placement.started", status="active")
    placements.tell("placement.completed", status="completed", occurred_on="2027-02-26")
    await following.step()
    assert [candidate.status for candidate in await following.candidates()] == ["completed"]
    async with tenant.db.begin() as session:
        (membership,) = (await session.execute(select(Membership))).scalars()
        assert (str(membership.ended_on), membership.end_reason) == ("2027-02-26", "completed")


async def test_a_known_students_change_is_asked_for_and_an_unknown_ones_is_not(following: Following):
    placements = following.placements
    placements.placement = as_placements_answers()
    placements.tell("student.changed", subject=STUDENT)
    placements.tell("placement.confirmed")
    placements.tell("student.changed", subject=STUDENT)
    await following.step()
    (candidate,) = await following.candidates()
    assert candidate.student_name == "Ada Newname"
    assert candidate.student_external_ids == [{"system": "records", "value": "A-2"}]
    assert placements.asked.count(f"/v1/students/{STUDENT}") == 1
