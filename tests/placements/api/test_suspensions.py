"""Reviews of a suspension and the search for another placement, over HTTP, and how both are chased."""

from datetime import timedelta

import anyio
from sqlalchemy import select

from services.placements.jobs.chase_suspensions import chase_suspensions
from services.placements.models.notifications import Notification
from services.placements.models.suspensions import PlacementSearch
from tests.placements.callers import member
from tests.placements.stages import SCOPES, items, post, the, the_office
from tests.placements.struggling import a_concern, a_placement, published


async def _told(db, at) -> list[str]:
    async with db.begin() as session:
        statement = (
            select(Notification.role)
            .where(Notification.placement_id == at.placement_id, Notification.concern_id.is_(None))
            .order_by(Notification.created_at, Notification.role)
        )
        return list((await session.execute(statement)).scalars())


async def test_a_suspension_is_reviewed_every_five_working_days_until_it_ends(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    office, path = the_office(at), f"/placements/{at.placement_id}"
    review = {"result": "goes_on", "reason": "The enquiry goes on."}
    nobody = await post(partnerships_client, office, f"{path}/suspension-reviews", review)
    assert nobody.json()["errors"][0]["pointer"] == "/by_person_id"
    named = review | {"by_person_id": str(at.people["coordinator"])}
    before = await post(partnerships_client, office, f"{path}/suspension-reviews", named)
    assert (before.status_code, before.json()["allowed"]) == (
        409,
        ["completion", "early-end", "pause", "suspension"],
    )
    await post(partnerships_client, office, f"{path}/suspension", {"reason_code": "enquiry"})
    stopped_clock.at += timedelta(days=2)
    tutors = review | {"by_person_id": str(at.people["tutor"])}
    refused = await post(partnerships_client, office, f"{path}/suspension-reviews", tutors)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_decision")
    done = await post(partnerships_client, office, f"{path}/suspension-reviews", named)
    assert (done.status_code, done.json()["number"]) == (201, 1)
    assert done.json()["reviewed_by_role"] == "coordinator"
    assert (
        await post(partnerships_client, the("student", at), f"{path}/suspension-reviews", review)
    ).status_code == 403
    await post(partnerships_client, office, f"{path}/resumption", {})
    listed = await items(partnerships_client, the("student", at), f"{path}/suspension-reviews")
    assert [(each["number"], each["due_at"], each["over_at"] is None) for each in listed] == [
        (1, "2026-09-14T16:00:00Z", True),
        (2, "2026-09-16T16:00:00Z", False),
    ]


async def test_a_review_that_nobody_does_is_chased_and_then_the_lead_is_told_as_well(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    await post(
        partnerships_client,
        the_office(at),
        f"/placements/{at.placement_id}/suspension",
        {"reason_code": "enquiry"},
    )
    for _ in range(2):
        stopped_clock.at += timedelta(days=7, hours=8)
        for _ in range(2):  # a second sweep at once tells nobody twice
            await chase_suspensions(partnerships_db, stopped_clock)
    assert await _told(partnerships_db, at) == [
        "coordinator",
        "tutor",
        "coordinator",
        "programme_manager",
        "tutor",
    ]


async def test_a_search_is_logged_from_day_0_and_its_length_told_at_20_and_40_working_days(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    university = member(at.partnership_id, at.university_id, SCOPES)
    path = f"/placements/{at.placement_id}/search"
    entry = {"on": "2026-09-07", "organisation_id": str(at.host_id), "result": "declined"}
    none = await post(partnerships_client, university, f"{path}/entries", entry)
    assert (none.status_code, none.json()["code"]) == (409, "no_search")
    began = await post(partnerships_client, university, path, None)
    assert (began.status_code, began.json()["next_entry_due_at"]) == (201, "2026-09-14T16:00:00Z")
    assert (await post(partnerships_client, university, path, None)).json()["id"] == began.json()["id"]
    bad = entry | {"on": "2026-09-06", "organisation_id": began.json()["id"]}
    refused = await post(partnerships_client, university, f"{path}/entries", bad)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/on", "/organisation_id"]
    assert (await post(partnerships_client, university, f"{path}/entries", entry)).status_code == 201
    stopped_clock.at += timedelta(days=28, hours=9)
    await chase_suspensions(partnerships_db, stopped_clock)
    stopped_clock.at += timedelta(days=28)
    await chase_suspensions(partnerships_db, stopped_clock)
    await chase_suspensions(partnerships_db, stopped_clock)
    (search,) = await items(partnerships_client, the("student", at), f"{path}es")
    assert (search["lead_told_at"], search["board_told_at"]) == (
        "2026-10-05T18:00:00Z",
        "2026-11-02T18:00:00Z",
    )
    told = await _told(partnerships_db, at)
    assert told.count("programme_manager") == 2
    assert told.count("practice_education_lead") == 1
    log = await items(partnerships_client, the("student", at), f"{path}/entries")
    assert [each["result"] for each in log] == ["declined"]


async def test_a_host_sees_nothing_of_the_search_and_ending_one_names_what_was_found(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    host, office = member(at.partnership_id, at.host_id, SCOPES), the_office(at)
    path = f"/placements/{at.placement_id}"
    assert (await post(partnerships_client, host, f"{path}/search", None)).status_code == 403
    await post(partnerships_client, office, f"{path}/search", None)
    for part in ("searches", "search/entries"):
        assert (await partnerships_client.get(f"/v1{path}/{part}", headers=host)).status_code == 404
    ending = f"{path}/search/ending"
    for body in ({"ending": "found"}, {"ending": "found", "found_placement_id": str(at.placement_id)}):
        assert (await post(partnerships_client, office, ending, body)).status_code == 422
    ended = await post(partnerships_client, office, ending, {"ending": "not_needed"})
    assert (ended.status_code, ended.json()["ending"]) == (200, "not_needed")


async def test_two_who_begin_a_search_at_once_begin_one(placements_client, placements_db, stopped_clock):
    at = await a_placement(placements_db, now=stopped_clock.now())
    answers = []

    async def begin() -> None:
        answers.append(
            await post(placements_client, the_office(at), f"/placements/{at.placement_id}/search", None)
        )

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(begin)
    assert {answer.status_code for answer in answers} == {201}
    async with placements_db.begin() as session:
        assert len((await session.execute(select(PlacementSearch))).all()) == 1
    assert await published(placements_db, "placement_search.begun") == 1


async def test_closing_with_a_change_of_setting_begins_the_search(
    partnerships_client, partnerships_db, stopped_clock
):
    at, concern_id = await a_concern(partnerships_db, stopped_clock)
    await post(
        partnerships_client,
        the("tutor", at),
        f"/concerns/{concern_id}/closure",
        {"outcome": "changed_setting"},
    )
    (search,) = await items(partnerships_client, the_office(at), f"/placements/{at.placement_id}/searches")
    assert search["began_on"] == "2026-09-07"
