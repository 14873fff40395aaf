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
    "one_pulse_a_week": (
        "already_answered",
        "You have answered this week's pulse already.",
    ),
    "one_agreement_per_number": (
        "agreement_exists",
        "Somebody else has just made an agreement for this hub. Read it first.",
    ),
    "one_open_round_per_hub": (
        "round_open",
        "The hub is being asked already; close that round first.",
    ),
    "one_supervision_a_day": (
        "supervision_recorded",
        "This facilitator's supervision on that day is recorded already.",
    ),
    "one_contact_a_day": (
        "contact_recorded",
        "A one-to-one with this student on that day is recorded already.",
    ),
    "one_text_per_version": (
        "stale_version",
        "It was saved twice at once. Read it again and repeat the change.",
    ),
}
"""Constraints that a caller can run into. One that is not listed is a bug and stays a 500."""
