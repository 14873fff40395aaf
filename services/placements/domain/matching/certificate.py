"""What proves a result: one integer bound per aim, and the prices from which anybody can compute that bound again.

A price is what a seat, a share or a team is worth to the round: a row of integers, one per aim in the round's order, each in
units of one over the stage's `scale` of that aim, counted so that more is better (a minimised aim is counted negative). Rows
are compared like words in a dictionary: the first aim that differs decides. `verify` says how bounds follow from them.
"""

from dataclasses import dataclass, field

from services.placements.domain.matching.codes import AimCode

Price = tuple[int, ...]
"""One integer per aim of the round, in the round's order."""

PRICED = ("offers", "educators", "settings", "organisations", "universities", "groups", "teams", "pinned")
"""What a stage has prices for, as its members are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AimProof:
    """The value one aim reached and the best it could have reached, the aims before it staying as they are.

    `bound` is None where nothing is proved, because the aim before it is not. `least` says that less is better.
    """

    code: AimCode
    value: int
    bound: int | None
    least: bool

    @property
    def gap(self) -> int | None:
        """How much better than the result could be; 0 where the result is proved to be the best, None where nobody knows."""
        return None if self.bound is None else abs(self.bound - self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The prices that prove the aims up to and including number `until`, those of earlier stages being settled.

    `pins` are aims that an earlier stage has proved in whole students where divided ones could do better; their
    value is a limit of this stage, and has a price. Prices of zero are left out.
    """

    until: int
    pins: tuple[int, ...]
    scale: tuple[int, ...]
    offers: dict[str, Price] = field(default_factory=dict)
    educators: dict[str, Price] = field(default_factory=dict)
    settings: dict[str, Price] = field(default_factory=dict)
    organisations: dict[str, Price] = field(default_factory=dict)
    universities: dict[str, Price] = field(default_factory=dict)
    groups: dict[str, Price] = field(default_factory=dict)
    teams: dict[str, Price] = field(default_factory=dict)
    pinned: dict[str, Price] = field(default_factory=dict)

    def fits(self, aims: int) -> bool:
        """Return whether there is a number for each aim up to `until`, of so many, and each scale is one to divide by.

        An aim that is pinned twice would count its value twice, and what it is worth to a team or a share once.
        """
        rows = [self.scale, *(row for kind in PRICED for row in getattr(self, kind).values())]
        looked_at = range(self.until + 1)
        return (
            0 <= self.until < aims
            and all(len(row) == len(looked_at) for row in rows)
            and min(self.scale) > 0
            and all(pin in looked_at for pin in self.pins)
            and len(set(self.pins)) == len(self.pins)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """What is possible, cut in two: an offer with at most so many `seats` used or with more; or without a pair or with it.

    `request_id` is None where seats are cut. Each part is cut again or has a stage whose prices show that nothing in it
    is better. The two are everything, so that nothing can be better at all.
    """

    offer_id: str
    seats: int
    request_id: str | None
    parts: tuple["Fork | Stage", "Fork | Stage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The proof of a result: the aims in the round's order, and the stages that prove them.

    `search` proves all aims that no stage does, where prices alone cannot: divided students could do better than whole ones.
    """

    aims: tuple[AimProof, ...]
    stages: tuple[Stage, ...]
    search: Fork | Stage | None = None

    @property
    def proved(self) -> bool:
        """Whether every aim is proved."""
        return all(aim.gap == 0 for aim in self.aims)
