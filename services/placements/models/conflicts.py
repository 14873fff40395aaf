"""What the named constraints of the tables mean to a caller: constraint name -> (code, detail). Answered with 409."""

CONFLICTS = {
    "programmes_organisation_id_name_key": (
        "programme_exists",
        "The organisation already has a programme of this name.",
    ),
    "students_programme_of_their_university_fkey": (
        "programme_in_use",
        "Students of its university are on the programme; it cannot move to another organisation.",
    ),
    "round_name_is_unique_in_its_year": (
        "round_exists",
        "The partnership already has a round of this name in this academic year.",
    ),
    "one_capacity_statement_per_setting_and_year": (
        "capacity_statement_exists",
        "The setting has already stated its capacity for this academic year; change that statement.",
    ),
    "one_request_per_student_and_round": (
        "request_exists",
        "The student already has a request in this round; change that request.",
    ),
    "people_absent_in_order_check": (
        "absence_out_of_order",
        "The last day away must not be before the first.",
    ),
    "one_person_per_educator": (
        "educator_already_linked",
        "Another person is already linked to this educator.",
    ),
    "report_already_made": (
        "report_already_made",
        "This report of the placement was made before.",
    ),
    "leave_agreed_once": (
        "leave_exists",
        "Some of these days are agreed leave already.",
    ),
    "supervision_once_a_day_and_kind": (
        "supervision_exists",
        "A supervision of this kind is recorded for this day already.",
    ),
    "observation_once_a_day": (
        "observation_exists",
        "An observation is recorded for this day already.",
    ),
    "one_current_audit_per_setting": (
        "audit_already_verified",
        "Another audit of this setting has just been verified; read the audits again.",
    ),
    "review_template_version_once": (
        "review_template_exists",
        "Somebody else has just added this version; repeat the request.",
    ),
    "one_learning_agreement": (
        "learning_agreement_exists",
        "Somebody else has just recorded the learning agreement; read it, then change it.",
    ),
    "one_meeting_arranged_at_a_time": (
        "meeting_arranged",
        "A meeting is arranged already; call it off before you arrange another.",
    ),
    "one_panel_convened_at_a_time": (
        "panel_convened",
        "Somebody else has just convened the panel; read the concern again.",
    ),
    "one_plan_at_a_level": (
        "plan_agreed",
        "An action plan is agreed for this level already.",
    ),
    "suspension_reviewed_once": (
        "suspension_reviewed",
        "Somebody else has just reviewed the suspension.",
    ),
    "one_search_at_a_time": (
        "search_under_way",
        "A search for another placement is under way already.",
    ),
    "one_published_run_per_round": (
        "round_published",
        "Another result of this round is published already.",
    ),
    "one_live_proposal_per_request_and_run": (
        "request_has_a_proposal",
        "The request has another proposal in this result; read the result again.",
    ),
    "survey_answered_once": (
        "survey_answered",
        "The survey of this placement is answered already.",
    ),
    "one_destination_per_student": (
        "destination_exists",
        "Somebody else has just recorded the destination; read it, then change it.",
    ),
    "one_equality_declaration_per_student": (
        "equality_declaration_exists",
        "The declaration has just been made; read it, then change it.",
    ),
    "student_in_one_place_at_a_time": (
        "student_already_placed",
        "The student is in another placement in this time.",
    ),
}
"""Constraints that a caller can run into. One that is not listed is a bug and stays a 500."""
