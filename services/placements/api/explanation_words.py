"""An explanation in words, for the reader it speaks to."""

from services.placements.api.explanation_shapes import For
from services.placements.domain.matching.result import Explanation
from services.placements.domain.matching.words import say_placed, say_unplaced
from services.placements.domain.matching.words_coordinator import Names, say_to_coordinator
from services.placements.domain.matching.words_host import say_to_host


def in_words(told: Explanation, reader: For, names: Names) -> tuple[str, ...]:
    """The sentences of an explanation for one kind of reader; none for a host where nobody was given a place."""
    given = told.assignment
    if reader is For.COORDINATOR:
        return say_to_coordinator(told, names)
    if reader is For.HOST:
        return say_to_host(given, told.listed) if given else ()
    if given is not None:
        return say_placed(given, told.listed, told.better, told.passed_over, held=told.held)
    change = told.smallest_change
    return say_unplaced(told.offers, told.waterfall, change) if change else (told.summary,)
