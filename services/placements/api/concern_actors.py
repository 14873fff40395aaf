"""Who acts on a concern: always a named person. A person speaks for themselves; a system says for whom it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.placements.domain.escalation.codes import Recipient
from services.placements.domain.escalation.rights import (
    refuse_unless_acting_for_many,
    refuse_unless_deciding,
    refuse_unless_told,
)
from services.placements.operations.cases import Actor, Case
from services.placements.queries.concern_meetings import sits_in_the_chair
from services.placements.queries.concerns import is_visible
from services.placements.queries.rosters import readers_of_person, roles_of_person
from services.placements.queries.visibility import acting_for
from shared.auth.principal import Principal
from shared.db import Session
from shared.errors import Fault, Forbidden, Invalid


@dataclass(frozen=True, slots=True)
class Named:
    """The person who acts, and the roles they have."""

    person_id: UUID
    roles: frozenset[str]
    chairs: bool = False
    """Whether they sit in the chair of the panel that the concern has. There they are its chair, whatever else they are."""

    def in_the_chair(self) -> Actor:
        """The chair of the concern's own panel, for what only they can do; refused for everybody else."""
        if not self.chairs:
            raise Forbidden(
                "for_the_chair", "Only the person who sits in the chair of this panel can do this."
            )
        return Actor(self.person_id, Recipient.PANEL_CHAIR.value)

    def student(self, case: Case) -> Actor:
        """The student of the placement, for what only they can do; refused for everybody else."""
        if self.person_id != case.placement.student_id:
            raise Forbidden("for_the_student", "Only the student of the placement can do this.")
        return Actor(self.person_id, Recipient.STUDENT.value)

    def deciding(self, case: Case) -> Actor:
        """The person in a role that decides about the concern at its level; refused when they have none."""
        return Actor(
            self.person_id, refuse_unless_deciding(case.policy, case.rule, case.state.about, self.roles)
        )

    def told(self, case: Case) -> Actor:
        """The person in a role in which they are told of the concern; refused when they have none."""
        return Actor(self.person_id, refuse_unless_told(case.policy, case.rule, case.state.about, self.roles))

    def acting_for_many(self) -> Actor:
        """The person in a role that acts for an organisation or the partnership; refused when they have none."""
        return Actor(self.person_id, refuse_unless_acting_for_many(self.roles))


def _speaks_for_students(principal: Principal, case: Case) -> bool:
    """Whether a system may hand in what a student said: that of their university, or of the partnership; never the host's."""
    return principal.partnership_wide or acting_for(principal) == case.placement.university_id


async def named_person(case: Case, principal: Principal, by_person_id: UUID | None) -> Named:
    """The person behind a call about a concern: a student's own, too, whom their university's system speaks for."""
    is_student = principal.person_id is None and by_person_id == case.placement.student_id
    if is_student and _speaks_for_students(principal, case):
        return Named(case.placement.student_id, frozenset({Recipient.STUDENT.value}))
    named = await person_behind(case.session, case.concern.partnership_id, principal, by_person_id)
    if principal.person_id is None and not await _sees(case, named):
        words = "This person does not see the concern. Name somebody who has to do with it."
        raise Invalid([Fault("/by_person_id", "no_part_in_it", words)])
    return await _in_their_seat(case, named)


async def _in_their_seat(case: Case, named: Named) -> Named:
    if not await sits_in_the_chair(case.session, case.concern, named.person_id):
        return named
    return Named(named.person_id, named.roles | {Recipient.PANEL_CHAIR.value}, chairs=True)


async def _sees(case: Case, named: Named) -> bool:
    """Whether the person for whom a system speaks could have called themselves."""
    readers = await readers_of_person(case.session, case.concern.partnership_id, named.person_id)
    return any([await is_visible(case.session, binds, case.concern.id) for binds in readers])


async def person_behind(
    session: Session,
    partnership_id: UUID,
    principal: Principal,
    by_person_id: UUID | None,
    *,
    besides: Sequence[Fault] = (),
) -> Named:
    """The person behind a call. Refused when a system names nobody, or somebody who is not of the partnership.

    `besides` is what else is wrong with the call, so that a refusal names all of it.
    """
    if principal.person_id is not None:
        if by_person_id not in (None, principal.person_id):
            words = "A person acts for themselves; leave it out."
            raise Invalid([Fault("/by_person_id", "not_you", words), *besides])
        return Named(principal.person_id, principal.roles)
    if by_person_id is None:
        words = "Say which person acts; a system does not decide."
        raise Invalid([Fault("/by_person_id", "missing", words), *besides])
    roles = await roles_of_person(session, partnership_id, by_person_id)
    if roles is None:
        words = "There is no such person in this partnership."
        raise Invalid([Fault("/by_person_id", "unknown_reference", words), *besides])
    return Named(by_person_id, frozenset(roles))
