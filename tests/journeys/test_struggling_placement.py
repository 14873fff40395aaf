"""A placement that struggles: noticed by hubs and a review, raised by itself, told to the right people, on record."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.jobs.send_notifications import send_notifications
from shared.events.webhooks import Deliverer, delivery_client
from tests.journeys.hub import a_hub, planned, register
from tests.journeys.partnership import Partnership, arrive, confirmed
from tests.journeys.post import Post, Receiver, a_post, a_receiver
from tests.journeys.world import World, a_world
from tests.shared.events.news import running, until
from tests.shared.events.receivers import verifies

OPENED = datetime(2026, 10, 16, 10, tzinfo=UTC)
"""A Friday. Two working days later is Tuesday; working days end at 17:00 in London, in October 16:00 UTC."""

TOO_EARLY, DUE = datetime(2026, 10, 20, 15, 59, tzinfo=UTC), datetime(2026, 10, 20, 16, 0, tzinfo=UTC)
FIRST_TOLD = ["practice_educator", "student", "tutor"]
THEN_TOLD = ["coordinator", "practice_education_lead", "practice_educator", "student", "tutor"]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with a_post() as post:
        yield post


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with a_receiver() as receiver:
        yield receiver


@pytest.fixture
async def world(stopped_clock, placements_db, educators_db, hubs_db, post) -> AsyncIterator[World]:
    databases = {"placements": placements_db, "educators": educators_db, "hubs": hubs_db}
    told = {"smtp_host": "127.0.0.1", "smtp_port": post.port, "allow_private_webhooks": True}
    async with a_world(stopped_clock, databases, **told) as world:
        yield world


async def two_absences(world: World, came: Partnership, placement: dict[str, Any]) -> None:
    """The placement runs, and its student stays away from the first two sessions without a word."""
    hub = await a_hub(world, came)
    await world.office.post("hubs", "/v1/allocations", {})
    sessions = await planned(world, hub)
    path = f"/v1/placements/{placement['id']}/start"
    world.clock.at = datetime(2026, 9, 14, 9, tzinfo=UTC)
    await world.office.post("placements", path, If_Match="*")
    for session in sessions[:2]:
        await register(world, came, session, unnotified=placement["student_id"])
    await world.settle()


async def red_review(world: World, came: Partnership, placement: dict[str, Any]) -> None:
    """The student says at four weeks that supervision is not there yet; a coordinator moderates."""
    world.clock.at = OPENED
    path = f"/v1/placements/{placement['id']}/reviews"
    reviews = (await world.office.get("placements", path))["items"]
    (review,) = [each for each in reviews if each["checkpoint"] == "four_week"]
    student = world.person("student", placement["student_id"], placement["university_id"])
    educator = world.person("practice_educator", placement["educator_id"], placement["organisation_id"])
    for respondent, who in (("student", student), ("practice_educator", educator)):
        asked = [q["code"] for q in review["questions"] if respondent in q["respondents"]]
        said: dict[str, Any] = {"answers": dict.fromkeys(asked, "meets")}
        if who is student:
            said["answers"]["supervision_as_agreed"] = "not_yet"
            said["comments"] = {"supervision_as_agreed": "Twice cancelled."}
        await who.put("placements", f"{path}/four_week/responses/{respondent}", said)
    coordinator = world.person("coordinator", came.people["coordinator"], placement["university_id"])
    moderated = await coordinator.post("placements", f"{path}/four_week/moderation", {})
    assert moderated["overall"] == "red"


async def the_concern(world: World) -> dict[str, Any]:
    (concern,) = await world.office.every("placements", "/v1/concerns")
    return concern


async def told_by_mail(world: World, post: Post) -> list[str]:
    """Send what waits; who got something, by the name in the address."""
    wiring = world.placements
    await send_notifications(wiring.db, wiring.mail, world.clock, "https://placements.example.org")
    return sorted(str(message["To"]).partition("@")[0] for message in post.collect())


async def delivered(world: World, receiver: Receiver, count: int) -> None:
    """Let what is due be delivered, until so much has arrived."""

    async def arrived() -> bool:
        return len(receiver.requests) >= count

    async with delivery_client() as http:
        deliverer = Deliverer(world.placements.db, http, allow_private=True, poll=0.05)
        async with running(deliverer.run):
            await until(arrived)


@pytest.fixture
async def came(world: World) -> Partnership:
    """A small partnership whose students are all placed."""
    came = await arrive(world, 4)
    await confirmed(world, came)
    return came


async def the_placement(world: World, came: Partnership) -> dict[str, Any]:
    path = f"/v1/placements?student_id={came.students['s-1']}"
    (placement,) = await world.office.every("placements", path)
    return placement


async def fired(world: World, at: datetime) -> int:
    """Let the engine look at a given instant; how many steps it fired."""
    world.clock.at = at
    return (await fire_due_steps(world.placements.db, world.clock)).fired


async def test_absences_and_a_red_review_open_a_concern_that_rises_by_itself_on_the_second_working_day(
    world: World, came: Partnership
):
    placement = await the_placement(world, came)
    await two_absences(world, came, placement)
    noticed = await world.office.every("placements", f"/v1/placements/{placement['id']}/signals")
    assert [(s["rule_code"], s["severity"]) for s in noticed] == [
        ("hub_absence", "none"),
        ("hub_absence", "amber"),
    ]
    assert await world.office.every("placements", "/v1/concerns") == []

    await red_review(world, came, placement)
    concern = await the_concern(world)
    assert (concern["level"], concern["status"]) == ("early_conversation", "open")
    assert datetime.fromisoformat(concern["due_at"]) == DUE
    assert await fired(world, TOO_EARLY) == 0
    assert await fired(world, DUE) == 1
    assert await fired(world, DUE) == 0
    assert (await the_concern(world))["level"] == "stage_one"

    timeline = await world.office.get("placements", f"/v1/concerns/{concern['id']}/timeline")
    assert [(each["what"], each["told"]) for each in timeline["happened"]] == [
        ("Absent from the hub without notice (amber).", ["student", "tutor"]),
        ("A QAMP review has amber or red sections (red).", []),
        ("Student and educator answered a QAMP review very differently (red).", []),
        ("The concern opened at an early conversation, because a red signal was noticed.", FIRST_TOLD),
        ("The concern moved to stage one, because nobody acknowledged it in time.", THEN_TOLD),
    ]
    (coming,) = timeline["next"]
    assert (coming["step"], coming["due_at"]) == ("meeting", "2026-10-30T17:00:00Z")
    assert coming["if_missed"] == "The concern moves to stage two by itself."
    assert {"coordinator", "programme_manager"} <= set(coming["who_is_told"])


async def test_the_right_people_are_told_by_mail_and_systems_by_signed_webhook_without_personal_data(
    world: World, came: Partnership, post: Post, receiver: Receiver
):
    placement = await the_placement(world, came)
    university = world.system(placement["university_id"])
    wanted = {"url": receiver.url, "types": ["concern.opened", "concern.escalated"]}
    endpoint = await university.post("placements", "/v1/webhook-endpoints", wanted)
    await two_absences(world, came, placement)
    assert await told_by_mail(world, post) == ["student.1"]  # the friendly message after the first absence
    await red_review(world, came, placement)
    in_the_digest = ["student.1", "tutor"]  # that the placement was watched before
    at_once = ["practice_educator", "student.1", "tutor"]
    assert await told_by_mail(world, post) == sorted([*in_the_digest, *at_once])
    await fired(world, DUE)
    assert await told_by_mail(world, post) == [
        "coordinator",
        "practice_education_lead",
        "practice_educator",
        "student.1",
        "tutor",
    ]
    assert await told_by_mail(world, post) == []

    await world.settle()
    await delivered(world, receiver, 3)
    assert all(verifies(endpoint["secret"], request) for request in receiver.requests)
    told = {body["type"]: body["data"] for body in receiver.bodies}
    assert set(told) == {"webhook.ping", "concern.opened", "concern.escalated"}
    risen = told["concern.escalated"]
    assert (risen["from_level"], risen["level"]) == ("early_conversation", "stage_one")
    assert risen["placement_id"] == placement["id"]
    everything = [*post.bodies, *(request.content.decode() for request in receiver.requests)]
    assert not [text for text in everything if "Student Number" in text or "supervision" in text]
