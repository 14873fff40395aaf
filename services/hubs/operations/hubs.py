"""Hubs and their closures, as they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.hubs.domain.hubs import USUAL_LEVELS, Capacity
from services.hubs.messages import HubChanged
from services.hubs.models.hubs import Closure, Hub
from services.hubs.operations.authors import Author
from services.hubs.operations.versions import overwrite
from services.hubs.queries.hubs import hold_hub, hold_memberships
from services.hubs.queries.memberships import count_current
from shared.errors import Conflict, Fault, Invalid, NotFound, StaleVersion
from shared.events.outbox import publish
from shared.ids import new_id
from shared.imports.external_ids import claim, resolve

Values = Mapping[str, Any]
"""Columns and their values, as they are stored."""

USUAL: Values = {
    "locality": None,
    "service_area": None,
    "latitude": None,
    "longitude": None,
    "minutes": 90,
    "capacity_min": 4,
    "capacity_target": 8,
    "capacity_hard": 9,
    "facilitator_person_id": None,
    "co_facilitator_person_id": None,
    "takes": [level.value for level in USUAL_LEVELS],
    "statutory_only": True,
    "facilitator_assesses_members": False,
    "ends_on": None,
}
"""What a hub is like where nothing else is said: ninety minutes, for eight."""


class ExternalIdTaken(Conflict):
    """Another hub is already called that."""

    def __init__(self) -> None:
        super().__init__("external_id_taken", "One of the external ids already stands for another hub.")


class TooManyMembers(Conflict):
    """The hub already has more members than it would then take."""

    def __init__(self, members: int) -> None:
        super().__init__(
            "more_members_than_capacity",
            f"The hub has {members} members. Move some before you lower its capacity.",
            members=members,
        )


@dataclass(frozen=True, slots=True)
class Upserted:
    """A hub that was put under another system's name: which, and whether it is new."""

    id: UUID
    is_new: bool


async def create(
    session: AsyncSession, author: Author, values: Values, names: Sequence[tuple[str, str]], now: datetime
) -> Hub:
    """Add a hub, with what other systems call it (system, value)."""
    author.must_arrange()
    hub = await _add(session, author, new_id(), values, now)
    for system, value in names:
        if not await claim(session, author, "hub", system, {value: hub.id}):
            raise ExternalIdTaken
    return hub


async def change(
    session: AsyncSession, author: Author, hub_id: UUID, seen: int | None, values: Values, *, now: datetime
) -> bool:
    """Change some columns of a hub, if it is still at the version the caller saw. Returns whether anything really changed."""
    hub = await _held(session, author, hub_id, values)
    author.must_lead(hub)
    if seen is not None and seen != hub.version:
        raise StaleVersion
    return await _become(session, hub, values, now)


async def put(
    session: AsyncSession, author: Author, name: tuple[str, str], values: Values, now: datetime
) -> Upserted:
    """Make the hub that another system knows by this name (system, value) what it says; two senders at once make one hub."""
    author.must_arrange()
    system, value = name
    known = (await resolve(session, author, "hub", system, [value])).get(value)
    if known is None:
        fresh = new_id()
        if await claim(session, author, "hub", system, {value: fresh}):
            await _add(session, author, fresh, values, now)
            return Upserted(fresh, is_new=True)
        known = (await resolve(session, author, "hub", system, [value]))[value]
    complete = {**USUAL, **values}
    hub = await _held(session, author, known, complete)
    await _become(session, hub, complete, now)
    return Upserted(known, is_new=False)


async def close(session: AsyncSession, author: Author, values: Values, now: datetime) -> Closure:
    """Add days on which one hub, or every hub of the partnership, does not meet. Planned sessions stay where they are."""
    author.must_arrange()
    if values.get("hub_id") is not None and await hold_hub(session, author.tenant, values["hub_id"]) is None:
        raise Invalid([Fault("/hub_id", "unknown_reference", "There is no such hub in this partnership.")])
    closure = Closure(
        id=new_id(), partnership_id=author.tenant, version=1, created_at=now, updated_at=now, **values
    )
    session.add(closure)
    await session.flush()
    return closure


async def reopen(session: AsyncSession, author: Author, closure: Closure) -> None:
    """Take a closure back."""
    author.must_arrange()
    await session.delete(closure)
    await session.flush()


async def _add(session: AsyncSession, author: Author, id_: UUID, values: Values, now: datetime) -> Hub:
    columns = {**USUAL, **values}
    hub = Hub(id=id_, partnership_id=author.tenant, version=1, created_at=now, updated_at=now, **columns)
    _refuse_if_wrong(hub)
    session.add(hub)
    await session.flush()
    await _tell(session, hub, now)
    return hub


async def _held(session: AsyncSession, author: Author, hub_id: UUID, values: Values) -> Hub:
    if "capacity_hard" in values:
        await hold_memberships(session, author.tenant)
    hub = await hold_hub(session, author.tenant, hub_id)
    if hub is None:
        raise NotFound("hub")
    return hub


async def _become(session: AsyncSession, hub: Hub, values: Values, now: datetime) -> bool:
    if "capacity_hard" in values:
        members = await count_current(session, hub.partnership_id, hub.id)
        if members > values["capacity_hard"]:
            raise TooManyMembers(members)
    if not overwrite(hub, values, now):
        return False
    _refuse_if_wrong(hub)
    await session.flush()
    await _tell(session, hub, now)
    return True


async def _tell(session: AsyncSession, hub: Hub, now: datetime) -> None:
    await publish(session, HubChanged(), partnership_id=hub.partnership_id, subject=hub.id, now=now)


def _refuse_if_wrong(hub: Hub) -> None:
    faults = []
    if not Capacity(hub.capacity_min, hub.capacity_target, hub.capacity_hard).in_order:
        faults.append(Fault("/capacity", "capacity_out_of_order", "It must be that min <= target <= hard."))
    if (hub.latitude is None) != (hub.longitude is None):
        faults.append(Fault("/latitude", "half_a_location", "Give latitude and longitude, or neither."))
    if hub.ends_on is not None and hub.ends_on < hub.starts_on:
        faults.append(Fault("/ends_on", "ends_before_it_starts", "The hub cannot end before it starts."))
    if faults:
        raise Invalid(faults)
