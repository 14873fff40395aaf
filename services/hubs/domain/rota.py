"""Who presents in which session: every member as often as the others, within one, and both kinds where it can be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.hubs.domain.planning import PlannedSession, SessionKind


@dataclass(frozen=True, slots=True)
class Presenter:
    """A member who takes turns: from when until when (both included), and what they have presented so far."""

    membership_id: UUID
    joined_on: date
    leaves_on: date | None = None
    presented: tuple[SessionKind, ...] = ()

    def is_there(self, day: date) -> bool:
        """Whether the member belongs to the hub on this day."""
        return self.joined_on <= day and (self.leaves_on is None or day <= self.leaves_on)


@dataclass(slots=True)
class _Turns:
    presenter: Presenter
    place: int
    total: int = 0
    by_kind: Counter[SessionKind] = field(default_factory=Counter)
    last: int = -1


def presenter_rota(sessions: Sequence[PlannedSession], members: Sequence[Presenter]) -> dict[int, UUID]:
    """Session number -> the membership that presents. A session on which nobody belongs to the hub has no presenter.

    Each turn goes to the member with the fewest turns so far; among those to the one who did less of this kind, then to
    the one who leaves first, then to the one whose last turn is longest ago, then in the order given. With members who
    stay from the first to the last session and have no past, turns differ by one at most.
    """
    turns = [
        _Turns(member, place, len(member.presented), Counter(member.presented))
        for place, member in enumerate(members)
    ]
    rota: dict[int, UUID] = {}
    for session in sessions:
        there = [turn for turn in turns if turn.presenter.is_there(session.held_on)]
        if not there:
            continue
        chosen = min(there, key=lambda turn: _order(turn, session.kind))
        chosen.total += 1
        chosen.by_kind[session.kind] += 1
        chosen.last = session.number
        rota[session.number] = chosen.presenter.membership_id
    return rota


def _order(turn: _Turns, kind: SessionKind) -> tuple[int, int, date, int, int]:
    leaves = turn.presenter.leaves_on or date.max
    return (turn.total, turn.by_kind[kind], leaves, turn.last, turn.place)
