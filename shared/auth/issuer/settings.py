"""What the issuer must be told."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from shared.settings import ProcessSettings

TOKEN_LIFE = timedelta(minutes=10)
"""How long the issuer's tokens live. Verifiers accept at most fifteen minutes."""


class IssuerSettings(ProcessSettings):
    """Settings of the embedded authorisation server, from the environment with the prefix `IDENTITY_`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="IDENTITY_")

    issuer: str = "http://127.0.0.1:8000"
    """Its name: the `iss` of its tokens and the address under which its clients reach it. No slash at the end."""

    clients_file: Path | None = None
    """JSON `{"clients": [...]}`: clients to create or update at each start."""

    sandbox: bool = False
    """Development and sandboxes only: clients with secrets, personas, and the simulated clock."""

    references: dict[str, str] = Field(
        default_factory=lambda: {
            "placements": "http://127.0.0.1:8001",
            "educators": "http://127.0.0.1:8002",
            "hubs": "http://127.0.0.1:8003",
        }
    )
    """Where people reach the services' reference pages; the documentation's front page links to them."""

    rotate_every_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Age at which the signing key is replaced."""

    @model_validator(mode="after")
    def _a_clock_is_moved_in_sandboxes_only(self) -> Self:
        if self.clock_file is not None and not self.sandbox:
            raise ValueError("IDENTITY_CLOCK_FILE is for a sandbox: set IDENTITY_SANDBOX too, or neither")
        return self
