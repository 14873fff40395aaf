"""Reading explanations: one statement brings the facts, the names of the settings spoken of, and what the caller is to them.

`as_owner`: the caller sees the request itself (office, university, the student). `as_host`: a proposal of this request is the
caller's to answer and is the very place that the run gave; where a repair or a swap gave another one, the new host is told in
the meeting and never learns where the student was to go before. Whoever is neither does not see that there is an explanation.
"""

from sqlalchemy import Text, Uuid, and_, cast, exists, func, literal_column, or_, select
from sqlalchemy import bindparam as bind

from services.placements.domain.vocabulary import ProposalStatus
from services.placements.models.match_runs import MatchExplanation, MatchRun
from services.placements.models.offers import Offer
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.settings import Setting
from services.placements.queries.match_runs import PROPOSALS, RUNS
from services.placements.queries.visibility import ORGANISATION, PARTNERSHIP, PERSON, REQUESTS, WIDE
from shared.http.lists import Filtered

_PROPOSED = exists().where(
    PROPOSALS,
    Proposal.run_id == MatchExplanation.run_id,
    Proposal.request_id == MatchExplanation.request_id,
    cast(Proposal.offer_id, Text) == MatchExplanation.explanation["offer_id"].astext,
    or_(Proposal.organisation_id == ORGANISATION, Proposal.educator_id == PERSON),
)

_SPOKEN_OF = cast(
    func.jsonb_path_query(
        MatchExplanation.explanation, literal_column("'lax $.**.offer_id ? (@ != null)'::jsonpath")
    ).op("#>>")(literal_column("'{}'::text[]")),
    Uuid(),
)
NAMES = (
    select(func.jsonb_object_agg(cast(Offer.id, Text), Setting.name))
    .select_from(Offer)
    .join(Setting, Setting.id == Offer.setting_id)
    .where(Offer.partnership_id == PARTNERSHIP, Offer.id.in_(select(_SPOKEN_OF).correlate(MatchExplanation)))
    .correlate(MatchExplanation)
    .scalar_subquery()
)
"""The names of the settings of all offers that an explanation speaks of."""

_LATEST = (
    select(
        func.jsonb_build_object(
            "offer_id",
            Proposal.offer_id,
            "setting_name",
            Setting.name,
            "rank",
            Proposal.preference_rank,
            "outside_list",
            Proposal.outside_list,
            "minutes",
            Proposal.travel_minutes,
            "stands",
            Proposal.status != ProposalStatus.SUPERSEDED.value,
        )
    )
    .join(Setting, Setting.id == Proposal.setting_id)
    .where(
        Proposal.partnership_id == PARTNERSHIP,
        Proposal.request_id == MatchExplanation.request_id,
        Proposal.run_id == MatchExplanation.run_id,
    )
    .order_by(Proposal.id.desc())
    .limit(1)
    .correlate(MatchExplanation)
    .scalar_subquery()
)
"""The last place proposed to the student in this run: another than the run gave, where a swap or a repair moved them."""

_EXPLANATION = (
    select(
        MatchExplanation.request_id.label("id"),
        MatchExplanation.explanation,
        NAMES.label("names"),
        _LATEST.label("latest"),
        REQUESTS.label("as_owner"),
        _PROPOSED.label("as_host"),
        (Request.student_id == PERSON).label("as_student"),
    )
    .select_from(MatchExplanation)
    .join(MatchRun, MatchRun.id == MatchExplanation.run_id)
    .join(Request, Request.id == MatchExplanation.request_id)
    .where(RUNS, or_(REQUESTS, _PROPOSED), MatchRun.id == bind("run_id"))
)

EXPLANATION = _EXPLANATION.where(MatchExplanation.request_id == bind("request_id"))
"""Why one request got what it got: for those who see the request, and for the host it is proposed to."""

_NOT_MINE = Request.student_id.is_distinct_from(PERSON)
EXPLANATION_LIST = Filtered(
    _EXPLANATION,
    MatchExplanation.request_id,
    for_student=REQUESTS,
    for_coordinator=and_(REQUESTS, _NOT_MINE),
    for_host=and_(MatchExplanation.explanation["placed"].astext == "true", or_(WIDE, _PROPOSED), _NOT_MINE),
)
"""The explanations of a run that the caller may read, or only those that they may read as one kind of reader."""
