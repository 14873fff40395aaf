"""Who is told: roles become people at the moment a step fires, and a missing person is noticed then."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.placements.domain.escalation.codes import SEEN_FROM_THE_OWNER, PlacementSide, Recipient
from services.placements.domain.escalation.policy import LevelRule, Policy
from services.placements.domain.vocabulary import ConcernAbout


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who can be told, in the role in which they are. Without an address they cannot be reached."""

    id: UUID
    role: Recipient
    has_address: bool
    deputy: "Somebody | None" = None
    organisation_id: UUID | None = None

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


TRAINED = (Recipient.DISCRIMINATION_LEAD, Recipient.SAFETY_LEAD)
"""Roles of people trained to hear what is said about a side; they never belong to that side."""

OF_SIDE: Mapping[PlacementSide, frozenset[Recipient]] = {
    PlacementSide.HOST: frozenset({Recipient.PRACTICE_EDUCATOR, Recipient.ON_SITE_SUPERVISOR}),
    PlacementSide.UNIVERSITY: frozenset({Recipient.TUTOR}),
}
"""Roles that stand on a side of the placement, whomever they work for."""


def side_of(route: str) -> PlacementSide | None:
    """The side that a route is kept from; None where it is kept from none, or from both."""
    side = route.partition(":")[2]
    return PlacementSide(side) if side else None


_LOOKED_FOR_AT: Mapping[PlacementSide, Recipient] = {
    PlacementSide.HOST: Recipient.PRACTICE_EDUCATION_LEAD,
    PlacementSide.UNIVERSITY: Recipient.COORDINATOR,
}
"""Roles whose people are looked for in the organisation of a side."""


def kept_from(route: str) -> frozenset[Recipient]:
    """The roles in which people belong to the side that a concern on this route is kept from."""
    side = side_of(route)
    return frozenset() if side is None else OF_SIDE[side] | {_LOOKED_FOR_AT[side]}


def fit_to_hear(
    roster: Roster, organisations: Mapping[PlacementSide, Collection[UUID]], route: str
) -> Roster:
    """The roster without the side that a report is about. Trained people belong to no side unless it is said which one it is.

    Where nobody trained is left, the programme managers stand in, who work for the partnership.
    """
    side = side_of(route)
    involved = {each for sides in organisations.values() for each in sides}
    barred = set(organisations[side]) if side else involved
    fit = {
        role: tuple(person for person in people if not (side and person.organisation_id in barred))
        for role, people in roster.items()
        if not side or role not in OF_SIDE[side]
    }
    if side:
        fit = {
            role: tuple(_without_deputy(person, barred) for person in people) for role, people in fit.items()
        }
    for role in TRAINED:
        trained = tuple(person for person in fit.get(role, ()) if person.organisation_id not in barred)
        fit[role] = trained or fit.get(Recipient.PROGRAMME_MANAGER, ())
    return fit


def _without_deputy(person: Somebody, barred: Collection[UUID]) -> Somebody:
    deputy = person.deputy
    return replace(person, deputy=None) if deputy and deputy.organisation_id in barred else person


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
