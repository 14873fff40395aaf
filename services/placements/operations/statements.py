"""The student answers a concern in their own words, at any time, also after it is closed."""

from services.placements.domain.escalation.codes import Act
from services.placements.models.action_plans import Statement
from services.placements.operations.cases import Actor, Case
from services.placements.operations.concern_acts import keep
from shared.ids import new_id


def state(case: Case, student: Actor, words: str) -> Statement:
    """Keep what the student says. Nothing is decided by it; everybody who sees the concern sees it."""
    statement = Statement(
        id=new_id(),
        partnership_id=case.concern.partnership_id,
        concern_id=case.concern.id,
        level=case.concern.level,
        words=words,
        made_at=case.now,
    )
    case.session.add(statement)
    keep(case, student, Act.STATED, {"statement_id": str(statement.id)})
    case.touch()
    return statement
