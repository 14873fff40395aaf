"""What currency rests on: routes A, B and C, and CPD. Each says whether and until when it holds, on what, and its fix."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from services.educators.domain.codes import EpisodeEnd, GroundCode, ReturnStepKind, SupportRole
from services.educators.domain.evidence import ActiveRole, Evidence, LearnerEpisode, SupportEpisode
from services.educators.domain.months import MONTHS_A_YEAR, add_months, in_words
from services.educators.domain.parameters import Parameters


class Ground(NamedTuple):
    """One thing currency rests on. `until` is the last day on which it holds, the anniversary day included."""

    code: GroundCode
    holds: bool
    until: date | None
    evidence_ids: tuple[UUID, ...]
    detail: str
    fix: str | None = None


_Latest = tuple[date, UUID]
_TO_THE_END = (EpisodeEnd.COMPLETED, EpisodeEnd.FAILED)


def route_a(evidence: Evidence, parameters: Parameters, as_at: date) -> Ground:
    """Full responsibility for one student whose last served day lies within two years."""
    latest = _latest_student(evidence, parameters, as_at)
    window = parameters.window_a_months
    fix = "Support a student as educator of record, for at least half of the planned days or to the midway report."
    if latest is None:
        detail = "No student supported with full responsibility is on record."
        return Ground(GroundCode.ROUTE_A, False, None, (), detail, fix)
    return _within(GroundCode.ROUTE_A, latest, window, as_at, ("The last student's last day", fix))


def route_b(evidence: Evidence, parameters: Parameters, as_at: date) -> Ground:
    """One such student and one other professional learner assessed against the PCF, both within three years."""
    student = _latest_student(evidence, parameters, as_at)
    learner = _latest_learner(evidence, parameters, as_at)
    code, window = GroundCode.ROUTE_B, parameters.window_b_months
    if learner is None:
        detail = "No other professional learner assessed against the PCF is on record."
        return Ground(
            code,
            False,
            None,
            (),
            detail,
            "Assess an ASYE, an apprentice, a returner or an educator in training.",
        )
    if student is None:
        detail = "No student supported with full responsibility is on record."
        return Ground(code, False, None, (), detail, "Support a student as educator of record.")
    if student[0] <= learner[0]:
        first, words = student, ("The last student's last day", "Support a student as educator of record.")
    else:
        first, words = learner, ("The last learner's last day", "Assess another professional learner.")
    ground = _within(code, first, window, as_at, words)
    return Ground(code, ground.holds, ground.until, (student[1], learner[1]), ground.detail, ground.fix)


def route_c(evidence: Evidence, parameters: Parameters, as_at: date) -> Ground:
    """An active practice-education role within two years."""
    latest = _latest(_served(role, evidence, parameters, as_at) for role in evidence.active_roles)
    fix = "Take an active practice-education role: coordinating, teaching, assessing, second opinions, a lead's post."
    if latest is None:
        return Ground(
            GroundCode.ROUTE_C, False, None, (), "No active practice-education role is on record.", fix
        )
    words = ("The last day in a practice-education role", fix)
    return _within(GroundCode.ROUTE_C, latest, parameters.window_a_months, as_at, words)


def recent_cpd(evidence: Evidence, parameters: Parameters, as_at: date) -> Ground:
    """At least one practice-education CPD record within the last twelve months; a day of re-engagement is one, too."""
    known = min(as_at, evidence.known_on)
    days = [(record.on, record.id) for record in evidence.cpd_records if record.practice_education]
    days += [
        (step.on, step.id) for step in evidence.return_steps if step.kind is ReturnStepKind.RE_ENGAGEMENT_CPD
    ]
    latest = _latest(day for day in days if day[0] <= known)
    fix = (
        f"Record practice-education CPD dated {in_words(add_months(as_at, -parameters.cpd_months))} or later."
    )
    if latest is None:
        return Ground(GroundCode.CPD, False, None, (), "No practice-education CPD is on record.", fix)
    words = ("The last practice-education CPD", fix)
    return _within(GroundCode.CPD, latest, parameters.cpd_months, as_at, words)


def cpd_grace_until(cpd: Ground, parameters: Parameters) -> date | None:
    """The last day of grace after the CPD's year, when there was CPD at all."""
    return None if cpd.until is None else cpd.until + timedelta(days=parameters.cpd_grace_days)


def has_full_responsibility(episode: SupportEpisode, parameters: Parameters, as_at: date) -> bool:
    """Educator of record for at least half of the planned days, or to the midway report or the end.

    A running placement counts while it runs. Where the days served or planned are unknown the role is believed.
    """
    if episode.role is not SupportRole.EDUCATOR_OF_RECORD:
        return False
    running = episode.ended_on is None or episode.ended_on > as_at
    to_the_end = episode.ending in _TO_THE_END
    if running or episode.midway_reported or to_the_end or episode.days is None:
        return True
    planned = episode.planned_days or parameters.planned_days(episode.placement_level)
    return planned is None or 2 * episode.days >= planned


def span_in_words(months: int) -> str:
    """A number of months as a person says it: two years, 18 months."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    if rest or not 0 < years < len(_YEARS):
        return f"{months} months"
    return _YEARS[years]


_YEARS = ("", "one year", "two years", "three years", "four years", "five years")


def _within(code: GroundCode, latest: _Latest, window: int, as_at: date, words: tuple[str, str]) -> Ground:
    day, evidence_id = latest
    until = add_months(day, window)
    what, fix = words
    if as_at <= until:
        detail = f"{what} was {in_words(day)}, within {span_in_words(window)} of {in_words(as_at)}."
        return Ground(code, True, until, (evidence_id,), detail)
    detail = f"{what} was {in_words(day)}, more than {span_in_words(window)} before {in_words(as_at)}."
    return Ground(code, False, until, (evidence_id,), detail, fix)


def _latest_student(evidence: Evidence, parameters: Parameters, as_at: date) -> _Latest | None:
    return _latest(
        _served(episode, evidence, parameters, as_at)
        for episode in evidence.support_episodes
        if has_full_responsibility(episode, parameters, as_at)
    )


def _latest_learner(evidence: Evidence, parameters: Parameters, as_at: date) -> _Latest | None:
    assessed = (episode for episode in evidence.learner_episodes if episode.assessed_against_pcf)
    return _latest(_served(episode, evidence, parameters, as_at) for episode in assessed)


def _latest(days: Iterable[_Latest | None]) -> _Latest | None:
    return max((day for day in days if day is not None), default=None)


def _served(
    record: SupportEpisode | LearnerEpisode | ActiveRole,
    evidence: Evidence,
    parameters: Parameters,
    as_at: date,
) -> _Latest | None:
    """The last day served up to `as_at`, or nothing when it had not begun. What runs still has served up to today."""
    today = evidence.known_on
    if record.started_on > min(as_at, today):
        return None
    if record.ended_on is not None:
        return min(record.ended_on, as_at), record.id
    served = as_at
    expected = record.expected_end_on if isinstance(record, SupportEpisode) else None
    if as_at > today:
        served = max(today, min(as_at, expected or today))
    if expected is None and not isinstance(record, ActiveRole):
        served = min(served, add_months(record.started_on, parameters.open_episode_months))
    return served, record.id
