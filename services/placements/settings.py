"""What the processes of the placements service must be told, read from PLACEMENTS_... in the environment."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ProcessSettings


class Settings(ProcessSettings):
    """The placements service's settings. Durations are in seconds."""

    model_config = SettingsConfigDict(env_prefix="PLACEMENTS_", frozen=True, extra="forbid")

    client_id: str = "placements"
    """This service's client at the issuer."""

    educators_url: str = "http://127.0.0.1:8002"
    """Where the educators service answers."""

    hubs_url: str = "http://127.0.0.1:8003"
    """Where the hubs service answers; its news of attendance become signals."""

    sister_timeout: float = 5.0
    """How long one question to a sister service may take, at the longest."""

    smtp_host: str = ""
    """The mail server that takes our notifications; without one, nobody is told by e-mail."""

    smtp_port: int = 25
    mail_from: str = "practicum@localhost"
    """The sender people see on a notification."""
