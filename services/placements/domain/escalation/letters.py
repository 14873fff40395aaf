"""The text of notifications, version 1: a link and a case number, never content. Read over a shoulder, it says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.placements.domain.escalation.codes import Template


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of one message."""

    subject: str
    body: str


_FIRST_LINE: Mapping[Template, str] = {
    Template.CONCERN_LEVEL: "Case {case} needs your attention.",
    Template.STEP_DUE: "Something is due from you in case {case}.",
    Template.STEP_OVERDUE: "Something is overdue in case {case}.",
    Template.CONCERN_REOPENED: "Case {case} is open again.",
    Template.ACKNOWLEDGEMENT_ENDED: "Nobody has case {case} in hand any more.",
    Template.SNOOZE_ENDED: "Case {case} no longer rests.",
    Template.CONCERN_CLOSED: "Case {case} is closed.",
    Template.FRIENDLY_HUB_MESSAGE: "There is a message for you in Practicum.",
    Template.SUPPORTIVE_MESSAGE: "There is a message for you in Practicum.",
}


def write(template: Template, case_number: str | None, link: str) -> Text:
    """The message. Where there is no case it is about a friendly word, and has no number."""
    first = _FIRST_LINE[template].format(case=case_number or "")
    subject = f"Practicum: case {case_number}" if case_number else "Practicum: a message for you"
    body = (
        f"{first}\n\nSign in to read it and to see what happens next:\n{link}\n\n"
        "For the sake of everybody's privacy this message holds no details. Please do not reply to it.\n"
    )
    return Text(subject, body)
