"""Whether a round can be matched as it stands: what is wrong with it, what to do about it, and where.

A `block` keeps a run from starting. A `warn` is something a coordinator should know before: the run does the best it can.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.placements.domain.matching.codes import PreferenceKind
from services.placements.domain.matching.holding import Lost
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput

BRITAIN = ((49.0, 61.5), (-9.0, 2.5))
"""Latitudes and longitudes, in degrees, between which a home or a setting of an English partnership lies."""


class Weight(StrEnum):
    """Whether a finding keeps a run from starting."""

    BLOCK = "block"
    WARN = "warn"


class Finding(StrEnum):
    """Everything that a check of the inputs can find."""

    NO_REQUESTS = "no_requests"
    NO_PLACES = "no_places"
    CONTRADICTION = "contradiction"
    EDUCATORS_SILENT = "educators_silent"
    REQUEST_IMPOSSIBLE = "request_impossible"
    NO_PREFERENCES = "no_preferences"
    PREFERENCE_WITHOUT_OFFER = "preference_without_offer"
    POSSIBLE_DUPLICATE = "possible_duplicate"
    OVERLAPPING_REQUEST = "overlapping_request"
    ALREADY_PLACED = "already_placed"
    SELF_SOURCED_NOT_POSSIBLE = "self_sourced_not_possible"
    HOME_UNLIKELY = "home_unlikely"
    SETTING_LOCATION_UNLIKELY = "setting_location_unlikely"
    OFFER_REPEATED = "offer_repeated"
    OFFER_WITHOUT_EDUCATOR = "offer_without_educator"
    EDUCATOR_NOT_ELIGIBLE = "educator_not_eligible"
    OFFER_FOR_NOBODY = "offer_for_nobody"


BLOCKS = frozenset({Finding.NO_REQUESTS, Finding.NO_PLACES, Finding.CONTRADICTION})
"""What keeps a run from starting. Silent educators do as well, where the round says so."""

ADVICE: Mapping[Finding, str] = {
    Finding.NO_REQUESTS: "There is nobody to place. Import or add the students' requests.",
    Finding.NO_PLACES: "There is no place to give. Turn stated capacity into offers, or import them.",
    Finding.CONTRADICTION: "The inputs contradict themselves. Correct what the codes name.",
    Finding.EDUCATORS_SILENT: "The educators service is silent. Try again, or let the round use its last known answers.",
    Finding.REQUEST_IMPOSSIBLE: "No offer is possible. Look at the rule that forbids most, or find one for this student.",
    Finding.NO_PREFERENCES: "The student has named no preference. Ask before the deadline.",
    Finding.PREFERENCE_WITHOUT_OFFER: "No offer of the round meets any of the preferences. Tell the student.",
    Finding.POSSIBLE_DUPLICATE: "Two students of one university have the same e-mail address. Merge or correct them.",
    Finding.OVERLAPPING_REQUEST: "The student has an open request in another round at the same time. Withdraw one of them.",
    Finding.ALREADY_PLACED: "The student has a placement in this time. End it, or withdraw or defer the request.",
    Finding.SELF_SOURCED_NOT_POSSIBLE: "The place the student found cannot be theirs: a rule or a limit forbids it.",
    Finding.HOME_UNLIKELY: "The home is not in Great Britain. Correct its location, or no journey is right.",
    Finding.SETTING_LOCATION_UNLIKELY: "The setting is not in Great Britain. Correct its location, or no journey is right.",
    Finding.OFFER_REPEATED: "The setting offers twice with the same educator. Keep one offer, with all its places.",
    Finding.OFFER_WITHOUT_EDUCATOR: "The offer proposes no practice educator, so it takes nobody. Name one.",
    Finding.EDUCATOR_NOT_ELIGIBLE: "Its practice educator may not take a placement now. See the reasons, or name another.",
    Finding.OFFER_FOR_NOBODY: "No open request is at a level the offer accepts. Correct its levels.",
}
"""What to do about each finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing found: about what (`kind` and id of a resource), and codes that say more."""

    finding: Finding
    weight: Weight
    kind: str
    id: str
    codes: tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.finding]

    @property
    def where(self) -> str:
        """Where to do it: a path of this API."""
        return f"/v1/{self.kind}/{self.id}"


def item(finding: Finding, kind: str, id_: str, codes: Iterable[str] = ()) -> Item:
    """One finding, with the weight it always has."""
    weight = Weight.BLOCK if finding in BLOCKS else Weight.WARN
    return Item(finding=finding, weight=weight, kind=kind, id=id_, codes=tuple(codes))


def silent(round_id: str, *, refused: bool, as_of: datetime | None) -> Item:
    """The educators service does not answer: a block where the round wants no last known answers."""
    weight = Weight.BLOCK if refused else Weight.WARN
    codes = (f"as_of:{as_of.date().isoformat()}",) if as_of else ()
    return Item(finding=Finding.EDUCATORS_SILENT, weight=weight, kind="rounds", id=round_id, codes=codes)


def counted(round_id: str, requests: int, places: int) -> Iterator[Item]:
    """What a run cannot do without."""
    if not requests:
        yield item(Finding.NO_REQUESTS, "rounds", round_id)
    if not places:
        yield item(Finding.NO_PLACES, "rounds", round_id)


def looked_through(inputs: MatchInputs) -> Iterator[Item]:
    """What can be told from the inputs alone, request by request and offer by offer."""
    levels = {request.placement_level for request in inputs.requests}
    offered = _names(inputs.offers)
    for request in inputs.requests:
        yield from _of_request(request, offered)
    teams = Counter((offer.setting_id, offer.educator_id) for offer in inputs.offers)
    for offer in inputs.offers:
        yield from _of_offer(offer, levels, teams[offer.setting_id, offer.educator_id])


def not_possible(lost: Iterable[Lost]) -> Iterator[Item]:
    """Places that students found and cannot have."""
    for each in lost:
        codes = (*each.rules, *(f"full:{limit.kind}" for limit in each.limits))
        yield item(Finding.SELF_SOURCED_NOT_POSSIBLE, "requests", each.request_id, codes)


def impossible(found: Mapping[str, Mapping[str, Any]]) -> Iterator[Item]:
    """Requests without any possible offer, with the rules that forbid them, the one that forbids most first."""
    for request_id, rules in sorted(found.items()):
        order = sorted(rules, key=lambda code: (-rules[code], code))
        yield item(Finding.REQUEST_IMPOSSIBLE, "requests", request_id, order)


def _of_request(request: RequestInput, offered: Mapping[str, frozenset[str]]) -> Iterator[Item]:
    if not request.preferences:
        yield item(Finding.NO_PREFERENCES, "requests", request.id)
    elif not any(each.value in offered[each.kind] for each in request.preferences):
        yield item(Finding.PREFERENCE_WITHOUT_OFFER, "requests", request.id)
    if _far_away(request.latitude, request.longitude):
        yield item(Finding.HOME_UNLIKELY, "requests", request.id)


def _of_offer(offer: OfferInput, levels: set[str], times: int) -> Iterator[Item]:
    if offer.educator_id is None:
        yield item(Finding.OFFER_WITHOUT_EDUCATOR, "offers", offer.id)
    elif not offer.educator_eligible:
        yield item(Finding.EDUCATOR_NOT_ELIGIBLE, "offers", offer.id, offer.educator_reasons)
    if times > 1 and offer.educator_id is not None:
        yield item(Finding.OFFER_REPEATED, "offers", offer.id)
    if levels and not levels & set(offer.placement_levels):
        yield item(Finding.OFFER_FOR_NOBODY, "offers", offer.id)
    if _far_away(offer.latitude, offer.longitude):
        yield item(Finding.SETTING_LOCATION_UNLIKELY, "settings", offer.setting_id)


_NAMED: Mapping[PreferenceKind, Callable[[OfferInput], str]] = {
    PreferenceKind.OFFER: lambda offer: offer.id,
    PreferenceKind.SETTING: lambda offer: offer.setting_id,
    PreferenceKind.SERVICE_AREA: lambda offer: offer.service_area,
    PreferenceKind.DIRECTORATE: lambda offer: offer.directorate,
    PreferenceKind.LOCALITY: lambda offer: offer.locality,
}


def _names(offers: Iterable[OfferInput]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(map(name, offers)) for kind, name in _NAMED.items()}


def _far_away(latitude: float, longitude: float) -> bool:
    (south, north), (west, east) = BRITAIN
    return not (south <= latitude <= north and west <= longitude <= east)
