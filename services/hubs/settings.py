"""What the processes of the hubs service must be told, read from HUBS_... in the environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ProcessSettings


class Settings(ProcessSettings):
    """The hubs service's settings."""

    model_config = SettingsConfigDict(env_prefix="HUBS_", frozen=True, extra="forbid")

    client_id: str = "hubs"
    """This service's client at the issuer."""

    placements_url: str = "http://127.0.0.1:8001"
    """Where the placements service answers; its news of confirmed placements become candidates for hubs."""

    sister_timeout: float = 5.0
    """How long one question to a sister service may take, in seconds, at the longest."""

    master_key_file: Path | None = None
    """File with the key (32 bytes in base64) that wraps the keys of reflections. Goes before `master_key`."""

    master_key: SecretStr = SecretStr("")
    """The same key itself, where a file is no option."""

    retired_master_key_files: tuple[Path, ...] = ()
    """Files with earlier master keys, as a JSON list: read until `practicum rewrap-keys` has wrapped everything anew."""

    retired_master_keys: tuple[SecretStr, ...] = ()
    """Earlier master keys, while there are still keys of students that they wrapped."""
