import asyncio
import time
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from shared.db import Database
from shared.events import webhook_endpoints as endpoints
from shared.events.listening import Listener
from shared.events.relay import Relay
from shared.events.webhooks import SCHEDULE, Deliverer
from tests.shared.events.news import (
    COUNCIL,
    OTHER_PARTNERSHIP,
    SUBJECT,
    UNIVERSITY,
    ThingDeleted,
    ThingHappened,
    a_reader,
    all_placed,
    running,
    tell,
    tell_many,
    until,
    value,
)
from tests.shared.events.receivers import PUBLIC, Receiver, an_endpoint, names, verifies

QUICK = (0.01, 0.01)


async def deliveries(db: Database) -> list[Any]:
    async with db.read() as connection:
        statement = "select * from webhook_deliveries order by created_at, event_id"
        return list(await connection.execute(text(statement)))


async def delivered(
    db: Database, receiver: Receiver, *, schedule: Sequence[float] = QUICK, **options: Any
) -> None:
    """Place what was told and deliver until nothing is due any more."""
    options = {"look_up": PUBLIC, "poll": 0.02, **options}

    async def nothing_due() -> bool:
        return not await value(
            db, "select count(*) from webhook_deliveries where next_attempt_at < now() + interval '2 s'"
        )

    async with receiver.client() as client, running(Relay(db, poll=0.02).run):
        await all_placed(db)
        async with running(Deliverer(db, client, schedule=schedule, **options).run):
            await until(nothing_due)


async def test_an_event_is_delivered_with_a_signature_and_without_personal_data(kit_db: Database) -> None:
    receiver = Receiver()
    _, secret = await an_endpoint(kit_db)
    event_id = await tell(kit_db, ThingHappened(number=7))
    await delivered(kit_db, receiver)
    ping, request = receiver.requests
    assert receiver.types == ["webhook.ping", "thing.happened"]
    assert receiver.bodies[1] == {
        "type": "thing.happened",
        "timestamp": "2026-09-07T12:00:00.000000Z",
        "data": {"id": str(event_id), "subject_id": str(SUBJECT), "number": 7},
    }
    assert request.headers["webhook-id"] == str(event_id)
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    assert request.headers["content-type"] == "application/json"
    assert verifies(secret, request)
    assert verifies(secret, ping)
    assert not verifies("whsec_" + "A" * 43 + "=", request)
    assert {row.state for row in await deliveries(kit_db)} == {"delivered"}


async def test_the_connection_goes_to_the_address_that_was_judged(kit_db: Database) -> None:
    receiver = Receiver()
    await an_endpoint(kit_db, url="https://hooks.example.org:8443/in?a=1")
    await delivered(kit_db, receiver)
    (request,) = receiver.requests
    assert str(request.url) == "https://93.184.216.34:8443/in?a=1"
    assert request.headers["host"] == "hooks.example.org:8443"
    assert request.extensions["sni_hostname"] == "hooks.example.org"


async def test_an_endpoint_is_told_what_its_owner_may_see_and_asked_for(kit_db: Database) -> None:
    await an_endpoint(kit_db, url="https://hooks.example.org/office", types=[])
    university = a_reader(organisation_id=UNIVERSITY, roles=["system"])
    await an_endpoint(
        kit_db, university, url="https://hooks.example.org/university", types=["thing.happened"]
    )
    await an_endpoint(
        kit_db, a_reader(partnership_id=OTHER_PARTNERSHIP), url="https://hooks.example.org/other"
    )
    await tell(kit_db, ThingHappened(number=1), audience=[UNIVERSITY])
    await tell(kit_db, ThingHappened(number=2), audience=[COUNCIL])
    await tell(kit_db, ThingDeleted(number=3), audience=[UNIVERSITY])
    receiver = Receiver()
    await delivered(kit_db, receiver)
    told = {
        (request.url.path, body["data"]["number"])
        for request, body in zip(receiver.requests, receiver.bodies, strict=True)
        if body["type"] != "webhook.ping"
    }
    assert told == {("/office", 1), ("/office", 2), ("/office", 3), ("/university", 1)}


