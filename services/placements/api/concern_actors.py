"""Who acts on a concern: always a named person. A person speaks for themselves; a system says for whom it speaks."""

from dataclasses import dataclass
from uuid import UUID

from services.placements.domain.escalation.rights import refuse_unless_deciding, refuse_unless_told
from services.placements.operations.cases import Actor, Case
from services.placements.queries.rosters import roles_of_person
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Fault, Invalid


@dataclass(frozen=True, slots=True)
class Named:
    """The person who acts, and the roles they have."""

    person_id: UUID
    roles: frozenset[str]

    def deciding(self, case: Case) -> Actor:
        """The person in a role that decides about the concern at its level; refused when they have none."""
        return Actor(
            self.person_id, refuse_unless_deciding(case.policy, case.rule, case.state.about, self.roles)
        )

    def told(self, case: Case) -> Actor:
        """The person in a role in which they are told of the concern; refused when they have none."""
        return Actor(self.person_id, refuse_unless_told(case.policy, case.rule, case.state.about, self.roles))


async def named_person(case: Case, principal: Principal, by_person_id: UUID | None) -> Named:
    """The person behind a call about a concern."""
    return await person_behind(case.session, case.concern.partnership_id, principal, by_person_id)


async def person_behind(
    session: Session, partnership_id: UUID, principal: Principal, by_person_id: UUID | None
) -> Named:
    """The person behind a call. Refused when a system names nobody, or somebody who is not of the partnership."""
    if principal.person_id is not None:
        if by_person_id not in (None, principal.person_id):
            raise Invalid([Fault("/by_person_id", "not_you", "A person acts for themselves; leave it out.")])
        return Named(principal.person_id, principal.roles)
    if by_person_id is None:
        raise Invalid([Fault("/by_person_id", "missing", "Say which person acts; a system does not decide.")])
    roles = await roles_of_person(session, partnership_id, by_person_id)
    if roles is None:
        words = "There is no such person in this partnership."
        raise Invalid([Fault("/by_person_id", "unknown_reference", words)])
    return Named(by_person_id, frozenset(roles))
