"""Clients are read from a file at each start; a file that is wrong stops the start with one clear sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.auth.issuer.clients import ClientRecord, ClientsFileUnusable, read_clients, save_client
from shared.auth.issuer.secret_hashes import hashed, matches
from shared.auth.issuer.settings import IssuerSettings
from shared.db import Database
from shared.ids import new_id
from tests.shared.auth.issuer.issuing import SECRET, a_client_key, an_issuer, key_set

GOOD: dict[str, Any] = {
    "client_id": "records",
    "name": "Student records",
    "jwks": key_set(a_client_key()),
    "partnership_id": str(new_id()),
    "roles": ["system"],
    "scopes": ["students:read"],
}


def a_file(folder: Path, *clients: Any) -> Path:
    file = folder / "clients.json"
    file.write_text(json.dumps({"clients": clients}))
    return file


async def test_the_clients_of_the_file_can_ask_for_tokens(identity_db: Database, tmp_path: Path):
    file = a_file(tmp_path, GOOD | {"jwks": None, "secret": SECRET})
    async with an_issuer(identity_db, clients_file=file) as issuer:
        assert (await issuer.principal(await issuer.token())).scopes == {"students:read"}


async def test_a_changed_file_changes_the_clients_at_the_next_start(identity_db: Database, tmp_path: Path):
    for scopes in (["students:read"], ["hubs:read"]):
        file = a_file(tmp_path, GOOD | {"secret": SECRET, "scopes": scopes})
        async with an_issuer(identity_db, clients_file=file) as issuer:
            assert (await issuer.principal(await issuer.token())).scopes == set(scopes)


async def test_saving_says_whether_the_client_is_new(identity_db: Database):
    record = ClientRecord.model_validate(GOOD)
    async with an_issuer(identity_db) as issuer, identity_db.begin() as session:
        assert await save_client(session, record, issuer.clock.now())
        assert not await save_client(session, record, issuer.clock.now())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"jwks": None}, "give a secret"),
        ({"jwks": {"keys": []}}, "every key of jwks"),
        ({"jwks": {}}, "every key of jwks|JWK Set"),
        ({"jwks": {"keys": [a_client_key().as_dict(private=True)]}}, "private key"),
        ({"scopes": ["students:reed"]}, "1 of the scopes"),
        ({"may_act_for_all": True}, "role service"),
        ({"partnership_id": None}, "partnership_id"),
        ({"client_id": "no blanks"}, "client_id"),
        ({"secret": "short"}, "secret"),
        ({"surname": "x"}, "surname"),
        ({"secret": SECRET}, "only a sandbox"),
        ({"scopes": ["clock:move"]}, "only a sandbox"),
    ],
)
def test_a_wrong_client_is_named_and_its_secret_is_not(tmp_path: Path, change: dict[str, Any], words: str):
    with pytest.raises(ClientsFileUnusable, match=words) as refusal:
        read_clients(a_file(tmp_path, GOOD | change), sandbox=False)
    assert SECRET not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "[]", '{"client": []}', '{"clients": 7}'])
def test_a_file_that_is_no_list_of_clients_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "clients.json"
    file.write_text(text)
    with pytest.raises(ClientsFileUnusable, match=r"clients\.json"):
        read_clients(file, sandbox=True)


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(ClientsFileUnusable):
        read_clients(tmp_path / "none.json", sandbox=True)


def test_a_stored_secret_is_salted_and_recognised():
    stored = hashed(SECRET)
    assert SECRET not in stored
    assert stored != hashed(SECRET)
    assert matches(SECRET, stored)
    assert not matches(SECRET + "x", stored)
    assert not matches(SECRET, None)


def test_a_simulated_clock_is_for_sandboxes_only(tmp_path: Path):
    with pytest.raises(ValueError, match="SANDBOX"):
        IssuerSettings(database_url="postgresql+psycopg://x", clock_file=tmp_path / "clock")
