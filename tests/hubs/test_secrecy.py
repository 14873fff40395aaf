"""A sentence from a private reflection is found nowhere: not in the files of the database, nor in logs, feed and webhooks."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from anyio import to_thread

from services.development.postgres import FLEETING, EmbeddedPostgres
from services.hubs.jobs.sweep_hubs import sweep_hubs
from services.hubs.jobs.sweep_reflections import sweep_reflections
from shared.clock import StoppedClock
from shared.db import Database
from shared.events.relay import Relay
from shared.events.webhooks import Deliverer
from shared.ids import new_id
from tests.databases import build_template, in_memory
from tests.hubs.factories import Service, a_hub, a_member, serving, sessions_of
from tests.shared.events.news import a_reader, running, until
from tests.shared.events.receivers import PUBLIC, Receiver, an_endpoint

PLANTED = "Kestrel over the ring road while I said nothing"
LATER = "Kestrel gone and I spoke at last"
CONTROL = "Magpie worksheet for everybody"
TOLD = ("message.sent", "summary.written", "energy_low.noticed")


@pytest.fixture
def server() -> Iterator[EmbeddedPostgres]:
    """A server of its own, whose files may be read once it has stopped."""
    top = Path(tempfile.mkdtemp(prefix="practicum-tests-", dir=in_memory()))
    top.chmod(0o711)
    own = EmbeddedPostgres(top / "postgres", FLEETING)
    yield own
    own.stop()
    own.forget()
    shutil.rmtree(top)


async def a_season_of_writing(service: Service) -> None:
    """A student writes, saves again, shares and takes back, exports; the hub goes on around it."""
    tenant = service.tenant
    hub = await a_hub(tenant, facilitator_person_id=new_id())
    member = await a_member(tenant, hub, educator_id=new_id())
    (held,) = await sessions_of(tenant, hub, count=1)
    tenant.clock.move(timedelta(days=23))
    assert hub.facilitator_person_id is not None
    facilitator = service.person(hub.facilitator_person_id, "facilitator")
    student = service.person(member.student_id, "student")
    made = await student("POST", "/v1/reflections", {"title": PLANTED, "text": PLANTED})
    path = made.headers["location"]
    tenant.clock.move(timedelta(hours=1))
    saved = await student("PUT", path, {"text": LATER}, {"If-Match": '"1"'})
    shared = {"visibility": "facilitator", "anonymised_confirmed": True}
    answers = [
        saved,
        await student("POST", f"{path}/sharing", shared),
        await facilitator("GET", path),
        await student("POST", f"{path}/sharing", {"visibility": "private"}),
        await student("POST", "/v1/portfolios", {}),
        await student("PUT", "/v1/pulses/this-week", {"energy": 2}),
        await facilitator("POST", "/v1/resources", {"title": CONTROL}),
        await facilitator("PUT", f"/v1/sessions/{held.id}/summary", {"pcf_domains": ["knowledge"]}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert LATER in answers[2].text
    await student("POST", "/v1/reflections", {"text": PLANTED, "hidden": PLANTED})
    await sweep_hubs(tenant.db, tenant.clock)
    await sweep_reflections(tenant.db, tenant.clock)


async def news_of(service: Service) -> str:
    """Everything the feed says and everything webhooks carried."""
    db, receiver = service.tenant.db, Receiver()

    async def all_told() -> bool:
        return set(TOLD) <= set(receiver.types)

    await an_endpoint(db, a_reader(partnership_id=service.tenant.id), types=TOLD)
    async with receiver.client() as client:
        deliverer = Deliverer(db, client, look_up=PUBLIC, poll=0.02)
        async with running(Relay(db, poll=0.02).run, deliverer.run):
            await until(all_told)
    feed = await service.office("GET", "/v1/changes?limit=200")
    return feed.text + "".join(str(request.content) for request in receiver.requests)


def found_in(folder: Path, words: str) -> list[str]:
    planted = words.encode()
    return [str(file) for file in folder.rglob("*") if file.is_file() and planted in file.read_bytes()]


async def test_a_planted_sentence_is_found_nowhere(
    server: EmbeddedPostgres, stopped_clock: StoppedClock, capfd: pytest.CaptureFixture[str]
):
    url = await to_thread.run_sync(server.start)
    await to_thread.run_sync(build_template, "hubs", url)
    db = Database(url)
    async with serving(db, stopped_clock) as service:
        await a_season_of_writing(service)
        news = await news_of(service)
    await db.close()
    await to_thread.run_sync(server.stop)
    captured = capfd.readouterr()
    logs = captured.out + captured.err
    assert "/v1/reflections" in logs
    assert "energy_low.noticed" in news
    for words in (PLANTED, LATER):
        assert words not in logs
        assert words not in news
        assert found_in(server.folder.parent, words) == []
    assert found_in(server.folder.parent, CONTROL) != []
