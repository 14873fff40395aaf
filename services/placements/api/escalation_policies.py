"""Escalation policies: a partnership's own and the default; drafted by one person, previewed, and published by another."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter
from starlette.responses import Response

from services.placements.api.concern_actors import person_behind
from services.placements.api.deps import ConcernReader, PolicyWriter, Wired, office_only
from services.placements.api.resources import Id
from services.placements.api.shapes import SAMPLE_ID
from services.placements.domain.escalation.codes import PolicyStatus, Recipient
from services.placements.domain.vocabulary import ConcernLevel
from services.placements.operations import escalation_policies as operations
from services.placements.queries.escalation_policies import (
    ESCALATION_POLICIES,
    ESCALATION_POLICY,
    data_in_force,
    hold_policy,
    policy_from,
)
from services.placements.queries.policy_previews import gaps_of, preview
from services.placements.queries.visibility import reader
from shared.calendar import london_day
from shared.db import Session
from shared.http.paging import ListCall, SingleCall
from shared.http.reading import one, page, single
from shared.http.wire import Instant, Page, Wire, like, up_to
from shared.http.writing import Key, answer, created

router = APIRouter(prefix="/v1", tags=["escalation policies"])


class EscalationPolicyView(Wire):
    """One version of a policy: what counts how much, who owns which level, what is due when, and who is told."""

    model_config = like(
        id=SAMPLE_ID,
        name="struggling_placement_policy",
        number=2,
        is_default=True,
        effective_from="2026-09-01T00:00:00Z",
        status="published",
        drafted_by_person_id=None,
        published_by_person_id=None,
        published_at=None,
        policy={"opening_points": 3, "signals_expire_after": 20},
    )

    id: UUID
    name: str
    number: int
    """Its version. A version never changes once it is here."""
    is_default: bool
    """Shipped with the service, for partnerships without a policy of their own."""
    effective_from: Instant
    """From when on it is in force; a later version with a later day takes its place."""
    status: PolicyStatus
    """A draft is in force nowhere."""
    drafted_by_person_id: UUID | None
    published_by_person_id: UUID | None
    """Somebody else than who drafted it."""
    published_at: Instant | None
    policy: dict[str, Any]
    """All of it, as data."""


class EscalationPolicyDraft(Wire):
    """A policy to be drafted, whole. `GET /escalation-policies` shows one to begin with."""

    model_config = like(
        policy={"name": "struggling_placement_policy", "opening_points": 4},
        effective_from="2027-01-04T00:00:00Z",
        by_person_id=SAMPLE_ID,
    )

    policy: Annotated[dict[str, Any], Field(min_length=1, max_length=50)]
    """All of it, as data. Its `version` is given by us. Faults name the rule, level or step they are in."""
    effective_from: Instant | None = None
    """From when on, once published; at once when left out or in the past."""
    by_person_id: UUID | None = None
    """Who drafts, where a system calls; a person leaves it out."""


class PolicyPublication(Wire):
    """Who publishes."""

    model_config = like(by_person_id=SAMPLE_ID)

    by_person_id: UUID | None = None
    """Who publishes, where a system calls; a person leaves it out."""


class DifferingConcern(Wire):
    """An open concern for which something would be different, were it opened under the draft. It keeps its policy."""

    concern_id: UUID
    case_number: str
    level: ConcernLevel
    differences: Annotated[list[str], up_to(50)]
    """`owner`, `told`, `decides`, `next`, or the step whose time or consequence differs."""


class PolicyGap(Wire):
    """A role on which a policy counts and in which nobody can be reached for some placements under way."""

    model_config = like(role="practice_education_lead", nobody=3, no_address=0)

    role: Recipient
    nobody: int
    """Placements for which nobody is in the role."""
    no_address: int
    """Placements for which somebody is, and neither they nor a deputy have an address."""


class PolicyPreview(Wire):
    """A draft beside the policy in force."""

    model_config = like(
        changed=["/opening_points"],
        open_concerns=12,
        differing=[
            {
                "concern_id": SAMPLE_ID,
                "case_number": "PC-2026-000123",
                "level": "stage_one",
                "differences": ["meeting"],
            }
        ],
        would_open=[SAMPLE_ID],
        gaps=[{"role": "panel_chair", "nobody": 2, "no_address": 0}],
    )

    changed: Annotated[list[str], up_to(10_000)]
    """Where it differs, as pointers into the policy."""
    open_concerns: int
    differing: Annotated[list[DifferingConcern], up_to(10_000)]
    would_open: Annotated[list[UUID], up_to(10_000)]
    """Placements whose signals of today would be a concern under the draft, and are none."""
    gaps: Annotated[list[PolicyGap], up_to(50)]


class PolicyGaps(Wire):
    """The roles of the policy in force in which nobody can be reached."""

    model_config = like(gaps=[{"role": "panel_chair", "nobody": 2, "no_address": 0}])

    gaps: Annotated[list[PolicyGap], up_to(50)]


_ONE = TypeAdapter(EscalationPolicyView)
_MANY = TypeAdapter(list[EscalationPolicyView])


@router.get(
    "/escalation-policies",
    operation_id="list_escalation_policies",
    response_model=Page[EscalationPolicyView],
)
async def list_escalation_policies(call: ListCall, wired: Wired, principal: ConcernReader) -> Response:
    """The policies the partnership has or had, and the default. A concern keeps the one with which it was opened."""
    return await page(call, wired.db, ESCALATION_POLICIES, reader(principal), _MANY, filters={})


@router.get(
    "/escalation-policies/{policy_id}",
    operation_id="get_escalation_policy",
    response_model=EscalationPolicyView,
)
async def get_escalation_policy(
    policy_id: Id, call: SingleCall, wired: Wired, principal: ConcernReader
) -> Response:
    """One version of a policy."""
    binds = {**reader(principal), "id": policy_id}
    return await single(call, wired.db, ESCALATION_POLICY, binds, _ONE, "escalation policy")


@router.post(
    "/escalation-policies",
    operation_id="create_escalation_policy",
    response_model=EscalationPolicyView,
    status_code=201,
)
async def draft_escalation_policy(
    body: EscalationPolicyDraft, wired: Wired, principal: PolicyWriter, key: Key
) -> Response:
    """Draft the partnership's next policy. Every fault is named. In force is what another person publishes."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        named = await person_behind(
            session, principal.tenant, principal, body.by_person_id, besides=operations.faults_in(body.policy)
        )
        row = await operations.draft(
            session,
            principal.tenant,
            body.policy,
            effective_from=body.effective_from,
            by_person_id=named.person_id,
            now=wired.clock.now(),
        )
        view = await _shown(session, reader(principal), row.id)
        location = f"/v1/escalation-policies/{row.id}"
        return await key.keep(session, created(view, location, version=None))


