"""Everything a match run may use, read from one round; what educators may do is asked elsewhere and handed in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from services.placements.domain.eligibility import Eligibility
from services.placements.domain.matching.codes import (
    ConflictKind,
    PreferenceKind,
)
from services.placements.domain.matching.holding import Holding, hold
from services.placements.domain.matching.inputs import (
    ConflictInput,
    Held,
    MatchInputs,
    OfferInput,
    PreferenceInput,
    PreviousInput,
    RequestInput,
    RoundRules,
)
from services.placements.domain.proposals import LIVE, LOSES_THE_PLACE
from services.placements.domain.rounds import rules_of
from services.placements.domain.vocabulary import PlacementStatus, ProposalStatus, RequestStatus
from services.placements.models.offers import Offer
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.queries.audits import audit_allows

_NO_EDUCATOR = "no_educator"
_UNKNOWN_EDUCATOR = "unknown_educator"


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round as it stands: its rules and window, offers with settings, open requests with universities."""

    round: "Row[Any]"
    offers: Sequence["Row[Any]"]
    requests: Sequence["Row[Any]"]
    proposals: Sequence["Row[Any]"] = ()
    """Those of the published result, for a repair."""

    @property
    def educators(self) -> frozenset[UUID]:
        """All educators proposed for the round's offers."""
        return frozenset(offer.educator_id for offer in self.offers if offer.educator_id is not None)

    @property
    def settled(self) -> Sequence["Row[Any]"]:
        """Proposals that became binding placements: no business of matching any more, but for the places they take."""
        return [each for each in self.proposals if each.placement_status in SEATED]

    @property
    def agreed(self) -> tuple[Held, ...]:
        """What both sides have accepted and nobody has confirmed yet."""
        return tuple(
            _place(each) for each in self.proposals if each.placement_status == PlacementStatus.PROPOSED
        )

    @property
    def live(self) -> tuple[Held, ...]:
        """Who is asked or agreed, but for what is settled, and for placements that were cancelled."""
        awaited = (None, PlacementStatus.PROPOSED)
        there = (p for p in self.proposals if p.status in LIVE and p.placement_status in awaited)
        return tuple(map(_place, there))

    @property
    def baseline(self) -> str:
        """A hash that differs once anything has changed that a repair rests on."""
        rows = (*self.offers, *self.requests, *self.proposals)
        seen = [str(self.round.version), *(f"{row.id}:{row.version}" for row in rows)]
        seen += [f"{each.id}:{each.placement_status}" for each in self.proposals]
        seen += [f"{each.id}:audit" for each in self.offers if not each.audit_allows]
        return hashlib.sha256("\n".join(seen).encode("ascii")).hexdigest()


_ROUND = Round.__table__.c
_SECOND = aliased(Setting)
_OFFERS = (
    select(
        Offer.__table__,
        Setting.organisation_id,
        Setting.directorate,
        Setting.service_area,
        Setting.locality,
        Setting.is_statutory,
        Setting.is_frontline,
        Setting.latitude,
        Setting.longitude,
        _SECOND.organisation_id.label("second_organisation_id"),
        and_(audit_allows(Offer.setting_id), audit_allows(Offer.second_setting_id)).label("audit_allows"),
    )
    .join(Setting, Setting.id == Offer.setting_id)
    .outerjoin(_SECOND, _SECOND.id == Offer.second_setting_id)
)
_REQUESTS = select(Request.__table__, Student.organisation_id).join(Student, Student.id == Request.student_id)


_PROPOSALS = (
    select(
        Proposal.id,
        Proposal.version,
        Proposal.request_id,
        Proposal.offer_id,
        Proposal.setting_id,
        Proposal.educator_id,
        Proposal.status,
        Proposal.decline_reason,
        Placement.status.label("placement_status"),
    )
    .join(Round, Round.published_run_id == Proposal.run_id)
    .outerjoin(Placement, Placement.id == Proposal.placement_id)
    .where(Proposal.status.in_((*LIVE, ProposalStatus.DECLINED.value)))
    .order_by(Proposal.id)
)
SEATED = frozenset({"confirmed", "active", "paused", "suspended"})
"""Statuses of a placement for which the educators service holds a seat."""


async def published_facts(connection: AsyncConnection, partnership_id: UUID, round_id: UUID) -> RoundFacts:
    """Read a round whose result is published, with the answers so far."""
    facts = await round_facts(connection, partnership_id, round_id)
    proposals = _PROPOSALS.where(Round.partnership_id == partnership_id, Round.id == round_id)
    found: Any = (await connection.execute(proposals)).all()
    return replace(facts, proposals=found)


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