async def test_a_failed_attempt_is_repeated_as_scheduled_and_then_given_up(kit_db: Database) -> None:
    receiver = Receiver(500, httpx.ReadTimeout("slow"), 503)
    await an_endpoint(kit_db)
    await delivered(kit_db, receiver)
    assert len(receiver.requests) == 3
    assert len({request.headers["webhook-id"] for request in receiver.requests}) == 1
    (delivery,) = await deliveries(kit_db)
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("failed", 3, None)
    async with kit_db.read() as connection:
        log = await connection.execute(
            text("select number, status, error from webhook_attempts order by number")
        )
        assert [tuple(row) for row in log] == [(1, 500, None), (2, None, "timeout"), (3, 503, None)]


async def test_the_next_attempt_is_a_stored_fact(kit_db: Database) -> None:
    await an_endpoint(kit_db)
    await delivered(kit_db, Receiver(500), schedule=SCHEDULE[1:])
    (delivery,) = await deliveries(kit_db)
    assert (delivery.state, delivery.attempts, delivery.leased_until) == ("pending", 1, None)
    assert 290 < (delivery.next_attempt_at - delivery.created_at).total_seconds() < 320


async def test_a_delivery_that_succeeds_late_is_delivered(kit_db: Database) -> None:
    receiver = Receiver(httpx.ConnectError("down"), 200)
    await an_endpoint(kit_db)
    await delivered(kit_db, receiver)
    (delivery,) = await deliveries(kit_db)
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


async def test_a_redirect_is_not_followed(kit_db: Database) -> None:
    receiver = Receiver(302)
    await an_endpoint(kit_db)
    await delivered(kit_db, receiver, schedule=())
    assert len(receiver.requests) == 1
    assert (
        await value(
            kit_db, "select count(*) from webhook_attempts where status = 302 and error = 'redirected'"
        )
        == 1
    )


async def test_an_endpoint_that_says_gone_is_disabled(kit_db: Database) -> None:
    await an_endpoint(kit_db)
    await delivered(kit_db, Receiver(410))
    assert await value(kit_db, "select count(*) from webhook_endpoints where disabled_reason = 'gone'") == 1
    assert [row.state for row in await deliveries(kit_db)] == ["failed"]


@pytest.mark.parametrize("address", ["169.254.169.254", "::ffff:10.0.0.1"])
async def test_a_name_that_leads_to_a_private_address_is_not_connected_to(
    kit_db: Database, address: str
) -> None:
    receiver = Receiver()
    await an_endpoint(kit_db)
    look_up = names({"hooks.example.org": ["93.184.216.34", address]})
    await delivered(kit_db, receiver, look_up=look_up, schedule=())
    assert receiver.requests == []
    assert await value(kit_db, "select count(*) from webhook_attempts where error = 'address_refused'") == 1


async def test_in_a_sandbox_a_private_address_will_do(kit_db: Database) -> None:
    receiver = Receiver()
    await an_endpoint(kit_db, url="http://localhost:9/in")
    look_up = names({"localhost": ["127.0.0.1"]})
    await delivered(kit_db, receiver, look_up=look_up, allow_private=True)
    assert [str(request.url) for request in receiver.requests] == ["http://127.0.0.1:9/in"]


async def test_a_disabled_endpoint_gets_what_was_due_when_it_is_enabled_again(kit_db: Database) -> None:
    receiver = Receiver()
    endpoint_id, _ = await an_endpoint(kit_db)
    async with kit_db.begin() as session:
        await endpoints.change(session, endpoint_id, enabled=False)
    await tell(kit_db)
    async with receiver.client() as client, running(Deliverer(kit_db, client, look_up=PUBLIC, poll=0.01).run):
        await asyncio.sleep(0.1)
    assert receiver.requests == []
    async with kit_db.begin() as session:
        await endpoints.change(session, endpoint_id, enabled=True)
    await delivered(kit_db, receiver)
    assert receiver.types == ["webhook.ping", "thing.happened"]


