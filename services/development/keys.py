"""A first set of keys for a deployment: each service proves itself to the issuer with a private key of its own."""

import json
import secrets
from base64 import b64encode
from pathlib import Path

from joserfc.jwk import ECKey

from services.development.cannot_start import CannotStart
from services.development.home import SIBLINGS, write_private, write_private_text
from shared.auth.scopes import SCOPES


def write_keys(folder: Path) -> list[Path]:
    """Write `<service>.jwk` for each service, `clients.json` for the issuer, and the key that protects reflections.

    What is there already is never replaced. Keep a copy of `hubs_master.key` apart from the database's backups.
    """
    files = {name: folder / f"{name}.jwk" for name in SIBLINGS}
    clients, master = folder / "clients.json", folder / "hubs_master.key"
    if found := [path.name for path in (*files.values(), clients, master) if path.exists()]:
        raise CannotStart(
            f"{folder} holds {', '.join(found)} already: move them away, or choose another folder."
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    entries = []
    for name, file in files.items():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        write_private(file, key.as_dict(private=True))
        entries.append(_client(name, json.loads(json.dumps(key.as_dict(private=False)))))
    write_private(clients, {"clients": entries})
    write_private_text(master, b64encode(secrets.token_bytes(32)).decode("ascii") + "\n")
    return [*files.values(), clients, master]


def _client(name: str, public: object) -> dict[str, object]:
    return {
        "client_id": f"service-{name}",
        "name": f"The {name} service",
        "jwks": {"keys": [public]},
        "roles": ["service", "partnership"],
        "scopes": sorted(SCOPES),
        "may_act_for_all": True,
    }
