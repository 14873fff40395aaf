"""The text of notifications: a link and a case number, never content. Read over a shoulder, it says nothing."""

from collections.abc import Mapping, Sequence
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
    Template.WATCH_NOTICED: "Something was noticed about a placement. There is no case.",
    Template.ANSWERS_DUE: "Proposed placements wait for your answer, and the day to answer by is near.",
    Template.ANSWERS_OVERDUE: "Proposed placements still wait for your answer. The day to answer by is past.",
    Template.DIGEST: "This is what arose since the last working morning.",
}


VERSION = 4
"""Grows when a word of a message changes."""

_LAST_LINE = "For the sake of everybody's privacy this message holds no details. Please do not reply to it.\n"


def first_line(template: Template, case_number: str | None) -> str:
    """What a message says in one line; it stands in the inbox too."""
    return _FIRST_LINE[template].format(case=case_number or "")


def write(template: Template, case_number: str | None, link: str) -> Text:
    """The message. Where it is about no case it has no number."""
    subject = f"Practicum: case {case_number}" if case_number else "Practicum: a message for you"
    first = first_line(template, case_number)
    body = f"{first}\n\nSign in to read it and to see what happens next:\n{link}\n\n{_LAST_LINE}"
    return Text(subject, body)


def write_digest(case_numbers: Sequence[str], things: int, link: str) -> Text:
    """The digest of one working morning: how much there is, and which cases it is about."""
    much = "1 thing" if things == 1 else f"{things} things"
    cases = f"Cases: {', '.join(case_numbers)}.\n\n" if case_numbers else ""
    first = first_line(Template.DIGEST, None)
    body = f"{first}\n\n{cases}Sign in to read your inbox:\n{link}\n\n{_LAST_LINE}"
    return Text(f"Practicum: {much} for you", body)
