from uuid import UUID

import httpx

from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import office
from tests.placements.factories import a_partnership, a_placement, a_request, a_student


async def test_demand_is_what_is_asked_for_in_rounds_of_these_days_and_what_is_placed(
    partnerships_client: httpx.AsyncClient, partnerships_db: Database
) -> None:
    made = await a_partnership(partnerships_db)
    for _ in range(2):
        student = await a_student(partnerships_db, made.id)
        await a_request(partnerships_db, made.id, round_id=made.round.id, student_id=student.id)
    withdrawn = await a_student(partnerships_db, made.id)
    await a_request(
        partnerships_db,
        made.id,
        round_id=made.round.id,
        student_id=withdrawn.id,
        status="withdrawn",
        closed_at=made.round.created_at,
    )

    async def asked(first: str, last: str, who: UUID = made.id) -> tuple[int, int]:
        answer = await partnerships_client.get(f"/v1/demand?from={first}&to={last}", headers=office(who))
        return answer.json()["requests"], answer.json()["placed"]

    assert await asked("2026-09-01", "2026-09-14") == (3, 0)
    await a_placement(partnerships_db, made, status="proposed")
    assert await asked("2027-03-26", "2027-07-31") == (3, 0)
    await a_placement(partnerships_db, made, status="confirmed")
    assert await asked("2026-09-01", "2026-12-31") == (3, 1)
    assert await asked("2027-03-27", "2027-07-31") == (0, 0)
    assert await asked("2026-09-01", "2027-07-31", new_id()) == (0, 0)
    wrong = await partnerships_client.get("/v1/demand?from=2026-09-02&to=2026-09-01", headers=office(made.id))
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/query/to")
