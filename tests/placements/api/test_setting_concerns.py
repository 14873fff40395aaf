"""A concern about a setting is linked to the other placements there, and theirs see it, without a word about the student."""

from typing import Any
from uuid import UUID

from services.placements.models.placements import Placement
from shared.db import Database
from shared.ids import new_id
from tests.placements import factories
from tests.placements.callers import a_person_as, member
from tests.placements.struggling import Struggling, a_placement, notice, red_review, the_concern
from tests.placements.under_way import SCOPES, UnderWay


async def beside(db: Database, at: Struggling, **values: Any) -> Struggling:
    """Another university's student in the same setting."""
    university = await factories.a_university(db, at.partnership_id, name="North")
    programme = await factories.a_programme(db, at.partnership_id, organisation_id=university.id)
    student = await factories.a_student(
        db, at.partnership_id, organisation_id=university.id, programme_id=programme.id
    )
    async with db.begin() as session:
        first = await session.get_one(Placement, at.placement_id)
        columns = {column.key: getattr(first, column.key) for column in Placement.__table__.columns}
    theirs = {"student_id": student.id, "university_id": university.id, "tutor_person_id": None}
    row = await factories.kept(db, Placement(**columns | theirs | {"id": new_id()} | values))
    return Struggling(at.partnership_id, row.id, student.id, university.id, at.host_id, at.educator_id, {})


async def seen(way: UnderWay, headers: dict[str, str], path: str) -> list[dict[str, Any]]:
    answer = await way.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_it_reaches_every_placement_in_the_setting_and_no_other(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    other = await beside(placements_db, at)
    await beside(placements_db, at, status="completed")
    second = await beside(placements_db, at, setting_id=await another_setting(placements_db, at))
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, other, red_review(now, about="wellbeing"))
    theirs = await the_concern(placements_db, other)
    await notice(placements_db, stopped_clock, at, red_review(now, about="setting"))
    ours = await the_concern(placements_db, at)
    way, way_other = UnderWay(placements_client, at), UnderWay(placements_client, other)

    linked = f"/v1/concerns/{ours.id}/linked-placements"
    for who in ("office", "host", "practice_educator"):
        (link,) = (await way.get(who, linked))["items"]
        assert (link["placement_id"], link["concern_id"]) == (str(other.placement_id), str(theirs.id))
        assert (link["case_number"], link["level"]) == (theirs.case_number, "early_conversation")
    assert (await way.get("university", linked))["items"] == []
    assert (await way.get("office", f"/v1/concerns/{theirs.id}/linked-placements"))["items"] == []
    assert (await way_other.call("university", "GET", linked)).status_code == 404

    around = f"/v1/placements/{other.placement_id}/setting-concerns"
    (felt,) = await seen(way, member(at.partnership_id, other.university_id, SCOPES), around)
    assert felt == {
        "concern_id": str(ours.id),
        "case_number": None,
        "setting_id": felt["setting_id"],
        "level": "early_conversation",
        "opened_at": "2026-09-07T09:00:00Z",
    }
    (known,) = (await way_other.get("practice_educator", around))["items"]
    assert known["case_number"] == ours.case_number
    assert (await way_other.get("student", around))["items"] == []
    assert (await way.get("office", f"/v1/placements/{second.placement_id}/setting-concerns"))["items"] == []
    assert (await way.get("office", "setting-concerns"))["items"] == []


async def another_setting(db: Database, at: Struggling) -> UUID:
    setting = await factories.a_setting(db, at.partnership_id, organisation_id=at.host_id, name="Elsewhere")
    return setting.id


async def test_the_open_concern_of_another_placement_there_has_it_in_its_timeline(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    other = await beside(placements_db, at)
    now = stopped_clock.now()
    await notice(placements_db, stopped_clock, other, red_review(now, about="wellbeing"))
    theirs = await the_concern(placements_db, other)
    await notice(placements_db, stopped_clock, at, red_review(now, about="setting"))
    ours = await the_concern(placements_db, at)
    way = UnderWay(placements_client, other)
    path = f"/v1/concerns/{theirs.id}/timeline"
    for who, evidence in (("university", {"setting"}), ("practice_educator", {"concern", "setting"})):
        happened = (await way.get(who, path))["happened"]
        (entry,) = [each for each in happened if "at another placement" in each["what"]]
        assert {each["kind"] for each in entry["evidence"]} == evidence
        assert (str(ours.id) in str(entry)) is ("concern" in evidence)
    student = a_person_as("student", other.student_id, partnership_id=at.partnership_id, scopes=SCOPES)
    told = (await placements_client.get(path, headers=student)).json()["happened"]
    assert not [each for each in told if "another placement" in each["what"]]
