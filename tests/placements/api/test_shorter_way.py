"""When the way is longer than the placement: said and offered on the right day, and taken by a person."""

from datetime import timedelta

from services.placements.jobs.fire_due_steps import fire_due_steps
from services.placements.jobs.notice_placements import notice_placements
from services.placements.queries.concerns import open_steps
from shared.ids import new_id
from tests.placements.callers import a_person_as
from tests.placements.struggling import (
    a_concern,
    a_placement,
    london_at,
    notice,
    open_steps_of,
    red_review,
    the_concern,
    told,
    transitions_of,
)

SCOPES = ("concerns:read", "concerns:write")


async def take(client, at, concern, *, reason="Forty days are left."):
    who = {"partnership_id": at.partnership_id, "organisation_id": at.university_id, "scopes": SCOPES}
    headers = a_person_as("coordinator", at.people["coordinator"], **who)
    keys = {"Idempotency-Key": str(new_id()), "If-Match": f'"{concern.version}"'}
    url = f"/v1/concerns/{concern.id}/compressed-path"
    return await client.post(url, json={"reason": reason}, headers={**headers, **keys})


async def test_a_concern_on_day_twenty_of_seventy_is_offered_the_shorter_way_at_once(
    placements_client, placements_db, stopped_clock
):
    starts_on = london_at(8, 10).date()
    at = await a_placement(placements_db, now=stopped_clock.now(), starts_on=starts_on, days_required=70)
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    concern = await the_concern(placements_db, at)
    assert concern.compressed_offered_at == stopped_clock.now()
    assert await told(placements_db, concern.id, "step_due") == ["practice_educator"]
    student = a_person_as("student", at.student_id, partnership_id=at.partnership_id, scopes=SCOPES)
    timeline = await placements_client.get(f"/v1/concerns/{concern.id}/timeline", headers=student)
    assert any("A shorter way is offered." in each["what"] for each in timeline.json()["happened"])
    taken = await take(placements_client, at, concern)
    assert (taken.status_code, taken.json()["level"]) == (200, "stage_one"), taken.text
    assert await open_steps_of(placements_db, concern.id) == {"meeting": london_at(9, 14)}
    assert (await transitions_of(placements_db, concern.id))[-1] == ("stage_one", "short_of_time")
    again = await take(placements_client, at, await the_concern(placements_db, at))
    assert (again.status_code, again.json()["code"]) == (409, "no_shorter_way")


async def test_on_a_long_placement_it_is_not_offered_until_time_has_been_lost(
    placements_client, placements_db, stopped_clock
):
    at, _ = await a_concern(placements_db, stopped_clock, days_required=76)
    concern = await the_concern(placements_db, at)
    assert concern.compressed_offered_at is None
    assert (await take(placements_client, at, concern)).json()["code"] == "no_shorter_way"
    async with placements_db.begin() as session:  # whatever held it up: the conversation is a week late
        for step in await open_steps(session, concern):
            step.due_at += timedelta(days=7)
    offered_on = None
    for _ in range(10):
        stopped_clock.move(timedelta(days=1))
        await notice_placements(placements_db, stopped_clock)
        offered_on = offered_on or (await the_concern(placements_db, at)).compressed_offered_at
    assert offered_on == london_at(9, 8, 10)


async def test_where_stage_one_has_begun_the_shorter_way_brings_its_meeting_forward(
    placements_client, placements_db, stopped_clock
):
    starts_on = london_at(8, 10).date()
    at = await a_placement(placements_db, now=stopped_clock.now(), starts_on=starts_on, days_required=70)
    await notice(placements_db, stopped_clock, at, red_review(stopped_clock.now(), about="wellbeing"))
    stopped_clock.at = london_at(9, 9)
    await fire_due_steps(placements_db, stopped_clock)
    concern = await the_concern(placements_db, at)
    assert await open_steps_of(placements_db, concern.id) == {"meeting": london_at(9, 21)}
    assert (await take(placements_client, at, concern)).status_code == 200
    assert await open_steps_of(placements_db, concern.id) == {"meeting": london_at(9, 16)}


async def test_a_new_red_during_the_conversation_leaves_less_time_and_an_old_one_again_does_not(
    placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    before = await open_steps_of(placements_db, concern_id)
    again = red_review(stopped_clock.now(), about="wellbeing")
    await notice(placements_db, stopped_clock, at, again)
    assert await open_steps_of(placements_db, concern_id) == before
    await notice(
        placements_db, stopped_clock, at, red_review(stopped_clock.now(), review="another", about="setting")
    )
    assert await open_steps_of(placements_db, concern_id) == {
        "acknowledge": london_at(9, 8),
        "held": london_at(9, 10),
    }
    stopped_clock.at = london_at(9, 8, 9)
    await notice(
        placements_db, stopped_clock, at, red_review(stopped_clock.now(), review="third", about="setting")
    )
    assert (await open_steps_of(placements_db, concern_id))["acknowledge"] == london_at(9, 8)
