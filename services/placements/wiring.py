"""How the parts of the placements service are put together. Nothing else constructs them."""

from dataclasses import dataclass
from typing import Unpack

import httpx

from services.placements.clients.educators import Educators
from services.placements.clients.govuk_notify import GovUkNotify
from services.placements.clients.mail import Mail, Mailer
from services.placements.models.conflicts import CONFLICTS
from services.placements.operations.imports import kinds
from services.placements.settings import Settings
from shared.clock import SystemClock
from shared.http.parts import Given, KitParts, kit_parts
from shared.http.sister import Sister
from shared.imports.run import Importer


@dataclass(frozen=True, kw_only=True)
class Wiring(KitParts):
    """The parts of a running placements service, shared by its API and its worker."""

    settings: Settings
    to_educators: Sister
    to_hubs: Sister
    educators: Educators
    mail: Mailer
    importer: Importer


def wire(settings: Settings, **given: Unpack[Given]) -> Wiring:
    """All parts as the settings say; those that are given are used instead."""
    kit = kit_parts(settings, **given)
    to_educators = kit.sister("educators", settings.educators_url, settings.sister_timeout)
    educators = Educators(to_educators)
    return Wiring(
        **vars(kit),
        settings=settings,
        to_educators=to_educators,
        to_hubs=kit.sister("hubs", settings.hubs_url, settings.sister_timeout),
        educators=educators,
        mail=_mailer(settings, kit.http),
        importer=Importer(kit.db, kit.clock, kinds(educators.lookup), CONFLICTS),
    )


def _mailer(settings: Settings, http: httpx.AsyncClient) -> Mailer:
    if settings.notify_api_key:
        return GovUkNotify(
            http,
            settings.notify_url,
            settings.notify_api_key,
            settings.notify_template_id,
            clock=SystemClock(),
        )
    return Mail(settings.smtp_host, settings.smtp_port, settings.mail_from)
