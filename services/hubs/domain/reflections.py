"""Whose a reflection is: the student's. Who else may read it, the student says, and may take back."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict


class Visibility(StrEnum):
    """Who may read a reflection besides its student."""

    PRIVATE = "private"
    FACILITATOR = "facilitator"
    PRACTICE_EDUCATOR = "practice_educator"
    PORTFOLIO = "portfolio"


class NotAnonymised(Conflict):
    """Sharing needs the student's word that nobody who uses services can be recognised."""

    def __init__(self) -> None:
        super().__init__(
            "anonymised_confirmation_required",
            "Confirm that nobody can be recognised in the reflection (anonymised_confirmed), then share it.",
        )


def require_shareable(visibility: Visibility, *, anonymised_confirmed: bool) -> None:
    """Refuse to share with anybody before the student has confirmed that the text is anonymised. Taking back is free."""
    if visibility is not Visibility.PRIVATE and not anonymised_confirmed:
        raise NotAnonymised


SITTING = timedelta(minutes=10)
"""Who saves again within this time is still at it: what autosave overwrites meanwhile is not kept as a version."""

KEPT_AFTER_PLACEMENT = timedelta(days=90)
"""How long reflections are kept after the placement, unless their student exported them."""

WARNED_BEFORE = timedelta(days=30)
"""How long before that the student is told."""


def kept_since(today: date) -> date:
    """The last day on which a placement may have ended for what was written in it not to be kept any more."""
    return today - KEPT_AFTER_PLACEMENT


def keeps_version(saved_at: datetime, now: datetime, *, was_shared: bool) -> bool:
    """Whether the text that is about to be replaced stays readable for its student as a version.

    It does when a sitting has passed since it was saved, and always when somebody else may have read it.
    """
    return was_shared or now - saved_at >= SITTING
