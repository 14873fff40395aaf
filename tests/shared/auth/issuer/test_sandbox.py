"""A sandbox has a clock that can be moved and personas that can be registered, by those who may."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.db import Database
from shared.ids import new_id
from tests.shared.auth.issuer.issuing import SECRET, Issuer, an_issuer

PARTNERSHIP = new_id()
PERSONA: dict[str, Any] = {
    "name": "A tutor",
    "secret": SECRET,
    "roles": ["tutor"],
    "scopes": ["concerns:read"],
    "person_id": str(new_id()),
    "organisation_id": str(new_id()),
}


@pytest.fixture
async def issuer(identity_db: Database, tmp_path: Path) -> AsyncIterator[Issuer]:
    async with an_issuer(identity_db, clock_file=tmp_path / "clock") as running:
        yield running


async def headers(
    issuer: Issuer, *roles: str, client_id: str = "office", partnership_id: UUID = PARTNERSHIP
) -> dict[str, str]:
    scopes = ["clock:move", "clients:write"]
    await issuer.register(client_id, partnership_id=partnership_id, roles=list(roles), scopes=scopes)
    return {"Authorization": f"Bearer {await issuer.token(client_id)}"}


async def move(issuer: Issuer, headers: dict[str, str], now: str) -> httpx.Response:
    return await issuer.http.put("/sandbox/clock", headers=headers, json={"now": now})


async def test_the_clock_moves_forward_for_everybody(issuer: Issuer):
    office = await headers(issuer, "partnership")
    moved = await move(issuer, office, "2027-01-04T09:00:00Z")
    assert (moved.status_code, moved.json()) == (200, {"now": "2027-01-04T09:00:00Z"})
    assert (await issuer.http.get("/sandbox/clock", headers=office)).json() == {"now": "2027-01-04T09:00:00Z"}


async def test_the_clock_never_goes_back(issuer: Issuer):
    office = await headers(issuer, "partnership")
    await move(issuer, office, "2027-01-04T09:00:00Z")
    back = await move(issuer, office, "2027-01-04T08:59:59Z")
    assert (back.status_code, back.json()["code"]) == (409, "clock_goes_forward")
    assert (await move(issuer, office, "2027-01-04T09:00:00Z")).status_code == 200


async def test_moving_the_clock_is_for_the_office_and_services(issuer: Issuer):
    assert (await move(issuer, await headers(issuer, "tutor"), "2027-01-04T09:00:00Z")).status_code == 403
    assert (await move(issuer, await headers(issuer, "service"), "2027-01-04T09:00:00Z")).status_code == 200


async def test_an_instant_that_is_none_is_refused(issuer: Issuer):
    office = await headers(issuer, "partnership")
    for now in ["yesterday", "2027-01-04T09:00:00", "", "9999999999999"]:
        assert (await move(issuer, office, now)).status_code == 422, now


async def test_tokens_do_not_follow_the_simulated_clock(issuer: Issuer):
    office = await headers(issuer, "partnership")
    await move(issuer, office, "2036-01-04T09:00:00Z")
    assert (await move(issuer, office, "2036-01-04T09:00:01Z")).status_code == 200


async def test_without_a_clock_file_there_is_no_clock_to_move(identity_db: Database):
    async with an_issuer(identity_db) as issuer:
        assert (await issuer.http.get("/sandbox/clock")).status_code == 404


async def test_a_registered_persona_can_ask_for_tokens(issuer: Issuer):
    office = await headers(issuer, "partnership")
    first = await issuer.http.put("/sandbox/clients/tutor-1", headers=office, json=PERSONA)
    again = await issuer.http.put("/sandbox/clients/tutor-1", headers=office, json=PERSONA)
    assert (first.status_code, again.status_code) == (201, 200)
    assert SECRET not in first.text
    principal = await issuer.principal(await issuer.token("tutor-1"))
    assert (principal.partnership_id, str(principal.person_id)) == (PARTNERSHIP, PERSONA["person_id"])
    assert principal.roles == {"tutor"}
    assert principal.scopes == {"concerns:read"}


async def test_registering_personas_is_for_the_office(issuer: Issuer):
    tutor = await headers(issuer, "tutor")
    answer = await issuer.http.put("/sandbox/clients/tutor-1", headers=tutor, json=PERSONA)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


async def test_no_persona_becomes_a_service(issuer: Issuer):
    office = await headers(issuer, "partnership")
    answer = await issuer.http.put(
        "/sandbox/clients/tutor-1", headers=office, json=PERSONA | {"roles": ["service"]}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "role_reserved")


async def test_a_client_of_another_partnership_is_not_taken_over(issuer: Issuer):
    theirs = await headers(issuer, "partnership", client_id="their-office", partnership_id=new_id())
    await headers(issuer, "partnership")
    answer = await issuer.http.put("/sandbox/clients/office", headers=theirs, json=PERSONA)
    assert (answer.status_code, answer.json()["code"]) == (409, "client_taken")


WRONG: list[dict[str, Any]] = [
    {"secret": "short"},
    {"secret": None},
    {"scopes": ["all"]},
    {"roles": ["Tutor!"]},
    {"person_id": "me"},
    {"partnership_id": str(new_id())},
    {"jwks": {"keys": "none"}},
]


async def test_a_wrong_persona_is_refused_and_not_repeated(issuer: Issuer):
    office = await headers(issuer, "partnership")
    for change in WRONG:
        answer = await issuer.http.put("/sandbox/clients/x", headers=office, json=PERSONA | change)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input"), change
        assert SECRET not in answer.text
