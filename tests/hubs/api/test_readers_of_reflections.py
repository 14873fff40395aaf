"""For how long a shared reflection is read by others, and by a process that has the key."""

from dataclasses import replace
from datetime import timedelta

from services.hubs.operations.candidates import follow
from tests.hubs.circles import BODY, PLANTED, a_circle, written
from tests.hubs.factories import NORTH, Service, a_candidate, serving

OTHER_KEY = "YW5vdGhlci1rZXktb2YtZXhhY3RseS0zMi1ieXRlcyE="


async def test_a_portfolio_is_read_by_its_assessors_until_it_is_deleted_and_no_further(service: Service):
    circle, body = await a_circle(service), {"visibility": "portfolio", "anonymised_confirmed": True}
    mine, person = circle.placement_id, circle.student.claims["person_id"]
    path, clock = f"/v1/reflections/{await written(circle)}", service.tenant.clock
    await circle.student("POST", f"{path}/sharing", body)
    today, educator = clock.now().date(), circle.educator.claims["person_id"]
    news = {"status": "completed", "starts_on": today, "ends_on": today, "educator_id": educator}
    async with service.tenant.db.begin() as session:
        await follow(session, service.tenant.id, mine, news, occurred_on=today, now=clock.now())
    assessors = {"educator": circle.educator, "university": service.university(NORTH)}

    async def read_by(path: str) -> set[str]:
        return {who for who, caller in assessors.items() if (await caller("GET", path)).status_code == 200}

    clock.move(timedelta(days=89))
    assert await read_by(path) == {"educator", "university"}
    await a_candidate(service.tenant, student_id=person, university_id=NORTH, starts_on=clock.now().date())
    later = f"/v1/reflections/{await written(circle)}"
    await circle.student("POST", f"{later}/sharing", body)
    assert await read_by(later) == {"university"}
    clock.move(timedelta(days=1))
    assert await read_by(path) == {"university"}
    await circle.student("POST", f"{path}/sharing", {"visibility": "private"})
    assert await read_by(path) == set()


async def test_a_process_without_the_right_master_key_says_so_and_changes_nothing(service: Service):
    circle = await a_circle(service)
    path = f"/v1/reflections/{await written(circle)}"
    tenant = service.tenant
    async with serving(tenant.db, tenant.clock, master_key=OTHER_KEY) as elsewhere:
        student = replace(circle.student, http=elsewhere.http)
        answers = [
            await student("GET", path),
            await student("PUT", path, {"text": "New."}, {"If-Match": "*"}),
            await student("POST", "/v1/reflections", BODY),
        ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(503, "key_unavailable")] * 3
    assert {a.headers["retry-after"] for a in answers} == {"5"}
    assert (await circle.student("GET", path)).json()["text"] == PLANTED