def inputs_of(facts: RoundFacts, decided: Mapping[UUID, Eligibility]) -> tuple[MatchInputs, Holding]:
    """The frozen inputs of a run, from the round's facts and what the educators service decided about each educator.

    What both sides have agreed stays, and a self-sourced place is its student's, as long as every rule and limit allows it;
    what cannot stay is told. Nobody else ever gets a place that is reserved. Binding placements are left out, with the places
    they take; their educators' seats are not free any more in the educators service either.
    """
    placed = {each.request_id for each in facts.settled}
    declined = _declined(facts)
    taken = Counter(each.offer_id for each in facts.settled)
    inputs = MatchInputs(
        rules=_less(rules_of(facts.round.id, facts.round.rules), facts, taken),
        offers=tuple(_offer(row, facts.round, decided, taken[row.id]) for row in facts.offers),
        requests=tuple(
            _request(row, declined.get(row.id, ())) for row in facts.requests if row.id not in placed
        ),
    )
    reserved = {str(o.id): str(o.reserved_for_request_id) for o in facts.offers if o.reserved_for_request_id}
    holding = hold(inputs, (*facts.agreed, *_self_sourced(inputs, facts.agreed, reserved)))
    held = {each.offer_id for each in holding.held}
    offers = tuple(offer for offer in inputs.offers if offer.id not in reserved or offer.id in held)
    return replace(inputs, offers=offers, held=holding.held, previous=facts.live), holding


def _place(row: "Row[Any]") -> Held:
    return Held(request_id=str(row.request_id), offer_id=str(row.offer_id))


def _less(rules: RoundRules, facts: RoundFacts, taken: Mapping[UUID, int]) -> RoundRules:
    """The caps without the seats that binding placements take."""
    used: Counter[str] = Counter()
    for row in facts.offers:
        settings = {row.setting_id, row.second_setting_id} - {None}
        organisations = {row.organisation_id, row.second_organisation_id} - {None}
        for each in (*settings, *organisations):
            used[str(each)] += taken.get(row.id, 0)
    caps = tuple(replace(cap, seats=max(0, cap.seats - used[cap.id])) for cap in rules.caps)
    return replace(rules, caps=caps)


def _self_sourced(inputs: MatchInputs, agreed: Iterable[Held], reserved: Mapping[str, str]) -> Iterable[Held]:
    wanted = {each.id for each in inputs.requests} - {each.request_id for each in agreed}
    for offer_id, request_id in sorted(reserved.items()):
        if request_id in wanted:
            wanted.remove(request_id)
            yield Held(request_id=request_id, offer_id=offer_id)


def _declined(facts: RoundFacts) -> dict[UUID, tuple[ConflictInput, ...]]:
    """Where one side has declined a student for a reason between the two, the setting is not asked again."""
    settings: dict[UUID, set[str]] = {}
    for each in facts.proposals:
        if each.status == ProposalStatus.DECLINED and each.decline_reason not in LOSES_THE_PLACE:
            settings.setdefault(each.request_id, set()).add(str(each.setting_id))
    return {
        request_id: tuple(ConflictInput(kind=ConflictKind.SETTING, id=each) for each in sorted(declining))
        for request_id, declining in settings.items()
    }


def _offer(
    row: "Row[Any]", of_round: "Row[Any]", decided: Mapping[UUID, Eligibility], taken: int
) -> OfferInput:
    eligible, reasons, seats = _educator(row.educator_id, decided)
    return OfferInput(
        id=str(row.id),
        setting_id=str(row.setting_id),
        organisation_id=str(row.organisation_id),
        second_setting_id=str(row.second_setting_id) if row.second_setting_id else None,
        second_organisation_id=str(row.second_organisation_id) if row.second_organisation_id else None,
        directorate=row.directorate,
        service_area=row.service_area,
        locality=row.locality or "",
        is_statutory=row.is_statutory,
        is_frontline=row.is_frontline,
        latitude=row.latitude,
        longitude=row.longitude,
        places=max(0, row.places - taken),
        placement_levels=tuple(row.placement_levels),
        educator_id=str(row.educator_id) if row.educator_id else None,
        educator_seats=seats,
        educator_eligible=eligible,
        educator_reasons=reasons,
        requires_driver=row.requires_driver,
        clearances=tuple(row.clearances),
        accepts_adjustments=tuple(row.accepts_adjustments),
        pcf_domains=tuple(row.pcf_domains),
        audit_allows=row.audit_allows,
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


def _request(row: "Row[Any]", declined: tuple[ConflictInput, ...]) -> RequestInput:
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
        conflicts=(
            *(ConflictInput(kind=ConflictKind(c["kind"]), id=c["id"]) for c in row.conflicts),
            *declined,
        ),
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
