"""Plans of sessions on a real database."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from services.hubs.models.hubs import Hub
from services.hubs.models.sessions import HubSession
from services.hubs.operations.authors import Author
from services.hubs.operations.hubs import close
from services.hubs.operations.sessions import AlreadyPlanned, NothingToPlan, Span, plan
from shared.errors import Forbidden, Invalid
from shared.ids import new_id
from tests.hubs.factories import AUTUMN, Tenant, a_hub, a_member, events


async def planned(tenant: Tenant, hub: Hub, span: Span, author: Author | None = None) -> list[HubSession]:
    async with tenant.db.begin() as session:
        held = (await session.execute(select(Hub).where(Hub.id == hub.id))).scalar_one()
        return list(await plan(session, author or tenant.office, held, span, tenant.now))


async def closed(tenant: Tenant, first: date, last: date, hub_id: object = None) -> None:
    values = {"hub_id": hub_id, "name": "Closed", "starts_on": first, "ends_on": last}
    async with tenant.db.begin() as session:
        await close(session, tenant.office, values, tenant.now)


async def test_a_plan_runs_to_the_hubs_last_day_and_alternates(tenant: Tenant):
    hub = await a_hub(tenant, ends_on=date(2026, 10, 6))
    rows = await planned(tenant, hub, Span(AUTUMN))
    assert [row.held_on for row in rows] == [date(2026, 9, 8) + timedelta(weeks=n) for n in range(5)]
    assert [row.kind[0] for row in rows] == ["r", "p", "r", "p", "r"]
    assert rows[0].begins_at == datetime(2026, 9, 8, 8, 30, tzinfo=UTC)
    assert [data["number"] for _, data in await events(tenant, "session.planned")] == [1, 2, 3, 4, 5]


async def test_the_partnerships_and_the_hubs_own_closures_are_skipped(tenant: Tenant):
    hub, other = await a_hub(tenant), await a_hub(tenant)
    await closed(tenant, date(2026, 9, 7), date(2026, 9, 11))
    await closed(tenant, date(2026, 9, 22), date(2026, 9, 22), hub.id)
    ours, theirs = [await planned(tenant, each, Span(AUTUMN, count=2)) for each in (hub, other)]
    assert [row.held_on.day for row in ours] == [15, 29]
    assert [row.held_on.day for row in theirs] == [15, 22]


async def test_a_further_plan_goes_on_where_the_last_one_ended(tenant: Tenant):
    hub = await a_hub(tenant)
    await planned(tenant, hub, Span(AUTUMN, count=3))
    with pytest.raises(AlreadyPlanned):
        await planned(tenant, hub, Span(date(2026, 9, 22), count=3))
    (following,) = await planned(tenant, hub, Span(date(2026, 9, 23), count=1))
    assert (following.number, following.kind, following.held_on) == (4, "practice_skills", date(2026, 9, 29))


async def test_a_hub_without_a_last_day_needs_to_be_told_how_far(tenant: Tenant):
    hub = await a_hub(tenant, ends_on=None)
    with pytest.raises(Invalid):
        await planned(tenant, hub, Span(AUTUMN))
    assert len(await planned(tenant, hub, Span(AUTUMN, count=2))) == 2


async def test_a_time_without_an_open_day_gives_no_plan(tenant: Tenant):
    hub = await a_hub(tenant)
    with pytest.raises(NothingToPlan):
        await planned(tenant, hub, Span(date(2026, 9, 9), date(2026, 9, 14)))


async def test_every_member_presents_as_often_as_the_others_within_one(tenant: Tenant):
    hub = await a_hub(tenant)
    for _ in range(5):
        await a_member(tenant, hub)
    rows = await planned(tenant, hub, Span(AUTUMN, count=12))
    assert sorted(Counter(row.presenter_membership_id for row in rows).values()) == [2, 2, 2, 3, 3]


async def test_the_facilitator_plans_and_others_do_not(tenant: Tenant):
    leader = new_id()
    hub = await a_hub(tenant, facilitator_person_id=leader)
    someone = Author(tenant.id, "x", person_id=new_id(), roles=frozenset({"facilitator"}))
    with pytest.raises(Forbidden):
        await planned(tenant, hub, Span(AUTUMN, count=1), someone)
    author = Author(tenant.id, "y", person_id=leader, roles=frozenset({"facilitator"}))
    assert await planned(tenant, hub, Span(AUTUMN, count=1), author)
