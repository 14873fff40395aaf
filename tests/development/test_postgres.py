import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from services.development.account import account_for
from services.development.addresses import conninfo, database_url, server_url
from services.development.binaries import SHELTER, programs_for
from services.development.cannot_start import CannotStart
from services.development.databases import create_database, drop_database
from services.development.home import CHECKOUT
from services.development.postgres import FLEETING, EmbeddedPostgres
from tests.databases import in_memory


@contextmanager
def a_folder() -> Iterator[Path]:
    """A folder with spaces, quotes and letters of other languages in its path, which everybody may enter."""
    top = Path(tempfile.mkdtemp(prefix="practicum-tests-", dir=in_memory()))
    top.chmod(0o711)
    place = top / "der 'Prüfstand' again" / "postgres"
    yield place
    EmbeddedPostgres(place).forget()
    shutil.rmtree(top)


@pytest.fixture
def folder() -> Iterator[Path]:
    with a_folder() as place:
        yield place


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that nobody stops, for all that only ask: to make one takes as long as all their questions."""
    with a_folder() as place:
        server = EmbeddedPostgres(place, FLEETING)
        yield server.start()
        server.stop()


@pytest.fixture
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, FLEETING)
    yield server
    server.stop()


def asked(url: str, question: bytes) -> object:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def test_data_are_kept_between_runs_and_the_port_stays(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()
    assert (postgres.folder / "password").stat().st_mode & 0o777 == 0o600
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    postgres.stop()
    assert postgres.pid is None
    assert postgres.start() == url
    assert asked(url, b"select answer from kept") == 42


def test_a_killed_server_starts_again_with_what_it_had_committed(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder)
    url = postgres.start()
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    killed = psutil.Process(postgres.pid)
    killed.kill()
    while postgres.pid == killed.pid:
        time.sleep(0.01)
    assert postgres.start() == url
    assert asked(url, b"select answer from kept") == 42
    postgres.stop()


def test_nobody_gets_in_without_the_password(url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(conninfo(url).replace(urlsplit(url).password or "", "guess"))


def test_it_listens_on_this_machine_only_and_has_no_socket_file(url: str) -> None:
    assert asked(url, b"select current_setting('listen_addresses')") == "127.0.0.1"
    assert asked(url, b"select current_setting('unix_socket_directories')") == ""


def test_text_sorts_the_same_on_every_machine(url: str) -> None:
    assert asked(url, b"select current_setting('server_encoding')") == "UTF8"
    assert (
        asked(url, b"select datcollate || datlocale from pg_database where datname = 'postgres'")
        == "CC.UTF-8"
    )


def test_the_extensions_we_stand_on_are_there(url: str) -> None:
    question = b"select count(*) from pg_available_extensions where name in ('btree_gist', 'pg_trgm')"
    assert asked(url, question) == 2


def test_a_server_that_a_killed_run_left_behind_is_ended_first(postgres: EmbeddedPostgres) -> None:
    port = urlsplit(postgres.start()).port
    postgres.stop()
    account = account_for(CHECKOUT)
    program = programs_for(account) / "postgres"
    command = [
        str(program),
        "-D",
        str(postgres.folder / "data"),
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-k",
        "",
    ]
    orphan = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **account.identity())
    while not (postgres.folder / "data" / "postmaster.pid").exists():
        assert orphan.poll() is None
        time.sleep(0.01)
    url = postgres.start()
    assert orphan.wait(20) is not None
    assert asked(url, b"select 1") == 1


def test_the_record_of_a_server_that_is_gone_is_no_hindrance(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    for content in ("", "1\n", "999999999\nrubbish\n", "not a number\n"):
        postgres.stop()
        (postgres.folder / "data" / "postmaster.pid").write_text(content)
        assert asked(postgres.start(), b"select 1") == 1, content


def test_a_first_start_that_was_interrupted_is_done_again(postgres: EmbeddedPostgres) -> None:
    (postgres.folder / "data").mkdir(parents=True)
    (postgres.folder / "data" / "half").write_text("made")
    assert asked(postgres.start(), b"select 1") == 1


def test_a_server_that_cannot_start_is_said_in_one_sentence(folder: Path) -> None:
    server = EmbeddedPostgres(folder, {**FLEETING, "shared_buffers": "rubbish"})
    with pytest.raises(CannotStart, match=r"^PostgreSQL does not start; .*postgres\.log says why\.$"):
        server.start(patience=0.5)


def test_data_go_to_a_shelter_when_their_folder_is_for_root_only(tmp_path: Path) -> None:
    account = account_for(CHECKOUT)
    tmp_path.chmod(0o700)
    server = EmbeddedPostgres(tmp_path / "below" / "postgres", FLEETING)
    assert server.folder.parent == (SHELTER if account.switches else tmp_path / "below")


def test_postgresql_never_runs_as_root() -> None:
    assert account_for(CHECKOUT).uid != 0


def test_databases_are_made_once_and_removed_for_good(url: str) -> None:
    made = create_database(url, 'a "name"; drop')
    assert create_database(url, 'a "name"; drop') == made
    assert asked(made, b"select current_database()") == 'a "name"; drop'
    with psycopg.connect(conninfo(made)):
        drop_database(url, 'a "name"; drop')
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo(made))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_every_form_of_a_servers_address_is_understood(scheme: str) -> None:
    given = f"{scheme}://me:p%40ss@db.example:6432/any?sslmode=require"
    ours = server_url(given)
    assert ours == "postgresql+psycopg://me:p%40ss@db.example:6432/any?sslmode=require"
    assert database_url(ours, "hubs") == "postgresql+psycopg://me:p%40ss@db.example:6432/hubs?sslmode=require"
    assert conninfo(ours) == "postgresql://me:p%40ss@db.example:6432/any?sslmode=require"


@pytest.mark.parametrize("given", ["mysql://me@db/x", "db.example:5432", "", "postgresql:///socket"])
def test_an_address_that_is_none_is_said_in_one_sentence(given: str) -> None:
    with pytest.raises(CannotStart, match=r"^DATABASE_URL is not the address of a PostgreSQL server: .*\.$"):
        server_url(given)
