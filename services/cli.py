"""`practicum`: one command for every process of the system, and for running all of it on one machine."""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from services.development.cannot_start import CannotStart

if TYPE_CHECKING:
    from services.development.home import Home

app = typer.Typer(
    name="practicum",
    help="The backend of a social work Teaching Partnership: placements, educators, hubs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_screen = Console(highlight=False, soft_wrap=True)


class Service(StrEnum):
    """What can be served; each has a database of its own."""

    PLACEMENTS = "placements"
    EDUCATORS = "educators"
    HUBS = "hubs"
    IDENTITY = "identity"


PORTS = {Service.IDENTITY: 8000, Service.PLACEMENTS: 8001, Service.EDUCATORS: 8002, Service.HUBS: 8003}
PACKAGES = {Service.IDENTITY: "shared.auth.issuer"}
"""Where a service's `app` is, when not in `services.<name>`."""


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Say why something cannot start in one sentence, and end with code 1."""
    try:
        yield
    except CannotStart as reason:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]{reason}[/red]")
        raise typer.Exit(1) from None


def _package(service: Service) -> str:
    return PACKAGES.get(service, f"services.{service.value}")


@app.command()
def up(
    *,
    demo: Annotated[bool, typer.Option(help="Play a season on the sample partnership first.")] = False,
    fresh: Annotated[bool, typer.Option(help="Forget what earlier runs kept.")] = False,
    port: Annotated[int, typer.Option(help="The first port; the others follow.", min=1024, max=65000)] = 8000,
) -> None:
    """Run everything on this machine, for development, until Ctrl-C."""
    from services.development.addresses import server_url
    from services.development.home import Home
    from services.development.stack import Part, Stack, practicum
    from services.development.supervisor import Supervisor

    home = Home()
    given = os.environ.get("DATABASE_URL")
    with _one_sentence(), home.held():
        server = server_url(given) if given else None
        if fresh:
            _forget(home, server)
        words = ["demo", "welcome"] if demo else ["welcome"]
        then = [Part(word, practicum(word)) for word in words]
        asyncio.run(Supervisor(Stack(home, port), server, _screen.print).run(then))


def _forget(home: "Home", server: str | None) -> None:
    from services.development.databases import SERVICES, drop_database
    from services.development.postgres import EmbeddedPostgres

    if server:
        for name in SERVICES:
            drop_database(server, name)
    else:
        EmbeddedPostgres(home.postgres).forget()
    home.forget()


@app.command()
def serve(
    service: Service,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(help="The port; each service has its own.")] = None,
) -> None:
    """Answer requests to one service until SIGTERM; requests in flight are finished."""
    import uvloop

    from shared.http.server import serve as serve_app
    from shared.logs import configure

    created = importlib.import_module(f"{_package(service)}.app").create_app()
    settings = created.state.wiring.settings
    configure(service.value, as_json=settings.log_json)
    serving = serve_app(created, host=host, port=port or PORTS[service], drain_seconds=settings.drain_seconds)
    uvloop.run(serving)


@app.command()
def work(service: Service) -> None:
    """Do the background work of one service until SIGTERM; what it has begun is finished."""
    import uvloop

    from shared.logs import configure

    main = importlib.import_module(f"{_package(service)}.worker").main
    configure(f"{service.value}-worker")

    async def until_told() -> None:
        stop = asyncio.Event()
        for word in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(word, stop.set)
        await main(stop=stop)

    uvloop.run(until_told())


@app.command()
def migrate(
    service: Annotated[Service | None, typer.Option(help="Only this one.")] = None,
) -> None:
    """Bring databases up to date: those in <SERVICE>_DATABASE_URL, or those on the server in DATABASE_URL."""
    from services.development.migrating import addresses_of, upgrade

    chosen = [service] if service else list(Service)
    with _one_sentence(), addresses_of([one.value for one in chosen]) as addresses:
        for name, url in addresses.items():
            _screen.print(f"{name}: {upgrade(name, url)}")


@app.command()
def revision(
    service: Annotated[Service, typer.Option(help="Whose history.")],
    message: Annotated[str, typer.Option("--message", "-m", help="What the revision does.")],
) -> None:
    """Write the next revision of a history from the difference between its models and its last revision."""
    from services.development.migrating import write_revision

    with _one_sentence():
        _screen.print(str(write_revision(service.value, message)))


@app.command()
def keys(folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("secrets")) -> None:
    """Make a deployment's first keys: one for each service, and the issuer's list of them as clients."""
    from services.development.keys import write_keys

    with _one_sentence():
        for path in write_keys(folder):
            _screen.print(str(path))


@app.command("rewrap-keys")
def rewrap_keys() -> None:
    """After a new master key: wrap every student's key by it. May be stopped and begun again; reflections stay readable.

    HUBS_MASTER_KEY_FILE names the new key, HUBS_RETIRED_MASTER_KEY_FILES the old ones, which can be destroyed afterwards.
    """
    from services.development.rewrapping import rewrap_all

    with _one_sentence():
        _screen.print(
            f"{rewrap_all()} keys were wrapped by the current master key; the old ones are needed no more."
        )


@app.command()
def alive(service: Service) -> None:
    """Say whether a worker of the service is alive: it notes so in its database every few seconds."""
    import psycopg

    from services.development.addresses import conninfo

    url = os.environ[f"{service.name}_DATABASE_URL"]
    question = (
        "select count(*) from procrastinate_workers where last_heartbeat > now() - interval '30 seconds'"
    )
    with psycopg.connect(conninfo(url), autocommit=True, connect_timeout=3) as connection:
        living = connection.execute(question).fetchone()
    raise typer.Exit(0 if living and living[0] else 1)


@app.command("verify-match")
def verify_match(
    what: Annotated[str, typer.Argument(help="The id of a run, or the file of its frozen inputs.")],
    result: Annotated[
        Path | None, typer.Argument(help="With a file: the run's certificate, as JSON.")
    ] = None,
    client: Annotated[
        str, typer.Option(help="With an id: the client that asks the running stack.")
    ] = "office",
) -> None:
    """Check a match run without any solver: nobody is where a rule forbids, no limit is passed, nothing could be better.

    Ends with 0 where everything is shown, with 1 where it is not, saying what: `breach` is something wrong with the result
    itself, `not proved` an aim in which the certificate does not show that nothing better exists. The two files are what
    `/v1/match-runs/{id}/inputs` and `/v1/match-runs/{id}/certificate` answer; with an id they are fetched from there.
    A round of 10,000 students takes some ten seconds.
    """
    from services.development.proofs import findings, kept_proof, understood
    from services.placements.domain.matching.verify import verify

    with _one_sentence(), Console(stderr=True).status("Reading") as status:
        proof = understood(*(kept_proof(Path(what), result) if result else _fetched(what, client)))
        verdict = verify(*proof, lambda step: status.update(f"Checking {step}"))
    for line in findings(verdict, proof):
        _screen.print(line)
    if not verdict.holds:
        raise typer.Exit(1)


def _fetched(run_id: str, client: str) -> tuple[str, str]:
    from services.development.home import Home
    from services.development.proofs import proof_of
    from services.development.stack import Sandbox
    from services.development.tokens import token_for

    home = Home()
    token = token_for(home, client)
    return proof_of(Sandbox.of(home).placements_url, token, run_id)


@app.command()
def openapi(
    *,
    check: Annotated[bool, typer.Option(help="Write nothing; fail when a file would change.")] = False,
) -> None:
    """Write what each service publishes about itself to docs/openapi."""
    from services.development.descriptions import differing, write

    if not check:
        for path in write():
            _screen.print(str(path))
    elif changed := differing():
        _screen.print(
            f"The API is not the published one any more: run `make openapi` and read the difference of {changed}."
        )
        raise typer.Exit(1)


@app.command()
def token(
    client: Annotated[str, typer.Option(help="One of the clients in .practicum/clients.json.")] = "office",
) -> None:
    """Print an access token of a running stack for one of its development clients; it is good for some minutes."""
    from services.development.home import Home
    from services.development.tokens import token_for

    with _one_sentence():
        sys.stdout.write(token_for(Home(), client) + "\n")


@app.command()
def demo() -> None:
    """Play a season of the sample partnership on the running stack, once."""
    from services.development.home import Home, write_private
    from services.development.stack import Sandbox

    home = Home()
    if home.season.exists():
        _screen.print("These data hold a season already; `make run FRESH=1` plays it anew.")
        return
    season = importlib.import_module("services.demo.season")
    with _one_sentence():
        personas = season.play(Sandbox.of(home))
    write_private(home.season, {"personas": personas})


@app.command(hidden=True)
def welcome() -> None:
    """Say where everything is and what to try first."""
    from services.development.home import Home
    from services.development.tokens import token_for
    from services.development.welcome import greeting

    home = Home()
    with _one_sentence():
        sys.stdout.write(greeting(home, token_for(home, "office"), Path.cwd()))
