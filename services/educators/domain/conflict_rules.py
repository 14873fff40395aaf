"""Rules of eligibility about who the student is to the educator."""

from services.educators.domain.case import Case, Finding
from services.educators.domain.codes import (
    ConflictKind,
    EpisodeEnd,
    PlacementLevel,
    RuleCode,
    RuleResult,
    SupportRole,
)
from services.educators.domain.evidence import SupportEpisode

_NOT_PASSED = {
    PlacementLevel.REPEAT_FIRST: (PlacementLevel.FIRST, PlacementLevel.REPEAT_FIRST),
    PlacementLevel.REPEAT_FINAL: (PlacementLevel.FINAL, PlacementLevel.REPEAT_FINAL),
}
"""What a student did not pass who is to repeat. Who passed is told by nobody: that a placement ran to its end and is repeated
says enough, and no result of a student has to travel."""

_WORDS = {
    ConflictKind.KIN: "The educator is kin to the student.",
    ConflictKind.LINE_MANAGER: "The educator is the student's line manager.",
}


def no_conflict(case: Case) -> Finding:
    """Not kin, not the student's line manager, and not the assessor of the failed placement that is now repeated."""
    code, student_id = RuleCode.NO_CONFLICT, case.placement.student_id
    if student_id is None:
        return Finding(code, RuleResult.PASS, "Nobody said who the student is, so no conflict is known.")
    fix = "Choose another educator."
    for tie in case.evidence.conflicts:
        if tie.student_id == student_id:
            return Finding(code, RuleResult.BLOCK, _WORDS[tie.kind], (tie.id,), fix=fix, waivable=True)
    for episode in case.evidence.support_episodes:
        assessed = episode.role is SupportRole.EDUCATOR_OF_RECORD and episode.student_id == student_id
        if assessed and _is_repeated(episode, case.placement.placement_level):
            detail = "The educator assessed the failed placement that the student now repeats."
            return Finding(code, RuleResult.BLOCK, detail, (episode.id,), fix=fix, waivable=True)
    return Finding(code, RuleResult.PASS, "No conflict with the student is known.")


def _is_repeated(episode: SupportEpisode, level: PlacementLevel) -> bool:
    ran_to_its_end = episode.ending in {EpisodeEnd.COMPLETED, EpisodeEnd.FAILED}
    return ran_to_its_end and episode.placement_level in _NOT_PASSED.get(level, ())


def hub_facilitator(case: Case) -> Finding:
    """Who facilitates the student's hub hears there what an assessor should hear from the student."""
    code, facilitators = RuleCode.HUB_FACILITATOR, case.placement.hub_facilitator_educator_ids
    if facilitators is None:
        return Finding(code, RuleResult.PASS, "Nobody said who facilitates the student's hub.")
    if case.educator.id not in facilitators:
        return Finding(code, RuleResult.PASS, "Does not facilitate the student's hub.")
    detail = "Facilitates the student's hub, and would assess one of its members."
    fix = "Move the student to another hub, or choose another educator."
    return Finding(code, RuleResult.WARN, detail, fix=fix)
