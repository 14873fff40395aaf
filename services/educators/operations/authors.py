"""On whose behalf the register is changed: a caller's, an import's, or nobody's but the partnership's own."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from services.educators.models.educators import Educator
from services.educators.queries.educators import NOT_YOURS
from services.educators.queries.visibility import acting_for
from shared.auth.principal import Principal
from shared.errors import Forbidden
from shared.imports.kinds import ImportScope


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: for which partnership, for which organisation if for one, and whether for the whole partnership.

    The office (`wide`) writes everything; an organisation writes what is about its own educators. A person who is an
    educator writes what the rules take from anybody's own word, and nothing else.
    """

    tenant: UUID
    organisation_id: UUID | None
    wide: bool
    person_id: UUID | None = None

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """The caller as an author. Refused when the token names no partnership."""
        return cls(
            principal.tenant, acting_for(principal), principal.partnership_wide, person_id=principal.person_id
        )

    @classmethod
    def of_import(cls, scope: ImportScope) -> Self:
        """The sender of an import as an author."""
        return cls(scope.tenant, scope.organisation_id, scope.wide)

    def binds(self) -> dict[str, object]:
        """What the expressions of visibility compare with, for changes to what the author sees."""
        return {
            "p_partnership": self.tenant,
            "p_organisation": self.organisation_id,
            "p_person": self.person_id,
            "p_wide": self.wide,
        }

    def may_write_for(self, organisation_id: UUID) -> bool:
        """Whether this organisation's educators are the author's to write."""
        return self.wide or organisation_id == self.organisation_id

    def expect_may_write(self, educator: Educator, *, own_word: bool = False) -> None:
        """Refuse when the educator is not the author's to write; with `own_word` the educator in person may."""
        if self.may_write_for(educator.organisation_id) or (own_word and educator.id == self.person_id):
            return
        raise Forbidden(*NOT_YOURS)
