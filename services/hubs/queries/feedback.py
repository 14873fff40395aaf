"""Reading stop-start-continue rounds, and what was answered in them, never by whom."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Date,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.hubs.domain.small_numbers import FEWEST
from services.hubs.models.feedback import FeedbackAnswer, FeedbackRound
from services.hubs.models.hubs import Hub
from services.hubs.models.memberships import Membership
from services.hubs.queries.visibility import FEEDBACK_ROUNDS, LEADS_ROUND, PARTNERSHIP, PERSON
from shared.http.lists import Filtered, equal

_answers = (
    select(func.count())
    .select_from(FeedbackAnswer)
    .where(FeedbackAnswer.round_id == FeedbackRound.id)
    .scalar_subquery()
)

_VISIBLE = select(
    FeedbackRound.id,
    FeedbackRound.hub_id,
    FeedbackRound.closes_on,
    FeedbackRound.closed_at,
    _answers.label("answers"),
    FeedbackRound.updated_at,
    FeedbackRound.version,
).where(FEEDBACK_ROUNDS)

SINGLE = _VISIBLE.where(FeedbackRound.id == bindparam("id", type_=Uuid()))
"""One round the caller sees."""

LIST = Filtered(_VISIBLE, FeedbackRound.id, **equal(FeedbackRound.hub_id))
"""The rounds the caller sees."""

ROLL_UP = select(
    FeedbackRound.id,
    FeedbackRound.closed_at,
    _answers.label("answers"),
    LEADS_ROUND.label("leads"),
).where(FEEDBACK_ROUNDS, FeedbackRound.id == bindparam("id", type_=Uuid()))
"""What must be known of a round before its themes are shown."""

OWN_ANSWER = (
    select(
        FeedbackAnswer.round_id,
        FeedbackAnswer.stop,
        FeedbackAnswer.start,
        FeedbackAnswer.go_on,
        FeedbackAnswer.comment,
    )
    .join(
        Membership,
        and_(
            Membership.partnership_id == FeedbackAnswer.partnership_id,
            Membership.id == FeedbackAnswer.membership_id,
        ),
    )
    .where(
        FeedbackAnswer.partnership_id == PARTNERSHIP,
        Membership.student_id == PERSON,
        FeedbackAnswer.round_id == bindparam("id", type_=Uuid()),
    )
)
"""The caller's own answer, as long as the round is open: afterwards nobody knows whose is whose."""


def _said(column: InstrumentedAttribute[list[str]], name: str) -> Select[str, str]:
    return select(
        literal(name).label("to_do"), func.jsonb_array_elements_text(column, type_=Text()).label("theme")
    ).where(FeedbackAnswer.round_id == bindparam("id", type_=Uuid()))


_all = union_all(
    _said(FeedbackAnswer.stop, "stop"),
    _said(FeedbackAnswer.start, "start"),
    _said(FeedbackAnswer.go_on, "continue"),
).subquery("said")

THEMES = select(_all.c.to_do, _all.c.theme, func.count().label("answers")).group_by(
    _all.c.to_do, _all.c.theme
)
"""How many members said what in a round."""

COMMENTS = (
    select(FeedbackAnswer.comment)
    .where(FeedbackAnswer.round_id == bindparam("id", type_=Uuid()), FeedbackAnswer.comment.is_not(None))
    .order_by(func.md5(FeedbackAnswer.comment))
)
"""The comments of a round, in an order that says nothing about who wrote them or when."""


_in_time = and_(
    FEEDBACK_ROUNDS,
    FeedbackRound.closed_at.is_not(None),
    FeedbackRound.closes_on.between(bindparam("from_day", type_=Date()), bindparam("to_day", type_=Date())),
)
_rounds = (
    select(FeedbackRound.id, FeedbackRound.hub_id, _answers.label("answers")).where(_in_time).cte("rounds")
)
_told = _rounds.c.answers >= FEWEST

ROUNDS = select(
    func.count().filter(_told).label("rounds"),
    func.count(_rounds.c.hub_id.distinct()).filter(_told).label("hubs"),
    cast(func.coalesce(func.sum(_rounds.c.answers).filter(_told), 0), Integer).label("answers"),
    func.count().filter(not_(_told)).label("left_out"),
).select_from(_rounds)
"""Closed rounds of a time that the caller sees: those with enough answers to be told of, and how many have too few."""


def _said_in_all(column: InstrumentedAttribute[list[str]], name: str) -> Select[str, str]:
    return (
        select(
            literal(name).label("to_do"),
            func.jsonb_array_elements_text(column, type_=Text()).label("theme"),
        )
        .join(_rounds, _rounds.c.id == FeedbackAnswer.round_id)
        .where(_told)
    )


_all_said = union_all(
    _said_in_all(FeedbackAnswer.stop, "stop"),
    _said_in_all(FeedbackAnswer.start, "start"),
    _said_in_all(FeedbackAnswer.go_on, "continue"),
).subquery("all_said")

THEMES_IN_ALL = select(_all_said.c.to_do, _all_said.c.theme, func.count().label("answers")).group_by(
    _all_said.c.to_do, _all_said.c.theme
)
"""How many members said what in these rounds, without those that have too few answers."""


async def counted(
    connection: AsyncConnection, round_id: UUID
) -> tuple[list[tuple[str, str, int]], list[str]]:
    """How many members said what in a round, and their comments."""
    themes = (await connection.execute(THEMES, {"id": round_id})).all()
    comments = (await connection.execute(COMMENTS, {"id": round_id})).scalars().all()
    return [(row.to_do, row.theme, row.answers) for row in themes], [text for text in comments if text]


async def hold_round(
    session: AsyncSession, binds: dict[str, object], round_id: UUID
) -> tuple[FeedbackRound, Hub] | None:
    """A round the caller sees, locked until the transaction ends, and its hub."""
    statement = (
        select(FeedbackRound, Hub)
        .join(Hub, and_(Hub.partnership_id == FeedbackRound.partnership_id, Hub.id == FeedbackRound.hub_id))
        .where(FEEDBACK_ROUNDS, FeedbackRound.id == round_id)
        .with_for_update(of=FeedbackRound, key_share=True)
    )
    row = (await session.execute(statement, binds)).one_or_none()
    return None if row is None else (row[0], row[1])


async def hold_expired(session: AsyncSession, today: date, at_most: int) -> Sequence[FeedbackRound]:
    """Rounds whose last day is over, locked; others' locks are passed over."""
    statement = (
        select(FeedbackRound)
        .where(FeedbackRound.closed_at.is_(None), FeedbackRound.closes_on < today)
        .order_by(FeedbackRound.id)
        .limit(at_most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return (await session.execute(statement)).scalars().all()


async def forget_who(session: AsyncSession, round_id: UUID) -> int:
    """Forget which member gave which answer of a round; returns how many answers there are."""
    mine = FeedbackAnswer.round_id == round_id
    await session.execute(update(FeedbackAnswer).where(mine).values(membership_id=None))
    count = select(func.count()).select_from(FeedbackAnswer).where(mine)
    return int((await session.execute(count)).scalar_one())
