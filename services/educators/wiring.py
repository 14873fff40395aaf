"""How the parts of the educators service are put together. Nothing else constructs them."""

from dataclasses import dataclass
from typing import Unpack

from services.educators.clients.placements import Placements
from services.educators.models.conflicts import CONFLICTS
from services.educators.operations.imports import kinds
from services.educators.settings import Settings
from shared.http.parts import Given, KitParts, kit_parts
from shared.http.sister import Sister
from shared.imports.run import Importer


@dataclass(frozen=True, kw_only=True)
class Wiring(KitParts):
    """The parts of a running educators service, shared by its API and its worker."""

    settings: Settings
    to_placements: Sister
    placements: Placements
    importer: Importer


def wire(settings: Settings, **given: Unpack[Given]) -> Wiring:
    """All parts as the settings say; those that are given are used instead."""
    kit = kit_parts(settings, **given)
    to_placements = kit.sister("placements", settings.placements_url, settings.sister_timeout)
    placements = Placements(to_placements)
    return Wiring(
        **vars(kit),
        settings=settings,
        to_placements=to_placements,
        placements=placements,
        importer=Importer(kit.db, kit.clock, kinds(placements.organisations_named), CONFLICTS),
    )
