import os
import subprocess
import sys

import pytest

from services.development.home import CHECKOUT


def said(*command: str, **environment: str) -> tuple[int, str]:
    """How a command ended, and all that it said."""
    done = subprocess.run(
        command, check=False, cwd=CHECKOUT, env=os.environ | environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_make_alone_prints_what_it_can_do() -> None:
    code, help_text = said("make")
    assert code == 0
    for target in ("run", "test", "check", "migrate", "revision", "openapi", "bench"):
        assert f"make {target} " in help_text


def test_make_says_what_is_missing_in_one_sentence() -> None:
    code, sentence = said("make", "--silent", "--always-make", ".venv/.ready", "PYTHON=no-such-python")
    assert code != 0
    assert sentence.startswith(
        "Practicum needs Python 3.11 or later as no-such-python: install one, or name it with"
    )


def test_make_revision_asks_for_what_it_needs() -> None:
    code, sentence = said("make", "--silent", "--assume-old=.venv/.ready", "revision")
    assert code != 0
    assert 'Say which: make revision SERVICE=hubs MESSAGE="..."' in sentence


@pytest.mark.parametrize("address", ["mysql://me@db.example/x", "nonsense"])
def test_a_wrong_database_url_is_said_in_one_sentence(address: str) -> None:
    code, sentence = said(sys.executable, "-m", "services", "migrate", DATABASE_URL=address)
    assert code == 1
    assert sentence.startswith("DATABASE_URL is not the address of a PostgreSQL server")
    assert len(sentence.splitlines()) == 1


def test_a_server_that_does_not_answer_is_said_in_one_sentence() -> None:
    address = "postgresql://me:secret@127.0.0.1:1/postgres"
    code, sentence = said(sys.executable, "-m", "services", "migrate", DATABASE_URL=address)
    assert code == 1
    assert sentence == "The PostgreSQL server does not answer or refuses us: check DATABASE_URL.\n"
