"""Who may do what with a concern: a named person, in a role that the policy lets decide at the level."""

from collections.abc import Collection

from services.placements.domain.escalation.codes import Recipient
from services.placements.domain.escalation.policy import LevelRule, Policy
from services.placements.domain.vocabulary import ROLES_FOR_AN_ORGANISATION, ConcernAbout
from shared.errors import Forbidden

OFFICE = "partnership"
"""The role of those who act for the whole partnership."""


def refuse_unless_deciding(
    policy: Policy, level: LevelRule, about: ConcernAbout, roles: Collection[str]
) -> str:
    """The role in which somebody may decide about a concern at a level; refused when they have none that may."""
    route = policy.routes.get(about)
    may = (
        {route.owner, *route.told} - {Recipient.STUDENT}
        if route
        else {*level.decides, policy.owner(level, about)}
    )
    found = sorted(role for role in may if role in roles)
    if found:
        return found[0]
    if OFFICE in roles:
        return OFFICE
    names = ", ".join(sorted(may))
    raise Forbidden("not_your_decision", f"At this level it is decided by: {names}.", roles=sorted(may))


def refuse_unless_acting_for_many(roles: Collection[str]) -> str:
    """The role in which somebody acts for an organisation or the partnership; refused when they have none."""
    found = sorted({*ROLES_FOR_AN_ORGANISATION, OFFICE} & {*roles})
    if found:
        return found[0]
    names = ", ".join(sorted(ROLES_FOR_AN_ORGANISATION))
    raise Forbidden(
        "not_your_decision", f"It is decided by: {names}.", roles=sorted(ROLES_FOR_AN_ORGANISATION)
    )


def refuse_unless_told(policy: Policy, level: LevelRule, about: ConcernAbout, roles: Collection[str]) -> str:
    """The role in which somebody may take a concern in hand: any in which they are told of it, except the student's."""
    may = {*policy.told(level, about), *level.decides} - {Recipient.STUDENT}
    if about in policy.routes:
        may = {*policy.told(level, about)} - {Recipient.STUDENT}
    found = sorted(role for role in may if role in roles)
    if found:
        return found[0]
    if OFFICE in roles:
        return OFFICE
    names = ", ".join(sorted(may))
    words = f"At this level it is taken in hand by: {names}. The student can answer with a statement."
    raise Forbidden("not_your_concern", words, roles=sorted(may))
