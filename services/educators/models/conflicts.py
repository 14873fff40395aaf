"""What the named constraints of this service's tables mean to a caller: constraint -> (code, what to do)."""

ALREADY_BOOKED = ("already_booked", "The educator has a booking of this activity already.")
EVALUATED = ("evaluated_already", "You have evaluated this activity already.")

CONFLICTS = {
    "cpd_bookings_once_idx": ALREADY_BOOKED,
    "cpd_evaluations_once_key": EVALUATED,
    "educators_number_unique": (
        "number_taken",
        "Another educator of this partnership has this Social Work England number.",
    ),
    "educators_mentor_fkey": ("unknown_mentor", "A mentor is another educator of this partnership."),
    "educators_own_mentor_check": ("own_mentor", "Nobody mentors themselves."),
    "return_steps_mentor_fkey": ("unknown_mentor", "A mentor is another educator of this partnership."),
    "return_steps_own_mentor_check": ("own_mentor", "Nobody mentors themselves."),
    "waivers_second_person_check": (
        "second_person_needed",
        "A waiver is decided by somebody other than who asked for it.",
    ),
    "rule_parameters_number_unique": (
        "parameters_in_flight",
        "The rule parameters are being changed by somebody else. Read them again.",
    ),
    "external_ids_unique": ("external_id_taken", "This external id already stands for another educator."),
    "nudges_once_per_spell": ("nudged_already", "This nudge was given already."),
    "registration_lines_waiting_once": (
        "waits_in_another_batch",
        "An educator waits in another batch already. Try again.",
    ),
    "seats_placement_unique": ("seat_in_flight", "This placement's seat is being changed. Try again."),
    "support_episodes_placement_unique": (
        "episode_known",
        "This placement is already on record as a support episode.",
    ),
}
