"""Rule parameters: the numbers the rules work with. What travels, the history, a preview of a change, and the change."""

from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.educators.api.deps import PolicyWriter, Reader, Wired
from services.educators.api.shapes import SAMPLE_ID, SAMPLE_OTHER_ID
from services.educators.domain.codes import CurrencyStatus
from services.educators.domain.parameters import changed_from
from services.educators.operations.rule_parameters import apply_parameters
from services.educators.queries import rule_parameters as reading
from services.educators.queries.status_changes import status_changes
from services.educators.queries.visibility import reader
from shared.auth.principal import Principal
from shared.calendar import london_day
from shared.errors import Forbidden
from shared.http.paging import ListCall
from shared.http.reading import page
from shared.http.wire import Day, Instant, Page, Wire, absent, like, up_to
from shared.http.writing import Key, answer, created

router = APIRouter(prefix="/v1", tags=["rule parameters"])

Months = Annotated[int, Field(ge=1, le=240)]
Days = Annotated[int, Field(ge=0, le=730)]
Years = Annotated[int, Field(ge=0, le=20)]
Students = Annotated[int, Field(ge=0, le=50)]


class RuleParameterValues(Wire):
    """The numbers the rules work with. In a change, what is left out stays as it is."""

    model_config = like(window_a_months=24, cpd_months=12)

    window_a_months: Months = absent()
    """Routes A and C, and a completed return: for so long somebody stays current."""

    window_b_months: Months = absent()
    """Route B: within so long lie the student and the other learner."""

    warn_days: Days = absent()
    """So long before its end currency is `expiring`."""

    cpd_months: Months = absent()
    cpd_grace_days: Days = absent()
    """So long after the CPD's months missing CPD is forgiven."""

    open_episode_months: Months = absent()
    """An episode without any end is believed to run for so long."""

    planned_days_first: Days = absent()
    planned_days_final: Days = absent()
    """Days of a placement of this level, where its own plan is not known."""

    return_months: Months = absent()
    """Within so long lie the steps of a return."""

    portfolio_after_months: Months = absent()
    """After so long without currency a return needs a portfolio review."""

    registration_check_days: Days = absent()
    require_registration_check: bool = absent()
    """Whether a missing look at the public register blocks, and does not only warn."""

    manager_check_in_days: Days = absent()
    require_manager_check_in: bool = absent()
    """Whether a missing manager's check-in blocks, and does not only warn."""

    years_for_stage_1: Years = absent()
    years_for_stage_2: Years = absent()
    capacity_on_site: Students = absent()
    capacity_off_site: Students = absent()
    """Students at once of those who are off site or independent and have no number of their own."""

    def changes(self) -> dict[str, Any]:
        """The parameters that are given."""
        return self.model_dump(exclude_unset=True)


class RuleParametersDraft(Wire):
    """Changed parameters, and the day from which they apply."""

    model_config = like(applies_from_on="2027-01-01", parameters={"window_a_months": 18})

    applies_from_on: Day
    """Today or later: what was decided before stays as it was."""

    parameters: RuleParameterValues


class PreviewQuestion(RuleParametersDraft):
    """Changed parameters to be tried out, and which of the educators concerned to name."""

    model_config = like(applies_from_on="2027-01-01", parameters={"window_a_months": 18}, limit=50)

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: UUID | None = None
    """`next_after` of the page before."""


class RuleParametersView(Wire):
    """One version of the parameters. A version never changes."""

    model_config = like(
        id=SAMPLE_ID,
        number=1,
        applies_from_on="2027-01-01",
        parameters={"window_a_months": 18, "cpd_months": 12},
        author="programme-manager",
        created_at="2026-09-07T09:00:00Z",
    )

    id: UUID
    number: int
    """On a day the version counts whose `applies_from_on` is the latest not after it; of several the highest number."""

    applies_from_on: Day
    parameters: RuleParameterValues
    author: str
    """Who wrote it: the subject of their token."""

    created_at: Instant


