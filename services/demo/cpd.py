"""What the universities of the season offer its educators to learn, and who has booked a place."""

import asyncio
from collections.abc import Sequence
from typing import Any

from services.demo.caller import Caller
from services.demo.partnership import Partnership

OFFERS: tuple[tuple[str, int, dict[str, Any]], ...] = (
    (
        "UNI-W",
        10,
        {
            "kind": "masterclass",
            "title": "Writing the final report",
            "sessions": [{"starts_at": "2026-09-25T09:00:00Z", "ends_at": "2026-09-25T12:00:00Z"}],
            "hours": 3,
            "places": 8,
            "price_pence": 5000,
            "peer_reflection": True,
        },
    ),
    (
        "UNI-A",
        12,
        {
            "kind": "online_session",
            "title": "The PCF in supervision",
            "sessions": [{"starts_at": "2026-10-15T12:00:00Z", "ends_at": "2026-10-15T13:30:00Z"}],
            "hours": 1.5,
            "replay_until_on": "2026-12-18",
        },
    ),
    (
        "UNI-W",
        4,
        {
            "kind": "reflective_programme",
            "level": 1,
            "title": "Critical reflection, level one",
            "sessions": [
                {"starts_at": f"2026-11-{day}T13:30:00Z", "ends_at": f"2026-11-{day}T16:30:00Z"}
                for day in ("03", "10", "17")
            ],
            "hours": 9,
            "places": 12,
            "price_pence": 5000,
            "peer_reflection": True,
        },
    ),
)
"""Host by its external id, how many educators book, and the activity. The masterclass has fewer places than that."""


async def offer_cpd(office: Caller, made: Partnership) -> None:
    """Prepare and open three activities, and book them for some educators."""
    educators = list(made.educators.values())
    offers = (
        _offer(office, {"organisation_id": made.organisations[host], **body}, educators[-count:])
        for host, count, body in OFFERS
    )
    await asyncio.gather(*offers)


async def _offer(office: Caller, body: dict[str, Any], educators: Sequence[str]) -> None:
    activity = await office.post("educators", "/v1/cpd-activities", body)
    path = f"/v1/cpd-activities/{activity['id']}"
    await office.post("educators", f"{path}/opening", version="*")
    bookings = (office.post("educators", f"{path}/bookings", {"educator_id": each}) for each in educators)
    await asyncio.gather(*bookings)
