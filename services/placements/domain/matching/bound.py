"""What no result of a round can exceed, by the prices of a certificate: weak duality in plain integers, without a solver.

A student adds at most what their best place adds beyond its price; a seat at most its price beyond those of the limits on
it; a limit, its seats times its price. That bounds every result, whatever the prices are. Rows of one integer per aim
are compared like words in a dictionary, so one sum bounds all aims in their order.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from services.placements.domain.matching.certificate import Fork, Price, Stage
from services.placements.domain.matching.check import rules_broken
from services.placements.domain.matching.codes import FAIRNESS_AIMS, AimCode
from services.placements.domain.matching.gains import Gains, is_first_or_second
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """The part of what is possible that some cuts leave: seats of offers, pairs that are not there, and those that are."""

    at_most: Mapping[str, int] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    without: frozenset[tuple[str, str]] = frozenset()
    taken: Mapping[str, str] = field(default_factory=dict)

    def halves(self, fork: Fork) -> tuple["Part", "Part"]:
        """Return the two parts of a cut."""
        offer = fork.offer_id
        if fork.request_id is not None:
            pair = fork.request_id, offer
            without = replace(self, without=self.without | {pair})
            return without, replace(self, taken={**self.taken, fork.request_id: offer})
        most = min(fork.seats, self.at_most.get(offer, fork.seats))
        least = max(fork.seats + 1, self.at_least.get(offer, 0))
        few = replace(self, at_most={**self.at_most, offer: most})
        return few, replace(self, at_least={**self.at_least, offer: least})


EVERYTHING = Part()


def _limits(inputs: MatchInputs) -> dict[Name, int]:
    """Return the seats of every limit over several offers."""
    seats: dict[Name, int] = {}
    for offer in inputs.offers:
        if offer.educator_id is not None and offer.educator_seats is not None:
            seats["educator", offer.educator_id] = offer.educator_seats
    for cap in inputs.rules.caps:
        name = cap.kind.value, cap.id
        seats[name] = min(cap.seats, seats.get(name, cap.seats))
    return seats


def _over(offer: OfferInput) -> list[Name]:
    names = [("setting", each) for each in offer.settings]
    names += [("organisation", each) for each in offer.organisations]
    return [*names, ("educator", offer.educator_id or "")]


def _plus(*rows: Price) -> Price:
    return tuple(map(sum, zip(*rows, strict=True)))


def _less(row: Price, other: Price) -> Price:
    return tuple(mine - theirs for mine, theirs in zip(row, other, strict=True))


class Possible:
    """The offers that no rule forbids a request. They are looked for once, however many stages ask."""

    def __init__(self, inputs: MatchInputs) -> None:
        self._inputs, agreed = inputs, inputs.rules.agreements
        self._agreed = {
            university: [
                each
                for each in inputs.offers
                if agreed is None or all((university, host) in agreed for host in each.organisations)
            ]
            for university in {each.organisation_id for each in inputs.requests}
        }
        self._known: dict[str, list[OfferInput]] = {}
        self._alike: dict[RequestInput, list[OfferInput]] = {}

    def offers(self, request: RequestInput) -> list[OfferInput]:
        """Return the offers that no rule forbids the request."""
        if request.id not in self._known:
            alike = self._for_all_like(_without_what_is_personal(request))
            self._known[request.id] = [
                each for each in alike if not rules_broken(self._inputs, request, each)
            ]
        return self._known[request.id]

    def _for_all_like(self, request: RequestInput) -> list[OfferInput]:
        """Return the offers that no rule forbids all the students of whom this is what they have in common."""
        if request not in self._alike:
            agreed = self._agreed[request.organisation_id]
            self._alike[request] = [
                each for each in agreed if not rules_broken(self._inputs, request, each, _next_door)
            ]
        return self._alike[request]


def _without_what_is_personal(request: RequestInput) -> RequestInput:
    """Return what many students share: home, list, conflicts and the settings they know left out. It forbids no more."""
    return replace(
        request,
        id="",
        student_id="",
        latitude=0.0,
        longitude=0.0,
        max_travel_minutes=None,
        preferences=(),
        conflicts=(),
        previous=tuple(replace(each, setting_id="") for each in request.previous),
    )


def _next_door(_request: RequestInput, _offer: OfferInput) -> int:
    return 0


class Bound:
    """The bound that one stage's prices give, in units of 1/scale. `values` are the result's, more being better."""

    def __init__(
        self, inputs: MatchInputs, stage: Stage, values: tuple[int, ...], possible: "Possible", part: "Part"
    ) -> None:
        self._inputs, self._stage, self._values, self._part = inputs, stage, values, part
        self._aims, self._gains = inputs.rules.aims, Gains(inputs)
        self.free = [at for at in range(stage.until + 1) if at not in stage.pins]
        """The aims that are bounded here; those settled by an earlier stage are constants."""
        self._nothing = (0,) * len(self.free)
        self._held = {each.request_id: each.offer_id for each in inputs.held}
        self._seats = _limits(inputs)
        by_kind = {
            "educator": stage.educators,
            "setting": stage.settings,
            "organisation": stage.organisations,
        }
        self._limits = {name: self._never_below(by_kind[name[0]].get(name[1])) for name in self._seats}
        self._prices = {offer.id: self._row(stage.offers.get(offer.id)) for offer in inputs.offers}
        self._possible = possible

    def total(self) -> list[int]:
        """Return the bound, a number for each aim in `free`."""
        total = list(self._nothing)
        for times, row in self._terms():
            for at, value in enumerate(row):
                total[at] += times * value
        return total

    def _terms(self) -> Iterator[tuple[int, Price]]:
        """Yield everything the bound adds up: how often, and a row."""
        yield from ((self._values[at], self._pin(at)) for at in self._stage.pins)
        yield from ((self._seats[name], price) for name, price in self._limits.items())
        for offer in self._inputs.offers:
            most = min(offer.places, *(self._seats.get(name, offer.places) for name in _over(offer)))
            beyond = self._beyond(offer)
            if beyond >= self._nothing:
                yield min(most, self._part.at_most.get(offer.id, most)), beyond
            else:
                # Seats that must be used count even where they are worth less than nothing.
                yield self._part.at_least.get(offer.id, 0), beyond
        for at, aim in enumerate(self._aims):
            if aim in FAIRNESS_AIMS:
                yield from self._shares(at, aim)
            elif aim is AimCode.FRONTLINE_COVERAGE:
                yield from self._coverage(at)
        yield from ((1, self._best(request)) for request in self._inputs.requests)

    def _row(self, price: Price | None) -> Price:
        return self._nothing if price is None else tuple(price[at] for at in self.free)

    def _never_below(self, price: Price | None) -> Price:
        # A limit with a price below nothing would prove too much, so such a price counts as nothing.
        return max(self._nothing, self._row(price))

    def _unit(self, at: int) -> Price:
        return tuple(self._stage.scale[each] if each == at else 0 for each in self.free)

    def _pin(self, at: int) -> Price:
        return self._row(self._stage.pinned.get(self._aims[at]))

    def _team(self, offer: OfferInput) -> Price:
        price = self._stage.teams.get(offer.setting_id) if offer.is_frontline else None
        return self._never_below(price)

    def _beyond(self, offer: OfferInput) -> Price:
        """Return what a seat is worth beyond the limits on it."""
        owed = [self._limits[name] for name in _over(offer) if name in self._limits]
        return _less(_plus(self._prices[offer.id], self._team(offer)), _plus(self._nothing, *owed))

    def _coverage(self, at: int) -> Iterator[tuple[int, Price]]:
        for team in {offer.setting_id: offer for offer in self._inputs.offers if offer.is_frontline}.values():
            yield 1, max(self._nothing, _less(self._unit(at), _plus(self._team(team), self._pin(at))))

    def _shares(self, at: int, aim: AimCode) -> Iterator[tuple[int, Price]]:
        reached = self._values[self._aims.index(AimCode.FIRST_OR_SECOND)]
        for group, share in self._gains.targets(aim, reached).items():
            price = self._share(aim, group)
            yield share, max(self._nothing, _less(_plus(price, self._pin(at)), self._unit(at)))
            yield -share, price

    def _share(self, aim: AimCode, group: str | None) -> Price:
        of_aim = self._stage.universities if aim is AimCode.UNIVERSITY_FAIRNESS else self._stage.groups
        return self._never_below(of_aim.get(group or ""))

    def _best(self, request: RequestInput) -> Price:
        """Return the most a student can add; only a student who is held somewhere cannot add nothing."""
        if request.id in self._part.taken:
            taken = self._part.taken[request.id]
            return max(self._worth(request, each) for each in self._inputs.offers if each.id == taken)
        if request.id in self._held:
            offers = (each for each in self._inputs.offers if each.id == self._held[request.id])
            return max(self._worth(request, offer) for offer in offers)
        allowed = (
            offer
            for offer in self._possible.offers(request)
            if (request.id, offer.id) not in self._part.without
        )
        return max([self._nothing, *(self._worth(request, offer) for offer in allowed)])

    def _worth(self, request: RequestInput, offer: OfferInput) -> Price:
        """Return what a place adds beyond its price, with what shares and pins make of it."""
        gains, scale = self._gains.of_pair(request, offer), self._stage.scale
        row = _less(tuple(gains[at] * scale[at] for at in self.free), self._prices[offer.id])
        if is_first_or_second(request, offer):
            for aim in FAIRNESS_AIMS & set(self._aims):
                row = _plus(row, self._share(aim, self._gains.groups[aim].get(request.id)))
        for pin in self._stage.pins:
            row = _less(row, tuple(each * gains[pin] for each in self._pin(pin)))
        return row
