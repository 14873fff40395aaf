"""Reading two runs side by side, and what a picture of one run shows: one statement each, for the partnership's office."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import TableValuedAlias

from services.placements.domain.vocabulary import MatchRunStatus
from services.placements.models.match_runs import MatchRun, MatchRunResult
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.queries.match_runs import RUNS
from services.placements.queries.visibility import PARTNERSHIP, WIDE

MOST_MOVED = 1000
"""How many of those with a different result are named; `moved` counts all."""

_BASE, _OTHER = aliased(MatchRunResult), aliased(MatchRunResult)
_BASE_RUN, _OTHER_RUN = aliased(MatchRun), aliased(MatchRun)


def _assigned(name: str, result: Any) -> TableValuedAlias:
    return (
        func.jsonb_to_recordset(result.assignments)
        .table_valued(
            column("request_id", Uuid()),
            column("offer_id", Uuid()),
            column("rank", Integer()),
            column("outside_list", Boolean()),
            name=name,
        )
        .render_derived(with_types=True)
    )


_BEFORE, _AFTER = _assigned("before", _BASE), _assigned("after", _OTHER)

_DIFFERENT = (
    select(
        func.coalesce(_BEFORE.c.request_id, _AFTER.c.request_id).label("request_id"),
        _BEFORE.c.offer_id.label("from_offer_id"),
        _BEFORE.c.rank.label("from_rank"),
        _AFTER.c.offer_id.label("to_offer_id"),
        _AFTER.c.rank.label("to_rank"),
        func.count().over().label("moved"),
    )
    .select_from(_BEFORE.join(_AFTER, _BEFORE.c.request_id == _AFTER.c.request_id, full=True))
    .where(_BEFORE.c.offer_id.is_distinct_from(_AFTER.c.offer_id))
    .order_by(literal_column("request_id"))
    .limit(MOST_MOVED)
    .correlate(_BASE, _OTHER)
    .lateral("different")
)
_MOVES = (
    select(
        func.coalesce(func.max(_DIFFERENT.c.moved), 0).label("moved"),
        func.coalesce(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "request_id",
                    _DIFFERENT.c.request_id,
                    "from_offer_id",
                    _DIFFERENT.c.from_offer_id,
                    "from_rank",
                    _DIFFERENT.c.from_rank,
                    "to_offer_id",
                    _DIFFERENT.c.to_offer_id,
                    "to_rank",
                    _DIFFERENT.c.to_rank,
                )
            ),
            literal_column("'[]'::jsonb"),
        ).label("moves"),
    )
    .select_from(_DIFFERENT)
    .lateral("moves")
)


def _side(run: Any) -> Any:
    return func.jsonb_build_object("run_id", run.id, "outcome", run.outcome, "aims", run.aims)


COMPARISON = (
    select(
        _side(_BASE_RUN).label("base"),
        _side(_OTHER_RUN).label("other"),
        _OTHER_RUN.scenario,
        _MOVES.c.moved,
        _MOVES.c.moves,
    )
    .select_from(_BASE_RUN)
    .join(_OTHER_RUN, _OTHER_RUN.round_id == _BASE_RUN.round_id)
    .join(_BASE, _BASE.run_id == _BASE_RUN.id)
    .join(_OTHER, _OTHER.run_id == _OTHER_RUN.id)
    .join(_MOVES, literal_column("true"))
    .where(
        WIDE,
        _BASE_RUN.partnership_id == PARTNERSHIP,
        _OTHER_RUN.partnership_id == PARTNERSHIP,
        _BASE_RUN.id == bindparam("id"),
        _OTHER_RUN.id == bindparam("other_id", type_=Uuid()),
    )
)
"""Two completed runs of one round: their outcomes, and who has a different result."""

_UNMET = func.jsonb_path_query(
    MatchRunResult.picture, literal_column("'$.unmet[*].setting_id'::jsonpath")
).op("#>>")(literal_column("'{}'::text[]"))
_NAMES = (
    select(func.jsonb_object_agg(cast(Setting.id, Text), Setting.name))
    .select_from(Setting)
    .where(
        Setting.partnership_id == PARTNERSHIP,
        Setting.id.in_(select(cast(_UNMET, Uuid())).correlate(MatchRunResult)),
    )
    .correlate(MatchRunResult)
    .scalar_subquery()
)

PICTURE = (
    select(
        MatchRunResult.picture,
        case((WIDE, _NAMES)).label("names"),
        Round.name.label("title"),
        Round.academic_year,
        MatchRun.version,
    )
    .select_from(MatchRunResult)
    .join(MatchRun, MatchRun.id == MatchRunResult.run_id)
    .join(Round, Round.id == MatchRun.round_id)
    .where(RUNS, and_(MatchRun.id == bindparam("id"), MatchRun.status == MatchRunStatus.COMPLETED.value))
)
"""What a picture of a run shows; how much single settings were wanted is for the partnership's office."""
