"""Who raises a flag: a person for themselves, or the person whom a system names."""

from dataclasses import dataclass
from uuid import UUID

from services.placements.domain.escalation.codes import Recipient
from services.placements.queries.rosters import roles_of_person
from services.placements.queries.signals import refuse_invisible_placement, student_of
from services.placements.queries.visibility import acting_for, reader
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Fault, Invalid, NotFound


class RaisedAtTheHub(NotFound):
    """A facilitator does not see placements. What they notice goes the way of their hub, which needs no sight of one."""

    def __init__(self) -> None:
        super().__init__("placement")
        self.detail += (
            " A facilitator flags a member's placement at the hubs service: POST /v1/hubs/{hub_id}/flags."
        )


async def refuse_who_sees_nothing(session: Session, principal: Principal, placement_id: UUID) -> None:
    """Refuse a raiser to whom the placement is not visible; a facilitator learns which way is theirs."""
    try:
        await refuse_invisible_placement(session, reader(principal), placement_id)
    except NotFound:
        if Recipient.FACILITATOR in principal.roles:
            raise RaisedAtTheHub from None
        raise


@dataclass(frozen=True, slots=True)
class Raiser:
    """The person who raised something, in which of the roles that a policy knows; a system that names nobody is neither."""

    person_id: UUID | None
    role: str | None


async def raised_by(
    session: Session, principal: Principal, placement_id: UUID, by_person_id: UUID | None
) -> Raiser:
    """The raiser. A host's system cannot speak for the student; refused as if there were no such person."""
    if principal.person_id is not None:
        if by_person_id not in (None, principal.person_id):
            raise Invalid([Fault("/by_person_id", "not_you", "A person acts for themselves; leave it out.")])
        return Raiser(principal.person_id, _first(principal.roles))
    if by_person_id is None:
        return Raiser(None, _first(principal.roles))
    student_id, university_id = await student_of(session, placement_id)
    if by_person_id == student_id and (principal.partnership_wide or acting_for(principal) == university_id):
        return Raiser(student_id, Recipient.STUDENT.value)
    roles = await roles_of_person(session, principal.tenant, by_person_id)
    if roles is None:
        words = "There is no such person in this partnership."
        raise Invalid([Fault("/by_person_id", "unknown_reference", words)])
    return Raiser(by_person_id, _first(frozenset(roles)))


def _first(roles: frozenset[str]) -> str | None:
    return next((role for role in sorted(roles) if role in set(Recipient)), None)