async def test_after_a_rotation_both_secrets_sign_for_a_day(kit_db: Database) -> None:
    receiver = Receiver()
    endpoint_id, old = await an_endpoint(kit_db)
    async with kit_db.begin() as session:
        new = await endpoints.rotate(session, endpoint_id)
    await delivered(kit_db, receiver)
    assert verifies(old, receiver.requests[0])
    assert verifies(new, receiver.requests[0])
    async with kit_db.begin() as session:
        await session.execute(
            text("update webhook_endpoints set previous_secret_until = now() - interval '1 s'")
        )
    await tell(kit_db)
    await delivered(kit_db, receiver)
    assert not verifies(old, receiver.requests[1])
    assert verifies(new, receiver.requests[1])


async def test_a_delivery_whose_worker_died_is_attempted_by_another(kit_db: Database) -> None:
    await an_endpoint(kit_db)
    hanging = Receiver(pace=600)
    async with hanging.client() as client:
        doomed = asyncio.create_task(
            Deliverer(kit_db, client, look_up=PUBLIC, lease=0.3).run(asyncio.Event())
        )
        await until(lambda: _attempts(kit_db, 1))
        doomed.cancel()
        await asyncio.gather(doomed, return_exceptions=True)
        receiver = Receiver()
        await delivered(kit_db, receiver, lease=0.3)
    assert receiver.types == ["webhook.ping"]
    (delivery,) = await deliveries(kit_db)
    assert (delivery.state, delivery.attempts) == ("delivered", 2)


async def test_several_workers_deliver_each_event_once(kit_db: Database) -> None:
    receiver = Receiver(pace=0.002)
    for number in range(5):
        await an_endpoint(kit_db, url=f"https://hooks.example.org/{number}")
    await tell_many(kit_db, 30)
    listener = Listener(kit_db.url)
    async with receiver.client() as client, running(listener.run, Relay(kit_db, poll=0.02).run):
        workers = [Deliverer(kit_db, client, listener, look_up=PUBLIC, poll=0.05) for _ in range(3)]
        async with running(*(worker.run for worker in workers)):
            await until(lambda: _delivered(kit_db, 5 * 31))
    sent = [(request.url.path, request.headers["webhook-id"]) for request in receiver.requests]
    assert len(sent) == len(set(sent)) == 5 * 31


async def test_a_slow_endpoint_does_not_keep_the_others_waiting(kit_db: Database) -> None:
    fast = Receiver()

    async def answering(request: httpx.Request) -> httpx.Response:
        if request.headers["host"] == "hooks.example.org":
            await asyncio.sleep(5)
        return await fast(request)

    await an_endpoint(kit_db, url="https://hooks.example.org/slow")
    await an_endpoint(kit_db, url="https://other.example.org/fast")
    await tell_many(kit_db, 20)
    async with running(Relay(kit_db, poll=0.02).run):
        await all_placed(kit_db)
    stop = asyncio.Event()
    async with httpx.AsyncClient(transport=httpx.MockTransport(answering)) as client:
        working = asyncio.create_task(
            Deliverer(kit_db, client, look_up=PUBLIC, concurrency=4, poll=0.02).run(stop)
        )
        await until(lambda: _delivered(kit_db, 21), within=4)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    assert {request.headers["host"] for request in fast.requests} == {"other.example.org"}


async def _attempts(db: Database, count: int) -> bool:
    return await value(db, "select coalesce(sum(attempts), 0) from webhook_deliveries") == count


async def _delivered(db: Database, count: int) -> bool:
    return await value(db, "select count(*) from webhook_deliveries where state = 'delivered'") == count
