"""The published OpenAPI files, one for each service: written from the code, and compared with it."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

import services.educators.app as educators
import services.educators.wiring as educators_wiring
import services.hubs.app as hubs
import services.hubs.wiring as hubs_wiring
import services.placements.app as placements
import services.placements.wiring as placements_wiring
import shared.auth.issuer.app as identity
import shared.auth.issuer.wiring as identity_wiring
from services.development.home import CHECKOUT
from services.educators.settings import Settings as EducatorsSettings
from services.hubs.settings import Settings as HubsSettings
from services.placements.settings import Settings as PlacementsSettings
from shared.auth.issuer.settings import IssuerSettings

FOLDER = CHECKOUT / "docs" / "openapi"
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
"""A description needs no database; nothing connects to it."""


def _placements() -> FastAPI:
    return placements.create_app(placements_wiring.wire(PlacementsSettings(database_url=NOWHERE)))


def _educators() -> FastAPI:
    return educators.create_app(educators_wiring.wire(EducatorsSettings(database_url=NOWHERE)))


def _hubs() -> FastAPI:
    encrypts_nothing = SecretStr(b64encode(bytes(32)).decode("ascii"))
    return hubs.create_app(hubs_wiring.wire(HubsSettings(database_url=NOWHERE, master_key=encrypts_nothing)))


def _identity() -> FastAPI:
    """With its sandbox: those who develop against Practicum do so in one."""
    settings = IssuerSettings(database_url=NOWHERE, sandbox=True, clock_file=Path("clock"))
    return identity.create_app(identity_wiring.wire(settings))


APPS: Mapping[str, Callable[[], FastAPI]] = {
    "placements": _placements,
    "educators": _educators,
    "hubs": _hubs,
    "identity": _identity,
}
"""The applications that publish a description, each made without a database."""


def described(service: str) -> str:
    """What a service says about itself, as the text of its file."""
    return as_text(APPS[service]().openapi())


def as_text(document: Mapping[str, Any]) -> str:
    """A description as it is written to its file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def published(service: str) -> Path:
    """The file in which a service's description is published."""
    return FOLDER / f"{service}.v1.json"


def write() -> list[Path]:
    """Write all files, and say which."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for service in APPS:
        published(service).write_text(described(service), "utf-8")
    return [published(service).relative_to(CHECKOUT) for service in APPS]


def differing() -> str:
    """The files that are missing or say something else than the code does, with commas."""
    changed = [published(service).name for service in APPS if _differs(service)]
    return ", ".join(changed)


def _differs(service: str) -> bool:
    file = published(service)
    return not file.exists() or file.read_text("utf-8") != described(service)
