"""How a worked case of currency is written down. Today is 7 September 2026 unless a case says otherwise."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.educators.domain.codes import PepsStage
from services.educators.domain.currency import Currency, currency
from services.educators.domain.evidence import (
    ActiveRole,
    CpdRecord,
    Evidence,
    LearnerEpisode,
    ReturnStep,
    SupportEpisode,
)
from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters
from tests.educators.evidence import a_student, day, evidence, some_cpd

CPD_NOW = (some_cpd("2026-09-01"),)


@dataclass(frozen=True)
class Case:
    story: str
    verdict: str
    """Status, basis and current_until, with a dash for none."""

    known: Evidence
    as_at: date
    stage: PepsStage
    mentor: bool
    parameters: Parameters


def case(
    story: str,
    verdict: str,
    *records: SupportEpisode | LearnerEpisode | ActiveRole | CpdRecord | ReturnStep,
    cpd: tuple[CpdRecord, ...] = CPD_NOW,
    as_at: str = "2026-09-07",
    known_on: str = "2026-09-07",
    stage: PepsStage = PepsStage.STAGE_2,
    mentor: bool = False,
    parameters: Parameters = DEFAULT_PARAMETERS,
) -> Case:
    """A case; recent CPD is on record unless the records hold other CPD or `cpd` says there is none."""
    own = tuple(record for record in records if isinstance(record, CpdRecord))
    known = evidence(
        students=tuple(record for record in records if isinstance(record, SupportEpisode)),
        learners=tuple(record for record in records if isinstance(record, LearnerEpisode)),
        roles=tuple(record for record in records if isinstance(record, ActiveRole)),
        cpd=own or cpd,
        known_on=day(known_on),
        returns=tuple(record for record in records if isinstance(record, ReturnStep)),
    )
    return Case(story, verdict, known, day(as_at), stage, mentor, parameters)


def short(days: int, **changes: Any) -> SupportEpisode:
    return a_student("2026-06-30", days=days, **changes)


def judged(case: Case) -> Currency:
    return currency(case.stage, case.known, case.parameters, case.as_at, mentor_current=case.mentor)
