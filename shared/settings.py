"""Settings every process has. Each service adds its own under its own prefix."""

from pathlib import Path
from uuid import UUID

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024

WORKER_SILENCE = 30.0
"""Seconds: a busy machine, or a database that starts again, must not make a worker count as dead."""


class ProcessSettings(BaseSettings):
    """What any process of Practicum must be told, read from the environment with the service's prefix.

    Durations are in seconds, sizes in bytes. Unknown variables with the prefix are refused, so a misspelt one is
    noticed at the start and not in use.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    database_url: str
    """`postgresql+psycopg://...`; one database per service."""

    issuers: tuple[str, ...] = ("http://127.0.0.1:8000",)
    """Authorisation servers whose tokens are accepted (their `iss`); their keys are found by discovery."""

    confined_issuers: dict[str, UUID] = Field(default_factory=dict)
    """Issuers that speak for one partnership only (a partnership's own identity provider): issuer -> partnership id."""

    audience: str = "practicum"
    """The `aud` a token must name to be accepted here."""

    public_url: str = "http://127.0.0.1"
    """Where people and partner systems reach this service; used in links."""

    clock_file: Path | None = None
    """Sandbox only: the file that holds simulated time."""

    client_id: str = ""
    """This service's own client at the issuer, for its questions to sister services."""

    client_secret: str = ""
    """Development only; in production give `client_key_file`."""

    client_key_file: Path | None = None
    """Private key (JWK) with which this service proves who it is to the issuer (`private_key_jwt`)."""

    pool_size: int = 8
    body_limit: int = 1 * MIB
    import_limit: int = 64 * MIB
    request_deadline: float = 15.0
    sweep_every: float = 5.0
    """How often background sweeps look, at the latest; they are also woken by news."""

    worker_silence: float = Field(default=WORKER_SILENCE, ge=1.0)
    """Without a sign of life for so long a worker counts as dead, and others take up its jobs: the same for all workers of
    a service. No job may hold up the event loop for longer."""

    drain_seconds: float = 0.0
    """How long readiness is red before the server stops taking requests; a balancer needs this to notice."""

    log_json: bool = True
    allow_private_webhooks: bool = False
    """Sandbox only: let webhooks go to private and loopback addresses."""