class StatusChangeCount(Wire):
    """How many educators would go from one status to another."""

    before: CurrencyStatus
    after: CurrencyStatus
    educators: int


class StatusChangeView(Wire):
    """One educator whose status would be another."""

    educator_id: UUID
    organisation_id: UUID
    before: CurrencyStatus
    after: CurrencyStatus


class PreviewAnswer(Wire):
    """What the change would do, on the day from which it applies. Nothing was changed."""

    model_config = like(
        as_at="2027-01-01",
        educators=47,
        counts=[{"before": "current", "after": "lapsed", "educators": 1}],
        items=[
            {
                "educator_id": SAMPLE_ID,
                "organisation_id": SAMPLE_OTHER_ID,
                "before": "current",
                "after": "lapsed",
            }
        ],
        next_after=None,
    )

    as_at: Day
    educators: int
    """How many educators were looked at."""

    counts: Annotated[list[StatusChangeCount], up_to(36)]
    items: Annotated[list[StatusChangeView], up_to(200)]
    next_after: UUID | None
    """Give it back as `after` for the next educators; null on the last page."""


_MANY = TypeAdapter(list[RuleParametersView])


@router.get(
    "/rule-parameters",
    operation_id="list_rule_parameters",
    summary="Versions of the rule parameters",
    response_model=Page[RuleParametersView],
)
async def list_rule_parameters(call: ListCall, wired: Wired, principal: Reader) -> Response:
    """Every version the partnership wrote, oldest first. Before the first one the shipped parameters count (number 0)."""
    return await page(call, wired.db, reading.HISTORY, reader(principal), _MANY, filters={})


@router.post(
    "/rule-parameters/preview",
    operation_id="preview_rule_parameters",
    summary="Try a change of the rule parameters",
    response_model=PreviewAnswer,
)
async def preview_rule_parameters(
    body: Annotated[PreviewQuestion, Body()], wired: Wired, principal: PolicyWriter
) -> Response:
    """Who would have another status on the day from which the change applies, judged by what is known today."""
    _expect_partnership_wide(principal)
    today, day = london_day(wired.clock.now()), body.applies_from_on
    async with wired.db.read() as connection:
        before = await reading.parameters_on(connection, principal.tenant, day)
        after = changed_from(before, body.parameters.changes(), day, today)
        found = await status_changes(connection, principal.tenant, (before, after), as_at=day, known_on=today)
    following = (each for each in found.changes if body.after is None or each.educator_id > body.after)
    shown = list(islice(following, body.limit + 1))
    items = [StatusChangeView.model_validate(each._asdict()) for each in shown[: body.limit]]
    return answer(
        PreviewAnswer(
            as_at=day,
            educators=found.educators,
            counts=[
                StatusChangeCount(before=old, after=new, educators=count)
                for (old, new), count in sorted(found.counts.items())
            ],
            items=items,
            next_after=items[-1].educator_id if len(shown) > body.limit else None,
        )
    )


@router.post(
    "/rule-parameters",
    operation_id="create_rule_parameters",
    summary="Change the rule parameters",
    response_model=RuleParametersView,
    status_code=201,
)
async def create_rule_parameters(
    body: RuleParametersDraft, wired: Wired, principal: PolicyWriter, key: Key
) -> Response:
    """Put changed parameters in force from a day on. Changes of currency are told as the sweep finds them."""
    _expect_partnership_wide(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        changes, day = body.parameters.changes(), body.applies_from_on
        version = await apply_parameters(session, principal, changes, day, wired.clock.now())
        view = RuleParametersView.model_validate(version)
        return await key.keep(session, created(view, "/v1/rule-parameters", version=None))


def _expect_partnership_wide(principal: Principal) -> None:
    """The rules are the partnership's, not one organisation's."""
    if not principal.partnership_wide:
        words = "Only those who act for the whole partnership may change its rules."
        raise Forbidden("not_partnership_wide", words)
