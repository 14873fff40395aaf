"""Signing keys come and go without anybody's token being refused."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shared.auth.issuer.app import create_app, prepare
from shared.auth.issuer.models import SigningKey, UsedAssertion
from shared.auth.issuer.settings import IssuerSettings
from shared.auth.issuer.signing import KEPT_AFTER, PUBLISHED_BEFORE, rotate, tend
from shared.auth.issuer.wiring import wire
from shared.auth.tokens import BadToken, TokenVerifier
from shared.clock import StoppedClock
from shared.db import Database
from shared.http.jwks import FRESH_FOR, RemoteKeys
from tests.shared.auth.issuer.issuing import (
    ISSUER,
    NOW,
    Issuer,
    a_client_key,
    an_assertion,
    an_issuer,
    key_set,
)

MONTH = timedelta(days=30)


@pytest.fixture
async def issuer(identity_db: Database) -> AsyncIterator[Issuer]:
    async with an_issuer(identity_db) as running:
        await running.register()
        yield running


async def published(issuer: Issuer) -> set[str]:
    return {key["kid"] for key in (await issuer.http.get("/oauth/jwks")).json()["keys"]}


async def rotated(issuer: Issuer) -> str:
    async with issuer.wiring.db.begin() as session:
        kid = await rotate(session, issuer.clock.now())
    issuer.clock.move(timedelta(seconds=30))
    return kid


async def test_two_issuers_that_start_at_once_make_one_key(identity_db: Database):
    wirings = [wire(IssuerSettings(database_url=identity_db.url), clock=StoppedClock(NOW)) for _ in range(4)]
    await asyncio.gather(*(prepare(wiring) for wiring in wirings))
    async with identity_db.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(SigningKey))).scalar_one() == 1
    for wiring in wirings:
        await wiring.db.close()


async def test_a_new_key_is_published_before_it_signs(issuer: Issuer):
    old = await published(issuer)
    new = await rotated(issuer)
    assert await published(issuer) == {*old, new}
    assert (await issuer.wiring.keys.signer()).kid in old
    issuer.clock.move(PUBLISHED_BEFORE)
    assert (await issuer.wiring.keys.signer()).kid == new


async def test_verifiers_learn_of_a_new_key_before_they_meet_it():
    assert PUBLISHED_BEFORE > FRESH_FOR


async def test_rotation_keeps_old_tokens_valid_until_they_expire(issuer: Issuer):
    await rotated(issuer)
    issuer.clock.move(PUBLISHED_BEFORE - timedelta(seconds=31))
    last = await issuer.token()
    issuer.clock.move(timedelta(minutes=10))
    assert (await issuer.principal(last)).client_id == "records"
    assert (await issuer.principal(await issuer.token())).client_id == "records"


async def test_a_retired_key_is_no_longer_published_nor_accepted(issuer: Issuer):
    remote = TokenVerifier([ISSUER], "practicum", issuer.clock, RemoteKeys(issuer.http, issuer.clock))
    old, token = await published(issuer), await issuer.token()
    new = await rotated(issuer)
    issuer.clock.move(PUBLISHED_BEFORE + KEPT_AFTER)
    assert await published(issuer) == {new}
    assert new not in old
    forged_time = StoppedClock(NOW)  # even a verifier whose clock is wrong refuses it
    strict = TokenVerifier([ISSUER], "practicum", forged_time, RemoteKeys(issuer.http, issuer.clock))
    for verifier in (remote, strict):
        with pytest.raises(BadToken, match="key its issuer does not have"):
            await verifier.verify(token)


async def test_keys_are_replaced_when_they_come_of_age(issuer: Issuer):
    old = await published(issuer)
    for age, expected in (
        (MONTH - timedelta(minutes=1), 1),
        (timedelta(minutes=1), 2),
        (timedelta(days=1), 1),
    ):
        issuer.clock.move(age)
        async with issuer.wiring.db.begin() as session:
            await tend(session, issuer.clock.now(), MONTH)
        assert len(await published(issuer)) == expected
    assert not old & await published(issuer)


async def test_retired_keys_and_used_assertions_are_forgotten(issuer: Issuer):
    key = a_client_key()
    await issuer.register("signer", secret=None, jwks=key_set(key))
    await issuer.ask_signed(an_assertion(key, client_id="signer"))
    await rotated(issuer)
    issuer.clock.move(timedelta(days=1))
    async with issuer.wiring.db.begin() as session:
        await tend(session, issuer.clock.now(), MONTH)
    async with issuer.wiring.db.read() as connection:
        for table, left in ((SigningKey, 1), (UsedAssertion, 0)):
            assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == left


async def test_the_application_prepares_itself_and_tends_its_keys(identity_db: Database):
    wiring = wire(IssuerSettings(database_url=identity_db.url), clock=StoppedClock(NOW))
    app = create_app(wiring)
    async with app.router.lifespan_context(app):
        assert (await wiring.keys.published())["keys"]
