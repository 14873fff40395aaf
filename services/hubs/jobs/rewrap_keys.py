"""After a new master key: wrapping every student's key by it, so that the old one can be destroyed."""

from services.hubs.domain.sealing import MasterKeys
from services.hubs.operations.reflection_keys import rewrap
from services.hubs.settings import Settings
from services.hubs.wiring import wire
from shared.db import Database

AT_ONCE = 200
"""Keys wrapped in one transaction."""


async def rewrap_keys(db: Database, keys: MasterKeys, *, at_once: int = AT_ONCE) -> int:
    """Wrap all keys that another master key wrapped; returns how many. May be stopped and begun again at any time.

    Reflections stay readable and writable meanwhile, as long as the services still know the old master key.
    """
    wrapped = 0
    while True:
        async with db.begin() as session:
            more = await rewrap(session, keys, at_once)
        if more == 0:
            return wrapped
        wrapped += more


async def rewrap_with(settings: Settings) -> int:
    """The same with the database and the keys that the settings name."""
    parts = wire(settings)
    try:
        return await rewrap_keys(parts.db, parts.keys)
    finally:
        await parts.close()
