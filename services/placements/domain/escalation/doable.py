"""What people can do about a concern at present, as a refusal names it: the actions under `/v1/concerns/{id}/`."""

from collections.abc import Collection, Iterable, Mapping

from services.placements.domain.escalation.codes import ENGINES_OWN, StepCode

AFTER_CLOSING = ("statement",)
"""What is open when a concern is closed: the student may answer."""

_ALWAYS = ("closure", "decision", *AFTER_CLOSING)
_BY: Mapping[StepCode, tuple[str, ...]] = {
    StepCode.ACKNOWLEDGE: ("acknowledgement",),
    StepCode.HELD: ("invitations", "meetings"),
    StepCode.MEETING: ("invitations", "meetings"),
    StepCode.PANEL: ("panel", "panel/decision"),
    StepCode.PLAN: ("action-plan",),
    StepCode.PLAN_REVIEW: ("action-plan/review",),
    StepCode.REVIEW: (),
}
"""By which actions a step is done; every other step is reported as done by its name."""


def doable(undone: Collection[StepCode], optional: Iterable[StepCode]) -> list[str]:
    """The actions that are open while these steps of the level are not done; `optional` are those people can ask for."""
    wanted = [step for step in undone if step not in ENGINES_OWN]
    done_by = {act for step in wanted for act in _BY.get(step, (f"steps/{step}/completion",))}
    begun_by = {f"steps/{step}/start" for step in optional if step not in undone}
    return sorted({*_ALWAYS, *done_by, *begun_by})
