from typing import Any

import pytest

from services.educators.domain.codes import Employment, Mode
from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters, parameters_from
from shared.errors import Invalid


def test_what_a_partnership_leaves_out_stays_as_shipped() -> None:
    assert parameters_from({}) == DEFAULT_PARAMETERS
    assert parameters_from({"warn_days": 30, "require_manager_check_in": True}) == Parameters(
        warn_days=30, require_manager_check_in=True
    )


@pytest.mark.parametrize(
    "document",
    [
        {"window_z": 3},
        {"warn_days": -1},
        {"warn_days": "90"},
        {"warn_days": True},
        {"warn_days": 10**9},
        {"require_manager_check_in": 1},
        {"cpd_months": None},
    ],
)
def test_unknown_or_absurd_parameters_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parameters_from(document)


def test_all_faults_are_listed() -> None:
    with pytest.raises(Invalid) as refusal:
        parameters_from({"window_z": 3, "warn_days": -1, "cpd_months": 12})
    assert [fault.code for fault in refusal.value.faults] == ["unknown_parameter", "impossible_value"]


def test_seats_follow_the_way_of_working_unless_somebody_named_a_number() -> None:
    seats = DEFAULT_PARAMETERS.seats
    assert seats(None, Mode.ON_SITE, Employment.EMPLOYED) == 1
    assert seats(None, Mode.OFF_SITE, Employment.EMPLOYED) == 4
    assert seats(None, Mode.ON_SITE, Employment.INDEPENDENT) == 4
    assert seats(2, Mode.OFF_SITE, Employment.INDEPENDENT) == 2
