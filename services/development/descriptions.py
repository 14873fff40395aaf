"""The published OpenAPI files, one for each service: written from the code, and compared with it."""

import importlib
import json
import os
from base64 import b64encode
from pathlib import Path

from services.development.home import CHECKOUT, SIBLINGS

FOLDER = CHECKOUT / "docs" / "openapi"
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
"""A description needs no database; nothing connects to it."""


def described(service: str) -> str:
    """What a service says about itself, as the text of its file."""
    os.environ.setdefault(f"{service.upper()}_DATABASE_URL", NOWHERE)
    os.environ.setdefault(
        "HUBS_MASTER_KEY", b64encode(bytes(32)).decode("ascii")
    )  # nothing is encrypted with it
    app = importlib.import_module(f"services.{service}.app").create_app()
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


def _file(service: str) -> Path:
    return FOLDER / f"{service}.v1.json"


def write() -> list[Path]:
    """Write all files, and say which."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for service in SIBLINGS:
        _file(service).write_text(described(service), "utf-8")
    return [_file(service).relative_to(CHECKOUT) for service in SIBLINGS]


def differing() -> str:
    """The files that are missing or say something else than the code does, with commas."""
    changed = [
        _file(service).name
        for service in SIBLINGS
        if not _file(service).exists() or _file(service).read_text("utf-8") != described(service)
    ]
    return ", ".join(changed)
