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

    notify_api_key: str = ""
    """An API key of GOV.UK Notify; with it, and a template, Notify posts our messages instead of the mail server."""

    notify_template_id: str = ""
    """Notify's template for all messages: `((subject))` and `((body))`, nothing else."""

    notify_url: str = "https://api.notifications.service.gov.uk"
