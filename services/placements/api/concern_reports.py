"""The season's concerns in numbers."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.placements.api.deps import ConcernReader, Wired
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.judging import Judged, judge
from services.placements.domain.intervals import Share
from services.placements.queries.concern_judging import Group, concerns_to_judge, groups_with_concerns
from services.placements.queries.concern_reports import read_concern_report
from services.placements.queries.visibility import reader
from shared.http.wire import Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["reports"])


class Line(Wire):
    """One line: a code, how many concerns opened under it, and how many of those rose at least once."""

    code: str
    opened: int
    escalated: int


class ConcernShare(Wire):
    """So many of so many, with its 95% interval (Wilson); null of nothing."""

    model_config = like(count=4, of=9, share=0.444, low=0.189, high=0.733)

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def told(cls, share: Share) -> "ConcernShare":
        """A share, to thousandths."""
        return cls(
            count=share.count,
            of=share.n,
            share=_thousandths(share.share),
            low=_thousandths(share.low),
            high=_thousandths(share.high),
        )


class RuleView(Wire):
    """How often a rule's concerns were false alarms, among those people closed."""

    rule: str
    false_alarms: ConcernShare
    is_flagged: bool
    """More than half, of thirty or more: the rule cries wolf."""


class SettingLine(Wire):
    """Of one setting's concerns, how many reached stage two."""

    setting_id: UUID
    reached_stage_two: ConcernShare


class GroupLine(Wire):
    """Of one group's placements, how many had a concern that was no false alarm. Null where the group is below five."""

    code: str
    """The route of the programme."""
    with_concern: ConcernShare | None


_SHARE = {"count": 4, "of": 9, "share": 0.444, "low": 0.189, "high": 0.733}
_JUDGED = {
    "median_hours_to_acknowledge": 20.5,
    "slowest_tenth_hours": 47.0,
    "acknowledged": _SHARE,
    "on_time": _SHARE,
    "reopened": _SHARE,
    "averted": _SHARE,
    "failed_with_full_process": _SHARE,
    "ended_early_by_about": {"setting": 1},
    "rules": [{"rule": "review_rag", "false_alarms": _SHARE, "is_flagged": False}],
    "by_setting": [{"setting_id": SAMPLE_ID, "reached_stage_two": _SHARE}],
    "by_programme_route": [{"code": "postgraduate", "with_concern": _SHARE}],
}


class JudgedView(Wire):
    """How well the escalation itself works. Fewer breakdowns alone are no success: some students fail rightly."""

    model_config = like(**_JUDGED)

    median_hours_to_acknowledge: float | None
    """Hours of the clock from opening to the first acknowledgement or meeting."""
    slowest_tenth_hours: float | None
    """Nine of ten were acknowledged faster."""
    acknowledged: ConcernShare
    on_time: ConcernShare
    """Steps done by their first instant, of all that were done or missed."""
    reopened: ConcernShare
    averted: ConcernShare
    """Closed without ever having reached stage two."""
    failed_with_full_process: ConcernShare
    """Of those closed as failed, how many a panel had heard."""
    ended_early_by_about: dict[str, int]
    rules: Annotated[list[RuleView], up_to(50)]
    by_setting: Annotated[list[SettingLine], up_to(10_000)]
    by_programme_route: Annotated[list[GroupLine], up_to(20)]


class ConcernReportView(Wire):
    """The concerns the caller sees, counted. `whys` counts steps from level to level, everything else concerns."""

    model_config = like(
        opened=9,
        escalated=3,
        closed=5,
        by_rule=[{"code": "review_rag", "opened": 6, "escalated": 2}],
        by_about=[{"code": "practice_education", "opened": 5, "escalated": 2}],
        by_level=[{"code": "stage_one", "opened": 3, "escalated": 3}],
        outcomes={"resolved": 5},
        whys={"not_acknowledged": 3},
        judged=_JUDGED,
    )

    opened: int
    escalated: int
    closed: int
    by_rule: Annotated[list[Line], up_to(100)]
    """By the rule of the signal that opened them."""
    by_about: Annotated[list[Line], up_to(20)]
    by_level: Annotated[list[Line], up_to(10)]
    """By the level at which they stand now, or were closed."""
    outcomes: dict[str, int]
    whys: dict[str, int]
    judged: JudgedView


@router.get("/reports/concerns", operation_id="get_concern_report", response_model=ConcernReportView)
async def get_concern_report(
    wired: Wired,
    principal: ConcernReader,
    round_id: Annotated[UUID | None, Query(description="Only placements of this round.")] = None,
) -> Response:
    """Concerns opened and escalated, by rule, by what they are about and by level; and how well the escalation works."""
    async with wired.db.read() as connection:
        binds = reader(principal)
        report = await read_concern_report(connection, binds, round_id)
        concerns = await concerns_to_judge(connection, binds, round_id)
        groups = await groups_with_concerns(connection, binds, round_id)
    return answer(ConcernReportView(**asdict(report), judged=_judged(concerns, groups)))


def _judged(concerns: list[Judged], groups: tuple[Group, ...]) -> JudgedView:
    found, told = judge(concerns), ConcernShare.told
    return JudgedView(
        median_hours_to_acknowledge=found.median_hours_to_acknowledge,
        slowest_tenth_hours=found.slowest_tenth_hours,
        acknowledged=told(found.acknowledged),
        on_time=told(found.on_time),
        reopened=told(found.reopened),
        averted=told(found.averted),
        failed_with_full_process=told(found.failed_with_full_process),
        ended_early_by_about=found.ended_early_by_about,
        rules=[
            RuleView(rule=each.rule, false_alarms=told(each.false_alarms), is_flagged=each.is_flagged)
            for each in found.rules
        ],
        by_setting=[
            SettingLine(setting_id=setting, reached_stage_two=told(rose))
            for setting, rose in found.by_setting.items()
        ],
        by_programme_route=[
            GroupLine(code=each.code, with_concern=each.with_concern and told(each.with_concern))
            for each in groups
        ],
    )


def _thousandths(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
