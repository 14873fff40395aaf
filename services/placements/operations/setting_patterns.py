"""A pattern in a setting becomes a signal of the placements that run there: the facts are counted here, the policy weighs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.policy import Facts
from services.placements.domain.setting_trend import trend
from services.placements.domain.surveys import SurveyQuestion
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.operations.signals import Noticed, record
from services.placements.queries.setting_quality import recent_difficulties, setting_histories
from shared.calendar import ENGLAND, london_day

_ANEW_EVERY = 28
"""Days after which what holds on is noticed anew, because a signal expires after twenty working days."""


async def notice_patterns(
    session: AsyncSession, partnership_id: UUID, placement_ids: Sequence[UUID], *, now: datetime
) -> None:
    """Record, correct or resolve the signal about the setting of each of these placements. Doing so again changes nothing.

    The evidence is the setting: those who may know its quality can open it; other students' placements are not named.
    """
    statement = select(Placement.id, Placement.setting_id).where(Placement.id.in_(list(placement_ids)))
    settings = {row[0]: row[1] for row in await session.execute(statement.order_by(Placement.id))}
    facts = await _facts(session, partnership_id, sorted(set(settings.values())), now)
    signalled = await _signalled(session, list(settings))
    for placement_id, setting_id in settings.items():
        if facts.get(setting_id) or placement_id in signalled:
            noticed = _noticed(setting_id, facts.get(setting_id, {}), now)
            await record(session, placement_id, noticed, calendar=ENGLAND, now=now)


async def _facts(
    session: AsyncSession, partnership_id: UUID, setting_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Facts]:
    concerns, breakdowns = await recent_difficulties(session, partnership_id, setting_ids, now)
    office = {"p_partnership": partnership_id, "p_organisation": None, "p_person": None, "p_wide": True}
    facts: dict[UUID, dict[str, float]] = {}
    for history in await setting_histories(session, {**office, "setting_ids": list(setting_ids)}):
        known: dict[str, float] = {}
        if concerns.get(history.setting_id):
            known["stage_one_concerns_in_24_months"] = concerns[history.setting_id]
        if breakdowns.get(history.setting_id):
            known["breakdowns_in_24_months"] = breakdowns[history.setting_id]
        seen = trend(history.rounds, history.cells)
        if seen.now and seen.now.survey:
            known["survey_answers"] = seen.now.survey.n
            known["survey_mean"] = seen.now.survey.mean(SurveyQuestion.OVERALL)
            if seen.before and seen.before.survey:
                known["survey_fall"] = seen.before.survey.mean(SurveyQuestion.OVERALL) - known["survey_mean"]
        facts[history.setting_id] = known
    return {setting_id: dict(known) for setting_id, known in facts.items()}


async def _signalled(session: AsyncSession, placement_ids: Sequence[UUID]) -> set[UUID]:
    statement = select(Signal.placement_id).where(
        Signal.placement_id.in_(placement_ids),
        Signal.rule_code == RuleCode.SETTING_PATTERN.value,
        Signal.resolved_at.is_(None),
    )
    return set((await session.execute(statement)).scalars())


def _noticed(setting_id: UUID, facts: Facts, now: datetime) -> Noticed:
    period = london_day(now).toordinal() // _ANEW_EVERY
    return Noticed(
        rule=RuleCode.SETTING_PATTERN,
        facts=facts,
        cause=f"setting_pattern:{setting_id}",
        occurrence=f"setting_pattern:{setting_id}:{period}",
        occurred_at=now,
        source="quality",
        evidence={"setting_id": str(setting_id)},
        clears_cause=True,
    )
