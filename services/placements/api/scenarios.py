"""Scenarios: what a what-if question may change, and how it becomes frozen inputs beside those of its base run."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, WithJsonSchema

from services.placements.api.shapes import SAMPLE_ID, Codes, Levels, Minutes
from services.placements.domain.matching.canonical import from_json, input_hash, to_json
from services.placements.domain.matching.codes import AimCode, ContrastFactor, RuleCode
from services.placements.domain.matching.faults import find_faults
from services.placements.domain.matching.inputs import MatchInputs, OfferInput
from services.placements.domain.matching.scenario import Scenario, WaiverInput, with_scenario
from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.operations.match_runs import Frozen
from services.placements.queries.scenarios import BaseRun, base_of, settings_of
from services.placements.wiring import Wiring
from shared.errors import Fault, Invalid, InvalidState, NotFound
from shared.http.wire import Wire, absent, like
from shared.ids import new_id

Places = Annotated[int, Field(ge=0, le=200)]
Ids = Annotated[list[UUID], Field(max_length=200)]


def _known(given: str) -> RuleCode:
    """The rule of this code. An enumeration's own words would repeat what was sent."""
    if given not in tuple(RuleCode):
        raise ValueError(f"must be one of {', '.join(RuleCode)}")
    return RuleCode(given)


HardRule = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "enum": [rule.value for rule in RuleCode]}),
]
"""A hard rule of matching. Its schema has no name of its own: escalation has rules, too."""


class AddedOffer(Wire):
    """Places that a setting might offer, with an eligible educator still to be found."""

    setting_id: UUID
    places: Places
    placement_levels: Levels
    requires_driver: bool = False
    clearances: Codes = Field(default_factory=list)
    accepts_adjustments: Codes = Field(default_factory=list)


class ChangedOffer(Wire):
    """An offer of the base run that would be different in the members given."""

    offer_id: UUID
    places: Places = absent()
    placement_levels: Levels = absent()
    requires_driver: bool = absent()
    clearances: Codes = absent()
    accepts_adjustments: Codes = absent()
    educator_eligible: bool = absent()
    audit_allows: bool = absent()


class WaivedRule(Wire):
    """A rule that would not hold for one request. A declared conflict is never waived."""

    request_id: UUID
    rule: HardRule


class NewAgreement(Wire):
    """A university and an organisation that would work together."""

    university_id: UUID
    organisation_id: UUID


class ChangedRules(Wire):
    """Rules of the round that would be different, in the members given."""

    travel_cap_minutes: Minutes | None = absent()
    statutory_required: bool = absent()
    contrast: Annotated[list[ContrastFactor], Field(max_length=3)] = absent()
    aims: Annotated[list[AimCode], Field(min_length=2, max_length=len(AimCode))] = absent()


class ScenarioIn(Wire):
    """What would be different from a run that is completed. Neither that run nor the round is touched."""

    model_config = like(
        base_run_id=SAMPLE_ID,
        change_offers=[{"offer_id": SAMPLE_ID, "places": 3}],
        rules={"travel_cap_minutes": 75},
    )

    base_run_id: UUID
    """The run whose frozen inputs are taken."""
    add_offers: Annotated[list[AddedOffer], Field(max_length=50)] = Field(default_factory=list)
    remove_offers: Ids = Field(default_factory=list)
    change_offers: Annotated[list[ChangedOffer], Field(max_length=200)] = Field(default_factory=list)
    without_educators: Ids = Field(default_factory=list)
    agreements: Annotated[list[NewAgreement], Field(max_length=200)] = Field(default_factory=list)
    waivers: Annotated[list[WaivedRule], Field(max_length=200)] = Field(default_factory=list)
    rules: ChangedRules = Field(default_factory=ChangedRules)


class ScenarioView(ScenarioIn):
    """What is different in a scenario run."""


async def frozen_scenario(wired: Wiring, tenant: UUID, round_id: UUID, asked: ScenarioIn) -> Frozen:
    """The inputs of the base run with the difference. Raises `Invalid` with every fault that can be found."""
    async with wired.db.read() as connection:
        base = await base_of(connection, tenant, round_id, asked.base_run_id)
        known = await settings_of(connection, tenant, {each.setting_id for each in asked.add_offers})
    if base is None:
        raise NotFound("match run of this round")
    if base.status != MatchRunStatus.COMPLETED:
        raise InvalidState("match run", base.status, [])
    # Reading the inputs of a national round takes about a second: other requests go on meanwhile.
    return await asyncio.to_thread(_frozen, asked, base, known)


def _frozen(asked: ScenarioIn, base: BaseRun, settings: Mapping[UUID, Mapping[str, Any]]) -> Frozen:
    faults = [*_repeated("change_offers", [each.offer_id for each in asked.change_offers])]
    faults += [
        Fault(f"/scenario/add_offers/{at}/setting_id", "unknown_setting", "There is no such setting.")
        for at, each in enumerate(asked.add_offers)
        if each.setting_id not in settings
    ]
    added = tuple(
        _added(each, settings[each.setting_id], base)
        for each in asked.add_offers
        if each.setting_id in settings
    )
    before = from_json(base.inputs or "")
    try:
        inputs = with_scenario(before, _scenario(asked, added))
    except Invalid as refused:
        raise Invalid([*faults, *refused.faults]) from None
    faults += _contradictions(before, inputs)
    if faults:
        raise Invalid(faults)
    return Frozen(to_json(inputs), input_hash(inputs))


def _repeated(member: str, ids: Iterable[UUID]) -> Iterator[Fault]:
    if any(count > 1 for count in Counter(ids).values()):
        yield Fault(f"/scenario/{member}", "said_twice", "Name each only once.")


def _contradictions(before: MatchInputs, inputs: MatchInputs) -> list[Fault]:
    """What the difference itself brought; a base run that could be matched has none."""
    known = set(find_faults(before))
    codes = sorted({fault.code for fault in find_faults(inputs) if fault not in known})
    return [
        Fault("/scenario", code, "With this difference the inputs contradict themselves.") for code in codes
    ]


def _scenario(asked: ScenarioIn, added: tuple[OfferInput, ...]) -> Scenario:
    return Scenario(
        added_offers=added,
        removed_offers=tuple(map(str, asked.remove_offers)),
        changed_offers={
            str(each.offer_id): _members(each.model_dump(exclude_unset=True, exclude={"offer_id"}))
            for each in asked.change_offers
        },
        without_educators=tuple(map(str, asked.without_educators)),
        agreements=tuple((str(each.university_id), str(each.organisation_id)) for each in asked.agreements),
        waivers=tuple(
            WaiverInput(request_id=str(each.request_id), rule=RuleCode(each.rule)) for each in asked.waivers
        ),
        rules=_members(asked.rules.model_dump(exclude_unset=True)),
    )


def _members(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def _added(offer: AddedOffer, setting: Mapping[str, Any], base: BaseRun) -> OfferInput:
    return OfferInput(
        id=str(new_id()),
        setting_id=str(setting["id"]),
        organisation_id=str(setting["organisation_id"]),
        directorate=setting["directorate"],
        service_area=setting["service_area"],
        locality=setting["locality"] or "",
        is_statutory=setting["is_statutory"],
        is_frontline=setting["is_frontline"],
        latitude=setting["latitude"],
        longitude=setting["longitude"],
        places=offer.places,
        placement_levels=tuple(offer.placement_levels),
        requires_driver=offer.requires_driver,
        clearances=tuple(offer.clearances),
        accepts_adjustments=tuple(offer.accepts_adjustments),
        starts_on=base.starts_on,
        ends_on=base.ends_on,
    )
