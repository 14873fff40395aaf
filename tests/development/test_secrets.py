import json
from base64 import b64decode
from pathlib import Path

import pytest

from services.development.cannot_start import CannotStart
from services.development.home import SIBLINGS, Home
from services.development.keys import write_keys
from services.development.stack import Sandbox, Stack
from services.development.tokens import token_for
from shared.auth.issuer.clients import read_clients


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The home of a checkout that has never run."""
    home = Home(tmp_path / ".practicum")
    home.open()
    return home


def test_secrets_are_made_once_and_kept(home: Home) -> None:
    first = home.secrets()
    assert home.secrets() == first
    assert len(set(first.values())) == len(first)
    assert len(b64decode(first["master_key"])) == 32


def test_two_checkouts_have_different_secrets(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name) for name in "ab"]
    for home in homes:
        home.open()
    assert not set(homes[0].secrets().values()) & set(homes[1].secrets().values())


def test_the_issuer_understands_the_development_clients(home: Home) -> None:
    Stack(home).write()
    clients = {client.client_id: client for client in read_clients(home.clients, sandbox=True)}
    assert set(clients) == {"office", *(f"service-{name}" for name in SIBLINGS)}
    assert not clients["office"].may_act_for_all
    assert str(clients["office"].partnership_id) == home.secrets()["partnership_id"]


def test_every_process_is_told_who_it_is(home: Home) -> None:
    told = Stack(home, first_port=9000).environment("postgresql+psycopg://me@db.example/postgres")
    for name in SIBLINGS:
        assert told[f"{name.upper()}_CLIENT_ID"] == f"service-{name}"
        assert told[f"{name.upper()}_CLIENT_SECRET"] == home.secrets()[name]
        assert told[f"{name.upper()}_DATABASE_URL"] == f"postgresql+psycopg://me@db.example/{name}"
        assert (
            json.loads(told[f"{name.upper()}_ISSUERS"])
            == [told["IDENTITY_ISSUER"]]
            == ["http://127.0.0.1:9000"]
        )


def test_the_season_is_told_where_everything_is(home: Home) -> None:
    Stack(home).write()
    sandbox = Sandbox.of(home)
    assert sandbox.hubs_url == "http://127.0.0.1:8003"
    assert sandbox.client_secret == home.secrets()["office"]


def test_forgetting_removes_everything_but_the_lock(home: Home) -> None:
    Stack(home).write()
    (home.mail / "000001.eml").write_text("said")
    with home.held():
        home.forget()
        assert sorted(path.name for path in home.folder.iterdir()) == ["lock", "logs", "mail"]
    assert list(home.mail.iterdir()) == []


def test_a_deployments_keys_are_understood_by_the_issuer_outside_a_sandbox(tmp_path: Path) -> None:
    written = write_keys(tmp_path / "secrets")
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in written)
    clients = read_clients(tmp_path / "secrets" / "clients.json", sandbox=False)
    assert [client.client_id for client in clients] == [f"service-{name}" for name in SIBLINGS]
    assert "d" in json.loads((tmp_path / "secrets" / "hubs.jwk").read_text())
    assert len(b64decode((tmp_path / "secrets" / "hubs_master.key").read_text())) == 32


def test_keys_are_never_replaced(tmp_path: Path) -> None:
    write_keys(tmp_path)
    with pytest.raises(CannotStart, match="already: move them away, or choose another folder"):
        write_keys(tmp_path)


def test_without_a_stack_there_are_no_tokens_and_a_sentence_says_why(home: Home) -> None:
    with pytest.raises(CannotStart, match="^Practicum has not run here yet: start it with `make run`"):
        token_for(home, "office")
    Stack(home, first_port=1).write()
    with pytest.raises(CannotStart, match="^There is no such client; there are: office, service-educators, "):
        token_for(home, "nobody")
    with pytest.raises(CannotStart, match="^The issuer does not answer"):
        token_for(home, "office")
