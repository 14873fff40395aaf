"""Whether somebody is a current practice educator on a day: a pure function of evidence, parameters and that day.

A day in the past is judged by what was so then, as far as evidence is dated: students, learners, roles, CPD and awards of
later days do not count, and who had not yet finished on that day was still there. When a record was typed in does not
matter: evidence of old days recorded last week counts for the old days. A day to come is judged by what is known
today, and what is under way counts as far as it is planned.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from services.educators.domain.codes import Basis, CurrencyStatus, GroundCode, PepsStage
from services.educators.domain.evidence import Evidence
from services.educators.domain.grounds import Ground, cpd_grace_until, recent_cpd, route_a, route_b, route_c
from services.educators.domain.parameters import Parameters
from services.educators.domain.returns import return_to_practice
from services.educators.domain.stages import stage_on

_BASES = {
    GroundCode.ROUTE_A: Basis.A,
    GroundCode.ROUTE_B: Basis.B,
    GroundCode.ROUTE_C: Basis.C,
    GroundCode.RETURN_TO_PRACTICE: Basis.A,
}
"""A completed return stands in for the student of route A."""


class Currency(NamedTuple):
    """Somebody's currency on one day, with everything it rests on.

    `basis` is the route that lasts longest of those that hold. `current_until` is the earlier of the routes' and the CPD's
    end; it lies in the past for somebody lapsed, and is unknown where there never was a student, learner, role or CPD.
    `cpd_grace_until` is the day after which missing CPD means lapsed.
    """

    as_at: date
    status: CurrencyStatus
    basis: Basis | None
    current_until: date | None
    cpd_grace_until: date | None
    routes: tuple[Ground, ...]
    """Routes A, B and C, and the return to practice."""

    cpd: Ground

    @property
    def is_current(self) -> bool:
        """May assess on this day: current, or expiring but not yet lapsed."""
        return self.status in _IS_CURRENT

    @property
    def practised_until(self) -> date | None:
        """The last day on which one of the routes held or holds, whatever the CPD; unknown without any evidence."""
        return _last([route for route in self.routes if route.code is not GroundCode.RETURN_TO_PRACTICE])


_IS_CURRENT = (CurrencyStatus.CURRENT, CurrencyStatus.EXPIRING)


def currency(
    stage: PepsStage, evidence: Evidence, parameters: Parameters, as_at: date, *, mentor_current: bool = False
) -> Currency:
    """Somebody's currency on `as_at`. `mentor_current`: a Stage 2 educator is named as mentor and is current on that day."""
    routes: tuple[Ground, ...] = (
        route_a(evidence, parameters, as_at),
        route_b(evidence, parameters, as_at),
        route_c(evidence, parameters, as_at),
    )
    returned = return_to_practice(evidence, parameters, as_at, _last(routes))
    routes = (*routes, returned)
    cpd = recent_cpd(evidence, parameters, as_at)
    grace = cpd_grace_until(cpd, parameters)
    holding = _longest([route for route in routes if route.holds])
    lasting = holding or _longest([route for route in routes if route.until is not None])
    status = _status_of_practice(holding, cpd, grace, as_at, parameters)
    stage = stage_on(stage, evidence.qualifications, as_at)
    return Currency(
        as_at=as_at,
        status=_status(stage, evidence, status, mentor_current=mentor_current),
        basis=_BASES[holding.code] if holding else None,
        current_until=_earlier(lasting.until if lasting else None, cpd.until),
        cpd_grace_until=grace,
        routes=routes,
        cpd=cpd,
    )


def _status(
    stage: PepsStage, evidence: Evidence, practice: CurrencyStatus, *, mentor_current: bool
) -> CurrencyStatus:
    """A stage not yet awarded can only be trained for; an awarded one counts with its evidence."""
    if stage.held and practice is not CurrencyStatus.LAPSED:
        return practice
    if stage.in_training and mentor_current:
        return CurrencyStatus.IN_TRAINING
    if not stage.held:
        return CurrencyStatus.NOT_YET_QUALIFIED
    return CurrencyStatus.UNVERIFIED if evidence.says_nothing_of_practice else practice


def _status_of_practice(
    route: Ground | None, cpd: Ground, grace: date | None, as_at: date, parameters: Parameters
) -> CurrencyStatus:
    if route is None or route.until is None or cpd.until is None or grace is None or as_at > grace:
        return CurrencyStatus.LAPSED
    soon = as_at + timedelta(days=parameters.warn_days)
    return CurrencyStatus.EXPIRING if min(route.until, cpd.until) <= soon else CurrencyStatus.CURRENT


def _longest(routes: list[Ground]) -> Ground | None:
    """Of several routes the one that lasts longest; of equal ones the first in the guidance's order."""
    return max(routes, key=lambda route: route.until or date.min, default=None)


def _last(routes: Iterable[Ground]) -> date | None:
    return max((route.until for route in routes if route.until is not None), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one is not None and other is not None else None
