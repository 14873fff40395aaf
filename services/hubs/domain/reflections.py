"""Whose a reflection is: the student's. Who else may read it, the student says, and may take back."""

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
