"""What a host is told about a student proposed for its own offer, in plain words, and nothing about any other offer."""

from services.placements.domain.matching.result import Assignment
from services.placements.domain.matching.words import ordinal, say_journey


def say_to_host(given: Assignment, listed: int) -> tuple[str, ...]:
    """Return the sentences: what the student wished, how far it is, and what was checked. `listed` is their list's length."""
    if not listed:
        wish = "The student named no preferences."
    elif given.outside_list:
        wish = "The student did not ask for a place like yours, so a talk before you answer may help."
    else:
        wish = f"Your place is the student's {ordinal(given.rank)} preference."
    parts = ["A student has been matched with your place.", wish, say_journey(given)]
    if given.review:
        parts.append("That is a long way. The coordinator looks at it before anything is settled.")
    parts.append("Every rule of the round allows this match, and your limits on seats are kept.")
    return tuple(parts)
