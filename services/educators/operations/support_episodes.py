"""Support episodes that come by themselves: who had a placement's student is worked out from all that was told of it.

A step that comes twice, late or after a replay of the whole feed changes nothing, and a replay does not undo what a person
has corrected here since: only what a step is the first to say is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import PlacementLevel, Source, SupportRole
from services.educators.domain.placements import Phase, Step, Stint, stints
from services.educators.models.educators import Educator
from services.educators.models.evidence import SupportEpisode
from services.educators.models.steps import PlacementStep
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.operations.evidence import new_record, tell_episodes
from services.educators.operations.seats import give_back
from services.educators.operations.versions import FEED, differing, keep_versions, overwrite
from services.educators.queries.educators import hold_educators
from services.educators.queries.seats import hold_seats_of

_Key = tuple[UUID, int]


async def follow(session: AsyncSession, partnership_id: UUID, step: Step, now: datetime) -> None:
    """Give a step of a placement its effect: episodes begin, pass to another educator, end, and a seat is free again.

    Raises `NotFound` when the placement is with an educator nobody knows here; nothing of the step is kept then, so that it
    can be taken in when they are known.
    """
    # The placement and its seat first: whoever holds a seat takes these locks in this order, too.
    await hold_seats_of(session, step.placement_id)
    if step.phase.ending or step.phase is Phase.CANCELLED:
        feed = Author(partnership_id, None, wide=True, subject=FEED)
        await give_back(session, feed, step.placement_id, now)
    known = await _steps_of(session, partnership_id, step.placement_id)
    before = {stint.key: stint for stint in stints(known)}
    if all(each.id != step.id for each in known):
        known.append(step)
        session.add(_as_row(step, partnership_id, now))
    await _Episodes(session, partnership_id, known, now).become(before)


async def _steps_of(session: AsyncSession, partnership_id: UUID, placement_id: UUID) -> list[Step]:
    statement = select(PlacementStep).where(
        PlacementStep.partnership_id == partnership_id, PlacementStep.placement_id == placement_id
    )
    return [_as_step(row) for row in (await session.execute(statement)).scalars()]


def _as_step(row: PlacementStep) -> Step:
    told = {field.name: getattr(row, field.name) for field in fields(Step)}
    codes = {"phase": Phase(row.phase), "placement_level": PlacementLevel(row.placement_level)}
    return Step(**{**told, **codes})


def _as_row(step: Step, partnership_id: UUID, now: datetime) -> PlacementStep:
    return PlacementStep(**asdict(step), partnership_id=partnership_id, created_at=now)


class _Episodes:
    """The episodes of one placement, on their way to what its steps say."""

    def __init__(
        self, session: AsyncSession, partnership_id: UUID, steps: Sequence[Step], now: datetime
    ) -> None:
        self.session = session
        self.partnership_id = partnership_id
        self.placement_id = steps[0].placement_id
        self.began = any(step.phase is Phase.STARTED for step in steps)
        self.stints = {stint.key: stint for stint in stints(steps)}
        self.now = now

    async def become(self, before: Mapping[_Key, Stint]) -> None:
        """Write what differs from what was known before, and tell it."""
        rows = await self._rows()
        ids = {educator_id for educator_id, _ in (*rows, *self.stints)}
        educators = await hold_educators(self.session, self.partnership_id, ids) if ids else {}
        rows = await self._rows()  # as they are now that nobody else writes them
        changes = {
            key: changed
            for key, row in rows.items()
            if row.withdrawn_at is None and (changed := self._change(row, key, before))
        }
        await keep_versions(self.session, SupportEpisode, [rows[key].id for key in changes])
        for key, changed in changes.items():
            overwrite(rows[key], changed, by=FEED, now=self.now)
        fresh = {key: self._new(educators[key[0]], key) for key in self.stints if key not in rows}
        self.session.add_all(fresh.values())
        await self.session.flush()
        touched = [rows[key] for key in changes] + list(fresh.values())
        told = [(row, educators[row.educator_id].organisation_id) for row in touched]
        await tell_episodes(self.session, self.partnership_id, told, self.now)
        await settle(self.session, self.partnership_id, {row.educator_id for row in touched}, self.now)

    async def _rows(self) -> dict[_Key, SupportEpisode]:
        statement = (
            select(SupportEpisode)
            .where(
                SupportEpisode.partnership_id == self.partnership_id,
                SupportEpisode.placement_id == self.placement_id,
            )
            .execution_options(populate_existing=True)
        )
        rows = (await self.session.execute(statement)).scalars()
        return {(row.educator_id, row.stint): row for row in rows}

    def _change(self, row: SupportEpisode, key: _Key, before: Mapping[_Key, Stint]) -> dict[str, Any]:
        """What the newest step says that was not known before and is not so yet."""
        stint = self.stints.get(key)
        if stint is None:
            return {"withdrawn_at": self.now} if key in before else {}
        earlier = asdict(before[key]) if key in before else {}
        said = {name: value for name, value in asdict(stint).items() if earlier.get(name, ...) != value}
        if not earlier and not self.began:
            said.pop("started_on")  # the day of a row from before steps were kept is better than a guess
        return differing(row, said)

    def _new(self, educator: Educator, key: _Key) -> SupportEpisode:
        role = SupportRole.EDUCATOR_OF_RECORD
        stint = {name: value for name, value in asdict(self.stints[key]).items() if name != "educator_id"}
        values = {"placement_id": self.placement_id, "role": role, **stint}
        return new_record(SupportEpisode, educator, values, by=FEED, now=self.now, source=Source.PLACEMENTS)
