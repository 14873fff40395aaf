"""Recording that a midway or final report was made, and what it recommends."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.vocabulary import PcfDomain, Recommendation, ReportKind
from services.placements.models.placements import Placement
from services.placements.models.reports import Report
from services.placements.operations.lifecycle import Actor
from services.placements.operations.signals import Noticed, record
from shared.calendar import ENGLAND
from shared.errors import Fault, Forbidden, Invalid
from shared.ids import new_id

_MAY_REPORT = frozenset({"office", "educator"})
_ALLOWED = {
    ReportKind.MIDWAY: frozenset({Recommendation.ON_COURSE, Recommendation.AT_RISK}),
    ReportKind.FINAL: frozenset({Recommendation.PASS, Recommendation.FAIL, Recommendation.INCOMPLETE}),
}


async def make(
    session: AsyncSession,
    placement: Placement,
    kind: ReportKind,
    recommendation: Recommendation,
    actor: Actor,
    *,
    domains: Sequence[PcfDomain] = (),
    now: datetime,
) -> Report:
    """Record a report; one that says `at_risk` is a signal. A second of its kind is refused (`report_already_made`)."""
    if not actor.stands_for & _MAY_REPORT:
        raise Forbidden("not_your_report", "The practice educator makes the report.")
    if recommendation not in _ALLOWED[kind]:
        allowed = ", ".join(sorted(each.value for each in _ALLOWED[kind]))
        raise Invalid(
            [Fault("/recommendation", "not_for_this_report", f"A {kind.value} report says: {allowed}.")]
        )
    report = Report(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        kind=kind.value,
        recommendation=recommendation.value,
        pcf_domains=sorted({domain.value for domain in domains}),
        recorded_at=now,
        recorded_by=actor.subject,
    )
    session.add(report)
    await session.flush()
    if recommendation is Recommendation.AT_RISK:
        await record(session, placement.id, _at_risk(report, now), calendar=ENGLAND, now=now)
    return report


def _at_risk(report: Report, now: datetime) -> Noticed:
    return Noticed(
        rule=RuleCode.MIDWAY_AT_RISK,
        facts={"recommendation": report.recommendation},
        cause=f"report:{report.id}",
        occurrence=str(report.id),
        occurred_at=now,
        source="reports",
        evidence={"report_id": str(report.id)},
    )
