"""What proves a run can be fetched by the office, and anybody who has it can check it without a solver."""

import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest

from services.development.cannot_start import CannotStart
from services.development.proofs import proof_of, understood
from services.placements.domain.matching.canonical import from_json, to_json
from services.placements.domain.matching.told import read_result
from services.placements.domain.matching.verify import verify
from services.placements.wiring import Wiring
from shared.ids import new_id
from tests.placements.callers import EVERY_SCOPE, member, office
from tests.placements.domain.matching.rounds import a_round
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


def test_the_command_fetches_both_documents_as_the_client_it_was_given_and_says_why_it_cannot():
    done, lost, stopped, mute = (str(new_id()) for _ in range(4))

    def answers(request: httpx.Request) -> httpx.Response:
        _, _, _, run, *part = request.url.path.split("/")
        if request.headers["authorization"] != "Bearer a-token":
            return httpx.Response(401, json={"detail": "The token has expired."})
        if run == lost:
            return httpx.Response(404)
        if run == mute:
            return httpx.Response(503, text="[]")
        status = {"status": "cancelled" if run == stopped else "completed"}
        return httpx.Response(200, text=part[0]) if part else httpx.Response(200, json=status)

    service, at = httpx.MockTransport(answers), "http://placements.test"
    assert proof_of(at, "a-token", done, service) == ("inputs", "certificate")
    for token, run, why in (
        ("stale", done, "status 401: The token has expired"),
        ("a-token", lost, "no such run"),
        ("a-token", stopped, "this one is cancelled"),
        ("a-token", mute, "status 503"),
        ("a-token", "last-week", "by its id"),
    ):
        with pytest.raises(CannotStart, match=why):
            proof_of(at, token, run, service)


def test_what_cannot_be_read_is_named_wherever_it_came_from():
    for inputs, told, which in (
        ("{}", "{}", "The inputs cannot"),
        (to_json(a_round([], [])), "{}", "The certificate cannot"),
    ):
        with pytest.raises(CannotStart, match=which):
            understood(inputs, told)
