"""On whose behalf the partnership's data is changed: a caller's, or an import's."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from services.placements.queries.visibility import acting_for
from shared.auth.principal import Principal
from shared.imports.kinds import ImportScope


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: for which partnership, for which organisation if for one, and whether for the whole partnership.

    The office (`wide`) writes everything; an organisation writes what is its own. Names of other systems are remembered as
    the author's: an organisation's own, or the partnership's.
    """

    tenant: UUID
    organisation_id: UUID | None
    wide: bool

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """The caller as an author. Refused when the token names no partnership."""
        return cls(principal.tenant, acting_for(principal), principal.partnership_wide)

    @classmethod
    def of_import(cls, scope: ImportScope) -> Self:
        """The sender of an import as an author."""
        return cls(scope.tenant, scope.organisation_id, scope.wide)

    def may_write(self, owner: UUID | None) -> bool:
        """Whether something of this owner (None: of the partnership itself) is the author's to write."""
        return self.wide or (owner is not None and owner == self.organisation_id)
