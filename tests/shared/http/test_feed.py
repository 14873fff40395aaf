import asyncio

from shared.db import Database
from shared.events.relay import Relay
from shared.http import context
from tests.shared.events.news import PARTNERSHIP, SUBJECT, all_placed, running, tell, tell_many
from tests.shared.events.sisters import bearer, client_of, feed_app


async def test_the_feed_is_read_piece_by_piece(kit_db: Database) -> None:
    await tell_many(kit_db, 3)
    async with running(Relay(kit_db, poll=0.01).run):
        await all_placed(kit_db)
    async with client_of(feed_app(kit_db)) as client:
        office = bearer(partnership_id=PARTNERSHIP)
        first = (await client.get("/v1/changes?limit=2", headers=office)).json()
        after = first["next_cursor"]
        second = await client.get(
            "/v1/changes", params={"after": after, "types": "thing.happened"}, headers=office
        )
    assert [item["data"]["number"] for item in first["items"]] == [0, 1]
    assert second.json()["items"][0] == {
        "position": 3,
        "id": second.json()["items"][0]["id"],
        "type": "thing.happened",
        "subject_id": str(SUBJECT),
        "partnership_id": str(PARTNERSHIP),
        "occurred_at": "2026-09-07T12:00:00Z",
        "data": {"number": 2},
    }


async def test_while_the_application_runs_a_waiting_reader_is_woken_by_the_news(kit_db: Database) -> None:
    app = feed_app(kit_db)
    async with (
        client_of(app) as client,
        app.router.lifespan_context(app),
        running(Relay(kit_db, poll=0.01).run),
    ):
        asked = client.get("/v1/changes?wait=30", headers=bearer(partnership_id=PARTNERSHIP))
        waiting = asyncio.create_task(asked)
        await asyncio.sleep(0.1)
        await tell(kit_db)
        async with asyncio.timeout(5):
            assert len((await waiting).json()["items"]) == 1


async def test_a_question_that_makes_no_sense_is_refused(kit_db: Database) -> None:
    refusals = {
        "after=nonsense": (400, "bad_cursor"),
        "after=ZjE6OTk": (410, "cursor_expired"),
        "limit=0": (422, "invalid_input"),
        "limit=201": (422, "invalid_input"),
        "wait=31": (422, "invalid_input"),
        "wait=nan": (422, "invalid_input"),
        "types=Drop%20table": (422, "invalid_input"),
        "unknown=1": (422, "invalid_input"),
    }
    async with client_of(feed_app(kit_db)) as client:
        for query, refusal in refusals.items():
            answer = await client.get(f"/v1/changes?{query}", headers=bearer(partnership_id=PARTNERSHIP))
            assert (answer.status_code, answer.json()["code"]) == refusal, query


async def test_the_feed_needs_its_scope(kit_db: Database) -> None:
    async with client_of(feed_app(kit_db)) as client:
        headers = bearer(partnership_id=PARTNERSHIP, scopes=["placements:read"])
        assert (await client.get("/v1/changes", headers=headers)).status_code == 403
        assert (await client.get("/v1/changes")).status_code == 401


async def test_a_question_answered_in_this_task_leaves_no_deadline_behind(kit_db: Database) -> None:
    async with client_of(feed_app(kit_db)) as client:
        await client.get("/v1/changes", headers=bearer(partnership_id=PARTNERSHIP))
    assert context.seconds_left(otherwise=77) == 77
