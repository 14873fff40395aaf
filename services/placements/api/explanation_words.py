"""An explanation in words, for the reader it speaks to, and what became of it since."""

from collections.abc import Mapping
from typing import Any

from services.placements.api.explanation_shapes import For
from services.placements.domain.matching.result import Explanation
from services.placements.domain.matching.words import ordinal, say_placed, say_unplaced
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


def since_of(latest: Mapping[str, Any] | None, offer_id: str | None, reader: For) -> dict[str, Any] | None:
    """Where the student was moved after the run gave them `offer_id`; a host learns only that they were."""
    if latest is None or (latest["stands"] and latest["offer_id"] == offer_id):
        return None
    known = latest["stands"] and reader is not For.HOST
    members = ("offer_id", "setting_name", "rank", "outside_list", "minutes")
    return {name: latest[name] if known else None for name in members}


def since_in_words(since: Mapping[str, Any], listed: int, reader: For) -> str:
    """What comes before everything that the run found, where it is so no more; `listed` is the list's length."""
    if reader is For.HOST:
        return "The student has since been moved elsewhere; what follows is what the run had found."
    whose = "your" if reader is For.STUDENT else "the student's"
    if since["offer_id"] is None:
        place = "there is no place now"
    elif not listed:
        place = f"the place is now with {since['setting_name']}"
    elif since["outside_list"]:
        place = f"the place is now with {since['setting_name']}, outside {whose} list of preferences"
    else:
        place = f"the place is now with {since['setting_name']}, {whose} {ordinal(since['rank'])} preference"
    return f"This was changed after the run: {place}. What follows is what the run had found."
