"""Which processes make up Practicum on one machine, where they answer, and what each of them is told."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType

from services.development.addresses import database_url
from services.development.home import SIBLINGS, Home, write_private
from shared.auth.scopes import SANDBOX_SCOPES, SCOPES

HOST = "127.0.0.1"
OFFSETS: Mapping[str, int] = MappingProxyType(
    {"identity": 0, "placements": 1, "educators": 2, "hubs": 3, "mail": 25}
)
"""Where each part answers, counted from the first port."""

SISTERS: Mapping[str, Sequence[str]] = MappingProxyType(
    {"placements": ("educators", "hubs"), "educators": ("placements",), "hubs": ("placements",)}
)
"""Whom each service asks or follows."""

OFFICE = "office"
"""The client with which the season is played: the partnership's office, which may do everything in its partnership."""


@dataclass(frozen=True)
class Part:
    """One process: its name, how it is started, and the port it answers on if it has one."""

    name: str
    command: tuple[str, ...]
    port: int | None = None


def practicum(*words: str) -> tuple[str, ...]:
    """The command line of one of our own commands, in the Python that runs us."""
    return (sys.executable, "-m", "services", *words)


@dataclass(frozen=True)
class Sandbox:
    """Where a running stack answers, and the client with which all of it may be used."""

    identity_url: str
    placements_url: str
    educators_url: str
    hubs_url: str
    client_id: str
    client_secret: str
    partnership_id: str
    clock_file: str
    mail_folder: str

    @staticmethod
    def of(home: Home) -> "Sandbox":
        """The stack that runs, or last ran, from this checkout."""
        return Sandbox(**json.loads(home.sandbox.read_text("utf-8")))


@dataclass(frozen=True)
class Stack:
    """All processes of one machine, by the first of their ports."""

    home: Home
    first_port: int = 8000

    def port(self, name: str) -> int:
        """Where a part answers."""
        return self.first_port + OFFSETS[name]

    def url(self, name: str) -> str:
        """The address of a part that speaks HTTP."""
        return f"http://{HOST}:{self.port(name)}"

    def parts(self) -> list[Part]:
        """Every process but PostgreSQL and the mailbox, in the order in which they start."""
        serving = [
            Part(name, practicum("serve", name, "--port", str(self.port(name))), self.port(name))
            for name in ("identity", *SIBLINGS)
        ]
        return serving + [Part(f"{name}-worker", practicum("work", name)) for name in SIBLINGS]

    def preparation(self) -> Part:
        """What must have succeeded before any part starts; it is told DATABASE_URL."""
        return Part("migrate", practicum("migrate"))

    def databases(self, server: str) -> dict[str, str]:
        """What tells the services where their databases are on a server."""
        return {
            f"{name.upper()}_DATABASE_URL": database_url(server, name) for name in ("identity", *SIBLINGS)
        }

    def environment(self, server: str) -> dict[str, str]:
        """What all processes are told; each reads only what has its own prefix."""
        told = self.databases(server) | self._of_identity()
        for name in SIBLINGS:
            told |= self._of(name)
        return told

    def write(self) -> None:
        """Tell the issuer its clients, and the season where everything is."""
        secrets = self.home.secrets()
        write_private(
            self.home.clients,
            {"clients": [*map(_sister, SIBLINGS, map(secrets.get, SIBLINGS)), _office(secrets)]},
        )
        urls = {f"{name}_url": self.url(name) for name in ("identity", *SIBLINGS)}
        sandbox = Sandbox(
            **urls,
            client_id=OFFICE,
            client_secret=secrets[OFFICE],
            partnership_id=secrets["partnership_id"],
            clock_file=str(self.home.clock),
            mail_folder=str(self.home.mail),
        )
        write_private(self.home.sandbox, asdict(sandbox))

    def _of_identity(self) -> dict[str, str]:
        return {
            "IDENTITY_ISSUER": self.url("identity"),
            "IDENTITY_ISSUERS": json.dumps([self.url("identity")]),
            "IDENTITY_PUBLIC_URL": self.url("identity"),
            "IDENTITY_CLIENTS_FILE": str(self.home.clients),
            "IDENTITY_CLOCK_FILE": str(self.home.clock),
            "IDENTITY_REFERENCES": json.dumps({name: self.url(name) for name in SIBLINGS}),
            "IDENTITY_SANDBOX": "true",
            "IDENTITY_POOL_SIZE": "2",
        }

    def _of(self, name: str) -> dict[str, str]:
        told = {
            "ISSUERS": json.dumps([self.url("identity")]),
            "PUBLIC_URL": self.url(name),
            "CLOCK_FILE": str(self.home.clock),
            "CLIENT_ID": f"service-{name}",
            "CLIENT_SECRET": self.home.secrets()[name],
            "SWEEP_EVERY": "0.3",
            "POOL_SIZE": "3",
            "ALLOW_PRIVATE_WEBHOOKS": "true",
            **{f"{sister.upper()}_URL": self.url(sister) for sister in SISTERS[name]},
        }
        if name == "placements":
            told |= {"SMTP_HOST": HOST, "SMTP_PORT": str(self.port("mail"))}
        if name == "hubs":
            told["MASTER_KEY"] = self.home.secrets()["master_key"]
        return {f"{name.upper()}_{key}": value for key, value in told.items()}


def _sister(name: str, secret: str | None) -> dict[str, object]:
    return {
        "client_id": f"service-{name}",
        "secret": secret,
        "name": f"The {name} service",
        "roles": ["service", "partnership"],
        "scopes": sorted(SCOPES),
        "may_act_for_all": True,
    }


def _office(secrets: Mapping[str, str]) -> dict[str, object]:
    return {
        "client_id": OFFICE,
        "secret": secrets[OFFICE],
        "name": "The partnership's office",
        "partnership_id": secrets["partnership_id"],
        "roles": ["partnership", "system"],
        "scopes": sorted(SCOPES) + sorted(SANDBOX_SCOPES),
    }
