"""The evaluation for a partnership: who was reached, who came, how members see themselves, and what became of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from services.hubs.api.deps import Reader, Wired
from services.hubs.api.feedback import FeedbackCount
from services.hubs.domain.evaluation import Scale, shown
from services.hubs.domain.feedback import rolled_up
from services.hubs.domain.small_numbers import FEWEST
from services.hubs.queries.evaluation import Evaluated, evaluated
from services.hubs.queries.visibility import reader
from shared.http.wire import EARLIEST_DAY, LATEST_DAY, Code, Day, Wire, like, up_to
from shared.http.writing import answer

router = APIRouter(prefix="/v1", tags=["evaluation"])

Percent = Annotated[float, Field(ge=0, le=100)]

_LEVEL = "Only students on placements of this level, for reach, outcomes and employment: like beside like."
_SAID = {"column": "continue", "theme": "check_in", "answers": 41}
_GROUP = {"students": 60, "ended": 55, "completed": 52, "ended_early": 3, "completion_rate": 94.55}


class AttendanceFacts(Wire):
    """Who came. `n` are entries of registers, excused ones taken out."""

    n: int
    students: int
    hubs: int
    rate: Percent | None


class ReachFacts(Wire):
    """Whom hubs reached, and how often they met."""

    students: int
    """Students whose placement began in the time, as far as the caller sees them."""

    with_hub: int
    sessions_held: int
    sessions_cancelled: int


class ScaleFacts(Wire):
    """Members who rated themselves both before and after on one scale; means are null where n is below five."""

    scale: Scale
    n: int
    before: float | None
    after: float | None
    change: float | None


class OutcomeFacts(Wire):
    """How the placements of one group ended; the numbers are null where fewer than five did."""

    students: int
    ended: int
    completed: int | None
    ended_early: int | None
    completion_rate: Percent | None


class ConversionFacts(Wire):
    """Of how many students of one group it is known where they went, and shares of these; null where they are under five."""

    known: int
    in_social_work: Percent | None
    """Per cent who work in social work."""

    with_a_host: Percent | None
    """Per cent employed by an organisation that had hosted them."""


class EmploymentFacts(Wire):
    """Conversion to employment, each student counted once. There is no total: it would give away a group that is hidden."""

    hub: ConversionFacts
    no_hub: ConversionFacts


class FeedbackFacts(Wire):
    """What members said in stop-start-continue rounds that closed in the time, rolled up over hubs and without names."""

    rounds: int
    hubs: int
    answers: int
    left_out: int
    """Rounds with fewer than five answers, of which nothing is told here."""

    themes: Annotated[list[FeedbackCount], up_to(54)]
    """What was said most often comes first."""


class EvaluationReport(Wire):
    """An evaluation of a partnership's hubs. Comparisons show differences, never causes: hubs were not given by lot."""

    model_config = like(
        attendance={"n": 800, "students": 55, "hubs": 7, "rate": 91.25},
        reach={"students": 80, "with_hub": 60, "sessions_held": 110, "sessions_cancelled": 4},
        self_ratings=[{"scale": "confidence", "n": 41, "before": 2.4, "after": 3.6, "change": 1.2}],
        hub=_GROUP,
        no_hub={
            **_GROUP,
            "students": 20,
            "ended": 4,
            "completed": None,
            "ended_early": None,
            "completion_rate": None,
        },
        employment={
            "hub": {"known": 40, "in_social_work": 85.0, "with_a_host": 52.5},
            "no_hub": {"known": 3, "in_social_work": None, "with_a_host": None},
        },
        feedback={"rounds": 9, "hubs": 7, "answers": 58, "left_out": 1, "themes": [_SAID]},
        smallest_group=5,
    )

    attendance: AttendanceFacts
    reach: ReachFacts
    self_ratings: Annotated[list[ScaleFacts], up_to(10)]
    hub: OutcomeFacts
    """Students who had a hub."""

    no_hub: OutcomeFacts
    """Students who had none: outside the scheme, out of reach, or without a place."""

    employment: EmploymentFacts
    feedback: FeedbackFacts
    smallest_group: int
    """Groups smaller than this are hidden."""


@router.get(
    "/reports/evaluation",
    operation_id="get_evaluation_report",
    summary="Evaluation of hubs",
    response_model=EvaluationReport,
)
async def get_evaluation_report(
    wired: Wired,
    principal: Reader,
    from_day: Annotated[Day, Query(alias="from", description="From this day on.")] = EARLIEST_DAY,
    to_day: Annotated[Day, Query(alias="to", description="Up to this day.")] = LATEST_DAY,
    placement_level: Annotated[Code | None, Query(description=_LEVEL)] = None,
) -> Response:
    """Over the placements that began, the sessions that were held and the members who joined in the time."""
    told = {"from_day": from_day, "to_day": to_day, "placement_level": placement_level}
    binds = {**reader(principal), **told}
    async with wired.db.read() as connection:
        found = await evaluated(connection, binds)
    return answer(_report(found))


def _report(found: Evaluated) -> EvaluationReport:
    came, met = found.attendance, found.meetings
    hub, no_hub = _outcome(found.outcomes.get(True)), _outcome(found.outcomes.get(False))
    return EvaluationReport(
        attendance=AttendanceFacts(
            n=came["expected"],
            students=came["students"],
            hubs=came["hubs"],
            rate=_per_cent(came["came"], came["expected"]),
        ),
        reach=ReachFacts(
            students=hub.students + no_hub.students,
            with_hub=hub.students,
            sessions_held=met["held"],
            sessions_cancelled=met["cancelled"],
        ),
        self_ratings=[_scale(row) for row in found.ratings],
        hub=hub,
        no_hub=no_hub,
        employment=EmploymentFacts(
            hub=_conversion(found.employment.get(True)), no_hub=_conversion(found.employment.get(False))
        ),
        feedback=FeedbackFacts(**found.rounds, themes=_themes(found.themes)),
        smallest_group=FEWEST,
    )


def _per_cent(part: int, whole: int) -> float | None:
    return shown(100 * part / whole if whole else None, whole)


def _scale(row: dict[str, Any]) -> ScaleFacts:
    n = row["n"]
    before, after = (
        shown(None if row[name] is None else float(row[name]), n) for name in ("before", "after")
    )
    change = None if before is None or after is None else round(after - before, 2)
    return ScaleFacts(scale=row["scale"], n=n, before=before, after=after, change=change)


def _outcome(row: dict[str, Any] | None) -> OutcomeFacts:
    if row is None:
        return OutcomeFacts(students=0, ended=0, completed=None, ended_early=None, completion_rate=None)
    ended = row["completed"] + row["ended_early"]
    tells = ended >= FEWEST
    return OutcomeFacts(
        students=row["students"],
        ended=ended,
        completed=row["completed"] if tells else None,
        ended_early=row["ended_early"] if tells else None,
        completion_rate=_per_cent(row["completed"], ended),
    )


def _conversion(row: dict[str, Any] | None) -> ConversionFacts:
    if row is None:
        return ConversionFacts(known=0, in_social_work=None, with_a_host=None)
    known = row["known"]
    return ConversionFacts(
        known=known,
        in_social_work=_per_cent(row["in_social_work"], known),
        with_a_host=_per_cent(row["with_host"], known),
    )


def _themes(rows: list[dict[str, Any]]) -> list[FeedbackCount]:
    counts = rolled_up((row["to_do"], row["theme"], row["answers"]) for row in rows)
    return [FeedbackCount.model_validate(each) for each in counts]
