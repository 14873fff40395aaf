"""The numbers the rules work with. They are data: each partnership may have its own, dated and versioned."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from services.educators.domain.codes import Employment, Mode, PlacementLevel
from shared.errors import Fault, Invalid


@dataclass(frozen=True, slots=True)
class Parameters:
    """One set of rule parameters; the defaults are the ones Practicum ships.

    Sources: PEPS guidance of 2013 for the routes; Yorkshire Urban & Rural for two years, annual CPD and the manager's
    check-in. Months are calendar months, days calendar days.
    """

    window_a_months: int = 24
    window_b_months: int = 36
    warn_days: int = 90
    cpd_months: int = 12
    cpd_grace_days: int = 60
    open_episode_months: int = 12
    """An episode without an end and without a planned end is believed to run for so long, not for ever."""

    planned_days_first: int = 70
    planned_days_final: int = 100
    return_months: int = 24
    """The steps of a return to practice education lie within so many months of one another."""

    portfolio_after_months: int = 60
    """After so long without currency a return needs a review of the portfolio."""

    registration_check_days: int = 90
    require_registration_check: bool = False
    """When false, an educator whose registration nobody checked is warned about, not refused."""

    manager_check_in_days: int = 60
    require_manager_check_in: bool = False
    """When false, an educator without a manager's check-in is warned about, not refused."""

    years_for_stage_1: int = 2
    years_for_stage_2: int = 3
    capacity_on_site: int = 1
    capacity_off_site: int = 4

    def planned_days(self, level: PlacementLevel) -> int | None:
        """How many days a placement of this level has by the book; unknown for additional ones."""
        if level is PlacementLevel.ADDITIONAL:
            return None
        return self.planned_days_final if level.ends_training else self.planned_days_first

    def seats(self, own_number: int | None, mode: Mode, employment: Employment) -> int:
        """How many students at once: the educator's own number, or the usual one for how they work."""
        if own_number is not None:
            return own_number
        off_site = mode is Mode.OFF_SITE or employment is Employment.INDEPENDENT
        return self.capacity_off_site if off_site else self.capacity_on_site


DEFAULT_PARAMETERS = Parameters()

LARGEST = 1200
"""No window, grace or count is larger: a hundred years of months, more than three years of days."""


def parameters_from(document: Mapping[str, object]) -> Parameters:
    """The parameters a partnership wrote down; what it leaves out stays as shipped. Unknown or absurd ones are refused."""
    kinds = {field.name: type(getattr(DEFAULT_PARAMETERS, field.name)) for field in fields(Parameters)}
    faults = [
        Fault(f"/{position}", "unknown_parameter", "There is no such rule parameter.")
        if name not in kinds
        else Fault(
            f"/{name}", "impossible_value", f"Give a whole number from 0 to {LARGEST}, or true or false."
        )
        for position, (name, value) in enumerate(document.items())
        if name not in kinds or not _fits(value, kinds[name])
    ]
    if faults:
        raise Invalid(faults)
    changes: dict[str, int] = {name: value for name, value in document.items() if isinstance(value, int)}
    return replace(DEFAULT_PARAMETERS, **changes)  # type: ignore[arg-type]  # flags are whole numbers to the checker


def changed_from(
    before: Parameters, changes: Mapping[str, int], applies_from_on: date, today: date
) -> Parameters:
    """The parameters with some changes, in force from a day that is not over: what was decided before stays as it was."""
    faults = []
    if applies_from_on < today:
        words = "Parameters apply from today at the earliest; what was decided before stays as it was."
        faults.append(Fault("/applies_from_on", "in_the_past", words))
    parameters = replace(before, **changes)  # type: ignore[arg-type]  # as above
    if parameters == before:
        words = "Name at least one parameter with another value than the one in force on that day."
        faults.append(Fault("/parameters", "nothing_changed", words))
    if parameters.years_for_stage_2 < parameters.years_for_stage_1:
        words = "Stage 2 needs at least as many years as Stage 1."
        faults.append(Fault("/parameters/years_for_stage_2", "less_than_stage_1", words))
    if faults:
        raise Invalid(faults)
    return parameters


def _fits(value: object, kind: type) -> bool:
    return type(value) is kind and (
        isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= LARGEST)
    )
