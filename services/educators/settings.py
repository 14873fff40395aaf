"""What the processes of the educators service must be told, read from EDUCATORS_... in the environment."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ProcessSettings


class Settings(ProcessSettings):
    """The educators service's settings. Durations are in seconds."""

    model_config = SettingsConfigDict(env_prefix="EDUCATORS_", frozen=True, extra="forbid")

    client_id: str = "educators"
    """This service's client at the issuer."""

    placements_url: str = "http://127.0.0.1:8001"
    """Where the placements service answers: it knows the organisations, and its news becomes evidence."""

    sister_timeout: float = 5.0
    """How long one question to a sister service may take, at the longest."""
