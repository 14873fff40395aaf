"""What a partnership learns of its hubs: who found work afterwards, and what members want stopped, started and continued."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from services.hubs.clients.placements import Placements
from services.hubs.jobs.follow_placements import PlacementNews
from shared.events.change import Change
from shared.http.sister import Sister
from shared.ids import new_id
from tests.hubs.factories import COUNCIL, Service, Tenant, a_candidate, a_hub, a_member

NONE = {"known": 0, "in_social_work": None, "with_a_host": None}


class Token:
    """A token that is never checked."""

    async def token(self, partnership_id: UUID | None = None) -> str:
        return f"for-{partnership_id}"


class Destinations:
    """What placements knows of where students went, over httpx.MockTransport."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.asked = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        student_id = request.url.path.split("/")[3]
        if student_id in self.known:
            return httpx.Response(200, json={"student_id": student_id, **self.known[student_id]})
        problem = {"code": "not_found"}
        return httpx.Response(404, json=problem, headers={"content-type": "application/problem+json"})

    async def tell(
        self, tenant: Tenant, student_id: UUID, destination: str, employer: UUID | None = None
    ) -> None:
        """Know it, and let hubs hear that it is known."""
        self.known[str(student_id)] = {
            "destination": destination,
            "employer_organisation_id": None if employer is None else str(employer),
        }
        await self.hear(tenant, student_id)

    async def hear(self, tenant: Tenant, student_id: UUID) -> None:
        change = Change(
            position=1,
            id=new_id(),
            type="destination.recorded",
            subject_id=student_id,
            partnership_id=tenant.id,
            occurred_at=tenant.now,
            data={"student_id": str(student_id), "academic_year": "2026-27"},
        )
        async with httpx.AsyncClient(transport=httpx.MockTransport(self.answer)) as http:
            placements = Placements(Sister("placements", "http://placements.test", http, Token()))
            news = PlacementNews(tenant.db, tenant.clock, placements)
            facts = await news.prepare(change)
        async with tenant.db.begin() as session:
            await news.handle(session, change, facts)


async def employment(service: Service, query: str = "") -> Any:
    found = await service.office("GET", f"/v1/reports/evaluation{query}")
    assert found.status_code == 200, found.text
    return found.json()["employment"]


async def test_conversion_counts_each_student_once_and_hides_small_groups(service: Service):
    tenant, placements = service.tenant, Destinations()
    hub = await a_hub(tenant)
    members = [await a_member(tenant, hub) for _ in range(6)]
    others = [await a_candidate(tenant, placement_level="first") for _ in range(4)]
    await a_candidate(tenant, student_id=members[0].student_id, placement_level="first")
    for member in members[:2]:
        await placements.tell(tenant, member.student_id, "social_work", COUNCIL)
    for member in members[2:4]:
        await placements.tell(tenant, member.student_id, "social_work", new_id())
    assert (await employment(service))["hub"] == {**NONE, "known": 4}
    await placements.tell(tenant, members[4].student_id, "further_study")
    await placements.tell(tenant, members[5].student_id, "not_known")
    for other in others:
        await placements.tell(tenant, other.student_id, "social_work")
    found = await employment(service)
    assert found == {
        "hub": {"known": 5, "in_social_work": 80.0, "with_a_host": 40.0},
        "no_hub": {**NONE, "known": 4},
    }
    await placements.tell(tenant, members[5].student_id, "other_work")
    assert (await employment(service))["hub"] == {"known": 6, "in_social_work": 66.67, "with_a_host": 33.33}
    later = (tenant.now + timedelta(days=365)).date().isoformat()
    assert await employment(service, f"?from={later}") == {"hub": NONE, "no_hub": NONE}
    firsts = await employment(service, "?placement_level=first")
    assert [firsts[group]["known"] for group in ("hub", "no_hub")] == [1, 4]


async def test_where_one_student_went_is_shown_of_nobody_and_asked_of_none_that_hubs_do_not_know(
    service: Service,
):
    tenant, placements = service.tenant, Destinations()
    candidate = await a_candidate(tenant)
    await placements.tell(tenant, new_id(), "social_work")
    assert placements.asked == 0
    await placements.hear(tenant, candidate.student_id)
    assert placements.asked == 1
    await placements.tell(tenant, candidate.student_id, "social_work", COUNCIL)
    shown = await service.office("GET", "/v1/candidates")
    assert "social_work" not in shown.text
    assert (await employment(service))["no_hub"]["known"] == 1


async def a_round(service: Service, answers: int, said: dict[str, list[str]]) -> UUID:
    """A hub that was asked and has answered; the id of its facilitator."""
    tenant, leader = service.tenant, new_id()
    hub = await a_hub(tenant, facilitator_person_id=leader)
    facilitator = service.person(leader, "facilitator")
    members = [await a_member(tenant, hub) for _ in range(answers)]
    asked = await facilitator("POST", f"/v1/hubs/{hub.id}/feedback", {"closes_on": "2026-09-20"})
    path = asked.headers["location"]
    for member in members:
        await service.person(member.student_id, "student")("PUT", f"{path}/answer", said)
    closed = await facilitator("POST", f"{path}/closure", None, {"If-Match": "*"})
    assert (closed.status_code, closed.json()["answers"]) == (200, answers)
    return leader


async def test_what_hubs_want_changed_is_rolled_up_over_the_partnership_without_names_and_small_rounds(
    service: Service,
):
    await a_round(service, 5, {"continue": ["check_in"], "stop": ["presentations"]})
    await a_round(service, 6, {"continue": ["check_in", "theory"]})
    few = await a_round(service, 4, {"start": ["guest_speakers"]})

    async def feedback(caller: Any, query: str = "") -> Any:
        return (await caller("GET", f"/v1/reports/evaluation{query}")).json()["feedback"]

    assert await feedback(service.office) == {
        "rounds": 2,
        "hubs": 2,
        "answers": 11,
        "left_out": 1,
        "themes": [
            {"column": "stop", "theme": "presentations", "answers": 5},
            {"column": "continue", "theme": "check_in", "answers": 11},
            {"column": "continue", "theme": "theory", "answers": 6},
        ],
    }
    nothing = {"rounds": 0, "hubs": 0, "answers": 0, "left_out": 0, "themes": []}
    assert await feedback(service.office, "?from=2026-10-01") == nothing
    assert await feedback(service.person(few, "facilitator")) == {**nothing, "left_out": 1}
    assert await feedback(service.person(new_id(), "student")) == nothing