@router.get(
    "/escalation-policies/{policy_id}/preview",
    operation_id="preview_escalation_policy",
    response_model=PolicyPreview,
)
async def preview_escalation_policy(policy_id: Id, wired: Wired, principal: PolicyWriter) -> Response:
    """What a draft would mean today: what it changes, for which open concerns, which would open, and whom it cannot reach."""
    office_only(principal)
    async with wired.db.begin() as session:
        row = await hold_policy(session, principal.tenant, policy_id)
        found = await preview(session, principal.tenant, row.policy, wired.clock.now())
    return answer(PolicyPreview.model_validate(found))


@router.post(
    "/escalation-policies/{policy_id}/publication",
    operation_id="publish_escalation_policy",
    response_model=EscalationPolicyView,
)
async def publish_escalation_policy(
    policy_id: Id, body: PolicyPublication, wired: Wired, principal: PolicyWriter, key: Key
) -> Response:
    """Put a draft in force: by somebody else than who drafted it. Open concerns keep the policy they were opened with."""
    office_only(principal)
    async with wired.db.begin() as session:
        if replay := await key.claim(session):
            return replay
        named = await person_behind(session, principal.tenant, principal, body.by_person_id)
        now, by = wired.clock.now(), named.person_id
        await operations.publish(session, principal.tenant, policy_id, by_person_id=by, now=now)
        return await key.keep(session, answer(await _shown(session, reader(principal), policy_id)))


@router.get("/reports/policy-gaps", operation_id="get_policy_gaps", response_model=PolicyGaps)
async def get_policy_gaps(wired: Wired, principal: ConcernReader) -> Response:
    """Roles on which the policy in force counts and in which nobody can be reached for some placements under way."""
    office_only(principal)
    async with wired.db.begin() as session:
        now = wired.clock.now()
        policy = policy_from(await data_in_force(session, principal.tenant, now))
        found = await gaps_of(session, principal.tenant, policy, london_day(now))
    return answer(PolicyGaps(gaps=[PolicyGap.model_validate(each) for each in found]))


async def _shown(session: Session, binds: dict[str, object], policy_id: UUID) -> EscalationPolicyView:
    connection = await session.connection()
    columns = await one(connection, ESCALATION_POLICY, {**binds, "id": policy_id}, "escalation policy")
    return _ONE.validate_python(columns)
