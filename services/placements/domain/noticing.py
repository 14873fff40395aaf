"""What the facts of a placement say on a day, for the escalation policy to weigh. No threshold is written here.

Each finding names its rule and facts; the policy's data says whether they are a signal and how heavy. What holds on is
noticed anew every four weeks, because a signal expires after twenty working days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.policy import Facts
from services.placements.domain.life import Life
from services.placements.domain.named_steps import AGREEMENT_BY_DAY
from services.placements.domain.next_steps import midway
from services.placements.domain.progress import Standing, WhyBehind, sickness_now, standing
from services.placements.domain.schedule import day_number
from services.placements.domain.vocabulary import DayKind, PlacementStatus

_ANEW_EVERY = 28
WEIGHED = (
    RuleCode.UNAUTHORISED_ABSENCE,
    RuleCode.ABSENCE_RUN,
    RuleCode.DAYS_BEHIND,
    RuleCode.LEARNING_AGREEMENT_OVERDUE,
    RuleCode.SUPERVISION_GAP,
    RuleCode.OBSERVATIONS_BEHIND,
    RuleCode.REVIEW_OVERDUE,
)
"""Rules whose facts are found here."""

OF_DAYS = (RuleCode.UNAUTHORISED_ABSENCE, RuleCode.ABSENCE_RUN)
"""Those that are noticed as soon as a day is recorded or corrected; the others as days pass."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Facts for one rule. `cause` groups what has one origin, `occurrence` tells a correction from news."""

    rule: RuleCode
    facts: Facts
    cause: str
    occurrence: str
    evidence: Mapping[str, str] = field(default_factory=dict)


def findings(life: Life, today: date) -> list[Finding]:
    """Everything that can be said about a running placement; nothing while it rests. Raises `NeverEnds`."""
    if life.status is not PlacementStatus.ACTIVE:
        return []
    where = standing(life.terms, life.records, today)
    return [*_absences(life, where), *_lateness(life, where, today), *_reviews(life, today)]


def _absences(life: Life, where: Standing) -> Iterator[Finding]:
    for record in life.records:
        if record.kind is DayKind.UNAUTHORISED_ABSENCE:
            cause = f"absence:{record.on}:{record.part}"
            evidence = {"day": record.on.isoformat()}
            yield Finding(RuleCode.UNAUTHORISED_ABSENCE, {"days": 1}, cause, cause, evidence)
    run = sickness_now(life.records, where.planned)
    if run is not None:
        cause = f"sickness:{run[0]}"
        yield Finding(RuleCode.ABSENCE_RUN, {"days": run[1]}, cause, cause, {"first_day": run[0].isoformat()})


def _lateness(life: Life, where: Standing, today: date) -> Iterator[Finding]:
    begun = (today - life.terms.starts_on).days // _ANEW_EVERY

    def found(rule: RuleCode, facts: Facts, **evidence: str) -> Finding:
        return Finding(rule, facts, rule.value, f"{rule.value}:{begun}", evidence)

    # An agreed absence moves the end and never counts against anybody.
    counted = max(0, where.behind - where.reasons.get(WhyBehind.AUTHORISED_ABSENCE, 0))
    yield found(
        RuleCode.DAYS_BEHIND, {"days": counted / 2}, forecast_end_on=where.forecast_end_on.isoformat()
    )
    if life.agreement_held_on is None:
        agreed_by = day_number(where.planned, AGREEMENT_BY_DAY)
        facts = {"placement_day": where.planned_so_far // 2}
        yield found(RuleCode.LEARNING_AGREEMENT_OVERDUE, facts, due_on=agreed_by.isoformat())
    last = life.last_formal_supervision
    since = sum(d.halves for d in where.planned if d.on <= today and (last is None or d.on > last))
    yield found(
        RuleCode.SUPERVISION_GAP,
        {"placement_days_without": since // 2},
        **({"last_on": last.isoformat()} if last else {"none_since": life.terms.starts_on.isoformat()}),
    )
    half = midway(where.planned, life.terms.days_required)
    if today >= half:
        observed = len(life.observations)
        percent = 100 * observed / life.minima.observations
        shown = {"percent_of_required": percent, "observed": observed}
        yield found(RuleCode.OBSERVATIONS_BEHIND, shown, midway_on=half.isoformat())


def _reviews(life: Life, today: date) -> Iterator[Finding]:
    for review in life.reviews:
        if not review.is_moderated:
            late = life.terms.calendar.working_days_between(review.due_on, today)
            evidence = {"review_id": str(review.id)}
            cause = f"review_overdue:{review.id}"
            yield Finding(RuleCode.REVIEW_OVERDUE, {"working_days": late}, cause, cause, evidence)
