"""Two results of the same round side by side, in plain words."""

from collections.abc import Iterator, Mapping

from services.placements.domain.matching.words import counted

Outcome = Mapping[str, int]

_MORE: tuple[tuple[str, str, str], ...] = (
    ("first_preference", "student gets their first preference", "students get their first preference"),
    ("within_list", "student gets a place from their list", "students get a place from their list"),
    ("frontline_settings_used", "frontline team has a student", "frontline teams have a student"),
    (
        "journeys_to_review",
        "journey is long enough to be looked at",
        "journeys are long enough to be looked at",
    ),
)


def first_or_second(outcome: Outcome) -> int:
    """Return how many students get their first or second preference."""
    return outcome["first_preference"] + outcome["second_preference"]


def _difference(before: int, after: int, one: str, more: str) -> Iterator[str]:
    if after != before:
        direction = "more" if after > before else "fewer"
        change = abs(after - before)
        yield f"{change} {direction} {one if change == 1 else more}: {after} rather than {before}."


def say_comparison(before: Outcome, after: Outcome, moved: int) -> tuple[str, ...]:
    """Return what changes from one result to the other: who is placed first, then how well, then who moves."""
    parts = [
        *_difference(before["placed"], after["placed"], "student is placed", "students are placed"),
        *_difference(
            first_or_second(before),
            first_or_second(after),
            "student gets a first or second preference",
            "students get a first or second preference",
        ),
    ]
    for name, one, more in _MORE:
        if name in before and name in after:
            parts.extend(_difference(before[name], after[name], one, more))
    if before["placed"] and after["placed"]:
        parts.extend(_journeys(before, after))
    if moved:
        parts.append(f"{counted(moved, 'student has', 'students have')} a different result.")
    return tuple(parts) if parts else ("Nothing changes.",)


def _journeys(before: Outcome, after: Outcome) -> Iterator[str]:
    mean = [round(each["travel_minutes"] / each["placed"]) for each in (before, after)]
    if mean[0] != mean[1]:
        yield f"The mean journey is {mean[1]} minutes one way rather than {mean[0]}."
