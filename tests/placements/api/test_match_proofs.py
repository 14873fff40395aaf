"""What proves a run can be fetched by the office, and anybody who has it can check it without a solver."""

import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest

from services.development.cannot_start import CannotStart
from services.development.proofs import proof_of
from services.placements.domain.matching.canonical import from_json
from services.placements.domain.matching.told import read_result
from services.placements.domain.matching.verify import verify
from services.placements.wiring import Wiring
from shared.ids import new_id
from tests.placements.callers import EVERY_SCOPE, member, office
from tests.placements.factories import a_partnership
from tests.placements.matching import calling, completed, manager, with_register
from tests.placements.register import Register


@pytest.fixture
async def wired(partnerships_db, stopped_clock) -> AsyncIterator[Wiring]:
    async with with_register(partnerships_db, stopped_clock, Register()) as parts:
        yield parts


@pytest.fixture
async def client(wired) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(wired) as caller:
        yield caller


async def test_a_stored_run_proves_itself_to_whoever_fetches_it(client, wired):
    p = await a_partnership(wired.db)
    run = await completed(client, wired, p)
    inputs, told = [
        await client.get(f"{run['url']}/{part}", headers=manager(p)) for part in ("inputs", "certificate")
    ]
    assert (inputs.status_code, told.status_code) == (200, 200)
    assert hashlib.sha256(inputs.content).hexdigest() == run["input_hash"]
    result = read_result(told.text)
    assert len(result[0]) == run["outcome"]["placed"] == 1
    assert verify(from_json(inputs.text), *result).holds
    assert all(aim["proved"] for aim in run["aims"])

    blunt = office(p.id, [scope for scope in EVERY_SCOPE if scope != "students.sensitive:read"])
    assert (await client.get(f"{run['url']}/inputs", headers=blunt)).status_code == 403
    for part in ("inputs", "certificate"):
        url = f"{run['url']}/{part}"
        assert (await client.get(url, headers=member(p.id, p.council.id, EVERY_SCOPE))).status_code == 403
        assert (await client.get(url, headers=office(new_id(), EVERY_SCOPE))).status_code == 404


async def test_a_run_that_is_not_done_has_no_proof(client, wired):
    p = await a_partnership(wired.db)
    run = await client.post(f"/v1/rounds/{p.round.id}/match-runs", headers=manager(p))
    for part in ("inputs", "certificate"):
        missing = await client.get(f"{run.headers['location']}/{part}", headers=manager(p))
        assert missing.status_code == 404


def test_the_command_fetches_both_documents_as_the_client_it_was_given():
    def answers(request: httpx.Request) -> httpx.Response:
        known = request.headers["authorization"] == "Bearer a-token"
        return httpx.Response(200 if known else 401, text=request.url.path.rpartition("/")[2])

    service, run = httpx.MockTransport(answers), str(new_id())
    assert proof_of("http://placements.test", "a-token", run, service) == ("inputs", "certificate")
    with pytest.raises(CannotStart, match="status 401"):
        proof_of("http://placements.test", "stale", run, service)
    with pytest.raises(CannotStart, match="by its id"):
        proof_of("http://placements.test", "a-token", "last-week", service)
