"""What a match run is told: everything it may use, and nothing that says who a student is or how they identify.

All values are frozen before a run starts. Ids are opaque strings that stay the same between runs, because the
lottery hangs on them. No demographic field exists here, so none can reach a rule.
"""

from dataclasses import dataclass
from datetime import date

from services.placements.domain.matching.codes import (
    DEFAULT_AIMS,
    AimCode,
    ConflictKind,
    ContrastFactor,
    LimitKind,
    PreferenceKind,
    RuleCode,
)


def _one_or_two(first: str, second: str | None) -> tuple[str, ...]:
    return (first,) if second is None or second == first else (first, second)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferInput:
    """A dated, countable place of a setting. Latitude and longitude are degrees (WGS 84) of the setting.

    `educator_seats` is how many students the proposed educator may have at once over *all* their offers; None
    means that no such number is known. `educator_reasons` are the codes the educators service gave for its
    answer. `accepts_adjustments` are the adjustments the setting can make. An integrated offer takes place in a
    second setting as well and counts in both settings and both organisations.
    """

    id: str
    setting_id: str
    organisation_id: str
    directorate: str
    service_area: str
    locality: str
    is_statutory: bool
    is_frontline: bool
    latitude: float
    longitude: float
    places: int
    placement_levels: tuple[str, ...]
    educator_id: str | None = None
    educator_seats: int | None = None
    educator_eligible: bool = True
    educator_reasons: tuple[str, ...] = ()
    requires_driver: bool = False
    clearances: tuple[str, ...] = ()
    accepts_adjustments: tuple[str, ...] = ()
    pcf_domains: tuple[str, ...] = ()
    audit_allows: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    second_setting_id: str | None = None
    second_organisation_id: str | None = None

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings of the offer: one, or two different ones where it is integrated."""
        return _one_or_two(self.setting_id, self.second_setting_id)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations of the offer: one, or two different ones where it is integrated."""
        return _one_or_two(self.organisation_id, self.second_organisation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceInput:
    """One choice. Rank 1 is the best, choices may share a rank; `value` is the id or name the kind speaks of."""

    rank: int
    kind: PreferenceKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictInput:
    """An organisation, setting or educator with whom this student must not be placed."""

    kind: ConflictKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousInput:
    """A placement the student has already had."""

    setting_id: str
    organisation_id: str
    directorate: str
    is_statutory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInput:
    """A student's need for one placement. `organisation_id` is the university; latitude and longitude are of the home.

    `max_travel_minutes` is the student's own limit one way, None for none. `adjustments` say what a setting
    must be able to do, never why. `clearances` are those the student holds. The student can start on
    `available_from` and must have ended by `available_until`; None leaves that end open. The rules in `waived`
    do not hold for this request.
    """

    id: str
    student_id: str
    organisation_id: str
    placement_level: str
    latitude: float
    longitude: float
    can_drive: bool
    preferences: tuple[PreferenceInput, ...] = ()
    max_travel_minutes: int | None = None
    adjustments: tuple[str, ...] = ()
    clearances: tuple[str, ...] = ()
    conflicts: tuple[ConflictInput, ...] = ()
    previous: tuple[PreviousInput, ...] = ()
    available_from: date | None = None
    available_until: date | None = None
    waived: tuple[RuleCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CapInput:
    """The most students a setting or an organisation takes in this round, over all its offers."""

    kind: LimitKind
    id: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRules:
    """The rules the partnership chose for the round.

    `contrast` names in what a placement must bring something new; `agreements` are the pairs (university,
    organisation) that work together, None where everybody does; `travel_cap_minutes` is the longest journey
    one way the round allows anybody. `lottery_seed` is published before the run, so that anybody can
    recompute who drew what.
    """

    lottery_seed: str
    contrast: tuple[ContrastFactor, ...] = ()
    statutory_required: bool = False
    travel_cap_minutes: int | None = None
    agreements: frozenset[tuple[str, str]] | None = None
    caps: tuple[CapInput, ...] = ()
    aims: tuple[AimCode, ...] = DEFAULT_AIMS


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Held:
    """One student, by their request, in one offer, from an earlier result."""

    request_id: str
    offer_id: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Member:
    """A request belongs to a group whose fair share is an aim. Kept apart from requests so that no rule can read it."""

    request_id: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchInputs:
    """Everything one match run may use. No order of offers, requests or anything else here means anything.

    `held` are earlier acceptances: they stay, whatever a rule says today, and take their seats. `previous` is
    the last result, for the aim `kept` alone: a student without a place there has no entry. `members` say
    whose share the aim `group_fairness` looks at.
    """

    rules: RoundRules
    offers: tuple[OfferInput, ...]
    requests: tuple[RequestInput, ...]
    held: tuple[Held, ...] = ()
    previous: tuple[Held, ...] = ()
    members: tuple[Member, ...] = ()
