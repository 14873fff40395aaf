"""What people do with a concern is kept for ever: each act with who, in which role, when, at which level, and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.placements.domain.escalation.codes import Act
from services.placements.domain.escalation.doable import AFTER_CLOSING
from services.placements.domain.vocabulary import ConcernStatus
from services.placements.models.concerns import ConcernAct, ConcernStep
from services.placements.operations.cases import Actor, Case
from shared.errors import InvalidState
from shared.ids import new_id


def keep(
    case: Case, actor: Actor | None, act: Act, facts: Mapping[str, Any], reason: str | None = None
) -> ConcernAct:
    """Write an act down; without an actor, one that nobody did.

    `facts` are codes, dates and ids; `reason` is in the person's own words.
    """
    row = ConcernAct(
        id=new_id(),
        concern_id=case.concern.id,
        cycle=case.concern.cycle,
        level=case.concern.level,
        act=act.value,
        at=case.now,
        by_person_id=actor.person_id if actor else None,
        by_role=actor.role if actor else None,
        facts=dict(facts),
        reason=reason,
    )
    case.session.add(row)
    return row


def end(step: ConcernStep, now: datetime, ending: str) -> None:
    """A step is no longer due: `done`, `superseded` by something later, or `closed` with the concern."""
    step.done_at = now
    step.ending = ending


def refuse_closed(case: Case) -> None:
    """Nothing is done to a closed concern."""
    if case.concern.closed_at is not None:
        raise InvalidState("concern", ConcernStatus.CLOSED, AFTER_CLOSING)
