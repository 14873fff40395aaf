"""Many cases in one transaction: what they need is read beforehand, and what they leave behind is written at its end."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.recipients import Roster
from services.placements.models.concerns import ConcernStep
from services.placements.operations.notifications import queue
from shared.events.outbox import News, publish_all


@dataclass
class Batch:
    """The rosters of the placements of one transaction's cases, and what the cases want written: few statements for many.

    Only for cases that take one step each: what one of them writes, no other step of the same case would see.
    """

    rosters: Mapping[UUID, Roster]
    superseded: list[UUID] = field(default_factory=list)
    """Concerns whose open steps are due no more."""
    letters: list[dict[str, Any]] = field(default_factory=list)
    """Messages to people, as `notify` writes them."""
    news: defaultdict[UUID, list[News]] = field(default_factory=lambda: defaultdict(list))
    """Messages by partnership."""

    async def write(self, session: AsyncSession, now: datetime) -> None:
        """Write everything: first what ends, then what begins, then what the world is told."""
        if self.superseded:
            ended = update(ConcernStep).where(
                ConcernStep.concern_id.in_(self.superseded),
                ConcernStep.done_at.is_(None),
                ConcernStep.fired_at.is_(None),
            )
            await session.execute(
                ended.values(done_at=now, ending="superseded"),
                execution_options={"synchronize_session": False},
            )
        await session.flush()
        await queue(session, self.letters)
        for partnership_id, news in self.news.items():
            await publish_all(session, news, partnership_id=partnership_id, now=now)
