"""What travels about QAMP reviews."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from services.placements.api.quality_issue_shapes import IssueIn, IssueView
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.review_templates import ClosingKind, Section
from services.placements.domain.reviews import Answer, Choice
from services.placements.domain.vocabulary import Checkpoint, Rag, Respondent
from shared.http.wire import Instant, LongText, Wire, like, up_to

QuestionCode = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}$")]


Parties = Annotated[list[Respondent], BeforeValidator(sorted), up_to(4)]
"""Of whom something is asked."""


class QuestionView(Wire):
    """One statement of the template."""

    code: str
    section: Section
    text: str
    is_critical: bool
    """Starred in QAMP: `not_yet` makes its section red."""
    respondents: Parties


class ClosingView(Wire):
    """One closing question of the template; none of them is scored."""

    code: str
    kind: ClosingKind
    """Energy from 0 to 10, something in words (a comment), or a choice of yes, no and unsure."""
    text: str
    respondents: Parties


class ResponseView(Wire):
    """What one respondent answered. Blind: before moderation only they and the moderators see more than that they did."""

    respondent: Respondent
    submitted_at: Instant
    answers: dict[str, Answer] | None
    comments: dict[str, str] | None
    energy: int | None
    wants_talk: bool | None
    choices: dict[str, Choice] | None


class ReviewView(Wire):
    """One QAMP review."""

    model_config = like(
        id=SAMPLE_ID,
        placement_id=SAMPLE_ID,
        checkpoint="four_week",
        template_version=1,
        due_on="2026-10-12",
        opens_on="2026-10-05",
        closes_on="2026-10-19",
        opened_at="2026-09-14T08:00:00Z",
        questions=[
            {
                "code": "peer_group",
                "section": "support",
                "text": "The hub or peer group is attended and useful.",
                "is_critical": False,
                "respondents": ["student"],
            }
        ],
        closing=[
            {"code": "start", "kind": "words", "text": "What should start?", "respondents": ["student"]}
        ],
        responses=[],
        moderated_at=None,
        proposed_rag=None,
        rag=None,
        overall=None,
        reason=None,
        issues=[],
    )

    id: UUID
    placement_id: UUID
    checkpoint: Checkpoint
    template_version: int
    due_on: date
    opens_on: date | None
    """From here to `closes_on` answers are expected; an answer outside of this is early or late, and taken."""
    closes_on: date | None
    opened_at: Instant
    questions: Annotated[list[QuestionView], up_to(100)]
    closing: Annotated[list[ClosingView], up_to(100)]
    responses: Annotated[list[ResponseView], up_to(4)]
    moderated_at: Instant | None
    proposed_rag: dict[Section, Rag] | None
    """What the rule said."""
    rag: dict[Section, Rag] | None
    """What the moderator confirmed."""
    overall: Rag | None
    reason: str | None
    """Why a light differs from the proposed one."""
    issues: Annotated[list[IssueView], up_to(200)]
    """Quality issues that were open when it was moderated; of the next review, those that are open and carried to it."""


class ReviewList(Wire):
    """The reviews of a placement, in the order they are due."""

    items: Annotated[list[ReviewView], up_to(20)]


class ResponseIn(Wire):
    """An answer to every question asked of this respondent; `partly` and `not_yet` need a comment."""

    model_config = like(
        answers={"peer_group": "meets", "supervision_as_agreed": "partly"},
        comments={"supervision_as_agreed": "Cancelled twice."},
        energy=7,
    )

    answers: Annotated[dict[QuestionCode, Answer], Field(max_length=60)]
    comments: Annotated[dict[QuestionCode, LongText], Field(max_length=60)] = Field(default_factory=dict)
    """Words to a question, or to a closing one such as `start`, `stop` and `continue`."""
    energy: Annotated[int, Field(ge=0, le=10)] | None = None
    """0 to 10; never scored."""
    wants_talk: bool | None = None
    """Whether they would like somebody to talk to."""
    choices: Annotated[dict[QuestionCode, Choice], Field(max_length=60)] = Field(default_factory=dict)
    """Answers to closing questions such as `would_work_here`; a `no` needs a comment. Never scored."""


class ModerationIn(Wire):
    """The moderator confirms what the rule proposes, or changes some lights with a reason."""

    model_config = like(
        rag={"support": "amber"},
        reason="The second supervision was made up for last week.",
        issues=[
            {"section": "support", "what": "Supervision is moved too often.", "owner_person_id": SAMPLE_ID}
        ],
    )

    rag: dict[Section, Rag] = Field(default_factory=dict)
    """Only the sections whose light is to differ."""
    reason: LongText | None = None
    issues: Annotated[list[IssueIn], Field(max_length=20)] = Field(default_factory=list)
    """What is to be put right, by whom and by when; open ones are carried to the next review."""
