"""What a match run says: assignments, the outcome in numbers, the aims reached, and one explanation for every request.

Every number here is an integer and every list has a fixed order, so two runs of the same inputs have the same
bytes.
"""

from dataclasses import dataclass, field

from services.placements.domain.matching.certificate import Certificate
from services.placements.domain.matching.codes import (
    AimCode,
    ChangeKind,
    LimitKind,
    RuleCode,
    TravelMode,
    WhyNot,
)
from services.placements.domain.matching.plain import as_json

MOST_PASSED_OVER = 10
"""How many offers a student liked better are explained one by one; a preference for a whole directorate can mean hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One student, by their request, in one offer.

    `rank` counts from 1 without gaps; an offer outside the student's list ranks one after its end and has
    `outside_list`. `minutes` are one way by `mode`; `review` says that a person should look at so long a
    journey.
    """

    request_id: str
    offer_id: str
    rank: int
    outside_list: bool
    minutes: int
    mode: TravelMode
    review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AimReached:
    """What the result reaches of one aim, given the aims before it. `least` says that less is better.

    `proved` says that the certificate shows nothing better to be possible. It does not where a search was given up or time
    was up: there the value is the best found.
    """

    code: AimCode
    value: int
    least: bool
    proved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What one rule did to one request's offers.

    In the fixed order it `removed` so many and left `remaining`. By itself it `forbids` so many; of those it
    `alone`, and no other rule, forbids so many: that is how many a waiver of this one rule would open.
    """

    code: RuleCode
    removed: int
    remaining: int
    forbids: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUsedUp:
    """A number of seats that is used up: of an offer (`places`), an educator, a setting or an organisation."""

    kind: LimitKind
    id: str
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """An offer the student would have liked better than the result, and why it was not given.

    `rule`: every rule in `rules` forbids it. `full`: it is allowed, and its places went to others; each of
    `limits` is used up. `aim`: it has room, but `aim`, the first aim in the round's order on which the two
    differ, would have lost. `aim` and `others_lose` beside `full`: to give this offer here, the other students
    together would lose at least so much at that aim (or something at an aim before it). It is a bound, never
    more than the truth; 0 where none is proved. `educator_reasons` are those of the educators service, where
    the educator is not eligible; they are not for students.
    """

    offer_id: str
    rank: int
    reason: WhyNot
    rules: tuple[RuleCode, ...] = ()
    limits: tuple[LimitUsedUp, ...] = ()
    aim: AimCode | None = None
    others_lose: int = 0
    educator_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallestChange:
    """The least that must change for an unmatched student to get `offer_id`, everybody else left as they are.

    `rule` is the rule to waive and `waived_by` the role that may decide so; `limits` each need one more seat.
    `choices` is how many offers the same change would open. `travel_minutes` is the journey to accept where
    the rule is travel.
    """

    kind: ChangeKind
    offer_id: str | None = None
    rule: RuleCode | None = None
    waived_by: str | None = None
    limits: tuple[LimitUsedUp, ...] = ()
    choices: int = 0
    travel_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one request got what it got. `summary` is for the student and names nobody; the rest is for the coordinator.

    `listed` is how many ranks the student's list has. `held` says that the place was accepted earlier and was not
    up for change. `contributions` are what the assignment adds to each aim. `alternatives` counts the other
    offers open to the student by the first aim at which taking one instead would lose. `better` counts the
    offers the student ranked better by why they were not given: the code of the first rule against them,
    `full`, or `aim`; `passed_over` are the best liked of them, at most `MOST_PASSED_OVER`. `blocked` counts, for
    a request without a place, the open offers by the kinds of limits that are used up there.
    """

    request_id: str
    placed: bool
    offer_id: str | None
    offers: int
    feasible: int
    waterfall: tuple[RuleCount, ...]
    contributions: dict[AimCode, int]
    passed_over: tuple[PassedOver, ...]
    smallest_change: SmallestChange | None
    summary: str
    listed: int = 0
    assignment: Assignment | None = None
    held: bool = False
    alternatives: dict[AimCode, int] = field(default_factory=dict)
    better: dict[str, int] = field(default_factory=dict)
    blocked: dict[LimitKind, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchResult:
    """The whole result of a match run. `versions` names the solver and libraries that computed it."""

    input_hash: str
    lottery_seed: str
    travel_estimator: str
    versions: dict[str, str]
    aims: tuple[AimReached, ...]
    certificate: Certificate
    outcome: dict[str, int]
    assignments: tuple[Assignment, ...]
    explanations: tuple[Explanation, ...]

    def to_json(self) -> str:
        """Return the result as JSON: ASCII, sorted members, no spaces."""
        return as_json(self)
