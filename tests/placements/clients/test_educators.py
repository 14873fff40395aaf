"""Questions to the educators service, and what is made of its answers."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from uuid import UUID

import httpx
import pytest

from services.placements.clients.educators import AT_ONCE, EducatorFull, Educators, PlacementShape
from shared.http.sister import Sister, SisterDown, SisterRefused
from shared.ids import new_id

PARTNERSHIP = new_id()
SHAPE = PlacementShape(placement_level="final", starts_on=date(2026, 10, 5), ends_on=date(2027, 3, 26))
Answer = Callable[[httpx.Request], httpx.Response]


class Tokens:
    async def token(self, partnership_id: UUID | None = None) -> str:
        return f"for-{partnership_id}"


@asynccontextmanager
async def educators(answer: Answer) -> AsyncIterator[Educators]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        yield Educators(Sister("educators", "http://educators.test", http, Tokens(), attempts=2))


def refusal(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code}, headers={"content-type": "application/problem+json"})


async def test_numbers_are_looked_up_for_the_partnership_in_parts_of_two_thousand() -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == f"Bearer for-{PARTNERSHIP}"
        numbers = json.loads(request.content)["social_work_england_numbers"]
        asked.append(len(numbers))
        known = [n for n in numbers if n != "SW7"]
        found = [{"social_work_england_number": n, "id": str(UUID(int=int(n[2:])))} for n in known]
        return httpx.Response(200, json={"items": found})

    async with educators(answer) as client:
        found = await client.lookup(PARTNERSHIP, [f"SW{n}" for n in range(1, AT_ONCE + 2)] * 2)
    assert sorted(asked) == [1, AT_ONCE]
    assert found["SW8"] == UUID(int=8)
    assert "SW7" not in found


async def test_an_eligibility_decision_says_why_and_how_many_seats_are_free() -> None:
    educator = new_id()

    def answer(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        assert body["placement"] == {
            "placement_level": "final",
            "starts_on": "2026-10-05",
            "ends_on": "2027-03-26",
        }
        rule = {
            "code": "recent_student",
            "result": "block",
            "detail": "Last student over two years ago.",
            "evidence_ids": [],
            "waivable": True,
        }
        item = {
            "educator_id": str(educator),
            "outcome": "not_eligible",
            "rules": [{"code": "registered", "result": "pass", "evidence_ids": []}, rule],
            "seats": {"max_concurrent": 2, "held": 1, "free": 1},
            "currency": {"status": "lapsed"},
        }
        return httpx.Response(200, json={"decided_at": "2026-09-07T09:00:00Z", "items": [item]})

    async with educators(answer) as client:
        decided = await client.eligibility(PARTNERSHIP, SHAPE, [educator])
    decision = decided[educator]
    assert not decision.is_eligible
    assert [(rule.code, rule.waivable) for rule in decision.blocks] == [("recent_student", True)]
    assert (decision.free_seats, decision.max_concurrent) == (1, 2)


async def test_a_full_educator_is_a_refusal_of_its_own() -> None:
    async with educators(lambda _: refusal(409, "educator_full")) as client:
        with pytest.raises(EducatorFull):
            await client.hold_seat(PARTNERSHIP, new_id(), new_id(), SHAPE.starts_on, SHAPE.ends_on)
    async with educators(lambda _: refusal(422, "invalid_input")) as client:
        with pytest.raises(SisterRefused):
            await client.hold_seat(PARTNERSHIP, new_id(), new_id(), SHAPE.starts_on, SHAPE.ends_on)


async def test_releasing_a_seat_that_is_not_held_is_no_fault() -> None:
    async with educators(lambda _: refusal(404, "not_found")) as client:
        await client.release_seat(PARTNERSHIP, new_id())


async def test_a_service_that_does_not_answer_is_said_to_be_unavailable() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down")

    async with educators(answer) as client:
        with pytest.raises(SisterDown) as refused:
            await client.lookup(PARTNERSHIP, ["SW1"])
    assert refused.value.code == "educators_unavailable"
