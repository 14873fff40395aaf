"""What can be imported into the register: educators, and all kinds of evidence about them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.operations.authors import Author
from services.educators.operations.educators import Entry, take_over
from services.educators.operations.evidence_files import apply_evidence
from services.educators.operations.rows import (
    ActiveRoleRow,
    CpdRow,
    DevelopmentPlanRow,
    EducatorRow,
    EvidenceRow,
    LearnerEpisodeRow,
    ManagerCheckInRow,
    QualificationRow,
    RegistrationCheckRow,
    SupportEpisodeRow,
    UnavailabilityRow,
)
from shared.errors import Fault
from shared.imports.kinds import Applied, ImportKind, ImportScope, Row

OrganisationsNamed = Callable[[UUID, str, Sequence[str]], Awaitable[Mapping[str, UUID]]]
"""(partnership, system, names) -> the organisations these names stand for."""

EVIDENCE: Mapping[str, type[EvidenceRow]] = {
    "qualifications": QualificationRow,
    "support-episodes": SupportEpisodeRow,
    "learner-episodes": LearnerEpisodeRow,
    "active-roles": ActiveRoleRow,
    "cpd-records": CpdRow,
    "manager-check-ins": ManagerCheckInRow,
    "registration-checks": RegistrationCheckRow,
    "unavailability": UnavailabilityRow,
    "development-plans": DevelopmentPlanRow,
}
"""The kinds of evidence that come as files."""


def kinds(organisations_named: OrganisationsNamed) -> dict[str, ImportKind[Any]]:
    """The kinds of files this service takes; `organisations_named` asks the placements service."""

    async def ask_organisations(scope: ImportScope, rows: Sequence[Row[EducatorRow]]) -> Mapping[str, UUID]:
        names = sorted({row.data.organisation for row in rows})
        return await organisations_named(scope.tenant, scope.system, names)

    educators: ImportKind[Any] = ImportKind(
        "educators", EducatorRow, _name_of, apply_educators, ask_organisations
    )
    evidence: list[ImportKind[Any]] = [
        ImportKind(name, row, _key_of, apply_evidence) for name, row in EVIDENCE.items()
    ]
    return {kind.name: kind for kind in (educators, *evidence)}


def _name_of(row: EducatorRow) -> str:
    return row.external_id


def _key_of(row: EvidenceRow) -> object:
    return row.key


async def apply_educators(
    session: AsyncSession,
    scope: ImportScope,
    rows: Sequence[Row[EducatorRow]],
    organisations: Mapping[str, UUID],
    now: datetime,
) -> list[Applied]:
    """Make or change an educator for each row."""
    entries = {
        row.number: _entry(row.data, organisations[row.data.organisation])
        for row in rows
        if row.data.organisation in organisations
    }
    author = Author.of_import(scope)
    results = await take_over(session, author, scope.system, list(entries.values()), now)
    applied = dict(zip(entries, results, strict=True))
    return [applied.get(row.number, _UNKNOWN_ORGANISATION) for row in rows]


_UNKNOWN_ORGANISATION = Applied(
    "invalid",
    None,
    (Fault("/organisation", "unknown_organisation", "No organisation is known by this external id."),),
)


def _entry(row: EducatorRow, organisation_id: UUID) -> Entry:
    given = row.model_dump(exclude_unset=True, exclude={"external_id", "organisation"})
    always = {"mode": row.mode, "employment": row.employment}
    return Entry({**always, **given, "organisation_id": organisation_id}, row.external_id)
