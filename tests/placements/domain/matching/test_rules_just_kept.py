"""A rule forbids no more than it says: what just keeps to it is possible, for the engine and for its checker."""

from datetime import date
from typing import Any

import pytest

from services.placements.domain.matching.codes import ContrastFactor
from services.placements.domain.matching.inputs import PreviousInput
from services.placements.domain.matching.possible import Possible
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.rounds import a_request, a_round, an_offer

FIRST, LAST = date(2026, 9, 7), date(2027, 1, 29)


def _past(organisation_id: str, *, is_statutory: bool = True) -> PreviousInput:
    return PreviousInput(
        setting_id="past", organisation_id=organisation_id, directorate="adults", is_statutory=is_statutory
    )


@pytest.mark.parametrize(
    ("offer", "request_", "contrast"),
    [
        (
            {"starts_on": FIRST, "ends_on": LAST},
            {"available_from": FIRST, "available_until": LAST},
            (),
        ),
        (
            {"second_setting_id": "clinic", "second_organisation_id": "trust"},
            {"previous": (_past("council"),)},
            (ContrastFactor.ORGANISATION,),
        ),
        (
            {"is_statutory": False},
            {"previous": (_past("charity"), _past("charity", is_statutory=False))},
            (ContrastFactor.STATUTORY,),
        ),
    ],
    ids=["on the very days", "new in one of two organisations", "both kinds before"],
)
def test_what_just_keeps_to_a_rule_is_possible(
    offer: dict[str, Any], request_: dict[str, Any], contrast: tuple[ContrastFactor, ...]
):
    inputs = a_round([an_offer("a", **offer)], [a_request("r", "a", **request_)], contrast=contrast)
    assert len(Possible(inputs)) == 1
    assert len(run_match(inputs).assignments) == 1
