"""Everything a match run may use, read from one round; what educators may do is asked elsewhere and handed in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.placements.domain.eligibility import Eligibility
from services.placements.domain.matching.codes import (
    ConflictKind,
    PreferenceKind,
)
from services.placements.domain.matching.inputs import (
    ConflictInput,
    MatchInputs,
    OfferInput,
    PreferenceInput,
    PreviousInput,
    RequestInput,
)
from services.placements.domain.rounds import rules_of
from services.placements.domain.vocabulary import RequestStatus
from services.placements.models.offers import Offer
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student

_NO_EDUCATOR = "no_educator"
_UNKNOWN_EDUCATOR = "unknown_educator"


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round as it stands: its rules and window, offers with settings, open requests with universities."""

    round: "Row[Any]"
    offers: Sequence["Row[Any]"]
    requests: Sequence["Row[Any]"]

    @property
    def educators(self) -> frozenset[UUID]:
        """All educators proposed for the round's offers."""
        return frozenset(offer.educator_id for offer in self.offers if offer.educator_id is not None)


_ROUND = Round.__table__.c
_OFFERS = select(
    Offer.__table__,
    Setting.organisation_id,
    Setting.directorate,
    Setting.service_area,
    Setting.locality,
    Setting.is_statutory,
    Setting.is_frontline,
    Setting.latitude,
    Setting.longitude,
).join(Setting, Setting.id == Offer.setting_id)
_REQUESTS = select(Request.__table__, Student.organisation_id).join(Student, Student.id == Request.student_id)


async def round_facts(connection: AsyncConnection, partnership_id: UUID, round_id: UUID) -> RoundFacts:
    """Read a round in three statements."""
    of_round = select(Round.__table__).where(_ROUND.partnership_id == partnership_id, _ROUND.id == round_id)
    offers = _OFFERS.where(Offer.partnership_id == partnership_id, Offer.round_id == round_id)
    requests = _REQUESTS.where(
        Request.partnership_id == partnership_id,
        Request.round_id == round_id,
        Request.status == RequestStatus.OPEN.value,
    )
    return RoundFacts(
        (await connection.execute(of_round)).one(),
        (await connection.execute(offers.order_by(Offer.id))).all(),
        (await connection.execute(requests.order_by(Request.id))).all(),
    )


def inputs_of(facts: RoundFacts, decided: Mapping[UUID, Eligibility]) -> MatchInputs:
    """The frozen inputs of a run: the round's facts, and what the educators service decided about each educator."""
    return MatchInputs(
        rules=rules_of(facts.round.id, facts.round.rules),
        offers=tuple(_offer(row, facts.round, decided) for row in facts.offers),
        requests=tuple(_request(row) for row in facts.requests),
    )


def _offer(row: "Row[Any]", of_round: "Row[Any]", decided: Mapping[UUID, Eligibility]) -> OfferInput:
    eligible, reasons, seats = _educator(row.educator_id, decided)
    return OfferInput(
        id=str(row.id),
        setting_id=str(row.setting_id),
        organisation_id=str(row.organisation_id),
        directorate=row.directorate,
        service_area=row.service_area,
        locality=row.locality or "",
        is_statutory=row.is_statutory,
        is_frontline=row.is_frontline,
        latitude=row.latitude,
        longitude=row.longitude,
        places=row.places,
        placement_levels=tuple(row.placement_levels),
        educator_id=str(row.educator_id) if row.educator_id else None,
        educator_seats=seats,
        educator_eligible=eligible,
        educator_reasons=reasons,
        requires_driver=row.requires_driver,
        clearances=tuple(row.clearances),
        accepts_adjustments=tuple(row.accepts_adjustments),
        pcf_domains=tuple(row.pcf_domains),
        starts_on=of_round.starts_on,
        ends_on=of_round.ends_on,
    )


def _educator(
    educator_id: UUID | None, decided: Mapping[UUID, Eligibility]
) -> tuple[bool, tuple[str, ...], int | None]:
    if educator_id is None:
        return False, (_NO_EDUCATOR,), None
    decision = decided.get(educator_id)
    if decision is None:
        return False, (_UNKNOWN_EDUCATOR,), None
    return decision.is_eligible, tuple(rule.code for rule in decision.blocks), decision.free_seats


def _request(row: "Row[Any]") -> RequestInput:
    return RequestInput(
        id=str(row.id),
        student_id=str(row.student_id),
        organisation_id=str(row.organisation_id),
        placement_level=row.placement_level,
        latitude=row.latitude,
        longitude=row.longitude,
        can_drive=row.can_drive,
        preferences=tuple(
            PreferenceInput(rank=p["rank"], kind=PreferenceKind(p["kind"]), value=p["value"])
            for p in row.preferences
        ),
        max_travel_minutes=row.max_travel_minutes,
        adjustments=tuple(row.adjustments),
        clearances=tuple(row.clearances),
        conflicts=tuple(ConflictInput(kind=ConflictKind(c["kind"]), id=c["id"]) for c in row.conflicts),
        previous=tuple(_previous(row.previous)),
    )


def _previous(previous: Iterable[Mapping[str, Any]]) -> Iterable[PreviousInput]:
    for each in previous:
        yield PreviousInput(
            setting_id=each.get("setting_id") or "",
            organisation_id=each.get("organisation_id") or "",
            directorate=each.get("directorate") or "",
            is_statutory=bool(each.get("is_statutory")),
        )
