"""On whose behalf hubs are changed, and who may do what."""

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from services.hubs.models.hubs import Hub
from services.hubs.queries.visibility import ROLES_FOR_AN_ORGANISATION, acting_for
from shared.auth.principal import Principal
from shared.errors import Forbidden
from shared.imports.kinds import ImportScope

STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: for which partnership, as whom, and whether in a role that arranges hubs.

    Those who arrange are the partnership's office, systems of its members, and people who act for their organisation.
    """

    tenant: UUID
    subject: str
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    wide: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """The caller as an author. Refused when the token names no partnership."""
        return cls(
            principal.tenant,
            principal.subject,
            acting_for(principal),
            principal.person_id,
            principal.partnership_wide,
            principal.roles,
        )

    @classmethod
    def of_import(cls, scope: ImportScope) -> Self:
        """The sender of an import as an author."""
        return cls(scope.tenant, scope.client_id, scope.organisation_id, wide=scope.wide)

    @property
    def arranges(self) -> bool:
        """Whether hubs, places and plans are this author's to decide."""
        return self.wide or self.person_id is None or bool(self.roles & ROLES_FOR_AN_ORGANISATION)

    def must_arrange(self) -> None:
        """Refuse those who do not arrange hubs."""
        if not self.arranges:
            raise Forbidden(
                "not_an_arranger", "Hubs, places and plans are arranged by coordinators and the office."
            )

    def must_arrange_for(self, organisation_id: UUID) -> None:
        """Refuse those who do not arrange hubs, or arrange them for another organisation than this one."""
        self.must_arrange()
        if not self.wide and self.organisation_id != organisation_id:
            raise Forbidden("not_your_organisation", "You arrange hubs for people of your own organisation.")

    def must_lead(self, hub: Hub, *, covered_by: UUID | None = None) -> None:
        """Refuse those who neither facilitate the hub (or cover this session of it) nor arrange hubs."""
        leaders = {hub.facilitator_person_id, hub.co_facilitator_person_id, covered_by}
        if not self.arranges and (self.person_id is None or self.person_id not in leaders):
            raise Forbidden(
                "not_the_facilitator", "This is for the hub's facilitator and for those who arrange hubs."
            )

    def must_be_student(self) -> UUID:
        """The student who writes; refuse everybody else: reflections are written by students."""
        if self.person_id is None or STUDENT not in self.roles:
            raise Forbidden("not_a_student", "Reflections are written by students, for themselves.")
        return self.person_id
