"""A term of synthetic placements from a seed: what was noticed, what people did with it, and who was around."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from services.placements.domain.escalation.codes import Act, Outcome, Recipient, RuleCode
from services.placements.domain.escalation.courses import Course, NotedFacts, PersonsAct, Recorded
from services.placements.domain.escalation.policy import Facts, Policy
from services.placements.domain.escalation.recipients import Roster, Somebody
from services.placements.domain.escalation.replay import Replay
from services.placements.domain.vocabulary import ConcernAbout
from shared.calendar import ENGLAND

STARTS_AT = datetime(2026, 9, 7, 8, tzinfo=UTC)
ENDS_AT = datetime(2026, 12, 18, 17, tzinfo=UTC)
_DAYS = (ENDS_AT - STARTS_AT).days
_TUTORS_OF = 20
"""How many placements share a tutor; coordinators and leads have ten times as many."""


def a_person(number: int, role: Recipient) -> Somebody:
    """The same person for the same number and role."""
    return Somebody(UUID(int=list(Recipient).index(role) << 64 | number + 1), role, has_address=True)


def a_roster(number: int) -> Roster:
    """Everybody around a placement; one manager for all."""
    shared = {
        Recipient.TUTOR: _TUTORS_OF,
        Recipient.COORDINATOR: 10 * _TUTORS_OF,
        Recipient.PRACTICE_EDUCATION_LEAD: 10 * _TUTORS_OF,
        Recipient.PANEL_CHAIR: 10 * _TUTORS_OF,
        Recipient.PROGRAMME_MANAGER: 1_000_000,
    }
    named = (Recipient.STUDENT, Recipient.PRACTICE_EDUCATOR, Recipient.ON_SITE_SUPERVISOR, *shared)
    return {role: (a_person(number // shared.get(role, 1), role),) for role in named}


def _facts(draw: Random) -> tuple[RuleCode, Facts, ConcernAbout | None]:
    kind = draw.choices(range(6), [40, 20, 15, 15, 8, 2])[0]
    if kind == 0:
        missed = draw.choice([1, 1, 1, 2, 2, 3])
        return (
            RuleCode.HUB_ABSENCE,
            {"consecutive_unnotified": missed, "unnotified_of_last_six": missed},
            None,
        )
    if kind == 1:
        return RuleCode.DAYS_BEHIND, {"days": draw.randint(1, 14)}, None
    if kind == 2:
        return RuleCode.SUPERVISION_GAP, {"placement_days_without": draw.randint(8, 17)}, None
    if kind == 3:
        facts = {"amber_sections": draw.randint(0, 3), "red_sections": draw.choice([0, 0, 1])}
        return RuleCode.REVIEW_RAG, facts, ConcernAbout.WELLBEING
    if kind == 4:
        return RuleCode.STUDENT_FLAG, {"is_urgent": draw.random() < 0.2}, ConcernAbout.SETTING
    return RuleCode.SAFETY_OR_MISCONDUCT, {}, None


def _noted(draw: Random) -> Iterator[NotedFacts]:
    for number in range(draw.choices([0, 1, 2, 4, 8, 14], [10, 20, 25, 25, 15, 5])[0]):
        at = STARTS_AT + timedelta(days=draw.randrange(_DAYS), minutes=draw.randrange(14 * 60))
        rule, facts, about = _facts(draw)
        cause = str(number) if rule is not RuleCode.HUB_ABSENCE else "hub"
        yield NotedFacts(at, rule, facts, about, cause, f"{rule}:{number}")


def _acts(draw: Random, opened_at: datetime) -> tuple[tuple[PersonsAct, ...], Outcome | None]:
    at = opened_at + timedelta(hours=draw.randint(1, 90))
    until = ENGLAND.due_at(at, 2)
    met = at + timedelta(days=draw.randint(1, 6))
    over = met + timedelta(days=draw.randint(2, 20))
    outcome = draw.choice([Outcome.RESOLVED, Outcome.RESOLVED, Outcome.ACTION_PLAN, Outcome.FALSE_ALARM])
    acts = [
        PersonsAct(at, Act.ACKNOWLEDGED, {"until": until.isoformat()}),
        PersonsAct(met, Act.MET, {"step": "held"}),
        PersonsAct(over, Act.CLOSED, {"outcome": outcome.value}),
    ]
    kept = draw.choices([0, 1, 2, 3], [10, 10, 10, 70])[0]
    return tuple(acts[:kept]), outcome if kept == len(acts) else None


def a_term(policy: Policy, placements: int, seed: int = 1) -> list[Course]:
    """A term's courses. Concerns were opened as the policy says, and people did with them what the seed says."""
    draw = Random(seed)
    courses = []
    for number in range(placements):
        noted = tuple(sorted(_noted(draw), key=lambda each: each.at))
        id_ = UUID(int=1 << 100 | number)
        bare = Course(id_, (1, 2, 3), ENGLAND, a_roster(number), noted, ())
        recorded = []
        for concern in Replay(policy, bare, ENDS_AT).run().concerns:
            acts, outcome = _acts(draw, concern.opened_at)
            recorded.append(Recorded(concern.id, concern.route, concern.opened_at, outcome, acts))
        courses.append(Course(id_, (1, 2, 3), ENGLAND, bare.roster, noted, tuple(recorded)))
    return courses
