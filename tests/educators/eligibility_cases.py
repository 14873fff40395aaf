"""How a worked case of eligibility is written down: an educator without any fault, but for what the case says.

The placement is a final one from 21 September 2026 to 26 February 2027 unless a case says otherwise.
"""

from dataclasses import dataclass, replace
from typing import Any

from services.educators.domain.case import PlacementShape
from services.educators.domain.codes import (
    EpisodeEnd,
    Mode,
    PepsStage,
    PlacementLevel,
    RegisterStatus,
    Restriction,
    RuleCode,
)
from services.educators.domain.eligibility import Decision, decide
from services.educators.domain.evidence import Educator, Evidence, Waiver
from services.educators.domain.parameters import DEFAULT_PARAMETERS, Parameters
from shared.ids import new_id
from tests.educators.evidence import (
    a_check_in,
    a_register_check,
    a_student,
    an_educator,
    day,
    good_evidence,
)

FINAL = PlacementShape(PlacementLevel.FINAL, day("2026-09-21"), day("2027-02-26"))
FIRST = replace(FINAL, placement_level=PlacementLevel.FIRST)
SHORT = replace(FINAL, ends_on=day("2026-11-27"))
OFF_SITE = replace(FINAL, mode=Mode.OFF_SITE)
STRICT = Parameters(require_manager_check_in=True, require_registration_check=True)
MENTOR = new_id()
STUDENT = new_id()
PLACEMENT = new_id()
RATIFIED = replace(FINAL, ratifying_educator_id=new_id())
FACILITATOR = new_id()
IN_HUB = replace(FINAL, hub_facilitator_educator_ids=frozenset({FACILITATOR}))
SAID_NO = (a_check_in("2026-09-01", confirmed=False),)
WAIVED = Waiver(new_id(), RuleCode.MANAGER_CHECK_IN, day("2026-09-21"))
FAILED = a_student("2026-04-30", student_id=STUDENT, ending=EpisodeEnd.FAILED)
OF_STUDENT = replace(FINAL, student_id=STUDENT, placement_id=PLACEMENT)
REPEATED = replace(OF_STUDENT, placement_level=PlacementLevel.REPEAT_FINAL)
STAGE_1 = {"peps_stage": PepsStage.STAGE_1}
IN_TRAINING = {"peps_stage": PepsStage.IN_TRAINING_STAGE_1}
NO_STAGE = {"peps_stage": PepsStage.NONE}
WORKS_OFF_SITE = {"mode": Mode.OFF_SITE}
CONDITIONS = a_register_check("2026-08-10", restriction=Restriction.CONDITIONS)
NOT_REGISTERED = a_register_check("2026-07-10", status=RegisterStatus.NOT_REGISTERED)


@dataclass(frozen=True)
class Case:
    story: str
    rule: str
    result: str
    educator: Educator
    known: Evidence
    placement: PlacementShape
    parameters: Parameters
    held: int
    mentor: bool
    ratifier: bool


def case(
    story: str,
    verdict: str,
    educator: dict[str, Any] | None = None,
    placement: PlacementShape = FINAL,
    parameters: Parameters = DEFAULT_PARAMETERS,
    *,
    held: int = 0,
    mentor: bool = False,
    ratifier: bool = False,
    **records: Any,
) -> Case:
    """A case of an educator without any fault, but for what is said; `records` replace their good evidence by kind."""
    rule, result = verdict.split(": ")
    known = good_evidence(**records)
    who = an_educator(**educator or {})
    return Case(story, rule, result, who, known, placement, parameters, held, mentor, ratifier)


def decided(case: Case) -> Decision:
    return decide(
        case.educator,
        case.known,
        case.parameters,
        case.placement,
        held=case.held,
        mentor_current=case.mentor,
        ratifier_current=case.ratifier,
    )
