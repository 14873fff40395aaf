"""How the parts of the hubs service are put together. Nothing else constructs them."""

from dataclasses import dataclass
from typing import Unpack

from services.hubs.clients.allocator import Decide, decide
from services.hubs.clients.placements import Placements
from services.hubs.domain.sealing import MasterKeys, master_keys
from services.hubs.models.conflicts import CONFLICTS
from services.hubs.operations.imports import KINDS
from services.hubs.settings import Settings
from shared.http.parts import Given, KitParts, kit_parts
from shared.http.sister import Sister
from shared.imports.run import Importer


class MasterKeyMissing(ValueError):
    """Without a master key no reflection could be kept secret, so the service does not start."""


@dataclass(frozen=True, kw_only=True)
class Wiring(KitParts):
    """The parts of a running hubs service, shared by its API and its worker."""

    settings: Settings
    keys: MasterKeys
    to_placements: Sister
    placements: Placements
    importer: Importer
    decide: Decide = decide


def wire(settings: Settings, **given: Unpack[Given]) -> Wiring:
    """All parts as the settings say; those that are given are used instead.

    `MasterKeyMissing` when no master key is configured, `BadMasterKey` when it cannot be used.
    """
    kit = kit_parts(settings, **given)
    to_placements = kit.sister("placements", settings.placements_url, settings.sister_timeout)
    return Wiring(
        **vars(kit),
        settings=settings,
        keys=_master_keys(settings),
        to_placements=to_placements,
        placements=Placements(to_placements),
        importer=Importer(kit.db, kit.clock, KINDS, CONFLICTS),
    )


def _master_keys(settings: Settings) -> MasterKeys:
    file = settings.master_key_file
    current = file.read_text("ascii") if file is not None else settings.master_key.get_secret_value()
    if not current.strip():
        raise MasterKeyMissing(
            "HUBS_MASTER_KEY_FILE or HUBS_MASTER_KEY must be set: 32 random bytes in base64. "
            "Keep a copy apart from the database's backups: without the key reflections cannot be read."
        )
    retired = [key.get_secret_value() for key in settings.retired_master_keys]
    retired += [file.read_text("ascii") for file in settings.retired_master_key_files]
    return master_keys(current, retired)
