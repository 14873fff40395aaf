"""A round of three students whose results anybody can count, and every kind of cut of what is possible in it."""

from services.placements.domain.matching.certificate import Fork, Stage
from services.placements.domain.matching.codes import AimCode
from tests.placements.domain.matching.rounds import a_request, a_round, an_offer

THREE = a_round(
    [an_offer("a", places=3), an_offer("b")],
    [a_request(each, "a", "b") for each in "rst"],
    aims=(AimCode.PLACED, AimCode.LOTTERY),
)
UNUSED = Stage(until=0, pins=(), scale=(1,))
CUTS = [
    *(Fork(offer_id="a", seats=seats, request_id=None, parts=(UNUSED, UNUSED)) for seats in range(-2, 5)),
    *(Fork(offer_id="a", seats=0, request_id=each, parts=(UNUSED, UNUSED)) for each in ("r", "s", "nobody")),
    *(
        Fork(offer_id="nowhere", seats=0, request_id=each, parts=(UNUSED, UNUSED))
        for each in (None, "r", "nobody")
    ),
    Fork(offer_id="a", seats=10**30, request_id=None, parts=(UNUSED, UNUSED)),
]
"""Cuts of what there is and is not, of negative seats and of endlessly many."""
