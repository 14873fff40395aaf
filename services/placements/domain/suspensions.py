"""How often a suspension is reviewed, and how a search for another placement is kept from being forgotten.

Source: the partnership's escalation policy ("Suspension is reviewed every 5 working days; the search for another placement is
logged from day 0, at least every 5, told to the programme lead at 20 and the board at 40").
"""

from enum import StrEnum
from uuid import UUID, uuid5

REVIEW_EVERY = 5
"""Working days between two reviews of a suspension."""

LOG_EVERY = 5
"""Working days within which a search has a new entry."""

LEAD_AFTER = 20
"""Working days of searching after which the programme lead is told."""

BOARD_AFTER = 40
"""Working days of searching after which the board is told."""


def telling(what: UUID, time: int) -> UUID:
    """The occasion on which people are told for the `time`-th time (from 0) that a review, or a search's entry, is due."""
    return uuid5(what, str(time))


def telling_of_length(search: UUID, working_days: int) -> UUID:
    """The occasion on which people are told that a search has lasted so long."""
    return uuid5(search, str(1_000 + working_days))


class ReviewResult(StrEnum):
    """What a review of a suspension found: it goes on, or there is no reason for it any more."""

    GOES_ON = "goes_on"
    TO_BE_LIFTED = "to_be_lifted"
    TO_BE_ENDED = "to_be_ended"


class Asked(StrEnum):
    """What came of asking for a place. `none_asked` records that nobody could be asked, and is explained in the note."""

    WAITING = "waiting"
    OFFERED = "offered"
    DECLINED = "declined"
    NOT_SUITABLE = "not_suitable"
    NONE_ASKED = "none_asked"


class SearchEnd(StrEnum):
    """How a search ended."""

    FOUND = "found"
    NOT_NEEDED = "not_needed"
    STUDENT_WITHDREW = "student_withdrew"
