"""The caller, as far as a checked token tells."""

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody or something with a valid access token (RFC 9068).

    `person_id` is the id of that person's own record: a student, a practice educator, or one of the people.
    It is set for people only. `partnership_id` is absent only for a sister service that follows the feeds of
    all partnerships.
    """

    subject: str
    client_id: str
    partnership_id: UUID | None
    organisation_id: UUID | None
    person_id: UUID | None
    roles: frozenset[str]
    scopes: frozenset[str]

    @property
    def tenant(self) -> UUID:
        """The partnership on whose behalf the caller acts; refused when the token names none."""
        if self.partnership_id is None:
            raise Forbidden("no_partnership", "This token is for no partnership; ask for one that names it.")
        return self.partnership_id

    @property
    def partnership_wide(self) -> bool:
        """Acts for the partnership as a whole (its office, its programme manager, a sister service)."""
        return "partnership" in self.roles

    @property
    def is_person(self) -> bool:
        """A person rather than a partner's system."""
        return self.person_id is not None

    def has(self, scope: str) -> bool:
        """Whether the token carries the scope."""
        return scope in self.scopes

    def binds(self) -> dict[str, object]:
        """What every visibility expression compares with: tenant, organisation, person, the wide reader."""
        return {
            "p_partnership": self.partnership_id,
            "p_organisation": self.organisation_id,
            "p_person": self.person_id,
            "p_wide": self.partnership_wide,
        }
