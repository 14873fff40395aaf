"""What the named constraints of the tables mean to a caller: constraint name -> (code, detail). Answered with 409."""

CONFLICTS = {
    "one_hub_at_a_time": (
        "already_in_a_hub",
        "The student already has a place in a hub; end that one first.",
    ),
    "one_session_a_day": ("already_planned", "The hub already has a session on one of these days."),
    "one_session_per_number": (
        "already_planned",
        "Somebody else is planning sessions of this hub. Try again.",
    ),
    "one_summary_per_session": (
        "summary_exists",
        "Somebody else has just written this summary. Read it first.",
    ),
}
"""Constraints that a caller can run into. One that is not listed is a bug and stays a 500."""
