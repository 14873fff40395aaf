"""The five files of a partnership, sent and carried out, as tests of imports need them."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from services.placements.wiring import Wiring
from shared.db import Database
from shared.events.tables import events
from tests.placements.callers import office
from tests.placements.files import (
    OFFERS,
    ORGANISATIONS,
    REQUESTS,
    SETTINGS,
    STUDENTS,
    Outcome,
    imported,
)


async def sent(client: httpx.AsyncClient, wiring: Wiring, partnership: UUID, kind: str, text: str) -> Outcome:
    """What became of a file that the office sent."""
    return await imported(client, wiring, kind, text, office(partnership))


async def a_round(client: httpx.AsyncClient, partnership: UUID) -> None:
    """The round that the files name."""
    body = {
        "name": "Autumn",
        "placement_level": "final",
        "academic_year": "2026-27",
        "starts_on": "2026-10-05",
        "ends_on": "2027-03-26",
        "days_required": 100,
        "preference_deadline_on": "2026-07-03",
    }
    address = "/v1/rounds/external/records/round-1"
    assert (await client.put(address, json=body, headers=office(partnership))).status_code == 201


async def everything(client: httpx.AsyncClient, wiring: Wiring, partnership: UUID) -> list[Outcome]:
    """All five files, in an order in which every reference is known."""
    first = [
        await sent(client, wiring, partnership, kind, text)
        for kind, text in (("organisations", ORGANISATIONS), ("settings", SETTINGS), ("students", STUDENTS))
    ]
    await a_round(client, partnership)
    last = [
        await sent(client, wiring, partnership, kind, text)
        for kind, text in (("offers", OFFERS), ("requests", REQUESTS))
    ]
    return first + last


async def news_of(db: Database, partnership: UUID) -> list[str]:
    """What was told about the partnership, in order."""
    statement = select(events.c.type).where(events.c.partnership_id == partnership).order_by(events.c.id)
    async with db.read() as connection:
        return list((await connection.execute(statement)).scalars())


async def one(client: httpx.AsyncClient, partnership: UUID, address: str) -> dict[str, Any]:
    """One thing as the office sees it."""
    answer = await client.get(f"/v1/{address}", headers=office(partnership))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
