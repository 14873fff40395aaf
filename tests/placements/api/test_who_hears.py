"""Who hears of discrimination and of safety: trained people, never the side it is about; and how the raiser hears."""

import pytest
from sqlalchemy import select

from services.placements.models.notifications import Notification
from tests.placements import factories
from tests.placements.callers import a_person_as, member
from tests.placements.stages import SCOPES, items, post, the, the_office
from tests.placements.struggling import a_placement, the_concern


async def _trained(db, at, role: str, organisation_id=None):
    person = await factories.a_person(
        db, at.partnership_id, organisation_id=organisation_id, roles=(role,), email=f"{role}@example.org"
    )
    headers = a_person_as(role, person.id, partnership_id=at.partnership_id, scopes=SCOPES)
    return person.id, headers


async def _reported(client, at, headers, **body):
    answer = await post(client, headers, f"/placements/{at.placement_id}/signals", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _told(db, concern_id) -> set:
    async with db.begin() as session:
        statement = select(Notification.person_ref).where(Notification.concern_id == concern_id)
        return set((await session.execute(statement)).scalars())


async def _statuses(client, at, concern_id, readers) -> dict[str, int]:
    paths = [f"/v1/concerns/{concern_id}", f"/v1/concerns/{concern_id}/timeline"]
    found = {}
    for name, headers in readers.items():
        answers = {(await client.get(path, headers=headers)).status_code for path in paths}
        queued = await items(client, headers, "/concerns/queue")
        assert {200 if queued else 404} == answers, name
        (found[name],) = answers
    return found


@pytest.mark.parametrize("side", ["host", "university"])
async def test_a_side_reported_for_a_matter_of_safety_neither_sees_it_nor_is_told(
    partnerships_client, partnerships_db, stopped_clock, side
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    raised = await _reported(
        partnerships_client, at, the("student", at), about="safety", concerning_side=side
    )
    concern_id = raised["concern_id"]
    host = {
        "educator": the("practice_educator", at),
        "supervisor": the("on_site_supervisor", at),
        "host lead": the("practice_education_lead", at),
        "host": member(at.partnership_id, at.host_id, SCOPES),
    }
    university = {
        "tutor": the("tutor", at),
        "coordinator": the("coordinator", at),
        "university": member(at.partnership_id, at.university_id, SCOPES),
    }
    accused, other = (host, university) if side == "host" else (university, host)
    seen = await _statuses(partnerships_client, at, concern_id, accused | other)
    assert {name for name, status in seen.items() if status == 404} == set(accused)
    told = await _told(partnerships_db, raised["concern_id"])
    of_side = {
        "host": {at.educator_id}
        | {at.people[r] for r in ("practice_educator", "on_site_supervisor")}
        | {at.people["practice_education_lead"]},
        "university": {at.people["tutor"], at.people["coordinator"]},
    }
    assert not told & of_side[side]
    assert {at.student_id, at.people["programme_manager"]} <= told
    around = {"educator", "supervisor", "host", "tutor", "university"}
    for headers in (headers for name, headers in accused.items() if name in around):
        assert await items(partnerships_client, headers, f"/placements/{at.placement_id}/signals") == []


async def test_discrimination_goes_to_a_trained_person_of_neither_side_who_may_close_it(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    ours, trained = await _trained(partnerships_db, at, "discrimination_lead")
    hosts, of_the_host = await _trained(partnerships_db, at, "discrimination_lead", at.host_id)
    raised = await _reported(partnerships_client, at, the("student", at), about="discrimination")
    told = await _told(partnerships_db, raised["concern_id"])
    assert ours in told
    assert hosts not in told
    path = f"/concerns/{raised['concern_id']}"
    assert (await partnerships_client.get(f"/v1{path}", headers=of_the_host)).status_code == 404
    for role in ("tutor", "coordinator", "practice_educator", "practice_education_lead"):
        answer = await partnerships_client.get(f"/v1{path}", headers=the(role, at))
        assert answer.status_code == 404
    acknowledged = await post(
        partnerships_client, trained, f"{path}/acknowledgement", {"level": "early_conversation"}
    )
    assert acknowledged.status_code == 200
    closed = await post(partnerships_client, trained, f"{path}/closure", {"outcome": "resolved"})
    assert closed.status_code == 200


async def test_discrimination_by_the_university_is_heard_by_the_hosts_trained_person(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    hosts, _ = await _trained(partnerships_db, at, "discrimination_lead", at.host_id)
    unis, _ = await _trained(partnerships_db, at, "discrimination_lead", at.university_id)
    raised = await _reported(
        partnerships_client, at, the("student", at), about="discrimination", concerning_side="university"
    )
    told = await _told(partnerships_db, raised["concern_id"])
    assert hosts in told
    assert unis not in told


async def test_where_nobody_is_trained_the_programme_manager_stands_in(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    await _reported(partnerships_client, at, the("student", at), about="discrimination")
    concern = await the_concern(partnerships_db, at)
    assert concern.level == "early_conversation"
    assert await _told(partnerships_db, concern.id) == {at.student_id, at.people["programme_manager"]}
    closed = await post(
        partnerships_client,
        the("programme_manager", at),
        f"/concerns/{concern.id}/closure",
        {"outcome": "resolved"},
    )
    assert closed.status_code == 200


async def test_whoever_raised_something_is_told_and_reads_how_it_ended(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    supervisor = the("on_site_supervisor", at)
    raised = await _reported(partnerships_client, at, supervisor, about="safety", concerning_side="host")
    await post(
        partnerships_client,
        the("programme_manager", at),
        f"/concerns/{raised['concern_id']}/closure",
        {"outcome": "resolved"},
    )
    assert at.people["on_site_supervisor"] in await _told(partnerships_db, raised["concern_id"])
    (seen,) = await items(partnerships_client, supervisor, f"/placements/{at.placement_id}/signals")
    assert (seen["outcome"], seen["concerning_side"]) == ("resolved", "host")


async def test_a_system_names_who_raises_a_flag_and_a_side_only_where_it_belongs(
    partnerships_client, partnerships_db, stopped_clock
):
    at = await a_placement(partnerships_db, now=stopped_clock.now())
    path = f"/placements/{at.placement_id}/signals"
    body = {"about": "wellbeing", "is_urgent": True, "by_person_id": str(at.student_id)}
    host = await post(partnerships_client, member(at.partnership_id, at.host_id, SCOPES), path, body)
    assert host.json()["errors"][0]["code"] == "unknown_reference"
    university = await post(
        partnerships_client, member(at.partnership_id, at.university_id, SCOPES), path, body
    )
    assert (university.json()["rule_code"], university.json()["raised_by_role"]) == (
        "student_flag",
        "student",
    )
    named = await post(
        partnerships_client, the_office(at), path, body | {"by_person_id": str(at.people["tutor"])}
    )
    assert (named.json()["rule_code"], named.json()["source"]) == ("raised_flag", "person")
    odd = await post(
        partnerships_client, the("tutor", at), path, {"about": "wellbeing", "concerning_side": "host"}
    )
    assert odd.json()["errors"][0]["code"] == "does_not_fit"
