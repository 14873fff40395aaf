"""Keeping what was noticed, so that another policy can be tried on it later."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.courses import NotedFacts
from services.placements.models.noticed_facts import NoticedFacts
from shared.ids import new_id


async def keep_facts(
    session: AsyncSession, partnership_id: UUID, placement_id: UUID, noted: Sequence[NotedFacts]
) -> None:
    """Keep facts as they were noticed; the same facts of the same occurrence are no news."""
    row = NoticedFacts
    for each in noted:
        last = (
            select(row.facts)
            .where(
                row.placement_id == placement_id,
                row.rule_code == each.rule.value,
                row.occurrence == each.occurrence,
            )
            .order_by(row.id.desc())
            .limit(1)
        )
        facts = dict(each.facts)
        if (await session.execute(last)).scalar_one_or_none() == facts:
            continue
        session.add(
            NoticedFacts(
                id=new_id(),
                partnership_id=partnership_id,
                placement_id=placement_id,
                rule_code=each.rule.value,
                facts=facts,
                about=each.about,
                cause=each.cause,
                occurrence=each.occurrence,
                clears_cause=each.clears_cause,
                noticed_at=each.at,
            )
        )
