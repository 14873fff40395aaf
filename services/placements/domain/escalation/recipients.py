"""Who is told: roles become people at the moment a step fires, and a missing person is noticed then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.placements.domain.escalation.codes import SEEN_FROM_THE_OWNER, Recipient
from services.placements.domain.escalation.policy import LevelRule, Policy
from services.placements.domain.vocabulary import ConcernAbout


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who can be told, in the role in which they are. Without an address they cannot be reached."""

    id: UUID
    role: Recipient
    has_address: bool
    deputy: "Somebody | None" = None

    @property
    def is_student(self) -> bool:
        """Whether it is the student of the placement."""
        return self.role is Recipient.STUDENT


Roster = Mapping[Recipient, tuple[Somebody, ...]]
"""Everybody who has a role around one placement."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told, each person once, and the roles for which nobody could be reached."""

    people: tuple[Somebody, ...]
    missing: tuple[Recipient, ...]


def reachable(roster: Roster, role: Recipient) -> tuple[Somebody, ...]:
    """The people in a role who have an address; where none has, their deputies."""
    people = roster.get(role, ())
    direct = tuple(person for person in people if person.has_address)
    return direct or tuple(person.deputy for person in people if person.deputy and person.deputy.has_address)


def find(
    policy: Policy, level: LevelRule, about: ConcernAbout, wanted: Iterable[Recipient], roster: Roster
) -> Told:
    """The people behind the wanted recipients at a level. Somebody with two roles is told in the first.

    A concern with a route of its own reaches nobody outside it, whatever the ladder says.
    """
    people: dict[UUID, Somebody] = {}
    missing: list[Recipient] = []
    route = policy.routes.get(about)
    within = None if route is None else {*route.told, *SEEN_FROM_THE_OWNER}
    for recipient in wanted:
        if within is not None and recipient not in within:
            continue
        found = _behind(policy, policy.owner(level, about), recipient, roster)
        if not found and recipient is not Recipient.DEPUTY:
            missing.append(recipient)
        for person in found:
            people.setdefault(person.id, person)
    return Told(tuple(people.values()), tuple(missing))


def _behind(policy: Policy, owner: Recipient, wanted: Recipient, roster: Roster) -> tuple[Somebody, ...]:
    if wanted is Recipient.OWNER:
        return reachable(roster, owner)
    if wanted is Recipient.OWNERS_LEAD:
        return reachable(roster, policy.leads.get(owner, Recipient.PROGRAMME_MANAGER))
    if wanted is Recipient.DEPUTY:
        deputies = (person.deputy for person in roster.get(owner, ()))
        return tuple(deputy for deputy in deputies if deputy and deputy.has_address)
    return reachable(roster, wanted)
