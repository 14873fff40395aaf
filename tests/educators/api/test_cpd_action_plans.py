from datetime import timedelta

from services.educators.models.educators import Educator
from tests.educators.callers import in_person
from tests.educators.cpd import Partners, good, refused

PATH = "/v1/cpd-action-plans"


async def learnt(partners: Partners) -> tuple[str, Educator]:
    """The activity that an educator was at."""
    path = await partners.open()
    (educator,) = await partners.educators(1)
    await partners.booked(path, educator)
    good(await partners.attendance(path, {educator: "attended"}))
    return path.rpartition("/")[2], educator


def a_plan(activity_id: str) -> dict[str, str]:
    return {"activity_id": activity_id, "what": "Use the reflection cycle.", "by_on": "2026-12-18"}


async def test_a_plan_is_made_followed_up_after_three_months_and_reviewed(partners: Partners) -> None:
    activity_id, educator = await learnt(partners)
    person = partners.person(educator)
    made = await person.post(PATH, a_plan(activity_id))
    path = made.headers["location"]
    assert (good(made)["status"], good(made)["follow_up_on"]) == ("open", "2027-02-05")
    changed = await person.patch(path, {"by_on": "2027-01-15"}, made.headers["etag"])
    assert good(changed)["by_on"] == "2027-01-15"
    assert good(await person.get(f"{PATH}?due_by=2027-02-04"))["items"] == []
    assert good(await person.get(f"{PATH}?due_by=2027-02-05"))["items"] == [good(changed)]
    partners.clock.move(timedelta(days=92))
    done = await person.post(f"{path}/review", {"outcome": "done"}, If_Match=changed.headers["etag"])
    assert (good(done)["status"], good(done)["reviewed_at"]) == ("done", "2027-02-05T15:30:00Z")
    assert good(await person.get(f"{PATH}?due_by=2027-02-05"))["items"] == []
    assert refused(await person.patch(path, {"what": "Nothing."})) == (409, "invalid_state")
    again = await person.post(f"{path}/review", {"outcome": "not_done"}, If_Match="*")
    assert refused(again) == (409, "invalid_state")


async def test_what_a_plan_says_is_for_its_educator_alone(partners: Partners) -> None:
    activity_id, educator = await learnt(partners)
    made = await partners.person(educator).post(PATH, a_plan(activity_id))
    path = made.headers["location"]
    lead = in_person(
        partners.client,
        partners.id,
        (await partners.an_educator()).id,
        "practice_education_lead",
        organisation_id=partners.council,
    )
    for caller in (partners.office, partners.system_of(partners.council), lead):
        shown = good(await caller.get(path))
        assert shown == good(made) | {"what": None, "by_on": None}
        assert good(await caller.get(f"{PATH}?educator_id={educator.id}"))["items"] == [shown]
        assert refused(await caller.patch(path, {"what": "Mine."})) == (403, "not_your_plan")
    for caller in (partners.system_of(partners.other), partners.person(await partners.an_educator())):
        assert (await caller.get(path)).status_code == 404
        assert (await caller.patch(path, {"what": "Mine."})).status_code == 404


async def test_a_plan_follows_from_being_there_and_looks_ahead(partners: Partners) -> None:
    activity_id, educator = await learnt(partners)
    stranger = await partners.an_educator()
    for caller in (partners.person(stranger), partners.office):
        assert refused(await caller.post(PATH, a_plan(activity_id))) == (403, "was_not_there")
    past = a_plan(activity_id) | {"by_on": "2026-11-04"}
    assert refused(await partners.person(educator).post(PATH, past)) == (422, "in_the_past")
