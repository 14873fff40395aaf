"""A struggling placement, from two absences to stage one: the API, the worker, a hub's feed and a mail server together."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP

from services.placements import worker
from services.placements.app import create_app
from services.placements.settings import Settings
from services.placements.wiring import wire
from shared.events.cursors import cursor_at
from shared.ids import new_id
from tests.placements.callers import a_person_as, office
from tests.placements.register import NoTokens
from tests.placements.struggling import Struggling, a_placement
from tests.principals import a_verifier

SCOPES = (
    "placements:read",
    "placements:write",
    "monitoring:write",
    "concerns:read",
    "concerns:write",
    "changes:read",
)


class Hubs:
    """The hubs service as far as its feed: what was told since the cursor."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if "8003" not in str(request.url):
            return httpx.Response(200, json={"items": [], "next_cursor": cursor_at(0)})
        after = request.url.params.get("after")
        seen = next((n for n in range(len(self.items) + 1) if cursor_at(n) == after), 0)
        return httpx.Response(
            200, json={"items": self.items[seen:], "next_cursor": cursor_at(len(self.items))}
        )

    def absent(self, at: Struggling, occurred_at: Any, in_a_row: int) -> None:
        ids = {name: str(new_id()) for name in ("id", "session_id")}
        self.items.append(
            {
                "position": len(self.items) + 1,
                "id": ids["id"],
                "type": "hub_absence.noticed",
                "subject_id": str(at.placement_id),
                "partnership_id": str(at.partnership_id),
                "occurred_at": occurred_at.isoformat(),
                "data": {
                    "placement_id": str(at.placement_id),
                    "student_id": str(at.student_id),
                    "hub_id": str(at.university_id),
                    "session_id": ids["session_id"],
                    "consecutive_unnotified": in_a_row,
                    "unnotified_of_last_six": in_a_row,
                    "sessions_of_last_six": in_a_row,
                    "occurred_on": occurred_at.date().isoformat(),
                },
            }
        )


class Mailbox:
    """A mail server that keeps the local parts of those it was to reach."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802 - the server's name for it
        message = message_from_bytes(given[2].content)
        self.told.append(str(message["To"]).partition("@")[0])
        return "250 OK"


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + 30
    while not await holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


async def test_two_absences_and_a_red_review_become_a_concern_that_escalates_when_nobody_acts(
    placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now(), status="confirmed")
    hubs, mailbox, stop = Hubs(), Mailbox(), asyncio.Event()
    sink = await asyncio.get_running_loop().create_server(lambda: SMTP(mailbox), "127.0.0.1", 0)
    settings = Settings(
        database_url=placements_db.url,
        sweep_every=0.05,
        smtp_host="127.0.0.1",
        smtp_port=sink.sockets[0].getsockname()[1],
    )
    async with httpx.AsyncClient(transport=httpx.MockTransport(hubs)) as http:
        parts = wire(
            settings,
            db=placements_db,
            clock=stopped_clock,
            verifier=a_verifier(),
            http=http,
            tokens=NoTokens(),
        )
        transport = httpx.ASGITransport(create_app(parts))
        working = asyncio.create_task(worker.main(parts, stop))
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://placements.test") as client:
                await the_story(client, at, hubs, mailbox, stopped_clock)
        finally:
            stop.set()
            await asyncio.wait_for(working, timeout=30)
            sink.close()


async def the_story(
    client: httpx.AsyncClient, at: Struggling, hubs: Hubs, mailbox: Mailbox, clock: Any
) -> None:
    us = office(at.partnership_id, SCOPES)
    student = a_person_as("student", at.student_id, partnership_id=at.partnership_id, scopes=SCOPES)
    tutor = a_person_as("tutor", at.people["tutor"], partnership_id=at.partnership_id, scopes=SCOPES)
    placement = f"/v1/placements/{at.placement_id}"

    async def get(path: str, headers: dict[str, str] = us) -> Any:
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    started = await client.post(f"{placement}/start", headers=us | {"If-Match": "*"})
    assert started.status_code == 200, started.text

    hubs.absent(at, clock.now(), 1)
    hubs.absent(at, clock.now(), 2)
    await until(lambda: noticed(get, placement, 2))

    four_week = (await get(f"{placement}/reviews", student))["items"][0]
    asked = [each["code"] for each in four_week["questions"] if "student" in each["respondents"]]
    body = {
        "answers": dict.fromkeys(asked, "meets") | {"supervision_as_agreed": "not_yet"},
        "comments": {"supervision_as_agreed": "Not once since I came."},
    }
    url = f"{placement}/reviews/four_week"
    assert (await client.put(f"{url}/responses/student", json=body, headers=student)).status_code == 200
    moderated = await client.post(f"{url}/moderation", json={}, headers=tutor)
    assert moderated.json()["overall"] == "red"

    (concern,) = (await get("/v1/concerns"))["items"]
    assert (concern["level"], concern["about"]) == ("early_conversation", "practice_education")

    at_first = ["ada", "ada", "practice_educator", "tom"]
    await until(lambda: told(mailbox, at_first))
    clock.at += timedelta(days=2, hours=7)
    await until(lambda: at_level(get, concern["id"], "stage_one"))
    timeline = await get(f"/v1/concerns/{concern['id']}/timeline", student)
    assert [event["rule"] for event in timeline["happened"]] == [
        "hub_absence",
        "review_rag",
        "review_rag",
        "not_acknowledged",
    ]
    assert [(step["step"], step["due_at"]) for step in timeline["next"]] == [
        ("meeting", "2026-09-21T16:00:00Z")
    ]

    everybody = ["ada", "practice_educator", "tom", "tom", "coordinator", "practice_education_lead"]
    # A friendly message, the early conversation, a digest (the placement was watched before), and stage one.
    await until(lambda: told(mailbox, [*at_first, "ada", "tom", *everybody]))

    feed = await get("/v1/changes?wait=5&types=concern.opened,concern.escalated")
    assert [(item["type"], item["data"]["level"]) for item in feed["items"]] == [
        ("concern.opened", "early_conversation"),
        ("concern.escalated", "stage_one"),
    ]


async def noticed(get: Callable[..., Awaitable[Any]], placement: str, count: int) -> bool:
    return len((await get(f"{placement}/signals"))["items"]) == count


async def at_level(get: Callable[..., Awaitable[Any]], concern_id: str, level: str) -> bool:
    return bool((await get(f"/v1/concerns/{concern_id}"))["level"] == level)


async def told(mailbox: Mailbox, expected: list[str]) -> bool:
    return sorted(mailbox.told) == sorted(expected)
