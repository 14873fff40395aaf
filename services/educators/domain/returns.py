"""Coming back to practice education after currency lapsed: which steps it takes, and when they are complete.

A day of re-engagement CPD, a first student back with a Stage 2 mentor and one direct observation, within two years of one
another, stand in for the student of route A on the day the last of them is done. Somebody who was away for more than five
years, or of whose practice nothing is known, also has their portfolio reviewed.
"""

from datetime import date

from services.educators.domain.codes import GroundCode, ReturnStepKind
from services.educators.domain.evidence import Evidence, ReturnStep
from services.educators.domain.grounds import Ground, span_in_words
from services.educators.domain.months import add_months, in_words
from services.educators.domain.parameters import Parameters

_ALWAYS = (
    ReturnStepKind.RE_ENGAGEMENT_CPD,
    ReturnStepKind.MENTORED_STUDENT,
    ReturnStepKind.DIRECT_OBSERVATION,
)
_WORDS = {
    ReturnStepKind.RE_ENGAGEMENT_CPD: "a day of re-engagement CPD",
    ReturnStepKind.MENTORED_STUDENT: "a first student back with a Stage 2 mentor",
    ReturnStepKind.DIRECT_OBSERVATION: "a direct observation",
    ReturnStepKind.PORTFOLIO_REVIEW: "a portfolio review",
}


def return_to_practice(
    evidence: Evidence, parameters: Parameters, as_at: date, practised_until: date | None
) -> Ground:
    """Whether a completed return keeps somebody current on `as_at`; `practised_until` is the end of the other routes."""
    code = GroundCode.RETURN_TO_PRACTICE
    steps = _known(evidence, as_at)
    for last in steps:
        found, missing = _steps_until(last.on, steps, parameters, practised_until)
        if missing:
            continue
        until = add_months(last.on, parameters.window_a_months)
        ids = tuple(step.id for step in found)
        span, day = span_in_words(parameters.window_a_months), in_words(last.on)
        if as_at <= until:
            detail = f"The return to practice education was completed on {day}, within {span}."
            return Ground(code, True, until, ids, detail)
        detail = f"The return to practice education was completed on {day}, more than {span} before."
        return Ground(code, False, until, ids, detail, "Support a student as educator of record.")
    found, missing = _steps_until(as_at, steps, parameters, practised_until)
    detail = "A return to practice education is under way." if found else "No return is on record."
    ids = tuple(step.id for step in found)
    return Ground(code, False, None, ids, detail, f"To return after a lapse: {_listed(missing)}.")


def ready_to_return(
    evidence: Evidence, parameters: Parameters, day: date, practised_until: date | None
) -> tuple[ReturnStep, ...] | None:
    """The steps taken before the first student back begins on `day`; nothing when one of them is still missing."""
    found, missing = _steps_until(day, _known(evidence, day), parameters, practised_until)
    before = {ReturnStepKind.RE_ENGAGEMENT_CPD, ReturnStepKind.PORTFOLIO_REVIEW}
    return None if before & set(missing) else tuple(step for step in found if step.kind in before)


def _known(evidence: Evidence, as_at: date) -> list[ReturnStep]:
    """The steps taken by the day, the latest first."""
    known = min(as_at, evidence.known_on)
    taken = (step for step in evidence.return_steps if step.on <= known)
    return sorted(taken, key=lambda step: (step.on, step.id), reverse=True)


def _steps_until(
    day: date, steps: list[ReturnStep], parameters: Parameters, practised_until: date | None
) -> tuple[list[ReturnStep], list[ReturnStepKind]]:
    """The latest step of each kind that counts for a return completed on the day, and the kinds that are missing."""
    long_away = (
        practised_until is None or add_months(practised_until, parameters.portfolio_after_months) < day
    )
    needed = (*_ALWAYS, ReturnStepKind.PORTFOLIO_REVIEW) if long_away else _ALWAYS
    within = parameters.return_months
    latest = {step.kind: step for step in reversed(steps) if step.on <= day <= add_months(step.on, within)}
    found = [latest[kind] for kind in needed if kind in latest]
    return found, [kind for kind in needed if kind not in latest]


def _listed(kinds: list[ReturnStepKind]) -> str:
    words = [_WORDS[kind] for kind in kinds]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
